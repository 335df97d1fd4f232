"""The cards of whoever looks after processes and services: what they answer for themselves."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from timshel.improvement.initiative.queries import Wanted as WantedImprovements
from timshel.improvement.initiative.queries import improvement_list
from timshel.improvement.nonconformity.queries import Wanted as WantedNonconformities
from timshel.improvement.nonconformity.queries import nonconformity_list
from timshel.interfaces.web.governance.home.cards import Card, Entry
from timshel.interfaces.web.governance.home.reading import SHOWN, Reading
from timshel.performance_evaluation.indicator.queries import IndicatorFilter, indicator_list
from timshel.performance_evaluation.indicator.states import (
    STANDING_NAMES,
    IndicatorState,
    Standing,
)
from timshel.planning.objective.queries import ObjectiveFilter, objective_list
from timshel.planning.objective.states import ObjectiveState
from timshel.planning.planned_action.queries import Wanted, planned_action_list
from timshel.planning.risk.queries import RiskFilter, risk_list

NONE = _("There is nothing of yours.")


def actions(reading: Reading) -> Card:
    """Return what the reader is to do; one query."""
    page = planned_action_list(
        actor=reading.actor, at=reading.at, wanted=Wanted(is_own=True), size=SHOWN
    )
    return Card(
        _("My actions"),
        "list-check",
        f"{reverse('action-list')}?whose=mine",
        entries=tuple(
            Entry(
                row.title,
                reverse("action", args=[row.number]),
                day=row.due_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=NONE,
    )


def risks(reading: Reading) -> Card:
    """Return the reader's own open risks, the highest first; two queries."""
    asked = RiskFilter(is_own=True)
    page = risk_list(actor=reading.actor, at=reading.at, asked=asked, size=SHOWN)
    return Card(
        _("My risks and opportunities"),
        "scale",
        reverse("risk-list"),
        entries=tuple(
            Entry(
                row.title,
                reverse("risk", args=[row.number]),
                row.band.name if row.band else _("Not judged yet"),
                row.review_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=NONE,
    )


def nonconformities(reading: Reading) -> Card:
    """Return the open nonconformities for which the reader answers; one query."""
    wanted = WantedNonconformities(is_own=True)
    page = nonconformity_list(wanted, actor=reading.actor, at=reading.at, size=SHOWN)
    return Card(
        _("My nonconformities"),
        "alert-octagon",
        f"{reverse('nonconformity-list')}?mine=on",
        entries=tuple(
            Entry(
                row.title,
                reverse("nonconformity", args=[row.number]),
                row.severity.label,
                row.due_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=NONE,
    )


def objectives(reading: Reading) -> Card:
    """Return the running objectives of the reader; one query."""
    wanted = ObjectiveFilter(state=ObjectiveState.AGREED, is_own=True)
    page = objective_list(actor=reading.actor, at=reading.at, wanted=wanted, size=SHOWN)
    return Card(
        _("My objectives"),
        "flag",
        reverse("objective-list"),
        entries=tuple(
            Entry(
                row.content.title,
                reverse("objective", args=[row.number]),
                day=row.content.due_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=NONE,
    )


def documents(reading: Reading) -> Card:
    """Return which documents the reader is to review within a month; nothing new is read."""
    found = [each for each in reading.own if each.kind == "document"]
    return Card(
        _("My documents to review"),
        "file-text",
        reverse("document-list"),
        entries=reading.entries(found),
        empty=_("None of your documents is to be reviewed within a month."),
    )


def indicators(reading: Reading) -> Card:
    """Return the reader's indicators that are off their target; two queries."""
    entries = []
    for standing in (Standing.BAD, Standing.WARNING):
        wanted = IndicatorFilter(state=IndicatorState.RUNNING, standing=standing, is_own=True)
        page = indicator_list(actor=reading.actor, at=reading.at, wanted=wanted, size=SHOWN)
        entries += [
            Entry(
                row.content.title,
                reverse("indicator", args=[row.number]),
                STANDING_NAMES[standing],
                is_late=standing is Standing.BAD,
            )
            for row in page.items
        ]
    return Card(
        _("My indicators off target"),
        "chart-bar",
        reverse("indicator-list"),
        entries=tuple(entries[:SHOWN]),
        empty=_("None of your indicators is off target."),
    )


def improvements(reading: Reading) -> Card:
    """Return the open improvements for which the reader answers; one query."""
    page = improvement_list(
        actor=reading.actor, at=reading.at, wanted=WantedImprovements(is_own=True), size=SHOWN
    )
    return Card(
        _("My improvements"),
        "sparkles",
        f"{reverse('improvement-list')}?whose=mine",
        entries=tuple(
            Entry(
                row.title,
                reverse("improvement", args=[row.number]),
                day=row.due_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=NONE,
    )


CARDS: tuple[tuple[str, Callable[[Reading], Card]], ...] = tuple(
    ("", make)
    for make in (actions, risks, nonconformities, objectives, documents, indicators, improvements)
)
"""Everybody sees what is their own."""
