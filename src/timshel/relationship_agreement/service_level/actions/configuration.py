"""Setting what is promised: targets, calendars, and which waiting pauses.

Targets and calendars are followed by new versions and never changed, so that what was measured
under the old ones stays as it was; open work is read again under the new ones at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound, Text
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.operation.work.models import OPEN, WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level import access
from timshel.relationship_agreement.service_level.actions.clocks import refresh_many
from timshel.relationship_agreement.service_level.events import CalendarChanged, TargetChanged
from timshel.relationship_agreement.service_level.models import (
    BEGINNING,
    BusinessCalendar,
    Clock,
    Target,
    WaitingRule,
)
from timshel.relationship_agreement.service_level.queries import waiting_rules
from timshel.relationship_agreement.service_level.rules.clock import DEFAULT_WARN_PERCENT
from timshel.relationship_agreement.service_level.rules.defaults import DEFAULT_TARGETS
from timshel.relationship_agreement.service_level.rules.hours import calendar_from
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.service_portfolio.service.models import Service

PRIORITIES = range(1, 6)


@dataclass(frozen=True, slots=True)
class CalendarHours:
    """The hours of a calendar, as :func:`~..rules.hours.calendar_from` reads them."""

    time_zone: str
    weekly: Mapping[str, Any]
    exceptions: Mapping[str, Any] = field(default_factory=dict)
    holiday_country: str = ""
    holiday_region: str = ""


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
    _check_hours(hours)
    if not code.strip() or not name.strip():
        raise Invalid({"code": [_("A calendar needs a code and a name.")]})
    if BusinessCalendar.objects.filter(code=code).exists():
        raise Invalid({"code": [_("There is already a calendar with this code.")]})
    made = _new_version(code, name=name, hours=hours, valid_from=BEGINNING)
    _record_calendar("service_level.calendar_created", made, old=None, actor=actor, at=at)
    return code


@transaction.atomic
def change_calendar(code: str, *, hours: CalendarHours, actor: Actor, at: datetime) -> None:
    """Give a calendar other hours from now on, and read the open work on it again.

    What was counted until now stays counted; the rest is counted under the new hours.

    Args:
        code: which calendar.
        hours: when it is open from now on.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: hours that contradict themselves, or a version that begins later than ``at``.
    """
    access.require_configure(actor)
    _check_hours(hours)
    old = _current_calendar(code, lock=True)
    concerned = list(
        Clock.objects.filter(calendar=old, stopped_at__isnull=True).values_list(
            "work_item_id", flat=True
        )
    )
    _end(old, at=at)
    new = _new_version(code, name=old.name, hours=hours, valid_from=at)
    targets = Target.objects.select_for_update().filter(calendar=old, valid_until__isnull=True)
    for target in targets.order_by("pk"):
        _follow(target, at=at, duration=target.duration, calendar=new, warn=target.warn_percent)
    _record_calendar("service_level.calendar_changed", new, old=old, actor=actor, at=at)
    publish(CalendarChanged(code=code, at=at))
    refresh_many(concerned, at=at, announce=True)


@transaction.atomic
def change_target(
    kind: ClockKind,
    *,
    priority: int,
    service_id: int | None = None,
    duration: timedelta,
    calendar: str,
    warn_percent: int = DEFAULT_WARN_PERCENT,
    since_ever: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """Set or change a promise from now on, and read the open work that it concerns again.

    Args:
        kind: to respond or to resolve.
        priority: 1 (first) to 5 (last).
        service_id: the service whose own target it is; None for the standard.
        duration: working time.
        calendar: the code of the calendar in which it is counted.
        warn_percent: the share of the duration after which to warn, 1 to 100.
        since_ever: the promise holds for the past too, so that a history can be measured by it;
            possible for the first version of a target only.
        actor: who has the right, everywhere or for the service.
        at: when.

    Raises:
        NotAllowed: without the right.
        NotFound: no such service.
        Invalid: what is wrong, by field.
    """
    access.require_configure(actor, service_id=service_id)
    _check_target(priority=priority, duration=duration, warn_percent=warn_percent)
    if service_id is not None and not Service.objects.filter(pk=service_id).exists():
        raise NotFound
    try:
        counted_in = _current_calendar(calendar)
    except NotFound as error:
        raise Invalid({"calendar": [_("There is no such calendar.")]}) from error
    old = _current_target(kind, priority, service_id)
    if old is None:
        old_value = None
        made = Target.objects.create(
            kind=kind,
            priority=priority,
            service_id=service_id,
            duration=duration,
            calendar=counted_in,
            warn_percent=warn_percent,
            valid_from=BEGINNING if since_ever else at,
        )
    else:
        old_value = _plain(old)
        made = _follow(old, at=at, duration=duration, calendar=counted_in, warn=warn_percent)
    _finish_target(made, old=old_value, new=_plain(made), actor=actor, at=at)


@transaction.atomic
def withdraw_target(
    kind: ClockKind,
    *,
    priority: int,
    service_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> None:
    """End a promise from now on; a service falls back to the standard.

    Args:
        kind: to respond or to resolve.
        priority: 1 (first) to 5 (last).
        service_id: the service whose own target it is; None for the standard.
        actor: who has the right, everywhere or for the service.
        at: when.

    Raises:
        NotAllowed, NotFound: as they say.
        Invalid: the target begins later than ``at``.
    """
    access.require_configure(actor, service_id=service_id)
    target = _current_target(kind, priority, service_id)
    if target is None:
        raise NotFound
    old = _plain(target)
    _end(target, at=at)
    _finish_target(target, old=old, new=None, actor=actor, at=at)


@transaction.atomic
def set_waiting_rule(
    kind: ClockKind, *, reason: WaitingReason, pauses: bool, actor: Actor, at: datetime
) -> None:
    """Say whether waiting for a reason pauses a kind of clock, and read open work again.

    The rule holds for the whole life of the open work: there is one meaning of waiting.

    Args:
        kind: to respond or to resolve.
        reason: what is waited for.
        pauses: whether the clock stands still meanwhile.
        actor: who has the right to configure service levels everywhere.
        at: when.

    Raises:
        NotAllowed: without the right.
    """
    access.require_configure(actor)
    before = waiting_rules().get((kind, reason.value), False)
    rule, _created = WaitingRule.objects.update_or_create(
        kind=kind, reason=reason, defaults={"pauses": pauses}
    )
    record(
        "service_level.waiting_rule_set",
        subject_kind="waiting_rule",
        subject_id=rule.pk,
        changes={"rule": (None, f"{kind} {reason}"), "pauses": (before, pauses)},
        actor=actor,
        at=at,
    )
    if before != pauses:
        refresh_many(
            WorkItem.objects.filter(OPEN).values_list("pk", flat=True), at=at, announce=True
        )


@transaction.atomic
def load_default_targets(*, calendar: str, actor: Actor, at: datetime) -> None:
    """Set the standard targets of ``rules.defaults``, for all time, where there are none yet.

    Args:
        calendar: the code of the calendar in which they are counted.
        actor: who has the right to configure service levels everywhere.
        at: when.
    """
    for (kind, priority), duration in DEFAULT_TARGETS.items():
        if _current_target(kind, priority, None) is None:
            change_target(
                kind,
                priority=priority,
                duration=duration,
                calendar=calendar,
                since_ever=True,
                actor=actor,
                at=at,
            )


def _check_hours(hours: CalendarHours) -> None:
    calendar_from(
        time_zone=hours.time_zone,
        weekly=hours.weekly,
        exceptions=hours.exceptions,
        country=hours.holiday_country,
        region=hours.holiday_region,
    )


def _check_target(*, priority: int, duration: timedelta, warn_percent: int) -> None:
    wrong: dict[str, list[Text]] = {}
    if priority not in PRIORITIES:
        wrong["priority"] = [_("A priority is a number from 1 to 5.")]
    if not timedelta(0) < duration <= timedelta(days=3_660):
        wrong["duration"] = [_("A target is longer than nothing and at most ten years.")]
    if not 1 <= warn_percent <= 100:
        wrong["warn_percent"] = [_("The share for warning is a number from 1 to 100.")]
    if wrong:
        raise Invalid(wrong)


def _current_calendar(code: str, *, lock: bool = False) -> BusinessCalendar:
    rows = BusinessCalendar.objects.filter(code=code, valid_until__isnull=True)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound
    return found


def _current_target(kind: ClockKind, priority: int, service_id: int | None) -> Target | None:
    return (
        Target.objects.select_for_update(of=("self",))
        .select_related("calendar")
        .filter(
            Q(service__isnull=True) if service_id is None else Q(service=service_id),
            kind=kind,
            priority=priority,
            valid_until__isnull=True,
        )
        .first()
    )


def _new_version(
    code: str, *, name: str, hours: CalendarHours, valid_from: datetime
) -> BusinessCalendar:
    return BusinessCalendar.objects.create(
        code=code,
        name=name,
        time_zone=hours.time_zone,
        weekly=dict(hours.weekly),
        exceptions=dict(hours.exceptions),
        holiday_country=hours.holiday_country,
        holiday_region=hours.holiday_region,
        valid_from=valid_from,
    )


def _end(version: BusinessCalendar | Target, *, at: datetime) -> None:
    """End a version, which has to have held for a while."""
    if version.valid_from >= at:
        raise Invalid({"": [_("This was changed at the same moment or later. Please try again.")]})
    version.valid_until = at
    version.save(update_fields=["valid_until"])


def _follow(
    old: Target, *, at: datetime, duration: timedelta, calendar: BusinessCalendar, warn: int
) -> Target:
    _end(old, at=at)
    return Target.objects.create(
        kind=old.kind,
        priority=old.priority,
        service_id=old.service_id,
        duration=duration,
        calendar=calendar,
        warn_percent=warn,
        valid_from=at,
    )


def _plain(target: Target) -> dict[str, Any]:
    return {
        "seconds": int(target.duration.total_seconds()),
        "calendar": target.calendar.code,
        "warn_percent": target.warn_percent,
    }


def _finish_target(
    target: Target,
    *,
    old: dict[str, Any] | None,
    new: dict[str, Any] | None,
    actor: Actor,
    at: datetime,
) -> None:
    """Journal and publish a changed promise, and read the open work that it concerns."""
    key = {"kind": target.kind, "priority": target.priority, "service": target.service_id}
    record(
        "service_level.target_changed",
        subject_kind="target",
        subject_id=target.pk,
        changes={"target": (None, key), "terms": (old, new)},
        actor=actor,
        at=at,
    )
    publish(
        TargetChanged(
            kind=ClockKind(target.kind),
            priority=target.priority,
            service_id=target.service_id,
            at=at,
        )
    )
    refresh_many(_concerned(target), at=at, announce=True)


def _concerned(target: Target) -> Iterable[int]:
    """Return the open work to which a target can apply."""
    items = WorkItem.objects.filter(OPEN, priority=target.priority)
    if target.service_id is not None:
        items = items.filter(service_id=target.service_id)
    return items.values_list("pk", flat=True)


def _record_calendar(
    verb: str, made: BusinessCalendar, *, old: BusinessCalendar | None, actor: Actor, at: datetime
) -> None:
    fields = ("time_zone", "weekly", "exceptions", "holiday_country", "holiday_region")
    pairs = {name: (getattr(old, name, None), getattr(made, name)) for name in fields}
    changes = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    record(
        verb,
        subject_kind="calendar",
        subject_id=made.pk,
        changes={"code": (None, made.code), **changes},
        actor=actor,
        at=at,
    )
