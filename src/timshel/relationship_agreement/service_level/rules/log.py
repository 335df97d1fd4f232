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

READ_FIELDS = ("stage", "waiting_reason", "priority", "service", "service_id", "response")
"""The fields of an entry that a clock reads; entries without any of them mean nothing to it."""


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
    service = changes.get("service") or changes.get("service_id")
    is_opening = stage is not None and stage[0] is None
    if is_opening:
        yield Opened(at, changes["priority"][1], _key(service[1]) if service else None)
    else:
        if "priority" in changes:
            yield PriorityChanged(at, changes["priority"][1])
        if service:
            yield ServiceChanged(at, _key(service[1]))
    if changes.get("response", (None, False))[1]:
        yield Answered(at)
    yield from _stage_events(at, stage, changes.get("waiting_reason"))


def _stage_events(
    at: datetime, stage: list[Any] | None, reason: list[Any] | None
) -> Iterator[StageChanged]:
    """Yield the change of the stage, or of what is waited for in the same stage."""
    waits_for = reason[1] if reason else None
    if stage is not None:
        yield StageChanged(at, PHASES[stage[1]], waits_for)
    elif waits_for is not None:
        yield StageChanged(at, Phase.WAITING, waits_for)


def _key(value: Any) -> int | None:
    """Return the key of a row that the journal names by itself or with what it was called."""
    found = value["id"] if isinstance(value, Mapping) else value
    return None if found is None else int(found)
