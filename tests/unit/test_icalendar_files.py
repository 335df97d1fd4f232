"""iCalendar files: what is written holds in every zone, and no file does harm."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from timshel.kernel.errors import Invalid
from timshel.kernel.icalendar_files.reading import (
    LARGEST_FILE,
    FileContents,
    Occasion,
    Unusable,
    read_icalendar,
)
from timshel.kernel.icalendar_files.repetition import NotRead, Repetition
from timshel.kernel.icalendar_files.writing import Entry, icalendar_file

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
LAST = date(2030, 12, 31)
ZONES = (
    "Europe/London",
    "Europe/Zurich",
    "America/Toronto",
    "Australia/Hobart",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
)


def file_of(*events: str) -> bytes:
    """Return a file with these events; lines are parted by |."""
    parts = [line for event in events for line in ("BEGIN:VEVENT", *event.split("|"), "END:VEVENT")]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def read(*events: str, zone: str = "Europe/London") -> FileContents:
    return read_icalendar(file_of(*events), zone=zone, last=LAST)


def days(contents: FileContents) -> list[tuple[str, date]]:
    return [(each.name, each.day) for each in contents.occasions]


@pytest.mark.parametrize("name", ZONES)
def test_the_zones_written_have_the_offsets_of_the_zone(name: str) -> None:
    zone = ZoneInfo(name)
    start = datetime(2026, 3, 2, 8, tzinfo=zone)
    entry = Entry("a", "Open", start, start + timedelta(hours=8))
    first, last = date(2026, 1, 1), date(2028, 12, 31)
    content = icalendar_file("A", [entry], zone=name, first=first, last=last, at=AT)
    calendar: Any = Calendar.from_ical(content)
    (described,) = calendar.walk("VTIMEZONE")
    changes = sorted(
        (onset, part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td)
        for part in described.subcomponents
        for onset in (
            part["DTSTART"].dt,
            *(each.dt for each in getattr(part.get("RDATE"), "dts", ())),
        )
    )
    moment = datetime(2026, 1, 1, 0, 30, tzinfo=UTC)
    while moment < datetime(2029, 1, 1, tzinfo=UTC):
        due = [
            after
            for onset, before, after in changes
            if onset - before <= moment.replace(tzinfo=None)
        ]
        assert due[-1] == moment.astimezone(zone).utcoffset(), moment
        moment += timedelta(hours=1)


def test_a_week_comes_again_until_its_end_and_not_on_days_left_out() -> None:
    zone = ZoneInfo("Europe/London")
    start = datetime(2026, 3, 2, 8, tzinfo=zone)
    entry = Entry(
        "a@timshel",
        "Open; really, open",
        start,
        start.replace(hour=18),
        weekdays=("MO", "FR"),
        until=datetime(2026, 12, 31, 23, 59, 59, tzinfo=zone),
        but_not=(datetime(2026, 4, 3, 8, tzinfo=zone),),
        categories=("OPEN",),
    )
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    content = icalendar_file("Desk", [entry], zone="Europe/London", first=first, last=last, at=AT)
    text = content.decode()
    assert "RRULE:FREQ=WEEKLY;UNTIL=20261231T235959Z;BYDAY=MO,FR\r\n" in text
    assert "EXDATE;TZID=Europe/London:20260403T080000\r\n" in text
    assert "DTSTART;TZID=Europe/London:20260302T080000\r\n" in text
    assert "SUMMARY:Open\\; really\\, open\r\n" in text
    # At one in the morning by the clock of winter the summer begins.
    assert "BEGIN:DAYLIGHT\r\nDTSTART:20260329T010000\r\nTZNAME:BST\r\n" in text
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_in_utc_no_zone_is_described() -> None:
    start = datetime(2026, 3, 2, 8, tzinfo=UTC)
    entry = Entry("a", "Open", start, start + timedelta(hours=1))
    span = {"zone": "UTC", "first": date(2026, 1, 1), "last": date(2026, 12, 31), "at": AT}
    text = icalendar_file("A", [entry], **span).decode()  # type: ignore[arg-type]
    assert "VTIMEZONE" not in text
    assert "DTSTART:20260302T080000Z" in text


def test_whole_days_and_single_hours_are_read() -> None:
    contents = read(
        "SUMMARY:Christmas|DTSTART;VALUE=DATE:20261225|DTEND;VALUE=DATE:20261227",
        "SUMMARY:One day|DTSTART;VALUE=DATE:20260501",
        "SUMMARY:Short|DTSTART;TZID=Europe/London:20261224T090000"
        "|DTEND;TZID=Europe/London:20261224T120000",
        "SUMMARY:Elsewhere|DTSTART;TZID=America/Toronto:20260701T080000|DURATION:PT2H",
        "SUMMARY:Anywhere|DTSTART:20260702T220000|DTEND:20260703T000000",
        "SUMMARY:Universal|DTSTART:20260703T080000Z|DTEND:20260703T093000Z",
    )
    hour = 3_600
    assert contents == FileContents(
        (
            Occasion("One day", date(2026, 5, 1), None),
            Occasion("Elsewhere", date(2026, 7, 1), (13 * hour, 15 * hour)),
            Occasion("Anywhere", date(2026, 7, 2), (22 * hour, 24 * hour)),
            Occasion("Universal", date(2026, 7, 3), (9 * hour, 10 * hour + 1_800)),
            Occasion("Short", date(2026, 12, 24), (9 * hour, 12 * hour)),
            Occasion("Christmas", date(2026, 12, 25), None),
            Occasion("Christmas", date(2026, 12, 26), None),
        ),
        (),
    )


def test_days_that_repeat_with_an_end_are_read() -> None:
    contents = read(
        "SUMMARY:Founding day|DTSTART;VALUE=DATE:20260610|RRULE:FREQ=YEARLY;UNTIL=20280610",
        "SUMMARY:Cleaning|DTSTART;VALUE=DATE:20260105|RRULE:FREQ=MONTHLY;BYDAY=1MO;COUNT=3"
        "|EXDATE;VALUE=DATE:20260202",
        "UID:m|SUMMARY:Moved|DTSTART;VALUE=DATE:20260801|RRULE:FREQ=DAILY;COUNT=2",
        "UID:m|SUMMARY:Moved away|DTSTART;VALUE=DATE:20260820|RECURRENCE-ID;VALUE=DATE:20260802",
    )
    assert contents.unusable == ()
    assert days(contents) == [
        ("Cleaning", date(2026, 1, 5)),
        ("Cleaning", date(2026, 3, 2)),
        ("Founding day", date(2026, 6, 10)),
        ("Moved", date(2026, 8, 1)),
        ("Moved away", date(2026, 8, 20)),
        ("Founding day", date(2027, 6, 10)),
        ("Founding day", date(2028, 6, 10)),
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=YEARLY", "It repeats without an end."),
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=SECONDLY;COUNT=9", "more often than once a day"),
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;BYHOUR=1,2;COUNT=9", "more often than once"),
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;INTERVAL=0;COUNT=9", "could not be read"),
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=NONSENSE", "RRULE could not be read."),
        (
            "DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;COUNT=2|RRULE:FREQ=DAILY;COUNT=2",
            "several",
        ),
        ("DTSTART;VALUE=DATE:20260101|RDATE;VALUE=DATE:20260201", "lists further dates"),
        ("DTSTART:20260101T080000|DTEND:20260101T090000|RRULE:FREQ=DAILY;COUNT=2", "It repeats."),
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=YEARLY;BYYEARDAY=9;COUNT=2", "more than is read"),
        ("DTSTART;VALUE=DATE:20260101|RRULE:FREQ=YEARLY;BYDAY=1MO;COUNT=2", "more than is read"),
        ("DTSTART;VALUE=DATE:19000101|RRULE:FREQ=YEARLY;UNTIL=20290101", "a day long ago"),
        ("DTSTART:garbage", "DTSTART could not be read."),
        ("SUMMARY:x", "does not say when it begins"),
        ("DTSTART:20260101T080000", "does not end after it begins"),
        ("DTSTART:20260101T080000|DTEND:20260101T070000", "does not end after it begins"),
        ("DTSTART:20260101T080000|DTEND;VALUE=DATE:20260102", "do not fit each other"),
        ("DTSTART:20260101T220000|DTEND:20260102T060000", "on the same day"),
        ("DTSTART;VALUE=DATE:20260101|DTEND;VALUE=DATE:20280101", "longer than a year"),
        ("DTSTART;VALUE=DATE:20260101|STATUS:CANCELLED", "marked as cancelled"),
        ("DTSTART;TZID=No/Where:20260101T080000|DURATION:PT1H", "no time zone “No/Where”"),
        ("DTSTART:00010101T000000Z|DTEND:00010101T010000Z", "too far away"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_reason(event: str, reason: str) -> None:
    contents = read(
        f"SUMMARY:Odd|{event}" if "SUMMARY" not in event else event, zone="America/Toronto"
    )
    assert contents.occasions == ()
    (row,) = contents.unusable
    assert isinstance(row, Unusable)
    assert reason in row.reason


def test_a_day_that_no_year_has_ends() -> None:
    began = time.monotonic()
    rules = ("YEARLY", "DAILY", "MONTHLY")
    contents = read(
        *(
            f"DTSTART;VALUE=DATE:20260101|RRULE:FREQ={each};BYMONTH=2;BYMONTHDAY=30;COUNT=5"
            for each in rules
        )
    )
    assert (contents.occasions, contents.unusable) == ((), ())
    assert time.monotonic() - began < 5


STEPS = st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])
PLACES = st.builds(
    "{}{}".format,
    st.sampled_from(["", "1", "2", "3", "-1", "-2"]),
    st.sampled_from(["MO", "WE", "SU"]),
)


@settings(deadline=None, max_examples=60)
@given(
    start=st.dates(date(2024, 1, 1), date(2026, 12, 31)),
    step=STEPS,
    interval=st.integers(1, 5),
    count=st.none() | st.integers(1, 20),
    months=st.lists(st.integers(1, 12), max_size=2),
    month_days=st.lists(st.sampled_from([1, 15, 28, -1, -3]), max_size=2),
    places=st.lists(PLACES, max_size=2),
)
def test_rules_fall_on_the_days_of_another_implementation(
    start: date,
    step: str,
    interval: int,
    count: int | None,
    months: list[int],
    month_days: list[int],
    places: list[str],
) -> None:
    last = date(2030, 12, 31)
    rule: dict[str, Any] = {"FREQ": [step], "INTERVAL": [interval]}
    rule |= {"COUNT": [count]} if count else {"UNTIL": [last]}
    rule |= {"BYMONTH": months} if months else {}
    rule |= {"BYMONTHDAY": month_days} if month_days else {}
    rule |= {"BYDAY": places} if places else {}
    # The other implementation looks until the year 9999 for days that there are not, and takes
    # "each Monday or the first" for the first alone.
    assume(not (month_days and places))
    assume(len({place[-2:] == place for place in places}) < 2)
    try:
        ours = list(Repetition.of(rule).days(start, last=last))
    except NotRead:
        assume(False)
    parts = {name: ",".join(str(each) for each in value) for name, value in rule.items()}
    parts.pop("COUNT", None)
    parts["UNTIL"] = "20301231"
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    theirs = rrulestr(text, dtstart=datetime(start.year, start.month, start.day))  # noqa: DTZ001
    assert ours == [each.date() for each in islice(theirs, count)]


ZONE_BOMB = (
    b"BEGIN:VCALENDAR\r\nBEGIN:VTIMEZONE\r\nTZID:Own\r\nBEGIN:STANDARD\r\n"
    b"DTSTART:16010101T000000\r\nRRULE:FREQ=SECONDLY\r\nTZOFFSETFROM:+0100\r\n"
    b"TZOFFSETTO:+0200\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
    b"DTSTART;TZID=Own:20260101T080000\r\nDTEND;TZID=Own:20260101T090000\r\n"
    b"END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_zones_that_the_file_describes_are_not_followed() -> None:
    contents = read_icalendar(ZONE_BOMB, zone="UTC", last=LAST)
    (row,) = contents.unusable
    assert row == Unusable("", "2026-01-01", "There is no time zone “Own”.")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"\xff\xfe\x00",
        b"<html></html>",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\n" * 60_000,
        b"BEGIN:VCALENDAR\n" + b"BEGIN:VALARM\n" * 7_000,
        b"BEGIN:VCALENDAR\n" + b"A" * 1_000_000,
        b"BEGIN:VCALENDAR\nX;" + b'A="' * 300_000,
        b"BEGIN:VCALENDAR\n" + b"X" * LARGEST_FILE,
        b"BEGIN:VCALENDAR\n" + b"BEGIN:VEVENT\nEND:VEVENT\n" * 2_001 + b"END:VCALENDAR\n",
        file_of(*["DTSTART;VALUE=DATE:20260101|RRULE:FREQ=DAILY;UNTIL=20290101"] * 3),
    ],
)
def test_hostile_files_are_refused_in_a_moment(content: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(Invalid) as refusal:
        read_icalendar(content, zone="UTC", last=LAST)
    assert list(refusal.value.fields) == ["file"]
    assert time.monotonic() - began < 5
