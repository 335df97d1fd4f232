"""Facts about ratings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkRated:
    """Somebody said how work was.

    Args:
        work_item_id: the work.
        number: as people know it.
        at: when.
        by_person_id: who said it.
        score: from 1, poor, to 5, very good.
    """

    work_item_id: int
    number: str
    at: datetime
    by_person_id: int | None
    score: int


@dataclass(frozen=True, slots=True)
class RatingAnswered:
    """Somebody said to the requester what came of their rating.

    Args:
        work_item_id: the work.
        number: as people know it.
        at: when.
        by_person_id: who answered.
    """

    work_item_id: int
    number: str
    at: datetime
    by_person_id: int | None
