"""The minutes of a meeting: writing them, deciding, and approving them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from timshel.interfaces.web.governance.meetings.forms import DecisionForm, MinutesForm
from timshel.interfaces.web.governance.meetings.views import drawn_lines, meeting_page
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed
from timshel.support.meeting import actions, queries


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Show the form of the minutes, or write them."""
    view = queries.meeting(meeting, actor=request.actor, at=request.at)
    if not view.may_write:
        raise NotAllowed
    is_sent = request.method == "POST"
    form = MinutesForm(view, request.POST if is_sent else None)
    if is_sent and form.is_valid():

        def save() -> None:
            actions.write_minutes(
                meeting,
                content=form.content(),
                seen_revision=form.cleaned_data["seen_revision"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("meeting", view.row.number)
    context = {
        "form": form,
        "view": view,
        "agenda": [
            (item, drawn_lines(item), bound)
            for item, bound in zip(view.agenda, form.texts(), strict=True)
        ],
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/meetings/minutes_form.html", context, status=status)


@require_POST
def decide(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Write down a decision."""
    form = DecisionForm(request.POST)
    if form.is_valid():

        def save() -> None:
            actions.add_decision(
                meeting,
                text=form.cleaned_data["text"],
                decided_by=form.cleaned_data["decided_by"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(save):
            messages.success(request, _("The decision is written down."))
            return redirect("meeting", meeting)
    return meeting_page(request, meeting, form)


@require_POST
def remove_decision(request: TimshelRequest, meeting: str, decision: int) -> HttpResponse:
    """Take a decision out."""
    actions.remove_decision(meeting, decision_id=decision, actor=request.actor, at=request.at)
    messages.success(request, _("The decision is taken out."))
    return redirect("meeting", meeting)


@require_POST
def hold(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Say that a meeting took place."""
    actions.hold_meeting(meeting, actor=request.actor, at=request.at)
    messages.success(request, _("The meeting took place. Its chair approves the minutes."))
    return redirect("meeting", meeting)


@require_POST
def approve(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Approve the minutes."""
    actions.approve_minutes(meeting, actor=request.actor, at=request.at)
    messages.success(request, _("The minutes are approved."))
    return redirect("meeting", meeting)
