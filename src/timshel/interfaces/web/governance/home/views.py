"""Where the management system stands, as its audiences want to know it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.calendar.views import by_day
from timshel.interfaces.web.governance.home.audiences import (
    VIEWS,
    Audience,
    cards_of,
    open_to,
    usual,
)
from timshel.interfaces.web.governance.home.reading import Reading
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotAllowed

SHOWN = 10


@require_safe
def standing(request: TimshelRequest) -> HttpResponse:
    """Show an audience its cards, and the reader what they are to do within a month.

    Raises:
        NotAllowed: the reader may not take the part of the audience that the address names.
    """
    offered = open_to(request.actor)
    wanted = request.GET.get("for", "")
    audience = Audience(wanted) if wanted in VIEWS else usual(request.actor)
    if audience not in offered:
        raise NotAllowed
    reading = Reading(request.actor, request.at)
    context = {
        "audience": audience,
        "audiences": [(each, VIEWS[each].name) for each in offered],
        "lead": VIEWS[audience].lead,
        "cards": cards_of(audience, reading),
        "days": by_day(reading.own[:SHOWN], reading.today),
        "today": reading.today,
    }
    return render(request, "governance/home/standing.html", context)
