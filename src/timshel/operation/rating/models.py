"""How work was, in the words of who asked for it, and what is said to that."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.operation.work.models import WorkItem


class Rating(models.Model):
    """What a requester thinks of a piece of work, and what the organisation answers."""

    work_item = models.OneToOneField(
        WorkItem, on_delete=models.CASCADE, primary_key=True, related_name="rating"
    )
    score = models.SmallIntegerField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by_name = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score__range=(1, 5)), name="rating_score_range")
        ]
        indexes: ClassVar = [
            models.Index(fields=["-at", "-work_item"], name="rating_newest"),
            models.Index(
                fields=["-at", "-work_item"],
                name="rating_unanswered",
                condition=Q(answered_at__isnull=True, score__lte=2),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_item_id}: {self.score}"
