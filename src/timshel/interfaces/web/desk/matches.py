"""What is like an incident, shown beside it and tied to it in one click."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.resolution_fulfilment.incident import queries as incidents
from timshel.resolution_fulfilment.incident.states import Verb
from timshel.resolution_fulfilment.matching.queries import similar_cases


@require_safe
def matches(request: TimshelRequest, number: str) -> HttpResponse:
    """Show similar cases and known outages: the part of the page that htmx asks for, or a page."""
    view = incidents.incident(number, actor=request.actor, at=request.at)
    context = {
        "record": view,
        "matches": similar_cases(number, actor=request.actor, at=request.at),
        "may_tie": Verb.CHANGE in view.possible and not view.children,
    }
    part = "desk/matches_found.html" if request.htmx else "desk/matches.html"
    return render(request, part, context)
