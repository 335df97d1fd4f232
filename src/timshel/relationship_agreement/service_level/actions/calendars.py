"""Keeping the calendars: their hours in versions, and whose hours they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.rules import (
    code_faults,
    holiday_faults,
    name_faults,
    refuse,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Difference, Invalid, NotFound, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.journal.queries import history
from timshel.kernel.public_holidays import region_names
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.actions.revisions import (
    queue_refresh,
    touch_book,
)
from timshel.relationship_agreement.service_level.events import CalendarChanged
from timshel.relationship_agreement.service_level.models import BusinessCalendar
from timshel.relationship_agreement.service_level.queries.calendars import (
    changed_meanwhile,
    content_of,
)
from timshel.relationship_agreement.service_level.rules.calendar_contents import CalendarContent
from timshel.relationship_agreement.service_level.rules.hours import calendar_from
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING

SUBJECT = "calendar"
LONGEST_CODE = 40
FILE_ENDING = ".ics"
FIELDS = (
    "name",
    "time_zone",
    "weekly",
    "exceptions",
    "holiday_country",
    "holiday_region",
)


@dataclass(frozen=True, slots=True)
class CalendarHours:
    """The hours of a calendar, as :func:`~..rules.hours.calendar_from` reads them.

    ``working_day`` is how much working time a target means by one working day.
    """

    time_zone: str
    weekly: Mapping[str, Any]
    exceptions: Mapping[str, Any] = field(default_factory=dict)
    holiday_country: str = ""
    holiday_region: str = ""
    working_day: timedelta = timedelta(hours=8)


@transaction.atomic
def create_calendar(
    code: str, *, name: str, hours: CalendarHours, actor: Actor, at: datetime
) -> str:
    """Add a calendar, which holds for all time, past and to come.

    Args:
        code: short and unique.
        name: for people.
        hours: when it is open.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Returns:
        The code.

    Raises:
        NotAllowed: without the right.
        Invalid: a code that is taken, or hours that contradict themselves.
    """
    access.require_configure(actor)
    refuse({"code": _code_faults(code), "name": name_faults(name)})
    _check_hours(hours)
    if BusinessCalendar.objects.filter(code=code).exists():
        raise Invalid({"code": [_("There is already a calendar with this code.")]})
    made = _new_version(code, name=name, hours=hours, valid_from=BEGINNING)
    _record("service_level.calendar_created", made, old=None, actor=actor, at=at)
    touch_book()
    return code


@transaction.atomic
def change_calendar(
    code: str,
    *,
    hours: CalendarHours,
    name: str | None = None,
    seen_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Give a calendar other hours from now on; open work is read again by an errand.

    Where nothing of it is new, nothing is done.

    What was counted until now stays counted; the rest is counted under the new hours.

    Args:
        code: which calendar.
        hours: when it is open from now on.
        name: for people; None keeps it.
        seen_version: the key of the version that the person saw; None to change whatever holds.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: hours that contradict themselves, or a version that begins later than ``at``.
        Conflict: somebody else put another version in the place of what the person saw.
    """
    access.require_configure(actor)
    _check_hours(hours)
    old = _current(code)
    if seen_version not in (None, old.pk):
        raise _conflict(old, seen_version or 0, hours=hours, name=name)
    if old.valid_from >= at:
        raise Invalid({"": [_("This was changed at the same moment or later. Please try again.")]})
    if name is not None:
        refuse({"name": name_faults(name)})
    wanted = _wanted(hours, name or old.name)
    if content_of(old).plain() == wanted:
        return
    old.valid_until = at
    old.save(update_fields=["valid_until"])
    new = _new_version(code, name=name or old.name, hours=hours, valid_from=at)
    _record("service_level.calendar_changed", new, old=old, actor=actor, at=at)
    touch_book()
    publish(CalendarChanged(code=code, at=at))
    queue_refresh(since=None, services=None, actor=actor, at=at)


@transaction.atomic
def import_days(
    code: str,
    *,
    days: Mapping[str, Any],
    seen_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """Give single days of a calendar other hours; those that it has for other days stay.

    Args:
        code: which calendar.
        days: from an ISO date to ``{"hours": [...], "name": "..."}``.
        seen_version: the key of the version that the person saw; None to change whatever holds.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed, NotFound, Invalid, Conflict: as :func:`change_calendar` does.
    """
    access.require_configure(actor)
    standing = content_of(_current(code))
    hours = CalendarHours(
        time_zone=standing.time_zone,
        weekly=standing.weekly,
        exceptions=dict(sorted({**standing.exceptions, **days}.items())),
        holiday_country=standing.holiday_country,
        holiday_region=standing.holiday_region,
        working_day=standing.working_day,
    )
    change_calendar(code, hours=hours, seen_version=seen_version, actor=actor, at=at)


def _code_faults(code: str) -> list[Text]:
    if code.endswith(FILE_ENDING):
        # The address of the calendar's file would be that of another calendar.
        return [_("A code does not end with %(ending)s.") % {"ending": FILE_ENDING}]
    return code_faults(code, longest=LONGEST_CODE)


def _wanted(hours: CalendarHours, name: str) -> dict[str, Any]:
    """Return what a new version is to say, as plain values."""
    return CalendarContent(
        name=name.strip(),
        time_zone=hours.time_zone,
        weekly=hours.weekly,
        exceptions=hours.exceptions,
        holiday_country=hours.holiday_country,
        holiday_region=hours.holiday_region,
        working_day=hours.working_day,
    ).plain()


def _conflict(
    standing: BusinessCalendar, seen: int, *, hours: CalendarHours, name: str | None
) -> Conflict:
    """Return the refusal that shows what somebody else changed meanwhile."""
    made = history(SUBJECT, [standing.pk])
    by = made[-1].who if made else ""
    wanted = _wanted(hours, name or standing.name)
    return Conflict(
        [
            Difference(
                field=field,
                seen=before,
                current=now,
                wanted=wanted[field],
                changed_by=by,
                changed_at=standing.valid_from,
            )
            for field, before, now in changed_meanwhile(seen, standing.code)
        ]
    )


def _check_hours(hours: CalendarHours) -> None:
    country, region = hours.holiday_country, hours.holiday_region
    refuse(holiday_faults(country, region))
    if region and region not in region_names(country):
        message = _("%(code)s has no region %(region)s.")
        raise Invalid({"holiday_region": [message % {"code": country, "region": region}]})
    calendar_from(
        time_zone=hours.time_zone,
        weekly=hours.weekly,
        exceptions=hours.exceptions,
        country=hours.holiday_country,
        region=hours.holiday_region,
    )
    if not timedelta(0) < hours.working_day <= timedelta(hours=24):
        message = _("A working day is longer than nothing and at most 24 hours.")
        raise Invalid({"working_day": [message]})


def _current(code: str) -> BusinessCalendar:
    rows = BusinessCalendar.objects.filter(code=code, valid_until__isnull=True)
    found = rows.select_for_update(no_key=True).first()
    if found is None:
        raise NotFound
    return found


def _new_version(
    code: str, *, name: str, hours: CalendarHours, valid_from: datetime
) -> BusinessCalendar:
    return BusinessCalendar.objects.create(
        code=code,
        name=name.strip(),
        time_zone=hours.time_zone,
        weekly=dict(hours.weekly),
        exceptions=dict(hours.exceptions),
        holiday_country=hours.holiday_country,
        holiday_region=hours.holiday_region,
        working_day=hours.working_day,
        valid_from=valid_from,
    )


def _record(
    verb: str, made: BusinessCalendar, *, old: BusinessCalendar | None, actor: Actor, at: datetime
) -> None:
    pairs = {name: (getattr(old, name, None), getattr(made, name)) for name in FIELDS}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if old is None or old.working_day != made.working_day:
        before = None if old is None else int(old.working_day.total_seconds())
        changes["working_day"] = (before, int(made.working_day.total_seconds()))
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=made.pk,
        changes={"code": (None, made.code), **changes},
        actor=actor,
        at=at,
    )
