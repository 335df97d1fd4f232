"""People and the teams they are members of."""

from __future__ import annotations

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

from timshel.context.organization.models import Customer, Site, Team, Unit
from timshel.context.people.rules import sight
from timshel.kernel.actor import Actor


class Trait(models.TextChoices):
    """What a helper should know about a person before answering."""

    VIP = "vip"
    EXECUTIVE_OFFICE = "executive_office"
    ACCESSIBILITY = "accessibility"


class PersonQuerySet(models.QuerySet["Person"]):
    """Questions about people that keep to whom the reader may see."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep whom the actor may see."""
        seen = sight(actor)
        if seen.everyone:
            return self
        return self.filter(models.Q(unit_id__in=seen.units) | models.Q(pk__in=seen.own))

    def named_to(self, actor: Actor) -> Self:
        """Keep whom the actor may name, as in a form: whoever belongs to the same house.

        Staff name each other, contacts those of their own organisation; and everybody whom they
        may see. Of those who are only named, no more than name and unit is shown.
        """
        seen = sight(actor)
        if seen.everyone:
            return self
        own = Person.objects.filter(pk=actor.person_id or 0, is_active=True)
        staff = models.Exists(own.filter(customer__isnull=True))
        return self.filter(
            (models.Q(customer__isnull=True) & staff)
            | models.Q(customer_id__in=own.values("customer_id"))
            | models.Q(unit_id__in=seen.units)
            | models.Q(pk__in=seen.own)
        )


class Person(models.Model):
    """Someone known to the organisation: staff of a unit, or a contact at a customer.

    ``search`` holds, without case and accents, what a person is found by; of the telephone
    number also the bare digits.
    """

    code = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="people")
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.PROTECT, related_name="contacts"
    )
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="people")
    manager = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="reports"
    )
    job_title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=60, blank=True)
    traits = ArrayField(
        models.CharField(max_length=20, choices=Trait.choices), default=list, blank=True
    )
    is_active = models.BooleanField(default=True)
    search = models.GeneratedField(
        expression=models.expressions.RawSQL(
            "timshel_fold(name || ' ' || email || ' ' || code || ' ' || phone || ' '"
            " || regexp_replace(phone, '[^0-9]', '', 'g'))",
            (),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = PersonQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["search"], name="person_search", opclasses=["gin_trgm_ops"]),
            models.Index(Lower("email"), name="person_email"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(unit__isnull=True) | models.Q(customer__isnull=True),
                name="person_of_unit_or_customer",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(is_active=True) & ~models.Q(email=""),
                name="person_email_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person in a team; a lead answers for the team's work."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "team"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.team_id}"


class OnCallShift(models.Model):
    """Who of a team is on call from one moment until another."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="shift_in_order"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["team", "ends_at"], name="shift_team")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.team_id}"


class PageSetting(models.Model):
    """How a person has arranged a page for themself: which parts it shows, in which order."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="page_settings")
    page = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "page"], name="page_setting_once")
        ]

    def __str__(self) -> str:
        return f"{self.page} of {self.person_id}"
