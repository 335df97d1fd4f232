"""Facts about meetings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MeetingFact:
    """What all facts about a meeting tell.

    Args:
        number: of the meeting.
        at: when the fact came about.
        by_person_id: who did it, or None for the system.
    """

    number: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class MeetingCalled(MeetingFact):
    """A meeting was called."""


@dataclass(frozen=True, slots=True)
class MeetingChanged(MeetingFact):
    """Its title, times, place, chair or invitations were changed."""


@dataclass(frozen=True, slots=True)
class MeetingCancelled(MeetingFact):
    """It will not take place."""


@dataclass(frozen=True, slots=True)
class MeetingHeld(MeetingFact):
    """It took place; its agenda is frozen."""


@dataclass(frozen=True, slots=True)
class MinutesApproved(MeetingFact):
    """Its chair approved the minutes; nothing of it changes any more."""
