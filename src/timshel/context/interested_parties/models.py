"""Interested parties, what they need, what meets it, and what was found at reviews."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from timshel.context.interested_parties.rules import MANAGE, NEED_PREFIX, VIEW
from timshel.context.interested_parties.states import Basis, LinkKind, PartyKind, Standing
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of


class PartyQuerySet(models.QuerySet["InterestedParty"]):
    """Questions about parties that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``."""
        return self if actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE) else self.none()

    def due(self, today: date) -> Self:
        """Keep whom should be looked at again by a day."""
        return self.filter(review_date__lte=today)


class InterestedParty(models.Model):
    """Somebody who can affect the services, or is affected by them."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=[(each.value, each.value) for each in PartyKind])
    spoken_for_by = models.CharField(max_length=200, blank=True)
    influence = models.IntegerField()
    interest = models.IntegerField()
    review_months = models.IntegerField()
    review_date = models.DateField()
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    objects = PartyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(influence__range=(1, 3), interest__range=(1, 3)),
                name="interested_party_levels",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PartyReview(models.Model):
    """What was found when a party and its needs were looked at again."""

    party = models.ForeignKey(InterestedParty, on_delete=models.CASCADE, related_name="reviews")
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.TextField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["party", "-reviewed_at"], name="interested_party_reviews")
        ]

    def __str__(self) -> str:
        return f"{self.party_id} at {self.reviewed_at}"


class Need(models.Model):
    """What a party needs or expects of the services."""

    party = models.ForeignKey(InterestedParty, on_delete=models.CASCADE, related_name="needs")
    text = models.TextField()
    basis = models.CharField(max_length=20, choices=[(each.value, each.value) for each in Basis])
    standing = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Standing]
    )
    changed_at = models.DateTimeField()
    revision = models.IntegerField(default=1)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["standing", "id"], name="need_standing")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def number(self) -> str:
        """How people call it."""
        return number_of(NEED_PREFIX, self.pk)


class NeedMetBy(models.Model):
    """What meets a need, named by kind and code: most of it belongs to later clauses."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=20, choices=[(each.value, each.value) for each in LinkKind])
    code = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "code", "need"], name="need_met_by_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"
