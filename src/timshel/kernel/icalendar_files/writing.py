"""Writing an iCalendar file that other programs show at the right hours, in every zone.

The library can describe time zones too, but names the moment of a change by the wall clock after
it, where RFC 5545 asks for the one before it: clients would be an hour off around each change. So
the zones are written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from icalendar import Event, Timezone, TimezoneDaylight, TimezoneStandard

PRODUCT = "-//Timshel//Calendars//EN"
MEDIA_TYPE = "text/calendar; charset=utf-8"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
OUTRIGHT_UTC = "UTC"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a file.

    Args:
        uid: the same for the same event in each later copy of the file.
        name: what it is.
        start: a date for a whole day, or a moment in the zone of its wall clock.
        end: the first date or moment after it.
        description: more words, or nothing.
        categories: labels for programs.
        weekdays: RFC 5545 codes of the days on which it comes again every week, or none.
        until: the last moment at which it may come again; only with ``weekdays``.
        but_not: starts at which it does not come again after all.
        place: where it is, or nothing.
        is_busy: whether it keeps whoever has it in their calendar busy.
    """

    uid: str
    name: str
    start: date | datetime
    end: date | datetime
    description: str = ""
    categories: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    until: datetime | None = None
    but_not: tuple[datetime, ...] = ()
    place: str = ""
    is_busy: bool = False


def icalendar_file(
    name: str, entries: Iterable[Entry], *, zone: str, first: date, last: date, at: datetime
) -> bytes:
    """Return an iCalendar file.

    Args:
        name: of the calendar.
        entries: its events; moments in them are in ``zone``.
        zone: IANA name of the zone of their wall clock.
        first: nothing in the file is earlier.
        last: nothing in the file is later.
        at: when the file is made.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone)
    if zone != OUTRIGHT_UTC:
        calendar.add_component(_zone(zone, first, last))
    for entry in entries:
        calendar.add_component(_event(entry, at))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, at: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", at.astimezone(UTC).replace(microsecond=0))
    event.add("summary", entry.name)
    event.add("dtstart", entry.start)
    event.add("dtend", entry.end)
    # The hours of a desk keep nobody busy.
    event.add("transp", "OPAQUE" if entry.is_busy else "TRANSPARENT")
    if entry.place:
        event.add("location", entry.place)
    if entry.description:
        event.add("description", entry.description)
    if entry.categories:
        event.add("categories", list(entry.categories))
    if entry.weekdays and entry.until is not None:
        until = entry.until.astimezone(UTC)
        event.add("rrule", {"freq": "weekly", "byday": list(entry.weekdays), "until": until})
    if entry.but_not:
        event.add("exdate", list(entry.but_not))
    return event


@dataclass(frozen=True, slots=True)
class _Change:
    """A zone's wall clock is set: when by the clock before, from which offset to which."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


def _zone(name: str, first: date, last: date) -> Timezone:
    """Return what the clients need to know of a zone for the days of a file."""
    zone = ZoneInfo(name)
    start = datetime.combine(first, time(), tzinfo=UTC) - timedelta(days=1)
    end = datetime.combine(last, time(), tzinfo=UTC) + timedelta(days=2)
    from icalendar import Timezone

    described = Timezone()
    described.add("tzid", name)
    for onsets in _alike([_beginning(zone, start), *_changes(zone, start, end)]):
        described.add_component(_observance(onsets))
    return described


def _beginning(zone: ZoneInfo, start: datetime) -> _Change:
    local = start.astimezone(zone)
    offset = _offset(local)
    naive = local.replace(tzinfo=None)
    return _Change(naive, offset, offset, local.tzname() or "", bool(local.dst()))


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[_Change]:
    """Yield the changes of a zone's offset between two moments, each found to the second."""
    known = start
    while known < end:
        probe = min(known + 6 * HOUR, end)
        before = _offset(known.astimezone(zone))
        if _offset(probe.astimezone(zone)) != before:
            low, high = known, probe
            while high - low > SECOND:
                middle = low + (high - low) // 2 // SECOND * SECOND
                same = _offset(middle.astimezone(zone)) == before
                low, high = (middle, high) if same else (low, middle)
            changed = high.astimezone(zone)
            onset = (high + before).replace(tzinfo=None)
            name = changed.tzname() or ""
            yield _Change(onset, before, _offset(changed), name, bool(changed.dst()))
            probe = high
        known = probe


def _alike(changes: Sequence[_Change]) -> Iterator[list[_Change]]:
    """Yield the changes grouped by what they have in common but for their moment."""
    groups: dict[tuple[timedelta, timedelta, str, bool], list[_Change]] = {}
    for change in changes:
        key = (change.before, change.after, change.name, change.is_summer)
        groups.setdefault(key, []).append(change)
    yield from groups.values()


def _observance(onsets: Sequence[_Change]) -> TimezoneStandard | TimezoneDaylight:
    from icalendar import TimezoneDaylight, TimezoneStandard

    first = onsets[0]
    part = TimezoneDaylight() if first.is_summer else TimezoneStandard()
    part.add("dtstart", first.onset)
    part.add("tzoffsetfrom", first.before)
    part.add("tzoffsetto", first.after)
    part.add("tzname", first.name)
    if len(onsets) > 1:
        part.add("rdate", [each.onset for each in onsets[1:]])
    return part


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)
