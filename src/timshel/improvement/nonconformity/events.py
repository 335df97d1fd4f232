"""Facts about nonconformities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class NonconformityFact:
    """What all facts about nonconformities tell.

    Args:
        number: by which people know it.
        owner_id: the key of whoever answers for it.
        at: when the fact came about.
        by_person_id: who did it, or None for the clock.
    """

    number: str
    owner_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class NonconformityRaised(NonconformityFact):
    """Something was found that is not as it must be."""


@dataclass(frozen=True, slots=True)
class NonconformityMoved(NonconformityFact):
    """It went a step further, or back."""


@dataclass(frozen=True, slots=True)
class NonconformityOverdue(NonconformityFact):
    """Its day is over and it has not ended; told once for each day it was given."""
