"""Quarters, each named by its first day."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS, QUARTERS = 3, 4
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 10, 1)


def quarter_of(day: date) -> date:
    """Return the first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)


def position_of(quarter: date) -> int:
    """Return the place of a quarter among all quarters; the next one has the next number."""
    return quarter.year * QUARTERS + (quarter.month - 1) // MONTHS


def quarter_at(position: int) -> date:
    """Return the quarter at a place."""
    year, place = divmod(position, QUARTERS)
    return date(year, place * MONTHS + 1, 1)


def moved(quarter: date, count: int) -> date:
    """Return the quarter that lies so many later; earlier for less than nothing."""
    return quarter_at(position_of(quarter) + count)


def last_day_of(quarter: date) -> date:
    """Return the last day of a quarter."""
    return moved(quarter, 1) - timedelta(days=1)


def is_quarter(day: date) -> bool:
    """Tell whether a day is the first one of a quarter of which figures are kept."""
    return day == quarter_of(day) and EARLIEST <= day <= LATEST
