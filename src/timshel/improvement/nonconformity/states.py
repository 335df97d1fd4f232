"""Where nonconformities and the recommendations of auditors stand, and what moves them."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class NonconformityState(models.TextChoices):
    """How far a nonconformity is."""

    RAISED = "raised", pgettext_lazy("nonconformity", "Raised")
    CORRECTED = "corrected", pgettext_lazy("nonconformity", "Corrected")
    ANALYSED = "analysed", pgettext_lazy("nonconformity", "Analysed")
    PLANNED = "planned", pgettext_lazy("nonconformity", "Planned")
    IMPLEMENTED = "implemented", pgettext_lazy("nonconformity", "Implemented")
    EFFECTIVE = "effective", pgettext_lazy("nonconformity", "Verified effective")
    CLOSED = "closed", pgettext_lazy("nonconformity", "Closed")
    REJECTED = "rejected", pgettext_lazy("nonconformity", "Rejected")


class Step(StrEnum):
    """What is done with a nonconformity."""

    CORRECT = "correct"
    ANALYSE = "analyse"
    PLAN = "plan"
    IMPLEMENT = "implement"
    FIND_EFFECTIVE = "find_effective"
    FIND_INEFFECTIVE = "find_ineffective"
    CLOSE = "close"
    REJECT = "reject"


_State = NonconformityState
_UNDECIDED = frozenset({_State.RAISED, _State.CORRECTED, _State.ANALYSED, _State.PLANNED})

NONCONFORMITY: StateMachine[NonconformityState, Step] = StateMachine(
    "nonconformity",
    initial=_State.RAISED,
    transitions=(
        Transition(Step.CORRECT, frozenset({_State.RAISED}), _State.CORRECTED),
        Transition(Step.ANALYSE, frozenset({_State.CORRECTED, _State.ANALYSED}), _State.ANALYSED),
        Transition(Step.PLAN, frozenset({_State.ANALYSED}), _State.PLANNED),
        Transition(Step.IMPLEMENT, frozenset({_State.PLANNED}), _State.IMPLEMENTED),
        Transition(Step.FIND_EFFECTIVE, frozenset({_State.IMPLEMENTED}), _State.EFFECTIVE),
        Transition(Step.FIND_INEFFECTIVE, frozenset({_State.IMPLEMENTED}), _State.ANALYSED),
        Transition(Step.CLOSE, frozenset({_State.EFFECTIVE}), _State.CLOSED),
        Transition(Step.REJECT, _UNDECIDED, _State.REJECTED),
    ),
)
WAY: tuple[NonconformityState, ...] = (
    _State.RAISED,
    _State.CORRECTED,
    _State.ANALYSED,
    _State.PLANNED,
    _State.IMPLEMENTED,
    _State.EFFECTIVE,
    _State.CLOSED,
)
"""The states in the order in which a nonconformity goes through them."""

ENDED = frozenset({_State.CLOSED, _State.REJECTED})
VERIFIED = frozenset({_State.EFFECTIVE, _State.CLOSED})


class RecommendationState(models.TextChoices):
    """How far a recommendation of an outside auditor is."""

    OPEN = "open", pgettext_lazy("recommendation", "Open")
    RESPONDED = "responded", pgettext_lazy("recommendation", "Answered")
    IMPLEMENTED = "implemented", pgettext_lazy("recommendation", "Implemented")
    CLOSED = "closed", pgettext_lazy("recommendation", "Closed")


class RecommendationStep(StrEnum):
    """What is done with a recommendation."""

    RESPOND = "respond"
    IMPLEMENT = "implement"
    CLOSE = "close"
    REOPEN = "reopen"


_Advice = RecommendationState
RECOMMENDATION: StateMachine[RecommendationState, RecommendationStep] = StateMachine(
    "audit recommendation",
    initial=_Advice.OPEN,
    transitions=(
        Transition(
            RecommendationStep.RESPOND,
            frozenset({_Advice.OPEN, _Advice.RESPONDED}),
            _Advice.RESPONDED,
        ),
        Transition(
            RecommendationStep.IMPLEMENT, frozenset({_Advice.RESPONDED}), _Advice.IMPLEMENTED
        ),
        Transition(
            RecommendationStep.CLOSE,
            frozenset({_Advice.RESPONDED, _Advice.IMPLEMENTED}),
            _Advice.CLOSED,
        ),
        Transition(
            RecommendationStep.REOPEN,
            frozenset({_Advice.IMPLEMENTED, _Advice.CLOSED}),
            _Advice.RESPONDED,
        ),
    ),
)


class SourceKind(models.TextChoices):
    """Where a nonconformity was noticed."""

    AUDIT_FINDING = "audit_finding", _("Finding of an audit")
    COMPLAINT = "complaint", _("Complaint")
    BREACH = "breach", _("Broken promise")
    FAILED_CHANGE = "failed_change", _("Failed change")
    RISK = "risk", _("Risk that came about")
    OBSERVATION = "observation", _("Observation")


class Severity(models.TextChoices):
    """How much a nonconformity weighs."""

    MAJOR = "major", pgettext_lazy("nonconformity", "Major")
    MINOR = "minor", pgettext_lazy("nonconformity", "Minor")


class Method(models.TextChoices):
    """How the cause was looked for."""

    FIVE_WHYS = "five_whys", _("Five whys")
    FISHBONE = "fishbone", _("Fishbone diagram")


class Branch(models.TextChoices):
    """The bones of a fishbone diagram."""

    PEOPLE = "people", pgettext_lazy("cause", "People")
    PROCESS = "process", pgettext_lazy("cause", "Process")
    TOOLS = "tools", pgettext_lazy("cause", "Tools")
    INFORMATION = "information", pgettext_lazy("cause", "Information")
    SUPPLIERS = "suppliers", pgettext_lazy("cause", "Suppliers")
    SURROUNDINGS = "surroundings", pgettext_lazy("cause", "Surroundings")


class Direction(models.TextChoices):
    """In which direction a figure gets better."""

    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")


class Verdict(models.TextChoices):
    """What somebody found of the effect."""

    EFFECTIVE = "effective", pgettext_lazy("verdict", "Effective")
    INEFFECTIVE = "ineffective", pgettext_lazy("verdict", "Not effective")


class Priority(models.TextChoices):
    """How much a recommendation weighs with whoever made it."""

    HIGH = "high", pgettext_lazy("recommendation", "High")
    MEDIUM = "medium", pgettext_lazy("recommendation", "Medium")
    LOW = "low", pgettext_lazy("recommendation", "Low")


class Response(models.TextChoices):
    """What the management says to a recommendation."""

    ACCEPTED = "accepted", pgettext_lazy("recommendation", "Accepted")
    PARTLY = "partly", pgettext_lazy("recommendation", "Accepted in part")
    REJECTED = "rejected", pgettext_lazy("recommendation", "Rejected")
