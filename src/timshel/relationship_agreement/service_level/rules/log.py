"""From the journal of a piece of work to the log that its clocks read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from timshel.operation.work.states import Stage
from timshel.relationship_agreement.service_level.rules.clock import (
    Answered,
    ClockEvent,
    Opened,
    Phase,
    PriorityChanged,
    ServiceChanged,
    StageChanged,
)

PHASES: Mapping[str, Phase] = {
    Stage.NEW: Phase.ACTIVE,
    Stage.IN_PROGRESS: Phase.ACTIVE,
    Stage.WAITING: Phase.WAITING,
    Stage.RESOLVED: Phase.DONE,
    Stage.CLOSED: Phase.DONE,
    Stage.CANCELLED: Phase.CANCELLED,
}


class LoggedChange(Protocol):
    """What of a journal entry a clock reads."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def changes(self) -> Mapping[str, list[Any]]:
        """For each field the old and the new value."""


def clock_events(entries: Iterable[LoggedChange]) -> tuple[ClockEvent, ...]:
    """Return the log of the clocks of one piece of work.

    Args:
        entries: its journal, oldest first. The opening is the entry in which the stage changes
            from nothing; ``stage``, ``waiting_reason``, ``priority`` and ``service`` are read
            from the changes, and ``response`` becoming true is a public answer by an agent.
    """
    return tuple(event for entry in entries for event in _events(entry.at, entry.changes))


def _events(at: datetime, changes: Mapping[str, list[Any]]) -> Iterator[ClockEvent]:
    """Yield what one entry says; what was promised changes before a stage that it stops under."""
    stage = changes.get("stage")
    is_opening = stage is not None and stage[0] is None
    if is_opening:
        yield Opened(at, changes["priority"][1], changes.get("service", (None, None))[1])
    else:
        if "priority" in changes:
            yield PriorityChanged(at, changes["priority"][1])
        if "service" in changes:
            yield ServiceChanged(at, changes["service"][1])
    if changes.get("response", (None, False))[1]:
        yield Answered(at)
    reason = changes.get("waiting_reason", (None, None))[1]
    if stage is not None:
        if not is_opening or PHASES[stage[1]] is not Phase.ACTIVE:
            yield StageChanged(at, PHASES[stage[1]], reason)
    elif reason is not None:
        yield StageChanged(at, Phase.WAITING, reason)
