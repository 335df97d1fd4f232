"""Keeping the stored readings true: after each change of the work, or in bulk.

Nothing here decides anything: the readings come from the journal by a pure function, and these
functions write them down. They ask for no right, because the change that calls them has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from django.db import connection, transaction

from timshel.kernel.copying import copy_in, copy_over
from timshel.operation.work import clocks
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.readings import Readings, read_clocks
from timshel.relationship_agreement.service_level.rules.clock import ClockReading, next_due_at

BATCH = 1_000
MANY = 100  # rows, from which on a table in passing is worth its making
BOOK_LOCK = 20_000_003  # any number that nothing else locks by
READ_COLUMNS = (
    "is_current",
    "started_at",
    "state",
    "target",
    "attainment_percent",
    "agreement",
    "calendar",
    "team",
    "supplier",
    "elapsed",
    "read_at",
    "due_at",
    "alert_at",
    "told",
    "breached_at",
    "breach_announced_at",
    "stopped_at",
    "paused_since",
    "paused_reason",
)


def start_clocks(work_item: WorkItem, *, at: datetime) -> None:
    """Start the clocks of work that was just opened, in the transaction of the opening.

    Args:
        work_item: saved; whether its opening is journalled already makes no difference.
        at: when it was opened.
    """
    refresh_clocks(work_item, at=at)


@transaction.atomic
def refresh_clocks(work_item: WorkItem, *, at: datetime) -> None:
    """Read the clocks of one piece of work again, in the transaction of the change.

    Args:
        work_item: locked by the caller, its change journalled; ``next_due_at`` is set on it too.
        at: the moment of the change.
    """
    if clocks.is_put_off(work_item):
        return
    _hold_book()
    readings = read_clocks([work_item.pk], at=at, to_the_end=True)
    store_readings(readings, at=at, announce=True)
    work_item.next_due_at = next_due_at(readings[work_item.pk])


def refresh_many(work_item_ids: Iterable[int], *, at: datetime, announce: bool = False) -> int:
    """Read the clocks of much work again, a thousand pieces to a transaction and a few queries.

    Args:
        work_item_ids: their keys.
        at: the moment of the readings.
        announce: whether the sweep is to tell of what is late already. Loading a history or
            rebuilding tells nobody; changing a promise does.

    Returns:
        How many pieces of work were read.
    """
    keys = sorted(set(work_item_ids))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic():
            batch = keys[start : start + BATCH]
            _hold_book()
            # Changes of work lock the work first and its clocks second; so does this.
            locked = WorkItem.objects.filter(pk__in=batch).order_by("pk").only("pk")
            batch = [item.pk for item in locked.select_for_update(no_key=True)]
            readings = read_clocks(batch, at=at, to_the_end=True)
            store_readings(readings, at=at, announce=announce)
    return len(keys)


def _hold_book() -> None:
    """Keep the book as it is until this transaction ends; many may hold it at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [BOOK_LOCK])


def store_readings(readings: Readings, *, at: datetime, announce: bool) -> None:
    """Write readings down as the clocks of their work, in the caller's transaction.

    Args:
        readings: for each piece of work all its readings.
        at: their moment.
        announce: whether the sweep is to tell of what is late or nearly so already.
    """
    stored = {
        (row.work_item_id, row.kind, row.lap): row
        for row in Clock.objects.select_for_update()
        .filter(work_item_id__in=list(readings))
        .order_by("work_item_id", "kind", "lap")
    }
    rows = []
    for work_item_id, laps in readings.items():
        for reading in laps:
            row = stored.pop((work_item_id, reading.kind.value, reading.lap), None) or Clock(
                work_item_id=work_item_id, kind=reading.kind.value, lap=reading.lap
            )
            before = _said(row)
            if not announce:
                _mark_as_told(row, reading, at=at)
            write_reading(row, reading)
            if row.pk is None or _said(row) != before:
                rows.append(row)
    _write(rows)
    if stored:
        # Nothing is promised for these any more.
        Clock.objects.filter(pk__in=[row.pk for row in stored.values()]).delete()
    _store_next_due(readings)


# What a row says, but for the moment at which it was read: where nothing else differs, what was
# written then says the same.
_said = attrgetter(
    *(
        f"{name}_id" if name in {"agreement", "calendar", "team", "supplier"} else name
        for name in READ_COLUMNS
        if name != "read_at"
    )
)


def _write(rows: Sequence[Clock]) -> None:
    """Write rows that are new or differ; many of them by COPY, which costs a third."""
    if len(rows) >= MANY:
        copy_in([row for row in rows if row.pk is None])
        copy_over([row for row in rows if row.pk is not None], READ_COLUMNS)
        return
    Clock.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["work_item", "kind", "lap"],
        update_fields=READ_COLUMNS,
    )


def write_reading(row: Clock, reading: ClockReading) -> None:
    """Set the columns of a clock to what a reading says.

    What the sweep told already stays told, unless it was about another deadline: an alert whose
    moment lies ahead again, or a breach at another moment, is told anew.
    """
    if row.breached_at != reading.breached_at:
        row.breach_announced_at = None
    ahead = {due.alert.key for due in reading.alerts if not due.is_reached}
    row.told = {key: moment for key, moment in row.told.items() if key not in ahead}
    row.alert_at = min(
        (due.at for due in reading.alerts if due.alert.key not in row.told), default=None
    )
    row.is_current = reading.is_current
    row.started_at = reading.started_at
    row.state = reading.state.value
    row.target = reading.terms.target
    row.attainment_percent = _decimal(reading.terms.attainment_percent)
    row.agreement_id = _required(reading.terms.agreement_id)
    row.calendar_id = _required(reading.terms.calendar_id)
    row.team_id = reading.holder.team_id if reading.holder else None
    row.supplier_id = reading.holder.supplier_id if reading.holder else None
    row.elapsed = reading.elapsed
    row.read_at = reading.read_at
    row.due_at = reading.due_at
    row.breached_at = reading.breached_at
    row.stopped_at = reading.stopped_at
    row.paused_since = reading.paused_since
    row.paused_reason = reading.paused_reason


def _mark_as_told(row: Clock, reading: ClockReading, *, at: datetime) -> None:
    """Let the sweep keep silent about what has been late or nearly so for long."""
    if reading.breached_at is not None and row.breach_announced_at is None:
        row.breached_at, row.breach_announced_at = reading.breached_at, at
    reached = {due.alert.key: at.isoformat() for due in reading.alerts if due.is_reached}
    row.told = {**reached, **row.told}


def _decimal(percent: float | None) -> Decimal | None:
    return None if percent is None else Decimal(str(percent))


def _required(key: int | None) -> int:
    if key is None:
        raise ValueError("These terms do not come from a stored agreement.")
    return key


def _store_next_due(readings: Readings) -> None:
    """Write the moments by which work is sorted, to those rows only for which they differ."""
    keys = list(readings)
    dues = [next_due_at(readings[key]) for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE work_workitem AS item SET next_due_at = new.due_at
            FROM unnest(%s::bigint[], %s::timestamptz[]) AS new (id, due_at)
            WHERE item.id = new.id AND item.next_due_at IS DISTINCT FROM new.due_at
            """,
            [keys, dues],
        )
