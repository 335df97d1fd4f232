"""On which days a rule of repetition (RFC 5545, ``RRULE``) falls: the part of it that people use.

Each day between two dates is asked whether it fits. That is slower than stepping from one to the
next, but it ends whatever the rule says, which stepping does not for a 30 February.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

OLDEST = timedelta(days=20 * 366)
DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PLACE = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
STEPS = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
FINER = {"BYHOUR", "BYMINUTE", "BYSECOND"}
KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTH", "BYMONTHDAY"}


class NotRead(ValueError):  # noqa: N818 - an answer for people, not a fault
    """A rule that cannot be followed; its text says why."""


@dataclass(frozen=True, slots=True)
class Repetition:
    """A rule of repetition in days.

    Args:
        step: ``DAILY``, ``WEEKLY``, ``MONTHLY`` or ``YEARLY``.
        interval: every how many days, weeks, months or years.
        until: the last day, or None where it only counts.
        count: how many times, or None where it only has a last day.
        weekdays: (which one of the month, 0 for each; number of the weekday, Monday being 0).
        months: numbers of months, or none for any.
        month_days: days of the month, negative ones from its end, or none.
    """

    step: str
    interval: int
    until: date | None
    count: int | None
    weekdays: tuple[tuple[int, int], ...]
    months: frozenset[int]
    month_days: frozenset[int]

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Repetition:
        """Read a rule as the library took it apart.

        Raises:
            NotRead: it has no end, is finer than days, or says what is not read here.
        """
        rule = {str(name).upper(): value for name, value in given.items()}
        step = str(rule.get("FREQ", [""])[0]).upper()
        if step not in STEPS or FINER & {*rule}:
            raise NotRead(_("It repeats more often than once a day."))
        try:
            interval = int(rule.get("INTERVAL", [1])[0])
            count = int(rule["COUNT"][0]) if "COUNT" in rule else None
            months = frozenset(int(each) for each in rule.get("BYMONTH", ()))
            month_days = frozenset(int(each) for each in rule.get("BYMONTHDAY", ()))
            weekdays = tuple(_place(str(each)) for each in rule.get("BYDAY", ()))
            until = _day_of(rule["UNTIL"][0]) if "UNTIL" in rule else None
        except (ValueError, TypeError, IndexError):
            raise NotRead(_("Its rule of repetition could not be read.")) from None
        if interval < 1 or (count is not None and count < 1):
            raise NotRead(_("Its rule of repetition could not be read."))
        if until is None and count is None:
            raise NotRead(_("It repeats without an end. Give it an end in your calendar program."))
        made = cls(step, interval, until, count, weekdays, months, month_days)
        if {*rule} - KNOWN or not made._is_plain(rule):
            raise NotRead(_("Its rule of repetition is more than is read here. List its days."))
        return made

    def days(self, start: date, *, last: date) -> Iterator[date]:
        """Yield the days on which an event that begins at ``start`` falls, up to ``last``.

        Raises:
            NotRead: it begins so long ago that its days would have to be counted for ages.
        """
        end = last if self.until is None else min(last, self.until)
        if end - start > OLDEST:
            raise NotRead(_("It repeats from a day long ago on. Let it begin this year."))
        fitting = (day for day in _each(start, end) if self._fits(day, start))
        yield from islice(fitting, self.count)

    def _is_plain(self, rule: Mapping[str, Any]) -> bool:
        """Tell whether the parts go together in a way that is read here."""
        counted = any(position for position, _weekday in self.weekdays)
        if counted and not (self.step == "MONTHLY" or (self.step == "YEARLY" and self.months)):
            return False
        if self.step == "WEEKLY" and self.month_days:
            return False
        if self.step == "YEARLY" and (self.weekdays or self.month_days) and not self.months:
            return False
        begins = str(rule.get("WKST", ["MO"])[0]).upper()
        return begins == "MO" or self.step != "WEEKLY" or self.interval == 1

    def _fits(self, day: date, start: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        match self.step:
            case "DAILY":
                return self._daily(day, start)
            case "WEEKLY":
                return self._weekly(day, start)
            case "MONTHLY":
                return self._monthly(day, start)
            case _:
                return self._yearly(day, start)

    def _daily(self, day: date, start: date) -> bool:
        return (day - start).days % self.interval == 0 and self._on_weekday(day) and self._on(day)

    def _weekly(self, day: date, start: date) -> bool:
        weeks = (_monday(day) - _monday(start)).days // 7
        if weeks % self.interval:
            return False
        return self._on_weekday(day) if self.weekdays else day.weekday() == start.weekday()

    def _monthly(self, day: date, start: date) -> bool:
        months = (day.year - start.year) * 12 + day.month - start.month
        if months % self.interval:
            return False
        if not self.weekdays and not self.month_days:
            return day.day == start.day
        return self._on_weekday(day) and self._on(day)

    def _yearly(self, day: date, start: date) -> bool:
        if (day.year - start.year) % self.interval:
            return False
        if not self.months:
            return (day.month, day.day) == (start.month, start.day)
        if not self.weekdays and not self.month_days:
            return day.day == start.day
        return self._on_weekday(day) and self._on(day)

    def _on(self, day: date) -> bool:
        """Tell whether a day is one of the days of the month, where any are named."""
        if not self.month_days:
            return True
        length = monthrange(day.year, day.month)[1]
        return day.day in self.month_days or day.day - length - 1 in self.month_days

    def _on_weekday(self, day: date) -> bool:
        if not self.weekdays:
            return True
        length = monthrange(day.year, day.month)[1]
        places = {0, (day.day + 6) // 7, -((length - day.day) // 7 + 1)}
        return any(
            weekday == day.weekday() and position in places for position, weekday in self.weekdays
        )


def _place(text: str) -> tuple[int, int]:
    found = PLACE.fullmatch(text.upper())
    if found is None:
        raise ValueError(text)
    return int(found[1] or 0), WEEKDAYS.index(found[2])


def _each(start: date, end: date) -> Iterator[date]:
    for number in range((end - start).days + 1):
        yield start + number * DAY


def _monday(day: date) -> date:
    return date.fromordinal(day.toordinal() - day.weekday())


def _day_of(value: Any) -> date:
    day: date = value.date() if isinstance(value, datetime) else value
    return day
