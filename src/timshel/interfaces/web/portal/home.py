"""The first page: one search box, two doors, what is asked for most, how one's own cases stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.opening import opening_line
from timshel.interfaces.web.portal.catalogue import in_words
from timshel.interfaces.web.portal.charter import charter_card
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.relationship_agreement.service_level.queries.calendar_uses import desk_hours
from timshel.resolution_fulfilment.incident.queries import case_list
from timshel.resolution_fulfilment.service_request.queries import request_drafts
from timshel.service_portfolio.catalogue.queries.browsing import popular_tiles

SHOWN = 5
POPULAR = 6


@require_safe
def home(request: TimshelRequest) -> HttpResponse:
    """Show the doors and the newest open cases."""
    token = live.token()
    cases = case_list(actor=request.actor, at=request.at, open=True, size=SHOWN)
    context = {
        "cases": cases.items,
        "has_more": cases.next_cursor is not None,
        "desk": opening_line(desk_hours(at=request.at), at=request.at),
        "popular": in_words(
            request, popular_tiles(actor=request.actor, at=request.at, limit=POPULAR)
        ),
        "drafts": request_drafts(actor=request.actor),
        "charter_card": charter_card(request.actor, at=request.at),
        "live_token": token,
        "live_regions": [f"person:{request.actor.person_id}"],
    }
    return render(request, "portal/home.html", context)
