"""The clock: a pure function of what happened, of what was promised and of the calendars.

Nothing is counted up as time goes by. Each reading walks the log of one piece of work from its
opening, cuts the time into spans in which nothing changed, and adds up the working time of those
that count. A correction of the log, of an agreement or of a calendar is therefore never more than
another reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from timshel.kernel.calendar import NeverOpen
from timshel.relationship_agreement.service_level.rules.happenings import (
    ClockEvent,
    Holder,
    Opened,
)
from timshel.relationship_agreement.service_level.rules.laps import (
    ENDS,
    Lap,
    Span,
    Status,
    current_lap,
    laps_of,
)
from timshel.relationship_agreement.service_level.rules.life import Stay, life_of
from timshel.relationship_agreement.service_level.rules.terms import (
    NOTHING,
    Alert,
    Terms,
    TermsBook,
)
from timshel.relationship_agreement.service_level.rules.waiting import WaitingBook
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind, ClockState


@dataclass(frozen=True, slots=True)
class Pause:
    """A time during which waiting stopped the clock; without an end while it lasts."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert of a clock that runs, and when the time for it has come or will come.

    Args:
        alert: who hears.
        at: when; for one whose time came before the last change, that change.
        is_reached: whether the time has come.
    """

    alert: Alert
    at: datetime
    is_reached: bool


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock says at one moment; times are aware, amounts are working time.

    Args:
        kind: what is measured.
        lap: which run of this kind of clock, from 1.
        is_current: whether it is the lap that people mean, see :func:`~.laps.current_lap`.
        holder: whose time is measured, for kind ``hop`` and for tasks.
        started_at: when the lap began.
        read_at: the moment of the reading.
        state: see :class:`ClockState`.
        terms: the target and calendar that apply, or applied when it stopped.
        elapsed: used so far.
        remaining: target less elapsed; negative once late.
        due_at: when the target is (running) or was (late, met) used up; None while paused in
            time, because it is not known when the pause ends.
        alerts: while it runs, whom it will tell when.
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
    lap: int
    is_current: bool
    holder: Holder | None
    started_at: datetime
    read_at: datetime
    state: ClockState
    terms: Terms
    elapsed: timedelta
    remaining: timedelta
    due_at: datetime | None
    alerts: tuple[DueAlert, ...]
    breached_at: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    paused_reason: str | None
    pauses: tuple[Pause, ...]
    withdrawn_breaches: tuple[datetime, ...]
    spans: tuple[Span, ...]


def read_clock(
    events: Iterable[ClockEvent],
    *,
    kind: ClockKind,
    book: TermsBook,
    waiting: WaitingBook,
    at: datetime,
) -> ClockReading | None:
    """Read the present lap of one clock of one piece of work.

    Args: as for :func:`read_laps`.

    Returns:
        The reading, or None if nothing is promised at ``at`` or the work is not yet opened.
    """
    readings = read_laps(events, kind=kind, book=book, waiting=waiting, at=at)
    return next((each for each in readings if each.is_current), None)


def read_laps(
    events: Iterable[ClockEvent],
    *,
    kind: ClockKind,
    book: TermsBook,
    waiting: WaitingBook,
    at: datetime,
) -> tuple[ClockReading, ...]:
    """Read all laps of one clock of one piece of work, oldest first.

    Args:
        events: the log, in the order in which it was written; what is dated after ``at`` is
            ignored, and what is dated before the event written before it happened with that.
        kind: which clock.
        book: the terms, which may differ by facts and time.
        waiting: which waiting pauses the clock.
        at: the moment of the reading, aware.

    Returns:
        The readings of those laps for which something is promised.
    """
    life = whole_life(events, book=book, waiting=waiting, at=at)
    return read_life(life, kind=kind, book=book, waiting=waiting)


def whole_life(
    events: Iterable[ClockEvent], *, book: TermsBook, waiting: WaitingBook, at: datetime
) -> tuple[Stay, ...]:
    """Return the life of a piece of work, cut where what is promised changed, too."""
    given = list(events)
    opened = next((each for each in given if isinstance(each, Opened)), None)
    if opened is None or opened.at > at:
        return ()
    moments = {
        *book.changes(after=opened.at, until=at),
        *waiting.changes(after=opened.at, until=at),
    }
    return life_of(given, at=at, moments=moments)


def read_life(
    life: tuple[Stay, ...], *, kind: ClockKind, book: TermsBook, waiting: WaitingBook
) -> tuple[ClockReading, ...]:
    """Read all laps of one clock from a life that is known already; see :func:`read_laps`."""
    laps = laps_of(kind, life, book=book, waiting=waiting)
    current = current_lap(laps)
    readings = (_read_lap(kind, lap, is_current=lap is current) for lap in laps)
    return tuple(reading for reading in readings if reading is not None)


def next_due_at(readings: Iterable[ClockReading]) -> datetime | None:
    """Return the earliest due moment of the clocks that run, by which work is sorted."""
    return min(
        (each.due_at for each in readings if each.state in RUNS and each.due_at is not None),
        default=None,
    )


def _read_lap(kind: ClockKind, lap: Lap, *, is_current: bool) -> ClockReading | None:
    meter = _Meter()
    for span in lap.spans:
        meter.take(span)
    return meter.reading(kind, lap, is_current=is_current)


class _Meter:
    """Adds up spans; the only part of this module that changes as it goes."""

    def __init__(self) -> None:
        self.terms: Terms | None = None
        self.used = NOTHING
        self.due_at: datetime | None = None
        self.used_before = NOTHING
        self.breached_at: datetime | None = None
        self.stopped_at: datetime | None = None
        self.ended_as = Status.STOPPED
        self.pauses: list[Pause] = []
        self.withdrawn: list[datetime] = []

    def take(self, span: Span) -> None:
        """Add one span."""
        self._note_pause(span)
        if span.status in ENDS:
            # A stopped clock keeps the terms that it stopped under, whatever changes later.
            self.stopped_at = self.stopped_at or span.start
            self.ended_as = span.status
            return
        self.stopped_at = None
        if span.terms != self.terms:
            self._retarget(span.terms)
        self.due_at = None
        self.used_before = self.used
        if self.terms is not None and span.status is Status.RUNNING:
            self._run(span, self.terms)

    def _retarget(self, terms: Terms | None) -> None:
        """Apply other terms to what was used; a breach that they would have avoided is void."""
        self.terms = terms
        if self.breached_at is not None and (terms is None or terms.target > self.used):
            self.withdrawn.append(self.breached_at)
            self.breached_at = None

    def _run(self, span: Span, terms: Terms) -> None:
        self.due_at = self._reach(span, terms, terms.target)
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
            if self.ended_as is Status.CANCELLED:
                return ClockState.CANCELLED
            if self.breached_at is not None:
                return ClockState.MISSED
            is_kept = self.ended_as is Status.STOPPED
            return ClockState.MET if is_kept else ClockState.CANCELLED
        if last is Status.PAUSED:
            return ClockState.PAUSED
        return ClockState.RUNNING if self.breached_at is None else ClockState.BREACHED

    def _alerts(self, span: Span, terms: Terms) -> tuple[DueAlert, ...]:
        """Return whom the running clock tells when; only the last span needs to be counted."""
        found = []
        for alert in terms.alerts:
            amount = alert.amount(terms.target)
            try:
                at = terms.calendar.add(span.start, max(NOTHING, amount - self.used_before))
            except NeverOpen:
                continue
            found.append(DueAlert(alert, at, is_reached=at <= span.end))
        return tuple(found)

    def reading(self, kind: ClockKind, lap: Lap, *, is_current: bool) -> ClockReading | None:
        """Return what the spans add up to, or None if nothing was promised at the end."""
        if self.terms is None:
            return None
        last = lap.spans[-1]
        state = self._state(last.status)
        pause = self.pauses[-1] if state is ClockState.PAUSED else None
        return ClockReading(
            kind=kind,
            lap=lap.number,
            is_current=is_current,
            holder=lap.holder,
            started_at=lap.spans[0].start,
            read_at=last.end,
            state=state,
            terms=self.terms,
            elapsed=self.used,
            remaining=self.terms.target - self.used,
            due_at=self.breached_at or self.due_at,
            alerts=self._alerts(last, self.terms) if state in RUNS else (),
            breached_at=self.breached_at,
            stopped_at=self.stopped_at,
            paused_since=pause.start if pause else None,
            paused_reason=pause.reason if pause else None,
            pauses=tuple(self.pauses),
            withdrawn_breaches=tuple(self.withdrawn),
            spans=tuple(lap.spans),
        )
