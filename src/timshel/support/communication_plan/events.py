"""Facts about what comes back to a communication."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedbackReceived:
    """Somebody said something to a communication.

    Args:
        feedback_id: what.
        at: when.
        by_person_id: who wrote it down, or None for the system.
    """

    feedback_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class FeedbackSettled:
    """What somebody said was answered or noted.

    Args:
        feedback_id: what.
        at: when.
        by_person_id: who did it, or None for the system.
    """

    feedback_id: int
    at: datetime
    by_person_id: int | None
