"""What the actions on nonconformities and recommendations share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.improvement.nonconformity import access
from timshel.improvement.nonconformity.events import (
    NonconformityFact,
    NonconformityMoved,
)
from timshel.improvement.nonconformity.models import Nonconformity, Recommendation
from timshel.improvement.nonconformity.rules import KIND, Faults
from timshel.improvement.nonconformity.states import NONCONFORMITY, NonconformityState, Step
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable

SUBJECT = KIND
ADVICE_SUBJECT = "audit_recommendation"
REGION = "nonconformities"
Changes = dict[str, tuple[Any, Any]]


def refuse(faults: Faults) -> None:
    """Refuse where something is wrong.

    Raises:
        Invalid: with all that is wrong, by field.
    """
    if faults:
        raise Invalid(faults)


def owner_of(code: str, faults: Faults) -> Person | None:
    """Return the active person of a code; where there is none, say so among the faults."""
    found = None
    if is_storable(code):
        found = Person.objects.filter(code=code, is_active=True).first()
    if found is None:
        faults["owner"] = [_("Please name somebody who works here.")]
    return found


def require_seen(row: Nonconformity | Recommendation, seen_revision: int) -> None:
    """Refuse where somebody else changed a record meanwhile.

    Raises:
        WrongState: they did.
    """
    if row.revision != seen_revision:
        raise WrongState(_("Somebody else changed this meanwhile. Look at it again, then save."))


def set_fields(row: Any, values: Mapping[str, Any]) -> Changes:
    """Give a record other values; returns those that differ, as the journal keeps them."""
    changes: Changes = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = (plain(before), plain(value))
            setattr(row, name, value)
    return changes


def plain(value: Any) -> Any:
    """Return a value as the journal keeps it."""
    if isinstance(value, Person):
        return value.code
    if value is None or isinstance(value, bool | int | list | dict):
        return value
    return str(value)


def move(row: Nonconformity, step: Step) -> Changes:
    """Take a nonconformity where a step leads; returns the change of its state.

    Raises:
        WrongState: the step is not possible now.
    """
    before = NonconformityState(row.state)
    row.state = NONCONFORMITY.target(before, step)
    return {} if row.state == before else {"state": (before.value, row.state)}


def keep(
    row: Nonconformity,
    verb: str,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
    fact: type[NonconformityFact] | None = NonconformityMoved,
) -> None:
    """Save a nonconformity, write it down, have pages drawn anew and publish the fact."""
    row.revision += 1
    row.save()
    write_down(row, verb, changes, actor=actor, at=at, fact=fact)


def write_down(
    row: Nonconformity,
    verb: str,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
    fact: type[NonconformityFact] | None = NonconformityMoved,
) -> None:
    """Write down what was saved, have pages drawn anew and publish the fact."""
    record(verb, subject_kind=SUBJECT, subject_id=row.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
    if fact is not None:
        publish(fact(row.number, row.owner_id, at, actor.person_id))


def step_begun(number: str, step: Step, *, actor: Actor) -> tuple[Nonconformity, Changes]:
    """Return a nonconformity, locked and moved by a step of whoever goes on with it.

    Raises:
        NotFound, NotAllowed, WrongState: as they say.
    """
    row = access.to_change(number, actor=actor)
    access.require(access.may_handle(row, actor=actor))
    return row, move(row, step)
