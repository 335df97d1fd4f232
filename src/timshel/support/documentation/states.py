"""What kinds of documents there are, where a version of one stands, and to whom it is told."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class DocumentKind(StrEnum):
    """What a document is."""

    POLICY = "policy"
    PLAN = "plan"
    PROCEDURE = "procedure"
    WORK_INSTRUCTION = "work_instruction"
    TEMPLATE = "template"
    RECORD = "record"
    AGREEMENT = "agreement"
    OTHER = "other"


class VersionState(StrEnum):
    """Where a version of a document stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class VersionTrigger(StrEnum):
    """What moves a version."""

    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    TAKE_EFFECT = "take_effect"
    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"


class AboutKind(StrEnum):
    """What a document is about, where it is about one thing."""

    NONE = "none"
    SERVICE = "service"
    CUSTOMER = "customer"
    PROCESS = "process"


class AudienceKind(StrEnum):
    """To whom a document is distributed: all staff, a role, a unit with all below, a person."""

    STAFF = "staff"
    ROLE = "role"
    UNIT = "unit"
    PERSON = "person"


OPEN_STATES = frozenset({VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.APPROVED})
"""States of a version that is still to come; a document has at most one of them."""

VERSIONS: StateMachine[VersionState, VersionTrigger] = StateMachine(
    "version of a document",
    initial=VersionState.DRAFT,
    transitions=(
        Transition(VersionTrigger.SUBMIT, frozenset({VersionState.DRAFT}), VersionState.IN_REVIEW),
        Transition(
            VersionTrigger.SEND_BACK,
            frozenset({VersionState.IN_REVIEW, VersionState.APPROVED}),
            VersionState.DRAFT,
        ),
        Transition(
            VersionTrigger.APPROVE, frozenset({VersionState.IN_REVIEW}), VersionState.APPROVED
        ),
        Transition(
            VersionTrigger.TAKE_EFFECT, frozenset({VersionState.APPROVED}), VersionState.EFFECTIVE
        ),
        Transition(
            VersionTrigger.SUPERSEDE, frozenset({VersionState.EFFECTIVE}), VersionState.SUPERSEDED
        ),
        Transition(
            VersionTrigger.WITHDRAW,
            frozenset({*OPEN_STATES, VersionState.EFFECTIVE}),
            VersionState.WITHDRAWN,
        ),
    ),
)

KIND_NAMES: dict[DocumentKind, Promise] = {
    DocumentKind.POLICY: _("Policy"),
    DocumentKind.PLAN: pgettext_lazy("document", "Plan"),
    DocumentKind.PROCEDURE: _("Procedure"),
    DocumentKind.WORK_INSTRUCTION: _("Work instruction"),
    DocumentKind.TEMPLATE: pgettext_lazy("document", "Template"),
    DocumentKind.RECORD: pgettext_lazy("document", "Record"),
    DocumentKind.AGREEMENT: pgettext_lazy("document", "Agreement"),
    DocumentKind.OTHER: pgettext_lazy("document", "Other"),
}

STATE_NAMES: dict[VersionState, Promise] = {
    VersionState.DRAFT: pgettext_lazy("document", "Draft"),
    VersionState.IN_REVIEW: pgettext_lazy("document", "In review"),
    VersionState.APPROVED: pgettext_lazy("document", "Approved"),
    VersionState.EFFECTIVE: pgettext_lazy("document", "In effect"),
    VersionState.SUPERSEDED: pgettext_lazy("document", "Superseded"),
    VersionState.WITHDRAWN: pgettext_lazy("document", "Withdrawn"),
}

ABOUT_NAMES: dict[AboutKind, Promise] = {
    AboutKind.NONE: _("Nothing in particular"),
    AboutKind.SERVICE: pgettext_lazy("document", "A service"),
    AboutKind.CUSTOMER: pgettext_lazy("document", "A customer"),
    AboutKind.PROCESS: pgettext_lazy("document", "A process"),
}
ABOUT_GROUPS: dict[AboutKind, Promise] = {
    AboutKind.SERVICE: _("Services"),
    AboutKind.CUSTOMER: _("Customers"),
    AboutKind.PROCESS: _("Processes"),
}
