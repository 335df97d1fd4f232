"""Facts about the issues of the context."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IssueFact:
    """What all facts about issues tell.

    Args:
        number: of the issue.
        state: where it stands from then on.
        at: when.
        by_person_id: who did it, or None for the system.
    """

    number: str
    state: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class IssueOpened(IssueFact):
    """An issue was written down."""


@dataclass(frozen=True, slots=True)
class IssueReviewed(IssueFact):
    """An issue was looked at again; it may stand elsewhere since."""
