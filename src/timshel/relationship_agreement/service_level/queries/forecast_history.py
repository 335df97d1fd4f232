"""What the forecast learns from: every clock of the recent history, looked at along its life."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from timshel.kernel.journal.models import Entry
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.models import OPEN, WorkItem
from timshel.relationship_agreement.service_level.queries.book import Promises
from timshel.relationship_agreement.service_level.queries.readings import (
    clock_logs,
    promises_about,
)
from timshel.relationship_agreement.service_level.rules.clock import (
    ClockReading,
    read_life,
    whole_life,
)
from timshel.relationship_agreement.service_level.rules.happenings import ClockEvent
from timshel.relationship_agreement.service_level.rules.life import Stay
from timshel.relationship_agreement.service_level.rules.snapshots import (
    Backlog,
    Snapshot,
    Standing,
    Taken,
    features,
    holdings,
    moments_of,
    snapshot,
    until,
)
from timshel.relationship_agreement.service_level.states import STOPPED, ClockKind, ClockState

# Enough for weights of hundreds of teams and services; more would only make the nightly learning
# longer, and older habits tell less about today.
MOST_CASES = 20_000
BATCH = 1_000

Held = tuple[int, datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class HistoricClock:
    """A clock of which the outcome is known, and what it looked like before it was.

    Args:
        started_at: when its lap began.
        known_at: when the outcome was known: it broke, or was stopped in time.
        is_broken: the outcome.
        looks: what it looked like at several moments before that, as features.
    """

    started_at: datetime
    known_at: datetime
    is_broken: bool
    looks: tuple[Mapping[str, float], ...]


@dataclass
class _Material:
    """What is gathered from the journals, before the backlog of all of it is known."""

    clocks: dict[ClockKind, list[tuple[ClockReading, tuple[Snapshot, ...]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    held: list[Held] = field(default_factory=list)


def clock_history(
    *, at: datetime, most: int = MOST_CASES
) -> Mapping[ClockKind, tuple[HistoricClock, ...]]:
    """Return the clocks of the newest work whose outcome is known, oldest first.

    Args:
        at: now; what happened later is not looked at.
        most: how many pieces of work to look at.
    """
    opened = WorkItem.objects.filter(opened_at__lte=at).order_by("-opened_at", "-id")
    newest = list(opened.values_list("pk", "opened_at")[:most])
    material = _Material()
    _gather(sorted(key for key, _moment in newest), material, at=at, looks=True)
    if newest:
        since = newest[-1][1]
        # Older work that was still open then was part of the teams' backlog.
        older = opened.filter(Q(updated_at__gte=since) | OPEN).exclude(
            pk__in=[key for key, _moment in newest]
        )
        _gather(list(older.values_list("pk", flat=True)), material, at=at, looks=False)
    backlog = Backlog(material.held)
    return {
        kind: tuple(sorted(_historic(rows, backlog), key=lambda each: each.started_at))
        for kind, rows in material.clocks.items()
    }


def hands(work_item_ids: Collection[int]) -> Mapping[int, tuple[Taken, ...]]:
    """Return who had several pieces of work, oldest first, in one query."""
    rows = (
        Entry.objects.filter(
            subject_kind=SUBJECT, subject_id__in=list(work_item_ids), changes__has_key="assignee"
        )
        .order_by("version", "at", "id")
        .values_list("subject_id", "at", "changes__assignee")
    )
    found: dict[int, list[Taken]] = defaultdict(list)
    for key, moment, (_before, after) in rows:
        found[key].append(Taken(moment, int(after["id"]) if after else None))
    return {key: tuple(each) for key, each in found.items()}


def standing_of(reading: ClockReading) -> Standing:
    """Return what a reading says of its clock, as a snapshot takes it."""
    return Standing(
        started_at=reading.started_at,
        elapsed=reading.elapsed,
        target=reading.terms.target,
        zone=reading.terms.calendar.zone,
    )


def looks_at(
    life: Sequence[Stay], reading: ClockReading, taken: Sequence[Taken], *, promised: Promises
) -> Iterator[Snapshot]:
    """Yield what a historic clock looked like along its life, until its outcome was known.

    Args:
        life: of the work, as far as it is known.
        reading: what the clock says at the end of it.
        taken: who had the work.
        promised: what was promised.
    """
    for moment in moments_of(reading.spans, before=_known_at(reading)):
        known = until(life, moment)
        laps = read_life(known, kind=reading.kind, book=promised.book, waiting=promised.waiting)
        then = next((each for each in laps if each.lap == reading.lap), None)
        if then is not None and then.breached_at is None and then.state not in STOPPED:
            yield snapshot(known, standing_of(then), taken)


def _gather(keys: list[int], material: _Material, *, at: datetime, looks: bool) -> None:
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        logs = clock_logs(batch)
        taken = hands(batch) if looks else {}
        promised = promises_about(logs.values())
        for key, log in logs.items():
            life = _life(log, promised, at=at)
            material.held.extend(holdings(life))
            if looks and life:
                _look(life, taken.get(key, ()), promised, material)


def _life(log: tuple[ClockEvent, ...], promised: Promises, *, at: datetime) -> tuple[Stay, ...]:
    return whole_life(log, book=promised.book, waiting=promised.waiting, at=at)


def _look(
    life: tuple[Stay, ...], taken: Sequence[Taken], promised: Promises, material: _Material
) -> None:
    for kind in ClockKind:
        for reading in read_life(life, kind=kind, book=promised.book, waiting=promised.waiting):
            if _is_known(reading):
                found = tuple(looks_at(life, reading, taken, promised=promised))
                material.clocks[kind].append((reading, found))


def _is_known(reading: ClockReading) -> bool:
    return reading.breached_at is not None or reading.state is ClockState.MET


def _known_at(reading: ClockReading) -> datetime:
    return reading.breached_at or reading.stopped_at or reading.read_at


def _historic(
    rows: Sequence[tuple[ClockReading, tuple[Snapshot, ...]]], backlog: Backlog
) -> Iterator[HistoricClock]:
    for reading, found in rows:
        if not found:
            continue
        yield HistoricClock(
            started_at=reading.started_at,
            known_at=_known_at(reading),
            is_broken=reading.breached_at is not None,
            looks=tuple(
                features(each, backlog=backlog.open_at(each.team_id, each.at)) for each in found
            ),
        )
