"""The first page: one search box, two doors, and cards that each person arranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from timshel.context.people.actions import keep_page_setting
from timshel.context.people.queries import page_settings
from timshel.interfaces.web.cards import Card, shown_cards
from timshel.interfaces.web.opening import opening_line
from timshel.interfaces.web.portal.catalogue import in_words
from timshel.interfaces.web.portal.charter import charter_card
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.leadership.approval.queries import approval_inbox
from timshel.relationship_agreement.service_level.queries.calendar_uses import desk_hours
from timshel.resolution_fulfilment.incident.queries import case_list
from timshel.resolution_fulfilment.outage.actions import REGION as OUTAGES
from timshel.resolution_fulfilment.outage.queries import running_outages
from timshel.resolution_fulfilment.service_request.queries import request_drafts
from timshel.service_portfolio.catalogue.queries.browsing import popular_tiles

PAGE = "portal"
SHOWN = 5
POPULAR = 6


def _outages(request: TimshelRequest) -> Mapping[str, Any]:
    return {"outages": running_outages(actor=request.actor, limit=SHOWN)}


def _drafts(request: TimshelRequest) -> Mapping[str, Any]:
    return {"drafts": request_drafts(actor=request.actor)}


def _approvals(request: TimshelRequest) -> Mapping[str, Any]:
    page = approval_inbox(actor=request.actor, at=request.at, size=SHOWN)
    return {"approvals": page.items, "has_more": page.next_cursor is not None}


def _popular(request: TimshelRequest) -> Mapping[str, Any]:
    tiles = popular_tiles(actor=request.actor, at=request.at, limit=POPULAR)
    return {"popular": in_words(request, tiles)}


def _cases(request: TimshelRequest) -> Mapping[str, Any]:
    page = case_list(actor=request.actor, at=request.at, open=True, size=SHOWN)
    return {"cases": page.items, "has_more": page.next_cursor is not None}


def _charter(request: TimshelRequest) -> Mapping[str, Any]:
    return {"charter_card": charter_card(request.actor, at=request.at)}


TOUR = "portal-tour"


CARDS: tuple[Card, ...] = (
    Card(
        "outages",
        _("Known outages"),
        "alert-triangle",
        "portal/card_outages.html",
        _outages,
    ),
    Card("drafts", _("You were filling in"), "pencil", "portal/card_drafts.html", _drafts),
    Card(
        "approvals",
        _("Waits for your approval"),
        "rubber-stamp",
        "portal/card_approvals.html",
        _approvals,
    ),
    Card("popular", _("Asked for most"), "star", "portal/card_popular.html", _popular),
    Card("cases", _("My open cases"), "ticket", "portal/card_cases.html", _cases),
    Card(
        "charter",
        _("How we keep our promises"),
        "heart-handshake",
        "portal/card_charter.html",
        _charter,
    ),
)


@require_safe
def home(request: TimshelRequest) -> HttpResponse:
    """Show the doors, and the cards that the person has chosen."""
    token = live.token()
    settings = page_settings((PAGE, TOUR), actor=request.actor)
    context = {
        "desk": opening_line(desk_hours(at=request.at), at=request.at),
        "cards": shown_cards(request, CARDS, kept=settings.get(PAGE)),
        "page_name": PAGE,
        "tour": TOUR not in settings,
        "live_token": token,
        "live_regions": [f"person:{request.actor.person_id}", OUTAGES],
    }
    return render(request, "portal/home.html", context)


@require_POST
def end_tour(request: TimshelRequest) -> HttpResponseRedirect:
    """Note that a person has seen the tour, or wants it again."""
    again = "again" in request.POST
    keep_page_setting(TOUR, value=None if again else "seen", actor=request.actor, at=request.at)
    return HttpResponseRedirect(reverse("portal-home"))
