"""A calendar as an iCalendar file, and what such a file would change in a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timshel.kernel.calendar import BusinessCalendar, Exceptional, Hours, Reason
from timshel.kernel.icalendar_files.reading import Occasion, Unusable
from timshel.kernel.icalendar_files.writing import Entry, icalendar_file
from timshel.kernel.public_holidays import public_holidays
from timshel.relationship_agreement.service_level.rules.hour_texts import clock_text, hours_text
from timshel.relationship_agreement.service_level.rules.hours import END_OF_DAY

YEARS_WRITTEN = 3
YEARS_READ = 5
DAY = timedelta(days=1)
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DOMAIN = "timshel"


def calendar_file(code: str, name: str, hours: BusinessCalendar, *, at: datetime) -> bytes:
    """Return a calendar as an iCalendar file, from the start of this year for three years.

    The weekly hours come again every week but on holidays and exceptional days, which are events
    of their own: a whole day where it is closed, and the hours where it has others.

    Args:
        code: the calendar's, from which the events get names that stay.
        name: the calendar's.
        hours: when it is open.
        at: now.
    """
    year = at.astimezone(ZoneInfo(hours.zone)).year
    first, last = date(year, 1, 1), date(year + YEARS_WRITTEN - 1, 12, 31)
    special = dict(_special_days(hours, first, last))
    entries = [
        *_weekly_entries(code, hours, special, first, last),
        *(entry for day, each in special.items() for entry in _special(code, hours, day, each)),
    ]
    return icalendar_file(name, entries, zone=hours.zone, first=first, last=last, at=at)


def _special_days(
    hours: BusinessCalendar, first: date, last: date
) -> Iterator[tuple[date, Exceptional]]:
    """Yield the days between two dates that are not as their weekday."""
    years = range(first.year, last.year + 1)
    days = {day for day, _each in hours.exceptions if first <= day <= last}
    if hours.country:
        days |= set(public_holidays(hours.country, hours.region, tuple(years)))
    for day in sorted(days):
        of_day, reason, name = hours.day_hours(day)
        # Holidays of countries with other years can fall beside the years that were asked for.
        if first <= day <= last and reason in (Reason.HOLIDAY, Reason.EXCEPTION):
            yield day, Exceptional(of_day, name)


def _weekly_entries(
    code: str,
    hours: BusinessCalendar,
    special: Mapping[date, Exceptional],
    first: date,
    last: date,
) -> Iterator[Entry]:
    spans: dict[tuple[int, int], list[int]] = {}
    for number, of_day in enumerate(hours.weekly):
        for span in of_day:
            spans.setdefault(span, []).append(number)
    end = _moment(last, END_OF_DAY, hours.zone) - timedelta(seconds=1)
    for span, weekdays in sorted(spans.items()):
        begins = next(day for day in _days(first) if day.weekday() in weekdays)
        yield Entry(
            uid=f"{code}-week-{span[0]}-{span[1]}@{DOMAIN}",
            name=pgettext("hours", "Open"),
            start=_moment(begins, span[0], hours.zone),
            end=_moment(begins, span[1], hours.zone),
            categories=("OPEN",),
            weekdays=tuple(CODES[number] for number in weekdays),
            until=end,
            but_not=tuple(
                _moment(day, span[0], hours.zone) for day in special if day.weekday() in weekdays
            ),
        )


def _special(
    code: str, hours: BusinessCalendar, day: date, special: Exceptional
) -> Iterator[Entry]:
    if not special.hours:
        yield Entry(
            uid=f"{code}-{day.isoformat()}@{DOMAIN}",
            name=special.name or pgettext("hours", "Closed"),
            start=day,
            end=day + DAY,
            description=pgettext("hours", "Closed"),
            categories=("CLOSED",),
        )
    for start, end in special.hours:
        yield Entry(
            uid=f"{code}-{day.isoformat()}-{start}@{DOMAIN}",
            name=special.name or pgettext("hours", "Open"),
            start=_moment(day, start, hours.zone),
            end=_moment(day, end, hours.zone),
            categories=("OPEN",),
        )


def _moment(day: date, seconds: int, zone: str) -> datetime:
    """Return when a wall clock shows so many seconds after midnight."""
    naive = datetime.combine(day, time()) + timedelta(seconds=seconds)
    return naive.replace(tzinfo=ZoneInfo(zone))


def _days(first: date) -> Iterator[date]:
    while True:
        yield first
        first += DAY


@dataclass(frozen=True, slots=True)
class ReadDay:
    """A day of a file that would be an exceptional day of the calendar.

    Args:
        day: which.
        hours: as a calendar stores them; none closes the day.
        name: why.
        now: the hours of that day as they are, in words.
        then: the hours that it would have, in words.
        replaces: the name of the exceptional day that stands there now, or nothing.
        is_new: whether it changes anything.
    """

    day: date
    hours: tuple[tuple[str, str], ...]
    name: str
    now: str
    then: str
    replaces: str
    is_new: bool


def days_read(
    occasions: Iterable[Occasion], hours: BusinessCalendar, *, today: date
) -> tuple[tuple[ReadDay, ...], tuple[Unusable, ...]]:
    """Return which days a file would change in a calendar, and what of it cannot be used.

    A whole day closes the calendar on that day. Hours of a day are all the hours of that day;
    those that touch or overlap are joined.

    Args:
        occasions: of the file, in order.
        hours: the calendar as it is.
        today: days before it are over, and stay as they were counted.
    """
    days: list[ReadDay] = []
    unusable: list[Unusable] = []
    for day, group in groupby(sorted(occasions, key=lambda each: each.day), lambda each: each.day):
        told = list(group)
        if day < today:
            unusable += [_left(each, _("The day is over.")) for each in told]
            continue
        closing = [each for each in told if each.hours is None]
        if closing:
            message = _("The file also closes this day: “%(name)s”.")
            reason = message % {"name": closing[0].name}
            unusable += [_left(each, reason) for each in told if each.hours is not None]
        names = dict.fromkeys(each.name for each in (closing or told) if each.name)
        spans = () if closing else _joined(each.hours for each in told if each.hours is not None)
        days.append(_read_day(day, spans, ", ".join(names)[:200], hours))
    return tuple(days), tuple(unusable)


def _left(occasion: Occasion, reason: str) -> Unusable:
    return Unusable(occasion.name, occasion.day.isoformat(), reason)


def _read_day(day: date, spans: Hours, name: str, calendar: BusinessCalendar) -> ReadDay:
    of_day, reason, standing = calendar.day_hours(day)
    is_exception = reason is Reason.EXCEPTION
    return ReadDay(
        day=day,
        hours=tuple((clock_text(start), clock_text(end)) for start, end in spans),
        name=name,
        now=_told(of_day, standing),
        then=_told(spans, name),
        replaces=(standing or _("without a name")) if is_exception else "",
        is_new=not (is_exception and of_day == spans and standing == name),
    )


def _told(hours: Hours, name: str) -> str:
    return f"{hours_text(hours)} ({name})" if name else hours_text(hours)


def _joined(spans: Iterable[tuple[int, int]]) -> Hours:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def stored_days(days: Iterable[ReadDay]) -> dict[str, Any]:
    """Return days of a file as a calendar stores its exceptional days."""
    return {
        each.day.isoformat(): {"hours": [list(span) for span in each.hours], "name": each.name}
        for each in days
    }
