"""The page of one offering, with everything to know before asking for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.catalogue_words import (
    ASK,
    ShownTile,
    achieved_words,
    entitled_words,
    shown_tiles,
)
from timshel.interfaces.web.opening import SUPPORT, opening_line
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.operation.process.access import DESIGN, VIEW
from timshel.relationship_agreement.service_level.queries.calendar_uses import hours_of
from timshel.relationship_agreement.service_level.queries.delivery import (
    calendar_hours,
    delivery_promises,
)
from timshel.service_portfolio.catalogue.queries.course import Course, course_of
from timshel.service_portfolio.catalogue.queries.page import OfferingPage, PartView, offering_page

FEW = 3
"""Below this many deliveries, how long they took says more about chance than about the service."""


@require_safe
def offering(request: TimshelRequest, code: str) -> HttpResponse:
    """Show one offering."""
    actor, at = request.actor, request.at
    page = offering_page(code, actor=actor, at=at)
    course = course_of(page.content.process, actor=actor)
    return render(request, "portal/offering.html", offering_context(request, page, course))


def offering_context(
    request: TimshelRequest, page: OfferingPage, course: Course | None
) -> dict[str, Any]:
    """Return what the template of an offering needs; a preview uses it, too.

    Args:
        request: whose reader sees it.
        page: the offering.
        course: what happens then, or None.
    """
    actor, at = request.actor, request.at
    tiles = [page.tile, *page.related, *(part.tile for part in page.parts)]
    promises = delivery_promises([(tile.id, tile.service_id) for tile in tiles], actor=actor, at=at)
    shown = {
        each.tile.id: each
        for each in shown_tiles(tiles, promises=promises, language=actor.language)
    }
    hours = (
        calendar_hours(page.content.support_calendar, at=at)
        if page.content.support_calendar
        else hours_of(service=page.tile.service, at=at)
    )
    return {
        "page": page,
        "shown": shown[page.tile.id],
        "ask_label": ASK[page.tile.purpose],
        "order_address": reverse("order", args=[page.tile.code]),
        "hours": opening_line(hours, at=at, sentences=SUPPORT),
        "entitled": [entitled_words(row) for row in page.entitled],
        "ninetieth": achieved_words(page.achieved_ninetieth) if page.fulfilled >= FEW else "",
        "median": achieved_words(page.achieved_median) if page.fulfilled else "",
        "related": [shown[tile.id] for tile in page.related],
        "parts": [(part, shown[part.tile.id]) for part in page.parts],
        "required_parts": _parts(page, shown, optional=False),
        "optional_parts": _parts(page, shown, optional=True),
        "course": course,
        "process_address": _process_address(page.content.process if course else "", actor),
    }


def _parts(
    page: OfferingPage, shown: dict[int, ShownTile], *, optional: bool
) -> list[tuple[PartView, ShownTile]]:
    return [(part, shown[part.tile.id]) for part in page.parts if part.optional is optional]


def _process_address(process: str, actor: Actor) -> str:
    """Return where the picture of a process is, for those who may read processes."""
    if process and (actor.may_somewhere(VIEW) or actor.may_somewhere(DESIGN)):
        return reverse("process", args=[process])
    return ""
