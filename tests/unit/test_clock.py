"""The clock against a second implementation that walks minute by minute, and by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timshel.kernel.calendar import (
    DAY,
    BusinessCalendar,
    Exceptional,
    around_the_clock,
    business_calendar,
)
from timshel.relationship_agreement.service_level.rules.book import TargetBook, TargetVersion
from timshel.relationship_agreement.service_level.rules.clock import (
    Answered,
    ClockEvent,
    ClockReading,
    Opened,
    Phase,
    PriorityChanged,
    ServiceChanged,
    StageChanged,
    Terms,
    read_clock,
)
from timshel.relationship_agreement.service_level.rules.explanation import explain_reading
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOTHING = timedelta(0)
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
OFFICE = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
WEEK = (OFFICE,) * 5 + ((), ())
ZURICH = ZoneInfo("Europe/Zurich")
WAITING = {(ClockKind.RESOLVE, "requester"): True, (ClockKind.RESOLVE, "supplier"): False}
DOCUMENT = Path(__file__).parents[2] / "docs" / "algorithms" / "service-level-clocks.md"

# ------------------------------------------------------------------ the slow, obvious clock


@dataclass
class Walk:
    """What the walk knows; every figure is in whole minutes."""

    priority: int
    service_id: int | None
    phase: Phase = Phase.ACTIVE
    reason: str | None = None
    responded: bool = False
    terms: Terms | None = None
    used: int = 0
    reached: datetime | None = None
    breached: datetime | None = None
    stopped: datetime | None = None
    cancelled: bool = False

    def finished(self, kind: ClockKind) -> bool:
        responded = kind is ClockKind.RESPOND and self.responded
        return responded or self.phase in {Phase.DONE, Phase.CANCELLED}

    def paused(self, kind: ClockKind) -> bool:
        return self.phase is Phase.WAITING and WAITING.get((kind, self.reason or ""), False)

    def happen(self, event: ClockEvent) -> None:
        if isinstance(event, PriorityChanged):
            self.priority = event.priority
        elif isinstance(event, ServiceChanged):
            self.service_id = event.service_id
        elif isinstance(event, Answered):
            self.responded = self.responded or self.phase is not Phase.CANCELLED
        elif isinstance(event, StageChanged):
            self.phase, self.reason = event.phase, event.waiting_reason
            self.responded = self.responded or self.phase is Phase.DONE

    def settle(self, kind: ClockKind, versions: list[TargetVersion], now: datetime) -> None:
        """Look up what holds after each single thing that happened."""
        if self.finished(kind):
            self.stopped = self.stopped or now
            answered = kind is ClockKind.RESPOND and self.responded
            self.cancelled = self.phase is Phase.CANCELLED and not answered
            return
        self.stopped, self.cancelled = None, False
        terms = looked_up(versions, kind, self.priority, self.service_id, now)
        if terms != self.terms:
            self.terms, self.reached = terms, None
            if terms is None or terms.target > self.used * MINUTE:
                self.breached = None

    def live(self, kind: ClockKind, now: datetime) -> None:
        """Pass one minute."""
        if self.finished(kind) or self.paused(kind) or self.terms is None:
            self.reached = None
            return
        if self.reached is None and self.used * MINUTE >= self.terms.target:
            self.reached = now
        if self.reached is not None:
            self.breached = self.breached or self.reached
        if is_open(self.terms.calendar, now):
            self.used += 1
            if self.reached is None and self.used * MINUTE >= self.terms.target:
                self.reached = now + MINUTE


def is_open(calendar: BusinessCalendar, at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(calendar.zone))
    exceptional = dict(calendar.exceptions).get(wall.date())
    hours = exceptional.hours if exceptional else calendar.weekly[wall.weekday()]
    if exceptional is None and wall.date() in dict(calendar.holidays):
        hours = ()
    return any(start <= wall.hour * 3600 + wall.minute * 60 < end for start, end in hours)


def looked_up(
    versions: list[TargetVersion], kind: ClockKind, priority: int, service: int | None, at: datetime
) -> Terms | None:
    for wanted in (service, None):
        for each in versions:
            is_meant = (each.kind, each.priority, each.service_id) == (kind, priority, wanted)
            is_ended = each.valid_until is not None and each.valid_until <= at
            if is_meant and each.valid_from <= at and not is_ended:
                return each.terms
    return None


def walk(
    events: list[ClockEvent], kind: ClockKind, versions: list[TargetVersion], at: datetime
) -> Walk:
    opened = events[0]
    assert isinstance(opened, Opened)
    state = Walk(opened.priority, opened.service_id)
    now = opened.at
    while now <= at:
        state.settle(kind, versions, now)
        for event in events[1:]:
            if event.at == now:
                state.happen(event)
                state.settle(kind, versions, now)
        if now < at:
            state.live(kind, now)
        now += MINUTE
    return state


# ------------------------------------------------------------------ the property

NIGHTS = {
    "Europe/Zurich": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kathmandu": (date(2026, 12, 31), date(1985, 12, 31)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),
}


@st.composite
def business_calendars(draw: st.DrawFn, night: date, zone: str) -> BusinessCalendar:
    days = [night + timedelta(days=n) for n in range(-2, 3)]
    marks = st.lists(st.integers(0, 48), max_size=4, unique=True).map(sorted)
    hours = marks.map(
        lambda m: tuple((a * 1800, b * 1800) for a, b in zip(m[::2], m[1::2], strict=False))
    )
    weekly = draw(
        st.one_of(
            st.just(((((0, DAY),)),) * 7),
            st.just((OFFICE,) * 7),
            st.lists(hours, min_size=7, max_size=7),
        )
    )
    return business_calendar(
        zone,
        weekly,
        holidays=dict.fromkeys(draw(st.lists(st.sampled_from(days), max_size=1)), "Feast"),
        exceptions=draw(st.dictionaries(st.sampled_from(days), hours.map(Exceptional), max_size=1)),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[ClockEvent], list[TargetVersion], datetime]:
    """A log of some days around a night on which something happens to the clocks."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = draw(st.sampled_from(NIGHTS[zone]))
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(days=1)
    calendars = [draw(business_calendars(night, zone)) for _ in range(2)]
    calendars.append(around_the_clock())
    moments = st.integers(0, 3 * 1440).map(lambda n: start + n * MINUTE)
    terms = st.builds(
        Terms, st.integers(0, 1_800).map(lambda n: n * MINUTE), st.sampled_from(calendars)
    )
    versions = []
    for kind in ClockKind:
        for priority, service in ((1, None), (2, None), (2, 7)):
            change = draw(st.none() | moments)
            versions.append(TargetVersion(kind, priority, service, ALWAYS, change, draw(terms)))
            if change is not None and draw(st.booleans()):
                versions.append(TargetVersion(kind, priority, service, change, None, draw(terms)))
    happenings = st.one_of(
        st.builds(PriorityChanged, moments, st.integers(1, 3)),
        st.builds(ServiceChanged, moments, st.sampled_from([None, 7, 8])),
        st.builds(Answered, moments),
        st.builds(
            StageChanged,
            moments,
            st.just(Phase.WAITING),
            st.sampled_from(["requester", "supplier"]),
        ),
        st.builds(StageChanged, moments, st.sampled_from([Phase.ACTIVE, Phase.DONE])),
        st.builds(StageChanged, moments, st.sampled_from(list(Phase))),
    )
    events: list[ClockEvent] = sorted(draw(st.lists(happenings, max_size=9)), key=lambda e: e.at)
    first = min([start, *(each.at for each in events)])
    opened = Opened(first, draw(st.integers(1, 2)), draw(st.sampled_from([None, 7])))
    return [opened, *events], versions, draw(moments)


@given(cases(), st.sampled_from(list(ClockKind)))
@settings(max_examples=250, deadline=None)
def test_clock_equals_the_walk(
    case: tuple[list[ClockEvent], list[TargetVersion], datetime], kind: ClockKind
) -> None:
    events, versions, at = case
    found = read_clock(events, kind=kind, book=TargetBook(versions), waiting=WAITING, at=at)
    expected = walk(events, kind, versions, at)
    if found is None:
        assert expected.terms is None
        return
    assert found.elapsed == expected.used * MINUTE
    assert found.breached_at == expected.breached
    assert found.stopped_at == expected.stopped
    assert (found.state is ClockState.CANCELLED) == expected.cancelled
    assert (found.state is ClockState.PAUSED) == (
        expected.paused(kind) and not expected.finished(kind)
    )
    assert found.terms == expected.terms
    assert_consistent(found, at)


def assert_consistent(reading: ClockReading, at: datetime) -> None:
    """What must hold of any reading, whatever happened."""
    assert reading.remaining == reading.terms.target - reading.elapsed
    assert (reading.state is ClockState.PAUSED) == (reading.paused_since is not None)
    if reading.state is ClockState.RUNNING and reading.due_at is not None:
        assert reading.due_at >= at
        assert reading.terms.calendar.working_time(at, reading.due_at) == max(
            NOTHING, reading.remaining
        )
    if reading.state in {ClockState.BREACHED, ClockState.MISSED}:
        assert reading.due_at == reading.breached_at
    if reading.state is ClockState.PAUSED and reading.breached_at is None:
        assert reading.due_at is None
    explained = explain_reading(reading, at=at)
    past = [each for each in explained if not each.is_expected]
    assert sum((e.end - e.start for e in past if e.is_counted), NOTHING) == reading.elapsed
    assert all(a.end == b.start for a, b in pairwise(explained))
    if len(explained) > len(past):
        assert (explained[-1].end, explained[-1].elapsed) == (
            reading.due_at,
            max(reading.terms.target, reading.elapsed),
        )


@given(cases(), st.sampled_from(list(ClockKind)))
@settings(max_examples=100, deadline=None)
def test_nothing_breaches_while_paused_and_readings_never_contradict_later_ones(
    case: tuple[list[ClockEvent], list[TargetVersion], datetime], kind: ClockKind
) -> None:
    events, versions, at = case
    book = TargetBook(versions)
    later = read_clock(events, kind=kind, book=book, waiting=WAITING, at=at)
    if later is None:
        return
    if later.breached_at is not None:
        assert not any(p.start < later.breached_at < (p.end or at) for p in later.pauses)
    if later.paused_since is not None:
        earlier = read_clock(events, kind=kind, book=book, waiting=WAITING, at=later.paused_since)
        if earlier is not None and earlier.terms == later.terms:
            assert earlier.elapsed == later.elapsed


# ------------------------------------------------------------------ by hand

CALENDAR = business_calendar("Europe/Zurich", WEEK)


def zurich(day: int, hour: int = 0, minute: int = 0, *, month: int = 6) -> datetime:
    """A moment of 2026; 1 June is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZURICH)


def standard(
    respond: timedelta = HOUR, resolve: timedelta = 8 * HOUR, urgent: timedelta = 4 * HOUR
) -> TargetBook:
    """Targets of priority 3, half of them for priority 2."""
    wanted = (
        (ClockKind.RESPOND, 3, respond),
        (ClockKind.RESPOND, 2, respond / 2),
        (ClockKind.RESOLVE, 3, resolve),
        (ClockKind.RESOLVE, 2, urgent),
    )
    return TargetBook(
        TargetVersion(kind, priority, None, ALWAYS, None, Terms(target, CALENDAR))
        for kind, priority, target in wanted
    )


def read(
    kind: ClockKind, at: datetime, *events: ClockEvent, book: TargetBook | None = None
) -> ClockReading:
    found = read_clock(events, kind=kind, book=book or standard(), waiting=WAITING, at=at)
    assert found is not None
    return found


def resolve(at: datetime, *events: ClockEvent, book: TargetBook | None = None) -> ClockReading:
    return read(ClockKind.RESOLVE, at, *events, book=book)


def respond(at: datetime, *events: ClockEvent, book: TargetBook | None = None) -> ClockReading:
    return read(ClockKind.RESPOND, at, *events, book=book)


def active(at: datetime) -> StageChanged:
    return StageChanged(at, Phase.ACTIVE)


def waits(at: datetime, reason: str = "requester") -> StageChanged:
    return StageChanged(at, Phase.WAITING, reason)


def done(at: datetime) -> StageChanged:
    return StageChanged(at, Phase.DONE)


OPENED = Opened(zurich(1, 9), priority=3)


class TestWhatOthersGotWrong:
    """One test for each mistake that users of other engines reported."""

    def test_a_pause_survives_a_change_of_the_priority(self) -> None:
        reading = resolve(
            zurich(2, 9), OPENED, waits(zurich(1, 10)), PriorityChanged(zurich(1, 14), 2),
            active(zurich(2, 8)),
        )  # fmt: skip
        assert (reading.elapsed, reading.terms.target) == (2 * HOUR, 4 * HOUR)
        assert reading.due_at == zurich(2, 11)

    def test_a_pause_survives_a_change_of_the_agreement(self) -> None:
        earlier = TargetVersion(
            ClockKind.RESOLVE, 3, None, ALWAYS, zurich(1, 14), Terms(8 * HOUR, CALENDAR)
        )
        later = TargetVersion(
            ClockKind.RESOLVE, 3, None, zurich(1, 14), None, Terms(6 * HOUR, CALENDAR)
        )
        book = TargetBook([earlier, later])
        log = (OPENED, waits(zurich(1, 10)), active(zurich(2, 8)))
        reading = resolve(zurich(2, 9), *log, book=book)
        assert (reading.elapsed, reading.due_at) == (2 * HOUR, zurich(2, 14))
        assert len(reading.pauses) == 1

    def test_nothing_is_breached_while_pending(self) -> None:
        reading = resolve(zurich(29, 9), OPENED, waits(zurich(1, 10)))
        assert (reading.state, reading.breached_at) == (ClockState.PAUSED, None)
        assert (reading.due_at, reading.remaining) == (None, 7 * HOUR)
        assert (reading.paused_since, reading.paused_reason) == (zurich(1, 10), "requester")

    def test_after_pending_the_rest_is_there_and_nothing_has_expired(self) -> None:
        reading = resolve(zurich(29, 9), OPENED, waits(zurich(1, 10)), active(zurich(29, 9)))
        assert reading.state is ClockState.RUNNING
        assert reading.due_at == zurich(29, 17)

    def test_a_weekend_of_pending_credits_no_more_than_its_working_time(self) -> None:
        reading = resolve(
            zurich(8, 9),
            Opened(zurich(5, 9), priority=3), waits(zurich(5, 16)), active(zurich(8, 8)),
        )  # fmt: skip
        assert reading.elapsed == 7 * HOUR
        assert reading.due_at == zurich(8, 10)

    def test_waiting_outside_the_hours_changes_nothing(self) -> None:
        reading = resolve(zurich(2, 9), OPENED, waits(zurich(1, 18)), active(zurich(2, 7)))
        assert reading.due_at == resolve(zurich(2, 9), OPENED).due_at == zurich(2, 9)

    def test_the_calendar_is_the_one_of_the_target(self) -> None:
        always = Terms(8 * HOUR, around_the_clock())
        book = TargetBook(
            [
                TargetVersion(ClockKind.RESOLVE, 3, None, ALWAYS, None, Terms(8 * HOUR, CALENDAR)),
                TargetVersion(ClockKind.RESOLVE, 3, 7, ALWAYS, None, always),
            ]
        )
        opened = Opened(zurich(5, 16), priority=3, service_id=7)
        assert resolve(zurich(5, 17), opened, book=book).due_at == zurich(6, 0)
        other = ServiceChanged(zurich(5, 20), None)
        assert resolve(zurich(6, 20), opened, other, book=book).due_at == zurich(8, 12)

    def test_no_time_is_negative_across_zones(self) -> None:
        auckland = ZoneInfo("Pacific/Auckland")
        early = PriorityChanged(datetime(2026, 6, 1, 18, 59, tzinfo=auckland), 2)
        reading = resolve(zurich(1, 10), early, OPENED)
        assert (reading.elapsed, reading.due_at) == (HOUR, zurich(1, 14))

    def test_each_clock_has_its_own_target(self) -> None:
        reading = respond(zurich(1, 9), OPENED, book=standard(respond=3 * HOUR))
        assert (reading.terms.target, reading.due_at) == (3 * HOUR, zurich(1, 12))

    def test_time_while_resolved_is_neither_counted_nor_pending(self) -> None:
        reading = resolve(zurich(4, 9), OPENED, done(zurich(1, 11)), active(zurich(4, 8)))
        assert (reading.elapsed, reading.pauses) == (3 * HOUR, ())
        assert (reading.state, reading.due_at) == (ClockState.RUNNING, zurich(4, 15))

    def test_a_later_update_never_overrules_the_first_response(self) -> None:
        log = (OPENED, Answered(zurich(1, 9, 30)))
        first = respond(zurich(1, 10), *log)
        later = respond(
            zurich(9, 9), *log, Answered(zurich(3, 9)), PriorityChanged(zurich(3, 10), 2),
            done(zurich(4, 9)), active(zurich(5, 9)), Answered(zurich(5, 10)),
        )  # fmt: skip
        assert (first.state, first.stopped_at) == (ClockState.MET, zurich(1, 9, 30))
        assert (later.state, later.stopped_at, later.terms) == (
            first.state,
            first.stopped_at,
            first.terms,
        )

    def test_no_breach_of_the_response_once_an_agent_answered(self) -> None:
        reading = respond(zurich(20, 9), OPENED, Answered(zurich(1, 10)))
        assert (reading.state, reading.breached_at) == (ClockState.MET, None)

    def test_resolving_is_a_response(self) -> None:
        reading = respond(zurich(2, 9), OPENED, done(zurich(1, 9, 45)))
        assert (reading.state, reading.elapsed) == (ClockState.MET, 45 * MINUTE)

    def test_the_results_of_a_stop_are_kept(self) -> None:
        met = resolve(zurich(20, 9), OPENED, done(zurich(1, 15)))
        assert (met.state, met.elapsed, met.remaining) == (ClockState.MET, 5 * HOUR, 3 * HOUR)
        missed = resolve(zurich(20, 9), OPENED, done(zurich(2, 11)))
        assert (missed.state, missed.elapsed) == (ClockState.MISSED, 10 * HOUR)
        assert (missed.breached_at, missed.stopped_at) == (zurich(2, 9), zurich(2, 11))

    def test_a_change_of_the_calendar_is_computed_from_its_moment_on(self) -> None:
        longer = business_calendar("Europe/Zurich", (((7 * 3600, 19 * 3600),),) * 5 + ((), ()))
        change = zurich(2, 0)
        versions = [
            TargetVersion(ClockKind.RESOLVE, 3, None, ALWAYS, change, Terms(20 * HOUR, CALENDAR)),
            TargetVersion(ClockKind.RESOLVE, 3, None, change, None, Terms(20 * HOUR, longer)),
        ]
        reading = resolve(zurich(2, 12), OPENED, book=TargetBook(versions))
        assert reading.elapsed == 12 * HOUR
        assert reading.due_at == zurich(3, 8)

    def test_nobody_is_warned_at_midnight(self) -> None:
        for minutes in range(0, 4 * 1440, 97):
            opened = Opened(zurich(1) + minutes * MINUTE, priority=3)
            reading = resolve(opened.at, opened)
            for moment in (reading.warn_at, reading.due_at):
                assert moment is not None
                assert CALENDAR.is_open(moment - timedelta(microseconds=1))

    def test_a_deadline_is_of_the_calendars_zone_whoever_reads_it(self) -> None:
        tokyo = ZoneInfo("Asia/Tokyo")
        opened = Opened(zurich(1, 9).astimezone(tokyo), priority=3)
        assert resolve(zurich(1, 10).astimezone(tokyo), opened).due_at == zurich(2, 9)

    def test_the_time_on_hold_moves_the_deadline_and_not_the_opening(self) -> None:
        reading = resolve(zurich(1, 16), OPENED, waits(zurich(1, 10)), active(zurich(1, 15)))
        assert reading.spans[0].start == zurich(1, 9)
        assert reading.due_at == zurich(2, 14)

    def test_the_lunch_break_does_not_count(self) -> None:
        assert resolve(zurich(1, 14), OPENED).elapsed == 4 * HOUR

    @pytest.mark.parametrize("days", [{0, 3}, {1, 2}, {4}, {6}, {0, 1, 2, 3, 4, 5, 6}])
    def test_any_set_of_weekdays_is_right(self, days: set[int]) -> None:
        weekly = tuple(OFFICE if day in days else () for day in range(7))
        terms = Terms(8 * HOUR, business_calendar("Europe/Zurich", weekly))
        book = TargetBook([TargetVersion(ClockKind.RESOLVE, 3, None, ALWAYS, None, terms)])
        reading = resolve(zurich(1, 7), Opened(zurich(1, 7), priority=3), book=book)
        first = next(n for n in range(7) if n in days)
        assert reading.due_at == zurich(1 + first, 17)

    def test_why_a_clock_is_paused_and_why_a_deadline_is_what_it_is(self) -> None:
        log = (OPENED, waits(zurich(1, 10)), active(zurich(1, 16)))
        at = zurich(1, 16, 30)
        reading = resolve(at, *log, book=standard(resolve=3 * HOUR))
        explained = explain_reading(reading, at=at)
        assert [
            (e.end.astimezone(ZURICH).strftime("%d %H:%M"), e.reason, e.detail, e.elapsed)
            for e in explained
        ] == [
            ("01 10:00", "working_hours", "", HOUR),
            ("01 16:00", "waiting", "requester", HOUR),
            ("01 16:30", "working_hours", "", HOUR * 1.5),
            ("01 17:00", "working_hours", "", HOUR * 2),
            ("02 08:00", "outside_hours", "", HOUR * 2),
            ("02 09:00", "working_hours", "", HOUR * 3),
        ]
        assert [e.is_expected for e in explained] == [False] * 3 + [True] * 3


class TestBreach:
    def test_the_due_moment_itself_is_in_time_and_the_next_is_late(self) -> None:
        due = zurich(2, 9)
        assert resolve(due, OPENED).state is ClockState.RUNNING
        assert resolve(due, OPENED, done(due)).state is ClockState.MET
        after = due + timedelta(microseconds=1)
        assert resolve(after, OPENED).state is ClockState.BREACHED
        assert resolve(after, OPENED).breached_at == due
        assert resolve(after, OPENED, done(after)).state is ClockState.MISSED

    def test_after_closing_time_what_was_due_at_closing_is_late(self) -> None:
        opened = Opened(zurich(5, 8), priority=3)
        reading = resolve(zurich(6, 10), opened)
        assert (reading.state, reading.breached_at) == (ClockState.BREACHED, zurich(5, 17))
        assert reading.remaining == NOTHING

    def test_a_shorter_target_breaches_at_the_change_and_not_before(self) -> None:
        change = zurich(1, 16)
        reading = resolve(zurich(1, 17), OPENED, PriorityChanged(change, 2))
        assert (reading.state, reading.breached_at) == (ClockState.BREACHED, change)

    def test_a_longer_target_voids_the_breach_and_says_so(self) -> None:
        opened = Opened(zurich(1, 9), priority=2)
        reading = resolve(zurich(1, 16), opened, PriorityChanged(zurich(1, 15), 3))
        assert (reading.state, reading.due_at) == (ClockState.RUNNING, zurich(2, 9))
        assert reading.withdrawn_breaches == (zurich(1, 14),)

    def test_a_breach_is_kept_through_pause_and_reopening(self) -> None:
        log = (OPENED, waits(zurich(2, 11)))
        paused = resolve(zurich(3, 9), *log)
        assert (paused.state, paused.breached_at) == (ClockState.PAUSED, zurich(2, 9))
        again = resolve(zurich(9, 9), *log, done(zurich(4, 9)), active(zurich(5, 9)))
        assert (again.state, again.breached_at) == (ClockState.BREACHED, zurich(2, 9))
        assert again.elapsed == 10 * HOUR + 8 * HOUR + 8 * HOUR

    def test_a_stopped_clock_keeps_its_terms_until_it_is_reopened(self) -> None:
        log = (OPENED, done(zurich(1, 16)), PriorityChanged(zurich(2, 9), 2))
        assert resolve(zurich(3, 9), *log).state is ClockState.MET
        reopened = resolve(zurich(3, 10), *log, active(zurich(3, 9)))
        assert (reopened.state, reopened.breached_at) == (ClockState.BREACHED, zurich(3, 9))

    def test_another_version_of_the_same_target_keeps_the_breach_where_it_was(self) -> None:
        saturday = zurich(6, 10)
        versions = [
            TargetVersion(
                ClockKind.RESOLVE, 3, None, ALWAYS, saturday, Terms(8 * HOUR, CALENDAR, target_id=1)
            ),
            TargetVersion(
                ClockKind.RESOLVE, 3, None, saturday, None, Terms(8 * HOUR, CALENDAR, target_id=2)
            ),
        ]
        opened = Opened(zurich(5, 8), priority=3)
        reading = resolve(zurich(6, 12), opened, book=TargetBook(versions))
        assert (reading.breached_at, reading.withdrawn_breaches) == (zurich(5, 17), ())


class TestWarning:
    def test_three_quarters_of_the_target(self) -> None:
        assert resolve(zurich(1, 9), OPENED).warn_at == zurich(1, 16)

    def test_once_passed_it_stays_where_it_was(self) -> None:
        reading = resolve(zurich(1, 16, 45), OPENED, ServiceChanged(zurich(1, 16, 30), 5))
        assert reading.warn_at == zurich(1, 16)

    def test_a_longer_target_warns_anew(self) -> None:
        opened = Opened(zurich(1, 9), priority=2)
        reading = resolve(zurich(1, 14), opened, PriorityChanged(zurich(1, 14), 3))
        assert reading.warn_at == zurich(1, 16)

    def test_paused_and_late_clocks_do_not_warn(self) -> None:
        assert resolve(zurich(1, 11), OPENED, waits(zurich(1, 10))).warn_at is None
        assert resolve(zurich(2, 10), OPENED).warn_at is None


class TestOtherStates:
    def test_withdrawn_work_has_no_result(self) -> None:
        log = (OPENED, StageChanged(zurich(1, 9, 30), Phase.CANCELLED))
        for kind in ClockKind:
            reading = read(kind, zurich(3, 9), *log)
            assert (reading.state, reading.stopped_at) == (ClockState.CANCELLED, zurich(1, 9, 30))
            assert reading.elapsed == 30 * MINUTE

    def test_terms_that_end_at_the_very_moment_hold_no_more(self) -> None:
        terms = Terms(8 * HOUR, CALENDAR)
        ended = TargetVersion(ClockKind.RESOLVE, 3, None, ALWAYS, zurich(1, 12), terms)
        book = TargetBook([ended])
        assert resolve(zurich(1, 11), OPENED, book=book).state is ClockState.RUNNING
        found = read_clock(
            [OPENED], kind=ClockKind.RESOLVE, book=book, waiting=WAITING, at=zurich(1, 12)
        )
        assert found is None

    def test_what_is_written_second_happened_second(self) -> None:
        log = (OPENED, done(zurich(1, 11)), active(zurich(1, 10, 59)))
        reading = resolve(zurich(1, 12), *log)
        assert (reading.state, reading.elapsed) == (ClockState.RUNNING, 3 * HOUR)
        assert [span.start for span in reading.spans] == [
            zurich(1, 9),
            zurich(1, 11),
            zurich(1, 11),
        ]

    def test_waiting_that_is_ours_counts(self) -> None:
        reading = resolve(zurich(1, 12), OPENED, waits(zurich(1, 10), "supplier"))
        assert (reading.state, reading.elapsed) == (ClockState.RUNNING, 3 * HOUR)

    def test_another_reason_ends_one_pause_and_may_begin_none(self) -> None:
        log = (OPENED, waits(zurich(1, 10)), waits(zurich(1, 11), "supplier"))
        reading = resolve(zurich(1, 12), *log)
        assert reading.elapsed == 2 * HOUR
        assert [(p.start, p.end, p.reason) for p in reading.pauses] == [
            (zurich(1, 10), zurich(1, 11), "requester")
        ]

    def test_where_nothing_is_promised_there_is_no_clock(self) -> None:
        opened = Opened(zurich(1, 9), priority=5)
        found = read_clock(
            [opened], kind=ClockKind.RESOLVE, book=standard(), waiting=WAITING, at=zurich(1, 10)
        )
        assert found is None
        reading = resolve(zurich(1, 14), opened, PriorityChanged(zurich(1, 11), 3))
        assert (reading.elapsed, reading.due_at) == (2 * HOUR, zurich(2, 11))

    def test_before_the_opening_there_is_no_clock(self) -> None:
        found = read_clock(
            [OPENED], kind=ClockKind.RESOLVE, book=standard(), waiting=WAITING, at=zurich(1, 8)
        )
        assert found is None

    def test_what_happened_later_is_not_yet_known(self) -> None:
        reading = resolve(zurich(1, 10), OPENED, done(zurich(1, 11)))
        assert (reading.state, reading.elapsed) == (ClockState.RUNNING, HOUR)

    def test_a_calendar_that_does_not_open_any_more_has_no_due_time(self) -> None:
        closing = business_calendar(
            "UTC", ((),) * 7, exceptions={date(2026, 6, 1): Exceptional(OFFICE)}
        )
        terms = Terms(100 * HOUR, closing)
        book = TargetBook([TargetVersion(ClockKind.RESOLVE, 3, None, ALWAYS, None, terms)])
        reading = resolve(zurich(20, 9), OPENED, book=book)
        assert (reading.state, reading.due_at) == (ClockState.RUNNING, None)


# ------------------------------------------------------------------ the page in docs/algorithms


def worked_examples() -> list[list[str]]:
    """The rows of the table of worked examples, as text."""
    text = DOCUMENT.read_text(encoding="utf-8").split("## Worked examples", 1)[1]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in text.splitlines()
        if line.startswith("|")
    ]
    return rows[2:]


def written(text: str) -> datetime:
    """A moment as the page writes it: "Mon 09:00", in the week of Monday 1 June 2026."""
    day, clock = text.split()
    number = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day) + 1
    hour, minute = clock.split(":")
    return zurich(number, int(hour), int(minute))


def happened(text: str) -> ClockEvent:
    """An event as the page writes it."""
    word, *rest = text.split(" ")
    at = written(" ".join(rest[-2:]))
    match word:
        case "opened":
            return Opened(at, priority=3)
        case "priority":
            return PriorityChanged(at, int(rest[0]))
        case "waiting":
            return waits(at, rest[0])
        case "resumed" | "reopened":
            return active(at)
        case "answered":
            return Answered(at)
        case "resolved":
            return done(at)
    raise AssertionError(text)


@pytest.mark.parametrize("row", worked_examples(), ids=lambda row: row[0])
def test_the_page_says_what_the_clock_does(row: list[str]) -> None:
    _name, log, kind, at, state, elapsed, due, breached = row
    events = [happened(text.strip()) for text in log.split(",")]
    reading = read(ClockKind(kind), written(at), *events)
    assert reading.state == state
    assert reading.elapsed == HOUR * int(elapsed.split(":")[0]) + MINUTE * int(
        elapsed.split(":")[1]
    )
    assert reading.due_at == (None if due == "–" else written(due))
    assert reading.breached_at == (None if breached == "–" else written(breached))


def test_the_page_has_examples() -> None:
    assert len(worked_examples()) >= 12
