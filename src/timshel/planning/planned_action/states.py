"""What kinds of planned actions there are, where one stands, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class ActionKind(models.TextChoices):
    """Why something is to be done."""

    CORRECTION = "correction", _("Correction")
    CORRECTIVE = "corrective", _("Corrective action")
    PREVENTIVE = "preventive", _("Preventive action")
    PLANNED = "planned", _("Planned action")
    DECISION = "decision", _("Decision of a meeting")


class ActionState(StrEnum):
    """Where an action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


STATE_NAMES: Mapping[ActionState, Promise] = {
    ActionState.OPEN: pgettext_lazy("action", "Open"),
    ActionState.DONE: _("Done"),
    ActionState.DROPPED: _("Dropped"),
}


class Trigger(StrEnum):
    """What moves an action."""

    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"


_ENDED = frozenset({ActionState.DONE, ActionState.DROPPED})

ACTIONS: StateMachine[ActionState, Trigger] = StateMachine(
    "planned action",
    initial=ActionState.OPEN,
    transitions=(
        Transition(Trigger.FINISH, frozenset({ActionState.OPEN}), ActionState.DONE),
        Transition(Trigger.DROP, frozenset({ActionState.OPEN}), ActionState.DROPPED),
        Transition(Trigger.REOPEN, _ENDED, ActionState.OPEN),
    ),
)


class Reminder(models.IntegerChoices):
    """Of what the owner of an action was told last."""

    NONE = 0
    NEAR = 1
    DUE = 2
    ESCALATED = 3
