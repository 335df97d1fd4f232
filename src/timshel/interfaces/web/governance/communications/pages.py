"""The communication plan, one communication, and what waits for an answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.communications.shown import Shown, happened
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, Column, ColumnKind, Sheet, spreadsheet
from timshel.service_portfolio.service.queries import all_service_names
from timshel.support.communication_plan import actions, queries
from timshel.support.communication_plan.access import may_manage
from timshel.support.communication_plan.queries import PlanFilter
from timshel.support.communication_plan.states import STATE_NAMES, PlanState

LONGEST_WORDS = 100


def asked_of(request: TimshelRequest) -> PlanFilter:
    """Return which communications the address asks for; what it says amiss narrows nothing."""
    given = request.GET
    state = given.get("state", "")
    return PlanFilter(
        state=PlanState(state) if state in set(PlanState) else None,
        is_overdue=given.get("when") == "overdue",
        words=given.get("q", "")[:LONGEST_WORDS].replace("\x00", ""),
    )


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """Show the communication plan."""
    token, wanted = live.token(), asked_of(request)
    page = queries.communication_list(
        actor=request.actor, at=request.at, wanted=wanted, cursor=request.GET.get("cursor") or None
    )
    context = {
        "page": page.map(Shown),
        "states": STATE_NAMES.items(),
        "wanted": wanted,
        "is_narrowed": wanted != PlanFilter(),
        "may_manage": may_manage(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/communications/list.html", context)


@require_safe
def register_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the communications that the address asks for as XLSX."""
    rows = queries.whole_plan(actor=request.actor, at=request.at, wanted=asked_of(request))
    columns = [
        Column(_("Number")),
        Column(_("Subject")),
        Column(_("What is said, and why")),
        Column(_("Whom it is for")),
        Column(_("By which way")),
        Column(_("How often")),
        Column(_("Who sees to it")),
        Column(_("To be told by"), ColumnKind.DATE),
        Column(_("Standing")),
    ]
    cells = (
        [
            each.number,
            each.content.subject,
            each.content.message,
            each.content.stakeholders,
            str(each.content.medium.label),
            str(each.content.rhythm.label),
            each.owner_name,
            each.content.due_date,
            str(STATE_NAMES[each.state]),
        ]
        for each in rows
    )
    sheet = Sheet(_("Communication plan"), columns, cells)
    content = spreadsheet([sheet], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="communication-plan.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


@require_safe
def waiting(request: TimshelRequest) -> HttpResponse:
    """Show what waits for an answer."""
    token = live.token()
    context = {
        "rows": queries.open_feedback(actor=request.actor, at=request.at),
        "may_manage": may_manage(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/communications/waiting.html", context)


@require_safe
def one(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show one with its tellings, what came back and what happened."""
    token = live.token()
    view = queries.communication(communication, actor=request.actor, at=request.at)
    code = view.row.content.service_code
    names = all_service_names(language=request.actor.language) if code else {}
    context = {
        "view": view,
        "row": Shown(view.row),
        "service": names.get(code, code),
        "history": list(happened(view.history)),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/communications/one.html", context)
