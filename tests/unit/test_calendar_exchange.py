"""A calendar's file, followed by another implementation, is open when the calendar is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from timshel.kernel.calendar import Exceptional, Hours, business_calendar
from timshel.relationship_agreement.service_level.rules.exchange import calendar_file

AT = datetime(2026, 3, 1, tzinfo=UTC)
DAY: Hours = ((28_800, 43_200), (46_800, 64_800))
WEEK = (DAY, DAY, DAY, DAY, ((0, 86_400),), ((79_200, 86_400),), ((0, 7_200),))
Span = tuple[datetime, datetime]


@pytest.mark.parametrize(
    ("zone", "country", "region"),
    [
        ("Australia/Hobart", "AU", "TAS"),
        ("Europe/London", "GB", "ENG"),
        ("America/Toronto", "CA", "QC"),
        ("UTC", "", ""),
    ],
)
def test_the_file_is_open_when_the_calendar_is(zone: str, country: str, region: str) -> None:
    special = {
        date(2026, 5, 5): Exceptional(((3_600, 7_200),), "Odd"),
        date(2026, 5, 6): Exceptional((), "Shut"),
    }
    hours = business_calendar(zone, WEEK, exceptions=special, country=country, region=region)
    place = ZoneInfo(zone)
    first, last = datetime(2026, 1, 1, tzinfo=place), datetime(2029, 1, 1, tzinfo=place)
    content = calendar_file("desk", "Desk", hours, at=AT)
    assert joined(spans_of(content, place)) == hours.intervals(first, last)


def spans_of(content: bytes, place: ZoneInfo) -> list[Span]:
    """Return when a file says that it is open, each repeated event followed to its end."""
    calendar: Any = Calendar.from_ical(content)
    found: list[Span] = []
    for event in calendar.walk("VEVENT"):
        if isinstance(event.start, datetime):
            length = event.end.replace(tzinfo=None) - event.start.replace(tzinfo=None)
            for wall in _walls(event, place):
                ends = (wall + length).replace(tzinfo=place)
                found.append((wall.replace(tzinfo=place).astimezone(UTC), ends.astimezone(UTC)))
    return sorted(found)


def _walls(event: Any, place: ZoneInfo) -> list[datetime]:
    """Return what the wall clock shows whenever an event begins."""
    start = event.start.replace(tzinfo=None)
    if "RRULE" not in event:
        return [start]
    parts = event["RRULE"].to_ical().decode().split(";")
    rule = ";".join(part for part in parts if not part.startswith("UNTIL"))
    until = event["RRULE"]["UNTIL"][0].astimezone(place).replace(tzinfo=None)
    left_out = {each.dt.replace(tzinfo=None) for each in getattr(event.get("EXDATE"), "dts", ())}
    days = rrulestr(rule, dtstart=start).between(start, until, inc=True)
    return [each for each in days if each not in left_out]


def joined(spans: list[Span]) -> list[Span]:
    """Return spans with those that touch made one."""
    result: list[Span] = []
    for start, end in spans:
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result
