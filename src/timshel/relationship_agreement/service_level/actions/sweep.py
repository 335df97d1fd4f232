"""The sweep: each alert and each breach is told once, however many workers sweep at once.

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
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.models import TO_ALERT, TO_BREACH, Clock
from timshel.relationship_agreement.service_level.queries.readings import Readings, read_clocks
from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.rules.terms import Alert
from timshel.relationship_agreement.service_level.states import STOPPED, ClockKind, ClockState

BATCH = 100
NAME = gettext_noop("Service levels")


def warn_and_breach_due(*, at: datetime, limit: int = 500) -> int:
    """Tell of every clock that is due for an alert or late, each exactly once.

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
        reading = _of_row(row, readings)
        if reading is None:
            gone.append(row)
            continue
        write_reading(row, reading)
        if _tell(row, reading, at=at):
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
        near = Clock.objects.filter(TO_ALERT, alert_at__lte=at).order_by("alert_at", "id")
        near = near.exclude(pk__in=[row.pk for row in claimed])
        claimed += near.select_for_update(skip_locked=True)[: size - len(claimed)]
    return claimed


def _of_row(row: Clock, readings: Readings) -> ClockReading | None:
    for reading in readings.get(row.work_item_id, ()):
        if (reading.kind.value, reading.lap) == (row.kind, row.lap):
            return reading
    return None


def _tell(row: Clock, reading: ClockReading, *, at: datetime) -> bool:
    """Tell of a breach and of alerts that were not told yet; returns whether there were any.

    Once a clock is late, what should have been told before is told no more.
    """
    is_told = False
    if row.breached_at is not None and row.breach_announced_at is None:
        is_told = row.state != ClockState.CANCELLED
        if is_told:
            row.breach_announced_at = at
            _tell_breach(row, row.breached_at, at=at)
    for due in reading.alerts:
        if not due.is_reached or due.alert.key in row.told:
            continue
        row.told = {**row.told, due.alert.key: at.isoformat()}
        is_for_before = due.alert.amount(reading.terms.target) < reading.terms.target
        if reading.breached_at is None or not is_for_before:
            _tell_alert(row, due.alert, reading, at=at)
            is_told = True
    row.alert_at = min(
        (due.at for due in reading.alerts if due.alert.key not in row.told), default=None
    )
    return is_told


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
            lap=row.lap,
            breached_at=breached_at,
            is_stopped=ClockState(row.state) in STOPPED,
            at=at,
        )
    )


def _tell_alert(row: Clock, alert: Alert, reading: ClockReading, *, at: datetime) -> None:
    if reading.due_at is None:
        return
    record(
        "service_level.warned",
        subject_kind=SUBJECT,
        subject_id=row.work_item_id,
        changes={
            "clock": (None, row.kind),
            "due_at": (None, reading.due_at.isoformat()),
            "alert": (None, alert.key),
        },
        actor=system_actor(NAME),
        at=at,
    )
    publish(
        ClockAlerted(
            work_item_id=row.work_item_id,
            kind=ClockKind(row.kind),
            lap=row.lap,
            due_at=reading.due_at,
            key=alert.key,
            recipient=alert.recipient,
            role_code=alert.role_code,
            at_night=alert.at_night,
            at=at,
        )
    )


def _announce(work_item_ids: Collection[int], *, at: datetime) -> None:
    if not work_item_ids:
        return
    items: Iterable[WorkItem] = WorkItem.objects.filter(pk__in=list(work_item_ids)).defer("search")
    live.announce({region for item in items for region in regions(item)}, at=at)
