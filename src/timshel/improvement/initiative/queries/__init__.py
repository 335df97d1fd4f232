"""Improvements and cycles: lists, single ones, notices, summaries, and the figures they promise."""

from __future__ import annotations

from timshel.improvement.initiative.queries.figures import measure_choices, read_figure
from timshel.improvement.initiative.queries.lists import (
    cycle_choices,
    cycle_list,
    improvement_list,
    improvement_summary,
    one_cycle,
    one_improvement,
    own_suggestion,
    own_suggestions,
    readable_improvements,
    told_of,
)
from timshel.improvement.initiative.queries.rows import (
    CycleRow,
    ImprovementRow,
    ImprovementSummary,
    ImprovementView,
    StepRow,
    SuggestionView,
    Told,
    Wanted,
)

__all__ = [
    "CycleRow",
    "ImprovementRow",
    "ImprovementSummary",
    "ImprovementView",
    "StepRow",
    "SuggestionView",
    "Told",
    "Wanted",
    "cycle_choices",
    "cycle_list",
    "improvement_list",
    "improvement_summary",
    "measure_choices",
    "one_cycle",
    "one_improvement",
    "own_suggestion",
    "own_suggestions",
    "read_figure",
    "readable_improvements",
    "told_of",
]
