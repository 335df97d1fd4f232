"""Programmes of audits: what they propose, and what is planned in them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.governance.audits.forms import ProgrammeForm
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.performance_evaluation.internal_audit import access, actions, queries
from timshel.performance_evaluation.internal_audit.states import ProgrammeState, ProgrammeTrigger


@require_safe
def programmes(request: TimshelRequest) -> HttpResponse:
    """List the programmes."""
    page = queries.programme_list(actor=request.actor, cursor=request.GET.get("cursor") or None)
    shown = page.map(lambda row: {"row": row, "state": ProgrammeState(row.state).label})
    context = {"page": shown, "may_manage": access.may_manage(request.actor)}
    return render(request, "governance/audits/programmes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new programme, or draft it."""
    form = ProgrammeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():

        def create() -> object:
            plan = form.plan(request.actor)
            return actions.create_programme(plan=plan, actor=request.actor, at=request.at)

        if form.try_to(create):
            return redirect("audit-programme", form.cleaned_data["code"])
    return _form_page(request, form, "")


@require_safe
def programme(request: TimshelRequest, programme: str) -> HttpResponse:
    """Show a programme: what it proposes and what is planned."""
    token = live.token()
    row = queries.programme(programme, actor=request.actor)
    audits = queries.audit_list(actor=request.actor, programme=row.code, size=200)
    context = {
        "row": row,
        "state": ProgrammeState(row.state).label,
        "lines": queries.proposal(programme, actor=request.actor, at=request.at),
        "audits": audits.items,
        "levels": actions.LEVELS,
        "may_manage": access.may_manage(request.actor) and row.state != ProgrammeState.CLOSED,
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/audits/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, programme: str) -> HttpResponse:
    """Show the form of a programme, or change it."""
    row = queries.programme(programme, actor=request.actor)
    if not access.may_manage(request.actor):
        raise NotAllowed
    initial = {
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "manager": row.manager.code,
        "objectives": row.objectives,
        "revision": row.revision,
    }
    given = request.POST if request.method == "POST" else None
    form = ProgrammeForm(given, is_new=False, initial=initial)
    if form.is_bound and form.is_valid():
        done = form.try_to(
            lambda: actions.change_programme(
                row.code,
                plan=form.plan(request.actor, row.code),
                revision=form.cleaned_data["revision"] or 0,
                actor=request.actor,
                at=request.at,
            ),
        )
        if done:
            messages.success(request, _("Saved."))
            return redirect("audit-programme", row.code)
    return _form_page(request, form, row.code)


@require_POST
def weigh(request: TimshelRequest, programme: str) -> HttpResponse:
    """Say how important it is to audit something."""
    try:
        importance = int(request.POST.get("importance", ""))
    except ValueError as error:
        raise Invalid from error
    actions.weigh(
        programme,
        kind=request.POST.get("kind", ""),
        subject=request.POST.get("subject", ""),
        importance=importance,
        actor=request.actor,
        at=request.at,
    )
    messages.success(request, _("Saved."))
    return redirect("audit-programme", programme)


@require_POST
def agree(request: TimshelRequest, programme: str) -> HttpResponse:
    """Agree on a programme."""
    return _moved(request, programme, ProgrammeTrigger.AGREE)


@require_POST
def close(request: TimshelRequest, programme: str) -> HttpResponse:
    """Close a programme."""
    return _moved(request, programme, ProgrammeTrigger.CLOSE)


def _moved(request: TimshelRequest, code: str, trigger: ProgrammeTrigger) -> HttpResponse:
    actions.move_programme(code, trigger=trigger, actor=request.actor, at=request.at)
    messages.success(request, _("Saved."))
    return redirect("audit-programme", code)


def _form_page(request: TimshelRequest, form: ProgrammeForm, code: str) -> HttpResponse:
    if not access.may_manage(request.actor):
        raise NotAllowed
    context = {"form": form, "title": code or _("New audit programme")}
    status = 422 if form.is_bound else 200
    return render(request, "governance/audits/form.html", context, status=status)
