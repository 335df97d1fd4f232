"""What a version of a calendar says, and how one differs from the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import dates
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.calendar import BusinessCalendar
from timshel.kernel.public_holidays import country_name, region_name
from timshel.relationship_agreement.service_level.rules.hour_texts import hours_text
from timshel.relationship_agreement.service_level.rules.hours import calendar_from

FIELD_NAMES: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"),
    "time_zone": gettext_lazy("Time zone"),
    "weekly": gettext_lazy("Hours of the week"),
    "holiday_country": gettext_lazy("Public holidays of"),
    "holiday_region": gettext_lazy("Region"),
    "exceptions": gettext_lazy("Single days"),
    "working_day": gettext_lazy("Length of a working day"),
}


@dataclass(frozen=True, slots=True)
class CalendarContent:
    """What a version of a calendar says; see :func:`~.hours.calendar_from` for its parts."""

    name: str
    time_zone: str
    weekly: Mapping[str, Any]
    exceptions: Mapping[str, Any]
    holiday_country: str
    holiday_region: str
    working_day: timedelta

    def hours(self) -> BusinessCalendar:
        """Return the calendar to compute with.

        Raises:
            Invalid: what it says contradicts itself.
        """
        return calendar_from(
            time_zone=self.time_zone,
            weekly=self.weekly,
            exceptions=self.exceptions,
            country=self.holiday_country,
            region=self.holiday_region,
        )

    def plain(self) -> dict[str, Any]:
        """Return its parts as plain JSON values; a working day in seconds."""
        return {
            "name": self.name,
            "time_zone": self.time_zone,
            "weekly": dict(self.weekly),
            "exceptions": dict(self.exceptions),
            "holiday_country": self.holiday_country,
            "holiday_region": self.holiday_region,
            "working_day": int(self.working_day.total_seconds()),
        }


@dataclass(frozen=True, slots=True)
class ContentChange:
    """One thing that one version says otherwise than another, in words.

    Args:
        what: such as "Monday", or the date of a single day.
        before: what the earlier version says, or nothing.
        after: what the later version says, or nothing.
    """

    what: str
    before: str
    after: str


def content_changes(before: CalendarContent, after: CalendarContent) -> tuple[ContentChange, ...]:
    """Return how one version differs from another, for people."""
    return tuple(_changes(before, after))


def _changes(before: CalendarContent, after: CalendarContent) -> Iterator[ContentChange]:
    for field in ("name", "time_zone"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield ContentChange(str(FIELD_NAMES[field]), old, new)
    old_hours, new_hours = before.hours(), after.hours()
    for number, (old, new) in enumerate(zip(old_hours.weekly, new_hours.weekly, strict=True)):
        if old != new:
            yield ContentChange(str(dates.WEEKDAYS[number]), hours_text(old), hours_text(new))
    places = holidays_text(before), holidays_text(after)
    if places[0] != places[1]:
        yield ContentChange(str(FIELD_NAMES["holiday_country"]), *places)
    old_days, new_days = dict(old_hours.exceptions), dict(new_hours.exceptions)
    for day in sorted({*old_days, *new_days}):
        told = [_day_text(days.get(day)) for days in (old_days, new_days)]
        if told[0] != told[1]:
            yield ContentChange(day.isoformat(), *told)
    if before.working_day != after.working_day:
        lengths = working_day_text(before.working_day), working_day_text(after.working_day)
        yield ContentChange(str(FIELD_NAMES["working_day"]), *lengths)


def _day_text(special: Any) -> str:
    if special is None:
        return _("as its weekday")
    told = hours_text(special.hours)
    return f"{told} ({special.name})" if special.name else told


def holidays_text(content: CalendarContent) -> str:
    """Return whose public holidays are closed, or that none are."""
    if not content.holiday_country:
        return _("none")
    country = country_name(content.holiday_country)
    if not content.holiday_region:
        return country
    return _("%(country)s, %(region)s") % {
        "country": country,
        "region": region_name(content.holiday_country, content.holiday_region),
    }


def working_day_text(length: timedelta) -> str:
    """Return the length of a working day, as in "7 h 30 min"."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    if minutes:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}
    return _("%(hours)d h") % {"hours": hours}


def day_of(text: str) -> date | None:
    """Return the date that an ISO text names, or None."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
