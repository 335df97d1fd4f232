"""Findings: the list, writing one down, answering it and following it up."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.audits.forms import (
    AnswerForm,
    FindingForm,
    JudgeForm,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.performance_evaluation.internal_audit import actions, queries
from timshel.performance_evaluation.internal_audit.queries import FindingView
from timshel.performance_evaluation.internal_audit.queries.names import subject_names
from timshel.performance_evaluation.internal_audit.states import (
    FINDING,
    NEEDS_ANSWER,
    FindingState,
    FindingTrigger,
    Grade,
)


@require_safe
def findings(request: TimshelRequest) -> HttpResponse:
    """List the findings of the audits that the reader may see."""
    state, grade = request.GET.get("state", ""), request.GET.get("grade", "")
    page = queries.finding_list(
        actor=request.actor,
        at=request.at,
        state=state if state in FindingState.values else "",
        grade=grade if grade in Grade.values else "",
        cursor=request.GET.get("cursor") or None,
    )
    about = {(row.subject_kind, row.subject_code) for row in page.items}
    names = subject_names(about, language=request.actor.language)
    context = {
        "page": page.map(
            lambda row: {
                "row": row,
                "about": names.of(row.subject_kind, row.subject_code),
                "grade": Grade(row.grade).label,
                "state": FindingState(row.state).label,
            }
        ),
        "state": state,
        "states": [("", _("All")), *FindingState.choices],
    }
    return render(request, "governance/audits/findings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest, audit: str) -> HttpResponse:
    """Show the form of a new finding, or write it down."""
    view = queries.audit(audit, actor=request.actor, at=request.at)
    if not view.may_conduct:
        raise NotAllowed
    form = FindingForm(request.actor, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = form.try_to(
            lambda: actions.raise_finding(
                audit, report=form.report(), actor=request.actor, at=request.at
            ),
        )
        if done:
            return redirect("audit", audit)
    context = {"form": form, "title": _("New finding")}
    status = 422 if form.is_bound else 200
    return render(request, "governance/audits/form.html", context, status=status)


@require_safe
def finding(request: TimshelRequest, finding: str) -> HttpResponse:
    """Show a finding."""
    view = queries.finding(finding, actor=request.actor, at=request.at)
    return _page(request, view)


@require_POST
def answer(request: TimshelRequest, finding: str) -> HttpResponse:
    """Answer a finding."""
    view = queries.finding(finding, actor=request.actor, at=request.at)
    form = AnswerForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done = form.try_to(
            lambda: actions.answer_finding(
                finding,
                answer=given["answer"],
                revision=given["revision"] or 0,
                actor=request.actor,
                at=request.at,
            ),
        )
        if done:
            messages.success(request, _("It is answered."))
            return redirect("finding", finding)
    return _page(request, view, answer_form=form)


@require_POST
def judge(request: TimshelRequest, finding: str) -> HttpResponse:
    """Follow a finding up, hand its answer back or close it."""
    if request.POST.get("deed") not in frozenset(FindingTrigger):
        raise NotFound
    trigger = FindingTrigger(request.POST["deed"])
    view = queries.finding(finding, actor=request.actor, at=request.at)
    form = JudgeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        done = form.try_to(
            lambda: actions.judge_finding(
                finding,
                trigger=trigger,
                note=given["note"],
                revision=given["revision"] or 0,
                actor=request.actor,
                at=request.at,
            ),
        )
        if done:
            messages.success(request, _("Saved."))
            return redirect("finding", finding)
    return _page(request, view, judge_form=form)


def _page(
    request: TimshelRequest,
    view: FindingView,
    *,
    answer_form: RefusableForm | None = None,
    judge_form: RefusableForm | None = None,
) -> HttpResponse:
    row = view.row
    begun = {"revision": row.revision}
    state = FindingState(row.state)
    deeds = [
        each
        for each in FINDING.triggers(state)
        if each is not FindingTrigger.ANSWER
        and not (state is FindingState.OPEN and row.grade in NEEDS_ANSWER)
    ]
    about = (row.subject_kind, row.subject_code)
    context = {
        "row": row,
        "about": subject_names([about], language=request.actor.language).of(*about),
        "grade": Grade(row.grade).label,
        "state": state.label,
        "answer_form": answer_form or AnswerForm(initial=begun),
        "judge_form": judge_form or JudgeForm(initial=begun),
        "may_answer": view.may_answer and state is FindingState.OPEN,
        "deeds": deeds if view.may_judge else [],
    }
    refused = answer_form or judge_form
    return render(
        request, "governance/audits/finding.html", context, status=422 if refused else 200
    )
