"""Whether a desk is there now, and when that changes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.kernel.calendar import BusinessCalendar, NeverOpen

HORIZON = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether hours are open at a moment.

    Args:
        is_open: whether they are.
        changes_at: when they close or open next; None where that is more than a week off, as
            around the clock, or never comes.
    """

    is_open: bool
    changes_at: datetime | None


def opening(hours: BusinessCalendar, at: datetime) -> Opening:
    """Return whether hours are open at a moment, and until when that stays so."""
    if hours.is_open(at):
        _start, end = hours.intervals(at, at + HORIZON)[0]
        return Opening(is_open=True, changes_at=end if end < at + HORIZON else None)
    try:
        return Opening(is_open=False, changes_at=hours.next_opening(at))
    except NeverOpen:
        return Opening(is_open=False, changes_at=None)
