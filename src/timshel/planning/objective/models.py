"""Goals, results and objectives in one tree, and what was read of them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.planning.objective.rules.content import PREFIX, ObjectiveContent
from timshel.planning.objective.states import (
    OPEN,
    Direction,
    Level,
    ObjectiveState,
    ReadingSource,
)

VIEW = "objective.view"
DIGITS, DECIMALS = 16, 3
_OPEN = sorted(each.value for each in OPEN)


class ObjectiveQuerySet(models.QuerySet["Objective"]):
    """Questions about objectives that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees what they answer for themselves.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(owner_id=actor.person_id)

    def overdue(self, today: date) -> Self:
        """Keep what is agreed and not judged after its last day."""
        return self.filter(state=ObjectiveState.AGREED, due_date__lt=today)


class Objective(models.Model):
    """Something to be reached: a strategic goal, an expected result or an objective.

    ``service_code`` and the subject of the measure name records of later clauses, hence no
    foreign keys. ``counted_until`` is the last day of the months whose figures were counted.
    """

    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.CharField(max_length=10, choices=Level.choices)
    title = models.CharField(max_length=200)
    why = models.TextField(blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=80, blank=True)
    customer_code = models.CharField(max_length=80, blank=True)
    start_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    measure = models.CharField(max_length=80, blank=True)
    subject_kind = models.CharField(max_length=80, blank=True)
    subject_code = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    direction = models.CharField(
        max_length=10, choices=Direction.choices, default=Direction.AT_LEAST
    )
    baseline = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    baseline_date = models.DateField(null=True)
    target = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    unmeasured_because = models.TextField(blank=True)
    plan = models.TextField(blank=True)
    resources = models.TextField(blank=True)
    judged_by = models.TextField(blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in ObjectiveState],
        default=ObjectiveState.DRAFT,
    )
    outcome = models.TextField(blank=True)
    agreed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    counted_until = models.DateField(null=True)
    made_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = ObjectiveQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "why"), name="objective_words"),
            models.Index(fields=["due_date", "id"], name="objective_by_day"),
            models.Index(
                fields=["counted_until"],
                name="objective_to_count",
                condition=Q(state=ObjectiveState.AGREED) & ~Q(measure=""),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level=Level.GOAL, parent__isnull=True)
                | (~Q(level=Level.GOAL) & Q(parent__isnull=False)),
                name="objective_serves_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_OPEN, ended_at__isnull=True)
                | (~Q(state__in=_OPEN) & Q(ended_at__isnull=False)),
                name="objective_ended_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)

    @property
    def parent_number(self) -> str:
        """The number of what it serves; empty for a goal."""
        return number_of(PREFIX, self.parent_id) if self.parent_id else ""

    def content(self) -> ObjectiveContent:
        """Return what it says; its owner has to be read along."""
        return ObjectiveContent(
            level=Level(self.level),
            title=self.title,
            owner=self.owner.code,
            parent=self.parent_number,
            why=self.why,
            service_code=self.service_code,
            customer_code=self.customer_code,
            start_date=self.start_date,
            due_date=self.due_date,
            measure=self.measure,
            subject_kind=self.subject_kind,
            subject_code=self.subject_code,
            unit=self.unit,
            direction=Direction(self.direction),
            baseline=self.baseline,
            baseline_date=self.baseline_date,
            target=self.target,
            unmeasured_because=self.unmeasured_because,
            plan=self.plan,
            resources=self.resources,
            judged_by=self.judged_by,
        )


class ObjectiveReading(models.Model):
    """What was read of an objective on a day; one a day."""

    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="readings")
    day = models.DateField()
    value = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    source = models.CharField(max_length=10, choices=ReadingSource.choices)
    note = models.CharField(max_length=500, blank=True)
    read_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["objective", "day"], name="objective_reading_once")
        ]

    def __str__(self) -> str:
        return f"{self.objective_id} on {self.day}"
