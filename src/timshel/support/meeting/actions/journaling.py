"""What all changes of boards and meetings share: people by code, the journal, two at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text, WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.support.meeting.events import MeetingFact
from timshel.support.meeting.models import Board, Meeting

BOARD = "board"
MEETING = "meeting"
REGION = "meetings"

Changes = dict[str, tuple[Any, Any]]


def people(codes: Collection[str], *, staying: Iterable[Person | None] = ()) -> dict[str, Person]:
    """Return people by code; one query.

    Args:
        codes: of people who are active.
        staying: who is named already, and may have left the house since.
    """
    usable = [code for code in codes if code and is_storable(code)]
    kept = {person.code: person for person in staying if person is not None}
    rows = Person.objects.filter(code__in=usable, is_active=True)
    return {**kept, **{person.code: person for person in rows}}


def person_faults(code: str, found: Mapping[str, Person]) -> list[Text]:
    """Return what is wrong with the code of a person; nothing is wrong with none."""
    if not code or code in found:
        return []
    return [_("There is no person %(code)s.") % {"code": code if is_storable(code) else "?"}]


def require_seen(row: Board | Meeting, seen_revision: int | None) -> None:
    """Refuse where somebody changed a record since it was read.

    Raises:
        WrongState: somebody did.
    """
    if seen_revision is not None and row.revision != seen_revision:
        raise WrongState(
            _("Somebody else changed this meanwhile. Please look at it anew before you save.")
        )


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Return what differs between two descriptions of the same fields."""
    return {name: (before[name], after[name]) for name in after if before[name] != after[name]}


def first(after: Mapping[str, Any]) -> Changes:
    """Return the changes with which something begins."""
    return {name: (None, value) for name, value in after.items() if value}


def journal_board(board: Board, verb: str, changes: Changes, *, actor: Actor, at: datetime) -> None:
    """Write down what happened to a board, and have pages drawn anew."""
    record(verb, subject_kind=BOARD, subject_id=board.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)


def journal_meeting(
    meeting: Meeting,
    verb: str,
    changes: Changes,
    *,
    actor: Actor,
    at: datetime,
    fact: type[MeetingFact] | None = None,
) -> None:
    """Write down what happened to a meeting, have pages drawn anew and publish the fact."""
    record(verb, subject_kind=MEETING, subject_id=meeting.pk, changes=changes, actor=actor, at=at)
    live.announce({REGION}, at=at)
    if fact is not None:
        publish(fact(meeting.number, at, actor.person_id))
