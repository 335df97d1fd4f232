"""Indicators, what was read of them, and the scorecards on which they stand."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.performance_evaluation.indicator.rules import (
    CARD_PREFIX,
    GRACE,
    PREFIX,
    IndicatorContent,
    last_over,
)
from timshel.performance_evaluation.indicator.states import (
    Audience,
    Direction,
    Frequency,
    IndicatorState,
    Standing,
)

VIEW = "indicator.view"
DIGITS, DECIMALS = 16, 3


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Questions about indicators that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees what they answer for, and what stands on a scorecard of theirs.
        """
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        own = ScorecardLine.objects.filter(
            indicator=OuterRef("pk"), scorecard__owner=actor.person_id
        )
        return self.filter(Q(owner=actor.person_id) | Exists(own))

    def unread(self, at: datetime) -> Self:
        """Keep what runs and whose last period that is over by a moment was not read."""
        behind = Q(read_until__isnull=True)
        for frequency in Frequency:
            last_day = last_over(frequency, at=at).last_day
            behind |= Q(frequency=frequency, read_until__lt=last_day)
        return self.filter(behind, state=IndicatorState.RUNNING)

    def overdue(self, at: datetime) -> Self:
        """Keep what should have been read by now."""
        return self.unread(at - GRACE)

    def with_last(self, *, until: date | None = None) -> Self:
        """Read along the last reading and the one before, of periods over by a day if given."""
        latest = Reading.objects.filter(indicator=OuterRef("pk")).order_by("-first_day")
        if until is not None:
            latest = latest.filter(last_day__lte=until)
        return self.annotate(
            last_value=Subquery(latest.values("value")[:1]),
            last_population=Subquery(latest.values("population")[:1]),
            last_first_day=Subquery(latest.values("first_day")[:1]),
            last_day=Subquery(latest.values("last_day")[:1]),
            value_before=Subquery(latest.values("value")[1:2]),
        )

    def standing(self, wanted: Standing) -> Self:
        """Keep what stands so; after ``with_last``. Its twin is ``rules.standing_of``."""
        has_none = Q(last_value__isnull=True)
        if wanted is Standing.NO_DATA:
            return self.filter(has_none)
        warns, is_bad = _worse_than("warning"), _worse_than("critical")
        kept = {
            Standing.BAD: is_bad,
            Standing.WARNING: warns & ~is_bad,
            Standing.GOOD: ~warns & ~is_bad,
        }
        return self.filter(~has_none & kept[wanted])


def _worse_than(name: str) -> Q:
    higher = Q(direction=Direction.HIGHER, last_value__lt=F(name))
    return higher | Q(direction=Direction.LOWER, last_value__gt=F(name))


class Indicator(models.Model):
    """A measure that is followed, with its target and its thresholds.

    What it measures and the process it belongs to are named by their codes. ``read_until`` is the
    last day of the periods that were read.
    """

    title = models.CharField(max_length=200)
    why = models.TextField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=80)
    subject_code = models.CharField(max_length=80, blank=True)
    direction = models.CharField(max_length=10, choices=Direction.choices)
    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    target = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    warning = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    critical = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    clause = models.CharField(max_length=12, blank=True)
    process_code = models.CharField(max_length=80, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in IndicatorState],
        default=IndicatorState.RUNNING,
    )
    retired_because = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True)
    read_until = models.DateField(null=True)
    made_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "why"), name="indicator_words"),
            models.Index(
                fields=["read_until"],
                name="indicator_to_read",
                condition=Q(state=IndicatorState.RUNNING),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=IndicatorState.RUNNING, retired_at__isnull=True)
                | Q(state=IndicatorState.RETIRED, retired_at__isnull=False),
                name="indicator_retired_when",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(PREFIX, self.pk)

    def content(self) -> IndicatorContent:
        """Return what it says; its owner has to be read along."""
        return IndicatorContent(
            title=self.title,
            owner=self.owner.code,
            measure=self.measure,
            target=self.target,
            warning=self.warning,
            critical=self.critical,
            direction=Direction(self.direction),
            frequency=Frequency(self.frequency),
            subject_kind=self.subject_kind,
            subject_code=self.subject_code,
            why=self.why,
            clause=self.clause,
            process_code=self.process_code,
        )


class Reading(models.Model):
    """What was read of an indicator for a period that is over.

    ``population`` is how many cases or promises stand in the list behind it. ``value`` is None
    where there was nothing to measure.
    """

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="readings")
    first_day = models.DateField()
    last_day = models.DateField()
    value = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS, null=True)
    population = models.IntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "first_day"], name="indicator_reading_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} since {self.first_day}"


class ScorecardQuerySet(models.QuerySet["Scorecard"]):
    """Questions about scorecards that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see: with the right all, else what they answer for."""
        if actor.scope(VIEW).everywhere:
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(owner=actor.person_id)


class Scorecard(models.Model):
    """A named group of indicators for somebody who looks at them together."""

    title = models.CharField(max_length=200)
    purpose = models.TextField(blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    audience_code = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = ScorecardQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title

    @property
    def number(self) -> str:
        """By which people know it."""
        return number_of(CARD_PREFIX, self.pk)


class ScorecardLine(models.Model):
    """The place of an indicator on a scorecard."""

    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="lines")
    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="lines")
    position = models.IntegerField()

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scorecard", "indicator"], name="scorecard_indicator_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scorecard_id}: {self.indicator_id}"
