"""What an indicator can be, how it stands by its thresholds, and for whom scorecards are."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.states import StateMachine, Transition


class Direction(models.TextChoices):
    """In which direction an indicator gets better."""

    HIGHER = "higher", _("Higher is better")
    LOWER = "lower", _("Lower is better")


class Frequency(models.TextChoices):
    """How often it is read: once for each of these periods, after its end."""

    WEEK = "week", _("Each week")
    MONTH = "month", _("Each month")
    QUARTER = "quarter", _("Each quarter")


class Audience(models.TextChoices):
    """For whom a scorecard is."""

    SYSTEM = "system", _("The whole system")
    PROCESS = "process", _("A process")
    SERVICE = "service", _("A service")


class Standing(StrEnum):
    """How the last reading stands by the thresholds."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    NO_DATA = "no_data"


STANDING_NAMES: Mapping[Standing, Promise] = {
    Standing.GOOD: pgettext_lazy("indicator", "Good"),
    Standing.WARNING: pgettext_lazy("indicator", "Warning"),
    Standing.BAD: pgettext_lazy("indicator", "Bad"),
    Standing.NO_DATA: pgettext_lazy("indicator", "No data"),
}


class IndicatorState(StrEnum):
    """Whether an indicator is read."""

    RUNNING = "running"
    RETIRED = "retired"


STATE_NAMES: Mapping[IndicatorState, Promise] = {
    IndicatorState.RUNNING: pgettext_lazy("indicator", "Running"),
    IndicatorState.RETIRED: pgettext_lazy("indicator", "Retired"),
}


class Trigger(StrEnum):
    """What moves an indicator."""

    RETIRE = "retire"
    RESUME = "resume"


INDICATORS: StateMachine[IndicatorState, Trigger] = StateMachine(
    "indicator",
    initial=IndicatorState.RUNNING,
    transitions=(
        Transition(Trigger.RETIRE, frozenset({IndicatorState.RUNNING}), IndicatorState.RETIRED),
        Transition(Trigger.RESUME, frozenset({IndicatorState.RETIRED}), IndicatorState.RUNNING),
    ),
)
