"""One search over the catalogue, one's own cases and the services."""

from __future__ import annotations

import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.addresses import PREFIXES, address_of_number
from timshel.interfaces.web.portal.catalogue import in_words
from timshel.interfaces.web.requests import TimshelRequest
from timshel.operation.work.rules import VIEW
from timshel.resolution_fulfilment.incident.queries import case_list
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.service import queries as services

LONGEST = 200
SHOWN_SERVICES = 4
SHOWN_OFFERINGS = 9
NUMBER = re.compile(r"[A-Za-z]{2,5}\d{7}")


@require_safe
def search(request: TimshelRequest) -> HttpResponse:
    """Show what meets the text; a whole number of a case leads straight to it."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    actor, at = request.actor, request.at
    found = case_list(actor=actor, at=at, text=text, size=25) if text else None
    sees_work = actor.may_somewhere(VIEW)
    if found and NUMBER.fullmatch(text):
        if len(found.items) == 1:
            return HttpResponseRedirect(reverse("case", args=[found.items[0].number]))
        if sees_work and text[:3].upper() in PREFIXES:
            return HttpResponseRedirect(address_of_number(text.upper()))
    matching = (
        services.find_services(text, language=actor.language, limit=SHOWN_SERVICES) if text else ()
    )
    offerings = find_offerings(text, actor=actor, at=at, limit=SHOWN_OFFERINGS)
    context = {
        "search_text": text,
        "page": found,
        "services": matching,
        "offerings": in_words(request, offerings),
        "sees_work": sees_work,
    }
    return render(request, "portal/search.html", context)
