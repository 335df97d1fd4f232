"""What can be done to an incident, which stage it needs and which right it asks for."""

from __future__ import annotations

from enum import StrEnum

from timshel.operation.work.states import OPEN_STAGES, STAGES, Stage, Trigger
from timshel.resolution_fulfilment.incident import access


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


RIGHTS: dict[Verb, str] = {
    Verb.TAKE: access.WORK,
    Verb.START: access.WORK,
    Verb.ASSIGN: access.ASSIGN,
    Verb.ESCALATE: access.ASSIGN,
    Verb.REPLY: access.WORK,
    Verb.NOTE: access.WORK,
    Verb.WAIT: access.WORK,
    Verb.RESUME: access.WORK,
    Verb.RESOLVE: access.RESOLVE,
    Verb.REOPEN: access.WORK,
    Verb.CLOSE: access.RESOLVE,
    Verb.CANCEL: access.CANCEL,
    Verb.CHANGE: access.CHANGE,
}

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
