"""Approvals, the seats of those who are asked, who stands in for whom, and links in mails."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.translation import Translated
from timshel.leadership.approval.rules import sight
from timshel.leadership.approval.states import (
    APPROVALS,
    ApprovalState,
    Capacity,
    OnExpiry,
    Outcome,
    SeatState,
)


def _choices(kind: type[StrEnum]) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in kind]


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Questions about who stands in for whom."""

    def running(self, at: datetime) -> Self:
        """Keep those that hold at a moment."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Questions about approvals that keep to what the reader may see."""

    def visible_to(self, actor: Actor, *, at: datetime) -> Self:
        """Keep what the actor may see.

        That is what they wanted, asked for, are or were asked, decided on, or may decide on at
        this moment as a substitute; and, for those who manage approvals, what is about the
        people whom that right covers.
        """
        seen = sight(actor)
        if seen.everything:
            return self
        condition = Q(requester__unit_id__in=seen.units)
        if seen.person_id is not None:
            mine = Q(person=seen.person_id) | Q(decided_by=seen.person_id)
            substituted = Delegation.objects.running(at).filter(substitute=seen.person_id)
            mine |= Q(person__in=substituted.values("person"))
            seats = Seat.objects.filter(mine, approval=OuterRef("pk"))
            condition |= Q(requester=seen.person_id) | Q(asked_by=seen.person_id) | Q(Exists(seats))
        return self.filter(condition)


class Approval(Translated):
    """A question to one or several people, with what was to be approved as it stood then.

    ``work_item_id`` names the work that it is about; work belongs to a later clause, which adds
    the foreign key. ``step`` is how whoever asked tells this question from others about the same
    work; asking again for the same step is the same question. ``reference`` is what people call
    the work, such as its number. ``needed`` chairs must approve; empty means all. ``outcome`` is
    what whoever asked was told; after the time ran out it differs from ``state``.
    """

    work_item_id = models.BigIntegerField()
    step = models.CharField(max_length=200)
    reference = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=250)
    summary = models.JSONField(default=list)
    price_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    price_currency = models.CharField(max_length=3, blank=True)
    price_per = models.CharField(max_length=5, blank=True)
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_by_name = models.CharField(max_length=200)
    needed = models.PositiveSmallIntegerField(null=True)
    state = models.CharField(
        max_length=10, choices=_choices(ApprovalState), default=APPROVALS.initial
    )
    outcome = models.CharField(max_length=10, choices=_choices(Outcome), blank=True)
    asked_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    on_expiry = models.CharField(
        max_length=10, choices=_choices(OnExpiry), default=OnExpiry.REFUSED
    )
    escalated_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work_item_id", "step"], name="approval_once"),
            models.CheckConstraint(
                condition=Q(state=ApprovalState.OPEN, outcome="", decided_at__isnull=True)
                | (~Q(state=ApprovalState.OPEN) & ~Q(outcome="") & Q(decided_at__isnull=False)),
                name="approval_ended_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(needed__isnull=True) | Q(needed__gte=1), name="approval_needs_somebody"
            ),
            models.CheckConstraint(
                condition=Q(price_amount__isnull=True, price_currency="", price_per="")
                | (Q(price_amount__gte=0) & ~Q(price_currency="") & ~Q(price_per="")),
                name="approval_price_complete",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="approval_due",
                condition=Q(state=ApprovalState.OPEN, due_at__isnull=False),
            ),
            models.Index(
                fields=["remind_at"],
                name="approval_remind",
                condition=Q(
                    state=ApprovalState.OPEN, remind_at__isnull=False, reminded_at__isnull=True
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()


class Seat(models.Model):
    """Somebody who is asked, and what came of it.

    Seats with the same ``chair`` speak with one voice: the first answer counts. ``person`` is
    empty where nobody was found; then those who manage approvals decide. ``passed_from`` tells in
    whose place the person is asked. ``decided_by`` is who answered, which as ``capacity`` says
    was the person, a substitute, or somebody who manages approvals.
    """

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="seats")
    chair = models.PositiveSmallIntegerField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="approval_seats"
    )
    passed_from = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=20)
    why_detail = models.CharField(max_length=100, blank=True)
    given_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=_choices(SeatState), default=SeatState.OPEN)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)
    channel = models.CharField(max_length=12, blank=True)
    capacity = models.CharField(max_length=8, choices=_choices(Capacity), blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["approval", "person"],
                condition=~Q(state=SeatState.HANDED_OVER),
                name="seat_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["approval", "decided_by"], name="seat_one_voice_a_person"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[SeatState.APPROVED, SeatState.REFUSED],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | (
                    ~Q(state__in=[SeatState.APPROVED, SeatState.REFUSED])
                    & Q(decided_by__isnull=True, decided_at__isnull=True)
                ),
                name="seat_decided_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["person", "approval"],
                name="seat_open",
                condition=Q(state=SeatState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.chair} of {self.approval_id}"


class Delegation(models.Model):
    """Somebody stands in for a person, for the days that both were told.

    ``starts_at`` and ``ends_at`` are those days in the person's own time zone; ending early moves
    ``ends_at``, and ``ended_at`` tells when that was decided.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="delegations")
    substitute = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="substitutions")
    from_date = models.DateField()
    until_date = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=250, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(until_date__gte=models.F("from_date")), name="delegation_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(person=models.F("substitute")), name="delegation_to_somebody_else"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "ends_at"], name="delegation_person"),
            models.Index(fields=["substitute", "ends_at"], name="delegation_substitute"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.person_id}"


class ApprovalLink(models.Model):
    """A link in a mail, with which one person answers for one seat without signing in, once.

    The secret itself is not kept: it follows from the installation's key, and here is its hash.
    """

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "person"], name="link_once")
        ]

    def __str__(self) -> str:
        return f"link to seat {self.seat_id}"


class LinkAttempt(models.Model):
    """A wrong link, kept for as long as it counts against the next from the same address."""

    origin = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["origin", "at"], name="link_attempt_origin")]

    def __str__(self) -> str:
        return f"{self.origin} {self.at:%Y-%m-%d %H:%M}"
