"""How good the forecast of broken promises is: what it was learnt from, and what came true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.relationship_agreement.service_level.access import CONFIGURE
from timshel.relationship_agreement.service_level.actions.forecasting import REGION, ask_to_learn
from timshel.relationship_agreement.service_level.queries.forecasts import (
    ForecastView,
    forecast_quality,
)
from timshel.relationship_agreement.service_level.rules.forecast_quality import (
    LEAST_CLOCKS,
    LEAST_OF_EACH,
    MARGIN,
    Score,
    Tenth,
    Verdict,
)
from timshel.relationship_agreement.service_level.states import KIND_NAMES

# The plot, in units of its own: a square with room for the words at two of its sides.
SIDE = 200
LEFT, TOP = 38, 8
LEAST_DOT, MOST_DOT = 2.5, 10.0

VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.USED: gettext_lazy(
        "In use: on the history that was held back it foretold better than the share of the time "
        "that is used up."
    ),
    Verdict.TOO_THIN: gettext_lazy(
        "Not in use yet: there are too few clocks that ended, or too few that broke or were kept, "
        "to learn from. The share of the time that is used up is shown in its place."
    ),
    Verdict.NO_BETTER: gettext_lazy(
        "Not in use: on the history that was held back it foretold no better than simple rules. "
        "The share of the time that is used up is shown in its place."
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One way of foretelling, and how good it was, in figures as they are printed."""

    name: str
    brier: str
    log_loss: str
    auc: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A tenth as the plot draws it."""

    x: str
    y: str
    radius: str
    title: str


@dataclass(frozen=True, slots=True)
class TableLine:
    """A tenth as the table prints it; ``percent`` is for the bar."""

    span: str
    count: int
    predicted: str
    seen: str
    percent: int


@dataclass(frozen=True, slots=True)
class ShownForecast:
    """What was learnt for a kind of clock, as the page draws it."""

    view: ForecastView
    name: Promise
    verdict: Promise
    is_used: bool
    lines: list[Line]
    dots: list[Dot]
    table: list[TableLine]


@require_safe
def forecast(request: TimshelRequest) -> HttpResponse:
    """Show what was learnt for each kind of clock and how good it proved."""
    token = live.token()
    views = forecast_quality(actor=request.actor)
    context = {
        "forecasts": [shown(view) for view in views],
        "may_learn": request.actor.may(CONFIGURE),
        "least_clocks": LEAST_CLOCKS,
        "least_of_each": LEAST_OF_EACH,
        "margin": round(MARGIN * 100),
        "grid": plot_grid(),
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "administration/forecast.html", context)


@require_POST
def learn(request: TimshelRequest) -> HttpResponse:
    """Have the forecast learnt again."""
    ask_to_learn(actor=request.actor, at=request.at)
    notices.success(request, _("The forecast is being learnt again. You may watch it here."))
    return redirect("jobs")


def shown(view: ForecastView) -> ShownForecast:
    """Return what was learnt as the page draws it."""
    largest = max((tenth.count for tenth in view.table), default=0)
    return ShownForecast(
        view=view,
        name=KIND_NAMES[view.kind],
        verdict=VERDICTS[view.verdict],
        is_used=view.verdict is Verdict.USED,
        lines=_lines(view),
        dots=[_dot(tenth, largest) for tenth in view.table if tenth.count],
        table=[_table_line(tenth) for tenth in view.table],
    )


def _lines(view: ForecastView) -> list[Line]:
    if view.model is None or view.fallback is None or view.base is None:
        return []
    return [
        _line(_("The forecast"), view.model),
        _line(_("The share of the time that is used"), view.fallback),
        _line(
            _("The same chance for all, %(chance)s") % {"chance": _percent(view.base_rate)},
            view.base,
        ),
    ]


def _line(name: str, score: Score) -> Line:
    return Line(
        name,
        number_format(round(score.brier, 3), 3),
        number_format(round(score.log_loss, 3), 3),
        "–" if score.auc is None else number_format(round(score.auc, 3), 3),
    )


def _dot(tenth: Tenth, largest: int) -> Dot:
    predicted, seen = tenth.predicted or 0.0, tenth.seen or 0.0
    radius = LEAST_DOT + (MOST_DOT - LEAST_DOT) * sqrt(tenth.count / largest)
    words = {
        "predicted": _percent(predicted),
        "seen": _percent(seen),
        "count": number_format(tenth.count, force_grouping=True),
    }
    return Dot(
        x=f"{LEFT + SIDE * predicted:.1f}",
        y=f"{TOP + SIDE * (1 - seen):.1f}",
        radius=f"{radius:.1f}",
        title=_("Foretold %(predicted)s, came %(seen)s, %(count)s forecasts") % words,
    )


def _table_line(tenth: Tenth) -> TableLine:
    start = round(tenth.start * 100)
    return TableLine(
        span=_("%(start)d to %(end)d %%") % {"start": start, "end": start + 10},
        count=tenth.count,
        predicted=_percent(tenth.predicted),
        seen=_percent(tenth.seen),
        percent=round((tenth.seen or 0.0) * 100),
    )


def _percent(share: float | None) -> str:
    if share is None:
        return "–"
    return _("%(percent)s %%") % {"percent": number_format(round(share * 100, 1), 1)}


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the plot with its figure, at a share of the side."""

    x: int
    y: int
    percent: int


def plot_grid() -> list[GridLine]:
    """Return the lines of the plot, at each quarter."""
    return [
        GridLine(LEFT + SIDE * part // 4, TOP + SIDE - SIDE * part // 4, 25 * part)
        for part in range(5)
    ]
