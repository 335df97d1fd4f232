"""Nonconformities, how their effect was verified, and the recommendations of outside auditors."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from timshel.context.people.models import Person
from timshel.improvement.nonconformity.rules import (
    ADVICE_PREFIX,
    LONGEST_CODE,
    LONGEST_KIND,
    LONGEST_LINE,
    LONGEST_TITLE,
    LONGEST_UNIT,
    MANAGE,
    PREFIX,
    VERIFY,
    VIEW,
)
from timshel.improvement.nonconformity.states import (
    ENDED,
    VERIFIED,
    Direction,
    Method,
    NonconformityState,
    Priority,
    RecommendationState,
    Response,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.service_portfolio.service.models import Service

SEE = (VIEW, MANAGE, VERIFY)


class NonconformityQuerySet(models.QuerySet["Nonconformity"]):
    """Questions about nonconformities that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees what they raised themselves and what they answer for.
        """
        if any(actor.scope(each).everywhere for each in SEE):
            return self
        services = frozenset().union(*(actor.scope(each).keys("service") for each in SEE))
        seen = Q(service_id__in=services)
        if actor.person_id is not None:
            seen |= Q(owner_id=actor.person_id) | Q(raised_by_id=actor.person_id)
        return self.filter(seen)

    def open(self) -> Self:
        """Keep what has not ended."""
        return self.exclude(state__in=ENDED)

    def overdue(self, today: date) -> Self:
        """Keep what has not ended though its day is over."""
        return self.open().filter(due_date__lt=today)


class Nonconformity(models.Model):
    """Something that is not as it must be, from the finding to the verified effect."""

    title = models.CharField(max_length=LONGEST_TITLE)
    finding = models.TextField()
    severity = models.CharField(max_length=10, choices=Severity.choices)
    source = models.CharField(max_length=20, choices=SourceKind.choices)
    about_kind = models.CharField(max_length=LONGEST_KIND, blank=True)
    about_code = models.CharField(max_length=LONGEST_CODE, blank=True)
    requirement = models.CharField(max_length=LONGEST_LINE, blank=True)
    process = models.CharField(max_length=LONGEST_CODE, blank=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    due_date = models.DateField()
    state = models.CharField(
        max_length=12, choices=NonconformityState.choices, default=NonconformityState.RAISED
    )
    revision = models.PositiveIntegerField(default=1)
    correction = models.TextField(blank=True)
    corrected_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=10, choices=Method.choices, blank=True)
    whys = models.JSONField(default=list)
    branches = models.JSONField(default=dict)
    cause = models.CharField(max_length=LONGEST_LINE, blank=True)
    has_similar = models.BooleanField(null=True)
    similar = models.TextField(blank=True)
    analysed_at = models.DateTimeField(null=True)
    plan = models.TextField(blank=True)
    planned_at = models.DateTimeField(null=True)
    implementation = models.TextField(blank=True)
    implemented_at = models.DateTimeField(null=True)
    implemented_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    proof = models.OneToOneField(
        "Verification", null=True, on_delete=models.PROTECT, related_name="proven"
    )
    rejection = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)
    overdue_told = models.DateField(null=True)

    objects = NonconformityQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "finding"), name="nonconformity_words"),
            models.Index(
                fields=["due_date"], name="nonconformity_due", condition=~Q(state__in=sorted(ENDED))
            ),
            models.Index(fields=["about_kind", "about_code"], name="nonconformity_about"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state__in=sorted(VERIFIED)) | Q(proof__isnull=False),
                name="nonconformity_closed_with_proof",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(state__in=sorted(ENDED)) & Q(ended_at__isnull=True)),
                name="nonconformity_ended_at",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)


class Verification(models.Model):
    """A figure before and after an implementation, and what somebody found of it."""

    nonconformity = models.ForeignKey(
        Nonconformity, on_delete=models.CASCADE, related_name="verifications"
    )
    measure = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_code = models.CharField(max_length=LONGEST_CODE, blank=True)
    figure = models.CharField(max_length=LONGEST_TITLE, blank=True)
    unit = models.CharField(max_length=LONGEST_UNIT, blank=True)
    better = models.CharField(max_length=10, choices=Direction.choices)
    before_first = models.DateField()
    before_last = models.DateField()
    after_first = models.DateField()
    after_last = models.DateField()
    zone = models.CharField(max_length=60, default="UTC")
    before = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    after = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    measured_at = models.DateTimeField()
    measured_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict.choices, blank=True)
    comment = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nonconformity"],
                condition=Q(judged_at__isnull=True),
                name="one_open_verification",
            ),
            models.CheckConstraint(
                condition=Q(judged_at__isnull=True, verdict="")
                | (
                    Q(judged_at__isnull=False, judged_by__isnull=False)
                    & Q(verdict__in=sorted(Verdict.values))
                ),
                name="verification_judged_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure or self.figure} of {self.nonconformity_id}"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """Questions about recommendations that keep to what the reader may know."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see_advice``.

        They are about the organisation as a whole: everybody sees what they answer for, and only
        who sees all nonconformities sees all of them.
        """
        if any(actor.scope(each).everywhere for each in SEE):
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(owner_id=actor.person_id)


class Recommendation(models.Model):
    """What an outside auditor recommends, and what became of it."""

    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField()
    auditor = models.CharField(max_length=LONGEST_TITLE)
    report = models.CharField(max_length=LONGEST_TITLE)
    received_on = models.DateField()
    priority = models.CharField(max_length=10, choices=Priority.choices)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    deadline = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=RecommendationState.choices, default=RecommendationState.OPEN
    )
    revision = models.PositiveIntegerField(default=1)
    response = models.CharField(max_length=10, choices=Response.choices, blank=True)
    response_text = models.TextField(blank=True)
    responded_at = models.DateTimeField(null=True)
    evidence = models.TextField(blank=True)
    implemented_at = models.DateTimeField(null=True)
    implemented_by = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reopening = models.TextField(blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [GinIndex(Words("title", "text"), name="recommendation_words")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state=RecommendationState.CLOSED)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="recommendation_closed_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(ADVICE_PREFIX, self.pk)
