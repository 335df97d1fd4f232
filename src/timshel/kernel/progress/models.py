"""The row of a piece of long work."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Errand(models.Model):
    """A piece of long work: queued, running, done or failed.

    ``arguments`` is what the job needs to go on where it was left, ``cursor`` how far it came,
    ``result`` what came of it. ``requested_by`` names who wanted it. ``attempts`` counts the
    failed ones since it last moved on, ``error`` says what went wrong last, and ``due_at`` is
    when it is tried again.
    """

    kind = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    arguments = models.JSONField(default=dict)
    person_id = models.BigIntegerField(null=True)
    requested_by = models.CharField(max_length=200)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    cursor = models.JSONField(null=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="errand_latest"),
            models.Index(
                fields=["kind"],
                name="errand_unfinished",
                condition=models.Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.done} of {self.total}"
