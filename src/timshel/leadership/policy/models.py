"""Promises of the service charter, in versions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.context.people.models import Person
from timshel.kernel.translation import Translated
from timshel.leadership.policy.states import AudienceKind, Bound, PeriodLength, PromiseState


class CharterPromise(Translated):
    """A version of a promise.

    ``code`` names the promise, ``number`` its version. ``measure``, ``subject_kind`` and
    ``subject_code`` name a figure of a later clause, hence no foreign keys. ``target`` is in the
    unit of the measure, minutes for times. Days are whole: the last one belongs to the promise.
    """

    code = models.CharField(max_length=40)
    number = models.IntegerField()
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in PromiseState],
        default=PromiseState.DRAFT,
    )
    audience = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in AudienceKind]
    )
    audience_code = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=1_000, blank=True)
    remedy = models.CharField(max_length=1_000, blank=True)
    measure = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=10)
    subject_code = models.CharField(max_length=40, blank=True)
    period = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in PeriodLength]
    )
    zone = models.CharField(max_length=60, default="UTC")
    bound = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Bound])
    target = models.DecimalField(max_digits=12, decimal_places=3)
    position = models.IntegerField(default=0)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "number"], name="charter_version_once"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=PromiseState.DRAFT),
                name="charter_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="charter_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state=PromiseState.DRAFT) | Q(published_at__isnull=False),
                name="charter_published_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["position", "code"],
                name="charter_published",
                condition=Q(state=PromiseState.PUBLISHED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} version {self.number}"
