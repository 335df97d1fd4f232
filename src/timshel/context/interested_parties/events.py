"""Facts about interested parties."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PartyReviewed:
    """An interested party and its needs were looked at again."""

    code: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class NeedJudged:
    """It was said how far a need is met, for the first time or otherwise than before."""

    party: str
    number: str
    standing: str
    at: datetime
    by_person_id: int | None
