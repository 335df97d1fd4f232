"""The register of processes, one with all that belongs to it, and all of it as a spreadsheet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.issues.saving import chosen, sheet_file
from timshel.interfaces.web.governance.processes.shown import (
    drawn,
    happened,
    matrix_address,
    may_see_diagrams,
    shown_flow,
    shown_machine,
    shown_map,
    shown_record,
    shown_row,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import Column, ColumnKind, Sheet
from timshel.leadership.process_profile import queries
from timshel.leadership.process_profile.access import may_manage
from timshel.leadership.process_profile.actions import REGION
from timshel.leadership.process_profile.queries import ProfileFilter
from timshel.leadership.process_profile.states import STATE_NAMES, ProfileState


def asked_of(request: TimshelRequest) -> ProfileFilter:
    """Return which processes the address asks for: those in use, unless it says otherwise."""
    is_overdue = request.GET.get("overdue") == "yes"
    if request.GET.get("state") == "all":
        return ProfileFilter(is_overdue=is_overdue)
    state = chosen(request, "state", ProfileState) or ProfileState.IN_USE
    return ProfileFilter(state=state, is_overdue=is_overdue)


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """List the processes with who answers for them, and show what passes between them."""
    token = live.token()
    actor, at, asked = request.actor, request.at, asked_of(request)
    page = queries.profile_list(
        actor=actor, at=at, wanted=asked, cursor=request.GET.get("cursor") or None
    )
    state = asked.state.value if asked.state else "all"
    context = {
        "page": page.map(shown_row),
        "map": shown_map(queries.process_map(actor=actor, at=at)),
        "states": [
            *((each.value, name) for each, name in STATE_NAMES.items()),
            ("all", _("All")),
        ],
        "state": state,
        "is_overdue": asked.is_overdue,
        "is_narrowed": asked != ProfileFilter(state=ProfileState.IN_USE),
        "may_manage": may_manage(actor),
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/processes/list.html", context)


@require_safe
def one(request: TimshelRequest, process_profile: str) -> HttpResponse:
    """Show a process with all that belongs to it."""
    token = live.token()
    actor, at = request.actor, request.at
    view = queries.profile(process_profile, actor=actor, at=at)
    history = queries.profile_history(process_profile, actor=actor, at=at)
    context = {
        "view": view,
        **shown_row(view.row),
        "matrix": matrix_address(view.row, actor=actor),
        "inputs": [shown_flow(each) for each in view.inputs],
        "outputs": [shown_flow(each) for each in view.outputs],
        "machines": [shown_machine(each) for each in view.machines],
        "may_see_diagrams": may_see_diagrams(actor),
        "drawn": drawn(view, request.GET.get("diagram", ""), actor=actor, at=at),
        "indicators": [shown_record(each) for each in view.indicators],
        "documents": [shown_record(each) for each in view.documents],
        "history": [happened(each) for each in history],
        "live_token": token,
        "live_regions": [REGION],
    }
    return render(request, "governance/processes/one.html", context)


@require_safe
def register_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the processes that the page would list, all of them."""
    columns = (
        Column(_("Code")),
        Column(_("Name")),
        Column(_("Standing")),
        Column(_("What is it for?")),
        Column(_("What belongs to it")),
        Column(_("Who has something of it")),
        Column(_("Role that answers for it")),
        Column(_("Who answers for it")),
        Column(_("Light variant")),
        Column(_("Looked at last on"), ColumnKind.DATE),
        Column(_("To be looked at again by"), ColumnKind.DATE),
    )
    found = queries.profile_rows(actor=request.actor, at=request.at, wanted=asked_of(request))
    rows = []
    for row, scope, customers in found:
        words = shown_row(row)
        rows.append(
            (
                row.code,
                row.name,
                str(words["state"]),
                row.purpose,
                scope,
                customers,
                words["role"],
                words["holders"],
                _("Yes") if row.has_light else _("No"),
                row.reviewed_on,
                row.review_date,
            )
        )
    return sheet_file([Sheet(_("Processes"), columns, rows)], "processes.xlsx", request=request)
