"""What a macro would do: its deeds, with their texts for one piece of work, and what stands in
the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, WrongState
from timshel.operation.macro import access
from timshel.operation.macro.models import Macro
from timshel.operation.macro.steps import deed_of, variables_of
from timshel.operation.macro.values import values_for
from timshel.operation.work.access import find as find_work
from timshel.operation.work.handling import Deed, possible
from timshel.operation.work.models import WorkItem


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One deed of a macro as it would be done to a piece of work.

    Args:
        deed: with its text in the requester's language and the values in place.
        missing: names of values that its text holds and that are not known here.
        is_possible: whether the reader may do it, as the work stands now.
    """

    deed: Deed
    missing: tuple[str, ...]
    is_possible: bool


@dataclass(frozen=True, slots=True)
class MacroPlan:
    """What a macro would do to a piece of work.

    Args:
        id: of the macro.
        name: of the macro.
        description: of the macro.
        number: of the work.
        steps: in their order.
    """

    id: int
    name: str
    description: str
    number: str
    steps: tuple[PlannedStep, ...]


def macro_deeds(macro_id: int, *, actor: Actor) -> tuple[Deed, ...]:
    """Return the deeds of a macro with their texts as they are written, names of values and all.

    Whoever does them to a piece of work asks :func:`planned_deeds` for the texts to it.

    Args:
        macro_id: which.
        actor: who would do them.

    Raises:
        NotFound: there is none, it is not offered any more, or not meant for the actor.
    """
    row = usable(macro_id, actor=actor)
    return tuple(
        deed_of(step, (actor.language, settings.LANGUAGE_CODE), {})[0] for step in row.steps
    )


def planned_deeds(macro_id: int, *, number: str, actor: Actor, at: datetime) -> tuple[Deed, ...]:
    """Return the deeds of a macro as they are done to a piece of work.

    Args:
        macro_id: which.
        number: of the work.
        actor: who does them.
        at: now.

    Raises:
        NotFound: there is no such macro or work, or the actor may not know that there is.
        WrongState: the macro is meant for other work, or a text names what is not known here.
    """
    row = usable(macro_id, actor=actor)
    item = find_work(number, actor=actor)
    return deeds_for(row, item, actor=actor, at=at)


def macro_plan(macro_id: int, *, number: str, actor: Actor, at: datetime) -> MacroPlan:
    """Return what a macro would do to a piece of work, in a fixed number of queries.

    Args and Raises: as for :func:`planned_deeds`, but that missing values are told, not refused.
    """
    row = usable(macro_id, actor=actor)
    item = find_work(number, actor=actor)
    require_meant_for(row, item)
    allowed = possible(item.number, actor=actor)
    languages, values = _words(row, item, actor=actor, at=at)
    planned = [deed_of(step, languages, values) for step in row.steps]
    return MacroPlan(
        id=row.pk,
        name=row.name,
        description=row.description,
        number=item.number,
        steps=tuple(
            PlannedStep(deed, said.missing, is_possible=deed.kind in allowed)
            for deed, said in planned
        ),
    )


def deeds_for(row: Macro, item: WorkItem, *, actor: Actor, at: datetime) -> tuple[Deed, ...]:
    """Return the deeds of a macro for work that is at hand; refuses where a value is missing."""
    require_meant_for(row, item)
    languages, values = _words(row, item, actor=actor, at=at)
    planned = [deed_of(step, languages, values) for step in row.steps]
    missing = dict.fromkeys(name for _deed, said in planned for name in said.missing)
    if missing:
        names = ", ".join(f"{{{{{name}}}}}" for name in missing)
        raise WrongState(_("Not known here: %(names)s. Nothing was done.") % {"names": names})
    return tuple(deed for deed, _said in planned)


def usable(macro_id: int, *, actor: Actor) -> Macro:
    """Return a macro that is offered to the actor.

    Raises:
        NotFound: there is none.
    """
    row = access.find(Macro.objects.all(), macro_id, actor=actor)
    if not row.is_active:
        raise NotFound
    return row


def require_meant_for(row: Macro, item: WorkItem) -> None:
    """Refuse work of a kind for which a macro is not meant."""
    if row.kinds and item.kind not in row.kinds:
        raise WrongState(_("This macro is not meant for this kind of work."))


def _words(
    row: Macro, item: WorkItem, *, actor: Actor, at: datetime
) -> tuple[tuple[str, ...], Mapping[str, Any]]:
    """Return the languages in which a macro speaks of some work, and the values for its texts."""
    languages = (item.requester.language, settings.LANGUAGE_CODE)
    names = variables_of(row.steps)
    if not names:
        return languages, {}
    values = values_for(item, language=languages[0], names=names, actor=actor, at=at)
    return languages, values
