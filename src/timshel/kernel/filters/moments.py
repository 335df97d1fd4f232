"""Moments as filters name them: days, spans of days and distances from now.

A text such as ``today``, ``in 2 days``, ``3 hours ago``, ``this week`` or ``2026-03-02`` means a
span from one moment until another; ``now`` and distances in hours mean a single moment, whose span
is empty. Days begin in the reader's zone, and weeks on Monday.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

Span: TypeAlias = tuple[datetime, datetime]

LARGEST_DISTANCE = 10_000
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
_DISTANCE = re.compile(r"(in )?(\d{1,5}) (minute|hour|day|week)s?( ago)?")
_STEPS = {
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
# In the order in which a form offers them.
NAMED: Mapping[str, Promise] = {
    "now": _("now"),
    "today": _("today"),
    "tomorrow": _("tomorrow"),
    "yesterday": _("yesterday"),
    "this week": _("this week"),
    "next week": _("next week"),
    "last week": _("last week"),
    "this month": _("this month"),
    "next month": _("next month"),
    "last month": _("last month"),
}
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_WEEKS = {"this week": 0, "next week": 1, "last week": -1}
_MONTHS = {"this month": 0, "next month": 1, "last month": -1}


def is_moment(text: str) -> bool:
    """Tell whether a text names a moment or a span."""
    try:
        span_of(text, at=datetime(2026, 1, 1, tzinfo=UTC), zone="UTC")
    except ValueError:
        return False
    return True


def span_of(text: str, *, at: datetime, zone: str) -> Span:
    """Return from when until when a text means; both the same for a single moment.

    Args:
        text: as above.
        at: now.
        zone: IANA name of the reader's time zone.

    Raises:
        ValueError: it names no moment.
    """
    if text == "now":
        return at, at
    today = at.astimezone(ZoneInfo(zone)).date()
    named = _named(text, today) or _distant(text, today)
    if named is not None:
        return _midnight(named[0], zone), _midnight(named[1], zone)
    return _exact(text, zone) if _DISTANCE.fullmatch(text) is None else _away(text, at)


def _named(text: str, today: date) -> tuple[date, date] | None:
    """Return the first day and the day after the last of a span that has a name."""
    if text in _DAYS:
        day = today + timedelta(days=_DAYS[text])
        return day, day + timedelta(days=1)
    if text in _WEEKS:
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=_WEEKS[text])
        return monday, monday + timedelta(weeks=1)
    if text in _MONTHS:
        return _month(today, _MONTHS[text]), _month(today, _MONTHS[text] + 1)
    return None


def _month(today: date, away: int) -> date:
    months = today.year * 12 + today.month - 1 + away
    return date(months // 12, months % 12 + 1, 1)


def _distance(text: str) -> tuple[int, str] | None:
    """Return how many of which unit a text is away from now, negative in the past."""
    found = _DISTANCE.fullmatch(text)
    if found is None or bool(found[1]) == bool(found[4]) or int(found[2]) > LARGEST_DISTANCE:
        return None
    return int(found[2]) * (1 if found[1] else -1), found[3]


def _distant(text: str, today: date) -> tuple[date, date] | None:
    """Return the day that is some days or weeks away."""
    distance = _distance(text)
    if distance is None or distance[1] not in ("day", "week"):
        return None
    day = today + distance[0] * _STEPS[distance[1]]
    return day, day + timedelta(days=1)


def _away(text: str, at: datetime) -> Span:
    """Return the moment that is some minutes or hours away."""
    distance = _distance(text)
    if distance is None:
        raise ValueError(text)
    moment = at + distance[0] * _STEPS[distance[1]]
    return moment, moment


def _exact(text: str, zone: str) -> Span:
    """Return the span of a day, or a moment that was written with its zone."""
    if len(text) > len("2026-03-02"):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None or not EARLIEST_YEAR <= moment.year < LATEST_YEAR:
            raise ValueError(text)
        return moment, moment
    day = date.fromisoformat(text)
    if not EARLIEST_YEAR <= day.year < LATEST_YEAR:
        raise ValueError(text)
    return _midnight(day, zone), _midnight(day + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def moment_words(text: str, *, zone: str) -> str:
    """Return a moment in words, in the reader's language.

    Args:
        text: as it stands in a filter.
        zone: IANA name of the reader's time zone.
    """
    if text in NAMED:
        return str(NAMED[text])
    distance = _distance(text)
    if distance is not None:
        return _distance_words(*distance)
    try:
        first, last = _exact(text, zone)
    except ValueError:
        return text
    shown = first.astimezone(ZoneInfo(zone))
    return shown.strftime("%Y-%m-%d" if first != last else "%Y-%m-%d %H:%M")


def _distance_words(count: int, unit: str) -> str:
    many = abs(count)
    # Sixteen whole texts: languages that bend these words cannot put them together from pieces.
    if count >= 0:
        words = {
            "minute": ngettext("in %(count)d minute", "in %(count)d minutes", many),
            "hour": ngettext("in %(count)d hour", "in %(count)d hours", many),
            "day": ngettext("in %(count)d day", "in %(count)d days", many),
            "week": ngettext("in %(count)d week", "in %(count)d weeks", many),
        }
    else:
        words = {
            "minute": ngettext("%(count)d minute ago", "%(count)d minutes ago", many),
            "hour": ngettext("%(count)d hour ago", "%(count)d hours ago", many),
            "day": ngettext("%(count)d day ago", "%(count)d days ago", many),
            "week": ngettext("%(count)d week ago", "%(count)d weeks ago", many),
        }
    return words[unit] % {"count": many}


def example() -> str:
    """Return a sentence on how moments are written, in the reader's language."""
    return gettext(
        "Write a day such as 2026-03-02, or today, tomorrow, this week, in 2 days, 3 hours ago."
    )
