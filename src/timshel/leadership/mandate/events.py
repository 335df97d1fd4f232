"""Facts about mandates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MandateFact:
    """What all facts about mandates tell.

    Args:
        mandate_id: which.
        number: the name by which people call it.
        at: when the fact came about.
        by_person_id: who did it, or None for a rule.
    """

    mandate_id: int
    number: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class MandatePutInForce(MandateFact):
    """Somebody may approve something from now on."""


@dataclass(frozen=True, slots=True)
class MandateEnded(MandateFact):
    """Nobody approves anything under it any more."""
