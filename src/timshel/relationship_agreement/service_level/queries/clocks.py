"""What clocks say, for pages, lists and the interface."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from timshel.kernel import calendar as algebra
from timshel.relationship_agreement.service_level.models import BusinessCalendar, Clock
from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind, ClockState


@dataclass(frozen=True, slots=True)
class ClockForecast:
    """How likely a clock is to run out, as it was last worked out.

    Args:
        chance: between 0 and 1.
        is_learnt: whether it was learnt from history; otherwise it is the share that is used.
        reasons: what moved it most, as it is kept; see ``queries.breaches.told_reasons``.
    """

    chance: float
    is_learnt: bool
    reasons: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock as people see it; amounts are working time.

    Args:
        work_item_id: the work.
        kind: what is measured.
        lap: which run of this kind of clock, from 1.
        is_current: whether it is the lap that people mean when they ask for the clock. The others
            are over, save that of a team while a supplier has its work: it is paused, and goes on
            when the team has the work again.
        started_at: when the lap began.
        team_id: whose time is measured, for kind ``hop``.
        supplier_id: the same, where a supplier has the work.
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
        forecast: how likely it is to run out, for helpers alone; None where nothing is foretold,
            as of clocks that are late or have stopped.
    """

    work_item_id: int
    kind: ClockKind
    lap: int
    is_current: bool
    started_at: datetime
    team_id: int | None
    supplier_id: int | None
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
    forecast: ClockForecast | None = None


@dataclass(frozen=True, slots=True)
class ClockMark:
    """What a list shows of a clock: read as it was kept, without counting working time.

    Args:
        kind: what is measured.
        is_current: whether it is the lap that people mean when they ask for the clock. The others
            are over, save that of a team while a supplier has its work, which is paused.
        state: what it said when it was last read.
        due_at: when the target is used up; None while paused in time.
        is_late: whether it was late at any time, or is by now.
        chance: that it will run out, where that was learnt from history; for helpers alone.
    """

    kind: ClockKind
    is_current: bool
    state: ClockState
    due_at: datetime | None
    is_late: bool
    chance: float | None = None


def clocks_of(work_item_id: int, *, at: datetime) -> tuple[ClockView, ...]:
    """Return the present clocks of one piece of work, to respond first, in two queries.

    Args:
        work_item_id: its key; the caller has asked whether the reader may see it.
        at: the moment to say it for, not before the last change of the work.
    """
    return clocks_for([work_item_id], at=at).get(work_item_id, ())


def clock_laps(
    work_item_id: int, *, at: datetime, is_foretold: bool = False
) -> tuple[ClockView, ...]:
    """Return all laps of the clocks of one piece of work, those of one kind together with the
    oldest first, in two queries.

    Args:
        work_item_id: its key; the caller has asked whether the reader may see it.
        at: the moment to say it for, not before the last change of the work.
        is_foretold: with forecasts, for those who see the work as helpers.
    """
    clocks = Clock.objects.filter(work_item=work_item_id)
    return _views(clocks, at=at, is_foretold=is_foretold).get(work_item_id, ())


def clocks_for(
    work_item_ids: Collection[int], *, at: datetime
) -> Mapping[int, tuple[ClockView, ...]]:
    """Return the present clocks of several pieces of work by their keys, in two queries.

    Args:
        work_item_ids: their keys; the caller has asked whether the reader may see them.
        at: the moment to say it for, not before the last change of the work.
    """
    clocks = Clock.objects.filter(work_item_id__in=list(work_item_ids), is_current=True)
    return _views(clocks, at=at)


def _views(
    clocks: QuerySet[Clock], *, at: datetime, is_foretold: bool = False
) -> Mapping[int, tuple[ClockView, ...]]:
    rows = [_ClockRow(*row) for row in clocks.values_list(*COLUMNS)]
    calendars = BusinessCalendar.objects.in_bulk({row.calendar_id for row in rows})
    hours = {key: calendar.hours() for key, calendar in calendars.items()}
    found: dict[int, list[ClockView]] = defaultdict(list)
    for row in sorted(rows, key=lambda each: (KIND_ORDER[each.kind], each.lap)):
        view = _view(row, hours[row.calendar_id], at=at)
        found[row.work_item_id].append(view if is_foretold else replace(view, forecast=None))
    return {key: tuple(views) for key, views in found.items()}


def clock_marks(
    work_item_ids: Collection[int], *, at: datetime
) -> Mapping[int, tuple[ClockMark, ...]]:
    """Return the marks of all laps of the clocks of several pieces of work by their keys, in one
    query.

    Args:
        work_item_ids: their keys; the caller has asked whether the reader may see them.
        at: now.
    """
    rows = Clock.objects.filter(work_item_id__in=list(work_item_ids)).values_list(
        "work_item_id",
        "kind",
        "is_current",
        "state",
        "due_at",
        "breached_at",
        "forecast__chance",
        "forecast__is_learnt",
    )
    found: dict[int, tuple[ClockMark, ...]] = {}
    for key, kind, is_current, state, due_at, breached_at, chance, is_learnt in rows:
        runs_late = state in RUNS and due_at is not None and due_at < at
        is_late = breached_at is not None or runs_late
        mark = ClockMark(
            kind=ClockKind(kind),
            is_current=is_current,
            state=ClockState(state),
            due_at=due_at,
            is_late=is_late,
            chance=chance if is_learnt and not is_late else None,
        )
        found[key] = (*found.get(key, ()), mark)
    return found


def late(at: datetime) -> Q:
    """Return the condition for clocks that were late, or run past their due moment by now.

    It is true of exactly the clocks whose :class:`ClockMark` is late. Every lap of every clock
    counts, since each was a promise; one that another took the place of before it ran out was
    kept from being broken, and is not late.
    """
    return Q(breached_at__isnull=False) | Q(state__in=sorted(RUNS), due_at__lt=at)


class _ClockRow(NamedTuple):
    """The columns of a stored reading; lists read hundreds, so they are no model instances."""

    work_item_id: int
    kind: str
    lap: int
    is_current: bool
    started_at: datetime
    team_id: int | None
    supplier_id: int | None
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
    forecast__chance: float | None
    forecast__is_learnt: bool | None
    forecast__reasons: Any


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
        is_current=row.is_current,
        started_at=row.started_at,
        team_id=row.team_id,
        supplier_id=row.supplier_id,
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
        forecast=_forecast(row) if breached_at is None else None,
    )


def _forecast(row: _ClockRow) -> ClockForecast | None:
    if row.forecast__chance is None or row.stopped_at is not None:
        return None
    return ClockForecast(
        chance=row.forecast__chance,
        is_learnt=bool(row.forecast__is_learnt),
        reasons=tuple(row.forecast__reasons or ()),
    )


def view_of_reading(work_item_id: int, reading: ClockReading) -> ClockView:
    """Return a fresh reading of the clocks of some work as people see it."""
    return ClockView(
        work_item_id=work_item_id,
        kind=reading.kind,
        lap=reading.lap,
        is_current=reading.is_current,
        started_at=reading.started_at,
        team_id=reading.holder.team_id if reading.holder else None,
        supplier_id=reading.holder.supplier_id if reading.holder else None,
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
