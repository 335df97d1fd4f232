"""How calls are answered: a picture, the numbers behind it, and the calls behind the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from timshel.interfaces.web.desk.call_days import day_of, seconds
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.operation.call.access import MEASURE_PEOPLE
from timshel.operation.call.queries import CallFilters, line_list
from timshel.performance_evaluation.measurement.queries.calls import (
    CALL_MEASURES,
    CallFigure,
    MeasuredCalls,
    call_figures,
    calls_by_agent,
    calls_by_day,
    calls_by_line,
)
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    period_of,
    this_period,
)
from timshel.performance_evaluation.reporting import wording

GRAINS: Mapping[str, Promise] = {
    "day": gettext_lazy("By day"),
    "week": gettext_lazy("By week"),
}
DAYS, WEEKS = 14, 8
WIDTH, FLOOR = 720.0, 128.0


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure as it is drawn, with the list that it opens."""

    code: str
    name: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The figures of a day, a line or a person."""

    name: str
    figures: tuple[ShownFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A bar of the picture: answered below, given up above; empty ones are not drawn."""

    x: str
    width: str
    answered_y: str
    answered_height: str
    abandoned_y: str
    abandoned_height: str
    label_x: str
    label: str
    words: str


@require_safe
def measures(request: TimshelRequest) -> HttpResponse:
    """Show how calls were answered in the last days or weeks."""
    actor = request.actor
    grain, periods = _periods(request)
    line = request.GET.get("line", "").replace("\0", "")
    filters = CallFilters(
        since=periods[0].since,
        until=periods[-1].until,
        line=None if not line else "" if line == "none" else line,
    )
    total = call_figures(filters, actor=actor)
    by_day = calls_by_day(filters, periods, actor=actor)
    whole = {"from": periods[0].first_day, "until": periods[-1].last_day, "line": line}
    sees_people = actor.may_somewhere(MEASURE_PEOPLE)
    context = {
        "grain": grain,
        "grains": list(GRAINS.items()),
        "until": periods[-1].last_day,
        "since": periods[0].first_day,
        "line": line,
        "lines": line_list(language=actor.language, active_only=False),
        "tiles": _shown(total.figures.values(), whole),
        "columns": _columns(by_day, periods),
        "names": [measure.name for measure in CALL_MEASURES],
        "days": [
            ShownRow(
                wording.period_name(period),
                _shown(
                    each.figures.values(),
                    {**whole, "from": period.first_day, "until": period.last_day},
                ),
            )
            for period, each in zip(periods, by_day, strict=True)
        ],
        "by_line": _rows(calls_by_line(filters, actor=actor), whole, "line"),
        "by_agent": _rows(calls_by_agent(filters, actor=actor), whole, "agent")
        if sees_people
        else None,
        "measures": CALL_MEASURES,
    }
    return render(request, "desk/call_measures.html", context)


def _periods(request: TimshelRequest) -> tuple[str, list[Period]]:
    """Return the days or weeks that the address names, oldest first."""
    grain = request.GET.get("by", "day")
    if grain not in GRAINS:
        raise Invalid({"by": [_("There is no such period.")]})
    zone = request.actor.time_zone
    last = day_of(request.GET.get("until", ""), "until")
    if grain == "week":
        found = [
            period_of(PeriodKind.WEEK, last, zone=zone)
            if last
            else this_period(PeriodKind.WEEK, zone=zone, at=request.at)
        ]
    else:
        today = last or request.at.astimezone(ZoneInfo(zone)).date()
        found = [Period(PeriodKind.DAYS, today, today, zone)]
    while len(found) < (WEEKS if grain == "week" else DAYS):
        found.append(found[-1].before())
    return grain, found[::-1]


def figure_text(figure: CallFigure) -> str:
    """Return a figure in words, with its unit."""
    if figure.value is None:
        return wording.NOTHING
    if isinstance(figure.value, timedelta):
        return seconds(figure.value)
    return wording.amount(figure.measure.unit, figure.value)


def _rows(
    measured: Sequence[MeasuredCalls], whole: Mapping[str, Any], field: str
) -> list[ShownRow]:
    return [
        ShownRow(
            each.name or _("Without a line"),
            _shown(each.figures.values(), {**whole, field: each.key}),
        )
        for each in measured
    ]


def _shown(figures: Iterable[CallFigure], given: Mapping[str, Any]) -> tuple[ShownFigure, ...]:
    start = reverse("call-list")
    kept = {name: str(value) for name, value in given.items() if value}
    return tuple(
        ShownFigure(
            code=each.measure.code,
            name=str(each.measure.name),
            text=figure_text(each),
            address=f"{start}?{urlencode({'what': each.what.value, 'measured': '1', **kept})}",
        )
        for each in figures
    )


def _columns(by_day: Sequence[MeasuredCalls], periods: Sequence[Period]) -> list[Column]:
    """Return the bars of the picture; their numbers stand in the table below it."""
    most = max((each.figures["calls_offered"].listed for each in by_day), default=0) or 1
    step = WIDTH / len(by_day)
    columns = []
    for position, (period, each) in enumerate(zip(periods, by_day, strict=True)):
        answered = each.figures["calls_answered"].listed * (FLOOR - 10) / most
        abandoned = each.figures["calls_abandoned"].listed * (FLOOR - 10) / most
        words = _("%(day)s: %(answered)d answered, %(abandoned)d given up") % {
            "day": wording.period_name(period),
            "answered": each.figures["calls_answered"].listed,
            "abandoned": each.figures["calls_abandoned"].listed,
        }
        columns.append(
            Column(
                x=f"{position * step + 4:.1f}",
                width=f"{step - 8:.1f}",
                answered_y=f"{FLOOR - answered:.1f}",
                answered_height=f"{answered:.1f}",
                abandoned_y=f"{FLOOR - answered - abandoned:.1f}",
                abandoned_height=f"{abandoned:.1f}",
                label_x=f"{(position + 0.5) * step:.1f}",
                label=f"{period.first_day:%d.%m.}",
                words=words,
            )
        )
    return columns
