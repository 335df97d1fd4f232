"""A nonconformity: raising and changing it, its page, and each step of its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.improvement.nonconformity import access, actions, queries
from timshel.improvement.nonconformity.states import Method, Step, Verdict
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.nonconformities import measuring, words
from timshel.interfaces.web.governance.nonconformities.beginnings import begun
from timshel.interfaces.web.governance.nonconformities.forms import (
    AnalysisForm,
    CorrectionForm,
    ImplementationForm,
    MeasureForm,
    PlanForm,
    ReasonForm,
    ReportForm,
    VerdictForm,
)
from timshel.interfaces.web.governance.process_names import ProcessNames
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed, WrongState
from timshel.kernel.text import labelled
from timshel.performance_evaluation.indicator.access import may_manage as may_follow
from timshel.planning.planned_action.states import STATE_NAMES, ActionKind, ActionState

FORM = "governance/nonconformities/form.html"
ANALYSIS = "governance/nonconformities/analysis.html"


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the page of a form: its heading, a line below it, its button."""

    title: str
    lead: str
    button: str


@require_safe
def one(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Show a nonconformity with all that is known of it."""
    token = live.token()
    view = queries.nonconformity(nonconformity, actor=request.actor, at=request.at)
    row = view.row
    context = {
        "view": view,
        "row": row,
        "process": ProcessNames(actor=request.actor, at=request.at).name(row.process),
        "mark": words.mark(view.row.state),
        "way": words.way(view.row.state),
        "branches": words.branches(view),
        "verifications": [words.shown_verification(each) for each in view.verifications],
        "doings": [(each, STATE_NAMES[each.state]) for each in view.actions],
        "happenings": words.happenings(view.history),
        "about_address": words.about_address(row.about_kind, row.about_code, actor=request.actor),
        "followed": measuring.followed(view, actor=request.actor, at=request.at)[0],
        "may_follow": bool(row.service_code) and may_follow(request.actor),
        "steps": [step.value for step in view.steps],
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/nonconformities/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form to raise a nonconformity, or raise it."""
    if not access.may_raise(request.actor):
        raise NotAllowed
    is_sent = request.method == "POST"
    form = ReportForm(
        request.actor,
        request.POST if is_sent else None,
        processes=ProcessNames(actor=request.actor, at=request.at),
        initial=begun(request),
    )
    raised: list[str] = []
    if is_sent and form.is_valid():
        by: dict[str, Any] = {"actor": request.actor, "at": request.at}
        if form.try_to(
            lambda: raised.append(actions.raise_nonconformity(report=form.report(), **by)),
        ):
            messages.success(request, _("It is raised."))
            return redirect("nonconformity", raised[0])
    told = Words(
        _("Raise a nonconformity"),
        _("Say what is not as it must be. Whoever answers for it finds the cause and ends it."),
        _("Raise it"),
    )
    return _form_page(request, form, told)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Show the form to say otherwise what it is, or do so."""
    view = queries.nonconformity(nonconformity, actor=request.actor, at=request.at)
    row = view.row
    if not view.may_change:
        raise NotAllowed
    processes = ProcessNames(actor=request.actor, at=request.at)
    begun = {
        "title": row.title,
        "finding": view.finding,
        "severity": row.severity,
        "source": row.source,
        "requirement": row.requirement,
        "service": row.service_code,
        "process": processes.name(row.process),
        "owner": row.owner_code,
        "due_date": row.due_date,
        "about_kind": row.about_kind,
        "about_code": row.about_code,
        "seen_revision": row.revision,
    }
    form = ReportForm(
        request.actor,
        request.POST if request.method == "POST" else None,
        processes=processes,
        initial=begun,
    )

    def do() -> None:
        actions.change_nonconformity(
            row.number,
            report=form.report(),
            seen_revision=form.cleaned_data["seen_revision"] or 0,
            actor=request.actor,
            at=request.at,
        )

    return _answered(request, view, form, do, Words(_("Change"), row.title, _("Save")))


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Say what was done at once."""
    view = _stepping(request, nonconformity, Step.CORRECT)
    form = CorrectionForm(_sent(request))

    def do() -> None:
        actions.correct(view.row.number, correction=form.cleaned_data["correction"], **_by(request))

    told = Words(_("Immediate correction"), view.row.title, _("Record it"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def analyse(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Say why it came about."""
    view = _stepping(request, nonconformity, Step.ANALYSE)
    form = AnalysisForm(_sent(request), initial=_analysed(view))

    def do() -> None:
        actions.analyse(
            view.row.number,
            analysis=form.analysis(),
            seen_revision=form.cleaned_data["seen_revision"],
            **_by(request),
        )

    told = Words(_("Cause"), view.row.title, _("Record the cause"))
    return _answered(request, view, form, do, told, template=ANALYSIS)


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Say what will be done so that it does not happen again."""
    view = _stepping(request, nonconformity, Step.PLAN)
    has_action = any(
        each.kind == ActionKind.CORRECTIVE and each.state != ActionState.DROPPED
        for each in view.actions
    )
    first = {"owner": view.row.owner_code, "due_date": view.row.due_date}
    form = PlanForm(request.actor, needs_action=not has_action, given=_sent(request), initial=first)

    def do() -> None:
        text, first = form.cleaned_data["plan"], form.first()
        actions.plan(view.row.number, text=text, first=first, **_by(request))

    told = Words(_("Corrective action"), view.cause, _("Record the plan"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def implement(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Say that what was planned is done."""
    view = _stepping(request, nonconformity, Step.IMPLEMENT)
    done = [each for each in view.actions if each.state == ActionState.DONE]
    outcomes = "\n".join(labelled(each.title, each.outcome) for each in done)
    form = ImplementationForm(_sent(request), initial={"implementation": outcomes})

    def do() -> None:
        text = form.cleaned_data["implementation"]
        actions.implement(view.row.number, text=text, **_by(request))

    told = Words(_("Implemented"), view.plan, _("It is implemented"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Say that it is none, and why."""
    view = _stepping(request, nonconformity, Step.REJECT)
    form = ReasonForm(_sent(request))

    def do() -> None:
        reason = form.cleaned_data["reason"]
        actions.reject_nonconformity(view.row.number, reason=reason, **_by(request))

    told = Words(_("This is no nonconformity"), view.row.title, _("Reject it"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def measure(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Have a figure read before and after the implementation."""
    view = queries.nonconformity(nonconformity, actor=request.actor, at=request.at)
    if request.method != "POST" and not view.may_measure:
        raise _refusal(view)
    form = MeasureForm(
        request.actor,
        _sent(request),
        initial=measuring.begun(view, actor=request.actor, at=request.at),
    )

    def do() -> None:
        actions.measure_effect(view.row.number, question=form.question(), **_by(request))

    told = Words(_("Read a figure before and after"), view.row.title, _("Read it"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Say whether what was done helped."""
    view = queries.nonconformity(nonconformity, actor=request.actor, at=request.at)
    if request.method != "POST" and not view.may_judge:
        raise _refusal(view)
    waiting = view.waiting
    proposal = waiting.proposal if waiting else None
    form = VerdictForm(_sent(request), initial={"verdict": proposal})

    def do() -> None:
        given = form.cleaned_data
        actions.judge_effect(
            view.row.number,
            verdict=Verdict(given["verdict"]),
            comment=given["comment"],
            **_by(request),
        )

    told = Words(_("Judge the effect"), view.row.title, _("Record the verdict"))
    shown = words.shown_verification(waiting) if waiting else None
    return _answered(request, view, form, do, told, waiting=shown)


@require_POST
def close(request: TimshelRequest, nonconformity: str) -> HttpResponse:
    """Close what was verified as effective."""
    actions.close_nonconformity(nonconformity, actor=request.actor, at=request.at)
    messages.success(request, _("It is closed."))
    return redirect("nonconformity", nonconformity)


def _by(request: TimshelRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": request.at}


def _sent(request: TimshelRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _stepping(request: TimshelRequest, number: str, step: Step) -> queries.NonconformityView:
    """Return a nonconformity with which the reader may go the step; what is sent decides itself."""
    view = queries.nonconformity(number, actor=request.actor, at=request.at)
    if request.method != "POST" and step not in view.steps:
        raise _refusal(view)
    return view


def _refusal(view: queries.NonconformityView) -> Exception:
    return WrongState() if view.may_plan or view.may_change else NotAllowed()


def _answered(
    request: TimshelRequest,
    view: queries.NonconformityView,
    form: RefusableForm,
    do: Callable[[], Any],
    told: Words,
    *,
    template: str = FORM,
    **more: Any,
) -> HttpResponse:
    """Do what was sent and go back to the record, or show the form."""
    if request.method == "POST" and form.is_valid() and form.try_to(do):
        messages.success(request, _("Saved."))
        return redirect("nonconformity", view.row.number)
    return _form_page(request, form, told, row=view.row, template=template, **more)


def _form_page(
    request: TimshelRequest,
    form: RefusableForm,
    told: Words,
    *,
    row: queries.NonconformityRow | None = None,
    template: str = FORM,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "told": told, "row": row, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _analysed(view: queries.NonconformityView) -> dict[str, Any]:
    similar = {True: "yes", False: "no", None: ""}[view.has_similar]
    return {
        "method": view.method or Method.FIVE_WHYS,
        "cause": view.cause,
        "has_similar": similar,
        "similar": view.similar,
        "seen_revision": view.row.revision,
        **{f"why_{position}": why for position, why in enumerate(view.whys, start=1)},
        **{f"branch_{name}": text for name, text in view.branches.items()},
    }
