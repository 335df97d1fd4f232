"""The twelve parts of the plan, how each stands, and where a version of the plan stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class Part(StrEnum):
    """What the plan holds or points to, in the order in which it is told."""

    OBJECTIVES = "objectives"
    SERVICES = "services"
    LIMITATIONS = "limitations"
    OBLIGATIONS = "obligations"
    AUTHORITIES = "authorities"
    PEOPLE = "people"
    TECHNICAL = "technical"
    INFORMATION = "information"
    FINANCE = "finance"
    PARTIES = "parties"
    TECHNOLOGY = "technology"
    EVALUATION = "evaluation"


PART_TITLES: Mapping[Part, Promise] = {
    Part.OBJECTIVES: pgettext_lazy("plan", "Objectives, and how they are reached"),
    Part.SERVICES: pgettext_lazy("plan", "Services"),
    Part.LIMITATIONS: pgettext_lazy("plan", "Known limitations"),
    Part.OBLIGATIONS: pgettext_lazy("plan", "Obligations"),
    Part.AUTHORITIES: pgettext_lazy("plan", "Authorities and responsibilities"),
    Part.PEOPLE: pgettext_lazy("plan", "People"),
    Part.TECHNICAL: pgettext_lazy("plan", "Technical resources"),
    Part.INFORMATION: pgettext_lazy("plan", "Information"),
    Part.FINANCE: pgettext_lazy("plan", "Money"),
    Part.PARTIES: pgettext_lazy("plan", "Working with other parties"),
    Part.TECHNOLOGY: pgettext_lazy("plan", "Technology of the management system"),
    Part.EVALUATION: pgettext_lazy("plan", "Measuring, auditing, reporting and improving"),
}

PART_QUESTIONS: Mapping[Part, Promise] = {
    Part.OBJECTIVES: _("What is to be reached, and what is done to reach it?"),
    Part.SERVICES: _("Which services does the management system cover, and for whom?"),
    Part.LIMITATIONS: _("What limits the services or the management system, as far as is known?"),
    Part.OBLIGATIONS: _("Which policies, standards, laws and contracts bind us, and in what?"),
    Part.AUTHORITIES: _("Who decides, who answers for what, and which processes are followed?"),
    Part.PEOPLE: _("Who does the work, in which teams, with which skills?"),
    Part.TECHNICAL: _("Which sites, equipment and systems do the services need?"),
    Part.INFORMATION: _("Which documents and knowledge do the services need?"),
    Part.FINANCE: _("Where does the money come from, and how is it watched?"),
    Part.PARTIES: _("How do we work with suppliers, customers and others on the services?"),
    Part.TECHNOLOGY: _("Which tools support the management system itself?"),
    Part.EVALUATION: _("How do we know whether it works, and how does it become better?"),
}


class PartState(StrEnum):
    """How a part stands."""

    COMPLETE = "complete"
    THIN = "thin"
    STALE = "stale"
    MISSING = "missing"


PART_STATES: Mapping[PartState, Promise] = {
    PartState.COMPLETE: pgettext_lazy("part of the plan", "Complete"),
    PartState.THIN: pgettext_lazy("part of the plan", "Thin"),
    PartState.STALE: pgettext_lazy("part of the plan", "Stale"),
    PartState.MISSING: pgettext_lazy("part of the plan", "Missing"),
}


class PlanState(StrEnum):
    """Where a version of the plan stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


class PlanTrigger(StrEnum):
    """What moves a version."""

    PROPOSE = "propose"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    SUPERSEDE = "supersede"


PLANS = StateMachine(
    "service management plan",
    initial=PlanState.DRAFT,
    transitions=(
        Transition(PlanTrigger.PROPOSE, frozenset({PlanState.DRAFT}), PlanState.PROPOSED),
        Transition(PlanTrigger.WITHDRAW, frozenset({PlanState.PROPOSED}), PlanState.DRAFT),
        Transition(PlanTrigger.APPROVE, frozenset({PlanState.PROPOSED}), PlanState.APPROVED),
        Transition(PlanTrigger.SUPERSEDE, frozenset({PlanState.APPROVED}), PlanState.SUPERSEDED),
    ),
)

PLAN_STATES: Mapping[PlanState, Promise] = {
    PlanState.DRAFT: pgettext_lazy("plan", "Draft"),
    PlanState.PROPOSED: pgettext_lazy("plan", "Proposed"),
    PlanState.APPROVED: pgettext_lazy("plan", "Approved"),
    PlanState.SUPERSEDED: pgettext_lazy("plan", "Superseded"),
}


class LineMark(StrEnum):
    """What became of a line between two versions."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
