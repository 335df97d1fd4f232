"""The laps of a clock: the spans that are added up for each promise that was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from timshel.operation.work.rules import TASK
from timshel.relationship_agreement.service_level.rules.happenings import Holder, Phase
from timshel.relationship_agreement.service_level.rules.life import Situation, Stay
from timshel.relationship_agreement.service_level.rules.terms import Terms, TermsBook
from timshel.relationship_agreement.service_level.rules.waiting import WaitingBook
from timshel.relationship_agreement.service_level.states import ClockKind

REQUESTS = "service_request"
# What is done in parts: the time of the teams is that of its tasks, so that no time is held
# against a team twice, nor against the team that waits for the others.
IN_PARTS = frozenset({REQUESTS, TASK})


class Status(StrEnum):
    """What a clock does during a span."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


ENDS = frozenset({Status.STOPPED, Status.CANCELLED, Status.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the work's time in which nothing changed for one clock."""

    start: datetime
    end: datetime
    status: Status
    waiting_reason: str | None
    terms: Terms | None


@dataclass(slots=True)
class Lap:
    """One run of a clock, from the promise to its end.

    Args:
        number: counted from 1 on one piece of work and for one kind.
        holder: whose time it measures, for kind ``hop`` and for tasks.
        spans: in order.
    """

    number: int
    holder: Holder | None = None
    spans: list[Span] = field(default_factory=list)

    def end(self, at: datetime, status: Status) -> None:
        """Note that the lap is over."""
        self.spans.append(Span(at, at, status, None, None))

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.spans[-1].status in ENDS

    @property
    def is_nothing(self) -> bool:
        """Whether it ended at the moment at which it began, such as the promise of another update
        in an answer that comes together with the resolution; keeping that is no merit."""
        return self.is_over and next(each.start for each in self.spans if each.status in ENDS) == (
            self.spans[0].start
        )


def laps_of(
    kind: ClockKind, life: Iterable[Stay], *, book: TermsBook, waiting: WaitingBook
) -> list[Lap]:
    """Return the laps of a clock, oldest first.

    Args:
        kind: which clock.
        life: see :func:`~.life.life_of`.
        book: the terms, which may differ by facts and time.
        waiting: which waiting pauses the clock.
    """
    if kind is ClockKind.HOP:
        return _hops(life, book=book, waiting=waiting)
    laps: list[Lap] = []
    number = reopenings = 0
    terms: Terms | None = None
    for stay in life:
        situation = stay.situation
        if not _is_measured(kind, situation):
            continue
        restarts = situation.reopenings > reopenings and terms and terms.restarts_on_reopening
        reopenings = situation.reopenings
        number = _number(kind, situation, number, restarts=bool(restarts))
        if not number:
            continue
        holder = _holder_of_task(situation)
        terms = book.terms(kind, facts=situation.facts, at=stay.start, holder=holder)
        if not laps or laps[-1].number != number:
            if laps:
                laps[-1].end(stay.start, _end_of_lap(kind, situation))
            laps.append(Lap(number))
        status = _status(kind, stay, waiting)
        if status not in ENDS:
            laps[-1].holder = holder
        laps[-1].spans.append(Span(stay.start, stay.end, status, situation.waiting_reason, terms))
    return laps if kind is not ClockKind.UPDATE else [each for each in laps if not each.is_nothing]


def current_lap(laps: Iterable[Lap]) -> Lap | None:
    """Return the lap that people mean when they ask for the clock.

    Of the visits of teams and suppliers that are not over it is the supplier's, for which the
    team's stands still; where all laps are over, the last.
    """
    known = list(laps)
    going_on = [each for each in known if not each.is_over]
    visiting = [each for each in going_on if each.holder and each.holder.supplier_id is not None]
    return next((each[-1] for each in (visiting, going_on, known) if each), None)


def _is_measured(kind: ClockKind, situation: Situation) -> bool:
    """Requests and their tasks are fulfilled, everything else is resolved; nobody was promised an
    answer about a task, which is part of what they asked for."""
    process = situation.facts.process
    if kind is ClockKind.FULFIL:
        return process in IN_PARTS
    if kind is ClockKind.RESOLVE:
        return process not in IN_PARTS
    return process != TASK or kind is ClockKind.HOP


def _holder_of_task(situation: Situation) -> Holder | None:
    """Return the team that has a task, by whose agreements it is promised; None for other work."""
    if situation.facts.process != TASK:
        return None
    return Holder(team_id=situation.team_id, from_team_id=situation.from_team_id)


def _number(kind: ClockKind, situation: Situation, number: int, *, restarts: bool) -> int:
    if kind is ClockKind.UPDATE:
        return situation.update_lap
    if kind is ClockKind.RESPOND:
        return 1
    return max(1, number) + (1 if restarts else 0)


def _end_of_lap(kind: ClockKind, situation: Situation) -> Status:
    # The requester's question takes the place of the promise that ran; an answer keeps it.
    is_superseded = kind is ClockKind.UPDATE and situation.is_asked
    return Status.SUPERSEDED if is_superseded else Status.STOPPED


def _status(kind: ClockKind, stay: Stay, waiting: WaitingBook) -> Status:
    situation = stay.situation
    if kind is ClockKind.RESPOND and situation.has_response:
        return Status.STOPPED
    if situation.phase is Phase.DONE:
        return Status.STOPPED
    if situation.phase is Phase.CANCELLED:
        return Status.CANCELLED
    if situation.phase is Phase.WAITING and waiting.pauses(
        kind, situation.waiting_reason, at=stay.start
    ):
        return Status.PAUSED
    return Status.RUNNING


def _hops(life: Iterable[Stay], *, book: TermsBook, waiting: WaitingBook) -> list[Lap]:
    """Return a lap for each visit; a team's stands still while a supplier has the work.

    Of what is done in parts only the visits to suppliers are measured.
    """
    laps: dict[int, Lap] = {}
    passed_on: set[int] = set()
    for stay in life:
        situation = stay.situation
        present = _visited(situation)
        numbers = {number for number, _holder in present}
        for number, lap in laps.items():
            if number not in numbers and not lap.is_over:
                cancelled = situation.phase is Phase.CANCELLED
                lap.end(stay.start, Status.CANCELLED if cancelled else Status.STOPPED)
                passed_on |= {number} if lap.is_nothing else set()
        for number, holder in present:
            lap = laps.setdefault(number, Lap(number, holder))
            lap.spans.append(_hop_span(stay, holder, book=book, waiting=waiting))
    return [laps[number] for number in sorted(set(laps) - passed_on)]


def _visited(situation: Situation) -> tuple[tuple[int, Holder], ...]:
    present = situation.holders()
    if situation.facts.process not in IN_PARTS:
        return present
    return tuple(each for each in present if each[1].supplier_id is not None)


def _hop_span(stay: Stay, holder: Holder, *, book: TermsBook, waiting: WaitingBook) -> Span:
    situation = stay.situation
    status = _status(ClockKind.HOP, stay, waiting)
    if status not in ENDS:
        if holder.supplier_id is not None:
            status = Status.RUNNING
        elif situation.supplier_hop:
            status = Status.PAUSED
    reason = situation.waiting_reason if status is Status.PAUSED else None
    terms = book.terms(ClockKind.HOP, facts=situation.facts, at=stay.start, holder=holder)
    return Span(stay.start, stay.end, status, reason, terms)
