"""Facts about objectives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ObjectiveFact:
    """What all facts about objectives tell.

    Args:
        objective_id: which.
        at: when the fact came about.
        by_person_id: who did it, or None for the clock.
    """

    objective_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class ObjectiveAgreed(ObjectiveFact):
    """What is to be reached until when is agreed."""


@dataclass(frozen=True, slots=True)
class ObjectiveEnded(ObjectiveFact):
    """It was met, missed or dropped."""
