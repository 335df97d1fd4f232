"""Where an improvement stands and what moves it; where a cycle of plan, do, check, act stands."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class ImprovementState(StrEnum):
    """Where an improvement stands."""

    SUGGESTED = "suggested"
    ASSESSED = "assessed"
    AUTHORISED = "authorised"
    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    MEASURED = "measured"
    PARKED = "parked"
    DECLINED = "declined"


class Deed(StrEnum):
    """What moves an improvement."""

    ASSESS = "assess"
    AUTHORISE = "authorise"
    PLAN = "plan"
    START = "start"
    FINISH = "finish"
    MEASURE = "measure"
    PARK = "park"
    DECLINE = "decline"
    RESUME = "resume"


_S = ImprovementState
_WAITING = frozenset({_S.SUGGESTED, _S.ASSESSED, _S.AUTHORISED, _S.PLANNED})

IMPROVEMENTS = StateMachine(
    "improvement",
    initial=ImprovementState.SUGGESTED,
    transitions=(
        Transition(Deed.ASSESS, frozenset({_S.SUGGESTED, _S.ASSESSED}), _S.ASSESSED),
        Transition(Deed.AUTHORISE, frozenset({_S.ASSESSED}), _S.AUTHORISED),
        Transition(Deed.PLAN, frozenset({_S.AUTHORISED}), _S.PLANNED),
        Transition(Deed.START, frozenset({_S.PLANNED}), _S.RUNNING),
        Transition(Deed.FINISH, frozenset({_S.RUNNING}), _S.DONE),
        Transition(Deed.MEASURE, frozenset({_S.DONE}), _S.MEASURED),
        Transition(Deed.PARK, _WAITING, _S.PARKED),
        Transition(Deed.DECLINE, _WAITING | {_S.PARKED}, _S.DECLINED),
        Transition(Deed.RESUME, frozenset({_S.PARKED, _S.DECLINED}), _S.SUGGESTED),
    ),
)

PATH: tuple[ImprovementState, ...] = (
    _S.SUGGESTED,
    _S.ASSESSED,
    _S.AUTHORISED,
    _S.PLANNED,
    _S.RUNNING,
    _S.DONE,
    _S.MEASURED,
)
"""The way of an improvement that goes well."""

OPEN = frozenset({*PATH, _S.PARKED} - {_S.MEASURED})
RANKED = frozenset({_S.ASSESSED, _S.AUTHORISED, _S.PLANNED, _S.RUNNING})

STATE_NAMES: Mapping[ImprovementState, Promise] = {
    _S.SUGGESTED: pgettext_lazy("improvement", "Suggested"),
    _S.ASSESSED: pgettext_lazy("improvement", "Assessed"),
    _S.AUTHORISED: pgettext_lazy("improvement", "Authorised"),
    _S.PLANNED: pgettext_lazy("improvement", "Planned"),
    _S.RUNNING: pgettext_lazy("improvement", "Running"),
    _S.DONE: pgettext_lazy("improvement", "Done"),
    _S.MEASURED: pgettext_lazy("improvement", "Measured"),
    _S.PARKED: pgettext_lazy("improvement", "Parked"),
    _S.DECLINED: pgettext_lazy("improvement", "Declined"),
}


class CycleStep(StrEnum):
    """Where a cycle stands."""

    PLAN = "plan"
    DO = "do"
    CHECK = "check"
    ACT = "act"
    CLOSED = "closed"


class CycleDeed(StrEnum):
    """What moves a cycle."""

    DO = "do"
    CHECK = "check"
    ACT = "act"
    CLOSE = "close"


CYCLES = StateMachine(
    "improvement cycle",
    initial=CycleStep.PLAN,
    transitions=(
        Transition(CycleDeed.DO, frozenset({CycleStep.PLAN}), CycleStep.DO),
        Transition(CycleDeed.CHECK, frozenset({CycleStep.DO}), CycleStep.CHECK),
        Transition(CycleDeed.ACT, frozenset({CycleStep.CHECK}), CycleStep.ACT),
        Transition(CycleDeed.CLOSE, frozenset({CycleStep.ACT}), CycleStep.CLOSED),
    ),
)

STEPS: tuple[CycleStep, ...] = (CycleStep.PLAN, CycleStep.DO, CycleStep.CHECK, CycleStep.ACT)

STEP_NAMES: Mapping[CycleStep, Promise] = {
    CycleStep.PLAN: pgettext_lazy("cycle", "Plan"),
    CycleStep.DO: pgettext_lazy("cycle", "Do"),
    CycleStep.CHECK: pgettext_lazy("cycle", "Check"),
    CycleStep.ACT: pgettext_lazy("cycle", "Act"),
    CycleStep.CLOSED: pgettext_lazy("cycle", "Closed"),
}


class AreaKind(models.TextChoices):
    """What an improvement or a cycle is about; empty for the whole system."""

    SERVICE = "service", _("Service")
    UNIT = "unit", _("Unit")
    CUSTOMER = "customer", _("Customer")
    PROCESS = "process", _("Process")


class Urgency(models.IntegerChoices):
    """Which improvements come first, whatever their score."""

    HIGH = 1, pgettext_lazy("improvement", "High")
    MIDDLE = 2, pgettext_lazy("improvement", "Middle")
    LOW = 3, pgettext_lazy("improvement", "Low")


class Outcome(StrEnum):
    """What an improvement brought, held against what was promised."""

    MORE = "more"
    REACHED = "reached"
    PARTLY = "partly"
    NOTHING = "nothing"
    WORSE = "worse"


OUTCOME_NAMES: Mapping[Outcome, Promise] = {
    Outcome.MORE: _("More than promised"),
    Outcome.REACHED: _("As promised"),
    Outcome.PARTLY: _("Less than promised"),
    Outcome.NOTHING: _("No change"),
    Outcome.WORSE: _("Worse than before"),
}
