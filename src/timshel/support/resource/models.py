"""What services need, and how much of it there is, is needed and was used, by quarter."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.leadership.responsibility.models import ProcessRole
from timshel.support.resource.rules.content import PREFIX, ResourceContent
from timshel.support.resource.rules.forecasting import Figures
from timshel.support.resource.states import ResourceKind

VIEW = "resource.view"
DIGITS, DECIMALS = 16, 4


class ResourceQuerySet(models.QuerySet["Resource"]):
    """Questions about resources that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees what they answer for themselves.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(owner_id=actor.person_id)


class Resource(models.Model):
    """Something that services need. ``service_code`` names a record of a later clause."""

    kind = models.CharField(max_length=12, choices=ResourceKind.choices)
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(ProcessRole, null=True, on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=80, blank=True)
    note = models.TextField(blank=True)
    is_retired = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("name", "note"), name="resource_words"),
            models.Index(
                fields=["kind", "name"], name="resource_by_kind", condition=Q(is_retired=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)

    @property
    def title(self) -> str:
        """What it is called where other records have a title."""
        return self.name

    def content(self) -> ResourceContent:
        """Return what it says; its owner, team and role have to be read along."""
        return ResourceContent(
            kind=ResourceKind(self.kind),
            name=self.name,
            unit=self.unit,
            owner=self.owner.code,
            team=self.team.code if self.team else "",
            role=self.role.code if self.role else "",
            service_code=self.service_code,
            note=self.note,
        )


class ResourceFigure(models.Model):
    """How much of a resource there is, is needed and was used in a quarter; one row for each."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="figures")
    quarter = models.DateField()
    available = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    needed = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    used = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    set_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["resource", "quarter"], name="resource_figure_once"),
            models.CheckConstraint(
                condition=Q(quarter__day=1, quarter__month__in=[1, 4, 7, 10]),
                name="resource_figure_quarter",
            ),
            models.CheckConstraint(
                condition=(Q(available__isnull=True) | Q(available__gte=0))
                & (Q(needed__isnull=True) | Q(needed__gte=0))
                & (Q(used__isnull=True) | Q(used__gte=0)),
                name="resource_figure_not_below_zero",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id} in {self.quarter}"

    def figures(self) -> Figures:
        """Return what it says."""
        return Figures(self.quarter, self.available, self.needed, self.used)
