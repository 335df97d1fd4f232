"""Macros, saved replies and text modules as lists and forms show them, for whom they are meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, QuerySet

from timshel.kernel.actor import Actor
from timshel.operation.macro import access
from timshel.operation.macro.models import Macro, SavedReply, Shared, TextModule, visible_to
from timshel.operation.macro.rules import may_keep

SHOWN = 500


@dataclass(frozen=True, slots=True)
class SharedView:
    """What is the same of all three.

    Args:
        id: the key.
        name: what it is called.
        audience: ``personal``, ``team`` or ``everyone``.
        team_code: of the team whose it is, or empty.
        team: its name.
        is_active: whether it is still offered.
        may_change: whether the reader may change it.
        uses: how often it was used.
        used_at: when it was used last, or None.
    """

    id: int
    name: str
    audience: str
    team_code: str
    team: str
    is_active: bool
    may_change: bool
    uses: int
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class MacroView(SharedView):
    """A macro; ``steps`` as they are kept, ``kinds`` of work empty for all."""

    description: str
    kinds: tuple[str, ...]
    steps: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ReplyView(SharedView):
    """A saved reply with its text by language."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModuleView(SharedView):
    """A text module with its text by language."""

    keyword: str
    texts: Mapping[str, str]


def macro_list(*, kind: str = "", active_only: bool = False, actor: Actor) -> tuple[MacroView, ...]:
    """Return the macros that the actor finds, by name; one query.

    Args:
        kind: only those that are meant for this kind of work.
        active_only: leave out those that are not offered any more.
        actor: who reads.
    """
    rows = _counted(Macro.objects.filter(visible_to(actor)), active_only=active_only)[:SHOWN]
    found = (_macro(row, actor) for row in rows)
    return tuple(each for each in found if not kind or not each.kinds or kind in each.kinds)


def macro(macro_id: int, *, actor: Actor) -> MacroView:
    """Return a macro, in two queries.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
    """
    access.find(Macro.objects.all(), macro_id, actor=actor)
    return _macro(_counted(Macro.objects.filter(pk=macro_id)).get(), actor)


def reply_list(*, active_only: bool = False, actor: Actor) -> tuple[ReplyView, ...]:
    """Return the saved replies that the actor finds, by name; one query."""
    rows = _counted(SavedReply.objects.filter(visible_to(actor)), active_only=active_only)[:SHOWN]
    return tuple(_reply(row, actor) for row in rows)


def reply(reply_id: int, *, actor: Actor) -> ReplyView:
    """Return a saved reply, in two queries.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
    """
    access.find(SavedReply.objects.all(), reply_id, actor=actor)
    return _reply(_counted(SavedReply.objects.filter(pk=reply_id)).get(), actor)


def module_list(*, active_only: bool = False, actor: Actor) -> tuple[ModuleView, ...]:
    """Return the text modules that the actor finds, by keyword; one query."""
    rows = _counted(TextModule.objects.filter(visible_to(actor)), active_only=active_only)[:SHOWN]
    return tuple(sorted((_module(row, actor) for row in rows), key=lambda each: each.keyword))


def module(module_id: int, *, actor: Actor) -> ModuleView:
    """Return a text module, in two queries.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
    """
    access.find(TextModule.objects.all(), module_id, actor=actor)
    return _module(_counted(TextModule.objects.filter(pk=module_id)).get(), actor)


def _counted(rows: QuerySet[Any], *, active_only: bool = False) -> QuerySet[Any]:
    if active_only:
        rows = rows.filter(is_active=True)
    counted: QuerySet[Any] = rows.annotate(use_count=Count("uses"), last_use=Max("uses__at"))
    ordered: QuerySet[Any] = counted.select_related("team").order_by("name", "pk")
    return ordered


def _macro(row: Macro, actor: Actor) -> MacroView:
    return MacroView(
        **_shared(row, actor),
        description=row.description,
        kinds=tuple(row.kinds),
        steps=tuple(row.steps),
    )


def _reply(row: SavedReply, actor: Actor) -> ReplyView:
    return ReplyView(**_shared(row, actor), texts=row.texts)


def _module(row: TextModule, actor: Actor) -> ModuleView:
    return ModuleView(**_shared(row, actor), keyword=row.keyword, texts=row.texts)


def _shared(row: Shared, actor: Actor) -> dict[str, Any]:
    counted: Any = row
    return {
        "id": row.pk,
        "name": row.name,
        "audience": row.audience,
        "team_code": row.team.code if row.team else "",
        "team": row.team.text("name", actor.language) if row.team else "",
        "is_active": row.is_active,
        "may_change": may_keep(actor, row),
        "uses": counted.use_count,
        "used_at": counted.last_use,
    }
