"""Measures: what each means, its figures for a subject and periods, and the list behind each."""

from __future__ import annotations

from timshel.performance_evaluation.measurement.queries.charter import (
    PROMISED_MEASURES,
    Reading,
    Readings,
    amount_of,
    behind,
    behind_figure,
    charter_readings,
    subject_choices,
    subject_names,
)
from timshel.performance_evaluation.measurement.queries.figures import (
    Attainment,
    Band,
    Figure,
    Measured,
    backlog_bands,
    figures,
)
from timshel.performance_evaluation.measurement.queries.goals import GoalResult, goal_results
from timshel.performance_evaluation.measurement.queries.lists import (
    CaseLine,
    PromiseLine,
    case_count,
    case_list,
    promise_list,
)
from timshel.performance_evaluation.measurement.queries.months import (
    PeriodFigure,
    monthly_figures,
    period_figures,
)
from timshel.performance_evaluation.measurement.queries.registry import MEASURES, Measure, measure
from timshel.performance_evaluation.measurement.queries.selection import (
    AGE_BANDS,
    ANY_GOAL,
    NO_GOAL,
    AgeBand,
    Selection,
)
from timshel.performance_evaluation.measurement.queries.subjects import (
    Subject,
    SubjectRow,
    everything,
    find_subject,
    sees_everything_of,
    subject_list,
)

__all__ = [
    "AGE_BANDS",
    "ANY_GOAL",
    "MEASURES",
    "NO_GOAL",
    "PROMISED_MEASURES",
    "AgeBand",
    "Attainment",
    "Band",
    "CaseLine",
    "Figure",
    "GoalResult",
    "Measure",
    "Measured",
    "PeriodFigure",
    "PromiseLine",
    "Reading",
    "Readings",
    "Selection",
    "Subject",
    "SubjectRow",
    "amount_of",
    "backlog_bands",
    "behind",
    "behind_figure",
    "case_count",
    "case_list",
    "charter_readings",
    "everything",
    "figures",
    "find_subject",
    "goal_results",
    "measure",
    "monthly_figures",
    "period_figures",
    "promise_list",
    "sees_everything_of",
    "subject_choices",
    "subject_list",
    "subject_names",
]
