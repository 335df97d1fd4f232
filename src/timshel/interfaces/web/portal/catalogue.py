"""The catalogue as people browse it: areas, services, offerings, and one box to find them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.catalogue_words import ShownTile, shown_tiles
from timshel.interfaces.web.opening import SUPPORT, opening_line
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.kernel.search.language import cleaned
from timshel.relationship_agreement.service_level.queries.calendar_uses import hours_of
from timshel.relationship_agreement.service_level.queries.delivery import delivery_promises
from timshel.service_portfolio.catalogue.queries.browsing import (
    Tile,
    area_tiles,
    area_view,
    other_tiles,
    popular_tiles,
    recent_tiles,
    service_tiles,
)
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.service import queries as services

POPULAR, RECENT, SUGGESTED, FOUND = 6, 3, 7, 60
FREE = "free"


@require_safe
def catalogue(request: TimshelRequest) -> HttpResponse:
    """Show where to begin, or what meets the words that were typed."""
    text = asked_text(request)
    if text:
        return _found(request, text)
    actor, at = request.actor, request.at
    popular = popular_tiles(actor=actor, at=at, limit=POPULAR)
    known = {tile.id for tile in popular}
    recent = recent_tiles(actor=actor, at=at, limit=POPULAR + RECENT)
    recent = tuple(tile for tile in recent if tile.id not in known)[:RECENT]
    shown = in_words(request, [*popular, *recent])
    context = {
        "text": "",
        "areas": area_tiles(actor=actor, at=at),
        "popular": shown[: len(popular)],
        "recent": shown[len(popular) :],
        "others": _without_promise(request, other_tiles(actor=actor, at=at)),
    }
    return render(request, "portal/catalogue.html", context)


def _found(request: TimshelRequest, text: str) -> HttpResponse:
    """Show what was found, narrowed to an area or to what costs nothing where that was chosen."""
    tiles = find_offerings(text, actor=request.actor, at=request.at, limit=FOUND)
    area, is_free = request.GET.get("area", ""), request.GET.get("price") == FREE
    kept = [
        tile
        for tile in tiles
        if (not area or tile.area == area) and (not is_free or tile.price is None)
    ]
    names = {
        each.code: each.name for each in services.service_list(language=request.actor.language)
    }
    found_areas = sorted({tile.area for tile in tiles} | ({area} & names.keys()))
    context = {
        "text": text,
        "found": in_words(request, kept),
        "area": area,
        "is_free": is_free,
        "found_areas": [(code, names.get(code, code)) for code in found_areas],
        "has_filter": bool(area or is_free),
    }
    return render(request, "portal/catalogue.html", context)


@require_safe
def suggest(request: TimshelRequest) -> HttpResponse:
    """Answer with the first few offerings that meet what is being typed, as part of a page."""
    text = asked_text(request)
    tiles = find_offerings(text, actor=request.actor, at=request.at, limit=SUGGESTED)
    context = {"text": text, "tiles": _without_promise(request, tiles)}
    return render(request, "portal/catalogue_suggestions.html", context)


@require_safe
def area(request: TimshelRequest, code: str) -> HttpResponse:
    """Show everything in an area that the reader may ask for, service by service."""
    shown = area_view(code, actor=request.actor, at=request.at)
    promises = delivery_promises(
        ((tile.id, tile.service_id) for each in shown.services for tile in each.tiles),
        actor=request.actor,
        at=request.at,
    )
    language = request.actor.language
    context = {
        "area": shown,
        "services": [
            (each, shown_tiles(each.tiles, promises=promises, language=language))
            for each in shown.services
        ],
    }
    return render(request, "portal/catalogue_area.html", context)


@require_safe
def service(request: TimshelRequest, code: str) -> HttpResponse:
    """Show one service: what can be asked for, who answers for it, and how to report a problem."""
    if "\0" in code:
        raise NotFound
    shown = services.service(code, language=request.actor.language)
    support = hours_of(service=code, at=request.at)
    tiles = service_tiles(code, actor=request.actor, at=request.at)
    context = {
        "service": shown,
        "hours": opening_line(support, at=request.at, sentences=SUPPORT),
        "tiles": in_words(request, tiles),
    }
    return render(request, "portal/service.html", context)


@require_safe
def ask(request: TimshelRequest) -> HttpResponse:
    """Lead from the address that the catalogue once had to where it is."""
    query = request.GET.urlencode()
    return HttpResponsePermanentRedirect(
        f"{reverse('catalogue')}?{query}" if query else reverse("catalogue")
    )


def asked_text(request: TimshelRequest) -> str:
    """Return what was typed into a box for searching."""
    return cleaned(request.GET.get("q", ""))


def in_words(request: TimshelRequest, tiles: Sequence[Tile]) -> list[ShownTile]:
    """Return tiles with what the reader is promised; at most three queries."""
    promises = delivery_promises(
        [(tile.id, tile.service_id) for tile in tiles], actor=request.actor, at=request.at
    )
    return shown_tiles(tiles, promises=promises, language=request.actor.language)


def _without_promise(request: TimshelRequest, tiles: Iterable[Tile]) -> list[ShownTile]:
    return shown_tiles(tiles, promises={}, language=request.actor.language)
