"""What clocks say, for pages, lists and the interface; and why."""

from __future__ import annotations

from timshel.relationship_agreement.service_level.queries.clocks import (
    ClockMark,
    ClockView,
    clock_laps,
    clock_marks,
    clocks_for,
    clocks_of,
)
from timshel.relationship_agreement.service_level.queries.explanation import (
    ClockExplanation,
    explain_clock,
)
from timshel.relationship_agreement.service_level.queries.readings import read_clocks

__all__ = [
    "ClockExplanation",
    "ClockMark",
    "ClockView",
    "clock_laps",
    "clock_marks",
    "clocks_for",
    "clocks_of",
    "explain_clock",
    "read_clocks",
]
