"""Facts about service levels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from timshel.relationship_agreement.service_level.states import ClockKind


@dataclass(frozen=True, slots=True)
class ClockWarned:
    """A clock used up the share of its target after which somebody should hear of it.

    Args:
        work_item_id: the work.
        kind: which clock.
        due_at: when the rest will be used up.
        at: when the sweep saw it.
    """

    work_item_id: int
    kind: ClockKind
    due_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class ClockBreached:
    """A promise was broken.

    Args:
        work_item_id: the work.
        kind: which clock.
        breached_at: the exact moment.
        is_stopped: whether the work was answered or resolved meanwhile, only too late.
        at: when the sweep saw it.
    """

    work_item_id: int
    kind: ClockKind
    breached_at: datetime
    is_stopped: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetChanged:
    """Something else is promised from now on for a priority, or nothing any more."""

    kind: ClockKind
    priority: int
    service_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """A calendar has other hours from now on."""

    code: str
    at: datetime
