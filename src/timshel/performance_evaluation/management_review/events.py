"""Facts about management reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ReviewMoved:
    """A management review was planned or reached its next state.

    Args:
        number: of the review.
        state: where it stands now.
        at: when.
        by_person_id: who did it, or None for the system.
    """

    number: str
    state: str
    at: datetime
    by_person_id: int | None
