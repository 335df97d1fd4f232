"""Facts about runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run came to its end, with or without failures, or was stopped.

    Args:
        run_id: which.
        person_id: whose.
        at: when.
    """

    run_id: int
    person_id: int
    at: datetime
