"""What a call and a call-back can be, and how they move."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from timshel.kernel.actor import Channel
from timshel.kernel.states import StateMachine, Transition


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class EventKind(StrEnum):
    """What a telephone system tells of a call, in the order in which it usually happens."""

    QUEUED = "queued"
    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    ABANDONED = "abandoned"
    HUNG_UP = "hung_up"
    WRAPPED = "wrapped"


class CallStage(StrEnum):
    """Where a call stands; it follows from its moments."""

    WAITING = "waiting"
    TALKING = "talking"
    ENDED = "ended"
    WRAPPED = "wrapped"
    ABANDONED = "abandoned"


class Outcome(StrEnum):
    """What came of a call, as whoever took it says."""

    RESOLVED = "resolved"
    LOGGED = "logged"
    ADDED = "added"
    ANSWERED = "answered"
    REQUESTED = "requested"
    CALL_BACK = "call_back"
    NOTHING = "nothing"


class CallBackState(StrEnum):
    """Where a call-back stands."""

    DUE = "due"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


class CallBackTrigger(StrEnum):
    """What moves a call-back."""

    FINISH = "finish"
    MISS = "miss"
    MOVE = "move"
    CANCEL = "cancel"


CALL_BACKS: StateMachine[CallBackState, CallBackTrigger] = StateMachine(
    "call-back",
    initial=CallBackState.DUE,
    transitions=(
        Transition(
            CallBackTrigger.FINISH,
            frozenset({CallBackState.DUE, CallBackState.MISSED}),
            CallBackState.DONE,
        ),
        Transition(CallBackTrigger.MISS, frozenset({CallBackState.DUE}), CallBackState.MISSED),
        Transition(
            CallBackTrigger.MOVE,
            frozenset({CallBackState.DUE, CallBackState.MISSED}),
            CallBackState.DUE,
        ),
        Transition(
            CallBackTrigger.CANCEL,
            frozenset({CallBackState.DUE, CallBackState.MISSED}),
            CallBackState.CANCELLED,
        ),
    ),
)

CHANNELS = (Channel.PHONE, Channel.WALK_IN)
"""The ways in which people turn to the desk at once, and somebody answers at once."""

STAGE_NAMES: dict[str, Promise] = {
    CallStage.WAITING: pgettext_lazy("call", "Waiting"),
    CallStage.TALKING: pgettext_lazy("call", "Talking"),
    CallStage.ENDED: pgettext_lazy("call", "Ended"),
    CallStage.WRAPPED: pgettext_lazy("call", "Wrapped up"),
    CallStage.ABANDONED: pgettext_lazy("call", "Abandoned"),
}
OUTCOME_NAMES: dict[str, Promise] = {
    Outcome.RESOLVED: pgettext_lazy("call", "Solved at once"),
    Outcome.LOGGED: pgettext_lazy("call", "New case"),
    Outcome.ADDED: pgettext_lazy("call", "Added to a case"),
    Outcome.ANSWERED: pgettext_lazy("call", "Question answered"),
    Outcome.REQUESTED: pgettext_lazy("call", "Request opened"),
    Outcome.CALL_BACK: pgettext_lazy("call", "Call back"),
    Outcome.NOTHING: pgettext_lazy("call", "Nothing to do"),
}
DIRECTION_NAMES: dict[str, Promise] = {
    Direction.INBOUND: pgettext_lazy("call", "Incoming"),
    Direction.OUTBOUND: pgettext_lazy("call", "Outgoing"),
}
CALL_BACK_NAMES: dict[str, Promise] = {
    CallBackState.DUE: pgettext_lazy("call-back", "To be done"),
    CallBackState.DONE: pgettext_lazy("call-back", "Done"),
    CallBackState.MISSED: pgettext_lazy("call-back", "Missed"),
    CallBackState.CANCELLED: pgettext_lazy("call-back", "Not needed any more"),
}
