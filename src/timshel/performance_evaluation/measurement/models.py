"""Values that were measured elsewhere: availability, satisfaction, what a business counts."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.context.people.models import Person
from timshel.relationship_agreement.service_level.states import GoalMeasure
from timshel.service_portfolio.service.models import Service


class MeasuredValue(models.Model):
    """What somebody or something outside measured for some days.

    It belongs to an agreement by its code, to a service, or to a service under an agreement.
    ``name`` is that of the goal it is held against. ``source`` says who measured it and how.
    """

    agreement_code = models.CharField(max_length=40, blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in GoalMeasure]
    )
    name = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    first_day = models.DateField()
    last_day = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4)
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement_code", "service", "measure", "name", "first_day", "last_day"],
                name="measured_value_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(agreement_code="") | Q(service__isnull=False),
                name="measured_value_of_something",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="measured_value_days_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["last_day"], name="measured_value_last_day")]

    def __str__(self) -> str:
        return f"{self.measure} {self.value} until {self.last_day}"
