"""Mandates: who may approve what, where, and up to how much."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from timshel.context.organization.models import Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import Words
from timshel.leadership.authority.models import Grant, Role
from timshel.leadership.mandate.rules import (
    DIGITS,
    LONGEST_CODE,
    LONGEST_TITLE,
    MANAGE,
    PLACES,
    PREFIX,
    VIEW,
    MandateContent,
    Money,
)
from timshel.leadership.mandate.states import HolderKind, MandateState, Subject
from timshel.leadership.responsibility.models import Assignment, ProcessRole


def sees_all(actor: Actor) -> bool:
    """Tell whether an actor reads the whole register."""
    return actor.may_somewhere(VIEW) or actor.may_somewhere(MANAGE)


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Questions about mandates that keep to what the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor may see; its yes/no twin is ``access.may_see``.

        Everybody sees the mandates that they hold or held, by name or by a role, and those that
        they granted.
        """
        if sees_all(actor):
            return self
        if actor.person_id is None:
            return self.none()
        granted = Grant.objects.filter(role=OuterRef("role"), person_id=actor.person_id)
        assigned = Assignment.objects.filter(
            Q(person_id=actor.person_id) | Q(team_id__in=actor.team_ids),
            role=OuterRef("process_role"),
        )
        return self.filter(
            Q(person_id=actor.person_id)
            | Q(granted_by_id=actor.person_id)
            | Q(Exists(granted))
            | Q(Exists(assigned))
        )

    def in_force_on(self, day: date) -> Self:
        """Keep what was in force on a day; the day on which one was ended is outside."""
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            Q(ended_on__isnull=True) | Q(ended_on__gt=day),
            in_force_from__lte=day,
            valid_from__lte=day,
        )

    def run_out(self, today: date) -> Self:
        """Keep what is in force by its state, though its last day is over."""
        return self.filter(state=MandateState.IN_FORCE, valid_until__lt=today)


class Mandate(models.Model):
    """Somebody may approve something, somewhere, up to a limit.

    A person, a role in the work or a role with rights holds it. ``service_code`` names a service,
    which belongs to a later clause. ``in_force_from`` and ``ended_on`` are the days on which it
    was put into force and ended, so that one can ask who might approve something in the past.
    """

    title = models.CharField(max_length=LONGEST_TITLE)
    subject = models.CharField(max_length=20, choices=Subject.choices)
    own_words = models.CharField(max_length=LONGEST_TITLE, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    process_role = models.ForeignKey(
        ProcessRole, null=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.ForeignKey(Role, null=True, on_delete=models.PROTECT, related_name="+")
    limit_amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)
    limit_currency = models.CharField(max_length=3, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    service_code = models.CharField(max_length=LONGEST_CODE, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rests_on = models.CharField(max_length=LONGEST_TITLE)
    conditions = models.TextField(blank=True)
    state = models.CharField(
        max_length=10, choices=MandateState.choices, default=MandateState.DRAFT
    )
    in_force_from = models.DateField(null=True)
    in_force_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    ended_on = models.DateField(null=True)
    ended_because = models.TextField(blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    objects = MandateQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(Words("title", "conditions"), name="mandate_words"),
            models.Index(fields=["title", "id"], name="mandate_by_title"),
            models.Index(fields=["subject", "state"], name="mandate_by_subject"),
            models.Index(
                fields=["valid_until"],
                name="mandate_running_out",
                condition=Q(state=MandateState.IN_FORCE),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, process_role__isnull=True, role__isnull=True)
                | Q(person__isnull=True, process_role__isnull=False, role__isnull=True)
                | Q(person__isnull=True, process_role__isnull=True, role__isnull=False),
                name="mandate_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(service_code=""), name="mandate_one_place"
            ),
            models.CheckConstraint(
                condition=Q(limit_amount__isnull=True, limit_currency="")
                | (Q(limit_amount__gte=0) & ~Q(limit_currency="")),
                name="mandate_limit_complete",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="mandate_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The name by which people call it."""
        return number_of(PREFIX, self.pk)

    @property
    def limit(self) -> Money | None:
        """Up to how much; None for one without a limit."""
        if self.limit_amount is None:
            return None
        return Money(self.limit_amount, self.limit_currency)

    @property
    def holder(self) -> Person | ProcessRole | Role:
        """The person or the role that holds it; has to be read along."""
        found = self.person or self.process_role or self.role
        assert found is not None  # noqa: S101 - held by a constraint
        return found

    @property
    def holder_kind(self) -> HolderKind:
        """Whether a person holds it, or a role."""
        if self.person_id is not None:
            return HolderKind.PERSON
        return HolderKind.PROCESS_ROLE if self.process_role_id else HolderKind.ROLE

    def content(self) -> MandateContent:
        """Return what it says; all that it names has to be read along."""
        return MandateContent(
            title=self.title,
            subject=Subject(self.subject),
            holder_kind=self.holder_kind,
            holder=self.holder.code,
            granted_by=self.granted_by.code,
            rests_on=self.rests_on,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            own_words=self.own_words,
            limit=self.limit,
            unit=self.unit.code if self.unit else "",
            service=self.service_code,
            conditions=self.conditions,
        )
