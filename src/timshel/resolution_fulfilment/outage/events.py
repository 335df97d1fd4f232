"""Facts about outages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OutageFact:
    """What all facts about outages tell.

    Args:
        work_item_id: the incident.
        number: as people know it.
        at: when.
        by_person_id: who did it, or None for the system itself.
    """

    work_item_id: int
    number: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class OutageDeclared(OutageFact):
    """Everybody is told that something is out of order."""


@dataclass(frozen=True, slots=True)
class OutageChanged(OutageFact):
    """What everybody is told was changed."""


@dataclass(frozen=True, slots=True)
class OutageEnded(OutageFact):
    """Everybody is told no longer, though the incident may be open."""
