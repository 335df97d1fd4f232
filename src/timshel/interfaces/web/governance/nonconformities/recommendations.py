"""The recommendations of outside auditors: their register, one of them, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.improvement.nonconformity import access, actions, queries
from timshel.improvement.nonconformity.states import RecommendationStep, Response
from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.nonconformities import words
from timshel.interfaces.web.governance.nonconformities.forms import (
    AdviceForm,
    EvidenceForm,
    ReasonForm,
    ResponseForm,
)
from timshel.interfaces.web.governance.nonconformities.record import Words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed

FORM = "governance/nonconformities/advice_form.html"
WHENS: Mapping[str, Promise] = {
    "open": pgettext_lazy("several actions or improvements", "Open"),
    "overdue": gettext_lazy("Overdue"),
    "closed": pgettext_lazy("several actions or improvements", "Closed"),
    "all": gettext_lazy("All"),
}


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """List recommendations."""
    token = live.token()
    when = request.GET.get("when", "")
    when = when if when in WHENS else "open"
    page = queries.recommendation_list(
        actor=request.actor,
        at=request.at,
        when=when,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(lambda row: (row, words.advice_mark(row.state))),
        "when": when,
        "whens": WHENS.items(),
        "may_record": access.may_record_advice(request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/nonconformities/advice_list.html", context)


@require_safe
def one(request: TimshelRequest, recommendation: str) -> HttpResponse:
    """Show a recommendation with what became of it."""
    token = live.token()
    view = queries.recommendation(recommendation, actor=request.actor, at=request.at)
    context = {
        "view": view,
        "row": view.row,
        "mark": words.advice_mark(view.row.state),
        "steps": [step.value for step in view.steps],
        "happenings": words.happenings(view.history),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/nonconformities/advice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form to record a recommendation, or record it."""
    if not access.may_record_advice(request.actor):
        raise NotAllowed
    is_sent = request.method == "POST"
    begun = {"received_on": request.at.date()}
    form = AdviceForm(request.actor, request.POST if is_sent else None, initial=begun)
    recorded: list[str] = []
    if is_sent and form.is_valid():
        by: dict[str, Any] = {"actor": request.actor, "at": request.at}
        if form.try_to(
            lambda: recorded.append(actions.record_recommendation(advice=form.advice(), **by)),
        ):
            messages.success(request, _("It is recorded."))
            return redirect("recommendation", recorded[0])
    told = Words(
        _("Record a recommendation"),
        _("What an outside auditor recommends, so that it is answered and followed to its end."),
        _("Record it"),
    )
    return _form_page(request, form, told, None)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: TimshelRequest, recommendation: str) -> HttpResponse:
    """Say otherwise what is recommended, who answers for it or until when."""
    view = queries.recommendation(recommendation, actor=request.actor, at=request.at)
    row = view.row
    if not view.may_change:
        raise NotAllowed
    names = ("title", "text", "auditor", "report", "received_on", "priority", "deadline")
    begun = {name: getattr(row, name) for name in names}
    begun |= {"owner": row.owner_code, "seen_revision": row.revision}
    form = AdviceForm(request.actor, _sent(request), initial=begun)

    def do() -> None:
        actions.change_recommendation(
            row.number,
            advice=form.advice(),
            seen_revision=form.cleaned_data["seen_revision"] or 0,
            actor=request.actor,
            at=request.at,
        )

    return _answered(request, view, form, do, Words(_("Change"), row.title, _("Save")))


@require_http_methods(["GET", "HEAD", "POST"])
def respond(request: TimshelRequest, recommendation: str) -> HttpResponse:
    """Say what the management makes of it."""
    view = _stepping(request, recommendation, RecommendationStep.RESPOND)
    row = view.row
    begun = {"response": row.response, "text": row.response_text, "seen_revision": row.revision}
    form = ResponseForm(_sent(request), initial=begun)

    def do() -> None:
        given = form.cleaned_data
        actions.respond(
            row.number,
            response=Response(given["response"]),
            text=given["text"],
            seen_revision=given["seen_revision"],
            actor=request.actor,
            at=request.at,
        )

    told = Words(_("Answer of the management"), row.title, _("Record the answer"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def implement(request: TimshelRequest, recommendation: str) -> HttpResponse:
    """Say that it is implemented, and what shows it."""
    view = _stepping(request, recommendation, RecommendationStep.IMPLEMENT)
    form = EvidenceForm(_sent(request))

    def do() -> None:
        evidence = form.cleaned_data["evidence"]
        actions.implement_recommendation(
            view.row.number, evidence=evidence, actor=request.actor, at=request.at
        )

    told = Words(_("Implemented"), view.row.title, _("It is implemented"))
    return _answered(request, view, form, do, told)


@require_http_methods(["GET", "HEAD", "POST"])
def reopen(request: TimshelRequest, recommendation: str) -> HttpResponse:
    """Take it up again, and say why."""
    view = _stepping(request, recommendation, RecommendationStep.REOPEN)
    form = ReasonForm(_sent(request))

    def do() -> None:
        reason = form.cleaned_data["reason"]
        actions.reopen_recommendation(
            view.row.number, reason=reason, actor=request.actor, at=request.at
        )

    told = Words(_("Take it up again"), view.row.title, _("Take it up again"))
    return _answered(request, view, form, do, told)


@require_POST
def close(request: TimshelRequest, recommendation: str) -> HttpResponse:
    """Close what is implemented, or was rejected with reasons."""
    actions.close_recommendation(recommendation, actor=request.actor, at=request.at)
    messages.success(request, _("It is closed."))
    return redirect("recommendation", recommendation)


def _sent(request: TimshelRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _stepping(
    request: TimshelRequest, number: str, step: RecommendationStep
) -> queries.RecommendationView:
    view = queries.recommendation(number, actor=request.actor, at=request.at)
    if request.method != "POST" and step not in view.steps:
        raise NotAllowed
    return view


def _answered(
    request: TimshelRequest,
    view: queries.RecommendationView,
    form: RefusableForm,
    do: Callable[[], Any],
    told: Words,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid() and form.try_to(do):
        messages.success(request, _("Saved."))
        return redirect("recommendation", view.row.number)
    return _form_page(request, form, told, view.row)


def _form_page(
    request: TimshelRequest,
    form: RefusableForm,
    told: Words,
    row: queries.RecommendationRow | None,
) -> HttpResponse:
    context = {"form": form, "told": told, "row": row}
    return render(request, FORM, context, status=422 if form.is_bound else 200)
