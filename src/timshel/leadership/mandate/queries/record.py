"""One mandate with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from timshel.kernel.actor import Actor
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.leadership.mandate import access
from timshel.leadership.mandate.queries.register import MandateRow, rows_of
from timshel.leadership.mandate.rules import SUBJECT, MandateContent
from timshel.leadership.mandate.states import MANDATES, MandateState, MandateTrigger


@dataclass(frozen=True, slots=True)
class MandateView:
    """A mandate as its page shows it.

    Args:
        row: what lists show as well.
        content: all that it says.
        in_force_from: the day on which it was put into force.
        in_force_by: by whom; empty for a program.
        ended_on: the day on which it was ended or withdrawn.
        ended_because: why.
        revision: counts its changes.
        history: what the journal says, the newest first.
        possible: what its state allows, whoever asks.
        may_manage: the reader changes it, puts it into force and ends it.
        is_own: the reader holds it, and so does not put it into force.
    """

    row: MandateRow
    content: MandateContent
    in_force_from: date | None
    in_force_by: str
    ended_on: date | None
    ended_because: str
    revision: int
    history: tuple[JournalEntry, ...]
    possible: frozenset[MandateTrigger]
    may_manage: bool
    is_own: bool


def mandate(number: str, *, actor: Actor, at: datetime) -> MandateView:
    """Return a mandate with all that is known of it, in a fixed number of queries.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    found = access.known(number, actor=actor)
    row = rows_of([found], actor=actor, today=actor.day_at(at))[0]
    return MandateView(
        row=row,
        content=found.content(),
        in_force_from=found.in_force_from,
        in_force_by=found.in_force_by.name if found.in_force_by else "",
        ended_on=found.ended_on,
        ended_because=found.ended_because,
        revision=found.revision,
        history=tuple(reversed(history(SUBJECT, [found.pk]))),
        possible=frozenset(MANDATES.triggers(MandateState(found.state))),
        may_manage=access.may_manage(actor),
        is_own=any(each.id == actor.person_id for each in row.holders),
    )
