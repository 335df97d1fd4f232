"""What an incident can hold and what can be done to it in which stage, with the words for both."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.operation.work.states import OPEN_STAGES, STAGES, Stage, Trigger

KIND = "incident"


class Verb(StrEnum):
    """What a person can do to an incident, as pages and the API offer it."""

    TAKE = "take"
    START = "start"
    ASSIGN = "assign"
    ESCALATE = "escalate"
    REPLY = "reply"
    NOTE = "note"
    WAIT = "wait"
    RESUME = "resume"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"
    CHANGE = "change"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"


_TRIGGERS: dict[Verb, Trigger] = {
    Verb.START: Trigger.START,
    Verb.WAIT: Trigger.WAIT,
    Verb.RESUME: Trigger.RESUME,
    Verb.RESOLVE: Trigger.RESOLVE,
    Verb.REOPEN: Trigger.REOPEN,
    Verb.CLOSE: Trigger.CLOSE,
    Verb.CANCEL: Trigger.CANCEL,
    Verb.WITHDRAW: Trigger.CANCEL,
}

_STAGES: dict[Verb, frozenset[Stage]] = {
    Verb.TAKE: OPEN_STAGES,
    Verb.ASSIGN: OPEN_STAGES,
    Verb.ESCALATE: OPEN_STAGES,
    Verb.REPLY: OPEN_STAGES | {Stage.RESOLVED},
    Verb.NOTE: frozenset(Stage),
    Verb.CHANGE: OPEN_STAGES | {Stage.RESOLVED},
    Verb.CONFIRM: OPEN_STAGES | {Stage.RESOLVED},
}


def stage_allows(stage: Stage, verb: Verb) -> bool:
    """Tell whether a stage allows a verb."""
    if verb in _TRIGGERS:
        return STAGES.allows(stage, _TRIGGERS[verb])
    return stage in _STAGES[verb]


class ServiceState(StrEnum):
    """How the service itself does: another way to state the impact."""

    DOWN = "down"
    DEGRADED = "degraded"
    FAULTY = "faulty"


class ResolutionCode(StrEnum):
    """How an incident came to its end; ``CONFIRMED`` is for requesters alone."""

    FIXED = "fixed"
    WORKAROUND = "workaround"
    INSTRUCTED = "instructed"
    NO_FAULT = "no_fault"
    DUPLICATE = "duplicate"
    SUPPLIER = "supplier"
    CONFIRMED = "confirmed"


PRIORITY_NAMES: dict[int, Promise] = {
    1: _("Critical"),
    2: _("High"),
    3: _("Medium"),
    4: _("Low"),
    5: _("Lowest"),
}
SERVICE_STATE_NAMES: dict[str, Promise] = {
    ServiceState.DOWN: _("Down: nobody can use it"),
    ServiceState.DEGRADED: _("Degraded: slow, or parts do not work"),
    ServiceState.FAULTY: _("Working with a fault"),
}
RESOLUTION_NAMES: dict[str, Promise] = {
    ResolutionCode.FIXED: _("Fixed"),
    ResolutionCode.WORKAROUND: _("Worked around"),
    ResolutionCode.INSTRUCTED: _("Explained how it works"),
    ResolutionCode.NO_FAULT: _("No fault found"),
    ResolutionCode.DUPLICATE: _("Duplicate of another case"),
    ResolutionCode.SUPPLIER: _("Solved by a supplier"),
    ResolutionCode.CONFIRMED: _("Works again, says the requester"),
}
