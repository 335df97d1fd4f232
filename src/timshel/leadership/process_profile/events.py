"""Facts about the profiles of processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ProfileFact:
    """What all facts about profiles tell.

    Args:
        profile_id: which.
        at: when the fact came about.
        by_person_id: who did it, or None for the system.
    """

    profile_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class ProcessReviewed(ProfileFact):
    """Somebody looked whether what is said of a process still holds."""


@dataclass(frozen=True, slots=True)
class ProcessRetired(ProfileFact):
    """Nobody works by the process any more."""
