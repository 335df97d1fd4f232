"""What is measured about whom, and which cases or promises stand behind a figure."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SubjectKind(StrEnum):
    """What a figure is about."""

    EVERYTHING = "everything"
    SERVICE = "service"
    CUSTOMER = "customer"
    UNIT = "unit"
    TEAM = "team"


class What(StrEnum):
    """Which cases or promises of a period stand behind a figure."""

    OPENED = "opened"
    ENDED = "ended"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    ROUTED = "routed"
    FIRST_LEVEL = "first_level"
    OPEN = "open"
    DOWN = "down"
    DECIDED = "decided"
    KEPT = "kept"
    BROKEN = "broken"
    STOPPED = "stopped"


OF_PROMISES = frozenset({What.DECIDED, What.KEPT, What.BROKEN, What.STOPPED})
"""Those that list promises: one case may stand there with several."""


class Better(StrEnum):
    """In which direction a measure gets better."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class MeasureUnit(StrEnum):
    """In what a measure is told."""

    CASES = "cases"
    PERCENT = "percent"
    DURATION = "duration"
    HAND_OVERS = "hand_overs"
    CALLS = "calls"
    CALLS_PER_CASE = "calls_per_case"
    SECONDS = "seconds"
    VALUE = "value"


SUBJECT_NAMES: dict[SubjectKind, Promise] = {
    SubjectKind.EVERYTHING: _("All services together"),
    SubjectKind.SERVICE: _("Service"),
    SubjectKind.CUSTOMER: _("Customer"),
    SubjectKind.UNIT: _("Unit"),
    SubjectKind.TEAM: _("Team"),
}

WHAT_NAMES: dict[What, Promise] = {
    What.OPENED: _("Cases opened in the period"),
    What.ENDED: _("Cases ended in the period"),
    What.RESOLVED: _("Cases solved in the period"),
    What.WITHDRAWN: _("Cases withdrawn in the period"),
    What.REOPENED: _("Cases solved in the period that had been reopened before"),
    What.ROUTED: _("Cases solved in the period that belong to a service"),
    What.FIRST_LEVEL: _("Cases solved in the period by the first level"),
    What.OPEN: _("Cases open at the end of the period"),
    What.DOWN: _("Cases in which the service was down during the period"),
    What.DECIDED: _("Promises decided in the period"),
    What.KEPT: _("Promises kept in the period"),
    What.BROKEN: _("Promises broken in the period"),
    What.STOPPED: _("Clocks that stopped in the period"),
}

UNIT_NAMES: dict[MeasureUnit, Promise] = {
    MeasureUnit.CASES: _("cases"),
    MeasureUnit.PERCENT: _("per cent"),
    MeasureUnit.DURATION: _("hours and minutes"),
    MeasureUnit.HAND_OVERS: _("hand-overs for each case"),
    MeasureUnit.CALLS: _("calls"),
    MeasureUnit.CALLS_PER_CASE: _("calls for each case"),
    MeasureUnit.SECONDS: _("minutes and seconds"),
    MeasureUnit.VALUE: _("the unit of the goal"),
}

BETTER_NAMES: dict[Better, Promise] = {
    Better.HIGHER: _("Higher is better"),
    Better.LOWER: _("Lower is better"),
    Better.NEITHER: _("Neither direction is better"),
}
