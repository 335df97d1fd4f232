"""Planned actions: what is to be done, by whom and until when; doing it and dropping it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.forms import refusing
from timshel.interfaces.web.governance.actions.forms import ActionForm, EndForm, begun
from timshel.interfaces.web.governance.addresses import record_address
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.planning.planned_action import actions as doing
from timshel.planning.planned_action import queries
from timshel.planning.planned_action.access import VIEW, may_plan, require_plan
from timshel.planning.planned_action.queries import About, ActionRow, Wanted
from timshel.planning.planned_action.rules import NOTHING
from timshel.planning.planned_action.states import STATE_NAMES, ActionKind

WHENS: Mapping[str, Promise] = {
    "open": gettext_lazy("To be done"),
    "overdue": gettext_lazy("Overdue"),
    "ended": gettext_lazy("Done or dropped"),
}
WRITE = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class Shown:
    """An action with what a page says of it.

    Args:
        row: the action.
        state: where it stands, in words.
        kind: why it is done, in words.
        about_address: of the record it follows from; empty where there is none.
    """

    row: ActionRow
    state: Promise
    kind: str
    about_address: str


def shown(row: ActionRow) -> Shown:
    """Return an action with its words."""
    address = record_address(row.about_kind, row.about_code)
    return Shown(row, STATE_NAMES[row.state], str(ActionKind(row.kind).label), address)


def wanted_of(request: TimshelRequest) -> Wanted:
    """Return which actions the address asks for; whoever sees only their own gets those."""
    when = request.GET.get("when", "")
    kind = request.GET.get("kind", "")
    sees_all = request.actor.may(VIEW)
    return Wanted(
        when=when if when in WHENS else "open",
        is_own=request.GET.get("whose", "all" if sees_all else "mine") == "mine",
        kind=ActionKind(kind) if kind in ActionKind.values else None,
    )


@require_safe
def actions(request: TimshelRequest) -> HttpResponse:
    """List planned actions."""
    token = live.token()
    wanted = wanted_of(request)
    cursor = request.GET.get("cursor") or None
    page = queries.planned_action_list(
        actor=request.actor, at=request.at, wanted=wanted, cursor=cursor
    )
    context = {
        "page": page.map(shown),
        "wanted": wanted,
        "whens": WHENS.items(),
        "kinds": ActionKind.choices,
        "sees_all": request.actor.may(VIEW),
        "may_plan": may_plan(NOTHING, actor=request.actor),
        "live_token": token,
        "live_regions": [doing.REGION],
    }
    return render(request, "governance/actions/list.html", context)


@require_safe
def one(request: TimshelRequest, action: str) -> HttpResponse:
    """Show one action."""
    return _page(request, action, EndForm())


@require_http_methods(WRITE)
def new_action(request: TimshelRequest) -> HttpResponse:
    """Show the form of an action about a record or about none, or plan it."""
    about = _about(request.GET.get("about", ""))
    require_plan(about, actor=request.actor)
    is_sent = request.method == "POST"
    initial = {"kind": ActionKind.PLANNED, "due_date": ""}
    form = ActionForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        number = refusing(
            form,
            lambda: doing.plan_action(
                about, plan=form.plan(request.actor), actor=request.actor, at=request.at
            ),
        )
        if number is not None:
            messages.success(request, _("It is planned, and whoever does it is told."))
            return redirect(record_address(about.kind, about.code) or "action-list")
    return _form_page(request, form, about, None)


@require_http_methods(WRITE)
def change(request: TimshelRequest, action: str) -> HttpResponse:
    """Show the form of an action, or plan it otherwise."""
    row = queries.one_action(action, actor=request.actor, at=request.at)
    if not row.may_change:
        raise NotAllowed
    is_sent = request.method == "POST"
    form = ActionForm(request.POST if is_sent else None, initial=begun(row))
    if is_sent and form.is_valid():

        def save() -> bool:
            doing.change_action(
                action,
                plan=form.plan(request.actor),
                seen_revision=form.cleaned_data["seen_revision"] or 0,
                actor=request.actor,
                at=request.at,
            )
            return True

        if refusing(form, save):
            messages.success(request, _("Saved."))
            return redirect("action", row.number)
    return _form_page(request, form, About(row.about_kind, row.about_code), row)


@require_POST
def finish(request: TimshelRequest, action: str) -> HttpResponse:
    """Say that it is done."""
    return _ended(request, action, _finish, _("It is done."))


@require_POST
def drop(request: TimshelRequest, action: str) -> HttpResponse:
    """Say that it will not be done."""
    return _ended(request, action, _drop, _("It is dropped."))


@require_POST
def reopen(request: TimshelRequest, action: str) -> HttpResponse:
    """Open it again."""
    doing.reopen_action(action, actor=request.actor, at=request.at)
    messages.success(request, _("It is open again."))
    return redirect("action", action)


def _finish(action: str, words: str, *, actor: Actor, at: datetime) -> None:
    doing.finish_action(action, outcome=words, actor=actor, at=at)


def _drop(action: str, words: str, *, actor: Actor, at: datetime) -> None:
    doing.drop_action(action, reason=words, actor=actor, at=at)


def _ended(
    request: TimshelRequest, action: str, end: Callable[..., None], said: str
) -> HttpResponse:
    form = EndForm(request.POST)
    if form.is_valid():

        def save() -> bool:
            end(action, form.cleaned_data["outcome"], actor=request.actor, at=request.at)
            return True

        if refusing(form, save):
            messages.success(request, said)
            return redirect("action", action)
    return _page(request, action, form)


def _page(request: TimshelRequest, action: str, form: EndForm) -> HttpResponse:
    token = live.token()
    row = queries.one_action(action, actor=request.actor, at=request.at)
    context = {
        "shown": shown(row),
        "row": row,
        "form": form,
        "live_token": token,
        "live_regions": [doing.REGION],
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/actions/action.html", context, status=status)


def _form_page(
    request: TimshelRequest, form: ActionForm, about: About, row: ActionRow | None
) -> HttpResponse:
    context = {
        "form": form,
        "row": row,
        "about": about,
        "back": record_address(about.kind, about.code),
    }
    status = 422 if form.is_bound else 200
    return render(request, "governance/actions/form.html", context, status=status)


def _about(text: str) -> About:
    """Return the record that an address names as ``kind:code``.

    Raises:
        Invalid: it is not written so.
    """
    if not text:
        return NOTHING
    kind, colon, code = text.partition(":")
    if not (kind and colon and code):
        raise Invalid({"about": [_("This address is not complete.")]})
    return About(kind, code)
