"""To whom a promise is made, how its figure is held against it, and where it stands."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PromiseState(StrEnum):
    """Where a version of a promise stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class AudienceKind(StrEnum):
    """To whom a promise is made."""

    EVERYBODY = "everybody"
    STAFF = "staff"
    CUSTOMERS = "customers"
    CATEGORY = "category"
    UNIT = "unit"


WITH_CODE = frozenset({AudienceKind.CATEGORY, AudienceKind.UNIT})
"""Audiences that a code tells apart: a category of customers, or a unit."""


class Bound(StrEnum):
    """On which side of the target a figure keeps the promise."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class PeriodLength(StrEnum):
    """For how long a promise is measured at a time."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


STATE_NAMES: dict[PromiseState, Promise] = {
    PromiseState.DRAFT: pgettext_lazy("promise", "Draft"),
    PromiseState.PUBLISHED: pgettext_lazy("promise", "Published"),
    PromiseState.RETIRED: pgettext_lazy("promise", "Retired"),
}

AUDIENCE_NAMES: dict[AudienceKind, Promise] = {
    AudienceKind.EVERYBODY: _("Everybody"),
    AudienceKind.STAFF: _("Staff"),
    AudienceKind.CUSTOMERS: _("All customers"),
    AudienceKind.CATEGORY: _("Customers of a category"),
    AudienceKind.UNIT: _("A unit and everything below it"),
}

BOUND_NAMES: dict[Bound, Promise] = {
    Bound.AT_LEAST: _("At least"),
    Bound.AT_MOST: _("At most"),
}

LENGTH_NAMES: dict[PeriodLength, Promise] = {
    PeriodLength.WEEK: _("Week"),
    PeriodLength.MONTH: _("Month"),
    PeriodLength.QUARTER: _("Quarter"),
}
