"""Sources of alerts with their rules, alerts with what happened to them, and groups of alerts."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.design_transition.maintenance.models import PlannedWork
from timshel.kernel.actor import Actor
from timshel.operation.work.rules import VIEW
from timshel.resolution_fulfilment.alert.states import (
    AlertState,
    Happening,
    OnClear,
    PayloadState,
    SourceKind,
)
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import ResolutionCode
from timshel.service_portfolio.service.models import Service

STORM_THRESHOLD = 10
REOPEN_WITHIN = timedelta(hours=2)


class AlertSource(models.Model):
    """A monitoring system that tells of alerts.

    Its token is kept as a hash. ``reporter`` is for whom its incidents are opened. What no rule
    takes belongs to ``default_service``, or to nobody; ``team`` sees what belongs to nobody, and
    gets incidents that no route leads to. More than ``storm_threshold`` new groups in a minute
    become one incident. ``left_out`` is how many alerts it kept from us in the delivery that last
    did so, at ``left_out_at``.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=SourceKind.choices)
    mapping = models.JSONField(default=dict)
    token_prefix = models.CharField(max_length=12, blank=True)
    digest = models.BinaryField(null=True, unique=True)
    token_made_at = models.DateTimeField(null=True)
    reporter = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    default_service = models.ForeignKey(
        Service, null=True, on_delete=models.PROTECT, related_name="+"
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    storm_threshold = models.IntegerField(default=STORM_THRESHOLD)
    reopen_within = models.DurationField(default=REOPEN_WITHIN)
    left_out = models.IntegerField(default=0)
    left_out_at = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class AlertRule(models.Model):
    """What becomes of the alerts whose labels meet its conditions; the first that does decides.

    ``service`` and ``team`` empty mean the source's; ``impact`` and ``urgency`` empty follow
    from the severity; ``group_by`` empty means the source's own groups.
    """

    source = models.ForeignKey(AlertSource, on_delete=models.CASCADE, related_name="rules")
    position = models.IntegerField()
    name = models.CharField(max_length=200)
    conditions = models.JSONField(default=list)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    impact = models.SmallIntegerField(null=True)
    urgency = models.SmallIntegerField(null=True)
    group_by = ArrayField(models.CharField(max_length=200), default=list)
    wait = models.DurationField(default=timedelta(0))
    opens_incident = models.BooleanField(default=True)
    on_clear = models.CharField(max_length=8, choices=OnClear.choices, default=OnClear.RESOLVE)
    clear_code = models.CharField(max_length=12, default=ResolutionCode.FIXED.value)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "position"],
                name="alert_rule_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(impact__isnull=True) | Q(impact__range=(1, 3)),
                name="alert_rule_impact_range",
            ),
            models.CheckConstraint(
                condition=Q(urgency__isnull=True) | Q(urgency__range=(1, 3)),
                name="alert_rule_urgency_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AlertGroup(models.Model):
    """Alerts that are one matter, from when the first fires until all have cleared for good.

    ``due_at`` is when it is to be looked at next, by the sweep: opened, ended or opened again.
    ``folded_into`` is the storm that stands for it. When the same fires again much later, another
    group follows, with the one before as ``previous``.
    """

    source = models.ForeignKey(AlertSource, on_delete=models.PROTECT, related_name="groups")
    rule = models.ForeignKey(AlertRule, null=True, on_delete=models.SET_NULL, related_name="+")
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=250)
    severity = models.SmallIntegerField()
    is_storm = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    folded_into = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="folded"
    )
    previous = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    incident = models.ForeignKey(
        Incident, null=True, on_delete=models.PROTECT, related_name="alert_groups"
    )
    incident_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    fed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)
    flaps = models.IntegerField(default=0)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["source", "due_at"],
                name="alert_group_due",
                condition=Q(due_at__isnull=False),
            ),
            models.Index(
                fields=["source", "incident_at"],
                name="alert_group_incident_at",
                condition=Q(incident_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "key"],
                name="alert_group_current_once",
                condition=Q(is_current=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about alerts that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Who sees the work of a service or of a team sees their alerts.
        """
        scope = actor.scope(VIEW)
        if scope.everywhere:
            return self
        return self.filter(
            Q(service_id__in=scope.keys("service")) | Q(team_id__in=scope.keys("team"))
        )


class Alert(models.Model):
    """Something that monitoring found wrong: one row for each time that it began.

    ``fired_at`` is when it last began to count here, by our clock; ``labels`` are what rules look
    at; ``raw`` is what the source said of it first. Without a service it belongs to nobody.
    """

    source = models.ForeignKey(AlertSource, on_delete=models.PROTECT, related_name="alerts")
    fingerprint = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=AlertState.choices)
    severity = models.SmallIntegerField()
    title = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    labels = models.JSONField(default=dict)
    address = models.CharField(max_length=2000, blank=True)
    raw = models.JSONField(default=dict)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(
        AlertGroup, null=True, on_delete=models.PROTECT, related_name="alerts"
    )
    muted_by = models.ForeignKey(PlannedWork, null=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    times_seen = models.IntegerField(default=1)

    objects = AlertQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["severity", "-started_at", "-id"],
                name="alert_firing",
                condition=Q(state=AlertState.FIRING),
            ),
            models.Index(
                fields=["severity", "-started_at", "-id"],
                name="alert_muted",
                condition=Q(state=AlertState.MUTED),
            ),
            models.Index(fields=["-started_at", "-id"], name="alert_started"),
            models.Index(fields=["service", "-started_at", "-id"], name="alert_service"),
            models.Index(fields=["source", "-seen_at"], name="alert_source_seen"),
            models.Index(fields=["group", "state"], name="alert_group_state"),
            models.Index(
                fields=["source", "fingerprint"],
                name="alert_open",
                condition=~Q(state=AlertState.RESOLVED),
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "fingerprint", "started_at"], name="alert_once"
            ),
            models.CheckConstraint(
                condition=Q(state=AlertState.MUTED, muted_by__isnull=False)
                | (~Q(state=AlertState.MUTED) & Q(muted_by__isnull=True)),
                name="alert_muted_by_something",
            ),
            models.CheckConstraint(
                condition=Q(severity__range=(1, 3)), name="alert_severity_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AlertMoment(models.Model):
    """Something that happened to an alert, and when we heard of it."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="moments")
    what = models.CharField(max_length=8, choices=Happening.choices)
    at = models.DateTimeField()
    planned_work = models.ForeignKey(
        PlannedWork, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["alert", "at", "id"], name="alert_moments")]

    def __str__(self) -> str:
        return f"{self.alert_id} {self.what}"


class RefusedPayload(models.Model):
    """A delivery of which something could not be read, as it came; the same again is counted."""

    source = models.ForeignKey(AlertSource, on_delete=models.CASCADE, related_name="refused")
    sha256 = models.CharField(max_length=64)
    body = models.BinaryField()
    size = models.IntegerField()
    faults = models.JSONField(default=list)
    state = models.CharField(
        max_length=9, choices=PayloadState.choices, default=PayloadState.REFUSED
    )
    times = models.IntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["source", "state", "-last_at"], name="refused_payload_last")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "sha256"], name="refused_payload_once")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
