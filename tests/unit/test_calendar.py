"""The calendar algebra against a second implementation that looks at a wall clock each minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timshel.kernel.calendar import (
    DAY,
    BusinessCalendar,
    CalendarError,
    Exceptional,
    NeverOpen,
    Reason,
    around_the_clock,
    business_calendar,
)
from timshel.kernel.public_holidays import UnknownPlace, holiday_regions, public_holidays

MINUTE = timedelta(minutes=1)
OFFICE = ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))
WEEK = (OFFICE,) * 5 + ((), ())
ZURICH = ZoneInfo("Europe/Zurich")

# Zones and, for each, dates around which something happens to their clocks.
NIGHTS = {
    "Europe/Zurich": (date(2026, 3, 29), date(2026, 10, 25), date(2024, 2, 28)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kathmandu": (date(2026, 12, 31), date(1985, 12, 31)),
    "Pacific/Apia": (date(2011, 12, 30), date(2011, 9, 24)),
    "UTC": (date(2026, 1, 1),),
}


def wall_clock_says_open(calendar: BusinessCalendar, at: datetime) -> bool:
    """The definition itself: look at the clock on the wall, then at the day's sheet of hours."""
    wall = at.astimezone(ZoneInfo(calendar.zone))
    exceptions, holidays = dict(calendar.exceptions), dict(calendar.holidays)
    if wall.date() in exceptions:
        hours = exceptions[wall.date()].hours
    elif wall.date() in holidays:
        hours = ()
    else:
        hours = calendar.weekly[wall.weekday()]
    second = wall.hour * 3600 + wall.minute * 60 + wall.second
    return any(start <= second < end for start, end in hours)


def walked(calendar: BusinessCalendar, start: datetime, end: datetime) -> timedelta:
    """Working time by looking at every minute."""
    minutes = (end - start) // MINUTE
    return MINUTE * sum(wall_clock_says_open(calendar, start + MINUTE * n) for n in range(minutes))


@st.composite
def hours(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    marks = draw(st.lists(st.integers(0, 96), max_size=6, unique=True).map(sorted))
    pairs = zip(marks[::2], marks[1::2], strict=False)
    return tuple((start * 900, end * 900) for start, end in pairs)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime]:
    """A calendar, and midnight UTC of a day near something that happens to its clocks."""
    zone = draw(st.sampled_from(sorted(NIGHTS)))
    night = draw(st.sampled_from(NIGHTS[zone]))
    days = [night + timedelta(days=n) for n in range(-3, 4)]
    calendar = business_calendar(
        zone,
        draw(st.one_of(st.just(WEEK), st.lists(hours(), min_size=7, max_size=7))),
        holidays=dict.fromkeys(draw(st.lists(st.sampled_from(days), max_size=2)), "Feast"),
        exceptions=draw(
            st.dictionaries(st.sampled_from(days), hours().map(Exceptional), max_size=2)
        ),
    )
    return calendar, datetime(night.year, night.month, night.day, tzinfo=UTC)


NEAR = st.integers(-3 * 1440, 2 * 1440)


@given(calendars(), NEAR, st.integers(0, 3 * 1440))
@settings(max_examples=60, deadline=None)
def test_working_time_equals_the_walk(
    given_calendar: tuple[BusinessCalendar, datetime], offset: int, length: int
) -> None:
    calendar, night = given_calendar
    start = night + MINUTE * offset
    end = start + MINUTE * length
    expected = walked(calendar, start, end)
    assert calendar.working_time(start, end) == expected
    intervals = calendar.intervals(start, end)
    assert sum((last - first for first, last in intervals), timedelta(0)) == expected
    assert all(a[1] < b[0] for a, b in pairwise(intervals))


@given(calendars(), NEAR, st.integers(0, 3 * 1440 * 60))
@settings(max_examples=60, deadline=None)
def test_add_gives_the_first_moment_by_which_the_amount_has_passed(
    given_calendar: tuple[BusinessCalendar, datetime], offset: int, seconds: int
) -> None:
    calendar, night = given_calendar
    start, amount = night + MINUTE * offset, timedelta(seconds=seconds)
    try:
        due = calendar.add(start, amount)
    except NeverOpen:
        assert not any(calendar.weekly)
        return
    assert calendar.working_time(start, due) == amount
    if amount:
        just_before = due - timedelta(microseconds=1)
        assert calendar.working_time(start, just_before) < amount
        assert calendar.is_open(just_before)
    else:
        assert due == start


@given(calendars(), NEAR)
@settings(max_examples=100, deadline=None)
def test_open_and_next_opening_equal_the_wall_clock(
    given_calendar: tuple[BusinessCalendar, datetime], offset: int
) -> None:
    calendar, night = given_calendar
    at = night + MINUTE * offset
    assert calendar.is_open(at) == wall_clock_says_open(calendar, at)
    try:
        opening = calendar.next_opening(at)
    except NeverOpen:
        assert not any(calendar.weekly)
        return
    assert opening >= at
    assert wall_clock_says_open(calendar, opening)
    assert calendar.working_time(at, opening) == timedelta(0)


@given(calendars(), NEAR, st.integers(1, 4 * 1440))
@settings(max_examples=60, deadline=None)
def test_stretches_cover_all_time_once_with_reasons(
    given_calendar: tuple[BusinessCalendar, datetime], offset: int, length: int
) -> None:
    calendar, night = given_calendar
    start = night + MINUTE * offset
    end = start + MINUTE * length
    stretches = calendar.stretches(start, end)
    assert [each.start for each in stretches] + [end] == [start] + [e.end for e in stretches]
    counted = sum((e.end - e.start for e in stretches if e.is_open), timedelta(0))
    assert counted == calendar.working_time(start, end)
    for each in stretches:
        assert wall_clock_says_open(calendar, each.start) == each.is_open


@given(calendars(), NEAR, st.integers(0, 2_000), st.integers(0, 2_000))
@settings(max_examples=60, deadline=None)
def test_amounts_add_up(
    given_calendar: tuple[BusinessCalendar, datetime], offset: int, first: int, second: int
) -> None:
    calendar, night = given_calendar
    start = night + MINUTE * offset
    try:
        halfway = calendar.add(start, MINUTE * first)
        due = calendar.add(halfway, MINUTE * second)
    except NeverOpen:
        return
    if second:
        assert calendar.add(start, MINUTE * (first + second)) == due


def zurich(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZURICH)  # type: ignore[arg-type,misc]


@pytest.fixture
def office() -> BusinessCalendar:
    return business_calendar("Europe/Zurich", WEEK)


def test_due_time_lands_at_the_end_of_the_interval_that_it_uses_up(
    office: BusinessCalendar,
) -> None:
    friday = zurich(2026, 6, 5, 16)
    assert office.add(friday, timedelta(hours=1)) == zurich(2026, 6, 5, 17)
    assert office.add(friday, timedelta(hours=1, seconds=1)) == zurich(2026, 6, 8, 8, 0, 1)
    assert office.add(zurich(2026, 6, 5, 11), timedelta(hours=1)) == zurich(2026, 6, 5, 12)


def test_lunch_break_does_not_count(office: BusinessCalendar) -> None:
    assert office.working_time(zurich(2026, 6, 5, 11, 30), zurich(2026, 6, 5, 13, 30)) == timedelta(
        hours=1
    )


def test_week_across_the_change_of_the_clocks_has_forty_hours(office: BusinessCalendar) -> None:
    start = zurich(2026, 3, 27, 17)
    assert office.add(start, timedelta(hours=40)) == zurich(2026, 4, 3, 17)


def test_hour_that_does_not_exist_is_not_counted() -> None:
    night = business_calendar("Europe/Zurich", (((9_000, 12_600),),) * 7)  # 02:30 to 03:30
    start, end = zurich(2026, 3, 29), zurich(2026, 3, 30)
    assert night.working_time(start, end) == timedelta(minutes=30)
    assert night.next_opening(start) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_hour_that_exists_twice_is_counted_twice() -> None:
    night = business_calendar("Europe/Zurich", (((7_200, 10_800),),) * 7)  # 02:00 to 03:00
    start, end = zurich(2026, 10, 25), zurich(2026, 10, 26)
    assert night.intervals(start, end) == [
        (datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC))
    ]
    half = business_calendar("Europe/Zurich", (((7_200, 9_000),),) * 7)  # 02:00 to 02:30
    assert half.intervals(start, end) == [
        (datetime(2026, 10, 25, 0, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ]


def test_date_that_a_zone_skipped_has_no_hours() -> None:
    apia = business_calendar("Pacific/Apia", (OFFICE,) * 7)
    zone = ZoneInfo("Pacific/Apia")
    start = datetime(2011, 12, 29, 16, tzinfo=zone)
    assert apia.add(start, timedelta(hours=2)) == datetime(2011, 12, 31, 9, tzinfo=zone)


def test_an_interval_to_midnight_and_one_from_midnight_are_one_shift() -> None:
    nights = business_calendar("Asia/Kathmandu", (((0, 21_600), (79_200, DAY)),) * 7)
    zone = ZoneInfo("Asia/Kathmandu")
    evening = datetime(2026, 12, 31, 22, tzinfo=zone)
    assert nights.intervals(evening, datetime(2027, 1, 1, 12, tzinfo=zone)) == [
        (evening.astimezone(UTC), datetime(2027, 1, 1, 6, tzinfo=zone).astimezone(UTC))
    ]


def test_around_the_clock_counts_everything() -> None:
    start = datetime(2025, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    calendar = around_the_clock("America/New_York")
    assert calendar.add(start, timedelta(days=400, microseconds=1)) == start + timedelta(
        days=400, microseconds=1
    )
    assert len(calendar.intervals(start, start + timedelta(days=900))) == 1


def test_exceptions_beat_holidays_and_the_week() -> None:
    saturday, monday, tuesday = date(2026, 6, 6), date(2026, 6, 8), date(2026, 6, 9)
    calendar = business_calendar(
        "Europe/Zurich",
        WEEK,
        holidays={monday: "Feast", tuesday: "Second feast"},
        exceptions={
            saturday: Exceptional(((36_000, 39_600),), "Move"),
            monday: Exceptional(((36_000, 39_600),), "Standby"),
        },
    )
    found = calendar.stretches(zurich(2026, 6, 5, 16), zurich(2026, 6, 10, 9))
    assert [(e.end.astimezone(ZURICH).strftime("%d %H:%M"), e.reason, e.name) for e in found] == [
        ("05 17:00", Reason.WORKING_HOURS, ""),
        ("06 00:00", Reason.OUTSIDE_HOURS, ""),
        ("06 10:00", Reason.EXCEPTION, "Move"),
        ("06 11:00", Reason.WORKING_HOURS, ""),
        ("07 00:00", Reason.EXCEPTION, "Move"),
        ("08 00:00", Reason.DAY_OFF, ""),
        ("08 10:00", Reason.EXCEPTION, "Standby"),
        ("08 11:00", Reason.WORKING_HOURS, ""),
        ("09 00:00", Reason.EXCEPTION, "Standby"),
        ("10 00:00", Reason.HOLIDAY, "Second feast"),
        ("10 08:00", Reason.OUTSIDE_HOURS, ""),
        ("10 09:00", Reason.WORKING_HOURS, ""),
    ]


def test_calendar_that_never_opens_says_so() -> None:
    closed = business_calendar("UTC", ((),) * 7)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        closed.next_opening(at)
    with pytest.raises(NeverOpen):
        closed.add(at, MINUTE)
    assert closed.working_time(at, at + timedelta(days=900)) == timedelta(0)
    once = business_calendar("UTC", ((),) * 7, exceptions={date(2027, 5, 1): Exceptional(OFFICE)})
    assert once.add(at, timedelta(hours=8)) == datetime(2027, 5, 1, 17, tzinfo=UTC)
    with pytest.raises(NeverOpen):
        once.add(at, timedelta(hours=9))


def test_wrong_questions_are_refused(office: BusinessCalendar) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(CalendarError, match="before the start"):
        office.working_time(at, at - MINUTE)
    with pytest.raises(CalendarError, match="negative"):
        office.add(at, -MINUTE)
    with pytest.raises(CalendarError, match="time zone"):
        office.add(at.replace(tzinfo=None), MINUTE)
    with pytest.raises(CalendarError, match="seven"):
        BusinessCalendar("UTC", ())
    with pytest.raises(CalendarError, match="overlap"):
        BusinessCalendar("UTC", (((0, 3_600), (1_800, 7_200)),) * 7)
    with pytest.raises(ZoneInfoNotFoundError):
        BusinessCalendar("Europe/Nowhere", WEEK)


def test_public_holidays_of_a_region() -> None:
    zurich_days = public_holidays("CH", "ZH", (2026,))
    assert date(2026, 5, 1) in zurich_days
    assert "ZH" in holiday_regions()["CH"]
    assert date(2026, 5, 1) not in public_holidays("CH", "GE", (2026,))
    with pytest.raises(UnknownPlace, match="XX"):
        public_holidays("XX", "", (2026,))
    calendar = business_calendar("Europe/Zurich", WEEK, country="CH", region="ZH")
    assert calendar.add(zurich(2026, 4, 30, 16), timedelta(hours=2)) == zurich(2026, 5, 4, 9)


def test_the_same_hours_are_the_same_calendar() -> None:
    assert business_calendar("UTC", WEEK) is business_calendar("UTC", list(WEEK))
