"""What is said of processes, and what passes between them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from timshel.kernel.actor import Actor
from timshel.kernel.translation import Translated
from timshel.leadership.process_profile.rules import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_OUTSIDE,
    LONGEST_WHAT,
    TEXTS,
    ProfileContent,
)
from timshel.leadership.process_profile.states import ProfileState
from timshel.leadership.responsibility.owning import processes_answered_for

VIEW = "process_profile.view"


class ProfileQuerySet(models.QuerySet["ProcessProfile"]):
    """Questions about profiles that keep to what the reader may see."""

    def visible_to(self, actor: Actor, *, day: date) -> Self:
        """Keep what the actor may see on a day; its yes/no twin is ``access.may_see``.

        Processes lie in no service, team or unit, so that the right for one of those opens all of
        them. Everybody sees the processes in which they answer for something.
        """
        if actor.may_somewhere(VIEW):
            return self
        if actor.person_id is None:
            return self.none()
        return self.filter(code__in=processes_answered_for(actor.person_id, day=day))

    def in_use(self) -> Self:
        """Keep the processes that are worked by."""
        return self.filter(state=ProfileState.IN_USE)


class ProcessProfile(Translated):
    """What a process is for and how it is worked by.

    ``code`` is that of its matrix of responsibilities, from which its owner is read. ``machines``
    and ``diagrams`` name what it runs on: state machines of the product and processes that are
    drawn, both of later clauses.
    """

    code = models.CharField(max_length=LONGEST_CODE, unique=True)
    name = models.CharField(max_length=LONGEST_NAME)
    purpose = models.TextField()
    scope = models.TextField(blank=True)
    customers = models.TextField(blank=True)
    full_when = models.TextField(blank=True)
    full_steps = models.TextField(blank=True)
    light_when = models.TextField(blank=True)
    light_steps = models.TextField(blank=True)
    machines = models.JSONField(default=list, blank=True)
    diagrams = models.JSONField(default=list, blank=True)
    state = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in ProfileState],
        default=ProfileState.IN_USE,
    )
    reviewed_on = models.DateField(null=True)
    review_date = models.DateField(null=True)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["review_date"],
                name="process_profile_by_review",
                condition=Q(state=ProfileState.IN_USE),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=ProfileState.IN_USE, retired_at__isnull=True)
                | Q(state=ProfileState.RETIRED, retired_at__isnull=False),
                name="process_profile_retired_when",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def content(self) -> ProfileContent:
        """Return what it says in the first language, with all translations."""
        texts = {name: getattr(self, name) for name in TEXTS}
        return ProfileContent(**texts, review_date=self.review_date, translations=self.translations)


class ProcessFlow(Translated):
    """Something that passes from a process to another one.

    One of the two may be missing: then ``outside`` names who stands there instead.
    """

    source = models.ForeignKey(
        ProcessProfile, null=True, on_delete=models.CASCADE, related_name="outputs"
    )
    target = models.ForeignKey(
        ProcessProfile, null=True, on_delete=models.CASCADE, related_name="inputs"
    )
    outside = models.CharField(max_length=LONGEST_OUTSIDE, blank=True)
    what = models.CharField(max_length=LONGEST_WHAT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "target", "outside", "what"],
                name="process_flow_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(source__isnull=False, target__isnull=False, outside="")
                | (Q(source__isnull=False, target__isnull=True) & ~Q(outside=""))
                | (Q(source__isnull=True, target__isnull=False) & ~Q(outside="")),
                name="process_flow_has_two_ends",
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="process_flow_leads_on"),
        ]

    def __str__(self) -> str:
        return self.what
