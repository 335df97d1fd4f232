"""Where a version of a page or a form stands, what an offering is for, and who may ask for it."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class VersionState(StrEnum):
    """Where a version stands: written, looked through, in force, no longer in force."""

    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    RETIRED = "retired"


class Purpose(StrEnum):
    """What people do when they ask for an offering; all go the same way."""

    ORDER = "order"
    QUESTION = "question"
    COMPLAINT = "complaint"
    COMPLIMENT = "compliment"
    IDEA = "idea"
    OTHER = "other"


class Audience(StrEnum):
    """To whom an entitlement speaks, before it narrows to a unit, a site, a role, a category."""

    EVERYBODY = "everybody"
    STAFF = "staff"
    CUSTOMERS = "customers"


class PricePeriod(StrEnum):
    """What a price is paid for."""

    ONCE = "once"
    MONTH = "month"
    YEAR = "year"


VERSION_NAMES: dict[str, Promise] = {
    VersionState.DRAFT: _("Draft"),
    VersionState.REVIEW: _("In review"),
    VersionState.PUBLISHED: _("Published"),
    VersionState.RETIRED: _("Retired"),
}
PURPOSE_NAMES: dict[str, Promise] = {
    Purpose.ORDER: _("Request"),
    Purpose.QUESTION: _("Question"),
    Purpose.COMPLAINT: _("Complaint"),
    Purpose.COMPLIMENT: _("Compliment"),
    Purpose.IDEA: _("Idea"),
    Purpose.OTHER: _("Something else"),
}
AUDIENCE_NAMES: dict[str, Promise] = {
    Audience.EVERYBODY: _("Everybody"),
    Audience.STAFF: _("Staff"),
    Audience.CUSTOMERS: _("Customers"),
}
