"""Calendars as pages and the interface show them: lists, one with its history, the days ahead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from timshel.kernel.actor import Actor
from timshel.kernel.calendar import BusinessCalendar as Algebra
from timshel.kernel.calendar import Hours, Reason
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.public_holidays import public_holidays
from timshel.operation.work.models import OPEN, WorkItem
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    Clock,
    Target,
    in_force,
)
from timshel.relationship_agreement.service_level.queries.calendar_uses import (
    UseView,
    calendar_uses,
)
from timshel.relationship_agreement.service_level.rules.calendar_contents import (
    CalendarContent,
    ContentChange,
    content_changes,
)
from timshel.relationship_agreement.service_level.rules.hour_texts import week_text
from timshel.relationship_agreement.service_level.rules.validity import BEGINNING

SUBJECT = "calendar"
WEEKS_AHEAD = 4
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AgreementUse:
    """An agreement that counts on a calendar."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A calendar in a list.

    Args:
        code: by which agreements name it.
        name: for people.
        time_zone: IANA name of the zone of its wall clock.
        words: its week in words.
        holidays: the country whose public holidays are closed, or nothing.
        version: the key of its version in force.
        agreements: in force, that count on it in whole or in a line.
        uses: whose hours it gives.
    """

    code: str
    name: str
    time_zone: str
    words: str
    holidays: str
    version: int
    agreements: tuple[AgreementUse, ...]
    uses: tuple[UseView, ...]


@dataclass(frozen=True, slots=True)
class CalendarVersion:
    """A version of a calendar.

    Args:
        id: its key.
        content: what it says.
        valid_from: since when it holds; None for since ever.
        valid_until: until when it held, or None.
        changed_by: who made it, or nothing where that is not known.
        changed_at: when.
        channel: through which door.
        changes: how it differs from the version before; nothing for the first.
        is_first: whether there is none before.
    """

    id: int
    content: CalendarContent
    valid_from: datetime | None
    valid_until: datetime | None
    changed_by: str
    changed_at: datetime | None
    channel: str
    changes: tuple[ContentChange, ...]
    is_first: bool


@dataclass(frozen=True, slots=True)
class CalendarView:
    """A calendar with everything that is known of it; its versions newest first."""

    code: str
    content: CalendarContent
    hours: Algebra
    version: int
    versions: tuple[CalendarVersion, ...]
    agreements: tuple[AgreementUse, ...]
    uses: tuple[UseView, ...]


@dataclass(frozen=True, slots=True)
class DayAhead:
    """A day as it will be.

    Args:
        day: which.
        hours: open intervals in seconds after midnight by the calendar's wall clock.
        reason: why it has these.
        name: of the holiday or of the single day, or nothing.
    """

    day: date
    hours: Hours
    reason: Reason
    name: str


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday, and whether a single day of the calendar stands in its place."""

    day: date
    name: str
    is_replaced: bool


def calendar_codes() -> frozenset[str]:
    """Return the codes of all calendars."""
    return frozenset(BusinessCalendar.objects.values_list("code", flat=True))


def calendar_list(*, actor: Actor, at: datetime) -> tuple[CalendarRow, ...]:
    """Return all calendars by name, in four queries.

    Raises:
        NotAllowed: without the right to see service levels.
    """
    access.require_view(actor)
    uses: dict[str, list[UseView]] = defaultdict(list)
    for use in calendar_uses(language=actor.language):
        uses[use.calendar].append(use)
    agreements = _agreements(at)
    rows = [
        CalendarRow(
            code=row.code,
            name=row.name,
            time_zone=row.time_zone,
            words=week_text(row.hours().weekly),
            holidays=row.holiday_country,
            version=row.pk,
            agreements=agreements.get(row.code, ()),
            uses=tuple(uses[row.code]),
        )
        for row in BusinessCalendar.objects.filter(valid_until__isnull=True)
    ]
    return tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.code)))


def _agreements(at: datetime) -> Mapping[str, tuple[AgreementUse, ...]]:
    """Return the agreements in force by the code of the calendars that they count on."""
    standing = Agreement.objects.filter(in_force(at), is_draft=False)
    lines = Target.objects.filter(agreement__in=standing).exclude(calendar_code="")
    found: dict[str, set[AgreementUse]] = defaultdict(set)
    for calendar, code, name in standing.values_list("calendar_code", "code", "name"):
        found[calendar].add(AgreementUse(code, name))
    columns = ("calendar_code", "agreement__code", "agreement__name")
    for calendar, code, name in lines.values_list(*columns).distinct():
        found[calendar].add(AgreementUse(code, name))
    return {
        calendar: tuple(sorted(each, key=lambda use: (use.name.casefold(), use.code)))
        for calendar, each in found.items()
    }


def calendar_view(code: str, *, actor: Actor, at: datetime) -> CalendarView:
    """Return a calendar with its versions and all that counts on it, in five queries.

    Raises:
        NotAllowed: without the right to see service levels.
        NotFound: there is no such calendar.
    """
    access.require_view(actor)
    rows = list(BusinessCalendar.objects.filter(code=code).order_by("-valid_from"))
    if not rows:
        raise NotFound
    made = {entry.subject_id: entry for entry in history(SUBJECT, [row.pk for row in rows])}
    versions = tuple(
        _version(row, before, made.get(row.pk)) for row, before in pairwise([*rows, None]) if row
    )
    return CalendarView(
        code=code,
        content=versions[0].content,
        hours=versions[0].content.hours(),
        version=versions[0].id,
        versions=versions,
        agreements=_agreements(at).get(code, ()),
        uses=calendar_uses(language=actor.language, code=code),
    )


def _version(
    row: BusinessCalendar, before: BusinessCalendar | None, made: JournalEntry | None
) -> CalendarVersion:
    content = content_of(row)
    return CalendarVersion(
        id=row.pk,
        content=content,
        valid_from=None if row.valid_from == BEGINNING else row.valid_from,
        valid_until=row.valid_until,
        changed_by=made.who if made else "",
        changed_at=made.at if made else None,
        channel=made.channel if made else "",
        changes=() if before is None else content_changes(content_of(before), content),
        is_first=before is None,
    )


def content_of(row: BusinessCalendar) -> CalendarContent:
    """Return what a version says."""
    return CalendarContent(
        name=row.name,
        time_zone=row.time_zone,
        weekly=row.weekly,
        exceptions=row.exceptions,
        holiday_country=row.holiday_country,
        holiday_region=row.holiday_region,
        working_day=row.working_day,
    )


def calendar_content(code: str, *, actor: Actor) -> tuple[CalendarContent, int]:
    """Return what the version in force of a calendar says, and its key, in one query.

    Raises:
        NotAllowed: without the right to see service levels.
        NotFound: there is no such calendar.
    """
    access.require_view(actor)
    row = BusinessCalendar.objects.filter(code=code, valid_until__isnull=True).first()
    if row is None:
        raise NotFound
    return content_of(row), row.pk


def open_work_on(code: str, *, actor: Actor, limit: int) -> int:
    """Return how much open work counts on a calendar, of what the actor may see.

    Args:
        code: which calendar.
        actor: who asks.
        limit: count no further than this.
    """
    clocks = Clock.objects.filter(
        work_item=OuterRef("pk"), stopped_at__isnull=True, calendar__code=code
    )
    rows = WorkItem.objects.visible_to(actor).filter(OPEN).filter(Exists(clocks))
    return rows.order_by()[:limit].count()


def days_ahead(hours: Algebra, *, at: datetime) -> tuple[tuple[DayAhead, ...], ...]:
    """Return the days of this week and of the three after it, as the calendar will have them.

    Args:
        hours: of the calendar.
        at: now; the week is that of the calendar's wall clock.
    """
    today = at.astimezone(ZoneInfo(hours.zone)).date()
    monday = today - today.weekday() * DAY
    return tuple(
        tuple(
            DayAhead(day, *hours.day_hours(day))
            for day in (monday + (7 * week + number) * DAY for number in range(7))
        )
        for week in range(WEEKS_AHEAD)
    )


def holidays_of(hours: Algebra, year: int) -> tuple[Holiday, ...]:
    """Return the public holidays of a year on which the calendar is closed, or would be."""
    if not hours.country:
        return ()
    special = dict(hours.exceptions)
    found = public_holidays(hours.country, hours.region, (year,))
    return tuple(Holiday(day, name, day in special) for day, name in sorted(_of(found, year)))


def _of(found: Mapping[date, str], year: int) -> Iterator[tuple[date, str]]:
    return ((day, name) for day, name in found.items() if day.year == year)


def changed_meanwhile(seen: int, code: str) -> Sequence[tuple[str, Any, Any]]:
    """Return what the version in force says otherwise than the one that somebody saw.

    Args:
        seen: the key of the version that was seen.
        code: of the calendar.

    Returns:
        The name of each part, as it was seen and as it stands.
    """
    rows = BusinessCalendar.objects.filter(code=code)
    old, new = rows.filter(pk=seen).first(), rows.filter(valid_until__isnull=True).first()
    if old is None or new is None:
        return ()
    before, after = content_of(old).plain(), content_of(new).plain()
    return [(name, before[name], after[name]) for name in before if before[name] != after[name]]
