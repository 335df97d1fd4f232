"""Ways in which a person is told something, how often mail comes, and where a delivery stands."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from timshel.kernel.states import StateMachine, Transition


class Way(StrEnum):
    """How somebody is told."""

    PRODUCT = "product"
    MAIL = "mail"
    PUSH = "push"


WAY_NAMES = {
    Way.PRODUCT: _("In Timshel"),
    Way.MAIL: _("By mail"),
    Way.PUSH: _("On my devices"),
}


class Stage(StrEnum):
    """Of what about a last day somebody is told."""

    NEAR = "near"
    OVER = "over"
    LONG_OVER = "long_over"


class Audience(StrEnum):
    """In which part of theirs somebody is told something."""

    AGENT = "agent"
    REQUESTER = "requester"
    EVERYBODY = "everybody"


class Rhythm(StrEnum):
    """How often the mails of somebody come."""

    AT_ONCE = "at_once"
    TOGETHER = "together"
    HOURLY = "hourly"
    DAILY = "daily"


RHYTHM_NAMES = {
    Rhythm.AT_ONCE: _("At once"),
    Rhythm.TOGETHER: _("After five minutes, what happens to one record in one mail"),
    Rhythm.HOURLY: _("Every hour, all in one mail"),
    Rhythm.DAILY: _("Once a day, all in one mail"),
}


class DeliveryState(StrEnum):
    """Where a mail or a push message stands that waits for its time."""

    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


class Trigger(StrEnum):
    """What moves a delivery."""

    SEND = "send"
    DROP = "drop"
    GIVE_UP = "give_up"


_WAITING = frozenset({DeliveryState.WAITING})

DELIVERIES: StateMachine[DeliveryState, Trigger] = StateMachine(
    "delivery",
    initial=DeliveryState.WAITING,
    transitions=(
        Transition(Trigger.SEND, _WAITING, DeliveryState.SENT),
        Transition(Trigger.DROP, _WAITING, DeliveryState.DROPPED),
        Transition(Trigger.GIVE_UP, _WAITING, DeliveryState.FAILED),
    ),
)
