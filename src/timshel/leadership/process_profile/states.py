"""Where the profile of a process stands, and which way something flows."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class ProfileState(StrEnum):
    """Whether a process is worked by."""

    IN_USE = "in_use"
    RETIRED = "retired"


class Trigger(StrEnum):
    """What takes a process out of use, and back."""

    RETIRE = "retire"
    RESUME = "resume"


class Direction(models.TextChoices):
    """Which way something passes, seen from a process."""

    INPUT = "input", _("It comes in")
    OUTPUT = "output", _("It goes out")


STATE_NAMES: dict[ProfileState, Promise] = {
    ProfileState.IN_USE: _("In use"),
    ProfileState.RETIRED: pgettext_lazy("process", "Retired"),
}

PROFILES: StateMachine[ProfileState, Trigger] = StateMachine(
    "process profile",
    initial=ProfileState.IN_USE,
    transitions=(
        Transition(Trigger.RETIRE, frozenset({ProfileState.IN_USE}), ProfileState.RETIRED),
        Transition(Trigger.RESUME, frozenset({ProfileState.RETIRED}), ProfileState.IN_USE),
    ),
)
