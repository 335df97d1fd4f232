"""What an incident has beyond what all work has."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from timshel.context.people.models import Person
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident.states import ResolutionCode, ServiceState
from timshel.service_portfolio.service.models import Offering


class Incident(models.Model):
    """An unplanned interruption or a loss of quality of a service."""

    work_item = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="incident"
    )
    offering = models.ForeignKey(
        Offering, null=True, on_delete=models.PROTECT, related_name="incidents"
    )
    service_state = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in ServiceState], null=True
    )
    priority_reason = models.CharField(max_length=500, blank=True)
    symptom = models.CharField(max_length=100, blank=True)
    resolution_code = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in ResolutionCode], null=True
    )
    resolution_text = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.work_item)


class Merger(models.Model):
    """An incident was found to be another one, and goes on there.

    ``watchers`` are the keys of the people who follow the target because of it, and ``has_link``
    is whether it made the link between the two: both go again when it is undone.
    """

    source = models.OneToOneField(
        WorkItem, on_delete=models.PROTECT, primary_key=True, related_name="merged_into"
    )
    target = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="mergers")
    watchers = ArrayField(models.BigIntegerField(), default=list)
    has_link = models.BooleanField(default=False)
    merged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="merged_into_another"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"
