"""What an objective can be, where it stands, and what moves it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class Level(models.TextChoices):
    """Where an objective stands in the tree: a goal has results, a result has objectives."""

    GOAL = "goal", _("Strategic goal")
    RESULT = "result", _("Expected result")
    OBJECTIVE = "objective", _("Objective")


BELOW: Mapping[Level, frozenset[Level]] = {
    Level.GOAL: frozenset(),
    Level.RESULT: frozenset({Level.GOAL}),
    Level.OBJECTIVE: frozenset({Level.GOAL, Level.RESULT}),
}
"""Below what each of them stands."""


class Direction(models.TextChoices):
    """On which side of the target it is reached."""

    AT_LEAST = "at_least", _("At least")
    AT_MOST = "at_most", _("At most")


class ReadingSource(models.TextChoices):
    """Where a reading comes from."""

    HAND = "hand", _("By hand")
    REGISTRY = "registry", _("Counted")


class ObjectiveState(StrEnum):
    """Where an objective stands."""

    DRAFT = "draft"
    AGREED = "agreed"
    MET = "met"
    MISSED = "missed"
    DROPPED = "dropped"


STATE_NAMES: Mapping[ObjectiveState, Promise] = {
    ObjectiveState.DRAFT: pgettext_lazy("objective", "Draft"),
    ObjectiveState.AGREED: pgettext_lazy("objective", "Agreed"),
    ObjectiveState.MET: pgettext_lazy("objective", "Met"),
    ObjectiveState.MISSED: pgettext_lazy("objective", "Missed"),
    ObjectiveState.DROPPED: pgettext_lazy("objective", "Dropped"),
}
OPEN = frozenset({ObjectiveState.DRAFT, ObjectiveState.AGREED})
ENDED = frozenset({ObjectiveState.MET, ObjectiveState.MISSED, ObjectiveState.DROPPED})


class Trigger(StrEnum):
    """What moves an objective."""

    AGREE = "agree"
    MEET = "meet"
    MISS = "miss"
    DROP = "drop"
    REVISE = "revise"
    REOPEN = "reopen"


_RUNNING = frozenset({ObjectiveState.AGREED})

OBJECTIVES: StateMachine[ObjectiveState, Trigger] = StateMachine(
    "objective",
    initial=ObjectiveState.DRAFT,
    transitions=(
        Transition(Trigger.AGREE, frozenset({ObjectiveState.DRAFT}), ObjectiveState.AGREED),
        Transition(Trigger.MEET, _RUNNING, ObjectiveState.MET),
        Transition(Trigger.MISS, _RUNNING, ObjectiveState.MISSED),
        Transition(Trigger.DROP, OPEN, ObjectiveState.DROPPED),
        Transition(
            Trigger.REVISE,
            frozenset({ObjectiveState.AGREED, ObjectiveState.DROPPED}),
            ObjectiveState.DRAFT,
        ),
        Transition(
            Trigger.REOPEN,
            frozenset({ObjectiveState.MET, ObjectiveState.MISSED}),
            ObjectiveState.AGREED,
        ),
    ),
)
