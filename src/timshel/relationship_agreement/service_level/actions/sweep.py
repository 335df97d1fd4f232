"""The sweep: each warning and each breach is told once, however many workers sweep at once.

A worker claims due clocks with ``FOR UPDATE SKIP LOCKED``, so that no two hold the same one;
it reads each again from the journal before it tells, and notes in the same transaction that it
did. The moment of a breach is the due moment, not that of the sweep.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from timshel.kernel import live
from timshel.kernel.actor import system_actor
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.operation.work.actions import SUBJECT, regions
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.actions.clocks import (
    READ_COLUMNS,
    write_reading,
)
from timshel.relationship_agreement.service_level.events import ClockBreached, ClockWarned
from timshel.relationship_agreement.service_level.models import TO_BREACH, TO_WARN, Clock
from timshel.relationship_agreement.service_level.queries import read_clocks
from timshel.relationship_agreement.service_level.states import STOPPED, ClockKind, ClockState

BATCH = 100
NAME = gettext_noop("Service levels")


def warn_and_breach_due(*, at: datetime, limit: int = 500) -> int:
    """Tell of every clock that is due for its warning or late, each exactly once.

    Args:
        at: now.
        limit: how many clocks to look at before giving other work a turn.

    Returns:
        How many clocks were looked at; as many as ``limit`` means that there may be more.
    """
    seen = 0
    while seen < limit:
        looked_at = _sweep_batch(at=at, size=min(BATCH, limit - seen))
        if looked_at == 0:
            break
        seen += looked_at
    return seen


@transaction.atomic
def _sweep_batch(*, at: datetime, size: int) -> int:
    claimed = _claim(at=at, size=size)
    if not claimed:
        return 0
    readings = read_clocks({row.work_item_id for row in claimed}, at=at, to_the_end=True)
    gone = []
    told: set[int] = set()
    for row in claimed:
        reading = readings.get(row.work_item_id, {}).get(ClockKind(row.kind))
        if reading is None:
            gone.append(row)
            continue
        write_reading(row, reading, at=at)
        if _tell(row, at=at):
            told.add(row.work_item_id)
    kept = [row for row in claimed if row not in gone]
    Clock.objects.bulk_update(kept, READ_COLUMNS)
    Clock.objects.filter(pk__in=[row.pk for row in gone]).delete()
    _announce(told, at=at)
    return len(claimed)


def _claim(*, at: datetime, size: int) -> list[Clock]:
    """Lock clocks that nobody else holds; each of the two queries reads one partial index."""
    late = Clock.objects.filter(TO_BREACH, due_at__lt=at).order_by("due_at", "id")
    claimed = list(late.select_for_update(skip_locked=True)[:size])
    if len(claimed) < size:
        near = Clock.objects.filter(TO_WARN, warn_at__lte=at).order_by("warn_at", "id")
        near = near.exclude(pk__in=[row.pk for row in claimed])
        claimed += near.select_for_update(skip_locked=True)[: size - len(claimed)]
    return claimed


def _tell(row: Clock, *, at: datetime) -> bool:
    """Tell of a breach or a warning that was not told yet; of a breach without a warning first."""
    if row.breached_at is not None:
        if row.breach_announced_at is not None or row.state == ClockState.CANCELLED:
            return False
        row.breach_announced_at = at
        row.warned_at = row.warned_at or at
        _tell_breach(row, row.breached_at, at=at)
        return True
    if row.state != ClockState.RUNNING or row.warned_at is not None:
        return False
    if row.warn_at is None or row.warn_at > at or row.due_at is None:
        return False
    row.warned_at = at
    _tell_warning(row, row.due_at, at=at)
    return True


def _tell_breach(row: Clock, breached_at: datetime, *, at: datetime) -> None:
    kind = ClockKind(row.kind)
    record(
        "service_level.breached",
        subject_kind=SUBJECT,
        subject_id=row.work_item_id,
        changes={
            "clock": (None, kind.value),
            "breached_at": (None, breached_at.isoformat()),
        },
        actor=system_actor(NAME),
        at=at,
    )
    publish(
        ClockBreached(
            work_item_id=row.work_item_id,
            kind=kind,
            breached_at=breached_at,
            is_stopped=ClockState(row.state) in STOPPED,
            at=at,
        )
    )


def _tell_warning(row: Clock, due_at: datetime, *, at: datetime) -> None:
    kind = ClockKind(row.kind)
    record(
        "service_level.warned",
        subject_kind=SUBJECT,
        subject_id=row.work_item_id,
        changes={"clock": (None, kind.value), "due_at": (None, due_at.isoformat())},
        actor=system_actor(NAME),
        at=at,
    )
    publish(ClockWarned(work_item_id=row.work_item_id, kind=kind, due_at=due_at, at=at))


def _announce(work_item_ids: Collection[int], *, at: datetime) -> None:
    if not work_item_ids:
        return
    items: Iterable[WorkItem] = WorkItem.objects.filter(pk__in=list(work_item_ids)).defer("search")
    live.announce({region for item in items for region in regions(item)}, at=at)
