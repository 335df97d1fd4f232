"""Facts about indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IndicatorFact:
    """What all facts about indicators tell.

    Args:
        indicator_id: which.
        at: when the fact came about.
        by_person_id: who did it, or None for the clock.
    """

    indicator_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class IndicatorRead(IndicatorFact):
    """Periods that are over were read."""


@dataclass(frozen=True, slots=True)
class IndicatorRetired(IndicatorFact):
    """It is read no more."""
