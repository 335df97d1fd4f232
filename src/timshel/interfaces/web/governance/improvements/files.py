"""The register as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from timshel.improvement.initiative.queries import ImprovementRow, improvement_list
from timshel.interfaces.web.governance.improvements.views import wanted_of
from timshel.interfaces.web.governance.improvements.words import Shown, area_names, shown
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet

BATCH = 500
MOST = 20_000


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the improvements that the page would list, all of them."""
    names = area_names(request.actor.language)
    rows = [_line(shown(row, names)) for row in _all(request)]
    columns = (
        Column(_("Number")),
        Column(_("What would be better")),
        Column(_("About")),
        Column(_("Standing")),
        Column(_("Priority")),
        Column(_("Score"), ColumnKind.NUMBER),
        Column(_("Who answers for it")),
        Column(_("Until"), ColumnKind.DATE),
        Column(_("What it is to bring")),
        Column(_("Before")),
        Column(pgettext("improvement", "Promised")),
        Column(_("Reached")),
        Column(_("What it brought")),
        Column(_("Suggested by")),
        Column(_("Suggested"), ColumnKind.MOMENT),
    )
    content = spreadsheet([Sheet(_("Improvements"), columns, rows)], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="improvements.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _line(each: Shown) -> tuple[Any, ...]:
    row = each.row
    return (
        row.number,
        row.title,
        each.area,
        each.state,
        each.urgency,
        row.score,
        row.owner_name,
        row.due_date,
        row.expected_benefit,
        each.before,
        each.expected,
        each.reached,
        each.outcome,
        row.suggested_by,
        row.suggested_at,
    )


def _all(request: TimshelRequest) -> Iterator[ImprovementRow]:
    wanted, cursor, count = wanted_of(request), None, 0
    while count < MOST:
        page = improvement_list(
            actor=request.actor, at=request.at, wanted=wanted, cursor=cursor, size=BATCH
        )
        yield from page.items
        count, cursor = count + len(page.items), page.next_cursor
        if cursor is None:
            return
