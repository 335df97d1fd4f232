"""Planning a communication, telling it, and answering what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.forms import RefusableForm
from timshel.interfaces.web.governance.communications import forms
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.support.communication_plan import actions, queries
from timshel.support.communication_plan.access import require_manage
from timshel.support.communication_plan.actions import Told
from timshel.support.communication_plan.queries import PlanView

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def new(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new communication, or plan it."""
    require_manage(request.actor)
    form = forms.PlanForm(request.POST or None, actor=request.actor)
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
    view = _seen(request, communication)
    require_manage(request.actor)
    content = view.row.content
    begun = {name: getattr(content, name) for name in content.__slots__}
    initial = {**begun, "revision": view.row.revision}
    form = forms.PlanForm(request.POST or None, actor=request.actor, initial=initial)

    def do() -> None:
        actions.change_communication(
            communication,
            content=form.content(actor=request.actor),
            seen_revision=form.cleaned_data["revision"] or 0,
            actor=request.actor,
            at=request.at,
        )

    return _done(request, form, view, _("Change"), do)


@form_methods
def tell(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of a telling, or record it."""
    view = _told(request, communication)
    form = forms.TellForm(request.POST or None, initial={"day": request.actor.day_at(request.at)})

    def do() -> None:
        told = Told(**form.cleaned_data)
        today = request.actor.day_at(request.at)
        actions.tell_communication(
            communication, told=told, today=today, actor=request.actor, at=request.at
        )

    return _done(request, form, view, _("It was told"), do)


@form_methods
def cancel(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of cancelling, or cancel it."""
    view = _seen(request, communication)
    require_manage(request.actor)
    form = forms.CancelForm(request.POST or None)

    def do() -> None:
        reason = form.cleaned_data["reason"]
        actions.cancel_communication(
            communication, reason=reason, actor=request.actor, at=request.at
        )

    return _done(request, form, view, _("Tell it no more"), do)


@form_methods
def feedback(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show the form of what came back, or record it."""
    view = _told(request, communication)
    form = forms.FeedbackForm(
        request.POST or None, initial={"received_on": request.actor.day_at(request.at)}
    )

    def do() -> None:
        actions.record_feedback(
            communication,
            **form.cleaned_data,
            today=request.actor.day_at(request.at),
            actor=request.actor,
            at=request.at,
        )

    return _done(request, form, view, _("Record what came back"), do)


@form_methods
def settle(request: TimshelRequest, communication: str, feedback: int) -> HttpResponse:
    """Show the form of an answer, or give it."""
    view = _told(request, communication)
    said = [each.text for each in view.feedback if each.key == feedback]
    if not said:
        raise NotFound
    form = forms.SettleForm(request.POST or None)

    def do() -> None:
        actions.settle_feedback(
            communication,
            feedback=feedback,
            **form.cleaned_data,
            actor=request.actor,
            at=request.at,
        )

    return _done(request, form, view, _("Answer"), do, said=said)


@form_methods
def heard(request: TimshelRequest, communication: str) -> HttpResponse:
    """Show what was told to everybody, or take what the reader says to it."""
    form = forms.OwnFeedbackForm(request.POST or None)

    def do() -> None:
        text = form.cleaned_data["text"]
        actions.leave_feedback(
            communication,
            text=text,
            today=request.actor.day_at(request.at),
            actor=request.actor,
            at=request.at,
        )

    if form.is_bound and form.is_valid() and form.try_to(do):
        return redirect("communication-open", communication)
    view = queries.heard_communication(communication, actor=request.actor, at=request.at)
    status = 422 if form.is_bound else 200
    context = {"view": view, "form": form}
    return render(request, "governance/communications/heard.html", context, status=status)


def _seen(request: TimshelRequest, number: str) -> PlanView:
    return queries.communication(number, actor=request.actor, at=request.at)


def _told(request: TimshelRequest, number: str) -> PlanView:
    """Return a communication of which the reader may say what was told and what came back."""
    view = _seen(request, number)
    if not view.may_tell:
        raise NotAllowed
    return view


def _done(
    request: TimshelRequest,
    form: RefusableForm,
    view: PlanView,
    heading: str,
    do: Callable[[], None],
    **more: Any,
) -> HttpResponse:
    number = view.row.number
    if form.is_bound and form.is_valid() and form.try_to(do):
        return redirect("communication", number)
    subject = view.row.content.subject
    return _form(request, form, heading, number=number, subject=subject, **more)


def _form(request: TimshelRequest, form: RefusableForm, heading: str, **more: Any) -> HttpResponse:
    context = {"form": form, "heading": heading, **more}
    status = 422 if form.is_bound else 200
    return render(request, "governance/communications/form.html", context, status=status)
