"""Agreements in versions: who promises what to whom, counted on which calendar."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from timshel.context.organization.models import Customer, CustomerCategory, Team, Unit
from timshel.context.people.models import Person
from timshel.relationship_agreement.service_level.models.versions import Version
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
    Recipient,
)
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Offering, Service

KINDS = [(kind.value, kind.value) for kind in ClockKind]


class Agreement(Version):
    """A version of an agreement; a draft is the version that is still written.

    A version without a customer, unit or category is made with everybody. One without services
    and offerings covers everything. ``is_option`` marks a level that a customer has to choose
    before it applies. ``text`` is Markdown, in the customer's words. ``took_effect_at`` says when
    the open work was queued to be read again under this version.
    """

    code = models.CharField(max_length=40)
    number = models.IntegerField()
    is_draft = models.BooleanField(default=True)
    kind = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in AgreementKind]
    )
    name = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    customer_category = models.CharField(
        max_length=20, choices=CustomerCategory.choices, blank=True
    )
    provider_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    recipient_team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    supplier = models.ForeignKey(
        Supplier, null=True, on_delete=models.PROTECT, related_name="agreements"
    )
    services = models.ManyToManyField(Service, related_name="+")
    offerings = models.ManyToManyField(Offering, related_name="+")
    calendar_code = models.CharField(max_length=40)
    restarts_on_reopening = models.BooleanField(default=False)
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    review_date = models.DateField(null=True)
    is_option = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    price_period = models.CharField(max_length=10, blank=True)
    document_name = models.CharField(max_length=255, blank=True)
    document_media_type = models.CharField(max_length=100, blank=True)
    document_size = models.BigIntegerField(null=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    revision = models.IntegerField(default=1)
    took_effect_at = models.DateTimeField(null=True)
    ended_at_effect = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "number"], name="agreement_version"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(is_draft=True), name="agreement_one_draft"
            ),
            # The rule of precedence counts on versions of one code that do not overlap.
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(is_draft=False, valid_until__isnull=True),
                name="agreement_one_open_version",
            ),
            models.UniqueConstraint(
                fields=["code", "valid_from"],
                condition=Q(is_draft=False),
                name="agreement_one_beginning",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="agreement_in_order",
            ),
            models.CheckConstraint(
                condition=Q(kind=AgreementKind.SERVICE, provider_team=None, supplier=None)
                | Q(kind=AgreementKind.OPERATIONAL, provider_team__isnull=False, supplier=None)
                | Q(kind=AgreementKind.SUPPLIER, supplier__isnull=False, provider_team=None),
                name="agreement_provider",
            ),
            models.CheckConstraint(
                condition=Q(customer=None, unit=None)
                | Q(customer=None, customer_category="")
                | Q(unit=None, customer_category=""),
                name="agreement_one_party",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["valid_from"],
                name="agreement_to_take_effect",
                condition=Q(is_draft=False, took_effect_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class Target(models.Model):
    """A promise within a version of an agreement: so much time for a kind of clock.

    Without a priority it holds for each of them; a line for an offering goes before one for a
    service, which goes before one for all that the agreement covers. ``calendar_code`` is named
    where the time is counted otherwise than the rest of the agreement, such as around the clock.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=10, choices=KINDS)
    priority = models.SmallIntegerField(null=True)
    service = models.ForeignKey(Service, null=True, on_delete=models.PROTECT, related_name="+")
    offering = models.ForeignKey(Offering, null=True, on_delete=models.PROTECT, related_name="+")
    amount = models.IntegerField()
    unit = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in DurationUnit]
    )
    calendar_code = models.CharField(max_length=40, blank=True)
    attainment_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "kind", "priority", "service", "offering"],
                name="target_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=(Q(priority__isnull=True) | Q(priority__range=(1, 5)))
                & Q(amount__gt=0)
                & (Q(attainment_percent__isnull=True) | Q(attainment_percent__range=(0, 100))),
                name="target_ranges",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} priority {self.priority or 'any'}"


class Goal(models.Model):
    """A goal of an agreement that no clock measures: availability, satisfaction, or in business
    terms, such as transactions processed."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="goals")
    measure = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in GoalMeasure]
    )
    name = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    value = models.DecimalField(max_digits=16, decimal_places=4)
    is_minimum = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "measure", "name"], name="goal_once")
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class EscalationRule(models.Model):
    """Who hears when, before or after a clock runs out: at a share of its target, or so much
    working time before the due moment. One of an agreement, or of all where it names none."""

    agreement = models.ForeignKey(
        Agreement, null=True, on_delete=models.CASCADE, related_name="escalation_rules"
    )
    clock_kind = models.CharField(max_length=10, choices=KINDS, blank=True)
    percent = models.SmallIntegerField(null=True)
    before = models.DurationField(null=True)
    recipient = models.CharField(
        max_length=16, choices=[(each.value, each.value) for each in Recipient]
    )
    role_code = models.CharField(max_length=40, blank=True)
    at_night = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(percent__range=(1, 500), before__isnull=True)
                | Q(percent__isnull=True, before__isnull=False),
                name="escalation_rule_moment",
            ),
            models.CheckConstraint(
                condition=(Q(recipient=Recipient.ROLE) & ~Q(role_code=""))
                | (~Q(recipient=Recipient.ROLE) & Q(role_code="")),
                name="escalation_rule_recipient",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.percent or self.before} to {self.recipient}"


class LevelChoice(Version):
    """A level that a customer chose, by the code of the agreement that offers it."""

    agreement_code = models.CharField(max_length=40)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement_code", "customer"],
                condition=Q(valid_until__isnull=True),
                name="level_choice_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.agreement_code} of {self.customer_id}"


class WaitingRule(Version):
    """A version of whether waiting for a reason pauses a kind of clock, where that was set."""

    reason = models.CharField(max_length=12)
    kind = models.CharField(max_length=10, choices=KINDS)
    pauses = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reason", "kind"],
                condition=Q(valid_until__isnull=True),
                name="waiting_rule_current",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {'pauses' if self.pauses else 'does not pause'} {self.kind}"


class BookRevision(models.Model):
    """One row whose value changes with every change of what is promised.

    Processes keep the book in memory for as long as this value stays. It is a random value and
    no counter, so that a change that was rolled back can never be taken for another one.
    """

    value = models.UUIDField()

    def __str__(self) -> str:
        return str(self.value)
