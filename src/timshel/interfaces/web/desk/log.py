"""Logging a call or a visit on one screen, without a mouse, in seconds."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.desk.log_callers import caller
from timshel.interfaces.web.desk.log_deeds import log as perform
from timshel.interfaces.web.desk.log_deeds import moment_of
from timshel.interfaces.web.desk.log_forms import ABOUT, NEW, LogForm
from timshel.interfaces.web.filters import service_choices
from timshel.interfaces.web.forms import form_owner, refusing
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound, Refused
from timshel.kernel.idempotency.actions import once
from timshel.kernel.telephone import plain_number
from timshel.operation.call.access import require_log
from timshel.operation.call.queries import (
    CallerRow,
    CallFilters,
    CallRow,
    call_list,
    call_view,
    callers_matching,
    person_calling,
    template_list,
    unlogged_call,
)
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.service import queries as services

SHORTEST = 2
SHOWN = 8
OWN_SHOWN = 6


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: TimshelRequest) -> HttpResponse:
    """Show the form, filled in with what the telephone says, or do what it asks for."""
    require_log(request.actor)
    if request.method != "POST":
        return _called(request)
    form = LogForm(request.POST)
    if "find" in request.POST:
        form.is_valid()
        return _page(request, form, is_search=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    done = refusing(form, lambda: _once(request, form))
    if done is None:
        return _page(request, form, status=422)
    messages.success(request, done["message"])
    return redirect(done["address"])


@require_safe
def found(request: TimshelRequest) -> HttpResponse:
    """Show who may be calling, one to choose."""
    require_log(request.actor)
    text = request.GET.get("person", "")[:100].strip()
    people = callers_matching(text, actor=request.actor, limit=SHOWN)
    context = {"people": people, "text": text, "shortest": SHORTEST}
    return render(request, "desk/log_found.html", context)


@require_safe
def known(request: TimshelRequest) -> HttpResponse:
    """Show what is known of a person, and what the call can be about."""
    require_log(request.actor)
    key = _key(request.GET.get("requester", ""))
    someone = caller(request, key) if key is not None else None
    if someone is None:
        raise NotFound
    return render(request, "desk/log_known.html", {"caller": someone, **_about(NEW)})


@require_safe
def needed(request: TimshelRequest) -> HttpResponse:
    """Show what can be ordered that a text means, one to choose."""
    require_log(request.actor)
    text = request.GET.get("title", "")[:100].strip()
    return render(request, "desk/log_needed.html", {"offerings": _offerings(request, text)})


def _called(request: TimshelRequest) -> HttpResponse:
    """Show the form as a telephone system or a link opens it.

    The address may name the caller's number (``from``), what the system calls the call
    (``call``), or a person (``person``).
    """
    actor, at = request.actor, request.at
    number = plain_number(_written_number(request.GET.get("from", "")))
    external = request.GET.get("call", "")[:120]
    call = unlogged_call(external_id=external, number=number, actor=actor, at=at)
    number = number or (call.number if call else "")
    people = person_calling(number, actor=actor, limit=SHOWN) if number else ()
    key = _key(request.GET.get("person", "")) or (call.caller_id if call else None)
    if key is None and len(people) == 1:
        key = people[0].id
    began = call.answered_at or call.began_at if call else at
    initial: dict[str, Any] = {
        "number": number,
        "back_number": number,
        "requester": key,
        "began": moment_of(began.isoformat(), at=at).isoformat(),
        "call": call.id if call else None,
        "name": "" if key or call is None else call.caller,
        "channel": request.GET.get("channel") or "phone",
    }
    return _page(request, LogForm(initial=initial), people=people, call=call)


def _written_number(text: str) -> str:
    """Return a number as an address holds it: there, a plus sign that is not escaped is a space."""
    return f"+{text[1:]}" if text[:1] == " " and text[1:2].isdigit() else text


def _once(request: TimshelRequest, form: LogForm) -> dict[str, str]:
    given = form.cleaned_data
    solves = "solve" in request.POST
    content = json.dumps([given, solves], default=str, sort_keys=True).encode()
    key = given["once"] or uuid.uuid4().hex
    done, _again = once(
        key,
        lambda: perform(given, solves=solves, actor=request.actor, at=request.at),
        owner=form_owner(request),
        content=content,
        at=request.at,
    )
    return dict(done)


def _page(
    request: TimshelRequest,
    form: LogForm,
    *,
    people: Sequence[CallerRow] = (),
    call: CallRow | None = None,
    is_search: bool = False,
    status: int = 200,
) -> HttpResponse:
    actor = request.actor
    areas = services.service_list(language=actor.language)
    form.offer("service", [("", _("Not known yet")), *service_choices(areas)])
    text = str(form["person"].value() or "").strip()
    key = _key(str(form["requester"].value() or ""))
    someone = caller(request, key) if key is not None else None
    if not people and text:
        people = callers_matching(text, actor=actor, limit=SHOWN)
    title = str(form["title"].value() or "").strip()
    about = str(form["about"].value() or NEW)
    context = {
        "form": form,
        "once": uuid.uuid4().hex,
        "is_search": is_search,
        "text": text,
        "shortest": SHORTEST,
        "people": people,
        "caller": someone,
        "call": call or _call(request, form),
        "is_unknown": bool(form["number"].value() or form["name"].value()) and someone is None,
        "templates": template_list(language=actor.language),
        "offerings": _offerings(request, title) if about == "offering" else (),
        "chosen_offering": form["offering"].value() or "",
        "chosen_template": form["template"].value() or "",
        "has_call_back": bool(form["back_at"].value() or form["back_reason"].value())
        or bool({"back_at", "back_number", "back_reason"} & set(form.errors)),
        "own_calls": call_list(
            CallFilters(agent_id=actor.person_id or 0), actor=actor, size=OWN_SHOWN
        ).items,
        **_about(about),
    }
    return render(request, "desk/log.html", context, status=status)


def _about(chosen: str) -> dict[str, Any]:
    return {"abouts": list(ABOUT.items()), "about": chosen}


def _call(request: TimshelRequest, form: LogForm) -> CallRow | None:
    """Return the call that the form is about, as the telephone system told of it."""
    key = _key(str(form["call"].value() or ""))
    if key is None:
        return None
    try:
        return call_view(key, actor=request.actor)
    except Refused:
        return None


def _offerings(request: TimshelRequest, text: str) -> Any:
    if len(text) < SHORTEST:
        return ()
    return find_offerings(text, actor=request.actor, at=request.at, limit=SHOWN)


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
