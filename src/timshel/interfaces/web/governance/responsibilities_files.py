"""Matrices as documents and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.responsibilities import key_of
from timshel.interfaces.web.governance.responsibilities_words import (
    LEGEND,
    days,
    gap_sentences,
    matrix_title,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, pdf, spreadsheet
from timshel.kernel.text import labelled
from timshel.leadership.responsibility import queries
from timshel.leadership.responsibility.queries import ColumnView, MatrixView
from timshel.performance_evaluation.reporting import contents

TEMPLATE = Path(__file__).with_name("responsibilities_matrix.typ")


@require_safe
def matrix_pdf(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Send a matrix as PDF."""
    view = queries.matrix(key_of(kind, code), actor=request.actor, at=request.at)
    content = pdf(TEMPLATE, _data(view, request), at=request.at)
    return _file(content, "application/pdf", f"raci-{view.key.kind}-{view.key.code}.pdf")


@require_safe
def matrix_xlsx(request: TimshelRequest, kind: str, code: str) -> HttpResponse:
    """Send a matrix as XLSX."""
    view = queries.matrix(key_of(kind, code), actor=request.actor, at=request.at)
    sheets = [_matrix_sheet(view, _("Activities")), _holders_sheet([view]), _gaps_sheet([view])]
    content = spreadsheet(sheets, zone=request.actor.time_zone)
    return _file(content, XLSX, f"raci-{view.key.kind}-{view.key.code}.xlsx")


@require_safe
def all_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send all matrices as XLSX: a sheet for each, all holders, all that is missing."""
    views = queries.overview(actor=request.actor, at=request.at).matrices
    sheets = [
        _holders_sheet(views),
        _gaps_sheet(views),
        *(_matrix_sheet(view, view.name) for view in views),
    ]
    content = spreadsheet(sheets, zone=request.actor.time_zone)
    return _file(content, XLSX, "raci.xlsx")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=media_type, headers=headers)


def _names(column: ColumnView) -> str:
    if column.is_open:
        return _("differs from case to case")
    return ", ".join(holder.name for holder in column.holders) or _("vacant")


def _data(view: MatrixView, request: TimshelRequest) -> dict[str, Any]:
    moment = contents.moment(request.at, request.actor.time_zone)
    return {
        "title": matrix_title(view),
        "subtitle": _("Who is responsible, accountable, consulted and informed"),
        "language": request.actor.language,
        "footer": moment,
        "headers": [_("Activity"), *(column.role.name for column in view.columns)],
        "holders": [_("Held by"), *(_names(column) for column in view.columns)],
        "rows": [
            [row.name, *(row.letters.get(each.role.code, "") for each in view.columns)]
            for row in view.activities
        ],
        "legend": [labelled(letter, f"{name}, {text}") for letter, name, text in LEGEND],
        "gaps_title": _("To be mended"),
        "gaps": gap_sentences(view.gaps),
    }


def _matrix_sheet(view: MatrixView, name: str) -> Sheet:
    columns = [Column(_("Activity")), *(Column(each.role.name) for each in view.columns)]
    rows: list[list[Any]] = [[_("Held by"), *(_names(each) for each in view.columns)]]
    rows += [
        [row.name, *(row.letters.get(each.role.code, "") for each in view.columns)]
        for row in view.activities
    ]
    return Sheet(name, columns, rows)


def _holders_sheet(views: Iterable[MatrixView]) -> Sheet:
    columns = [
        Column(_("Matrix")),
        Column(_("Role")),
        Column(_("Who holds it")),
        Column(_("Days")),
        Column(_("From"), ColumnKind.DATE),
        Column(_("Until"), ColumnKind.DATE),
    ]
    rows: list[list[Any]] = [
        [
            matrix_title(view),
            column.role.name,
            holder.name,
            days(holder.valid_from, holder.valid_until),
            holder.valid_from,
            holder.valid_until,
        ]
        for view in views
        for column in view.columns
        for holder in column.holders
    ]
    return Sheet(_("Holders"), columns, rows)


def _gaps_sheet(views: Iterable[MatrixView]) -> Sheet:
    columns = [Column(_("Matrix")), Column(_("To be mended"))]
    rows = [
        [matrix_title(view), sentence] for view in views for sentence in gap_sentences(view.gaps)
    ]
    return Sheet(_("To be mended"), columns, rows)
