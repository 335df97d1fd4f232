"""What is like an incident, shown beside it and tied to it in one click."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.resolution_fulfilment.matching.queries import similar_cases


@require_safe
def matches(request: TimshelRequest, number: str) -> HttpResponse:
    """Show similar cases and known outages: the part of the page that htmx asks for, or a page."""
    found = similar_cases(number, actor=request.actor, at=request.at)
    context = {"record": found, "matches": found, "may_tie": found.may_tie}
    part = "desk/matches_found.html" if request.htmx else "desk/matches.html"
    return render(request, part, context)
