"""Meetings: what comes, what took place, and preparing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.governance.actions.views import shown as shown_action
from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.governance.meetings.forms import (
    AgendaForm,
    DecisionForm,
    MeetingForm,
    meeting_begun,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed
from timshel.performance_evaluation.management_review.queries import review_of_meeting
from timshel.planning.planned_action.queries import actions_about
from timshel.support.meeting import actions, queries
from timshel.support.meeting.queries import BoardView, ItemRow, MeetingRow, MeetingView
from timshel.support.meeting.rules import StandingItem
from timshel.support.meeting.states import STATE_NAMES, MeetingState

WHENS: Mapping[str, Promise] = {
    "coming": gettext_lazy("Coming"),
    "past": gettext_lazy("Past"),
    "unapproved": gettext_lazy("Without approved minutes"),
}
LOOKS: Mapping[MeetingState, tuple[str, str]] = {
    MeetingState.PLANNED: ("stage-new", "calendar"),
    MeetingState.HELD: ("stage-in-progress", "pencil"),
    MeetingState.MINUTED: ("stage-resolved", "circle-check"),
    MeetingState.CANCELLED: ("stage-cancelled", "x"),
}
WRITE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class ShownMeeting:
    """A meeting with what a page says of it: its state in words, a look and an icon."""

    row: MeetingRow
    state: Promise
    look: str
    icon: str


def shown_meeting(row: MeetingRow) -> ShownMeeting:
    """Return a meeting with its words."""
    look, icon = LOOKS[row.state]
    return ShownMeeting(row, STATE_NAMES[row.state], look, icon)


@require_safe
def meetings(request: TimshelRequest) -> HttpResponse:
    """List the meetings that the reader may see."""
    return _list(request, is_own=False)


@require_safe
def mine(request: TimshelRequest) -> HttpResponse:
    """List the meetings that the reader leads, writes or is invited to."""
    return _list(request, is_own=True)


def _list(request: TimshelRequest, *, is_own: bool) -> HttpResponse:
    token = live.token()
    when = request.GET.get("when", "")
    when = when if when in WHENS else "coming"
    page = queries.meeting_list(
        actor=request.actor,
        at=request.at,
        when=when,
        is_own=is_own,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(shown_meeting),
        "when": when,
        "whens": WHENS.items(),
        "is_own": is_own,
        "may_call": queries.may_keep_boards(actor=request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/meetings/list.html", context)


@require_safe
def one(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Show one meeting."""
    return meeting_page(request, meeting, DecisionForm())


def meeting_page(request: TimshelRequest, number: str, form: DecisionForm) -> HttpResponse:
    """Return the page of a meeting with the form of a decision."""
    token = live.token()
    view = queries.meeting(number, actor=request.actor, at=request.at)
    code = view.row.number
    follow = actions_about(actions.MEETING, [code], at=request.at).get(code, ())
    new_action = reverse("action-new")
    context = {
        "view": view,
        "each": shown_meeting(view.row),
        "agenda": [(item, drawn_lines(item)) for item in view.agenda],
        "actions": [shown_action(row) for row in follow],
        "plan_address": f"{new_action}?about={actions.MEETING}:{code}" if view.may_write else "",
        "form": form,
        "review": review_of_meeting(code, actor=request.actor),
        "live_token": token,
        "live_regions": [actions.REGION, "planned_actions"],
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/meetings/meeting.html", context, status=status)


def drawn_lines(item: ItemRow) -> list[tuple[str, str]]:
    """Return what was drawn for an item: each line with the address it leads to, or nothing."""
    if item.drawn is None:
        return []
    return [(line.text, record_address(line.kind, line.code)) for line in item.drawn.lines]


@require_http_methods(WRITE)
def new_meeting(request: TimshelRequest) -> HttpResponse:
    """Show the form of a meeting of a board or of none, or call it."""
    actor, at = request.actor, request.at
    code = request.GET.get("board", "")
    board = queries.board(code, actor=actor, at=at) if code else None
    may_call = board.may_call if board else queries.may_keep_boards(actor=actor)
    if not may_call:
        raise NotAllowed
    is_sent = request.method == "POST"
    begun = {"title": board.row.name} if board else {}
    form = MeetingForm(request.POST if is_sent else None, initial=begun)
    if is_sent and form.is_valid():
        called: list[str] = []

        def save() -> None:
            number = actions.call_meeting(
                content=form.content(actor), board=code, actor=actor, at=at
            )
            called.append(number)

        if form.try_to(save):
            messages.success(request, _("The meeting is called."))
            return redirect("meeting", called[0])
    return _form_page(request, form, None, board)


@require_http_methods(WRITE)
def change(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Show the form of a planned meeting, or change it."""
    actor, at = request.actor, request.at
    view = _planned(request, meeting)
    is_sent = request.method == "POST"
    form = MeetingForm(request.POST if is_sent else None, initial=meeting_begun(view))
    if is_sent and form.is_valid():

        def save() -> None:
            actions.change_meeting(
                meeting,
                content=form.content(actor),
                seen_revision=form.cleaned_data["seen_revision"],
                actor=actor,
                at=at,
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("meeting", view.row.number)
    return _form_page(request, form, view, None)


@require_http_methods(WRITE)
def agenda(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Show the agenda as a form, or say it anew."""
    view = _planned(request, meeting)
    is_sent = request.method == "POST"
    items = [StandingItem(item.title, item.source) for item in view.agenda]
    begun = {"seen_revision": view.revision}
    form = AgendaForm(request.POST if is_sent else None, items=items, initial=begun)
    if is_sent and form.is_valid():

        def save() -> None:
            actions.set_agenda(
                meeting,
                items=form.agenda(),
                seen_revision=form.cleaned_data["seen_revision"],
                actor=request.actor,
                at=request.at,
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("meeting", view.row.number)
    context: dict[str, Any] = {"form": form, "view": view}
    status = 422 if form.is_bound else 200
    return render(request, "governance/meetings/agenda_form.html", context, status=status)


@require_POST
def prepare(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Draw the agenda from records."""
    actions.prepare_agenda(meeting, actor=request.actor, at=request.at)
    messages.success(request, _("The agenda is drawn from the records as they are now."))
    return redirect("meeting", meeting)


@require_POST
def cancel(request: TimshelRequest, meeting: str) -> HttpResponse:
    """Call a meeting off."""
    actions.cancel_meeting(meeting, actor=request.actor, at=request.at)
    messages.success(request, _("The meeting is called off."))
    return redirect("meeting", meeting)


def _planned(request: TimshelRequest, number: str) -> MeetingView:
    """Return a meeting that the reader may change as it stands.

    Raises:
        NotAllowed: they may not.
        NotFound: as it says.
    """
    view = queries.meeting(number, actor=request.actor, at=request.at)
    if not view.may_plan:
        raise NotAllowed
    return view


def _form_page(
    request: TimshelRequest,
    form: MeetingForm,
    view: MeetingView | None,
    board: BoardView | None,
) -> HttpResponse:
    context = {"form": form, "view": view, "board": board}
    status = 422 if form.is_bound else 200
    return render(request, "governance/meetings/form.html", context, status=status)
