"""Facts about competence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LevelConfirmed:
    """A level of somebody counts from now on.

    Args:
        holding_id: which.
        at: when.
        by_person_id: who confirmed it; None for a rule.
    """

    holding_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class PathCompleted:
    """All steps of somebody on a path are signed off.

    Args:
        enrolment_id: whose.
        at: when.
        by_person_id: who signed the last one; None for a rule.
    """

    enrolment_id: int
    at: datetime
    by_person_id: int | None
