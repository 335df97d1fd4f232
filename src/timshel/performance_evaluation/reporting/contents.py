"""What a report card says, as tables of words and figures: the page and both files draw these.

Everything here speaks the language that is active.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from timshel.performance_evaluation.measurement.queries import Attainment, Figure
from timshel.performance_evaluation.measurement.rules.rounding import plain
from timshel.performance_evaluation.measurement.states import MeasureUnit
from timshel.performance_evaluation.reporting import wording
from timshel.performance_evaluation.reporting.queries import ReportCard
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES

PERCENT = MeasureUnit.PERCENT
VOLUME = ("opened", "ended", "resolved", "withdrawn", "net", "backlog")
QUALITY = (
    "attainment", "respond_median", "respond_p90", "first_response", "resolve_median",
    "resolve_p90", "wall_median", "wall_p90", "reopening_rate", "hand_overs", "first_level",
)  # fmt: skip
HEADLINES = ("opened", "resolved", "backlog", "attainment", "respond_median", "wall_median")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure with its words.

    Args:
        figure: what it is.
        name: of the measure.
        text: its value with its unit.
        before: the value of the period before.
        change: how it differs from that.
    """

    figure: Figure
    name: str
    text: str
    before: str
    change: wording.Change


def rows(card: ReportCard, codes: tuple[str, ...]) -> list[Row]:
    """Return some figures of a card with their words."""
    return [_row(card, code) for code in codes]


def _row(card: ReportCard, code: str) -> Row:
    figure, before = card.figure(code), card.figure_before(code)
    return Row(
        figure=figure,
        name=str(figure.measure.name),
        text=wording.value(figure),
        before=wording.value(before) if before else wording.NOTHING,
        change=wording.change(figure, before),
    )


def title(card: ReportCard) -> str:
    """Return the title of a card."""
    return _("Report card: %(name)s") % {"name": card.subject.name}


def subtitle(card: ReportCard) -> str:
    """Return the period of a card with its days."""
    told = {"name": wording.period_name(card.period), "days": wording.days(card.period)}
    if wording.period_name(card.period) == wording.days(card.period):
        return told["days"]
    return _("%(name)s: %(days)s") % told


def remarks(card: ReportCard) -> list[str]:
    """Return what a reader has to know about the figures."""
    found = []
    if not card.is_over:
        found.append(_("The period is not over yet: these are the figures so far."))
    if not card.sees_everything:
        found.append(
            _("You may see a part of this work only, and all figures count that part alone.")
        )
    found.append(
        _("Read on %(moment)s. The period’s days are those of %(zone)s.")
        % {"moment": moment(card.at, card.period.zone), "zone": card.period.zone}
    )
    return found


def moment(at: datetime, zone: str) -> str:
    """Return a moment in a zone."""
    local = at.astimezone(ZoneInfo(zone))
    return _("%(day)s, %(time)s") % {"day": wording.day(local.date()), "time": f"{local:%H:%M}"}


def promise_name(attainment: Attainment) -> str:
    """Return what is promised, with the priority."""
    return _("%(promise)s, %(priority)s") % {
        "promise": KIND_NAMES[ClockKind(attainment.kind)],
        "priority": priority(attainment.priority),
    }


def priority(given: int) -> str:
    """Return a priority as people read it."""
    return f"P{given} {PRIORITY_NAMES[given]}"


def goal_of(attainment: Attainment) -> str:
    """Return the goal of a promise."""
    if attainment.goal is None:
        return _("No goal")
    return wording.percent(plain(attainment.goal))


def verdict(*, is_reached: bool | None) -> str:
    """Return whether a goal is reached."""
    if is_reached is None:
        return wording.NOTHING
    return pgettext("goal", "reached") if is_reached else pgettext("goal", "not reached")


def file_name(card: ReportCard, ending: str) -> str:
    """Return the name under which a card is saved."""
    subject, period = card.subject, card.period
    return (
        f"report-card-{subject.kind}-{subject.code}-{period.first_day}-{period.last_day}.{ending}"
    )
