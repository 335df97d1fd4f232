"""What clocks say, for pages, lists and the interface; and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from timshel.kernel import calendar as algebra
from timshel.kernel.errors import NotFound
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    Clock,
    Target,
)
from timshel.relationship_agreement.service_level.queries.readings import read_clocks
from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.rules.explanation import (
    ExplainedStretch,
    explain_reading,
)
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind, ClockState


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock as people see it; amounts are working time.

    Args:
        work_item_id: the work.
        kind: what is measured.
        lap: which run of this kind of clock, from 1; shown is the last.
        state: what it says.
        due_at: when the target is used up; None while paused in time.
        target: what is promised.
        elapsed: used so far.
        remaining: target less elapsed; negative once late.
        breached: whether it was late at any time under the terms that hold.
        breached_at: the exact moment of that.
        stopped_at: when it stopped, or None.
        paused_since: since when it is paused, or None.
        paused_reason: what is waited for, or None.
    """

    work_item_id: int
    kind: ClockKind
    lap: int
    state: ClockState
    due_at: datetime | None
    target: timedelta
    elapsed: timedelta
    remaining: timedelta
    breached: bool
    breached_at: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    paused_reason: str | None


@dataclass(frozen=True, slots=True)
class ClockMark:
    """What a list shows of a clock: read as it was kept, without counting working time.

    Args:
        kind: what is measured.
        state: what it said when it was last read.
        due_at: when the target is used up; None while paused in time.
        is_late: whether it was late at any time, or is by now.
    """

    kind: ClockKind
    state: ClockState
    due_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class ClockExplanation:
    """A clock, the promise behind it and all the time that it counted or did not.

    Args:
        clock: what it says.
        agreement_name: the agreement that applies.
        calendar_name: the calendar in which the target is counted.
        calendar_zone: that calendar's time zone.
        stretches: all time from the opening to the reading and on to the due moment.
        withdrawn_breaches: breaches that a later, more generous target made void.
    """

    clock: ClockView
    agreement_name: str
    calendar_name: str
    calendar_zone: str
    stretches: tuple[ExplainedStretch, ...]
    withdrawn_breaches: tuple[datetime, ...]


def clocks_of(work_item_id: int, *, at: datetime) -> tuple[ClockView, ...]:
    """Return the clocks of one piece of work, to respond first, in two queries.

    Args:
        work_item_id: its key; the caller has asked whether the reader may see it.
        at: the moment to say it for, not before the last change of the work.
    """
    return clocks_for([work_item_id], at=at).get(work_item_id, ())


def clocks_for(
    work_item_ids: Collection[int], *, at: datetime
) -> Mapping[int, tuple[ClockView, ...]]:
    """Return the clocks of several pieces of work by their keys, in two queries.

    Args:
        work_item_ids: their keys; the caller has asked whether the reader may see them.
        at: the moment to say it for, not before the last change of the work.
    """
    rows = [_ClockRow(*row) for row in _current(work_item_ids).values_list(*COLUMNS)]
    calendars = BusinessCalendar.objects.in_bulk({row.calendar_id for row in rows})
    hours = {key: calendar.hours() for key, calendar in calendars.items()}
    found: dict[int, list[ClockView]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: KIND_ORDER[each.kind]):
        found[row.work_item_id].append(_view(row, hours[row.calendar_id], at=at))
    return {key: tuple(views) for key, views in found.items()}


def clock_marks(
    work_item_ids: Collection[int], *, at: datetime
) -> Mapping[int, tuple[ClockMark, ...]]:
    """Return the marks of the clocks of several pieces of work by their keys, in one query.

    Args:
        work_item_ids: their keys; the caller has asked whether the reader may see them.
        at: now.
    """
    rows = _current(work_item_ids).values_list(
        "work_item_id", "kind", "state", "due_at", "breached_at"
    )
    found: dict[int, tuple[ClockMark, ...]] = {}
    for key, kind, state, due_at, breached_at in rows:
        runs_late = state in RUNS and due_at is not None and due_at < at
        mark = ClockMark(
            ClockKind(kind), ClockState(state), due_at, breached_at is not None or runs_late
        )
        found[key] = (*found.get(key, ()), mark)
    return found


def explain_clock(work_item_id: int, kind: ClockKind, *, at: datetime) -> ClockExplanation:
    """Return why the present lap of a clock says what it says, in a fixed number of queries.

    Args:
        work_item_id: the work; the caller has asked whether the reader may see it.
        kind: which clock.
        at: the moment of the reading; it may lie in the past.

    Raises:
        NotFound: nothing is promised for this work at that moment.
    """
    readings = read_clocks([work_item_id], at=at).get(work_item_id, ())
    reading = next((each for each in readings if each.kind is kind and each.is_current), None)
    if reading is None or reading.terms.target_id is None:
        raise NotFound
    target = Target.objects.select_related("agreement").get(pk=reading.terms.target_id)
    calendar = BusinessCalendar.objects.get(pk=reading.terms.calendar_id or 0)
    return ClockExplanation(
        clock=_view_of_reading(work_item_id, reading),
        agreement_name=target.agreement.name,
        calendar_name=calendar.name,
        calendar_zone=calendar.time_zone,
        stretches=explain_reading(reading, at=at),
        withdrawn_breaches=reading.withdrawn_breaches,
    )


class _ClockRow(NamedTuple):
    """The columns of a stored reading; lists read hundreds, so they are no model instances."""

    work_item_id: int
    kind: str
    lap: int
    state: str
    due_at: datetime | None
    target: timedelta
    elapsed: timedelta
    read_at: datetime
    breached_at: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    paused_reason: str | None
    calendar_id: int


def _current(work_item_ids: Collection[int]) -> QuerySet[Clock]:
    return Clock.objects.filter(work_item_id__in=list(work_item_ids), is_current=True)


COLUMNS = _ClockRow._fields
KIND_ORDER = {kind.value: number for number, kind in enumerate(ClockKind)}


def _view(row: _ClockRow, hours: algebra.BusinessCalendar, *, at: datetime) -> ClockView:
    """Return a stored reading brought forward to a moment: until it changes, only time passes."""
    state, elapsed = ClockState(row.state), row.elapsed
    if state in RUNS and at > row.read_at:
        elapsed += hours.working_time(row.read_at, at)
    breached_at = row.breached_at
    if state is ClockState.RUNNING and row.due_at is not None and at > row.due_at:
        state, breached_at = ClockState.BREACHED, row.due_at
    return ClockView(
        work_item_id=row.work_item_id,
        kind=ClockKind(row.kind),
        lap=row.lap,
        state=state,
        due_at=row.due_at,
        target=row.target,
        elapsed=elapsed,
        remaining=row.target - elapsed,
        breached=breached_at is not None,
        breached_at=breached_at,
        stopped_at=row.stopped_at,
        paused_since=row.paused_since,
        paused_reason=row.paused_reason,
    )


def _view_of_reading(work_item_id: int, reading: ClockReading) -> ClockView:
    return ClockView(
        work_item_id=work_item_id,
        kind=reading.kind,
        lap=reading.lap,
        state=reading.state,
        due_at=reading.due_at,
        target=reading.terms.target,
        elapsed=reading.elapsed,
        remaining=reading.remaining,
        breached=reading.breached_at is not None,
        breached_at=reading.breached_at,
        stopped_at=reading.stopped_at,
        paused_since=reading.paused_since,
        paused_reason=reading.paused_reason,
    )
