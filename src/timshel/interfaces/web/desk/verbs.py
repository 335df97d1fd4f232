"""Doing what a form asks: one action, then the page again; or the form again with what is wrong."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.desk.differences import choices_of
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.panels import Attempt, initial
from timshel.interfaces.web.desk.records import record_page
from timshel.interfaces.web.desk.steps import STEPS
from timshel.interfaces.web.forms import FilesGiven, form_owner
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Conflict, Invalid, WrongState
from timshel.kernel.idempotency.actions import once
from timshel.resolution_fulfilment.incident import queries as incidents


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: TimshelRequest, number: str, verb: str) -> HttpResponse:
    """Open the form of a step, or carry the step out."""
    if request.method != "POST":
        return record_page(request, number, attempt=Attempt(verb))
    form = STEPS[verb].form(verb, request.POST)
    if "show" in request.POST:
        return record_page(request, number, attempt=Attempt(verb, form, is_judged=False))
    files = FilesGiven(request, request.actor)
    if not form.is_valid():
        attempt = Attempt(verb, form, files=files, is_judged=False)
        return record_page(request, number, attempt=attempt, status=422)
    try:
        _carry_out(request, number, verb, form, files)
    except Invalid as refusal:
        form.refuse(refusal)
        attempt = Attempt(verb, form, files=files)
        return record_page(request, number, attempt=attempt, status=422)
    except (WrongState, Conflict) as refusal:
        return _refused(request, number, Attempt(verb, form, files=files), refusal)
    finally:
        files.release()
    messages.success(request, str(STEPS[verb].done))
    anchor = "#conversation" if STEPS[verb].place == "composer" else ""
    return redirect(reverse("incident", args=[number]) + anchor)


def _carry_out(
    request: TimshelRequest, number: str, verb: str, form: StepForm, files: FilesGiven
) -> None:
    """Call the action; what is said is said once, however often its form is sent."""
    given = {**form.cleaned_data, "files": files.uploads()}

    def perform() -> str:
        STEPS[verb].perform(number, given, actor=request.actor, at=request.at)
        return number

    key = given.get("once")
    if not key:
        perform()
        return
    said = [number, verb, given["text"], files.fingerprint()]
    content = json.dumps(said).encode()
    once(key, perform, owner=form_owner(request), content=content, at=request.at)


def _refused(
    request: TimshelRequest, number: str, attempt: Attempt, refusal: WrongState | Conflict
) -> HttpResponse:
    """Return the page with what was typed, and why it could not be done."""
    form = attempt.form
    conflict: dict[str, Any] | None = None
    if form is not None and isinstance(refusal, Conflict) and refusal.differences:
        view = incidents.incident(number, actor=request.actor, at=request.at)
        standing = initial(view, attempt.verb)
        conflict = choices_of(refusal, form, standing=standing, version=view.version)
    elif form is not None:
        form.add_error(None, str(refusal.message))
    decided = Attempt(attempt.verb, form, conflict, attempt.files)
    return record_page(request, number, attempt=decided, status=409)
