"""Periods: whole days in the reader's zone, half-open, one following the other without a gap.

A period's days begin at midnight in the zone, so that a day in which clocks are put back has 25
hours. Weeks begin on Monday.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Invalid

EARLIEST = date(1970, 1, 1)
LATEST = date(2199, 12, 31)
LONGEST_DAYS = 3_660
DAY = timedelta(days=1)
MONTHS = 12


class PeriodKind(StrEnum):
    """How long a period is."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    DAYS = "days"


KIND_NAMES: dict[PeriodKind, Promise] = {
    PeriodKind.WEEK: _("Week"),
    PeriodKind.MONTH: _("Month"),
    PeriodKind.QUARTER: _("Quarter"),
    PeriodKind.YEAR: _("Year"),
    PeriodKind.DAYS: _("Days"),
}

_LENGTH_IN_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Some days in a zone.

    Args:
        kind: how long it is; ``days`` for one from a day until another.
        first_day: its first day.
        last_day: its last day, which belongs to it.
        zone: the IANA name of the zone whose days they are.
    """

    kind: PeriodKind
    first_day: date
    last_day: date
    zone: str = "UTC"

    @property
    def since(self) -> datetime:
        """The moment with which it begins, in UTC."""
        return _midnight(self.first_day, self.zone)

    @property
    def until(self) -> datetime:
        """The first moment after it, in UTC."""
        return _midnight(self.last_day + DAY, self.zone)

    def is_over(self, at: datetime) -> bool:
        """Tell whether all of it lies before a moment."""
        return self.until <= at

    def before(self) -> Period:
        """Return the period that ends where this one begins, of the same kind."""
        if self.kind is PeriodKind.DAYS:
            length = self.last_day - self.first_day
            last = self.first_day - DAY
            return Period(self.kind, max(last - length, EARLIEST), last, self.zone)
        return period_of(self.kind, self.first_day - DAY, zone=self.zone)

    def after(self) -> Period:
        """Return the period that begins where this one ends, of the same kind."""
        if self.kind is PeriodKind.DAYS:
            first = self.last_day + DAY
            return Period(self.kind, first, first + (self.last_day - self.first_day), self.zone)
        return period_of(self.kind, self.last_day + DAY, zone=self.zone)


def period_of(kind: PeriodKind, day: date, *, zone: str) -> Period:
    """Return the week, month, quarter or year in which a day lies.

    Args:
        kind: any but ``days``.
        day: the day.
        zone: the IANA name of the zone.
    """
    if kind is PeriodKind.WEEK:
        first = day - timedelta(days=day.weekday())
        return Period(kind, first, first + timedelta(days=6), zone)
    months = _LENGTH_IN_MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(kind, first, _months_later(first, months) - DAY, zone)


def this_period(kind: PeriodKind, *, zone: str, at: datetime) -> Period:
    """Return the week, month, quarter or year of a moment, by the calendar of a zone."""
    return period_of(kind, at.astimezone(ZoneInfo(zone)).date(), zone=zone)


def days_between(first: date, last: date, *, zone: str) -> Period:
    """Return the period from a day until another, both of which belong to it.

    Raises:
        Invalid: the last day lies before the first, or they are too far away or apart.
    """
    if last < first:
        raise Invalid({"until": [_("The last day lies before the first.")]})
    if first < EARLIEST or last > LATEST:
        raise Invalid({"from": [_("Choose days between 1970 and 2199.")]})
    if (last - first).days > LONGEST_DAYS:
        raise Invalid({"until": [_("Choose at most ten years.")]})
    return Period(PeriodKind.DAYS, first, last, zone)


def run_up(period: Period, *, count: int) -> tuple[Period, ...]:
    """Return a period and those before it, oldest first.

    Args:
        period: the last one.
        count: how many in all; fewer where time itself has none earlier.
    """
    found = [period]
    while len(found) < count and found[0].first_day > EARLIEST + timedelta(days=400):
        found.insert(0, found[0].before())
    return tuple(found)


def is_zone(name: str) -> bool:
    """Tell whether there is a time zone of a name."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def starts(periods: Sequence[Period]) -> list[datetime]:
    """Return the moments with which periods begin that follow one another."""
    return [period.since for period in periods]


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _months_later(day: date, months: int) -> date:
    position = day.year * MONTHS + day.month - 1 + months
    return date(position // MONTHS, position % MONTHS + 1, 1)
