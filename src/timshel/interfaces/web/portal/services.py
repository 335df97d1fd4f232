"""What the organisation provides: where "I need something" leads, and one service."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.opening import SUPPORT, opening_line
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.relationship_agreement.service_level.queries.calendar_uses import hours_of
from timshel.service_portfolio.service import queries as services

LONGEST_SEARCH = 200


@require_safe
def ask(request: TimshelRequest) -> HttpResponse:
    """Show what is provided, and say how to ask for it."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    language = request.actor.language
    context = {
        "text": text,
        "found": services.find_services(text, language=language, limit=30) if text else (),
        "areas": () if text else services.service_list(language=language),
    }
    return render(request, "portal/ask.html", context)


@require_safe
def service(request: TimshelRequest, code: str) -> HttpResponse:
    """Show one service: what it gives, who answers for it, and how to report a problem."""
    if "\0" in code:
        raise NotFound
    shown = services.service(code, language=request.actor.language)
    support = hours_of(service=code, at=request.at)
    hours = opening_line(support, at=request.at, sentences=SUPPORT)
    return render(request, "portal/service.html", {"service": shown, "hours": hours})
