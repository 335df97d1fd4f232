"""When somebody who is told of a clock is there to read it: nobody is written to at night."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from timshel.kernel.calendar import NeverOpen
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    CalendarUse,
    in_force,
)

OFFICE_HOURS = "office-hours"
"""The code of the calendar of a new installation."""

MOST_VERSIONS = 10


def reads_at(
    team_ids: Collection[int],
    *,
    first_team_id: int | None,
    calendar_id: int | None,
    at: datetime,
) -> datetime:
    """Return when a reader is there next: ``at`` itself within their hours, else the opening.

    The hours are those of the team that has the work, where the reader is in it; else those of
    the reader's other teams, the first to open; else those that the clock counts on; else office
    hours. Where there is none of these, or they never open, the reader counts as there.

    Args:
        team_ids: the reader's teams.
        first_team_id: the team that has the work.
        calendar_id: the version of the calendar that the clock counts on.
        at: now.
    """
    used = dict(
        CalendarUse.objects.filter(team_id__in=list(team_ids)).values_list(
            "team_id", "calendar_code"
        )
    )
    if first_team_id in used:
        codes = {used[first_team_id]}
    else:
        codes = set(used.values()) or {_code_of(calendar_id)}
    openings = [_opening(code, at=at) for code in codes]
    return min((each for each in openings if each is not None), default=at)


def _code_of(calendar_id: int | None) -> str:
    if calendar_id is None:
        return OFFICE_HOURS
    found = BusinessCalendar.objects.filter(pk=calendar_id).values_list("code", flat=True)
    return found.first() or OFFICE_HOURS


def _opening(code: str, *, at: datetime) -> datetime | None:
    """Return when a calendar is open next, by the version that holds then."""
    for _version in range(MOST_VERSIONS):
        version = BusinessCalendar.objects.filter(in_force(at), code=code).first()
        if version is None:
            return None
        try:
            opening = version.hours().next_opening(at)
        except NeverOpen:
            opening = None
        if version.valid_until is None or (opening is not None and opening < version.valid_until):
            return opening
        at = version.valid_until
    return None
