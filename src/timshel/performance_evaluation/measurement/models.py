"""Values that were measured elsewhere, and the figures of the charter as they were read last."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.context.people.models import Person
from timshel.leadership.policy.models import CharterPromise
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


class CharterReading(models.Model):
    """The figure of a promise of the charter in a period, as it was read last.

    A cache, so that the portal's first page asks two small tables and counts nothing. ``value``
    is in the unit of the measure, minutes for times; None where there was nothing to measure.
    ``is_kept`` is decided from the exact figure, not from the rounded one.
    """

    promise = models.ForeignKey(CharterPromise, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    is_kept = models.BooleanField(null=True)
    listed = models.IntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promise", "first_day"], name="charter_reading_once"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="charter_reading_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} since {self.first_day}: {self.value}"
