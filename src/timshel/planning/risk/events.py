"""Facts about risks and opportunities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RiskFact:
    """What all facts about risks tell.

    Args:
        risk_id: which.
        number: the name by which people call it.
        owner_id: the key of the person who answers for it.
        at: when the fact came about.
        by_person_id: who did it, or None for a rule.
    """

    risk_id: int
    number: str
    owner_id: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class RiskIdentified(RiskFact):
    """A risk or an opportunity was written down."""


@dataclass(frozen=True, slots=True)
class RiskChanged(RiskFact):
    """What is said of it, its level, its treatment or its state changed."""


@dataclass(frozen=True, slots=True)
class RiskOccurred(RiskFact):
    """What was feared or hoped for has happened.

    Args:
        title: of the risk.
        is_opportunity: it was hoped for.
        occurred_on: on which day.
        what: what happened.
    """

    title: str
    is_opportunity: bool
    occurred_on: date
    what: str
