"""The cards of the page: for each part what there is, what is late, and where its list is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from timshel.improvement.conformity.queries import look_list
from timshel.improvement.conformity.states import Status
from timshel.improvement.initiative.queries import improvement_summary
from timshel.improvement.nonconformity.queries import nonconformity_summary
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, Text
from timshel.performance_evaluation.indicator.queries import indicator_summary
from timshel.performance_evaluation.indicator.states import STANDING_NAMES, Standing
from timshel.performance_evaluation.management_review import access as management_review
from timshel.performance_evaluation.management_review.queries import review_summary
from timshel.performance_evaluation.management_review.states import ReviewState
from timshel.planning.planned_action import access as planned_action
from timshel.planning.planned_action.queries import planned_action_summary
from timshel.planning.risk.queries import risk_summary
from timshel.support.documentation.queries import documentation_summary

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a card.

    Args:
        label: what is counted.
        count: how many; or a figure in words.
        address: of their list; empty where there is none.
        is_late: whether any at all is too many.
        note: what else is to be known of it.
    """

    label: Text
    count: int | str
    address: str = ""
    is_late: bool = False
    note: Text = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One record on a card.

    Args:
        title: what it is called.
        address: of its page; empty where there is none.
        note: what else is to be known of it, such as who looks after it.
        day: until when something is to be done, or when it takes place.
        is_late: whether that is over.
    """

    title: str
    address: str
    note: Text = ""
    day: date | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One part of the management system.

    Args:
        title: its name.
        icon: the name of its icon.
        address: of its register.
        lines: what there is.
        entries: some of its records.
        empty: what is said where there are none.
    """

    title: Text
    icon: str
    address: str
    lines: tuple[Line, ...] = ()
    entries: tuple[Entry, ...] = ()
    empty: Text = ""


def planned_actions(_actor: Actor, at: datetime) -> Card:
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


def risks(actor: Actor, at: datetime) -> Card:
    """Return the card of risks and opportunities; two queries."""
    found = risk_summary(actor=actor, at=at)
    address = reverse("risk-list")
    return Card(
        _("Risks"),
        "scale",
        address,
        (
            Line(_("Open"), found.risks + found.opportunities, address),
            Line(_("Review overdue"), found.overdue, f"{address}?overdue=yes", is_late=True),
            Line(_("Came true"), found.occurred, f"{address}?state=occurred"),
        ),
    )


def documents(_actor: Actor, at: datetime) -> Card:
    """Return the card of controlled documents; three queries."""
    found = documentation_summary(at)
    address = reverse("document-list")
    return Card(
        _("Documents"),
        "file-text",
        address,
        (
            Line(_("In effect"), found.in_effect, f"{address}?state=effective"),
            Line(_("Review overdue"), found.overdue, f"{address}?overdue=on", is_late=True),
        ),
    )


def nonconformities(_actor: Actor, at: datetime) -> Card:
    """Return the card of nonconformities; four queries."""
    found = nonconformity_summary(since=at - YEAR, at=at)
    address = reverse("nonconformity-list")
    return Card(
        _("Nonconformities"),
        "alert-octagon",
        address,
        (
            Line(pgettext("several actions or improvements", "Open"), found.open, address),
            Line(_("Overdue"), found.overdue, f"{address}?when=overdue", is_late=True),
        ),
    )


def improvements(_actor: Actor, at: datetime) -> Card:
    """Return the card of improvements; three queries."""
    found = improvement_summary(since=at - YEAR, at=at)
    address = reverse("improvement-list")
    return Card(
        _("Improvements"),
        "sparkles",
        address,
        (
            Line(pgettext("several actions or improvements", "Open"), found.open, address),
            Line(_("Not assessed yet"), found.unassessed, f"{address}?state=suggested"),
        ),
    )


def conformity(actor: Actor, _at: datetime) -> Card:
    """Return the card of conformity, by the last look; three queries."""
    try:
        looks = look_list(actor=actor, size=1).items
    except NotFound:  # no standard was taken over yet
        looks = ()
    counts = looks[0].counts if looks else {}
    address = reverse("conformity-question-list")
    return Card(
        _("Conformity"),
        "shield-check",
        reverse("conformity"),
        tuple(
            Line(each.label, counts.get(each, 0), f"{address}?status={each.value}", is_late=is_late)
            for each, is_late in ((Status.MISSING, True), (Status.STALE, True), (Status.MET, False))
        ),
    )


def indicators(actor: Actor, at: datetime) -> Card:
    """Return the card of indicators; two queries."""
    found = indicator_summary(actor=actor, at=at)
    address = reverse("indicator-list")
    return Card(
        _("Indicators"),
        "chart-bar",
        address,
        (
            Line(STANDING_NAMES[Standing.GOOD], found.good, f"{address}?standing=good"),
            Line(STANDING_NAMES[Standing.WARNING], found.warning, f"{address}?standing=warning"),
            Line(STANDING_NAMES[Standing.BAD], found.bad, f"{address}?standing=bad", is_late=True),
            Line(_("Reading overdue"), found.overdue, f"{address}?overdue=yes", is_late=True),
        ),
    )


def reviews(actor: Actor, _at: datetime) -> Card:
    """Return the card of management reviews; one query."""
    found = review_summary(actor=actor)
    address = reverse("review-list")
    return Card(
        _("Management reviews"),
        "writing",
        address,
        (
            Line(_("To take place"), found.coming, address),
            Line(_("Decisions open"), found.held, f"{address}?state=held", is_late=True),
            Line(ReviewState.CLOSED.label, found.closed, f"{address}?state=closed"),
        ),
    )


# By the permission that opens the register of the part, held everywhere.
CARDS: Mapping[str, Callable[[Actor, datetime], Card]] = {
    planned_action.VIEW: planned_actions,
    "risk.view": risks,
    "documentation.view": documents,
    "indicator.view": indicators,
    "nonconformity.view": nonconformities,
    "initiative.view": improvements,
    "conformity.view": conformity,
    management_review.VIEW: reviews,
}
