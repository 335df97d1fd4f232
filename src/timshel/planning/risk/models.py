"""Risks and opportunities, how they were judged and reviewed, and the criteria they meet."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.kernel.translation import Translated
from timshel.planning.risk.rules import (
    HIGHEST,
    LONGEST_NAME,
    LONGEST_TITLE,
    LOWEST,
    PREFIX,
    VIEW,
    Level,
)
from timshel.planning.risk.states import (
    Acceptance,
    Colour,
    Dimension,
    LinkKind,
    Option,
    RiskState,
)


def _on_scale(*fields: str) -> Q:
    """Return that levels lie on the scale."""
    found = Q()
    for each in fields:
        found &= Q(**{f"{each}__range": (LOWEST, HIGHEST)})
    return found


class RiskArea(Translated):
    """An area in which risks are looked for, such as financial or health."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=LONGEST_NAME)
    position = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class RiskScale(Translated):
    """The words of one level of likelihood or of impact."""

    dimension = models.CharField(max_length=12, choices=Dimension.choices)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=LONGEST_NAME)
    meaning = models.CharField(max_length=LONGEST_TITLE, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dimension", "level"], name="risk_scale_once"),
            models.CheckConstraint(condition=_on_scale("level"), name="risk_scale_of_five"),
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.level}"


class RiskBand(Translated):
    """Scores from a lowest one to the next band, and who may accept what lies there."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=LONGEST_NAME)
    lowest = models.PositiveSmallIntegerField(unique=True)
    colour = models.CharField(max_length=8, choices=Colour.choices)
    acceptance = models.CharField(max_length=8, choices=Acceptance.choices)

    def __str__(self) -> str:
        return self.name


class RiskQuerySet(models.QuerySet["Risk"]):
    """Questions about risks that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Who owns a risk sees it. Where the right holds for services only, so do the risks of
        these services.
        """
        scope = actor.scope(VIEW)
        if scope.everywhere:
            return self
        seen = Q(owner_id=actor.person_id) if actor.person_id is not None else Q(pk__in=[])
        if keys := scope.keys("service"):
            seen |= Q(Exists(RiskLink.objects.of_services(keys).filter(risk=OuterRef("pk"))))
        return self.filter(seen)

    def still_open(self) -> Self:
        """Keep what is not closed."""
        return self.exclude(state=RiskState.CLOSED)


class Risk(models.Model):
    """Something that may happen, feared or hoped for.

    ``score`` is that of what remains with the treatment, where that was judged, else that of the
    risk without any.
    """

    is_opportunity = models.BooleanField(default=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    event = models.TextField()
    cause = models.TextField(blank=True)
    consequence = models.TextField(blank=True)
    area = models.ForeignKey(RiskArea, on_delete=models.PROTECT, related_name="risks")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=RiskState.choices, default=RiskState.IDENTIFIED)
    likelihood = models.PositiveSmallIntegerField(null=True)
    impact = models.PositiveSmallIntegerField(null=True)
    residual_likelihood = models.PositiveSmallIntegerField(null=True)
    residual_impact = models.PositiveSmallIntegerField(null=True)
    score = models.GeneratedField(
        expression=Coalesce(
            F("residual_likelihood") * F("residual_impact"), F("likelihood") * F("impact")
        ),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )
    treatment = models.CharField(max_length=8, choices=Option.choices, blank=True)
    treatment_plan = models.TextField(blank=True)
    review_date = models.DateField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_because = models.TextField(blank=True)
    occurred_on = models.DateField(null=True)
    occurrence = models.TextField(blank=True)
    identified_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    identified_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    objects = RiskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "event"), name="risk_words"),
            models.Index(F("score").desc(nulls_last=True), F("id"), name="risk_in_order"),
            models.Index(
                fields=["review_date"],
                name="risk_to_review",
                condition=~Q(state=RiskState.CLOSED),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(likelihood__isnull=True, impact__isnull=True)
                | _on_scale("likelihood", "impact"),
                name="risk_level_on_scale",
            ),
            models.CheckConstraint(
                condition=Q(residual_likelihood__isnull=True, residual_impact__isnull=True)
                | _on_scale("residual_likelihood", "residual_impact"),
                name="risk_residual_on_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The name by which people call it."""
        return number_of(PREFIX, self.pk)

    @property
    def inherent(self) -> Level | None:
        """How high it is without any treatment; None before it was judged."""
        return level_of(self.likelihood, self.impact)

    @property
    def residual(self) -> Level | None:
        """What remains with the treatment; None where that was not judged."""
        return level_of(self.residual_likelihood, self.residual_impact)


class RiskLinkQuerySet(models.QuerySet["RiskLink"]):
    """Questions about what risks are about."""

    def of_services(self, keys: frozenset[int]) -> Self:
        """Keep the links to some services."""
        return self.filter(kind=LinkKind.SERVICE, key__in=keys)


class RiskLink(models.Model):
    """What a risk is about: a record of a later clause, by kind and code.

    ``key`` is the record's own where rights are granted for records of its kind.
    """

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    code = models.CharField(max_length=80)
    key = models.BigIntegerField(null=True)

    objects = RiskLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["risk", "kind", "code"], name="risk_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["kind", "code"], name="risk_link_by_code")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


class RiskAnalysis(models.Model):
    """How a risk was judged once; never changed."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="analyses")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    residual_likelihood = models.PositiveSmallIntegerField(null=True)
    residual_impact = models.PositiveSmallIntegerField(null=True)
    reason = models.TextField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["risk", "at"], name="risk_analysis_in_order")]

    def __str__(self) -> str:
        return f"{self.risk_id} at {self.at:%Y-%m-%d}"


class RiskReview(models.Model):
    """What a review of a risk found; never changed."""

    risk = models.ForeignKey(Risk, on_delete=models.CASCADE, related_name="reviews")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    found = models.TextField()
    next_date = models.DateField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["risk", "at"], name="risk_review_in_order")]

    def __str__(self) -> str:
        return f"{self.risk_id} at {self.at:%Y-%m-%d}"


def level_of(likelihood: int | None, impact: int | None) -> Level | None:
    """Return the level that two numbers mean; None where they are missing."""
    if likelihood is None or impact is None:
        return None
    return Level(likelihood, impact)
