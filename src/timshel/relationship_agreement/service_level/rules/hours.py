"""Hours as people write them, checked and turned into a calendar."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from timshel.kernel.calendar import (
    BusinessCalendar,
    Exceptional,
    Hours,
    business_calendar,
)
from timshel.kernel.errors import Invalid
from timshel.kernel.public_holidays import UnknownPlace, public_holidays

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?|24:00(?::00)?")
END_OF_DAY = 86_400


def calendar_from(
    *,
    time_zone: str,
    weekly: Mapping[str, Any],
    exceptions: Mapping[str, Any],
    country: str = "",
    region: str = "",
) -> BusinessCalendar:
    """Return the calendar that a stored description means.

    Args:
        time_zone: IANA name.
        weekly: from the day's English name in small letters to its intervals, each
            ``["08:00", "12:00"]``; a day left out is closed; an interval may end at 24:00, and
            one across midnight is written as two.
        exceptions: from an ISO date to ``{"hours": [...], "name": "..."}``.
        country: ISO 3166 code whose public holidays apply, or nothing.
        region: ISO 3166-2 code without the country, or nothing.

    Raises:
        Invalid: with a sentence for each part that cannot be used.
    """
    wrong: dict[str, list[str]] = {}
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        wrong["time_zone"] = [_("There is no time zone “%(zone)s”.") % {"zone": time_zone}]
    week = _week(weekly, wrong)
    special = _special_days(exceptions, wrong)
    if country:
        try:
            public_holidays(country, region, (2024,))
        except UnknownPlace:
            wrong["holiday_country"] = [
                _("No public holidays are known for %(country)s %(region)s.")
                % {"country": country, "region": region}
            ]
    if not wrong and not any(week) and not any(each.hours for each in special.values()):
        wrong["weekly"] = [_("The calendar is never open.")]
    if wrong:
        raise Invalid(wrong)
    return business_calendar(time_zone, week, exceptions=special, country=country, region=region)


def _week(weekly: Mapping[str, Any], wrong: dict[str, list[str]]) -> tuple[Hours, ...]:
    for name in sorted(set(weekly) - set(WEEKDAYS)):
        wrong.setdefault("weekly", []).append(_("There is no weekday “%(day)s”.") % {"day": name})
    return tuple(_hours(weekly.get(day, ()), day, "weekly", wrong) for day in WEEKDAYS)


def _special_days(
    exceptions: Mapping[str, Any], wrong: dict[str, list[str]]
) -> dict[date, Exceptional]:
    found: dict[date, Exceptional] = {}
    for text, value in exceptions.items():
        try:
            day = date.fromisoformat(text)
        except ValueError:
            message = _("“%(day)s” is not a date such as 2026-12-24.") % {"day": text}
            wrong.setdefault("exceptions", []).append(message)
            continue
        described = value if isinstance(value, Mapping) else {"hours": value}
        hours = _hours(described.get("hours", ()), text, "exceptions", wrong)
        found[day] = Exceptional(hours, str(described.get("name", "")))
    return found


def _hours(intervals: Any, where: str, field: str, wrong: dict[str, list[str]]) -> Hours:
    """Return a day's intervals in order, or note what is wrong with them."""
    try:
        hours = sorted(_interval(each) for each in intervals)
    except (TypeError, ValueError):
        wrong.setdefault(field, []).append(
            _("%(day)s: write each interval as two times such as 08:00 and 12:00.") % {"day": where}
        )
        return ()
    if any(end <= start for start, end in hours):
        wrong.setdefault(field, []).append(
            _("%(day)s: an interval must end after it begins; split one that crosses midnight.")
            % {"day": where}
        )
        return ()
    if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
        wrong.setdefault(field, []).append(_("%(day)s: intervals overlap.") % {"day": where})
        return ()
    return tuple(hours)


def _interval(pair: Sequence[str]) -> tuple[int, int]:
    start, end = pair
    return _seconds(start), _seconds(end)


def _seconds(text: str) -> int:
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError("not a time of day")
    if found.group(1) is None:
        return END_OF_DAY
    return int(found.group(1)) * 3_600 + int(found.group(2)) * 60 + int(found.group(3) or 0)
