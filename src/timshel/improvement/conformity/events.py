"""What others hear of verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """Somebody judged a question of a standard.

    Args:
        question_id: which question.
        code: by which people know it.
        judgement: what was said of it.
        at: when.
        by_person_id: who, or None for the system.
    """

    question_id: int
    code: str
    judgement: str
    at: datetime
    by_person_id: int | None
