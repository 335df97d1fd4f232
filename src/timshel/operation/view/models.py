"""Saved views, and which of them people keep at hand."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.operation.view.columns import USUAL_ORDER
from timshel.operation.view.rules import SHARE
from timshel.operation.view.states import Audience, Density, Shape


class ViewQuerySet(models.QuerySet["View"]):
    """Questions about views that keep to those the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``rules.may_see``."""
        if actor.person_id is None:
            return self.none()
        scope = actor.scope(SHARE)
        teams = Q(audience=Audience.TEAM)
        if not scope.everywhere:
            teams &= Q(team_id__in=actor.team_ids | scope.keys("team"))
        return self.filter(Q(owner_id=actor.person_id) | Q(audience=Audience.EVERYONE) | teams)


class View(models.Model):
    """A way of looking at work that somebody saved.

    ``filter`` is a structured filter (see ``kernel.filters``), ``columns`` a list of texts such as
    ``work:wide``. ``by`` says what the columns of a board are by, or which moment a calendar
    shows. ``position`` orders the views of one owner or one team.
    """

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="views")
    audience = models.CharField(
        max_length=8,
        choices=[(each.value, each.value) for each in Audience],
        default=Audience.PERSONAL,
    )
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=100)
    filter = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    sort = models.CharField(max_length=20, default=USUAL_ORDER)
    density = models.CharField(
        max_length=11,
        choices=[(each.value, each.value) for each in Density],
        default=Density.COMFORTABLE,
    )
    shape = models.CharField(
        max_length=8, choices=[(each.value, each.value) for each in Shape], default=Shape.LIST
    )
    by = models.CharField(max_length=10, blank=True)
    position = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ViewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(audience=Audience.TEAM, team__isnull=False)
                | (~Q(audience=Audience.TEAM) & Q(team__isnull=True)),
                name="view_team_has_team",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["owner", "position", "id"], name="view_of_owner"),
            models.Index(
                fields=["team", "position", "id"],
                name="view_of_team",
                condition=Q(audience=Audience.TEAM),
            ),
            models.Index(
                fields=["position", "id"],
                name="view_of_everyone",
                condition=Q(audience=Audience.EVERYONE),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Pin(models.Model):
    """A view that a person keeps at hand."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="pins")
    view = models.ForeignKey(View, on_delete=models.CASCADE, related_name="pins")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "view"], name="pin_once")
        ]

    def __str__(self) -> str:
        return f"{self.view_id} of {self.person_id}"
