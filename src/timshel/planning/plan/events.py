"""Facts about the service management plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlanProposed:
    """A version of the plan waits to be approved."""

    number: int
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class PlanApproved:
    """A version of the plan holds from then on."""

    number: int
    at: datetime
    by_person_id: int | None
