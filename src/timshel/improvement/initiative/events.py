"""Facts about improvements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ImprovementMoved:
    """An improvement took a step.

    Args:
        improvement_id: which.
        step_id: what was said of it.
        at: when.
        by_person_id: who did it, or None for the system.
    """

    improvement_id: int
    step_id: int
    at: datetime
    by_person_id: int | None
