"""Where a risk or an opportunity stands, what is done about it, and who may accept it."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class RiskState(models.TextChoices):
    """Where a risk or an opportunity stands."""

    IDENTIFIED = "identified", pgettext_lazy("risk", "Identified")
    ANALYSED = "analysed", pgettext_lazy("risk", "Analysed")
    TREATED = "treated", pgettext_lazy("risk", "Treatment planned")
    ACCEPTED = "accepted", pgettext_lazy("risk", "Accepted")
    MONITORED = "monitored", pgettext_lazy("risk", "Monitored")
    OCCURRED = "occurred", pgettext_lazy("risk", "Occurred")
    CLOSED = "closed", pgettext_lazy("risk", "Closed")


class RiskTrigger(StrEnum):
    """What moves a risk from one state to the next."""

    ANALYSE = "analyse"
    TREAT = "treat"
    ACCEPT = "accept"
    MONITOR = "monitor"
    OCCUR = "occur"
    CLOSE = "close"
    REOPEN = "reopen"


class Option(models.TextChoices):
    """What is done about a risk, or about an opportunity."""

    AVOID = "avoid", pgettext_lazy("risk", "Avoid")
    REDUCE = "reduce", pgettext_lazy("risk", "Reduce")
    SHARE = "share", pgettext_lazy("risk", "Share")
    ACCEPT = "accept", pgettext_lazy("risk", "Accept")
    PURSUE = "pursue", pgettext_lazy("opportunity", "Pursue")
    ENHANCE = "enhance", pgettext_lazy("opportunity", "Enhance")
    LEAVE = "leave", pgettext_lazy("opportunity", "Leave")


class Acceptance(models.TextChoices):
    """Who may accept what lies in a band."""

    OWNER = "owner", _("The owner")
    HOLDER = "holder", _("Who may accept risks")
    NOBODY = "nobody", _("Nobody")


class Dimension(models.TextChoices):
    """One of the two sides of a level."""

    LIKELIHOOD = "likelihood", _("Likelihood")
    IMPACT = "impact", _("Impact")


class Colour(models.TextChoices):
    """The colour of a band, always shown with its name."""

    GREEN = "green", pgettext_lazy("band", "Green")
    YELLOW = "yellow", pgettext_lazy("band", "Yellow")
    ORANGE = "orange", pgettext_lazy("band", "Orange")
    RED = "red", pgettext_lazy("band", "Red")


class LinkKind(models.TextChoices):
    """What a risk can be about; each is named by its code."""

    SERVICE = "service", _("Service")
    SUPPLIER = "supplier", _("Supplier")
    PROCESS = "process", _("Process")


class Basis(models.TextChoices):
    """Which level is looked at: without treatment, or what remains with it."""

    INHERENT = "inherent", _("Without treatment")
    RESIDUAL = "residual", _("What remains")


OPEN = frozenset(RiskState) - {RiskState.CLOSED}
JUDGED = OPEN - {RiskState.IDENTIFIED}
FOR_RISKS = (Option.AVOID, Option.REDUCE, Option.SHARE, Option.ACCEPT)
FOR_OPPORTUNITIES = (Option.PURSUE, Option.ENHANCE, Option.SHARE, Option.LEAVE)
WITHOUT_PLAN = frozenset({Option.ACCEPT, Option.LEAVE})
"""Options under which nothing needs to be done."""

RISK: StateMachine[RiskState, RiskTrigger] = StateMachine(
    "risk",
    initial=RiskState.IDENTIFIED,
    transitions=(
        # Judged anew, what is done about it is decided anew.
        Transition(RiskTrigger.ANALYSE, OPEN, RiskState.ANALYSED),
        Transition(RiskTrigger.TREAT, JUDGED, RiskState.TREATED),
        Transition(
            RiskTrigger.ACCEPT,
            frozenset({RiskState.ANALYSED, RiskState.TREATED, RiskState.MONITORED}),
            RiskState.ACCEPTED,
        ),
        Transition(
            RiskTrigger.MONITOR,
            frozenset({RiskState.TREATED, RiskState.ACCEPTED, RiskState.OCCURRED}),
            RiskState.MONITORED,
        ),
        Transition(RiskTrigger.OCCUR, OPEN - {RiskState.OCCURRED}, RiskState.OCCURRED),
        Transition(RiskTrigger.CLOSE, OPEN, RiskState.CLOSED),
        Transition(RiskTrigger.REOPEN, frozenset({RiskState.CLOSED}), RiskState.IDENTIFIED),
    ),
)


def options(*, is_opportunity: bool) -> tuple[Option, ...]:
    """Return what can be done about a risk, or about an opportunity."""
    return FOR_OPPORTUNITIES if is_opportunity else FOR_RISKS
