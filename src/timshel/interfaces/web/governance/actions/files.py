"""Planned actions as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.actions.views import wanted_of
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.planning.planned_action.queries import ActionRow, planned_action_list
from timshel.planning.planned_action.states import STATE_NAMES, ActionKind

BATCH = 500
MOST = 20_000


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the actions that the page would list, all of them."""
    rows = [
        (
            row.number,
            row.title,
            str(ActionKind(row.kind).label),
            row.about_code,
            row.owner_name,
            row.due_date,
            str(STATE_NAMES[row.state]),
            row.outcome,
            row.ended_at,
        )
        for row in _all(request)
    ]
    columns = (
        Column(_("Number")),
        Column(_("What is to be done")),
        Column(_("Why it is done")),
        Column(_("About")),
        Column(_("Who does it")),
        Column(_("Until"), ColumnKind.DATE),
        Column(_("Standing")),
        Column(_("What came of it")),
        Column(_("Ended"), ColumnKind.MOMENT),
    )
    content = spreadsheet(
        [Sheet(_("Planned actions"), columns, rows)], zone=request.actor.time_zone
    )
    headers = {"Content-Disposition": 'attachment; filename="actions.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _all(request: TimshelRequest) -> Iterator[ActionRow]:
    wanted, cursor, count = wanted_of(request), None, 0
    while count < MOST:
        page = planned_action_list(
            actor=request.actor, at=request.at, wanted=wanted, cursor=cursor, size=BATCH
        )
        yield from page.items
        count, cursor = count + len(page.items), page.next_cursor
        if cursor is None:
            return
