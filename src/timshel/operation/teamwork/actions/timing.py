"""Time that people spent on a piece of work, as they write it down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, Text, WrongState
from timshel.kernel.text import is_storable
from timshel.operation.teamwork.access import require_help
from timshel.operation.teamwork.models import TimeSpent
from timshel.operation.teamwork.rules import (
    LONGEST_LINE,
    MINUTES_OF_A_DAY,
    TIME_EDITABLE,
    TIME_LOOKS_BACK,
)
from timshel.operation.work.actions import change_work_item
from timshel.operation.work.models import WorkItem


@dataclass(frozen=True, slots=True)
class Spent:
    """What somebody writes down.

    Args:
        minutes: from 1 to 1440.
        day: on which; at most a year ago, and never in the future.
        note: what was done; may be empty.
        is_internal: whether only those who may read notes see it.
    """

    minutes: int
    day: date
    note: str = ""
    is_internal: bool = True


@transaction.atomic
def spend_time(number: str, *, spent: Spent, actor: Actor, at: datetime) -> int:
    """Write down time that the actor spent on a piece of work.

    Args:
        number: the piece of work.
        spent: how long, when and on what.
        actor: a person who works on it.
        at: now.

    Returns:
        The key of the line.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: what is wrong, by field.
    """
    item = require_help(number, actor=actor)
    if actor.person_id is None:
        raise NotAllowed
    _check(spent, actor=actor, at=at)
    row = TimeSpent.objects.create(
        work_item=item,
        person_id=actor.person_id,
        minutes=spent.minutes,
        day=spent.day,
        note=spent.note.strip(),
        is_internal=spent.is_internal,
        at=at,
    )
    _note(item, "work.time_spent", None, row, actor=actor, at=at)
    return row.pk


@transaction.atomic
def correct_time(number: str, *, line_id: int, spent: Spent, actor: Actor, at: datetime) -> None:
    """Correct a line that one wrote, within a day of writing it.

    Args:
        number: the piece of work.
        line_id: its key.
        spent: what is right.
        actor: who wrote it.
        at: now.

    Raises:
        NotAllowed: it is somebody else's.
        WrongState: it was written too long ago.
        NotFound, Invalid: as they say.
    """
    item, row = _own(number, line_id, actor=actor, at=at)
    _check(spent, actor=actor, at=at)
    before = _plain(row)
    row.minutes, row.day = spent.minutes, spent.day
    row.note, row.is_internal = spent.note.strip(), spent.is_internal
    row.save(update_fields=["minutes", "day", "note", "is_internal"])
    _note(item, "work.time_corrected", before, row, actor=actor, at=at)


@transaction.atomic
def remove_time(number: str, *, line_id: int, actor: Actor, at: datetime) -> None:
    """Take a line away that one wrote, within a day of writing it.

    Args and Raises: as for :func:`correct_time`.
    """
    item, row = _own(number, line_id, actor=actor, at=at)
    before = _plain(row)
    row.delete()
    _note(item, "work.time_corrected", before, None, actor=actor, at=at)


def _own(number: str, line_id: int, *, actor: Actor, at: datetime) -> tuple[WorkItem, TimeSpent]:
    item = require_help(number, actor=actor)
    row = TimeSpent.objects.select_for_update().filter(work_item=item, pk=line_id).first()
    if row is None:
        raise NotFound
    if row.person_id != actor.person_id:
        raise NotAllowed(_("Only the person who wrote this down can change it."))
    if at > row.at + TIME_EDITABLE:
        raise WrongState(_("This was written down too long ago to be changed."))
    return item, row


def _check(spent: Spent, *, actor: Actor, at: datetime) -> None:
    problems: dict[str, list[Text]] = {}
    today = actor.day_at(at)
    if not 1 <= spent.minutes <= MINUTES_OF_A_DAY:
        problems["minutes"] = [_("Please give minutes from 1 to those of a day.")]
    if not today - TIME_LOOKS_BACK <= spent.day <= today:
        problems["day"] = [_("Please give a day of the last year, today at the latest.")]
    if len(spent.note.strip()) > LONGEST_LINE or not is_storable(spent.note):
        problems["note"] = [_("This is longer than %(count)d characters.") % {"count": 500}]
    if problems:
        raise Invalid(problems)


def _plain(row: TimeSpent) -> dict[str, object]:
    return {"minutes": row.minutes, "day": row.day.isoformat(), "note": row.note}


def _note(
    item: WorkItem,
    verb: str,
    before: dict[str, object] | None,
    row: TimeSpent | None,
    *,
    actor: Actor,
    at: datetime,
) -> None:
    pair = (before, None if row is None else _plain(row))
    change_work_item(item, verb=verb, values={}, also={"time": pair}, actor=actor, at=at)
