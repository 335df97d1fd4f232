"""How services do: the board, one service, and hearing of it by mail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.forms import RefusableForm, refusing
from timshel.interfaces.web.requests import TimshelRequest, open_to_all, origin
from timshel.interfaces.web.status.strip import strip_of
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.origin import neighbourhood
from timshel.resolution_fulfilment.status import actions, queries
from timshel.resolution_fulfilment.status.actions.refreshing import REGION
from timshel.resolution_fulfilment.status.actions.subscribing import MailWish
from timshel.resolution_fulfilment.status.queries import Board, ServiceLine
from timshel.resolution_fulfilment.status.rules import DayLine
from timshel.resolution_fulfilment.status.states import ServiceHealth

SENTENCES = {
    ServiceHealth.WORKS: gettext_lazy("Everything works."),
    ServiceHealth.PLANNED: gettext_lazy("There is planned work."),
    ServiceHealth.DEGRADED: gettext_lazy("Some services work in part only."),
    ServiceHealth.DOWN: gettext_lazy("Something is out of order."),
}


class MailForm(RefusableForm):
    """Where a stranger wants to hear."""

    address = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        help_text=gettext_lazy(
            "It is used for this alone. First you get a mail with a link by which you confirm it."
        ),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Please give a mail address.")},
    )


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day that was not all well."""

    line: DayLine
    what: tuple[queries.HappeningView, ...]


@open_to_all
@require_safe
def status(request: TimshelRequest) -> HttpResponse:
    """Show how all services do of which the reader may know."""
    token = live.token()
    board = queries.status_board(actor=reader(request), at=request.at)
    context = {
        **board_context(board),
        "form": MailForm(),
        "live_token": token,
        "live_regions": [REGION],
        "is_subscribed": request.actor.person_id is not None
        and queries.is_subscribed_to_all(actor=request.actor),
    }
    return render(request, "status/board.html", context)


@open_to_all
@require_safe
def service_status(request: TimshelRequest, code: str) -> HttpResponse:
    """Show how one service does and did."""
    found = queries.service_status(code, actor=reader(request), at=request.at)
    context = {
        "status": found,
        "line": found.line,
        "strip": strip_of(found.line),
        "days": _days(found.line, (*found.line.running, *found.past)),
        "form": MailForm(),
    }
    return render(request, "status/service.html", context)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: TimshelRequest) -> HttpResponseBase:
    """Take down that somebody wants to hear by mail, or no longer does."""
    code = request.POST.get("service", "") if request.method == "POST" else ""
    page = reverse("status-service", args=[code]) if code else reverse("status")
    if request.method != "POST":
        return HttpResponseRedirect(page)
    if request.actor.person_id is not None:
        return _by_click(request, code, page)
    form = MailForm(request.POST)
    if form.is_valid() and refusing(form, lambda: _asked(request, form, code)):
        return render(request, "status/asked.html", {"address": form.cleaned_data["address"]})
    context = {"form": form, "service": code}
    return render(request, "status/subscribe.html", context, status=422)


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: TimshelRequest, token: str) -> HttpResponse:
    """Ask a stranger to confirm by a button: programs follow links in mails by themselves."""
    is_done = request.method == "POST"
    try:
        if is_done:
            actions.confirm_by_mail(token, at=request.at)
    except NotFound:
        return render(request, "status/link_over.html", status=410)
    return render(request, "status/confirm.html", {"is_done": is_done})


@csrf_exempt  # mail programs end it by one click, and carry no cookie (RFC 8058)
@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: TimshelRequest, token: str) -> HttpResponse:
    """End what a link in a mail belongs to; the token is all that is asked for."""
    is_done = request.method == "POST"
    if is_done:
        actions.end_by_mail(token, at=request.at)
    return render(request, "status/end.html", {"is_done": is_done})


def reader(request: TimshelRequest) -> Actor:
    """Return who reads, a stranger in the language and the zone of their browser."""

    if request.actor.person_id is not None:
        return request.actor
    return replace(
        request.actor,
        language=translation.get_language() or "en",
        time_zone=timezone.get_current_timezone_name(),
    )


def board_context(board: Board) -> dict[str, Any]:
    """Return what the board is drawn from."""
    return {
        "board": board,
        "sentence": SENTENCES[board.state],
        "areas": [
            (area.name, [(line, strip_of(line)) for line in area.services]) for area in board.areas
        ],
    }


def _by_click(request: TimshelRequest, code: str, page: str) -> HttpResponseRedirect:
    if request.POST.get("do") == "end":
        actions.unsubscribe_status(service=code, actor=request.actor, at=request.at)
        messages.success(request, _("You will no longer be written to about this."))
    else:
        actions.subscribe_status(service=code, actor=request.actor, at=request.at)
        messages.success(request, _("You will be written to whenever this changes."))
    return HttpResponseRedirect(page)


def _asked(request: TimshelRequest, form: MailForm, code: str) -> bool:
    wish = MailWish(
        form.cleaned_data["address"],
        code,
        translation.get_language() or "en",
        neighbourhood(origin(request)),
    )
    actions.ask_by_mail(wish, actor=request.actor, at=request.at)
    return True


def _days(line: ServiceLine, happened: tuple[queries.HappeningView, ...]) -> list[DayRow]:
    """Return the days that were not all well, the latest first, with what happened on each."""

    zone = timezone.get_current_timezone()
    rows = []
    for each in reversed(line.days):
        if each.state is not ServiceHealth.WORKS:
            what = tuple(
                seen
                for seen in happened
                if seen.began_at.astimezone(zone).date() <= each.day
                and (seen.ended_at is None or seen.ended_at.astimezone(zone).date() >= each.day)
            )
            rows.append(DayRow(each, what))
    return rows
