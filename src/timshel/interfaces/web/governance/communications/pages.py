"""The communication plan, one communication, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.communications import forms
from timshel.interfaces.web.requests import TimshelRequest
from timshel.support.communication_plan import actions, queries
from timshel.support.communication_plan.access import may_manage
from timshel.support.communication_plan.actions import Told
from timshel.support.communication_plan.queries import PlanFilter
from timshel.support.communication_plan.states import STATE_NAMES, PlanState

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _today(request: TimshelRequest) -> date:
    return request.at.astimezone(ZoneInfo(request.actor.time_zone)).date()


@require_safe
def register(request: TimshelRequest) -> HttpResponse:
    """Show the communication plan."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:200]
    wanted = PlanFilter(
        state=PlanState(state) if state in set(PlanState) else None,
        is_overdue="overdue" in request.GET,
        words=words.replace("\x00", ""),
    )
    page = queries.communication_list(
        actor=request.actor, at=request.at, wanted=wanted, cursor=request.GET.get("cursor")
    )
    context = {
        "page": page,
        "rows": [(each, STATE_NAMES[each.state]) for each in page.items],
        "states": STATE_NAMES.items(),
        "wanted": wanted,
        "may_manage": may_manage(request.actor),
    }
    return render(request, "governance/communications/list.html", context)


@require_safe
def waiting(request: TimshelRequest) -> HttpResponse:
    """Show what waits for an answer."""
    rows = queries.open_feedback(actor=request.actor, at=request.at)
    return render(request, "governance/communications/waiting.html", {"rows": rows})


@require_safe
def one(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show one with its tellings and what came back."""
    view = queries.communication(communication, actor=request.actor, at=request.at)
    context = {"view": view, "row": view.row, "state_name": STATE_NAMES[view.row.state]}
    return render(request, "governance/communications/one.html", context)


@form_methods
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new communication, or plan it."""
    form = forms.PlanForm(request.POST or None)
    made: list[str] = []

    def do() -> None:
        content = form.content(actor=request.actor)
        made.append(actions.plan_communication(content, actor=request.actor, at=request.at))

    if form.is_bound and form.is_valid() and form.try_to(do):
        return redirect("communication", made[0])
    return _form(request, form, _("Plan a communication"))


@form_methods
def change(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of a communication, or plan it otherwise."""
    row = queries.communication(communication, actor=request.actor, at=request.at).row
    begun = {name: getattr(row.content, name) for name in row.content.__slots__}
    form = forms.PlanForm(request.POST or None, initial={**begun, "revision": row.revision})

    def do() -> None:
        actions.change_communication(
            communication,
            content=form.content(actor=request.actor),
            seen_revision=form.cleaned_data["revision"] or 0,
            actor=request.actor,
            at=request.at,
        )

    return _done(request, form, communication, row.content.subject, do)


@form_methods
def tell(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of a telling, or record it."""
    queries.communication(communication, actor=request.actor, at=request.at)
    form = forms.TellForm(request.POST or None, initial={"day": _today(request)})

    def do() -> None:
        told = Told(**form.cleaned_data)
        today = _today(request)
        actions.tell_communication(
            communication, told=told, today=today, actor=request.actor, at=request.at
        )

    return _done(request, form, communication, _("It was told"), do)


@form_methods
def cancel(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of cancelling, or cancel it."""
    queries.communication(communication, actor=request.actor, at=request.at)
    form = forms.CancelForm(request.POST or None)

    def do() -> None:
        reason = form.cleaned_data["reason"]
        actions.cancel_communication(
            communication, reason=reason, actor=request.actor, at=request.at
        )

    return _done(request, form, communication, _("Cancel it"), do)


@form_methods
def feedback(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of what came back, or record it."""
    queries.communication(communication, actor=request.actor, at=request.at)
    form = forms.FeedbackForm(request.POST or None, initial={"received_on": _today(request)})

    def do() -> None:
        actions.record_feedback(
            communication,
            **form.cleaned_data,
            today=_today(request),
            actor=request.actor,
            at=request.at,
        )

    return _done(request, form, communication, _("Record what came back"), do)


@form_methods
def settle(request: TimshelRequest, communication: str, feedback: int) -> HttpResponse:
    """Show the form of an answer, or give it."""
    view = queries.communication(communication, actor=request.actor, at=request.at)
    said = [each.text for each in view.feedback if each.key == feedback]
    form = forms.SettleForm(request.POST or None)

    def do() -> None:
        actions.settle_feedback(
            communication,
            feedback=feedback,
            **form.cleaned_data,
            actor=request.actor,
            at=request.at,
        )

    return _done(request, form, communication, _("Answer"), do, said=said)


@form_methods
def heard(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show what was told to everybody, or take what the reader says to it."""
    form = forms.OwnFeedbackForm(request.POST or None)

    def do() -> None:
        text = form.cleaned_data["text"]
        actions.leave_feedback(
            communication, text=text, today=_today(request), actor=request.actor, at=request.at
        )

    if form.is_bound and form.is_valid() and form.try_to(do):
        return redirect("communication-open", communication)
    view = queries.heard_communication(communication, actor=request.actor, at=request.at)
    status = 422 if form.is_bound else 200
    context = {"view": view, "form": form}
    return render(request, "governance/communications/heard.html", context, status=status)


def _done(
    request: TimshelRequest,
    form: RefusableForm,
    number: str,
    heading: str,
    do: Callable[[], None],
    **more: Any,
) -> HttpResponse:
    if form.is_bound and form.is_valid() and form.try_to(do):
        return redirect("communication", number)
    return _form(request, form, heading, number=number, **more)


def _form(request: TimshelRequest, form: RefusableForm, heading: str, **more: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, **more}
    status = 422 if form.is_bound else 200
    return render(request, "governance/communications/form.html", context, status=status)
