"""Clocks as a cache for sorting, sweeping and reporting; forecasts beside them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.models.agreements import KINDS, Agreement
from timshel.relationship_agreement.service_level.models.calendars import BusinessCalendar
from timshel.relationship_agreement.service_level.states import ClockState
from timshel.service_portfolio.parties.models import Supplier

STATES = [(state.value, state.value) for state in ClockState]

# A late clock is told of once, whether it still runs, is paused by now or was stopped too late.
MAY_BE_LATE = (ClockState.RUNNING, ClockState.BREACHED, ClockState.PAUSED, ClockState.MISSED)
TO_BREACH = Q(
    breach_announced_at__isnull=True, state__in=sorted(state.value for state in MAY_BE_LATE)
)
TO_ALERT = Q(alert_at__isnull=False)


class Clock(models.Model):
    """The last reading of a clock, kept for sorting, for the sweep and for reports.

    A kind of clock can run several laps on one piece of work: one for each update that was
    promised, one for each team or supplier that had it, one for each reopening where that starts
    anew. ``is_current`` marks the lap that people mean, which is mostly the last of its kind.
    ``team`` and ``supplier`` say who had the work during a lap of kind ``hop``.

    Everything but ``told`` and ``breach_announced_at`` can be computed again from the journal.
    These two say when the sweep told of each escalation, by its key, and of the breach;
    ``alert_at`` is the next moment at which there is something to tell.
    """

    work_item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=10, choices=KINDS)
    lap = models.SmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES)
    target = models.DurationField()
    attainment_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey(Supplier, null=True, on_delete=models.PROTECT, related_name="+")
    elapsed = models.DurationField()
    read_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    alert_at = models.DateTimeField(null=True)
    told = models.JSONField(default=dict)
    breached_at = models.DateTimeField(null=True)
    breach_announced_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    paused_reason = models.CharField(max_length=12, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work_item", "kind", "lap"], name="clock_lap_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="clock_to_breach", condition=TO_BREACH),
            models.Index(fields=["alert_at", "id"], name="clock_to_alert", condition=TO_ALERT),
            models.Index(
                fields=["calendar"], name="clock_open", condition=Q(stopped_at__isnull=True)
            ),
            models.Index(
                fields=["breached_at", "id"],
                name="clock_broken",
                condition=Q(breached_at__isnull=False),
            ),
            models.Index(
                fields=["stopped_at", "id"],
                name="clock_kept",
                condition=Q(breached_at__isnull=True, stopped_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.lap} of {self.work_item_id}: {self.state}"


class ForecastModel(models.Model):
    """What was learnt from own history for a kind of clock, and how good it proved.

    ``coefficients`` are plain numbers, so that loading a model can run no code. ``quality`` holds
    the measures on history that was held back. ``is_used`` is false where the history was too thin
    or the model no better than the elapsed share; then the elapsed share is shown.
    """

    clock_kind = models.CharField(max_length=10, choices=KINDS)
    learnt_at = models.DateTimeField()
    cases = models.IntegerField()
    coefficients = models.JSONField(default=dict)
    quality = models.JSONField(default=dict)
    is_used = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clock_kind"], condition=Q(is_current=True), name="forecast_model_current"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock_kind} {self.learnt_at:%Y-%m-%d}"


class Forecast(models.Model):
    """The chance that an open clock will run out, between 0 and 1, as last worked out."""

    clock = models.OneToOneField(Clock, on_delete=models.CASCADE, related_name="forecast")
    chance = models.FloatField()
    is_learnt = models.BooleanField()
    reasons = models.JSONField(default=list)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(chance__gte=0, chance__lte=1), name="forecast_chance_range"
            )
        ]

    def __str__(self) -> str:
        return f"{self.chance:.2f} of {self.clock_id}"
