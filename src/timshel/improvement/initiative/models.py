"""Improvements with the steps they took, and the cycles they belong to."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from timshel.context.organization.models import Unit
from timshel.context.people.models import Membership, Person
from timshel.improvement.initiative.rules import AUTHORISE, MANAGE, PREFIX, VIEW
from timshel.improvement.initiative.states import (
    AreaKind,
    CycleStep,
    ImprovementState,
    Urgency,
)
from timshel.kernel.actor import Actor, Scope
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.service_portfolio.service.models import Service

STATES = [(each.value, each.value) for each in ImprovementState]
BANDS = ("benefit", "cost", "effort", "risk")


def covered(scope: Scope, *, prefix: str = "") -> Q:
    """Return the condition under which an area lies within a scope that is not everywhere.

    Args:
        scope: where a right holds.
        prefix: how the way to the record with ``area_kind`` and ``area_code`` begins.
    """
    services = Service.objects.filter(pk__in=scope.keys("service")).values("code")
    units = Unit.objects.filter(pk__in=scope.keys("unit")).values("code")
    kind, code = f"{prefix}area_kind", f"{prefix}area_code__in"
    return Q(**{kind: AreaKind.SERVICE, code: services}) | Q(**{kind: AreaKind.UNIT, code: units})


class CycleQuerySet(models.QuerySet["Cycle"]):
    """Questions about cycles that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see_cycle``.

        What is about the whole system is seen by all who see improvements anywhere.
        """
        scope = actor.scope(VIEW) | actor.scope(MANAGE)
        if scope.everywhere:
            return self
        return self.filter(Q(area_kind="") | covered(scope)) if scope else self.none()


class Cycle(models.Model):
    """Plan, do, check, act: one turn of it, for the whole system, a service, a unit, a customer.

    The next turn names the one before it.
    """

    name = models.CharField(max_length=200)
    area_kind = models.CharField(max_length=10, choices=AreaKind.choices, blank=True)
    area_code = models.CharField(max_length=80, blank=True)
    step = models.CharField(
        max_length=6,
        choices=[(each.value, each.value) for each in CycleStep],
        default=CycleStep.PLAN,
    )
    plan = models.TextField(blank=True)
    do = models.TextField(blank=True)
    check_text = models.TextField(blank=True)
    act = models.TextField(blank=True)
    before = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="next_turn"
    )
    turn = models.IntegerField(default=1)
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = CycleQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["begun_at", "id"], name="improvement_cycle_latest")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(step=CycleStep.CLOSED, closed_at__isnull=False)
                | (~Q(step=CycleStep.CLOSED) & Q(closed_at__isnull=True)),
                name="improvement_cycle_closed_when",
            ),
            models.CheckConstraint(
                condition=Q(area_kind="", area_code="") | (~Q(area_kind="") & ~Q(area_code="")),
                name="improvement_cycle_area_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    """Questions about improvements that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees what they suggested and what they answer for; leads see what somebody of
        their teams suggested.
        """
        scope = actor.scope(VIEW) | actor.scope(MANAGE) | actor.scope(AUTHORISE)
        if scope.everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        kept = Q(suggested_by_id=actor.person_id) | Q(owner_id=actor.person_id)
        if scope:
            teams = Membership.objects.filter(team_id__in=scope.keys("team"))
            kept |= covered(scope) | Q(suggested_by_id__in=teams.values("person_id"))
        return self.filter(kept)


class Improvement(models.Model):
    """Something that would be better, from the first thought to the measured benefit.

    ``area_kind`` and ``area_code`` say what it is about. ``measure`` is the code of a measure,
    counted of ``measure_kind`` and ``measure_code``; empty where somebody measures by hand.
    """

    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    page = models.CharField(max_length=300, blank=True)
    area_kind = models.CharField(max_length=10, choices=AreaKind.choices, blank=True)
    area_code = models.CharField(max_length=80, blank=True)
    suggested_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    suggested_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=STATES, default=ImprovementState.SUGGESTED)
    benefit = models.SmallIntegerField(null=True)
    cost = models.SmallIntegerField(null=True)
    effort = models.SmallIntegerField(null=True)
    risk = models.SmallIntegerField(null=True)
    score = models.SmallIntegerField(null=True)
    assessed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    authorised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    expected_benefit = models.TextField(blank=True)
    measure = models.CharField(max_length=40, blank=True)
    measure_kind = models.CharField(max_length=10, blank=True)
    measure_code = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    value_before = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    value_expected = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    value_reached = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    urgency = models.SmallIntegerField(choices=Urgency.choices, default=Urgency.MIDDLE)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField(null=True)
    cycle = models.ForeignKey(
        Cycle, null=True, on_delete=models.PROTECT, related_name="improvements"
    )
    moved_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "detail"), name="improvement_words"),
            models.Index(fields=["state", "suggested_at"], name="improvement_by_state"),
            models.Index(fields=["suggested_at", "id"], name="improvement_latest"),
            models.Index(
                F("score").desc(nulls_last=True), F("id").asc(), name="improvement_ranked"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(area_kind="", area_code="") | (~Q(area_kind="") & ~Q(area_code="")),
                name="improvement_area_whole",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True})
                    | Q(**{f"{name}__gte": 1, f"{name}__lte": 5}),
                    name=f"improvement_{name}_in_band",
                )
                for name in BANDS
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)


class Step(models.Model):
    """A step that an improvement took, with what was said to whoever suggested it."""

    improvement = models.ForeignKey(Improvement, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=STATES)
    said = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.improvement_id}: {self.state}"
