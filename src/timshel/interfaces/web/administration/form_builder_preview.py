"""Trying a form out as people will see it; nothing that is typed there is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from timshel.interfaces.web.answering import Asking, StepView, read_post, step_context
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.kernel.forms import Form, defaults, display, form_from
from timshel.service_portfolio.catalogue.queries import FormVersionRow, form_versions
from timshel.service_portfolio.catalogue.queries.references import references_for

SALT = "timshel.form-preview"


def preview_of(request: TimshelRequest, form: Form, step_key: str) -> StepView | None:
    """Return a step as it looks to begin with, or None where the form has no such step."""
    asking = _asking(request, form, request.actor.language, prefix="seen.")
    try:
        return step_context(asking, step_key, _begun(asking))
    except KeyError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def form_preview(request: TimshelRequest, code: str) -> HttpResponse:
    """Let a designer fill in a form step by step; what was typed goes along in the page."""
    version = _version(request, code)
    form = form_from(version.content)
    languages = [each for each, _name in settings.LANGUAGES]
    asked = request.GET.get("language", "")
    language = asked if asked in languages else request.actor.language
    with translation.override(language):
        context = _context(request, form, language)
        context |= {
            "version": version,
            "shown_languages": languages,
            "chosen_language": language,
            "heading": form.text("title", language),
        }
        status = 422 if context["step"] and context["step"].errors else 200
        return render(request, "administration/form_preview.html", context, status=status)


def _version(request: TimshelRequest, code: str) -> FormVersionRow:
    """Return the version that the address names, or the newest."""
    versions = form_versions(code, actor=request.actor)
    wanted = request.GET.get("version", "")
    if not wanted:
        return versions[0]
    for each in versions:
        if str(each.number) == wanted:
            return each
    raise NotFound


def _asking(request: TimshelRequest, form: Form, language: str, *, prefix: str = "") -> Asking:
    requester = {
        "person": "",
        "name": request.actor.name,
        "email": "",
        "phone": "",
        "unit": "",
        "site": "",
        "customer_category": "",
        "language": language,
        "is_customer": False,
    }
    return Asking(
        form=form,
        requester=requester,
        references=references_for(request.actor, language=language),
        language=language,
        today=timezone.localdate(request.at),
        owner=request.actor.person_id,
        prefix=prefix,
    )


def _begun(asking: Asking) -> dict[str, Any]:
    return defaults(asking.form, asking.requester, asking.today)


def _context(request: TimshelRequest, form: Form, language: str) -> dict[str, Any]:
    """Return the step to show, with all that was typed so far, or the answers at the end."""
    asking = _asking(request, form, language)
    raw = _begun(asking) | _carried(request)
    keys = list(asking.read(raw).visible.steps)
    if not keys:
        return {"step": None, "shown": (), "steps": (), "is_empty": True}
    current = request.POST.get("step", "")
    current = current if current in keys else keys[0]
    errors: Mapping[str, Any] = {}
    is_done = False
    if request.method == "POST":
        posted = read_post(request, asking, current, raw)
        raw, errors = posted.raw, posted.shown_errors
        keys = list(posted.reading.visible.steps)
        place = keys.index(current) if current in keys else 0
        if request.POST.get("go") == "back":
            current, errors = keys[max(place - 1, 0)], {}
        elif posted.is_complete:
            is_done = place + 1 >= len(keys)
            current = keys[min(place + 1, len(keys) - 1)]
    reading = asking.read(raw)
    shown = display(form, reading.answers, language=language, references=asking.references)
    return {
        "step": None if is_done else step_context(asking, current, raw, errors),
        "shown": shown if is_done else (),
        "carried": signing.dumps(raw, salt=SALT, compress=True),
        "steps": [(each, form.step(each).text("title", language)) for each in keys],
        "current": current,
        "is_first": current == keys[0],
        "is_last": current == keys[-1],
    }


def _carried(request: TimshelRequest) -> dict[str, Any]:
    try:
        found = signing.loads(request.POST.get("carried", ""), salt=SALT)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
