"""Reading the clocks of work from its journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Func, JSONField
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import JSONObject

from timshel.kernel.journal.models import Entry
from timshel.kernel.journal.queries import UNDONE, standing
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.queries.book import Promises, promises
from timshel.relationship_agreement.service_level.rules.clock import (
    ClockReading,
    read_life,
    whole_life,
)
from timshel.relationship_agreement.service_level.rules.happenings import (
    ClockEvent,
    Facts,
    FactsChanged,
    Opened,
)
from timshel.relationship_agreement.service_level.rules.life import Stay
from timshel.relationship_agreement.service_level.rules.log import (
    READ_FIELDS,
    Row,
    clock_events,
)

# One value, since each that is taken from the database costs more than what it holds.
READ_CHANGES = Func(
    JSONObject(**{field: KeyTransform(field, "changes") for field in (*READ_FIELDS, UNDONE)}),
    function="jsonb_strip_nulls",
    template="%(function)s((%(expressions)s)::jsonb)",
    output_field=JSONField(),
)

Readings = Mapping[int, tuple[ClockReading, ...]]


def read_clocks(
    work_item_ids: Collection[int],
    *,
    at: datetime,
    to_the_end: bool = False,
    by: Promises | None = None,
) -> dict[int, tuple[ClockReading, ...]]:
    """Read all laps of all clocks of several pieces of work from their journals, in three queries.

    Args:
        work_item_ids: their keys.
        at: the moment of the readings.
        to_the_end: read later where the journal goes on after ``at``; of two changes at once,
            the one that is written second may be dated first.
        by: what is promised, where it is not what is in force, such as a draft to be tried.

    Returns:
        For each key the readings, by kind and lap; where nothing is promised there is none.
    """
    logs = clock_logs(work_item_ids)
    promised = by or promises_about(logs.values())
    return {
        key: _readings(_life(log, promised, at=_end_of(log, at) if to_the_end else at), promised)
        for key, log in logs.items()
    }


@dataclass(frozen=True, slots=True)
class WorkLife:
    """One piece of work as its clocks see it.

    Args:
        life: from the opening to the moment of the reading; empty before the opening.
        readings: of all laps of all clocks.
        promised: what is promised, as it was read.
    """

    life: tuple[Stay, ...]
    readings: tuple[ClockReading, ...]
    promised: Promises


def work_life(work_item_id: int, *, at: datetime) -> WorkLife:
    """Return the life of one piece of work with all readings of its clocks, in three queries.

    Args:
        work_item_id: its key; the caller has asked whether the reader may see it.
        at: the moment of the readings; it may lie in the past.
    """
    logs = clock_logs([work_item_id])
    promised = promises_about(logs.values())
    life = _life(logs.get(work_item_id, ()), promised, at=at)
    return WorkLife(life, _readings(life, promised), promised)


def promises_about(logs: Collection[tuple[ClockEvent, ...]]) -> Promises:
    """Return what is promised, known for everybody whom the logs name."""
    return promises(unit_ids=_named(logs, "unit_id"), customer_ids=_named(logs, "customer_id"))


def clock_logs(work_item_ids: Collection[int]) -> dict[int, tuple[ClockEvent, ...]]:
    """Return what happened to several pieces of work, as clocks read it, in two queries.

    Work that is not journalled yet was just opened as it stands.
    """
    keys = list(work_item_ids)
    items = WorkItem.objects.filter(pk__in=keys).values_list(*_ItemRow._fields)
    entries: dict[int, list[_LogRow]] = defaultdict(list)
    # Only the fields that a clock reads are fetched: an opening holds whole descriptions.
    rows = (
        Entry.objects.filter(
            subject_kind=SUBJECT,
            subject_id__in=keys,
            changes__has_any_keys=[*READ_FIELDS, UNDONE],
        )
        .order_by("version", "at", "id")
        .values_list("subject_id", "at", "version", READ_CHANGES)
    )
    for subject_id, moment, version, changes in rows:
        entries[subject_id].append(_LogRow(moment, version, changes))
    return {row.pk: _log(row, entries[row.pk]) for row in map(_ItemRow._make, items)}


class _ItemRow(NamedTuple):
    pk: int
    kind: str
    opened_at: datetime
    priority: int
    service_id: int | None
    unit_id: int | None
    customer_id: int | None
    team_id: int | None


@dataclass(frozen=True, slots=True)
class _LogRow:
    at: datetime
    version: int | None
    changes: Mapping[str, list[Any]]


def _log(row: _ItemRow, entries: Iterable[_LogRow]) -> tuple[ClockEvent, ...]:
    """Return the log of one piece of work; what was taken back has not happened to its clocks."""
    events = clock_events(
        standing(entries),
        row=Row(process=row.kind, unit_id=row.unit_id, customer_id=row.customer_id),
    )
    if any(isinstance(each, Opened) for each in events):
        return events
    facts = Facts(
        priority=row.priority,
        process=row.kind,
        service_id=row.service_id,
        customer_id=row.customer_id,
        unit_id=row.unit_id,
    )
    return (Opened(row.opened_at, facts, team_id=row.team_id), *events)


def _end_of(log: tuple[ClockEvent, ...], at: datetime) -> datetime:
    return max(at, *(each.at for each in log))


def _life(log: tuple[ClockEvent, ...], promised: Promises, *, at: datetime) -> tuple[Stay, ...]:
    return whole_life(log, book=promised.book, waiting=promised.waiting, at=at)


def _readings(life: tuple[Stay, ...], promised: Promises) -> tuple[ClockReading, ...]:
    return tuple(
        reading
        for kind in promised.book.kinds
        for reading in read_life(life, kind=kind, book=promised.book, waiting=promised.waiting)
    )


def _named(logs: Iterable[tuple[ClockEvent, ...]], fact: str) -> set[int]:
    """Return the keys that the logs name for a fact."""
    found: set[int | None] = set()
    for log in logs:
        for event in log:
            if isinstance(event, Opened):
                found.add(getattr(event.facts, fact))
            elif isinstance(event, FactsChanged):
                found.add(event.changes.get(fact))
    return {key for key in found if key is not None}
