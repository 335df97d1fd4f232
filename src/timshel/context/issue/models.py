"""Issues of the context, and what was found each time one was looked at again."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from timshel.context.issue.rules import MANAGE, PREFIX, VIEW
from timshel.context.issue.states import Effect, IssueKind, IssueState
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words


class IssueQuerySet(models.QuerySet["Issue"]):
    """Questions about issues that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``."""
        if actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE):
            return self
        return self.filter(owner_id=actor.person_id) if actor.person_id else self.none()

    def due(self, today: date) -> Self:
        """Keep what should be looked at again by a day."""
        return self.filter(review_date__lte=today).exclude(state=IssueState.CLOSED)


class Issue(models.Model):
    """Something within or around the organisation that helps the services or hinders them."""

    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=[(each.value, each.value) for each in IssueKind])
    effect = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Effect])
    meaning = models.TextField(blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in IssueState],
        default=IssueState.OPEN,
    )
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    review_months = models.IntegerField()
    review_date = models.DateField()
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = IssueQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "meaning"), name="context_issue_words"),
            models.Index(
                fields=["review_date", "id"],
                name="context_issue_due",
                condition=~Q(state=IssueState.CLOSED),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=IssueState.CLOSED, closed_at__isnull=False)
                | (~Q(state=IssueState.CLOSED) & Q(closed_at__isnull=True)),
                name="context_issue_closed_at",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """How people call it."""
        return number_of(PREFIX, self.pk)


class IssueReview(models.Model):
    """What was found when an issue was looked at again, and where it stood after that."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="reviews")
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.TextField()
    state = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in IssueState]
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["issue", "-reviewed_at"], name="context_issue_reviews")
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} at {self.reviewed_at}"
