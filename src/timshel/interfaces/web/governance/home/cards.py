"""The cards of the page: for each part what there is, what is late, and where its list is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.planning.planned_action import access as planned_action
from timshel.planning.planned_action.queries import planned_action_summary

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a card.

    Args:
        label: what is counted.
        count: how many.
        address: of their list.
        is_late: whether any at all is too many.
    """

    label: Text
    count: int
    address: str
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One part of the management system.

    Args:
        title: its name.
        icon: the name of its icon.
        address: of its register.
        lines: what there is.
    """

    title: Text
    icon: str
    address: str
    lines: tuple[Line, ...]


def planned_actions(at: datetime) -> Card:
    """Return the card of planned actions; one query."""
    found = planned_action_summary(since=at - YEAR, at=at)
    address = reverse("action-list")
    return Card(
        _("Planned actions"),
        "list-check",
        address,
        (
            Line(_("To be done"), found.open, f"{address}?whose=all"),
            Line(_("Overdue"), found.overdue, f"{address}?when=overdue&whose=all", is_late=True),
            Line(_("Done within a year"), found.done, f"{address}?when=ended&whose=all"),
        ),
    )


# By the permission that opens the register of the part.
CARDS: Mapping[str, Callable[[datetime], Card]] = {
    planned_action.VIEW: planned_actions,
}
