"""Objectives and their readings as a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.objectives.shown import shown, unit_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.planning.objective.queries import ObjectiveRow, objective_tree
from timshel.planning.objective.states import Direction

WHOLE = 100


@require_safe
def tree_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the tree as XLSX, each row before what serves it."""
    rows = objective_tree(actor=request.actor, at=request.at)
    sheet = Sheet(_("Objectives"), _columns(), [_cells(row) for row in rows])
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="objectives.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _columns() -> list[Column]:
    number, day = ColumnKind.NUMBER, ColumnKind.DATE
    return [
        Column(_("Number")),
        Column(_("What it is")),
        Column(_("Serves")),
        Column(_("What is to be reached")),
        Column(_("Who answers for it")),
        Column(_("Standing")),
        Column(_("From"), day),
        Column(_("To be reached by"), day),
        Column(_("Unit")),
        Column(_("Where we start from"), number),
        Column(_("Side")),
        Column(_("Target"), number),
        Column(_("Last reading"), number),
        Column(_("Read on"), day),
        Column(_("Progress"), ColumnKind.PERCENT),
        Column(_("Outcome")),
    ]


def _cells(row: ObjectiveRow) -> list[Any]:
    words, content = shown(row), row.content
    return [
        row.number,
        words.level,
        content.parent,
        content.title,
        row.owner_name,
        words.state,
        content.start_date,
        content.due_date,
        unit_words(content),
        content.baseline,
        str(Direction(content.direction).label) if content.target is not None else "",
        content.target,
        row.last_value,
        row.last_day,
        None if row.progress is None else row.progress / WHOLE,
        row.outcome,
    ]
