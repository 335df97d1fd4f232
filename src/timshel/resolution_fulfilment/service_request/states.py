"""What can be done to a request in which stage, and how it can come to its end."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.operation.work.states import OPEN_STAGES, STAGES, Stage, Trigger


class Verb(StrEnum):
    """What a person can do to a request, as pages and the API offer it."""

    TAKE = "take"
    ASSIGN = "assign"
    REPLY = "reply"
    NOTE = "note"
    WAIT = "wait"
    RESUME = "resume"
    FULFIL = "fulfil"
    REOPEN = "reopen"
    CLOSE = "close"
    CANCEL = "cancel"
    CHANGE = "change"
    STEER = "steer"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    RATE = "rate"


_TRIGGERS: dict[Verb, Trigger] = {
    Verb.WAIT: Trigger.WAIT,
    Verb.RESUME: Trigger.RESUME,
    Verb.FULFIL: Trigger.RESOLVE,
    Verb.REOPEN: Trigger.REOPEN,
    Verb.CLOSE: Trigger.CLOSE,
    Verb.CANCEL: Trigger.CANCEL,
    Verb.WITHDRAW: Trigger.CANCEL,
}

_STAGES: dict[Verb, frozenset[Stage]] = {
    Verb.TAKE: OPEN_STAGES,
    Verb.ASSIGN: OPEN_STAGES,
    Verb.REPLY: OPEN_STAGES | {Stage.RESOLVED},
    Verb.NOTE: frozenset(Stage),
    Verb.CHANGE: OPEN_STAGES,
    Verb.STEER: OPEN_STAGES,
    Verb.CONFIRM: frozenset({Stage.RESOLVED}),
    Verb.RATE: frozenset({Stage.RESOLVED, Stage.CLOSED}),
}


def stage_allows(stage: Stage, verb: Verb) -> bool:
    """Tell whether a stage allows a verb."""
    if verb in _TRIGGERS:
        return STAGES.allows(stage, _TRIGGERS[verb])
    return stage in _STAGES[verb]


class Outcome(StrEnum):
    """How a request came to its end."""

    FULFILLED = "fulfilled"
    REFUSED = "refused"
    IMPOSSIBLE = "impossible"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


OUTCOME_NAMES: dict[str, Promise] = {
    Outcome.FULFILLED: _("Delivered"),
    Outcome.REFUSED: _("Not approved"),
    Outcome.IMPOSSIBLE: _("Not possible"),
    Outcome.WITHDRAWN: _("Withdrawn"),
    Outcome.CANCELLED: _("Cancelled"),
}
