"""Indicators and scorecards as spreadsheets, and a scorecard as a document."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.indicators.cards import audience_words
from timshel.interfaces.web.governance.indicators.pages import asked_of
from timshel.interfaces.web.governance.indicators.words import (
    Shown,
    shown_all,
    shown_lines,
    unit_words,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, pdf, spreadsheet
from timshel.performance_evaluation.indicator.queries import indicator_rows, scorecard
from timshel.performance_evaluation.indicator.states import Direction, Frequency
from timshel.performance_evaluation.reporting import contents

TEMPLATE = Path(__file__).with_name("scorecard.typ")


@require_safe
def register_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the indicators of the list as XLSX."""
    rows = indicator_rows(actor=request.actor, at=request.at, wanted=asked_of(request))
    lines = shown_all(rows, request.actor.language)
    return _spreadsheet(_("Indicators"), lines, "indicators", request)


@require_safe
def card_xlsx(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Send a scorecard as XLSX."""
    view = _view(request, scorecard)
    lines = shown_all([line.row for line in view.lines], request.actor.language)
    return _spreadsheet(_("Scorecard"), lines, f"scorecard-{view.row.number}", request)


@require_safe
def card_pdf(request: TimshelRequest, scorecard: str) -> HttpResponse:
    """Send a scorecard as PDF."""
    view = _view(request, scorecard)
    language = request.actor.language
    data = {
        "title": view.row.content.title,
        "subtitle": f"{audience_words(view.row, language)} · {view.row.owner_name}",
        "language": language,
        "footer": contents.moment(request.at, request.actor.time_zone),
        "purpose": view.row.content.purpose,
        "headers": [
            _("Indicator"),
            _("Period"),
            _("Value"),
            _("Target"),
            pgettext("indicator", "Standing"),
            _("Trend"),
        ],
        "rows": [
            [
                line.each.row.content.title,
                line.each.period or "–",
                line.each.last,
                line.each.target,
                line.each.standing,
                line.each.change or "–",
            ]
            for line in shown_lines(view.lines, language)
        ],
    }
    content = pdf(TEMPLATE, data, at=request.at)
    return _file(content, "application/pdf", f"scorecard-{view.row.number}.pdf")


def _view(request: TimshelRequest, number: str) -> Any:
    return scorecard(number, actor=request.actor, at=request.at)


def _spreadsheet(
    name: str, lines: Iterable[Shown], file: str, request: TimshelRequest
) -> HttpResponse:
    sheet = Sheet(name, _columns(), [_cells(each) for each in lines])
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    return _file(content, XLSX, f"{file}.xlsx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _columns() -> list[Column]:
    number, day = ColumnKind.NUMBER, ColumnKind.DATE
    return [
        Column(_("Number")),
        Column(_("Indicator")),
        Column(_("Measure")),
        Column(_("Counted on")),
        Column(_("Who answers for it")),
        Column(_("How often it is read")),
        Column(_("Process")),
        Column(_("Clause of the standard")),
        Column(_("Unit")),
        Column(_("Direction")),
        Column(_("Target"), number),
        Column(_("Warning"), number),
        Column(_("Critical value"), number),
        Column(_("Value"), number),
        Column(_("From"), day),
        Column(_("Until"), day),
        Column(_("Cases behind it"), number),
        Column(pgettext("indicator", "Standing")),
        Column(_("Why is it measured?")),
    ]


def _cells(each: Shown) -> list[Any]:
    row, content = each.row, each.row.content
    return [
        row.number,
        content.title,
        each.measure,
        each.subject,
        row.owner_name,
        str(Frequency(content.frequency).label),
        content.process_code,
        content.clause,
        unit_words(content),
        str(Direction(content.direction).label),
        content.target,
        content.warning,
        content.critical,
        row.last_value,
        row.last_period.first_day if row.last_period else None,
        row.last_period.last_day if row.last_period else None,
        row.last_population if row.last_period else None,
        each.standing,
        content.why,
    ]
