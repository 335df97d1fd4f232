"""Facts about planned work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlannedWorkFact:
    """What all facts about planned work tell.

    Args:
        planned_work_id: which.
        service_ids: the services it is about.
        at: when the fact came about.
        by_person_id: who did it, or None for the clock.
    """

    planned_work_id: int
    service_ids: tuple[int, ...]
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class WorkPlanned(PlannedWorkFact):
    """Work on services was planned."""


@dataclass(frozen=True, slots=True)
class PlannedWorkChanged(PlannedWorkFact):
    """Its words, services, sites or times were changed; those that left it are named as well."""


@dataclass(frozen=True, slots=True)
class PlannedWorkCancelled(PlannedWorkFact):
    """It will not be done, or no longer."""


@dataclass(frozen=True, slots=True)
class PlannedWorkBegun(PlannedWorkFact):
    """Its time has come."""


@dataclass(frozen=True, slots=True)
class PlannedWorkEnded(PlannedWorkFact):
    """Its time is over, or it was finished early."""
