"""The columns of a view and the orders of work: what there is to choose from, and what is chosen.

Every order ends in the key of the row and has an index of its own, so that any page of any order
costs the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.paging import KeysetOrder, SortKey
from timshel.operation.view.states import Width


@dataclass(frozen=True, slots=True)
class Column:
    """Something that a list can show of each piece of work.

    Args:
        key: its name in views.
        label: its heading.
        sort: the order that a click on its heading asks for, if any.
    """

    key: str
    label: Promise
    sort: str = ""


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that a view shows, and how wide."""

    key: str
    width: Width = Width.AUTO


# The work itself (kind, number, title, service) is always there: it leads to the record.
WORK = "work"
WIDTHS = frozenset(each.value for each in Width)
COLUMNS: Mapping[str, Column] = {
    each.key: each
    for each in (
        Column("priority", gettext_lazy("Priority"), "priority"),
        Column(WORK, gettext_lazy("Work"), "number"),
        Column("stage", gettext_lazy("Stage")),
        Column("requester", gettext_lazy("Requester")),
        Column("handler", gettext_lazy("Team and person")),
        Column("due", gettext_lazy("Next deadline"), "due"),
        Column("updated", gettext_lazy("Last change"), "updated"),
        Column("opened", gettext_lazy("Opened"), "opened"),
        Column("resolved", gettext_lazy("Resolved"), "resolved"),
        Column("unanswered", gettext_lazy("Requester waits since"), "unanswered"),
        Column("service", gettext_lazy("Service")),
        Column("team", gettext_lazy("Team")),
        Column("assignee", gettext_lazy("Person")),
        Column("unit", gettext_lazy("Unit or customer")),
        Column("impact", gettext_lazy("Impact")),
        Column("urgency", gettext_lazy("Urgency")),
        Column("channel", gettext_lazy("Came in by")),
        Column("reassignments", gettext_lazy("Hand-overs")),
        Column("reopenings", gettext_lazy("Reopenings")),
    )
}
USUAL_COLUMNS = tuple(
    ColumnChoice(key)
    for key in ("priority", WORK, "stage", "requester", "handler", "due", "updated")
)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of work and the same backwards.

    Args:
        key: its name in addresses; the other way round, with a minus before it.
        label: its name for people.
        keys: the columns of the row.
    """

    key: str
    label: Promise
    keys: tuple[SortKey, ...]

    def keyset(self, *, is_reversed: bool = False) -> KeysetOrder[Any]:
        """Return the order for paging, or the same read from its end."""
        keys = (key.reversed() for key in self.keys) if is_reversed else self.keys
        return KeysetOrder(*keys)


ORDERS: Mapping[str, Order] = {
    each.key: each
    for each in (
        Order(
            "due",
            gettext_lazy("Next deadline"),
            (SortKey("next_due_at", nullable=True, is_time=True), SortKey("id")),
        ),
        Order(
            "opened",
            gettext_lazy("Opened"),
            (
                SortKey("opened_at", descending=True, is_time=True),
                SortKey("id", descending=True),
            ),
        ),
        Order(
            "updated",
            gettext_lazy("Last change"),
            (
                SortKey("updated_at", descending=True, is_time=True),
                SortKey("id", descending=True),
            ),
        ),
        Order(
            "priority",
            gettext_lazy("Priority"),
            (SortKey("priority"), SortKey("opened_at", is_time=True), SortKey("id")),
        ),
        Order("number", gettext_lazy("Number"), (SortKey("id", descending=True),)),
        Order(
            "resolved",
            gettext_lazy("Resolved"),
            (
                SortKey("resolved_at", descending=True, nullable=True, is_time=True),
                SortKey("id", descending=True),
            ),
        ),
        Order(
            "unanswered",
            gettext_lazy("Requester waits since"),
            (SortKey("unanswered_since", nullable=True, is_time=True), SortKey("id")),
        ),
    )
}
USUAL_ORDER = "due"


def is_order(sort: str) -> bool:
    """Tell whether there is such an order, or the same backwards."""
    return sort.removeprefix("-") in ORDERS


def keyset(sort: str) -> KeysetOrder[Any]:
    """Return the order for paging that a name asks for.

    Args:
        sort: the key of an order, with a minus before it for the other way round.
    """
    return ORDERS[sort.removeprefix("-")].keyset(is_reversed=sort.startswith("-"))


def read_columns(given: Iterable[str]) -> tuple[ColumnChoice, ...]:
    """Return columns from texts such as ``priority`` and ``work:wide``.

    Args:
        given: in their order; the work itself is put first where it is missing.

    Raises:
        ValueError: with the sentence that says what is wrong.
    """
    found: dict[str, ColumnChoice] = {}
    for text in given:
        key, _colon, width = text.strip().partition(":")
        if key not in COLUMNS:
            raise ValueError(_("There is no column “%(column)s”.") % {"column": key[:40]})
        if width and width not in WIDTHS:
            raise ValueError(_("There is no width “%(width)s”.") % {"width": width[:40]})
        found.setdefault(key, ColumnChoice(key, Width(width or Width.AUTO)))
    if found and WORK not in found:
        return (ColumnChoice(WORK), *found.values())
    return tuple(found.values()) or USUAL_COLUMNS


def column_texts(columns: Iterable[ColumnChoice]) -> list[str]:
    """Return columns as texts, as :func:`read_columns` takes them."""
    return [
        each.key if each.width is Width.AUTO else f"{each.key}:{each.width}" for each in columns
    ]
