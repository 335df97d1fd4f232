"""What a clock measures and says, and the kinds of agreements, with the words for people."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ClockKind(StrEnum):
    """What a clock measures."""

    RESPOND = "respond"
    UPDATE = "update"
    RESOLVE = "resolve"
    FULFIL = "fulfil"
    HOP = "hop"


class ClockState(StrEnum):
    """What a clock says; a breach is a fact about it and never a stage of the work.

    RUNNING and BREACHED run, before and after the due moment; PAUSED does not run, whether or
    not it is late; MET and MISSED stopped, in time and late; CANCELLED stopped without a result.
    """

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


class AgreementKind(StrEnum):
    """Between whom an agreement is made."""

    SERVICE = "service"
    OPERATIONAL = "operational"
    SUPPLIER = "supplier"


class DurationUnit(StrEnum):
    """In what a target is written; a working day is what its calendar says it is."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_DAYS = "working_days"


class GoalMeasure(StrEnum):
    """What a goal of an agreement is about."""

    AVAILABILITY = "availability"
    SATISFACTION = "satisfaction"
    BUSINESS = "business"


class Recipient(StrEnum):
    """Who hears of an escalation."""

    ASSIGNEE = "assignee"
    LEAD = "lead"
    SERVICE_OWNER = "service_owner"
    ROLE = "role"
    ON_CALL = "on_call"


RUNS = frozenset({ClockState.RUNNING, ClockState.BREACHED})
STOPPED = frozenset({ClockState.MET, ClockState.MISSED, ClockState.CANCELLED})

KIND_NAMES: dict[ClockKind, Promise] = {
    ClockKind.RESPOND: _("Time to respond"),
    ClockKind.UPDATE: _("Time to the next update"),
    ClockKind.RESOLVE: _("Time to resolve"),
    ClockKind.FULFIL: _("Time to fulfil"),
    ClockKind.HOP: _("Time with one team or supplier"),
}

STATE_NAMES: dict[ClockState, Promise] = {
    ClockState.RUNNING: _("Running"),
    ClockState.PAUSED: _("Paused"),
    ClockState.BREACHED: _("Late"),
    ClockState.MET: _("Met"),
    ClockState.MISSED: _("Missed"),
    ClockState.CANCELLED: _("Cancelled"),
}

AGREEMENT_NAMES: dict[AgreementKind, Promise] = {
    AgreementKind.SERVICE: _("Service level agreement"),
    AgreementKind.OPERATIONAL: _("Operational level agreement"),
    AgreementKind.SUPPLIER: _("Contract with a supplier"),
}

UNIT_NAMES: dict[DurationUnit, Promise] = {
    DurationUnit.MINUTES: _("minutes"),
    DurationUnit.HOURS: _("hours"),
    DurationUnit.WORKING_DAYS: _("working days"),
}

GOAL_NAMES: dict[GoalMeasure, Promise] = {
    GoalMeasure.AVAILABILITY: _("Availability"),
    GoalMeasure.SATISFACTION: _("Satisfaction"),
    GoalMeasure.BUSINESS: _("In business terms"),
}

RECIPIENT_NAMES: dict[Recipient, Promise] = {
    Recipient.ASSIGNEE: _("Assignee"),
    Recipient.LEAD: _("Leads of the team"),
    Recipient.SERVICE_OWNER: _("Service owner"),
    Recipient.ROLE: _("Everyone with a role"),
    Recipient.ON_CALL: _("Whoever is on call in the team"),
}
