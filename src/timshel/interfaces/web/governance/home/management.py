"""The cards of top management: what was reached, what threatens, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.improvement.initiative.queries import (
    ImprovementRow,
    Wanted,
    improvement_list,
    improvement_summary,
)
from timshel.improvement.initiative.states import ImprovementState
from timshel.interfaces.web.governance.home import cards as parts
from timshel.interfaces.web.governance.home.cards import YEAR, Card, Entry, Line
from timshel.interfaces.web.governance.home.reading import SHOWN, Reading
from timshel.performance_evaluation.measurement.queries import everything, figures
from timshel.performance_evaluation.measurement.rules.periods import (
    PeriodKind,
    run_up,
    this_period,
)
from timshel.performance_evaluation.reporting import wording
from timshel.planning.objective.queries import objective_summary
from timshel.planning.planned_action.queries import Wanted as WantedActions
from timshel.planning.planned_action.queries import planned_action_list
from timshel.planning.planned_action.states import ActionKind
from timshel.planning.risk.queries import RiskFilter, risk_list

MEASURES = ("opened", "resolved", "attainment", "resolve_median")


def objectives(reading: Reading) -> Card:
    """Return how objectives ended within a year, beside the year before; two queries."""
    now = objective_summary(at=reading.at, since=reading.at - YEAR)
    before = objective_summary(at=reading.at - YEAR, since=reading.at - 2 * YEAR)
    return Card(
        gettext_lazy("Objectives"),
        "flag",
        reverse("objective-list"),
        (
            Line(gettext_lazy("Met within a year"), now.met, note=_before(before.met)),
            Line(gettext_lazy("Missed within a year"), now.missed, note=_before(before.missed)),
            Line(gettext_lazy("Running"), now.running),
            Line(gettext_lazy("Overdue"), now.overdue, is_late=True),
        ),
    )


def _before(count: int) -> str:
    return _("the year before: %(count)s") % {"count": count}


def services(reading: Reading) -> Card:
    """Return how all services did last month, beside the month before; five queries."""
    now = this_period(PeriodKind.MONTH, zone=reading.actor.time_zone, at=reading.at)
    measured = figures(
        everything(), run_up(now.before(), count=2), actor=reading.actor, at=reading.at
    )
    earlier, last = measured[0].figures, measured[-1].figures
    return Card(
        gettext_lazy("Services last month"),
        "lifebuoy",
        reverse("governance"),
        tuple(
            Line(
                last[each].measure.name,
                wording.value(last[each]),
                note=_("the month before: %(value)s") % {"value": wording.value(earlier[each])},
            )
            for each in MEASURES
        ),
    )


def risks(reading: Reading) -> Card:
    """Return the highest open risks; two queries."""
    asked = RiskFilter(kind="risk")
    page = risk_list(actor=reading.actor, at=reading.at, asked=asked, size=SHOWN)
    return Card(
        gettext_lazy("Highest risks"),
        "scale",
        f"{reverse('risk-list')}?kind=risk",
        entries=tuple(
            Entry(
                row.title,
                reverse("risk", args=[row.number]),
                " · ".join([row.band.name if row.band else _("Not judged yet"), row.owner]),
                row.review_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=gettext_lazy("No risk is open."),
    )


def decisions(reading: Reading) -> Card:
    """Return the decisions of reviews and boards that are not carried out; one query."""
    wanted = WantedActions(kind=ActionKind.DECISION)
    page = planned_action_list(actor=reading.actor, at=reading.at, wanted=wanted, size=SHOWN)
    return Card(
        gettext_lazy("Decisions not carried out yet"),
        "rubber-stamp",
        f"{reverse('action-list')}?kind={ActionKind.DECISION.value}&whose=all",
        entries=tuple(
            Entry(
                row.title,
                reverse("action", args=[row.number]),
                row.owner_name,
                row.due_date,
                is_late=row.is_overdue,
            )
            for row in page.items
        ),
        empty=gettext_lazy("Every decision is carried out."),
    )


def next_review(reading: Reading) -> Card:
    """Return the next management reviews; one query."""
    return Card(
        gettext_lazy("Next management review"),
        "calendar",
        reverse("review-list"),
        entries=reading.entries(reading.next_of("management_review")),
        empty=gettext_lazy("No review is arranged within a year."),
    )


def benefit(reading: Reading) -> Card:
    """Return what improvements brought within a year; four queries."""
    found = improvement_summary(since=reading.at - YEAR, at=reading.at)
    wanted = Wanted(state=ImprovementState.MEASURED)
    page = improvement_list(actor=reading.actor, at=reading.at, wanted=wanted, size=SHOWN)
    return Card(
        gettext_lazy("What improvements brought"),
        "sparkles",
        f"{reverse('improvement-list')}?state={ImprovementState.MEASURED.value}&when=all",
        (
            Line(gettext_lazy("Carried out within a year"), found.done),
            Line(gettext_lazy("Brought what was promised"), f"{found.kept} / {found.held}"),
        ),
        tuple(
            Entry(row.title, reverse("improvement", args=[row.number]), _brought(row))
            for row in page.items
        ),
    )


def _brought(row: ImprovementRow) -> str:
    """Return the figure before and the one that was reached, where both are known."""
    if row.value_before is None or row.value_reached is None:
        return ""
    words = _("from %(before)s to %(reached)s %(unit)s") % {
        "before": number_format(row.value_before),
        "reached": number_format(row.value_reached),
        "unit": row.unit,
    }
    return words.strip()


def indicators(reading: Reading) -> Card:
    """Return how the indicators stand; two queries."""
    return parts.indicators(reading.actor, reading.at)


CARDS: tuple[tuple[str, Callable[[Reading], Card]], ...] = (
    ("objective.view", objectives),
    ("service_level.view", services),
    ("risk.view", risks),
    ("planned_action.view", decisions),
    ("management_review.view", next_review),
    ("initiative.view", benefit),
    ("indicator.view", indicators),
)
"""With the permission that each takes, held everywhere."""
