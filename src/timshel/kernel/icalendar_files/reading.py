"""Reading an iCalendar file that somebody else made, hostile ones included.

What cannot be used is not left out in silence: each such event is returned with the reason. The
zones that a file describes itself are not read, since such a description may repeat without an
end; zones are known by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from timshel.kernel.errors import Invalid
from timshel.kernel.icalendar_files.repetition import NotRead, Repetition

LARGEST_FILE = 1024 * 1024
MOST_EVENTS = 2_000
MOST_REPEATING = 300
MOST_DAYS = 2_000
LONGEST_STAY = 366
NAME_LENGTH = 200
FOLD = re.compile(r"\r?\n[ \t]")
NESTED_ZONE = re.compile(r"^BEGIN:VTIMEZONE\s*$.*?^END:VTIMEZONE\s*$", re.S | re.M | re.I)
BEGINNING = re.compile(r"^BEGIN:", re.M | re.I)
REPEATING = re.compile(r"^RRULE[:;]", re.M | re.I)
EVENT = re.compile(r"^BEGIN:VEVENT\s*$", re.M | re.I)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event on one day, by the wall clock of the zone that was asked for.

    Args:
        name: what it is.
        day: when.
        hours: from and until as seconds after midnight; None for the whole day.
    """

    name: str
    day: date
    hours: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """An event that could not be used.

    Args:
        name: what it is, or nothing.
        when: when, as far as that could be read, or nothing.
        reason: why, in a sentence for people.
    """

    name: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileContents:
    """What a file holds: what can be used, in order, and what cannot."""

    occasions: tuple[Occasion, ...]
    unusable: tuple[Unusable, ...]


class _Unusable(Exception):  # noqa: N818 - becomes a row of the answer
    """Why an event cannot be used."""


def read_icalendar(content: bytes, *, zone: str, last: date) -> FileContents:
    """Return the days that an iCalendar file speaks of.

    Args:
        content: the file.
        zone: IANA name of the zone whose wall clock is meant; times of other zones are turned
            into it, and times without a zone are taken as they are.
        last: events are repeated no further than this date.

    Raises:
        Invalid: at ``file``, for what is no iCalendar file or is larger than one needs to be.
    """
    calendar = _parsed(_text(content))
    occasions: list[Occasion] = []
    unusable: list[Unusable] = []
    moved = _moved(calendar)
    for event in calendar.walk("VEVENT"):
        try:
            found = list(_occasions(event, ZoneInfo(zone), last=last, moved=moved))
        except _Unusable as reason:
            unusable.append(Unusable(_name(event), _when(event), str(reason)))
            continue
        occasions += found
        if len(occasions) > MOST_DAYS:
            raise _refused(
                _("The file speaks of more than %(most)d days. Please split it.")
                % {"most": MOST_DAYS}
            )
    occasions.sort(key=lambda each: (each.day, each.hours or (0, 0), each.name))
    return FileContents(tuple(occasions), tuple(unusable))


def _refused(message: str) -> Invalid:
    return Invalid({"file": [message]})


def _text(content: bytes) -> str:
    if len(content) > LARGEST_FILE:
        raise _refused(_("The file is larger than a megabyte. Please split it."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(_("This is not an iCalendar file: it is not text in UTF-8.")) from None
    if not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise _refused(_("This is not an iCalendar file: it does not begin with BEGIN:VCALENDAR."))
    return FOLD.sub("", text).replace("\0", "")


def _parsed(text: str) -> Any:
    events, repeating = len(EVENT.findall(text)), len(REPEATING.findall(text))
    if repeating > MOST_REPEATING:
        raise _refused(
            _("The file holds more than %(most)d events that repeat. Please split it.")
            % {"most": MOST_REPEATING}
        )
    # Everything else that begins is an alarm, a task or the like; nobody nests these for long.
    if events > MOST_EVENTS or len(BEGINNING.findall(text)) > 4 * MOST_EVENTS:
        raise _refused(
            _("The file holds more than %(most)d events. Please split it.") % {"most": MOST_EVENTS}
        )
    from icalendar import Calendar

    try:
        return Calendar.from_ical(NESTED_ZONE.sub("", text))
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise _refused(_("The file is broken: it could not be read as iCalendar.")) from None


def _moved(calendar: Any) -> dict[str, set[date]]:
    """Return, for each repeated event, the days whose occasion was changed: these are told of by
    an event of their own."""
    found: dict[str, set[date]] = {}
    for event in calendar.walk("VEVENT"):
        try:
            original = event.get("RECURRENCE-ID")
            if original is not None:
                found.setdefault(str(event.get("UID", "")), set()).add(_day_of(original.dt))
        except (AttributeError, ValueError):
            continue
    return found


def _occasions(
    event: Any, zone: ZoneInfo, *, last: date, moved: dict[str, set[date]]
) -> Iterator[Occasion]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _Unusable(_("It is marked as cancelled."))
    start, end = _span(event)
    if isinstance(start, datetime) or isinstance(end, datetime):
        yield _timed(event, start, end, zone)
        return
    days = (end - start).days
    if days > LONGEST_STAY:
        raise _Unusable(_("It lasts longer than a year."))
    skipped = set() if "RECURRENCE-ID" in event else moved.get(str(event.get("UID", "")), set())
    for first in _repeats(event, start, last):
        if first not in skipped:
            for number in range(days):
                yield Occasion(_name(event), first + number * DAY, None)


def _span(event: Any) -> tuple[date, date]:
    if event.errors:
        faulty = ", ".join(sorted({str(name) for name, _error in event.errors}))
        raise _Unusable(_("%(parts)s could not be read.") % {"parts": faulty})
    if "DTSTART" not in event:
        raise _Unusable(_("It does not say when it begins."))
    for name in ("DTSTART", "DTEND"):
        _check_zone(event, name)
    try:
        start, end = event.start, event.end
    except (ValueError, TypeError, OverflowError, AttributeError):
        raise _Unusable(_("Its beginning and end do not fit each other.")) from None
    try:
        in_order = end > start
    except TypeError:
        raise _Unusable(_("Its beginning and end do not fit each other.")) from None
    if not in_order:
        raise _Unusable(_("It does not end after it begins."))
    return start, end


def _check_zone(event: Any, name: str) -> None:
    """Refuse times in a zone whose name nobody knows; the library takes them for local ones."""
    given = event.get(name)
    parameters = getattr(given, "params", {})
    is_local = isinstance(getattr(given, "dt", None), datetime) and given.dt.tzinfo is None
    if "TZID" in parameters and is_local:
        raise _Unusable(
            _("There is no time zone “%(zone)s”.") % {"zone": str(parameters["TZID"])[:60]}
        )


def _timed(event: Any, start: Any, end: Any, zone: ZoneInfo) -> Occasion:
    if "RRULE" in event or "RDATE" in event:
        raise _Unusable(
            _("It repeats. Hours that repeat belong into the week; only single days are read.")
        )
    first, last = _local(start, zone), _local(end, zone)
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = int((first - midnight).total_seconds()), int((last - midnight).total_seconds())
    if not seconds[0] < seconds[1] <= DAY.total_seconds():
        raise _Unusable(_("It does not begin and end on the same day."))
    return Occasion(_name(event), first.date(), seconds)


def _local(moment: Any, zone: ZoneInfo) -> datetime:
    """Return what the wall clock shows at a moment."""
    if not isinstance(moment, datetime):
        raise _Unusable(_("Its beginning and end do not fit each other."))
    try:
        shown = moment if moment.tzinfo is None else moment.astimezone(zone)
    except (OverflowError, ValueError):
        raise _Unusable(_("It lies too far away.")) from None
    return shown.replace(tzinfo=None)


def _repeats(event: Any, start: date, last: date) -> Iterator[date]:
    """Yield the days on which an event of whole days begins."""
    if "RDATE" in event:
        raise _Unusable(
            _("It lists further dates, which is not read. Give each a line of its own.")
        )
    if "RRULE" not in event:
        yield start
        return
    given = event["RRULE"]
    if isinstance(given, list):
        raise _Unusable(_("It has several rules of repetition."))
    try:
        found = list(Repetition.of(given).days(start, last=last))
    except NotRead as reason:
        raise _Unusable(str(reason)) from None
    left_out = _left_out(event)
    yield from (each for each in found if each not in left_out)


def _left_out(event: Any) -> set[date]:
    given = event.get("EXDATE")
    lists = given if isinstance(given, list) else [given] if given is not None else []
    return {_day_of(each.dt) for group in lists for each in group.dts}


def _day_of(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def _name(event: Any) -> str:
    return str(event.get("SUMMARY", "")).strip()[:NAME_LENGTH]


def _when(event: Any) -> str:
    try:
        return str(_day_of(event["DTSTART"].dt))
    except (KeyError, AttributeError, ValueError):
        return ""
