"""Keyset paging: a page begins where the last one ended, so page 20,000 costs what page 1 does.

Numbered pages count and skip rows, and skip or repeat those that move meanwhile; a keyset does
neither. The cursor that goes out is opaque to readers and checked when it comes back.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Invalid

Row = TypeVar("Row")
Item = TypeVar("Item")


LONGEST_CURSOR = 4_000
LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items in order, with the cursors of the pages beside them, or None at an end."""

    items: tuple[Item, ...]
    next_cursor: str | None
    previous_cursor: str | None

    def map(self, change: Callable[[Item], Any]) -> Page[Any]:
        """Return the page with each item changed."""
        return Page(tuple(map(change, self.items)), self.next_cursor, self.previous_cursor)


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order.

    Args:
        field: the name of a column of the row itself.
        descending: largest first.
        nullable: the column may be empty; empty values come last in both directions.
        is_time: the column holds a moment.
        is_date: the column holds a day.
        empty_first: empty values come first instead, as in an order that is read from its end.
    """

    field: str
    descending: bool = False
    nullable: bool = False
    is_time: bool = False
    empty_first: bool = False
    is_date: bool = False

    def reversed(self) -> SortKey:
        """Return the same column the other way round, which the same index serves."""
        return replace(self, descending=not self.descending, empty_first=not self.empty_first)


class KeysetOrder(Generic[Row]):
    """An order of rows that ends in a unique column, and the pages of a query in that order.

    Args:
        keys: the columns; the last must be unique and never empty, or pages could overlap.
    """

    def __init__(self, *keys: SortKey) -> None:
        self.keys = keys

    def page(self, rows: QuerySet[Any, Row], *, cursor: str | None, size: int) -> Page[Row]:
        """Return one page in one query that reads ``size`` + 1 rows.

        Args:
            rows: the rows to page through, already filtered: models, or named tuples of values
                that hold the columns of the order.
            cursor: where to go on, from an earlier page; None for the first page.
            size: rows to a page.

        Raises:
            Invalid: the cursor is not one of ours.
        """
        backwards, values = self._decode(cursor) if cursor else (False, None)
        if values is not None:
            rows = self._rest(rows, values, backwards=backwards)
        found = list(rows.order_by(*self._order(backwards=backwards))[: size + 1])
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        return Page(
            tuple(found),
            self._cursor(found[-1:], backwards=False) if more or backwards else None,
            self._cursor(found[:1], backwards=True)
            if (more if backwards else cursor is not None)
            else None,
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the columns that a row must hold to have a place in the order."""
        return tuple(key.field for key in self.keys)

    def first(self, rows: QuerySet[Any, Row], *, size: int) -> QuerySet[Any, Row]:
        """Return the first rows of a query in this order, not read yet."""
        return rows.order_by(*self._order(backwards=False))[:size]

    def place(self, row: Row) -> str:
        """Return where a row stands, as an opaque text for addresses."""
        return self._cursor([row], backwards=False) or ""

    def beside(self, rows: QuerySet[Any, Row], place: str, *, backwards: bool) -> Row | None:
        """Return the row after a place, or the one before it; one query that reads one row.

        Args:
            rows: the rows to look among, as for :meth:`page`.
            place: as :meth:`place` gave it.
            backwards: whether the row before is asked for.

        Raises:
            Invalid: the place is not one of ours.
        """
        _direction, values = self._decode(place)
        rest = self._rest(rows, values, backwards=backwards)
        return rest.order_by(*self._order(backwards=backwards)).first()

    def in_order(self, rows: QuerySet[Any, Row]) -> QuerySet[Any, Row]:
        """Return a query in this order, for what reads it whole."""
        return rows.order_by(*self._order(backwards=False))

    def _rest(
        self, rows: QuerySet[Any, Row], values: Sequence[Any], *, backwards: bool
    ) -> QuerySet[Any, Row]:
        try:
            return rows.filter(self._beyond(values, backwards=backwards))
        except (ValueError, TypeError) as error:  # text where the column holds numbers
            raise _not_ours() from error

    def _order(self, *, backwards: bool) -> list[OrderBy]:
        return [self._column(key, backwards=backwards) for key in self.keys]

    @staticmethod
    def _column(key: SortKey, *, backwards: bool) -> OrderBy:
        """Return one column of the order; read backwards, what came last comes first."""
        leads = key.empty_first != backwards
        first = True if key.nullable and leads else None
        last = True if key.nullable and not leads else None
        if key.descending != backwards:
            return F(key.field).desc(nulls_first=first, nulls_last=last)
        return F(key.field).asc(nulls_first=first, nulls_last=last)

    def _beyond(self, values: Sequence[Any], *, backwards: bool) -> Q:
        """Return the rows after ``values`` in the order, as nested (a, b, c) > (x, y, z)."""
        condition = Q(pk__in=[])
        for key, value in reversed(list(zip(self.keys, values, strict=True))):
            condition = self._past(key, value, backwards=backwards) | (
                self._same(key, value) & condition
            )
        return condition

    @staticmethod
    def _same(key: SortKey, value: Any) -> Q:
        return Q(**{f"{key.field}__isnull": True}) if value is None else Q(**{key.field: value})

    @staticmethod
    def _past(key: SortKey, value: Any, *, backwards: bool) -> Q:
        empty = Q(**{f"{key.field}__isnull": True})
        leads = key.empty_first != backwards
        if value is None:
            return ~empty if leads else Q(pk__in=[])
        larger = key.descending == backwards
        past = Q(**{f"{key.field}__{'gt' if larger else 'lt'}": value})
        return past | empty if key.nullable and not leads else past

    def _cursor(self, rows: Sequence[Row], *, backwards: bool) -> str | None:
        if not rows:
            return None
        values = [getattr(rows[0], key.field) for key in self.keys]
        plain = [each.isoformat() if isinstance(each, date) else each for each in values]
        raw = json.dumps([backwards, *plain], separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    def _decode(self, cursor: str) -> tuple[bool, list[Any]]:
        if len(cursor) > LONGEST_CURSOR:
            raise _not_ours()
        try:
            padded = cursor + "=" * (-len(cursor) % 4)
            raw = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
            backwards, *values = raw
            return bool(backwards), [
                self._value(key, value) for key, value in zip(self.keys, values, strict=True)
            ]
        except (ValueError, TypeError, RecursionError) as error:
            raise _not_ours() from error

    @staticmethod
    def _value(key: SortKey, value: Any) -> Any:
        if value is None and key.nullable:
            return None
        if key.is_time:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValueError("a moment without a zone")
            return moment
        if key.is_date:
            return date.fromisoformat(value)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise TypeError("not a sortable value")
        if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
            raise ValueError("more than a column can hold")
        if isinstance(value, str) and "\0" in value.encode().decode():
            raise ValueError("no text of a column")
        return value


def _not_ours() -> Invalid:
    return Invalid({"cursor": [_("This page address is not valid; start at the first page.")]})
