"""Planned work, and the services and sites that it is about."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from timshel.context.organization.models import Site
from timshel.context.people.models import Person
from timshel.design_transition.maintenance.rules import PLAN
from timshel.design_transition.maintenance.states import PlannedState, state_of
from timshel.kernel.actor import Actor
from timshel.kernel.translation import Translated
from timshel.operation.work.rules import VIEW
from timshel.service_portfolio.service.models import Service


class PlannedWorkQuerySet(models.QuerySet["PlannedWork"]):
    """Questions about planned work that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may know of; its yes/no twin is ``access.may_see``.

        Planned work is told to everybody in the house. What touches a confidential service is
        known only to those who see the work of it or plan for it.
        """
        if actor.scope(VIEW).everywhere or actor.scope(PLAN).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        known = actor.scope(VIEW).keys("service") | actor.scope(PLAN).keys("service")
        hidden = PlannedService.objects.filter(
            planned_work=OuterRef("pk"), service__is_confidential=True
        ).exclude(service_id__in=known)
        return self.filter(~Exists(hidden))

    def not_over(self, at: datetime) -> Self:
        """Keep what runs at a moment or is still to come."""
        return self.filter(
            Q(finished_at__isnull=True) | Q(finished_at__gt=at),
            cancelled_at__isnull=True,
            ends_at__gt=at,
        )

    def running(self, at: datetime) -> Self:
        """Keep what runs at a moment."""
        return self.not_over(at).filter(starts_at__lte=at)

    def within(self, start: datetime, end: datetime) -> Self:
        """Keep what was not called off and lies at least partly between two moments."""
        return self.alias(over_at=Coalesce(F("finished_at"), F("ends_at"))).filter(
            cancelled_at__isnull=True, starts_at__lt=end, over_at__gt=start
        )


class PlannedWork(Translated):
    """Work on services that is told beforehand; while it runs, alerts of them make no incident.

    ``finished_at`` is set where it ended earlier than planned. ``begun_told`` and ``ended_told``
    say whether its beginning and its end were published.
    """

    title = models.CharField(max_length=200)
    message = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    planned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    begun_told = models.BooleanField(default=False)
    ended_told = models.BooleanField(default=False)

    objects = PlannedWorkQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["starts_at", "id"], name="planned_work_in_order"),
            models.Index(
                fields=["ends_at"],
                name="planned_work_not_over",
                condition=Q(ended_told=False, cancelled_at__isnull=True),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="planned_work_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def state(self, at: datetime) -> PlannedState:
        """Return where it stands at a moment."""
        return state_of(
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            finished_at=self.finished_at,
            cancelled_at=self.cancelled_at,
            at=at,
        )


class PlannedService(models.Model):
    """A service that planned work is about."""

    planned_work = models.ForeignKey(PlannedWork, on_delete=models.CASCADE, related_name="services")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "planned_work"], name="planned_service_once")
        ]

    def __str__(self) -> str:
        return f"{self.service_id} of {self.planned_work_id}"


class PlannedSite(models.Model):
    """A site where planned work is noticed; without any, it is noticed everywhere."""

    planned_work = models.ForeignKey(PlannedWork, on_delete=models.CASCADE, related_name="sites")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["planned_work", "site"], name="planned_site_once")
        ]

    def __str__(self) -> str:
        return f"{self.site_id} of {self.planned_work_id}"
