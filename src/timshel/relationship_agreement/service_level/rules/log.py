"""From the journal of a piece of work to the log that its clocks read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from timshel.operation.work.states import Stage
from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    Facts,
    FactsChanged,
    HandedOver,
    Opened,
    OwnTarget,
    Phase,
    RequesterWrote,
    StageChanged,
    TakenUp,
)
from timshel.relationship_agreement.service_level.states import DurationUnit

PHASES: Mapping[str, Phase] = {
    Stage.NEW: Phase.ACTIVE,
    Stage.IN_PROGRESS: Phase.ACTIVE,
    Stage.WAITING: Phase.WAITING,
    Stage.RESOLVED: Phase.DONE,
    Stage.CLOSED: Phase.DONE,
    Stage.CANCELLED: Phase.CANCELLED,
}

FACTS = {
    "service": "service_id",
    "offering": "offering_id",
    "customer": "customer_id",
    "unit": "unit_id",
}
"""The fields of an entry that name what the choice of an agreement depends on."""

READ_FIELDS = (
    "stage",
    "waiting_reason",
    "supplier",
    "priority",
    "team",
    "response",
    "taken_up",
    "audience",
    "target",
    *FACTS,
)
"""The fields of an entry that a clock reads; entries without any of them mean nothing to it."""

PUBLIC = "public"


class LoggedChange(Protocol):
    """What of a journal entry a clock reads."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def changes(self) -> Mapping[str, list[Any]]:
        """For each field the old and the new value."""


@dataclass(frozen=True, slots=True)
class Row:
    """What the row of the work itself says; it fills in what an opening was not journalled with."""

    process: str
    unit_id: int | None
    customer_id: int | None


def clock_events(entries: Iterable[LoggedChange], *, row: Row) -> tuple[ClockEvent, ...]:
    """Return the log of the clocks of one piece of work.

    Args:
        entries: its journal, oldest first. The opening is the entry in which the stage changes
            from nothing, and ``target`` in it a promise of the work's own; ``response`` becoming
            true is a public answer by a helper, another public entry is the requester's;
            ``taken_up`` becoming true says that a helper began with a part of it.
        row: of the work.
    """
    return tuple(event for entry in entries for event in _events(entry.at, entry.changes, row))


def _events(at: datetime, changes: Mapping[str, list[Any]], row: Row) -> Iterator[ClockEvent]:
    """Yield what one entry says; what was promised changes before a stage that it stops under."""
    stage = changes.get("stage")
    if stage is not None and stage[0] is None:
        yield _opening(at, changes, row)
    else:
        facts = _facts(changes)
        if "priority" in changes:
            facts["priority"] = changes["priority"][1]
        if facts:
            yield FactsChanged(at, facts)
        if "team" in changes:
            yield HandedOver(at, _key(changes["team"][1]))
    if changes.get("taken_up", (None, False))[1]:
        yield TakenUp(at)
    if changes.get("response", (None, False))[1]:
        yield Answered(at)
    elif changes.get("audience", (None, ""))[1] == PUBLIC:
        yield RequesterWrote(at)
    yield from _stage_events(at, stage, changes)


def _opening(at: datetime, changes: Mapping[str, list[Any]], row: Row) -> Opened:
    facts = {"unit_id": row.unit_id, "customer_id": row.customer_id, **_facts(changes)}
    team = changes.get("team")
    return Opened(
        at,
        Facts(
            priority=changes["priority"][1],
            process=row.process,
            target=_target(changes.get("target")),
            **facts,
        ),
        team_id=_key(team[1]) if team else None,
    )


def _target(change: list[Any] | None) -> OwnTarget | None:
    """Return the promise that an opening states, or None."""
    stated = change[1] if change else None
    return OwnTarget(int(stated["amount"]), DurationUnit(stated["unit"])) if stated else None


def _facts(changes: Mapping[str, list[Any]]) -> dict[str, int | None]:
    return {name: _key(changes[field][1]) for field, name in FACTS.items() if field in changes}


def _stage_events(
    at: datetime, stage: list[Any] | None, changes: Mapping[str, list[Any]]
) -> Iterator[StageChanged]:
    """Yield the change of the stage, or of what is waited for in the same stage."""
    reason, supplier = changes.get("waiting_reason"), changes.get("supplier")
    waits_for = reason[1] if reason else None
    supplier_id = _key(supplier[1]) if supplier else None
    if stage is not None:
        yield StageChanged(at, PHASES[stage[1]], waits_for, supplier_id)
    elif waits_for is not None:
        yield StageChanged(at, Phase.WAITING, waits_for, supplier_id)


def _key(value: Any) -> int | None:
    """Return the key of a row that the journal names by itself or with what it was called."""
    found = value["id"] if isinstance(value, Mapping) else value
    return None if found is None else int(found)
