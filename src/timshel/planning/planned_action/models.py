"""Planned actions, about any record."""

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
from timshel.planning.planned_action.rules import PREFIX
from timshel.planning.planned_action.states import ActionKind, ActionState, Reminder

VIEW = "planned_action.view"


class PlannedActionQuerySet(models.QuerySet["PlannedAction"]):
    """Questions about actions that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees what they are to do themselves, what they gave to others, and what those
        who report to them have left undone for so long that they were told of it.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        late = Q(owner__manager_id=actor.person_id, reminded=Reminder.ESCALATED)
        return self.filter(Q(owner_id=actor.person_id) | Q(planned_by_id=actor.person_id) | late)

    def overdue(self, today: date) -> Self:
        """Keep what is open after its last day."""
        return self.filter(state=ActionState.OPEN, due_date__lt=today)


class PlannedAction(models.Model):
    """Something that somebody is to do until a day.

    ``about_kind`` and ``about_code`` name a record of any clause, hence no foreign key.
    ``reminded`` is of what the owner was told last.
    """

    about_kind = models.CharField(max_length=40, blank=True)
    about_code = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, choices=ActionKind.choices)
    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField()
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in ActionState],
        default=ActionState.OPEN,
    )
    outcome = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    planned_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    reminded = models.SmallIntegerField(choices=Reminder.choices, default=Reminder.NONE)
    revision = models.IntegerField(default=1)

    objects = PlannedActionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "detail"), name="action_words"),
            models.Index(fields=["due_date", "id"], name="action_by_day"),
            models.Index(fields=["about_kind", "about_code"], name="action_about"),
            models.Index(
                fields=["due_date"], name="action_open", condition=Q(state=ActionState.OPEN)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ActionState.OPEN, ended_at__isnull=True)
                | (~Q(state=ActionState.OPEN) & Q(ended_at__isnull=False)),
                name="action_ended_when",
            ),
            models.CheckConstraint(
                condition=Q(about_kind="", about_code="") | (~Q(about_kind="") & ~Q(about_code="")),
                name="action_about_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)
