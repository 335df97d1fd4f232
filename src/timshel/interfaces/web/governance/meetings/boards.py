"""Boards: who sits there, how often they meet, and what they speak about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.governance.customer_names import customer_names
from timshel.interfaces.web.governance.meetings.forms import (
    BoardForm,
    ChangedBoardForm,
    MemberForm,
    NewBoardForm,
    person_of,
)
from timshel.interfaces.web.governance.meetings.views import shown_meeting
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.service_portfolio.service.queries import names_by_code
from timshel.support.meeting import actions, queries
from timshel.support.meeting.queries import BoardRow, BoardView
from timshel.support.meeting.rules import StandingItem

WHICH: Mapping[str, Promise] = {
    "active": gettext_lazy("Boards that meet"),
    "ended": gettext_lazy("Ended"),
}
OF_A_BOARD = 10
WRITE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class ShownBoard:
    """A board with its kind in words."""

    row: BoardRow
    kind: str


def _shown(row: BoardRow) -> ShownBoard:
    return ShownBoard(row, str(row.kind.label))


@require_safe
def boards(request: TimshelRequest) -> HttpResponse:
    """List boards."""
    token = live.token()
    which = request.GET.get("which", "")
    which = which if which in WHICH else "active"
    page = queries.board_list(
        actor=request.actor,
        at=request.at,
        is_active=which == "active",
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page.map(_shown),
        "which": which,
        "whiches": WHICH.items(),
        "may_manage": queries.may_keep_boards(actor=request.actor),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/meetings/boards.html", context)


@require_safe
def one(request: TimshelRequest, board: str) -> HttpResponse:
    """Show one board with its members and meetings."""
    token = live.token()
    view = queries.board(board, actor=request.actor, at=request.at)
    meetings = {
        when: [
            shown_meeting(row)
            for row in queries.meeting_list(
                actor=request.actor, at=request.at, when=when, board=view.row.code, size=OF_A_BOARD
            ).items
        ]
        for when in ("coming", "past")
    }
    names = queries.titles()
    context = {
        "view": view,
        "service": _service_name(view.row.service, request.actor),
        "customer": _customer_name(view.row.customer, request.actor),
        "each": _shown(view.row),
        "agenda": [(item, names.get(item.source, "")) for item in view.agenda],
        "coming": meetings["coming"],
        "past": meetings["past"],
        "today": request.at.date(),
        "live_token": token,
        "live_regions": [actions.REGION],
    }
    return render(request, "governance/meetings/board.html", context)


def _service_name(code: str, actor: Actor) -> str:
    """Return what a service is called; one that is gone by its code, none by nothing."""
    return names_by_code([code], language=actor.language).get(code, code) if code else ""


def _customer_name(code: str, actor: Actor) -> str:
    """Return what a customer is called; one that is gone by its code, none by nothing."""
    return customer_names(actor=actor).get(code, code) if code else ""


@require_http_methods(WRITE)
def new_board(request: TimshelRequest) -> HttpResponse:
    """Show the form of a new board, or set it up."""
    actor, at = request.actor, request.at
    if not queries.may_keep_boards(actor=actor):
        raise NotAllowed
    is_sent = request.method == "POST"
    begun = [StandingItem(str(title), name) for name, title in queries.titles().items()]
    form = NewBoardForm(actor, request.POST if is_sent else None, items=() if is_sent else begun)
    if is_sent and form.is_valid():
        code = form.cleaned_data["code"].strip()

        def save() -> None:
            actions.create_board(code, content=form.content(actor), actor=actor, at=at)

        if form.try_to(save):
            messages.success(request, _("The board is set up. Now say who sits there."))
            return redirect("board", code)
    return _form_page(request, form, None)


@require_http_methods(WRITE)
def change(request: TimshelRequest, board: str) -> HttpResponse:
    """Show the form of a board, or change it."""
    actor, at = request.actor, request.at
    view = queries.board(board, actor=actor, at=at)
    if not view.may_change:
        raise NotAllowed
    is_sent = request.method == "POST"
    given = request.POST if is_sent else None
    form = ChangedBoardForm(actor, given, items=view.agenda, view=view)
    if is_sent and form.is_valid():

        def save() -> None:
            actions.change_board(
                board,
                content=form.content(actor),
                seen_revision=form.cleaned_data["seen_revision"],
                actor=actor,
                at=at,
            )

        if form.try_to(save):
            messages.success(request, _("Saved."))
            return redirect("board", board)
    return _form_page(request, form, view)


@require_http_methods(WRITE)
def new_member(request: TimshelRequest, board: str) -> HttpResponse:
    """Show the form of a new member, or put them on the board."""
    actor, at = request.actor, request.at
    view = queries.board(board, actor=actor, at=at)
    if not view.may_change:
        raise NotAllowed
    is_sent = request.method == "POST"
    form = MemberForm(request.POST if is_sent else None)
    if is_sent and form.is_valid():
        given = form.cleaned_data

        def save() -> None:
            actions.add_member(
                board,
                person=person_of(given["person"], field="person", actor=actor),
                role=given["role"],
                valid_from=given["valid_from"],
                actor=actor,
                at=at,
            )

        if form.try_to(save):
            messages.success(request, _("They sit on the board."))
            return redirect("board", board)
    context = {"form": form, "view": view}
    status = 422 if form.is_bound else 200
    return render(request, "governance/meetings/member.html", context, status=status)


@require_POST
def end_member(request: TimshelRequest, board: str, member: str) -> HttpResponse:
    """End a membership today."""
    actions.end_member(board, person=member, actor=request.actor, at=request.at)
    messages.success(request, _("They sit on the board until today."))
    return redirect("board", board)


def _form_page(request: TimshelRequest, form: BoardForm, view: BoardView | None) -> HttpResponse:
    context = {"form": form, "view": view}
    status = 422 if form.is_bound else 200
    return render(request, "governance/meetings/board_form.html", context, status=status)
