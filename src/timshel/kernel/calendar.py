"""Business calendars: how much working time lies between two moments, and when it is used up.

One definition carries everything: **a calendar is open at a moment exactly when a wall clock in
its zone shows a time inside one of that day's intervals.** From it follows what happens when the
clocks are changed:

- A wall time that does not exist is never shown, so it never counts: 02:30–03:30 on the night on
  which 02:00 becomes 03:00 is open for half an hour, from 03:00 on. A date that a zone skipped
  (Apia, 30 December 2011) has no hours at all.
- A wall time that exists twice is shown twice, so it counts twice: 02:00–03:00 on the night on
  which 03:00 becomes 02:00 is open for two hours.

Intervals are half-open, so noon belongs to the afternoon. All arithmetic is done in whole
microseconds of UTC; a year of a calendar is worked out once, then each question is answered by
bisection.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from timshel.kernel.public_holidays import public_holidays

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DATE = date(1970, 1, 1)
MICROSECOND = timedelta(microseconds=1)
SECOND = 1_000_000
DAY = 86_400
FIRST_YEAR = 1900
LAST_YEAR = 2199
OFFSET_PROBE = 6 * 3_600  # no zone ever changed its offset and back within six hours

Hours = tuple[tuple[int, int], ...]
"""The intervals of a day, as seconds after midnight on the wall clock; 86,400 is its end."""


class CalendarError(ValueError):
    """A calendar that contradicts itself, or a question that it cannot answer."""


class NeverOpen(CalendarError):  # noqa: N818 - a state of the calendar, not a fault
    """The calendar does not open again, or not for so long, before the year 2200."""


class Reason(StrEnum):
    """Why a stretch of time counts or does not."""

    WORKING_HOURS = "working_hours"
    OUTSIDE_HOURS = "outside_hours"
    DAY_OFF = "day_off"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day whose hours differ from the week's, whatever the holidays say.

    Args:
        hours: the intervals of that day; none closes it.
        name: why, in words for people.
    """

    hours: Hours
    name: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of time that is open or closed throughout, for one reason.

    Args:
        start: its first moment.
        end: the first moment after it.
        reason: why it is open or closed.
        name: the name of the holiday or of the exceptional day, or nothing.
    """

    start: datetime
    end: datetime
    reason: Reason
    name: str = ""

    @property
    def is_open(self) -> bool:
        """Whether this counts as working time."""
        return self.reason is Reason.WORKING_HOURS


@dataclass(frozen=True, slots=True)
class _LocalDay:
    """A date of a zone, or the part of it with one offset: moments in microseconds of UTC."""

    day: date
    start: int
    end: int
    midnight: int


@dataclass(frozen=True, slots=True)
class _Year:
    """The open intervals within one year of UTC, with the sums that bisection needs."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    through: tuple[int, ...]

    @property
    def total(self) -> int:
        return self.through[-1] if self.through else 0

    def used(self, moment: int) -> int:
        """Return the working time of this year before ``moment``."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.through[index] - max(0, self.ends[index] - moment)

    def reach(self, used: int) -> int:
        """Return the first moment before which ``used`` (> 0) of this year's time lies."""
        index = bisect_left(self.through, used)
        return self.ends[index] - (self.through[index] - used)


def _instant(at: datetime) -> int:
    if at.tzinfo is None:
        raise CalendarError("A moment needs a time zone.")
    return (at - EPOCH) // MICROSECOND


def _moment(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


def _offset(zone: ZoneInfo, second: int) -> int:
    offset = (EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _first_second_of(year: int) -> int:
    return int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())


def _offset_stretches(zone: ZoneInfo, year: int) -> Iterator[tuple[int, int, int]]:
    """Yield (start, end, offset) in seconds: the parts of a year of UTC with one offset each."""
    start, last = _first_second_of(year), _first_second_of(year + 1)
    offset, known = _offset(zone, start), start
    while known < last:
        probe = min(known + OFFSET_PROBE, last)
        changed = _offset(zone, probe)
        if changed == offset:
            known = probe
            continue
        low, high = known, probe
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == offset else (low, middle)
        if high < last:
            yield start, high, offset
            start, offset = high, _offset(zone, high)
        known = high
    yield start, last, offset


@lru_cache(maxsize=2_048)
def _local_days(zone_name: str, year: int) -> tuple[_LocalDay, ...]:
    """Return the dates that a wall clock shows during one year of UTC, in order."""
    days = []
    for start, end, offset in _offset_stretches(ZoneInfo(zone_name), year):
        wall = start + offset
        while wall < end + offset:
            midnight = wall - wall % DAY
            following = min(midnight + DAY, end + offset)
            days.append(
                _LocalDay(
                    day=EPOCH_DATE + timedelta(days=midnight // DAY),
                    start=(wall - offset) * SECOND,
                    end=(following - offset) * SECOND,
                    midnight=(midnight - offset) * SECOND,
                )
            )
            wall = following
    return tuple(days)


def _check_hours(hours: Hours, where: str) -> None:
    end_before = 0
    for start, end in hours:
        if not end_before <= start < end <= DAY:
            raise CalendarError(
                f"{where}: intervals must lie between 00:00 and 24:00, in order, without overlap."
            )
        end_before = end


@dataclass(frozen=True)
class BusinessCalendar:
    """Weekly hours in a zone, with holidays, and exceptional days that beat both.

    Args:
        zone: IANA name of the time zone of the wall clock.
        weekly: seven tuples of intervals, Monday first.
        holidays: (date, name) of days without hours, sorted by date.
        exceptions: (date, :class:`Exceptional`), sorted by date.
        country: ISO 3166 code whose public holidays apply as well, or nothing.
        region: the part of the country, as ISO 3166-2 writes it without the country.

    Raises:
        CalendarError: intervals that overlap or leave the day, or other than seven days.
        zoneinfo.ZoneInfoNotFoundError: an unknown zone.
    """

    zone: str
    weekly: tuple[Hours, ...]
    holidays: tuple[tuple[date, str], ...] = ()
    exceptions: tuple[tuple[date, Exceptional], ...] = ()
    country: str = ""
    region: str = ""
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)
    _own_holidays: dict[date, str] = field(init=False, repr=False, compare=False)
    _exceptional: dict[date, Exceptional] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ZoneInfo(self.zone)
        if len(self.weekly) != 7:
            raise CalendarError("A week has seven days.")
        for hours in self.weekly:
            _check_hours(hours, "The week")
        for day, exceptional in self.exceptions:
            _check_hours(exceptional.hours, day.isoformat())
        object.__setattr__(self, "_own_holidays", dict(self.holidays))
        object.__setattr__(self, "_exceptional", dict(self.exceptions))

    def is_open(self, at: datetime) -> bool:
        """Tell whether ``at`` is working time."""
        instant = _instant(at)
        year = self._year(at.astimezone(UTC).year)
        index = bisect_right(year.starts, instant) - 1
        return index >= 0 and instant < year.ends[index]

    def next_opening(self, at: datetime) -> datetime:
        """Return ``at`` itself if that is working time, else the next moment that is.

        Raises:
            NeverOpen: there is none before the year 2200.
        """
        instant = _instant(at)
        for number in self._years_from(at):
            year = self._year(number)
            index = bisect_right(year.ends, instant)
            if index < len(year.starts):
                return _moment(max(instant, year.starts[index]))
        raise NeverOpen("The calendar does not open again.")

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments.

        Raises:
            CalendarError: ``end`` lies before ``start``, or a moment has no zone.
        """
        first, last = _instant(start), _instant(end)
        if last < first:
            raise CalendarError("The end lies before the start.")
        years = range(start.astimezone(UTC).year, end.astimezone(UTC).year)
        whole = sum(self._year(number).total for number in years)
        used = self._year(years.stop).used(last) - self._year(years.start).used(first)
        return timedelta(microseconds=whole + used)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """Return the first moment by which ``amount`` of working time has passed since ``start``.

        An amount that is used up when the desk closes ends at that closing, not at the next
        opening; an amount of nothing has passed at once, even outside the hours.

        Args:
            start: where to begin.
            amount: working time, not negative.

        Raises:
            NeverOpen: there is not so much working time before the year 2200.
            CalendarError: a negative amount, or a moment without a zone.
        """
        needed = amount // MICROSECOND
        if needed < 0:
            raise CalendarError("An amount of working time cannot be negative.")
        instant = _instant(start)
        if needed == 0:
            return _moment(instant)
        for number in self._years_from(start):
            year = self._year(number)
            gone = year.used(instant)
            if needed <= year.total - gone:
                return _moment(year.reach(gone + needed))
            needed -= year.total - gone
        raise NeverOpen("The calendar does not hold so much working time.")

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """Return the open intervals between two moments, cut at both, joined where they touch."""
        return [
            (each.start, each.end)
            for each in _joined(self._pieces(start, end, explain=False))
            if each.is_open
        ]

    def stretches(self, start: datetime, end: datetime) -> list[Stretch]:
        """Return all the time between two moments in order, open and closed, with reasons."""
        return list(_joined(self._pieces(start, end, explain=True)))

    def day_hours(self, day: date) -> tuple[Hours, Reason, str]:
        """Return the intervals of a date, why it has these, and the name of its occasion."""
        exceptional = self._exceptional.get(day)
        if exceptional is not None:
            return exceptional.hours, Reason.EXCEPTION, exceptional.name
        holiday = self._holiday(day)
        if holiday is not None:
            return (), Reason.HOLIDAY, holiday
        hours = self.weekly[day.weekday()]
        return hours, Reason.OUTSIDE_HOURS if hours else Reason.DAY_OFF, ""

    def _holiday(self, day: date) -> str | None:
        own = self._own_holidays.get(day)
        if own is None and self.country:
            return public_holidays(self.country, self.region, (day.year,)).get(day)
        return own

    def _years_from(self, at: datetime) -> range:
        """Return the years in which to search from ``at`` on; a bound, so that a search ends."""
        last = LAST_YEAR
        if not any(self.weekly):
            last = max((day.year + 1 for day, each in self.exceptions if each.hours), default=0)
        return range(at.astimezone(UTC).year, min(last, LAST_YEAR) + 1)

    def _year(self, number: int) -> _Year:
        if number not in self._years:
            self._years[number] = self._build(number)
        return self._years[number]

    def _build(self, number: int) -> _Year:
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise CalendarError(f"Calendars reach from {FIRST_YEAR} to {LAST_YEAR}, not {number}.")
        starts: list[int] = []
        ends: list[int] = []
        for local in _local_days(self.zone, number):
            for start, end in _open_parts(local, self.day_hours(local.day)[0]):
                if ends and ends[-1] == start:
                    ends[-1] = end
                else:
                    starts.append(start)
                    ends.append(end)
        through, used = [], 0
        for start, end in zip(starts, ends, strict=True):
            used += end - start
            through.append(used)
        return _Year(tuple(starts), tuple(ends), tuple(through))

    def _pieces(self, start: datetime, end: datetime, *, explain: bool) -> Iterator[Stretch]:
        """Yield the open and, if asked for, the closed pieces of each date between two moments."""
        first, last = _instant(start), _instant(end)
        for number in range(start.astimezone(UTC).year, end.astimezone(UTC).year + 1):
            days = _local_days(self.zone, number)
            skipped = max(0, bisect_right(days, first, key=lambda each: each.start) - 1)
            for local in days[skipped:]:
                if local.start >= last:
                    break
                for piece in self._day_pieces(local, explain=explain):
                    yield from _cut(piece, start, end)

    def _day_pieces(self, local: _LocalDay, *, explain: bool) -> Iterator[Stretch]:
        hours, reason, name = self.day_hours(local.day)
        known = local.start
        for start, end in (*_open_parts(local, hours), (local.end, local.end)):
            if explain and known < start:
                yield Stretch(_moment(known), _moment(start), reason, name)
            if start < end:
                yield Stretch(_moment(start), _moment(end), Reason.WORKING_HOURS)
            known = end


def _open_parts(local: _LocalDay, hours: Hours) -> Iterator[tuple[int, int]]:
    for opens, closes in hours:
        start = max(local.start, local.midnight + opens * SECOND)
        end = min(local.end, local.midnight + closes * SECOND)
        if start < end:
            yield start, end


def _cut(piece: Stretch, start: datetime, end: datetime) -> Iterator[Stretch]:
    first, last = max(piece.start, start), min(piece.end, end)
    if first < last:
        yield Stretch(first.astimezone(UTC), last.astimezone(UTC), piece.reason, piece.name)


def _joined(pieces: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the pieces, with those that touch and have the same reason made one."""
    held: Stretch | None = None
    for piece in pieces:
        if held is None:
            held = piece
        elif (held.end, held.reason, held.name) == (piece.start, piece.reason, piece.name):
            held = Stretch(held.start, piece.end, held.reason, held.name)
        else:
            yield held
            held = piece
    if held is not None:
        yield held


@lru_cache(maxsize=256)
def _shared(
    zone: str,
    weekly: tuple[Hours, ...],
    holidays: tuple[tuple[date, str], ...],
    exceptions: tuple[tuple[date, Exceptional], ...],
    place: tuple[str, str],
) -> BusinessCalendar:
    return BusinessCalendar(zone, weekly, holidays, exceptions, *place)


def business_calendar(
    zone: str,
    weekly: Sequence[Sequence[tuple[int, int]]],
    *,
    holidays: Mapping[date, str] | None = None,
    exceptions: Mapping[date, Exceptional] | None = None,
    country: str = "",
    region: str = "",
) -> BusinessCalendar:
    """Return a calendar, the same object for the same hours, so that its years are built once.

    Args:
        zone: IANA name of a time zone.
        weekly: for each day, Monday first, its intervals in seconds after midnight.
        holidays: names of days without hours, by date.
        exceptions: days that differ, by date; they beat holidays and the week.
        country: whose public holidays apply as well, or nothing.
        region: the part of the country.

    Raises:
        CalendarError: hours that contradict each other.
        zoneinfo.ZoneInfoNotFoundError: an unknown zone.
    """
    return _shared(
        zone,
        tuple(tuple(tuple(interval) for interval in hours) for hours in weekly),
        tuple(sorted((holidays or {}).items())),
        tuple(sorted((exceptions or {}).items(), key=lambda item: item[0])),
        (country, region),
    )


def around_the_clock(zone: str = "UTC") -> BusinessCalendar:
    """Return the calendar that never closes."""
    return business_calendar(zone, (((0, DAY),),) * 7)
