"""The report card as a spreadsheet: the same figures as numbers, one sheet for each table."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from timshel.kernel.documents import Column, ColumnKind, Sheet, spreadsheet
from timshel.performance_evaluation.measurement.queries import Figure
from timshel.performance_evaluation.measurement.states import UNIT_NAMES, MeasureUnit
from timshel.performance_evaluation.reporting import contents, wording
from timshel.performance_evaluation.reporting.queries import ReportCard
from timshel.relationship_agreement.service_level.states import KIND_NAMES, ClockKind

NUMBER, TEXT, DURATION = ColumnKind.NUMBER, ColumnKind.TEXT, ColumnKind.DURATION
PERCENT, DATE, MOMENT = ColumnKind.PERCENT, ColumnKind.DATE, ColumnKind.MOMENT
HUNDRED = 100


def card_xlsx(card: ReportCard, *, language: str) -> bytes:
    """Return a report card as XLSX.

    Args:
        card: as it was read.
        language: of its words.
    """
    with override(language):
        sheets = [
            _about(card),
            _figures(card),
            _promises(card),
            _goals(card),
            _ages(card),
            _exceptions(card),
            _trend(card),
        ]
        return spreadsheet(sheets, zone=card.period.zone)


def _about(card: ReportCard) -> Sheet:
    lines = [contents.title(card), contents.subtitle(card), *contents.remarks(card)]
    return Sheet(_("About"), [Column(_("Report card"))], [[line] for line in lines])


def _figures(card: ReportCard) -> Sheet:
    columns = [
        Column(_("Measure")),
        Column(_("Unit")),
        Column(_("This period"), NUMBER),
        Column(_("Period before"), NUMBER),
        Column(_("This period as time"), DURATION),
        Column(_("Period before as time"), DURATION),
        Column(_("Cases or promises behind it"), NUMBER),
        Column(_("How it is worked out")),
    ]
    rows = []
    for code in (*contents.VOLUME, *contents.QUALITY):
        figure, before = card.figure(code), card.figure_before(code)
        rows.append(
            [
                str(figure.measure.name),
                str(UNIT_NAMES[figure.measure.unit]),
                _number(figure),
                _number(before),
                _span(figure),
                _span(before),
                figure.listed if figure.measure.counts else None,
                str(figure.measure.formula),
            ]
        )
    return Sheet(_("Figures"), columns, rows)


def _number(figure: Figure | None) -> int | Decimal | None:
    given = figure.value if figure else None
    return None if isinstance(given, timedelta) else given


def _span(figure: Figure | None) -> timedelta | None:
    given = figure.value if figure else None
    return given if isinstance(given, timedelta) else None


def _promises(card: ReportCard) -> Sheet:
    columns = [
        Column(_("Promise")),
        Column(_("Priority"), NUMBER),
        Column(_("Decided"), NUMBER),
        Column(_("Kept"), NUMBER),
        Column(_("Broken"), NUMBER),
        Column(_("Share kept"), PERCENT),
        Column(_("Goal"), PERCENT),
        Column(_("Result")),
    ]
    rows = [
        [
            str(KIND_NAMES[ClockKind(each.kind)]),
            each.priority,
            each.decided,
            each.kept,
            each.broken,
            None if each.percent is None else each.percent / HUNDRED,
            None if each.goal is None else each.goal / HUNDRED,
            contents.verdict(is_reached=each.is_reached),
        ]
        for each in card.attainments
    ]
    return Sheet(_("Promises"), columns, rows)


def _goals(card: ReportCard) -> Sheet:
    columns = [
        Column(_("Agreement")),
        Column(_("About")),
        Column(_("Service")),
        Column(_("Goal")),
        Column(_("Measured")),
        Column(_("Result")),
        Column(_("Source")),
        Column(_("First day"), DATE),
        Column(_("Last day"), DATE),
    ]
    rows = [
        [
            result.agreement,
            wording.goal_name(result),
            result.service,
            wording.goal_bound(result),
            wording.goal_amount(result, result.value),
            contents.verdict(is_reached=result.is_reached),
            result.source,
            result.first_day,
            result.last_day,
        ]
        for result in card.goals
    ]
    return Sheet(_("Goals"), columns, rows)


def _ages(card: ReportCard) -> Sheet:
    columns = [Column(_("Age")), Column(_("Open cases"), NUMBER)]
    return Sheet(
        _("Open cases"), columns, [[str(each.band.name), each.count] for each in card.bands]
    )


def _exceptions(card: ReportCard) -> Sheet:
    columns = [
        Column(_("Case")),
        Column(_("Title")),
        Column(_("Priority"), NUMBER),
        Column(_("Promise")),
        Column(_("Agreement")),
        Column(_("Broken at"), MOMENT),
        Column(_("Late by"), DURATION),
        Column(_("Still running")),
        Column(_("Cause")),
        Column(_("What is done about it")),
    ]
    rows: list[list[Any]] = [
        [
            line.promise.number,
            line.promise.title,
            line.promise.priority,
            str(KIND_NAMES[ClockKind(line.promise.kind)]),
            line.promise.agreement,
            line.promise.decided_at,
            line.promise.late_by,
            _("yes") if line.promise.goes_on else _("no"),
            " ".join(wording.cause(line.cause, line.promise.resolution_code)),
            line.remediation,
        ]
        for line in card.exceptions
    ]
    return Sheet(_("Broken promises"), columns, rows)


def _trend(card: ReportCard) -> Sheet:
    codes = (*contents.VOLUME, *contents.QUALITY)
    measures = [card.figure(code).measure for code in codes]
    columns = [Column(_("First day"), DATE), Column(_("Last day"), DATE)]
    columns += [
        Column(str(each.name), DURATION if each.unit is MeasureUnit.DURATION else NUMBER)
        for each in measures
    ]
    rows = [
        [
            each.period.first_day,
            each.period.last_day,
            *(each.figures[code].value for code in codes),
        ]
        for each in card.trend
    ]
    return Sheet(_("Trend"), columns, rows)
