"""Work other than page by page: counted for many views, on a board, in a calendar, one by one.

What is asked of the database is bounded by what is shown: a count stops at its limit, a column of
a board and a day of a calendar at theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, Q, Value

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder
from timshel.operation.view.columns import keyset
from timshel.operation.work.models import WorkItem, WorkItemQuerySet
from timshel.relationship_agreement.service_level.queries.work_rows import (
    WorkRow,
    plain,
    rows_of,
)
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkFilters,
    filtered,
)

MOST_COUNTED = 99
MOST_CARDS = 30
MOST_A_DAY = 8
CALENDAR_COLUMNS = {"due": "next_due_at", "opened": "opened_at", "resolved": "resolved_at"}


def work_counts(
    wanted: Mapping[str, WorkFilters], *, actor: Actor, at: datetime, most: int = MOST_COUNTED
) -> dict[str, int]:
    """Count several lists at once, in one query; each as its list would show it.

    Args:
        wanted: what is asked for, by any name.
        actor: who reads.
        at: now.
        most: where counting stops; ``most`` + 1 means more than that.
    """
    found = dict.fromkeys(wanted, 0)
    parts: list[str] = []
    values: list[Any] = []
    for name, filters in wanted.items():
        rows = filtered(filters, actor, at=at).order_by().values("pk")[: most + 1]
        try:
            sql, parameters = rows.query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT %s::text, (SELECT count(*) FROM ({sql}) AS counted)")
        values += [name, *parameters]
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found.update(dict(cursor.fetchall()))
    return found


@dataclass(frozen=True, slots=True)
class Stack:
    """Some rows under one heading, the first of those there are.

    Args:
        key: of the column or the day.
        rows: as many as are shown.
        has_more: whether there are others.
    """

    key: str
    rows: tuple[WorkRow, ...]
    has_more: bool


def work_board(
    filters: WorkFilters,
    columns: Mapping[str, Q],
    *,
    actor: Actor,
    at: datetime,
    sort: str = "due",
    most: int = MOST_CARDS,
) -> tuple[Stack, ...]:
    """Return the columns of a board with the first of each, in four queries at most.

    Args:
        filters: what is asked for.
        columns: the condition of each column, by its key.
        actor: who reads.
        at: now.
        sort: the order within a column.
        most: how many of each are shown.
    """
    work = filtered(filters, actor, at=at)
    parts = {key: work.filter(condition) for key, condition in columns.items()}
    return _stacks(parts, keyset(sort), most=most, actor=actor, at=at)


def work_queues(
    queues: Mapping[str, WorkFilters], *, actor: Actor, at: datetime, most: int
) -> dict[str, Stack]:
    """Return the first rows of several queues, what is due next first, in four queries at most.

    Args:
        queues: what is asked for in each, by its name.
        actor: who reads.
        at: now.
        most: how many of each are shown.
    """
    parts = {name: filtered(filters, actor, at=at) for name, filters in queues.items()}
    stacks = _stacks(parts, keyset("due"), most=most, actor=actor, at=at)
    return {stack.key: stack for stack in stacks}


def work_calendar(
    filters: WorkFilters,
    days: Sequence[date],
    *,
    by: str = "due",
    actor: Actor,
    at: datetime,
    most: int = MOST_A_DAY,
) -> tuple[Stack, ...]:
    """Return the days of a calendar with the first of each, in four queries at most.

    Args:
        filters: what is asked for.
        days: in the reader's zone.
        by: ``due``, ``opened`` or ``resolved``.
        actor: who reads.
        at: now.
        most: how many of each day are shown.
    """
    column = CALENDAR_COLUMNS[by]
    work = filtered(filters, actor, at=at)
    parts = {}
    for day in days:
        start, end = day_span(day, zone=actor.time_zone)
        within = Q(**{f"{column}__gte": start, f"{column}__lt": end})
        parts[day.isoformat()] = work.filter(within)
    order = keyset(by if by == "due" else f"-{by}")
    return _stacks(parts, order, most=most, actor=actor, at=at)


def day_span(day: date, *, zone: str) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in a zone."""
    own = ZoneInfo(zone)
    start = datetime.combine(day, time.min, tzinfo=own)
    end = datetime.combine(day + timedelta(days=1), time.min, tzinfo=own)
    return start.astimezone(UTC), end.astimezone(UTC)


def _stacks(
    parts: Mapping[str, WorkItemQuerySet],
    order: KeysetOrder[Any],
    *,
    most: int,
    actor: Actor,
    at: datetime,
) -> tuple[Stack, ...]:
    keys = _first_keys(parts, order, most=most + 1)
    shown = {key: ids[:most] for key, ids in keys.items()}
    wanted = [each for ids in shown.values() for each in ids]
    items = plain(WorkItem.objects.filter(pk__in=wanted))
    rows = {row.id: row for row in rows_of(list(items), actor=actor, at=at)} if wanted else {}
    return tuple(
        Stack(
            key,
            tuple(rows[each] for each in shown.get(key, ()) if each in rows),
            len(keys.get(key, ())) > most,
        )
        for key in parts
    )


def _first_keys(
    parts: Mapping[str, WorkItemQuerySet], order: KeysetOrder[Any], *, most: int
) -> dict[str, list[int]]:
    """Return the keys of the first rows of each part, in one query."""
    sqls: list[str] = []
    values: list[Any] = []
    for key, rows in parts.items():
        first = order.first(rows.annotate(part=Value(key, CharField())), size=most)
        try:
            sql, parameters = first.values_list("part", "pk").query.sql_with_params()
        except EmptyResultSet:
            continue
        sqls.append(f"({sql})")
        values += parameters
    found: dict[str, list[int]] = defaultdict(list)
    if sqls:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(sqls), values)
            for key, pk in cursor.fetchall():
                found[key].append(pk)
    return found


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The piece of work before or after another; ``place`` is where it stands in the order."""

    kind: str
    number: str
    title: str
    place: str


def work_neighbours(
    filters: WorkFilters,
    number: str,
    *,
    sort: str,
    place: str = "",
    actor: Actor,
    at: datetime,
) -> tuple[Neighbour | None, Neighbour | None]:
    """Return what comes before and after a piece of work in a list, in two or three queries.

    Args:
        filters: what the list asks for; the work itself need not be in it any more.
        number: of the work.
        sort: the order of the list.
        place: where the work stood when the list was read, so that what was done to it since does
            not move the reader elsewhere; where it stands now unless given.
        actor: who reads.
        at: now.

    Raises:
        Invalid: the order or the place is not one of ours.
    """
    order = keyset(sort)
    if not place:
        own = WorkItem.objects.visible_to(actor).filter(number=number.upper())
        row = own.values_list(*order.fields, named=True).first()
        if row is None:
            return None, None
        place = order.place(row)
    work = filtered(filters, actor, at=at).exclude(number=number.upper())
    columns = dict.fromkeys(("kind", "number", "title", *order.fields))
    rows = work.values_list(*columns, named=True)
    before, after = (order.beside(rows, place, backwards=backwards) for backwards in (True, False))
    return _neighbour(before, order), _neighbour(after, order)


def _neighbour(row: Any, order: KeysetOrder[Any]) -> Neighbour | None:
    if row is None:
        return None
    return Neighbour(row.kind, row.number, row.title, order.place(row))
