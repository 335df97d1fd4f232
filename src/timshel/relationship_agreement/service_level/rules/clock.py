"""The clock: a pure function of what happened, of what was promised and of the calendars.

Nothing is counted up as time goes by. Each reading walks the log of one piece of work from its
opening, cuts the time into spans in which nothing changed, and adds up the working time of those
that count. A correction of the log, of a target or of a calendar is therefore never more than
another reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from timshel.kernel.calendar import BusinessCalendar, NeverOpen
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind, ClockState

NOTHING = timedelta(0)
DEFAULT_WARN_PERCENT = 75


class Phase(StrEnum):
    """What a stage of work means to a clock."""

    ACTIVE = "active"
    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Opened:
    """The work was opened; every clock begins here."""

    at: datetime
    priority: int
    service_id: int | None = None


@dataclass(frozen=True, slots=True)
class StageChanged:
    """The work entered a stage, or waits for another reason; leaving DONE means reopening."""

    at: datetime
    phase: Phase
    waiting_reason: str | None = None


@dataclass(frozen=True, slots=True)
class PriorityChanged:
    """Another priority, so perhaps another target."""

    at: datetime
    priority: int


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """Another service, so perhaps another target and calendar."""

    at: datetime
    service_id: int | None


@dataclass(frozen=True, slots=True)
class Answered:
    """An agent answered so that the requester can read it; assigning somebody is no answer."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TermsChanged:
    """A new version of the targets took effect; made by :func:`read_clock` itself."""

    at: datetime


ClockEvent = Opened | StageChanged | PriorityChanged | ServiceChanged | Answered | TermsChanged


@dataclass(frozen=True, slots=True)
class Terms:
    """What is promised: an amount of working time on a calendar.

    Args:
        target: the amount.
        calendar: where it is counted.
        warn_percent: the share of the target after which to warn.
        target_id: key of the stored target, for whoever shows where this came from.
        calendar_id: key of the stored calendar.
    """

    target: timedelta
    calendar: BusinessCalendar
    warn_percent: int = DEFAULT_WARN_PERCENT
    target_id: int | None = None
    calendar_id: int | None = None

    @property
    def warn_after(self) -> timedelta:
        """The amount of working time after which to warn."""
        return self.target * self.warn_percent // 100


class TermsBook(Protocol):
    """Which terms hold for which work at which time."""

    def terms(
        self, kind: ClockKind, *, priority: int, service_id: int | None, at: datetime
    ) -> Terms | None:
        """Return the terms in force at a moment, or None where nothing is promised."""

    def changes(self, *, after: datetime, until: datetime) -> Iterable[datetime]:
        """Return the moments after one and up to another at which any terms changed."""


WaitingRules = Mapping[tuple[ClockKind, str], bool]
"""Whether waiting for a reason pauses a kind of clock; what is not listed does not pause."""

# What only the requester can end pauses the promise to resolve; what we, our suppliers or our
# other processes can end does not. Nothing pauses the promise to respond.
DEFAULT_WAITING: WaitingRules = {
    (ClockKind.RESOLVE, "requester"): True,
    (ClockKind.RESOLVE, "evidence"): True,
    (ClockKind.RESOLVE, "appointment"): True,
    (ClockKind.RESOLVE, "supplier"): False,
    (ClockKind.RESOLVE, "problem"): False,
    (ClockKind.RESOLVE, "change"): False,
}


class Status(StrEnum):
    """What a clock does during a span."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the work's time in which nothing changed for one clock."""

    start: datetime
    end: datetime
    status: Status
    waiting_reason: str | None
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class Pause:
    """A time during which waiting stopped the clock; without an end while it lasts."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock says at one moment; times are aware, amounts are working time.

    Args:
        kind: what is measured.
        read_at: the moment of the reading.
        state: see :class:`ClockState`.
        terms: the target and calendar that apply, or applied when it stopped.
        elapsed: used so far.
        remaining: target less elapsed; negative once late.
        due_at: when the target is (running) or was (late, met) used up; None while paused in
            time, because it is not known when the pause ends.
        warn_at: while running in time, when the share for warning is or was used up.
        breached_at: the exact moment after which it was late, or None.
        stopped_at: when it stopped, or None.
        paused_since: since when it has been paused, or None.
        paused_reason: what is waited for, or None.
        pauses: all pauses, oldest first.
        withdrawn_breaches: breaches of terms that a later change put more generous ones in the
            place of.
        spans: the spans that were added up, for the explanation.
    """

    kind: ClockKind
    read_at: datetime
    state: ClockState
    terms: Terms
    elapsed: timedelta
    remaining: timedelta
    due_at: datetime | None
    warn_at: datetime | None
    breached_at: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    paused_reason: str | None
    pauses: tuple[Pause, ...]
    withdrawn_breaches: tuple[datetime, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Situation:
    """What the log says of the work so far."""

    priority: int
    service_id: int | None
    phase: Phase = Phase.ACTIVE
    waiting_reason: str | None = None
    has_response: bool = False

    def after(self, event: ClockEvent) -> _Situation:
        match event:
            case PriorityChanged(priority=priority):
                return replace(self, priority=priority)
            case ServiceChanged(service_id=service_id):
                return replace(self, service_id=service_id)
            case Answered():
                return self.answered()
            case StageChanged(phase=phase, waiting_reason=reason):
                changed = replace(self, phase=phase, waiting_reason=reason)
                return changed.answered() if phase is Phase.DONE else changed
            case _:
                return self

    def answered(self) -> _Situation:
        # A response after the withdrawal of the work is none that was promised.
        return self if self.phase is Phase.CANCELLED else replace(self, has_response=True)

    def status(self, kind: ClockKind, waiting: WaitingRules) -> Status:
        if kind is ClockKind.RESPOND and self.has_response:
            return Status.STOPPED
        if self.phase is Phase.DONE:
            return Status.STOPPED
        if self.phase is Phase.CANCELLED:
            return Status.CANCELLED
        if self.phase is Phase.WAITING and waiting.get((kind, self.waiting_reason or ""), False):
            return Status.PAUSED
        return Status.RUNNING


def read_clock(
    events: Iterable[ClockEvent],
    *,
    kind: ClockKind,
    book: TermsBook,
    waiting: WaitingRules,
    at: datetime,
) -> ClockReading | None:
    """Read one clock of one piece of work.

    Args:
        events: the log, in the order in which it was written; what is dated after ``at`` is
            ignored, and what is dated before the event written before it happened with that.
        kind: which clock.
        book: the terms, which may differ by priority, service and time.
        waiting: which waiting pauses the clock.
        at: the moment of the reading, aware.

    Returns:
        The reading, or None if nothing is promised at ``at`` or the work is not yet opened.
    """
    spans = tuple(_spans(_log(events, book, at), kind=kind, book=book, waiting=waiting, at=at))
    if not spans:
        return None
    meter = _Meter()
    for span in spans:
        meter.take(span)
    return meter.reading(kind, spans)


def next_due_at(readings: Iterable[ClockReading]) -> datetime | None:
    """Return the earliest due moment of the clocks that run, by which work is sorted."""
    return min(
        (each.due_at for each in readings if each.state in RUNS and each.due_at is not None),
        default=None,
    )


def _log(events: Iterable[ClockEvent], book: TermsBook, at: datetime) -> list[ClockEvent]:
    """Return the events up to ``at`` from the opening on, with the changes of the terms."""
    given = list(events)
    first = next((n for n, each in enumerate(given) if isinstance(each, Opened)), None)
    if first is None or given[first].at > at:
        return []
    opened = given.pop(first)
    # Moments never go back: of two changes at once the second may be dated a little earlier, and
    # the order in which they were written is the order in which they happened.
    known: list[ClockEvent] = []
    latest = opened.at
    for each in given:
        latest = max(latest, each.at)
        known.append(each if each.at == latest else replace(each, at=latest))
    changes = [TermsChanged(moment) for moment in book.changes(after=opened.at, until=at)]
    rest = sorted([*changes, *(e for e in known if e.at <= at)], key=lambda each: each.at)
    return [opened, *rest]


def _spans(
    log: list[ClockEvent],
    *,
    kind: ClockKind,
    book: TermsBook,
    waiting: WaitingRules,
    at: datetime,
) -> Iterator[Span]:
    """Yield the spans between the events; some are empty, where two events share a moment."""
    ends = [*(each.at for each in log[1:]), at]
    situation: _Situation | None = None
    for event, end in zip(log, ends, strict=bool(log)):
        if situation is None:
            assert isinstance(event, Opened)  # noqa: S101 - _log begins with the opening
            situation = _Situation(event.priority, event.service_id)
        else:
            situation = situation.after(event)
        yield Span(
            start=event.at,
            end=end,
            status=situation.status(kind, waiting),
            waiting_reason=situation.waiting_reason,
            terms=book.terms(
                kind, priority=situation.priority, service_id=situation.service_id, at=event.at
            ),
        )


class _Meter:
    """Adds up spans; the only part of this module that changes as it goes."""

    def __init__(self) -> None:
        self.terms: Terms | None = None
        self.used = NOTHING
        self.due_at: datetime | None = None
        self.warn_at: datetime | None = None
        self.warned_from: datetime | None = None
        self.breached_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.cancelled = False
        self.pauses: list[Pause] = []
        self.withdrawn: list[datetime] = []

    def take(self, span: Span) -> None:
        """Add one span."""
        self._note_pause(span)
        if span.status in {Status.STOPPED, Status.CANCELLED}:
            # A stopped clock keeps the terms that it stopped under, whatever changes later.
            self.stopped_at = self.stopped_at or span.start
            self.cancelled = span.status is Status.CANCELLED
            return
        self.stopped_at, self.cancelled = None, False
        if span.terms != self.terms:
            self._retarget(span.terms)
        self.due_at = self.warn_at = None
        if self.terms is not None and span.status is Status.RUNNING:
            self._run(span, self.terms)

    def _retarget(self, terms: Terms | None) -> None:
        """Apply other terms to what was used; a breach that they would have avoided is void."""
        self.terms = terms
        if terms is None or terms.warn_after > self.used:
            self.warned_from = None
        if self.breached_at is not None and (terms is None or terms.target > self.used):
            self.withdrawn.append(self.breached_at)
            self.breached_at = None

    def _run(self, span: Span, terms: Terms) -> None:
        self.due_at = self._reach(span, terms, terms.target)
        warn_at = self._reach(span, terms, terms.warn_after)
        if self.warned_from is None and warn_at is not None and span.end >= warn_at:
            self.warned_from = warn_at
        self.warn_at = self.warned_from or warn_at
        if self.breached_at is None and self.due_at is not None and span.end > self.due_at:
            self.breached_at = self.due_at
        self.used += terms.calendar.working_time(span.start, span.end)

    def _reach(self, span: Span, terms: Terms, amount: timedelta) -> datetime | None:
        try:
            return terms.calendar.add(span.start, max(NOTHING, amount - self.used))
        except NeverOpen:
            return None

    def _note_pause(self, span: Span) -> None:
        last = self.pauses[-1] if self.pauses and self.pauses[-1].end is None else None
        if span.status is Status.PAUSED and last and last.reason == span.waiting_reason:
            return
        if last is not None:
            self.pauses[-1] = replace(last, end=span.start)
            if last.start == span.start:
                self.pauses.pop()
        if span.status is Status.PAUSED:
            self.pauses.append(Pause(span.start, None, span.waiting_reason or ""))

    def _state(self, last: Status) -> ClockState:
        if self.stopped_at is not None:
            if self.cancelled:
                return ClockState.CANCELLED
            return ClockState.MET if self.breached_at is None else ClockState.MISSED
        if last is Status.PAUSED:
            return ClockState.PAUSED
        return ClockState.RUNNING if self.breached_at is None else ClockState.BREACHED

    def reading(self, kind: ClockKind, spans: tuple[Span, ...]) -> ClockReading | None:
        """Return what the spans add up to, or None if nothing was promised at the end."""
        if self.terms is None:
            return None
        state = self._state(spans[-1].status)
        pause = self.pauses[-1] if state is ClockState.PAUSED else None
        return ClockReading(
            kind=kind,
            read_at=spans[-1].end,
            state=state,
            terms=self.terms,
            elapsed=self.used,
            remaining=self.terms.target - self.used,
            due_at=self.breached_at or self.due_at,
            warn_at=self.warn_at if state is ClockState.RUNNING else None,
            breached_at=self.breached_at,
            stopped_at=self.stopped_at,
            paused_since=pause.start if pause else None,
            paused_reason=pause.reason if pause else None,
            pauses=tuple(self.pauses),
            withdrawn_breaches=tuple(self.withdrawn),
            spans=spans,
        )
