"""The hours of calendars in words, as agreements show them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from timshel.relationship_agreement.service_level.models import BusinessCalendar, in_force
from timshel.relationship_agreement.service_level.rules.hour_texts import week_text


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """A calendar in words.

    Args:
        code: of the calendar.
        name: for people.
        week: its hours.
        time_zone: in which they are meant.
        country: whose public holidays are closed, or nothing.
        working_hours: how many hours one working day means.
    """

    code: str
    name: str
    week: str
    time_zone: str
    country: str
    working_hours: float


def calendar_weeks(codes: Collection[str], *, at: datetime) -> tuple[CalendarWeek, ...]:
    """Return the hours of some calendars as they are at a moment, by name; one query.

    Args:
        codes: of the calendars.
        at: when.
    """
    rows = BusinessCalendar.objects.filter(in_force(at), code__in=codes).order_by("name")
    return tuple(
        CalendarWeek(
            code=row.code,
            name=row.name,
            week=week_text(row.hours().weekly),
            time_zone=row.time_zone,
            country="-".join(filter(None, (row.holiday_country, row.holiday_region))),
            working_hours=row.working_day.total_seconds() / 3_600,
        )
        for row in rows
    )
