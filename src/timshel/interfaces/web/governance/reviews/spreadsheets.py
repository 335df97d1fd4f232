"""Management reviews with their decisions and actions as a spreadsheet."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.reviews.views import chosen_state
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.performance_evaluation.management_review import access
from timshel.performance_evaluation.management_review.queries import ReviewOutcome, outcomes
from timshel.performance_evaluation.management_review.states import Output
from timshel.planning.planned_action.states import STATE_NAMES


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the reviews that the page would list, what they decided, and what follows from it."""
    access.require_entry(request.actor)
    found = outcomes(actor=request.actor, at=request.at, state=chosen_state(request))
    sheets = [_reviews(found), _decisions(found), _actions(found)]
    content = spreadsheet(sheets, zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="management-reviews.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def _reviews(found: Sequence[ReviewOutcome]) -> Sheet:
    columns = (
        Column(_("Number")),
        Column(_("Review")),
        Column(_("Board")),
        Column(_("Chair")),
        Column(_("Day"), ColumnKind.MOMENT),
        Column(_("Looks back until"), ColumnKind.MOMENT),
        Column(_("Standing")),
    )
    rows = [
        (
            each.row.number,
            each.row.title,
            each.row.board,
            each.row.chair,
            each.row.starts_at,
            each.row.cut_off,
            str(each.row.state.label),
        )
        for each in found
    ]
    return Sheet(_("Management reviews"), columns, rows)


def _decisions(found: Sequence[ReviewOutcome]) -> Sheet:
    columns = (Column(_("Review")), Column(_("What was decided")), Column(_("About")))
    rows = [
        (each.row.number, line.text, ", ".join(str(Output(one).label) for one in line.outputs))
        for each in found
        for line in each.decisions
    ]
    return Sheet(_("Decisions"), columns, rows)


def _actions(found: Sequence[ReviewOutcome]) -> Sheet:
    columns = (
        Column(_("Review")),
        Column(_("Number")),
        Column(_("What is to be done")),
        Column(_("Who does it")),
        Column(_("Until"), ColumnKind.DATE),
        Column(_("Standing")),
        Column(_("What came of it")),
    )
    rows = [
        (
            each.row.number,
            action.number,
            action.title,
            action.owner_name,
            action.due_date,
            str(STATE_NAMES[action.state]),
            action.outcome,
        )
        for each in found
        for action in each.actions
    ]
    return Sheet(_("Planned actions"), columns, rows)
