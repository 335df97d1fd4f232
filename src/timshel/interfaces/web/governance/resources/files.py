"""Resources and their quarters as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.resources.shown import shown
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.support.resource.queries import ResourceFilter, ResourceRow, resource_overview


@require_safe
def overview_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the resources that are kept as XLSX: a row for each quarter of each."""
    rows = resource_overview(actor=request.actor, at=request.at, wanted=ResourceFilter())
    sheet = Sheet(_("Resources"), _columns(), (cells for row in rows for cells in _cells(row)))
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="resources.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _columns() -> list[Column]:
    number = ColumnKind.NUMBER
    return [
        Column(_("Number")),
        Column(_("What it is")),
        Column(_("Name")),
        Column(_("Counted in")),
        Column(_("Who answers for it")),
        Column(_("Team")),
        Column(_("Service")),
        Column(_("Quarter")),
        Column(_("First day"), ColumnKind.DATE),
        Column(_("Available"), number),
        Column(_("Needed"), number),
        Column(pgettext("resource", "Used"), number),
        Column(_("Missing"), number),
        Column(_("Where it comes from")),
    ]


def _cells(row: ResourceRow) -> Iterator[list[Any]]:
    found = shown(row)
    for quarter in found.quarters:
        each = quarter.each
        origin = _("Foretold") if each.is_foretold else ""
        if each.needed is not None and not each.is_foretold:
            origin = _("Planned")
        yield [
            row.number,
            found.kind,
            row.content.name,
            row.content.unit,
            row.owner_name,
            row.team_name,
            row.service_name,
            quarter.name,
            each.quarter,
            each.available,
            each.needed,
            each.used,
            each.missing,
            origin,
        ]
