"""Scorecards as documents and spreadsheets, and the register of indicators as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from timshel.kernel.documents import Column, ColumnKind, Sheet, pdf, spreadsheet
from timshel.performance_evaluation.indicator.queries import IndicatorRow, ScorecardView
from timshel.performance_evaluation.indicator.states import Direction, Frequency
from timshel.performance_evaluation.reporting import contents
from timshel.performance_evaluation.reporting.scorecards import (
    NOTHING,
    IndicatorWords,
    audience_words,
    unit_words,
)

SCORECARD = Path(__file__).with_name("scorecard.typ")


def scorecard_pdf(view: ScorecardView, *, language: str, zone: str, at: datetime) -> bytes:
    """Return a scorecard as PDF.

    Args:
        view: as it was read.
        language: of its words.
        zone: of its moments.
        at: when it was read.
    """
    with override(language):
        return pdf(SCORECARD, _data(view, language, zone, at), at=at)


def scorecard_xlsx(view: ScorecardView, *, language: str, zone: str) -> bytes:
    """Return a scorecard as XLSX.

    Args:
        view: as it was read.
        language: of its words.
        zone: of its moments.
    """
    with override(language):
        return _spreadsheet(_("Scorecard"), [line.row for line in view.lines], language, zone)


def indicators_xlsx(rows: Sequence[IndicatorRow], *, language: str, zone: str) -> bytes:
    """Return indicators as XLSX.

    Args:
        rows: as they were read.
        language: of their words.
        zone: of their moments.
    """
    with override(language):
        return _spreadsheet(_("Indicators"), rows, language, zone)


def _data(view: ScorecardView, language: str, zone: str, at: datetime) -> dict[str, Any]:
    lines = IndicatorWords.all_of([line.row for line in view.lines], language=language)
    return {
        "title": view.row.content.title,
        "subtitle": f"{audience_words(view.row, language)} · {view.row.owner_name}",
        "language": language,
        "footer": contents.moment(at, zone),
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
                each.row.content.title,
                each.period or NOTHING,
                each.last,
                each.target,
                each.standing,
                each.change or NOTHING,
            ]
            for each in lines
        ],
    }


def _spreadsheet(name: str, rows: Sequence[IndicatorRow], language: str, zone: str) -> bytes:
    lines = IndicatorWords.all_of(rows, language=language)
    return spreadsheet([Sheet(name, _columns(), [_cells(each) for each in lines])], zone=zone)


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


def _cells(each: IndicatorWords) -> list[Any]:
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
