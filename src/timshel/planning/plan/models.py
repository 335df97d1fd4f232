"""The parts of the plan as they are written, and its versions."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.planning.plan.rules import DECIDE, MANAGE, VIEW
from timshel.planning.plan.states import PART_TITLES, Part, PlanState


def sees_all(actor: Actor) -> bool:
    """Tell whether the actor reads the whole plan."""
    return any(actor.may_somewhere(each) for each in (VIEW, MANAGE, DECIDE))


class PlanPartQuerySet(models.QuerySet["PlanPart"]):
    """Questions about parts that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see_part``.

        Everybody sees the parts that they keep themselves.
        """
        if sees_all(actor):
            return self
        return self.none() if actor.person_id is None else self.filter(owner_id=actor.person_id)


class PlanPart(models.Model):
    """What people write of one of the twelve parts; made when it is first written."""

    part = models.CharField(
        max_length=20, unique=True, choices=[(each.value, each.value) for each in Part]
    )
    statement = models.TextField(blank=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    review_date = models.DateField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.IntegerField(default=0)

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["review_date"], name="plan_part_review")]

    def __str__(self) -> str:
        return self.part

    @property
    def number(self) -> str:
        """By what people and addresses know it."""
        return self.part

    @property
    def title(self) -> Text:
        """What it is called."""
        return PART_TITLES[Part(self.part)]


class PlanVersionQuerySet(models.QuerySet["PlanVersion"]):
    """Questions about versions that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``."""
        return self if sees_all(actor) else self.none()

    def still_open(self) -> Self:
        """Keep what is written or waits to be approved."""
        return self.filter(state__in=(PlanState.DRAFT, PlanState.PROPOSED))


class PlanVersion(models.Model):
    """A version of the plan; once approved, ``content`` holds what it said, and never changes."""

    number = models.IntegerField(unique=True)
    state = models.CharField(
        max_length=12,
        choices=[(each.value, each.value) for each in PlanState],
        default=PlanState.DRAFT,
    )
    summary = models.TextField(blank=True)
    content = models.JSONField(default=list)
    writers: models.ManyToManyField[Person, models.Model] = models.ManyToManyField(
        Person, related_name="+"
    )
    begun_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"],
                condition=~Q(state=PlanState.SUPERSEDED),
                name="plan_one_of_each_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[PlanState.DRAFT, PlanState.PROPOSED])
                | Q(approved_at__isnull=False),
                name="plan_approved_once",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
