"""Choosing indicators, reading them, and putting them together on scorecards."""

from __future__ import annotations

from timshel.performance_evaluation.indicator.actions.choosing import (
    REGION,
    SUBJECT,
    add_indicator,
    change_indicator,
    resume_indicator,
    retire_indicator,
)
from timshel.performance_evaluation.indicator.actions.reading import (
    read_due,
    read_indicator,
    recount_reading,
)
from timshel.performance_evaluation.indicator.actions.scorecards import (
    CARD_SUBJECT,
    add_scorecard,
    change_scorecard,
    remove_scorecard,
)
from timshel.performance_evaluation.indicator.rules import IndicatorContent, ScorecardContent

__all__ = [
    "CARD_SUBJECT",
    "REGION",
    "SUBJECT",
    "IndicatorContent",
    "ScorecardContent",
    "add_indicator",
    "add_scorecard",
    "change_indicator",
    "change_scorecard",
    "read_due",
    "read_indicator",
    "recount_reading",
    "remove_scorecard",
    "resume_indicator",
    "retire_indicator",
]
