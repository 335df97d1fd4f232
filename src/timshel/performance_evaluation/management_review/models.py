"""Management reviews with their packs, and which decisions answer what a review has to decide."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.performance_evaluation.management_review.rules import MANAGE, PREFIX, VIEW
from timshel.performance_evaluation.management_review.states import OPEN, Output, ReviewState
from timshel.support.meeting.models import Decision, Meeting


class ReviewQuerySet(models.QuerySet["ManagementReview"]):
    """Questions about reviews that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Whoever leads, writes or is invited to the meeting of a review sees the review.
        """
        if actor.scope(VIEW).everywhere or actor.scope(MANAGE).everywhere:
            return self
        return self.of_person(actor)

    def of_person(self, actor: Actor) -> Self:
        """Keep the reviews to whose meeting somebody is invited."""
        return self.filter(meeting__in=Meeting.objects.concerning(actor.person_id))


class ManagementReview(models.Model):
    """A meeting of a board that reviews the management system, with what it looks at.

    ``pack`` is drawn from records while the review is open. From freezing on it is a record that
    never changes, and ``digest`` is its fingerprint.
    """

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=ReviewState.choices, default=ReviewState.PLANNED
    )
    cut_off = models.DateTimeField(null=True)
    pack = models.JSONField(null=True)
    comments = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    planned_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    frozen_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN), digest="")
                | (~Q(state__in=sorted(OPEN)) & ~Q(digest="") & Q(pack__isnull=False)),
                name="management_review_frozen_with_digest",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Return the number by which people know it."""
        return number_of(PREFIX, self.pk)


class OutputDecision(models.Model):
    """A decision of the meeting that answers something a review has to decide."""

    review = models.ForeignKey(ManagementReview, on_delete=models.CASCADE, related_name="answers")
    output = models.CharField(max_length=20, choices=Output.choices)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["review", "output", "decision"], name="management_review_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.output}: {self.decision_id}"
