"""Conformity at a glance: the whole, clauses, questions, looks and the crosswalk."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from timshel.improvement.conformity import access, actions, queries
from timshel.improvement.conformity.bundle.pages import question_sheet
from timshel.improvement.conformity.queries import CrossRow, QuestionFilter
from timshel.improvement.conformity.states import EvidenceKind, Judgement, Status, VerdictStanding
from timshel.interfaces.web.governance.conformity.words import (
    Marked,
    bars,
    judged,
    marked,
    shown,
    watched,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.documents import XLSX, spreadsheet
from timshel.kernel.text import is_storable

REGIONS = [actions.REGION]


@require_safe
def whole(request: TimshelRequest) -> HttpResponse:
    """Show how far the requirements are met: the whole, and each clause."""
    token = live.token()
    actor = request.actor
    view = queries.overview(request.GET.get("model", ""), actor=actor, at=request.at)
    worst = request.GET.get("status", "")
    rows = [row for row in view.clauses if row.total and (not worst or row.worst == worst)]
    context = {
        "view": view,
        "bars": bars(view.counts),
        "said": [(judged(each), view.judgements[each]) for each in Judgement],
        "clauses": [(row, marked(row.worst), bars(row.counts)) for row in rows],
        "wanted": shown(view.most_wanted, actor=actor),
        "status": worst,
        "may_judge": access.may_judge(actor),
        "model": view.model,
        "live_token": token,
        **watched(request),
    }
    return render(request, "governance/conformity/whole.html", context)


@require_safe
def questions(request: TimshelRequest) -> HttpResponse:
    """List questions, those that most want to be mended first."""
    token = live.token()
    actor = request.actor
    model = request.GET.get("model", "")
    asked = asked_of(request)
    view = queries.overview(model, actor=actor, at=request.at)
    cursor = request.GET.get("cursor") or None
    page = queries.question_page(model, asked=asked, cursor=cursor, actor=actor, at=request.at)
    context = {
        "page": page,
        "rows": shown(page.items, actor=actor),
        "asked": asked,
        "is_narrowed": asked != QuestionFilter(),
        "statuses": Status.choices,
        "kinds": EvidenceKind.choices,
        "standings": VerdictStanding.choices,
        "clauses": [row for row in view.clauses if row.total],
        "view": view,
        "model": view.model,
        "live_token": token,
        **watched(request),
    }
    return render(request, "governance/conformity/questions.html", context)


@require_safe
def clause(request: TimshelRequest, conformity_clause: str) -> HttpResponse:
    """Show a clause with its questions."""
    token = live.token()
    view = queries.clause_view(conformity_clause, actor=request.actor, at=request.at)
    context = {
        "view": view,
        "row": view.row,
        "mark": marked(view.row.worst),
        "bars": bars(view.row.counts),
        "rows": shown(view.questions, actor=request.actor),
        "others": _others(view.others),
        "model": view.model,
        "live_token": token,
        **watched(request),
    }
    return render(request, "governance/conformity/clause.html", context)


@require_POST
def look(request: TimshelRequest) -> HttpResponse:
    """Have all rules asked what evidence there is; the page follows how far that is."""
    actions.ask_look(actor=request.actor, at=request.at)
    back = request.POST.get("next", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("conformity")


@require_safe
def looks(request: TimshelRequest) -> HttpResponse:
    """Show what earlier looks found."""
    token = live.token()
    model = request.GET.get("model", "")
    cursor = request.GET.get("cursor") or None
    page = queries.look_list(model, cursor=cursor, actor=request.actor)
    context = {
        "page": page.map(lambda row: (row, bars(row.counts))),
        "statuses": [marked(each) for each in Status],
        "live_token": token,
        "live_regions": REGIONS,
    }
    return render(request, "governance/conformity/looks.html", context)


@require_safe
def crosswalk(request: TimshelRequest) -> HttpResponse:
    """Show which clauses of which models correspond to each other."""
    token = live.token()
    actor = request.actor
    models = queries.model_list(actor=actor)
    codes = [each.code for each in models]
    first = next((each.code for each in models if each.has_questions), "")
    model = request.GET.get("model", "")
    model = model if model in codes else first
    other = request.GET.get("other", "")
    other = other if other in codes and other != model else ""
    rows = queries.crosswalk(model, other=other, actor=actor, at=request.at)
    is_whole = request.GET.get("all") == "yes"
    names = {each.code: f"{each.name} ({each.edition})" for each in models}
    context = {
        "models": names.items(),
        "model_code": model,
        "other": other,
        "is_whole": is_whole,
        "rows": [
            (each, marked(each.row.worst), _others(each.others))
            for each in rows
            if each.others or is_whole
        ],
        "live_token": token,
        "live_regions": REGIONS,
    }
    return render(request, "governance/conformity/crosswalk.html", context)


@require_safe
def as_xlsx(request: TimshelRequest) -> HttpResponse:
    """Send the questions that the page would list, all of them."""
    model = request.GET.get("model", "")
    rows = queries.question_list(model, asked=asked_of(request), actor=request.actor, at=request.at)
    content = spreadsheet([question_sheet(rows)], zone=request.actor.time_zone)
    headers = {"Content-Disposition": 'attachment; filename="conformity.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)


def asked_of(request: TimshelRequest) -> QuestionFilter:
    """Return which questions an address asks for; what it does not know narrows nothing."""
    given = request.GET
    status, kind = given.get("status", ""), given.get("kind", "")
    verdict, text = given.get("verdict", ""), given.get("text", "")[:100]
    return QuestionFilter(
        status=Status(status) if status in Status.values else None,
        clause=given.get("clause", ""),
        kind=EvidenceKind(kind) if kind in EvidenceKind.values else None,
        verdict=VerdictStanding(verdict) if verdict in VerdictStanding.values else None,
        text=text if is_storable(text) else "",
    )


def _others(others: Iterable[CrossRow]) -> list[tuple[CrossRow, Marked | None]]:
    return [(each, marked(each.worst)) for each in others]
