"""The proof that the stored clocks equal what the journal says: read again, compared, not written.

A clock that runs goes on after it was stored. So what is stored is compared with what the same
reading said at the moment at which it was stored; what was told of a clock is no reading at all,
and is left aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.readings import read_clocks
from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.rules.terms import NOTHING
from timshel.relationship_agreement.service_level.states import RUNS, ClockState

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class ClockDifference:
    """A stored clock that differs from its reading.

    Args:
        number: of the work.
        kind: which clock.
        lap: which run of it.
        stored: by column what is stored; nothing where the clock is missing.
        read: by column what the journal says; nothing where no such clock is promised.
    """

    number: str
    kind: str
    lap: int
    stored: Mapping[str, Any]
    read: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing a batch: the last key, how many clocks, and which differ."""

    key: int
    work_items: int
    clocks: int
    differences: tuple[ClockDifference, ...]


def work_count() -> int:
    """Return how many pieces of work there are."""
    return WorkItem.objects.count()


def compare_after(key: int, *, at: datetime) -> Compared | None:
    """Compare the stored clocks of the next batch of work with their readings.

    Args:
        key: go on after this piece of work; 0 to begin.
        at: now.

    Returns:
        What came of it, or None if there was nothing left.
    """
    items = WorkItem.objects.filter(pk__gt=key).order_by("pk").values_list("pk", "number")
    numbers = dict(items[:BATCH])
    if not numbers:
        return None
    stored: dict[int, dict[tuple[str, int], Clock]] = defaultdict(dict)
    clocks = 0
    for row in Clock.objects.filter(work_item_id__in=list(numbers)):
        stored[row.work_item_id][row.kind, row.lap] = row
        clocks += 1
    found: list[ClockDifference] = []
    for item, readings in read_clocks(list(numbers), at=at, to_the_end=True).items():
        found += _of_work(numbers[item], stored[item], readings)
    return Compared(max(numbers), len(numbers), clocks, tuple(found))


def _of_work(
    number: str, rows: dict[tuple[str, int], Clock], readings: tuple[ClockReading, ...]
) -> Iterator[ClockDifference]:
    left = dict(rows)
    for reading in readings:
        kind, lap = reading.kind.value, reading.lap
        row = left.pop((kind, lap), None)
        if row is None:
            yield ClockDifference(number, kind, lap, {}, {"state": reading.state.value})
            continue
        said, says = _stored(row), _read(reading, row)
        different = [name for name in says if said[name] != says[name]]
        if different:
            yield ClockDifference(
                number,
                kind,
                lap,
                {name: said[name] for name in different},
                {name: says[name] for name in different},
            )
    for (kind, lap), row in left.items():
        yield ClockDifference(number, kind, lap, {"state": row.state}, {})


COLUMNS = (
    "is_current",
    "started_at",
    "state",
    "target",
    "attainment_percent",
    "agreement_id",
    "calendar_id",
    "team_id",
    "supplier_id",
    "elapsed",
    "due_at",
    "breached_at",
    "stopped_at",
    "paused_since",
    "paused_reason",
)


def _stored(row: Clock) -> dict[str, Any]:
    said = {name: getattr(row, name) for name in COLUMNS}
    percent = row.attainment_percent
    return {**said, "attainment_percent": None if percent is None else float(percent)}


def _read(reading: ClockReading, row: Clock) -> dict[str, Any]:
    """Return what the reading said at the moment at which the row was stored."""
    terms, holder = reading.terms, reading.holder
    state, elapsed, breached_at = reading.state, reading.elapsed, reading.breached_at
    if state in RUNS and row.read_at <= reading.read_at:
        elapsed -= _since(reading, row.read_at)
        if breached_at is not None and row.read_at <= breached_at:
            state, breached_at = ClockState.RUNNING, None
    return {
        "is_current": reading.is_current,
        "started_at": reading.started_at,
        "state": state.value,
        "target": terms.target,
        "attainment_percent": terms.attainment_percent,
        "agreement_id": terms.agreement_id,
        "calendar_id": terms.calendar_id,
        "team_id": holder.team_id if holder else None,
        "supplier_id": holder.supplier_id if holder else None,
        "elapsed": elapsed,
        "due_at": reading.due_at,
        "breached_at": breached_at,
        "stopped_at": reading.stopped_at,
        "paused_since": reading.paused_since,
        "paused_reason": reading.paused_reason,
    }


def _since(reading: ClockReading, moment: datetime) -> timedelta:
    """Return what a running clock counted since a moment of its last span."""
    if reading.read_at < moment:
        return NOTHING
    return reading.terms.calendar.working_time(moment, reading.read_at)
