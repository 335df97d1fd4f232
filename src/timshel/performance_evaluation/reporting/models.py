"""Who gets which report by mail, and what is done about broken promises."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.operation.work.models import WorkItem
from timshel.performance_evaluation.measurement.rules.periods import PeriodKind
from timshel.performance_evaluation.reporting.states import EndReason, Format, ReportKind
from timshel.relationship_agreement.service_level.states import ClockKind

SENT = (PeriodKind.WEEK, PeriodKind.MONTH, PeriodKind.QUARTER)


class ReportSubscription(models.Model):
    """A report card or a scorecard that a person gets by mail whenever a period is over.

    ``next_first_day`` is the first day of the period that is sent next, ``next_due_at`` when.
    Each period is sent once: both move on in the transaction that queues the mail.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    subject_kind = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in ReportKind]
    )
    subject_code = models.CharField(max_length=40)
    period_kind = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in SENT]
    )
    file_format = models.CharField(
        max_length=4, choices=[(each.value, each.value) for each in Format]
    )
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")
    next_first_day = models.DateField()
    next_due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in EndReason], blank=True
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "subject_kind", "subject_code", "period_kind", "file_format"],
                condition=Q(ended_at__isnull=True),
                name="subscription_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="")
                | (Q(ended_at__isnull=False) & ~Q(end_reason="")),
                name="subscription_end_has_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_due_at", "id"],
                name="subscription_due",
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_code} each {self.period_kind}"


class Remediation(models.Model):
    """What is done about a broken promise, as report cards tell it."""

    work_item = models.ForeignKey(WorkItem, on_delete=models.PROTECT, related_name="+")
    clock_kind = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in ClockKind]
    )
    lap = models.SmallIntegerField()
    text = models.TextField()
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["work_item", "clock_kind", "lap"], name="remediation_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock_kind} {self.lap} of {self.work_item_id}"
