"""What clocks say, for pages, lists and the interface; and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q

from timshel.kernel import calendar as algebra
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.models import Entry
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    Clock,
    Target,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.rules.book import TargetBook, TargetVersion
from timshel.relationship_agreement.service_level.rules.clock import (
    DEFAULT_WAITING,
    ClockEvent,
    ClockReading,
    Opened,
    ServiceChanged,
    Terms,
    WaitingRules,
    read_clock,
)
from timshel.relationship_agreement.service_level.rules.explanation import (
    ExplainedStretch,
    explain_reading,
)
from timshel.relationship_agreement.service_level.rules.log import READ_FIELDS, clock_events
from timshel.relationship_agreement.service_level.states import RUNS, ClockKind, ClockState


@dataclass(frozen=True, slots=True)
class ClockView:
    """One clock as people see it; amounts are working time.

    Args:
        work_item_id: the work.
        kind: what is measured.
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
        is_standard: whether the standard target applies and not one of the service.
        calendar_name: the calendar in which the target is counted.
        calendar_zone: that calendar's time zone.
        stretches: all time from the opening to the reading and on to the due moment.
        withdrawn_breaches: breaches that a later, more generous target made void.
    """

    clock: ClockView
    is_standard: bool
    calendar_name: str
    calendar_zone: str
    stretches: tuple[ExplainedStretch, ...]
    withdrawn_breaches: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class TargetView:
    """A promise in force: so much working time on a calendar, for a priority."""

    kind: ClockKind
    priority: int
    service_id: int | None
    duration: timedelta
    calendar_code: str
    calendar_name: str
    warn_percent: int
    valid_from: datetime


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
    rows = [
        _ClockRow(*row)
        for row in Clock.objects.filter(work_item_id__in=list(work_item_ids)).values_list(*COLUMNS)
    ]
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
    rows = Clock.objects.filter(work_item_id__in=list(work_item_ids)).values_list(
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
    """Return why a clock says what it says, in a fixed number of queries.

    Args:
        work_item_id: the work; the caller has asked whether the reader may see it.
        kind: which clock.
        at: the moment of the reading; it may lie in the past.

    Raises:
        NotFound: nothing is promised for this work at that moment.
    """
    reading = read_clocks([work_item_id], at=at)[work_item_id].get(kind)
    if reading is None or reading.terms.target_id is None:
        raise NotFound
    target = Target.objects.select_related("calendar").get(pk=reading.terms.target_id)
    return ClockExplanation(
        clock=_view_of_reading(work_item_id, reading),
        is_standard=target.service_id is None,
        calendar_name=target.calendar.name,
        calendar_zone=target.calendar.time_zone,
        stretches=explain_reading(reading, at=at),
        withdrawn_breaches=reading.withdrawn_breaches,
    )


def targets_in_force(*, at: datetime) -> tuple[TargetView, ...]:
    """Return what is promised at a moment: the standard first, then by service."""
    rows = Target.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), valid_from__lte=at
    ).select_related("calendar")
    return tuple(
        TargetView(
            kind=ClockKind(row.kind),
            priority=row.priority,
            service_id=row.service_id,
            duration=row.duration,
            calendar_code=row.calendar.code,
            calendar_name=row.calendar.name,
            warn_percent=row.warn_percent,
            valid_from=row.valid_from,
        )
        for row in sorted(rows, key=lambda row: (row.service_id or 0, row.kind, row.priority))
    )


def calendar_codes() -> frozenset[str]:
    """Return the codes of all calendars."""
    return frozenset(BusinessCalendar.objects.values_list("code", flat=True))


def read_clocks(
    work_item_ids: Collection[int], *, at: datetime, to_the_end: bool = False
) -> dict[int, dict[ClockKind, ClockReading]]:
    """Read the clocks of several pieces of work from their journals, in four queries.

    Args:
        work_item_ids: their keys.
        at: the moment of the readings.
        to_the_end: read later where the journal goes on after ``at``; of two changes at once,
            the one that is written second may be dated first.

    Returns:
        For each key the readings by kind; kinds for which nothing is promised are left out.
    """
    logs = _logs(work_item_ids)
    book = _book(logs)
    waiting = waiting_rules()
    readings: dict[int, dict[ClockKind, ClockReading]] = {}
    for work_item_id, events in logs.items():
        moment = max(at, *(each.at for each in events)) if to_the_end else at
        found = {
            kind: read_clock(events, kind=kind, book=book, waiting=waiting, at=moment)
            for kind in ClockKind
        }
        readings[work_item_id] = {
            kind: reading for kind, reading in found.items() if reading is not None
        }
    return readings


def waiting_rules() -> WaitingRules:
    """Return which waiting pauses which clock: the defaults, as changed by the table."""
    stored = WaitingRule.objects.values_list("kind", "reason", "pauses")
    return {**DEFAULT_WAITING, **{(ClockKind(kind), reason): on for kind, reason, on in stored}}


class _ClockRow(NamedTuple):
    """The columns of a stored reading; lists read hundreds, so they are no model instances."""

    work_item_id: int
    kind: str
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


COLUMNS = _ClockRow._fields
KIND_ORDER = {kind.value: number for number, kind in enumerate(ClockKind)}


@dataclass(frozen=True, slots=True)
class _LogRow:
    at: datetime
    changes: Mapping[str, list[Any]]


def _logs(work_item_ids: Collection[int]) -> dict[int, tuple[ClockEvent, ...]]:
    """Return the logs by key; work that is not journalled yet was just opened as it stands."""
    items = WorkItem.objects.filter(pk__in=list(work_item_ids)).values_list(
        "pk", "opened_at", "priority", "service_id"
    )
    entries: dict[int, list[_LogRow]] = defaultdict(list)
    # Only the fields that a clock reads are fetched: an opening holds whole descriptions.
    rows = (
        Entry.objects.filter(
            subject_kind=SUBJECT,
            subject_id__in=list(work_item_ids),
            changes__has_any_keys=list(READ_FIELDS),
        )
        .order_by("version", "at", "id")
        .values_list("subject_id", "at", *(f"changes__{field}" for field in READ_FIELDS))
    )
    for subject_id, moment, *values in rows:
        changes = {
            field: value
            for field, value in zip(READ_FIELDS, values, strict=True)
            if value is not None
        }
        entries[subject_id].append(_LogRow(moment, changes))
    logs = {}
    for key, opened_at, priority, service_id in items:
        events = clock_events(entries[key])
        if not any(isinstance(each, Opened) for each in events):
            events = (Opened(opened_at, priority, service_id), *events)
        logs[key] = events
    return logs


def _book(logs: Mapping[int, Iterable[ClockEvent]]) -> TargetBook:
    """Return the targets that the logs can need."""
    services = {
        event.service_id
        for events in logs.values()
        for event in events
        if isinstance(event, Opened | ServiceChanged) and event.service_id is not None
    }
    rows = Target.objects.filter(Q(service__isnull=True) | Q(service__in=services)).select_related(
        "calendar"
    )
    calendars = {row.calendar_id: row.calendar for row in rows}
    hours = {key: calendar.hours() for key, calendar in calendars.items()}
    return TargetBook(
        TargetVersion(
            kind=ClockKind(row.kind),
            priority=row.priority,
            service_id=row.service_id,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            terms=Terms(
                target=row.duration,
                calendar=hours[row.calendar_id],
                warn_percent=row.warn_percent,
                target_id=row.pk,
                calendar_id=row.calendar_id,
            ),
        )
        for row in rows
    )


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
