"""Pages of offerings and forms in versions, who may ask for what, and what is searched."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from timshel.context.organization.models import CustomerCategory, Site, Unit
from timshel.context.people.models import Person
from timshel.leadership.authority.models import Role
from timshel.service_portfolio.catalogue.states import Audience, Purpose, VersionState
from timshel.service_portfolio.service.models import Offering

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


class Entry(models.Model):
    """What the catalogue shows and finds of an offering whose page is published.

    Kept by publishing and retiring, so that browsing and searching read one row. ``words`` holds
    names, summaries and keywords in all languages, without case and accents. ``requests_90_days``
    and the achieved times are kept by a sweep.
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
    measured_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["words"], name="entry_words", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["-requests_90_days"], name="entry_popular"),
            models.Index(fields=["-published_at"], name="entry_recent"),
        ]

    def __str__(self) -> str:
        return str(self.offering)


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
