"""Tables of calendars, targets and waiting rules; clocks as a cache for sorting and sweeping."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.kernel import calendar as algebra
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.rules.clock import DEFAULT_WARN_PERCENT
from timshel.relationship_agreement.service_level.rules.hours import calendar_from
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.service_portfolio.service.models import Service

BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
KINDS = [(kind.value, kind.value) for kind in ClockKind]
STATES = [(state.value, state.value) for state in ClockState]

# A late clock is told of once, whether it still runs, is paused by now or was stopped too late.
MAY_BE_LATE = (ClockState.RUNNING, ClockState.BREACHED, ClockState.PAUSED, ClockState.MISSED)
TO_BREACH = Q(
    breach_announced_at__isnull=True, state__in=sorted(state.value for state in MAY_BE_LATE)
)
TO_WARN = Q(warned_at__isnull=True, state=ClockState.RUNNING.value)


class Version(models.Model):
    """A row that holds from one moment until another, and is followed and not changed."""

    valid_from = models.DateTimeField(default=BEGINNING)
    valid_until = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class BusinessCalendar(Version):
    """A version of a calendar; :func:`~.rules.hours.calendar_from` says what its parts mean."""

    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=60)
    weekly = models.JSONField(default=dict)
    holiday_country = models.CharField(max_length=2, blank=True)
    holiday_region = models.CharField(max_length=10, blank=True)
    exceptions = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_until__isnull=True), name="calendar_code_current"
            ),
            models.UniqueConstraint(fields=["code", "valid_from"], name="calendar_code_version"),
        ]

    def __str__(self) -> str:
        return self.name

    def hours(self) -> algebra.BusinessCalendar:
        """Return the calendar to compute with.

        Raises:
            Invalid: the row contradicts itself; the actions refuse to store such a one.
        """
        return calendar_from(
            time_zone=self.time_zone,
            weekly=self.weekly,
            exceptions=self.exceptions,
            country=self.holiday_country,
            region=self.holiday_region,
        )


class Target(Version):
    """A version of a promise: so much working time for a priority, as standard or of a service."""

    kind = models.CharField(max_length=10, choices=KINDS)
    priority = models.SmallIntegerField()
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    duration = models.DurationField()
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="targets")
    warn_percent = models.SmallIntegerField(default=DEFAULT_WARN_PERCENT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "priority", "service"],
                condition=Q(valid_until__isnull=True),
                name="target_current",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["kind", "priority", "service", "valid_from"],
                name="target_version",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(priority__range=(1, 5), warn_percent__range=(1, 100)),
                name="target_ranges",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="target_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} priority {self.priority}"


class WaitingRule(models.Model):
    """Whether waiting for a reason pauses a kind of clock, where that differs from the default."""

    reason = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=KINDS)
    pauses = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reason", "kind"], name="waiting_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.reason} {'pauses' if self.pauses else 'does not pause'} {self.kind}"


class Clock(models.Model):
    """The last reading of a clock, kept for sorting and for the sweep.

    Everything but ``warned_at`` and ``breach_announced_at`` can be computed again from the
    journal. These two say when the sweep told of the warning and of the breach.
    """

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=10, choices=KINDS)
    state = models.CharField(max_length=10, choices=STATES)
    target = models.DurationField()
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="+")
    elapsed = models.DurationField()
    read_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)
    breach_announced_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    paused_reason = models.CharField(max_length=12, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work_item", "kind"], name="clock_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="clock_to_breach", condition=TO_BREACH),
            models.Index(fields=["warn_at", "id"], name="clock_to_warn", condition=TO_WARN),
            models.Index(
                fields=["calendar"], name="clock_open", condition=Q(stopped_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.work_item_id}: {self.state}"
