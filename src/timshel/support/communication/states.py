"""Where an outgoing message stands and what moves it."""

from __future__ import annotations

from enum import StrEnum

from timshel.kernel.states import StateMachine, Transition


class MessageState(StrEnum):
    """Where an outgoing message stands."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Trigger(StrEnum):
    """What moves a message."""

    DELIVER = "deliver"
    GIVE_UP = "give_up"
    RETRY = "retry"


MESSAGES: StateMachine[MessageState, Trigger] = StateMachine(
    "message",
    initial=MessageState.QUEUED,
    transitions=(
        Transition(Trigger.DELIVER, frozenset({MessageState.QUEUED}), MessageState.SENT),
        Transition(Trigger.GIVE_UP, frozenset({MessageState.QUEUED}), MessageState.FAILED),
        Transition(Trigger.RETRY, frozenset({MessageState.FAILED}), MessageState.QUEUED),
    ),
)
