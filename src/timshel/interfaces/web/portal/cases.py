"""One's own cases: the list, one case, and what its requester can do with it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.forms import FilesGiven, form_owner, refusing
from timshel.interfaces.web.mails.shown import shown_mails
from timshel.interfaces.web.portal import requests
from timshel.interfaces.web.portal.deeds import Deed, PlainForm, ReplyForm
from timshel.interfaces.web.portal.rating import RATE, RATINGS, rated_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotFound
from timshel.kernel.idempotency.actions import once
from timshel.operation.teamwork.queries import sharing
from timshel.operation.work.access import Following
from timshel.operation.work.rules import VIEW_SHARED
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import actions
from timshel.resolution_fulfilment.incident.queries import case as case_view
from timshel.resolution_fulfilment.incident.queries import case_list, joined_with
from timshel.resolution_fulfilment.service_request.actions.opening import PREFIX
from timshel.resolution_fulfilment.service_request.queries import request_drafts

STANDINGS: Mapping[str, bool | None] = {
    "open": True,
    "finished": False,
    "all": None,
    "watched": None,
}
STANDING_NAMES: tuple[tuple[str, Promise], ...] = (
    ("open", _("Open")),
    ("finished", _("Finished")),
    ("all", _("All")),
    ("watched", _("Shared with me")),
)
LONGEST_SEARCH = 200


class WithdrawForm(PlainForm):
    """Why nobody needs to work on it any more, if its requester wants to say."""

    reason = forms.CharField(
        label=_("Why?"), required=False, max_length=1_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReopenForm(PlainForm):
    """What still does not work."""

    reason = forms.CharField(
        label=_("What still does not work?"),
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Please say what still does not work.")},
    )


def _reply(
    number: str, given: Mapping[str, Any], files: FilesGiven, request: TimshelRequest
) -> object:
    return actions.reply_to_incident(
        number, text=given["text"], files=files.uploads(), actor=request.actor, at=request.at
    )


def _withdraw(
    number: str, given: Mapping[str, Any], _files: FilesGiven, request: TimshelRequest
) -> object:
    return actions.withdraw_incident(
        number, reason=given["reason"], actor=request.actor, at=request.at
    )


def _reopen(
    number: str, given: Mapping[str, Any], _files: FilesGiven, request: TimshelRequest
) -> object:
    return actions.reopen_incident(
        number, reason=given["reason"], actor=request.actor, at=request.at
    )


def _confirm(
    number: str, _given: Mapping[str, Any], _files: FilesGiven, request: TimshelRequest
) -> object:
    return actions.confirm_incident(number, actor=request.actor, at=request.at)


DEEDS: Mapping[str, Deed] = {
    "reply": Deed(ReplyForm, _("Your message is sent."), _reply),
    "withdraw": Deed(WithdrawForm, _("Your case is withdrawn."), _withdraw),
    "reopen": Deed(ReopenForm, _("Your case is open again."), _reopen),
    "confirm": Deed(PlainForm, _("Thank you. Your case is closed."), _confirm),
    "rate": RATE,
}


@require_safe
def cases(request: TimshelRequest) -> HttpResponse:
    """Show one's own cases, newest first."""
    token = live.token()
    standing = request.GET.get("show", "open")
    standing = standing if standing in STANDINGS else "open"
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    page = case_list(
        actor=request.actor,
        at=request.at,
        whose=Following.WATCHED if standing == "watched" else Following.OWN,
        open=STANDINGS[standing],
        text=text,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page,
        "standing": standing,
        "standings": STANDING_NAMES,
        "text": text,
        "has_unit": request.actor.may_somewhere(VIEW_SHARED),
        "drafts": request_drafts(actor=request.actor) if standing == "open" else (),
        "live_token": token,
        "live_regions": [f"person:{request.actor.person_id}"],
    }
    return render(request, "portal/cases.html", context)


@require_safe
def case(request: TimshelRequest, number: str) -> HttpResponse:
    """Show one case."""
    return _page(request, number, forms={}, files=None, status=200)


@require_POST
def act(request: TimshelRequest, number: str, verb: str) -> HttpResponse:
    """Do what the requester asks, once per form; where it is refused, keep what was typed."""
    deed = _deeds(number).get(verb)
    if deed is None:
        raise NotFound
    form = deed.form(request.POST, auto_id=f"{verb}_%s")
    files = FilesGiven(request, request.actor)
    try:
        if form.is_valid() and refusing(form, lambda: _once(deed, number, form, files, request)):
            messages.success(request, str(deed.done))
            return HttpResponseRedirect(reverse("case", args=[number]))
        return _page(request, number, forms={verb: form}, files=files, status=422)
    finally:
        files.release()


def _deeds(number: str) -> Mapping[str, Deed]:
    """Return what can be done with a case: what people ask for is no report of a fault."""
    return requests.DEEDS if _is_request(number) else DEEDS


def _is_request(number: str) -> bool:
    return number.upper().startswith(PREFIX)


def _once(
    deed: Deed, number: str, form: PlainForm, files: FilesGiven, request: TimshelRequest
) -> bool:
    """Do a deed unless this very form was already sent; returns True either way."""
    given = form.cleaned_data
    asked = {**given, "number": number, "files": files.fingerprint()}

    def do() -> bool:
        deed.do(number, given, files, request)
        return True

    once(
        given["once"],
        do,
        owner=form_owner(request),
        content=json.dumps(asked, sort_keys=True).encode(),
        at=request.at,
    )
    return True


def _page(
    request: TimshelRequest,
    number: str,
    *,
    forms: Mapping[str, PlainForm],
    files: FilesGiven | None,
    status: int,
) -> HttpResponse:
    if _is_request(number):
        return requests.request_page(request, number, forms=forms, files=files, status=status)
    token = live.token()
    shown = case_view(number, actor=request.actor, at=request.at)
    offered = {
        verb: forms.get(verb) or deed.form(auto_id=f"{verb}_%s", initial={"once": uuid.uuid4().hex})
        for verb, deed in DEEDS.items()
    }
    context = {
        "case": shown,
        "ratings": RATINGS,
        "rated": rated_words(shown.rating),
        "forms": offered,
        "refused": next(iter(forms), ""),
        "kept": files.keep() if files else [],
        "file_errors": files.errors if files else [],
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "sharing": sharing(shown.work, actor=request.actor),
        "mails": shown_mails(
            shown.work, shown.conversation, channel=shown.work.channel, actor=request.actor
        ),
        # Joining ends a case: of one that goes on, nothing has to be asked.
        "joined": joined_with(shown.work, actor=request.actor)
        if shown.row.stage == Stage.CANCELLED
        else None,
        "live_token": token,
        "live_regions": [f"work_item:{shown.row.id}"],
    }
    return render(request, "portal/case.html", context, status=status)
