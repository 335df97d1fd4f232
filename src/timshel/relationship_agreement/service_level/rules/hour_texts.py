"""Hours as people type and read them: "08:00-12:00, 13:00-17:00", and a week in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from django.utils import dates
from django.utils.translation import gettext as _

from timshel.kernel.calendar import Hours
from timshel.relationship_agreement.service_level.rules.hours import END_OF_DAY, WEEKDAYS

Intervals = list[list[str]]
SEPARATOR = re.compile(r"[,;\n]|\s+(?=\d{1,2}(?:[:.h]\d{2})?\s*[-–—])")
SPAN = re.compile(
    r"(\d{1,2})(?:[:.h](\d{2}))?\s*(?:[-–—]|\bto\b|\bà\b)\s*(\d{1,2})(?:[:.h](\d{2}))?",
    re.IGNORECASE,
)
LONGEST = 500
ALWAYS = "00:00-24:00"


class HoursFault(ValueError):  # noqa: N818 - an answer for people, not a fault
    """What is wrong with hours that somebody typed, in a sentence."""


def intervals_of(text: str) -> Intervals:
    """Return the intervals of a day that somebody typed, in order; none for a closed day.

    Args:
        text: such as ``08:00-12:00, 13:00-17:00``; also ``8-12 13-17`` and ``8.30–12``.

    Raises:
        HoursFault: it cannot be read, or the intervals contradict each other.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise HoursFault(_("This is too long."))
    spans = sorted(_span(part) for part in SEPARATOR.split(text) if part.strip())
    for earlier, later in pairwise(spans):
        if later[0] < earlier[1]:
            raise HoursFault(
                _("%(one)s and %(other)s overlap.")
                % {"one": span_text(earlier), "other": span_text(later)}
            )
    return [[clock_text(start), clock_text(end)] for start, end in spans]


def _span(part: str) -> tuple[int, int]:
    found = SPAN.fullmatch(part.strip())
    if found is None:
        raise HoursFault(
            _("“%(text)s” cannot be read. Write hours as in 08:00-12:00, 13:00-17:00.")
            % {"text": part.strip()[:40]}
        )
    start, end = _seconds(found[1], found[2]), _seconds(found[3], found[4])
    if start is None or end is None:
        raise HoursFault(
            _("“%(text)s” holds a time that no day has.") % {"text": part.strip()[:40]}
        )
    if start >= end:
        raise HoursFault(
            _("%(span)s must end after it begins; put what lies after midnight on the next day.")
            % {"span": f"{clock_text(start)}-{clock_text(end)}"}
        )
    return start, end


def _seconds(hours: str, minutes: str | None) -> int | None:
    seconds = int(hours) * 3_600 + int(minutes or 0) * 60
    return seconds if seconds <= END_OF_DAY and int(minutes or 0) < 60 else None


def clock_text(seconds: int) -> str:
    """Return seconds after midnight as a wall clock shows them; the end of the day is 24:00."""
    text = f"{seconds // 3_600:02}:{seconds % 3_600 // 60:02}"
    return f"{text}:{seconds % 60:02}" if seconds % 60 else text


def span_text(span: tuple[int, int]) -> str:
    """Return an interval for people, as in 08:00–12:00."""
    return f"{clock_text(span[0])}–{clock_text(span[1])}"


def typed_text(intervals: Iterable[Sequence[str]]) -> str:
    """Return intervals as somebody would type them, to be changed."""
    return ", ".join(f"{start}-{end}" for start, end in intervals)


def hours_text(hours: Hours) -> str:
    """Return the hours of a day for people."""
    if not hours:
        return _("closed")
    if hours == ((0, END_OF_DAY),):
        return _("around the clock")
    return ", ".join(span_text(each) for each in hours)


def week_text(week: Sequence[Hours]) -> str:
    """Return a week in words, as in "Monday to Friday 08:00–18:00, Saturday 08:00–12:00".

    Args:
        week: the hours of the seven days, Monday first.
    """
    if all(hours == ((0, END_OF_DAY),) for hours in week):
        return _("Every day, around the clock")
    parts = [
        _("%(days)s %(hours)s") % {"days": _days_text(first, last), "hours": hours_text(hours)}
        for first, last, hours in _runs(week)
        if hours
    ]
    return "; ".join(parts) if parts else _("Closed but for single days")


def _runs(week: Sequence[Hours]) -> list[tuple[int, int, Hours]]:
    """Return the days with the same hours that follow each other: first, last, hours."""
    runs: list[tuple[int, int, Hours]] = []
    for number, hours in enumerate(week):
        if runs and runs[-1][2] == hours:
            runs[-1] = (runs[-1][0], number, hours)
        else:
            runs.append((number, number, hours))
    return runs


def _days_text(first: int, last: int) -> str:
    names = {"first": dates.WEEKDAYS[first], "last": dates.WEEKDAYS[last]}
    if (first, last) == (0, 6):
        return _("Every day")
    if first == last:
        return str(names["first"])
    if last == first + 1:
        return _("%(first)s and %(last)s") % names
    return _("%(first)s to %(last)s") % names


def week_of(weekly: Mapping[str, Any]) -> dict[str, Intervals]:
    """Return the intervals of each weekday, those left out being closed."""
    return {day: [list(each) for each in weekly.get(day, ())] for day in WEEKDAYS}
