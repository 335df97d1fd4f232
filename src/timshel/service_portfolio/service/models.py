"""Two trees: what people see (area, service, offering) and what teams do (functions)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.translation import Translated


class ServiceArea(Translated):
    """A chapter of the catalogue, such as "Your workplace"."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    summary = models.CharField(max_length=500, blank=True)
    icon = models.CharField(max_length=40, blank=True)
    position = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class LifeCycle(models.TextChoices):
    """Where a service stands in its life."""

    PLANNED = "planned"
    LIVE = "live"
    RETIRED = "retired"


class Service(Translated):
    """Something the organisation provides, in words that everybody understands.

    ``is_confidential`` keeps its work with those who asked for it and those who help: it is never
    shared within a unit, nor with whom a requester adds.
    """

    area = models.ForeignKey(ServiceArea, on_delete=models.PROTECT, related_name="services")
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    summary = models.CharField(max_length=500, blank=True)
    keywords = models.CharField(max_length=500, blank=True)
    owner = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="owned_services"
    )
    life_cycle = models.CharField(max_length=8, choices=LifeCycle.choices, default=LifeCycle.LIVE)
    is_confidential = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Offering(Translated):
    """One thing a service gives, such as "Mailbox" of "Mail and calendar"."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="offerings")
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    summary = models.CharField(max_length=500, blank=True)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Function(Translated):
    """Something teams do that offerings rest on, such as "Network operation"."""

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    code = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class FunctionSupport(models.Model):
    """The team that supports a function at a level; level 1 hears of it first."""

    function = models.ForeignKey(Function, on_delete=models.CASCADE, related_name="supports")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="supports")
    level = models.SmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["function", "level"], name="function_level_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 3)), name="function_level_range"),
        ]

    def __str__(self) -> str:
        return f"{self.function_id} level {self.level}"


class RelationClass(models.TextChoices):
    """How much an offering needs a function."""

    LEAD = "lead"
    ESSENTIAL = "essential"
    SUPPORTING = "supporting"


class FunctionRelation(models.Model):
    """An offering rests on a function; the lead function's team takes what nobody could route."""

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="relations")
    function = models.ForeignKey(Function, on_delete=models.PROTECT, related_name="relations")
    relation = models.CharField(max_length=10, choices=RelationClass.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offering", "function"], name="relation_once"),
            models.UniqueConstraint(
                fields=["offering"], condition=Q(relation="lead"), name="relation_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering_id} {self.relation} {self.function_id}"


class PriorityMatrix(models.Model):
    """Priority by impact and urgency: the standard one, or one of a service.

    ``cells`` maps ``"<impact><urgency>"`` to a priority, for 1 to 3 each.
    """

    service = models.OneToOneField(
        Service, null=True, on_delete=models.CASCADE, related_name="priority_matrix"
    )
    cells = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service"], name="matrix_one_standard", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"matrix of {self.service_id or 'all services'}"
