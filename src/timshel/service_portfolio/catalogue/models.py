"""Pages of offerings and forms in versions, who may ask for what, and what is searched."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from timshel.context.organization.models import CustomerCategory, Site, Unit
from timshel.context.people.models import Person
from timshel.leadership.authority.models import Grant, Role
from timshel.leadership.authority.queries import REQUESTER_ROLE
from timshel.service_portfolio.catalogue.states import Audience, Purpose, VersionState
from timshel.service_portfolio.service.models import LifeCycle, Offering

STATES = [(each.value, each.value) for each in VersionState]


class FormVersion(models.Model):
    """A version of a form; ``content`` is what ``kernel.forms`` reads.

    Requests keep the version they were made with. ``revision`` grows each time a draft is saved.
    """

    code = models.CharField(max_length=60)
    number = models.IntegerField()
    state = models.CharField(max_length=10, choices=STATES)
    title = models.CharField(max_length=200)
    content = models.JSONField()
    revision = models.IntegerField(default=1)
    edited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "number"], name="form_version"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=[VersionState.DRAFT, VersionState.REVIEW]),
                name="form_one_draft",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state=VersionState.PUBLISHED),
                name="form_one_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}"


class PageVersion(models.Model):
    """A version of an offering's page in the catalogue: draft, review, published, retired.

    ``content`` has the shape of the packs' files, but for the entitlements, which are rows that
    the database filters by and hold at once. ``published_from`` and ``published_until`` are the
    dates between which a published version is shown.
    """

    offering = models.ForeignKey(Offering, on_delete=models.PROTECT, related_name="pages")
    number = models.IntegerField()
    state = models.CharField(max_length=10, choices=STATES)
    content = models.JSONField()
    note = models.CharField(max_length=500, blank=True)
    revision = models.IntegerField(default=1)
    edited_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_from = models.DateField(null=True)
    published_until = models.DateField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["offering", "number"], name="page_version"),
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(state__in=[VersionState.DRAFT, VersionState.REVIEW]),
                name="page_one_draft",
            ),
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(state=VersionState.PUBLISHED),
                name="page_one_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offering_id} {self.number}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Questions about the catalogue that keep to whom it is for."""

    def shown(self, today: date) -> Self:
        """Keep what is in force on a day: live, and within the dates of its page."""
        return self.filter(
            Q(shown_from__isnull=True) | Q(shown_from__lte=today),
            Q(shown_until__isnull=True) | Q(shown_until__gte=today),
            offering__is_active=True,
            offering__service__life_cycle=LifeCycle.LIVE,
        )

    def visible_to(self, person_id: int | None, today: date) -> Self:
        """Keep what a person may see and ask for on a day.

        The one rule behind browsing, searching, addresses, the interface and ordering for
        somebody else; its yes/no twin is ``rules.entitlement``.

        Args:
            person_id: whom it is for; None is nobody.
            today: the day.
        """
        own = Entitlement.objects.of(person_id).filter(offering=OuterRef("offering_id"))
        return self.shown(today).filter(Exists(own))


class Entry(models.Model):
    """What the catalogue shows and finds of an offering whose page is published.

    Kept by publishing and retiring, so that browsing and searching read one row. ``words`` holds
    names, summaries and keywords in all languages, without case and accents. ``requests_90_days``,
    the achieved times and ``last_requested_at`` are kept by a sweep.
    """

    offering = models.OneToOneField(
        Offering, on_delete=models.CASCADE, primary_key=True, related_name="entry"
    )
    page = models.OneToOneField(PageVersion, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Purpose]
    )
    icon = models.CharField(max_length=40, blank=True)
    is_bundle = models.BooleanField(default=False)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    price_period = models.CharField(max_length=10, blank=True)
    words = models.TextField(blank=True)
    shown_from = models.DateField(null=True)
    shown_until = models.DateField(null=True)
    review_date = models.DateField(null=True)
    published_at = models.DateTimeField()
    requests_90_days = models.IntegerField(default=0)
    fulfilled_90_days = models.IntegerField(default=0)
    achieved_median = models.DurationField(null=True)
    achieved_ninetieth = models.DurationField(null=True)
    last_requested_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="entry_words", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["-requests_90_days"], name="entry_popular"),
            models.Index(fields=["-published_at"], name="entry_recent"),
        ]

    def __str__(self) -> str:
        return str(self.offering)


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    """Questions about who is entitled."""

    def of(self, person_id: int | None) -> Self:
        """Keep the rows that name a person, as ``rules.entitlement.fits`` does for one row.

        Everything about the person is looked up by the database, once for a whole list.
        """
        person = Person.objects.filter(pk=person_id or 0, is_active=True)
        held = Grant.objects.filter(person_id=person_id or 0).values("role_id")
        above = person.annotate(whole=OuterRef("unit__path")).filter(
            unit__path__startswith=models.F("whole")
        )
        return self.filter(
            Exists(person),
            Q(audience=Audience.EVERYBODY)
            | (Q(audience=Audience.STAFF) & Exists(person.filter(customer__isnull=True)))
            | (Q(audience=Audience.CUSTOMERS) & Exists(person.filter(customer__isnull=False))),
            Q(unit__isnull=True) | Exists(above),
            Q(site__isnull=True) | Q(site_id__in=person.values("site_id")),
            Q(role__isnull=True) | Q(role__code=REQUESTER_ROLE) | Q(role_id__in=held),
            Q(category="") | Q(category__in=person.values("customer__category")),
        )


class Entitlement(models.Model):
    """Who may see and ask for an offering: all that is named in a row has to fit; rows add up.

    A unit counts with everything below it. An offering without a row is seen by nobody.
    """

    offering = models.ForeignKey(Offering, on_delete=models.CASCADE, related_name="entitlements")
    audience = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in Audience],
        default=Audience.EVERYBODY,
    )
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, null=True, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, choices=CustomerCategory.choices, blank=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["offering", "audience", "unit", "site", "role", "category"],
                nulls_distinct=False,
                name="entitlement_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.offering_id} for {self.audience}"


class Link(models.Model):
    """An address outside the house that a page leads to, and whether it was there when looked at.

    ``trouble`` is nothing where it was, else what happened; ``failures`` counts how often in a
    row.
    """

    address = models.URLField(max_length=2_000, unique=True)
    checked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=200, blank=True)
    failures = models.IntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["checked_at"], name="link_checked")]

    def __str__(self) -> str:
        return self.address


class Reminder(models.Model):
    """When an owner was last reminded of what their part of the catalogue lacks."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.sent_at:%Y-%m-%d}"
