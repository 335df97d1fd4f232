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


class Ailment(StrEnum):
    """Something that an offering lacks, as its owner is told."""

    NO_OWNER = "no_owner"
    OWNER_LEFT = "owner_left"
    NO_TEAM = "no_team"
    NO_SECOND_LEVEL = "no_second_level"
    NO_AGREEMENT = "no_agreement"
    NO_REVIEW_DATE = "no_review_date"
    REVIEW_OVERDUE = "review_overdue"
    UNUSED = "unused"
    BROKEN_LINK = "broken_link"
    SEEN_BY_NOBODY = "seen_by_nobody"
    NO_PROCESS = "no_process"
    NO_FORM = "no_form"
    NO_PAGE = "no_page"


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
AILMENT_NAMES: dict[str, Promise] = {
    Ailment.NO_OWNER: _("Nobody answers for the service"),
    Ailment.OWNER_LEFT: _("Whoever answered for the service has left"),
    Ailment.NO_TEAM: _("No team takes requests for it"),
    Ailment.NO_SECOND_LEVEL: _("No team stands behind the first one"),
    Ailment.NO_AGREEMENT: _("No agreement says how soon it is delivered"),
    Ailment.NO_REVIEW_DATE: _("No day is set on which it is looked at again"),
    Ailment.REVIEW_OVERDUE: _("The day on which it should be looked at again is over"),
    Ailment.UNUSED: _("Nobody asked for it in the last 180 days"),
    Ailment.BROKEN_LINK: _("A link leads nowhere"),
    Ailment.SEEN_BY_NOBODY: _("Nobody can see it"),
    Ailment.NO_PROCESS: _("Its process is not published"),
    Ailment.NO_FORM: _("Its form is not published"),
    Ailment.NO_PAGE: _("It has no page in the catalogue"),
}
