"""Making and changing macros, saved replies and text modules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.organization.models import Team
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.kernel.uniqueness import refusing_duplicates
from timshel.operation.macro import access
from timshel.operation.macro.models import Audience, Macro, SavedReply, Shared, TextModule
from timshel.operation.macro.rules import unknown_variables
from timshel.operation.macro.steps import step_faults
from timshel.operation.work.holders import chosen_team

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 300
LONGEST_TEXT = 20_000
KEYWORD = re.compile(r"[^\W_][\w-]{0,29}")
TAKEN = {"keyword": gettext_lazy("There is a text with this keyword already.")}
KINDS = ("incident", "service_request", "task")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What is said of all three.

    Args:
        name: what people choose it by; up to 120 characters.
        audience: ``personal``, ``team`` or ``everyone``.
        team: the code of the team whose it is; empty otherwise.
        is_active: whether it is offered.
    """

    name: str
    audience: str = Audience.PERSONAL
    team: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroGiven(Given):
    """A macro.

    Args:
        description: what it is for; up to 300 characters.
        kinds: of work that it is meant for; empty means all.
        steps: its deeds, see ``operation.macro.steps``.
    """

    description: str = ""
    kinds: Sequence[str] = ()
    steps: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyGiven(Given):
    """A saved reply; ``texts`` by language, with names of values in braces."""

    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleGiven(Given):
    """A text module: its keyword, and ``texts`` by language."""

    keyword: str
    texts: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def create_macro(given: MacroGiven, *, actor: Actor, at: datetime) -> int:
    """Make a macro; returns its key.

    Raises:
        NotAllowed: it is for others than the actor, and the right is missing.
        Invalid: something is malformed.
    """
    return _create(Macro(), given, _macro_values(given), actor=actor, at=at)


@transaction.atomic
def change_macro(macro_id: int, *, given: MacroGiven, actor: Actor, at: datetime) -> None:
    """Say what a macro is from now on.

    Raises:
        NotFound: there is none, or it is not meant for the actor.
        NotAllowed: it is, or would be, for others, and the right is missing.
        Invalid: something is malformed.
    """
    row = access.to_change(Macro.objects.all(), macro_id, actor=actor)
    _change(row, given, _macro_values(given), actor=actor, at=at)


@transaction.atomic
def create_reply(given: ReplyGiven, *, actor: Actor, at: datetime) -> int:
    """Save a reply; returns its key.

    Raises: as for :func:`create_macro`.
    """
    return _create(SavedReply(), given, _text_values(given), actor=actor, at=at)


@transaction.atomic
def change_reply(reply_id: int, *, given: ReplyGiven, actor: Actor, at: datetime) -> None:
    """Say how a saved reply reads from now on.

    Raises: as for :func:`change_macro`.
    """
    row = access.to_change(SavedReply.objects.all(), reply_id, actor=actor)
    _change(row, given, _text_values(given), actor=actor, at=at)


@transaction.atomic
def create_module(given: ModuleGiven, *, actor: Actor, at: datetime) -> int:
    """Make a text module; returns its key.

    Raises: as for :func:`create_macro`; the keyword may be taken.
    """
    return _create(TextModule(), given, _module_values(given), actor=actor, at=at)


@transaction.atomic
def change_module(module_id: int, *, given: ModuleGiven, actor: Actor, at: datetime) -> None:
    """Say what a keyword brings from now on.

    Raises: as for :func:`change_macro`; the keyword may be taken.
    """
    row = access.to_change(TextModule.objects.all(), module_id, actor=actor)
    _change(row, given, _module_values(given), actor=actor, at=at)


_SUBJECTS: Mapping[type[Shared], str] = {
    Macro: "macro",
    SavedReply: "saved_reply",
    TextModule: "text_module",
}


def _create(
    row: Shared, given: Given, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> int:
    access.require_work(actor)
    wanted = {**_placed(given, actor=actor), **values}
    for name, value in wanted.items():
        setattr(row, name, value)
    access.require_keep(row, actor=actor)
    with refusing_duplicates(TAKEN):
        row.save(force_insert=True)
    subject = _SUBJECTS[type(row)]
    record(
        f"{subject}.created",
        subject_kind=subject,
        subject_id=row.pk,
        changes={name: (None, _plain(value)) for name, value in wanted.items() if value},
        actor=actor,
        at=at,
    )
    return int(row.pk)


def _change(
    row: Shared, given: Given, values: Mapping[str, Any], *, actor: Actor, at: datetime
) -> None:
    wanted = {**_placed(given, actor=actor), **values}
    changes = {
        name: (_plain(getattr(row, name)), _plain(value))
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    for name, value in wanted.items():
        setattr(row, name, value)
    access.require_keep(row, actor=actor)
    if not changes:
        return
    with refusing_duplicates(TAKEN):
        row.save()
    subject = _SUBJECTS[type(row)]
    record(
        f"{subject}.changed",
        subject_kind=subject,
        subject_id=row.pk,
        changes=changes,
        actor=actor,
        at=at,
    )


def _placed(given: Given, *, actor: Actor) -> dict[str, Any]:
    """Return the name and for whom it is."""
    faults: dict[str, list[Text]] = {}
    name = given.name.strip()
    faults["name"] = _line_faults(name, longest=LONGEST_NAME, is_needed=True)
    if given.audience not in Audience.values:
        faults["audience"] = [_("Please choose one of the choices.")]
    team: Team | None = None
    if given.audience == Audience.TEAM:
        if given.team:
            team = chosen_team(given.team)
        else:
            faults["team"] = [_("Please say which team it is for.")]
    refuse_faults(faults)
    return {
        "name": name,
        "audience": str(given.audience),
        "owner_id": actor.person_id if given.audience == Audience.PERSONAL else None,
        "team": team,
        "is_active": given.is_active,
    }


def _macro_values(given: MacroGiven) -> dict[str, Any]:
    description = given.description.strip()
    faults: dict[str, list[Text]] = {
        "description": _line_faults(description, longest=LONGEST_DESCRIPTION),
        "steps": step_faults(given.steps),
    }
    if set(given.kinds) - set(KINDS):
        faults["kinds"] = [_("Please choose one of the choices.")]
    refuse_faults(faults)
    return {
        "description": description,
        "kinds": [kind for kind in KINDS if kind in given.kinds],
        "steps": [dict(step) for step in given.steps],
    }


def _text_values(given: ReplyGiven | ModuleGiven) -> dict[str, Any]:
    texts = {language: text.strip() for language, text in given.texts.items() if text.strip()}
    refuse_faults({"texts": text_faults(texts)})
    return {"texts": texts}


def _module_values(given: ModuleGiven) -> dict[str, Any]:
    keyword = given.keyword.strip().casefold()
    if not KEYWORD.fullmatch(keyword):
        sentence = _("A keyword is up to 30 letters, digits and hyphens, without a space.")
        raise Invalid({"keyword": [sentence]})
    return {"keyword": keyword, **_text_values(given)}


def text_faults(texts: Mapping[str, str]) -> list[Text]:
    """Return what is wrong with a text by language."""
    if not texts:
        return [_("Please write something.")]
    if set(texts) - {code for code, _name in settings.LANGUAGES}:
        return [_("There is a language that Timshel does not speak.")]
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        return [_("This is longer than %(count)d characters.") % {"count": LONGEST_TEXT}]
    if not all(is_storable(text) for text in texts.values()):
        return [_("This holds characters that cannot be stored.")]
    return [
        _("{{%(name)s}} stands for nothing.") % {"name": name}
        for text in texts.values()
        for name in unknown_variables(text)
    ]


def refuse_faults(faults: Mapping[str, Sequence[Text]]) -> None:
    """Refuse if there is any fault."""
    found = {name: texts for name, texts in faults.items() if texts}
    if found:
        raise Invalid(found)


def _line_faults(text: str, *, longest: int, is_needed: bool = False) -> list[Text]:
    if is_needed and not text:
        return [_("Please fill this in.")]
    if len(text) > longest:
        return [_("This is longer than %(count)d characters.") % {"count": longest}]
    return [] if is_storable(text) else [_("This holds characters that cannot be stored.")]


def _plain(value: Any) -> Any:
    if isinstance(value, Team):
        return {"id": value.pk, "name": str(value)}
    return str(value) if isinstance(value, Audience) else value
