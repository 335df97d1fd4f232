"""What is told to whom and when, each telling, and what came back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.support.communication_plan.rules import ANSWER_DAYS, PREFIX, PlanContent
from timshel.support.communication_plan.states import Medium, PlanState, Rhythm

VIEW = "communication_plan.view"


class PlanQuerySet(models.QuerySet["PlannedCommunication"]):
    """Questions about communications that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; everybody sees what they see to themselves."""
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(owner_id=actor.person_id)

    def told_to_all(self) -> Self:
        """Keep what was told and is open to everybody."""
        told = Occasion.objects.filter(communication=models.OuterRef("pk"))
        return self.filter(models.Exists(told), is_open=True)

    def overdue(self, today: date) -> Self:
        """Keep what should have been told by now."""
        return self.filter(state=PlanState.PLANNED, due_date__lt=today)


class PlannedCommunication(models.Model):
    """Something to be told; ``service_code`` names a record of a later clause, hence no key.

    ``day_of_month`` is on which day its rhythm falls, whatever shorter months made of it.
    """

    subject = models.CharField(max_length=200)
    message = models.TextField()
    stakeholders = models.CharField(max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    day_of_month = models.SmallIntegerField()
    medium = models.CharField(max_length=10, choices=Medium.choices)
    rhythm = models.CharField(max_length=12, choices=Rhythm.choices)
    service_code = models.CharField(max_length=80, blank=True)
    is_open = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in PlanState],
        default=PlanState.PLANNED,
    )
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = PlanQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("subject", "message"), name="communication_words"),
            models.Index(fields=["due_date", "id"], name="communication_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=PlanState.CANCELLED) ^ Q(reason=""),
                name="communication_cancelled_why",
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)

    @property
    def title(self) -> str:
        """What it is called among what is due."""
        return self.subject

    def content(self) -> PlanContent:
        """Return what it says; its owner has to be read along."""
        return PlanContent(
            subject=self.subject,
            message=self.message,
            stakeholders=self.stakeholders,
            owner=self.owner.code,
            due_date=self.due_date,
            medium=Medium(self.medium),
            rhythm=Rhythm(self.rhythm),
            service_code=self.service_code,
            is_open=self.is_open,
        )


class Occasion(models.Model):
    """One telling."""

    communication = models.ForeignKey(
        PlannedCommunication, on_delete=models.CASCADE, related_name="occasions"
    )
    day = models.DateField()
    said = models.TextField()
    reached = models.IntegerField(null=True)
    evidence = models.CharField(max_length=200, blank=True)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["communication", "day"], name="communication_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.communication_id} on {self.day}"


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Questions about what came back."""

    def waiting(self) -> Self:
        """Keep what is neither answered nor closed."""
        return self.filter(settled_at__isnull=True)

    def overdue(self, today: date) -> Self:
        """Keep what has waited for too long."""
        return self.waiting().filter(received_on__lt=today - timedelta(days=ANSWER_DAYS))


class Feedback(models.Model):
    """What somebody said to a communication, and what was answered.

    ``outsider`` names who is no person here. ``is_answered`` is false where it was noted only.
    """

    communication = models.ForeignKey(
        PlannedCommunication, on_delete=models.CASCADE, related_name="feedback"
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    outsider = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    received_on = models.DateField()
    answer = models.TextField(blank=True)
    is_answered = models.BooleanField(default=False)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(outsider=""), name="feedback_of_one"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) ^ ~Q(answer=""), name="feedback_settled_how"
            ),
        ]

    def __str__(self) -> str:
        return self.text
