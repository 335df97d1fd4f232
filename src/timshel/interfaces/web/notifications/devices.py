"""Browsers in which somebody wants to be told, and the worker that listens in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.requests import TimshelRequest, open_to_all
from timshel.interfaces.web.worker_scripts import worker_script
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.paging import LARGEST_NUMBER
from timshel.support.notification import actions

WORKER = Path(__file__).resolve().parent / "worker.js"
PICTURE = "img/mark.svg"
LARGEST_BODY = 5_000


@open_to_all
@require_safe
def worker(request: TimshelRequest) -> HttpResponse:  # noqa: ARG001
    """Send the script that listens for push messages; its scope is its own folder."""
    return worker_script(WORKER.read_text(encoding="utf-8").replace(PICTURE, static(PICTURE)))


@require_POST
def add(request: TimshelRequest) -> HttpResponse:
    """Have somebody told in the browser that asks; answers as JSON."""
    given = _body(request)
    keys = given.get("keys")
    keys = keys if isinstance(keys, dict) else {}
    try:
        device_id = actions.add_device(
            str(given.get("endpoint", "")),
            public_key=str(keys.get("p256dh", "")),
            secret=str(keys.get("auth", "")),
            name=str(given.get("name", "")),
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        sentences = [str(text) for texts in refusal.fields.values() for text in texts]
        return JsonResponse({"message": " ".join(sentences)}, status=422)
    messages.success(request, _("From now on you are told on this device, too."))
    return JsonResponse({"id": device_id}, status=201)


@require_POST
def forget(request: TimshelRequest) -> HttpResponse:
    """No longer tell somebody in the browser that asks; harmless where nobody was told."""
    try:
        endpoint = str(_body(request).get("endpoint", ""))
        actions.remove_device(endpoint=endpoint, actor=request.actor, at=request.at)
    except NotFound:
        return HttpResponse(status=204)
    messages.success(request, _("You are no longer told on that device."))
    return HttpResponse(status=204)


@require_POST
def remove(request: TimshelRequest, device_id: int) -> HttpResponse:
    """No longer tell somebody on one of their devices."""
    actions.remove_device(min(device_id, LARGEST_NUMBER), actor=request.actor, at=request.at)
    messages.success(request, _("You are no longer told on that device."))
    return HttpResponseRedirect(reverse("notification-preferences"))


def _body(request: TimshelRequest) -> dict[str, Any]:
    """Return what a browser sent; nothing where it is no object."""
    raw = request.body
    if len(raw) > LARGEST_BODY:
        return {}
    try:
        given = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}
