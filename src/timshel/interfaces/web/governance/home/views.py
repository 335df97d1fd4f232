"""Where the management system stands, for those who look after a part of it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.calendar.views import by_day
from timshel.interfaces.web.governance.home.cards import CARDS
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.due import Asked, everything_due

AHEAD = timedelta(days=31)
SHOWN = 10


@require_safe
def standing(request: TimshelRequest) -> HttpResponse:
    """Show what the reader is to do within a month, and a card for each part that they may see."""
    today = request.at.astimezone(ZoneInfo(request.actor.time_zone)).date()
    asked = Asked(today + AHEAD, request.actor, request.at, is_own=True, limit=SHOWN)
    context = {
        "cards": [
            make(request.actor, request.at)
            for permission, make in CARDS.items()
            if request.actor.may(permission)
        ],
        "days": by_day(everything_due(asked)[:SHOWN], today),
        "today": today,
    }
    return render(request, "governance/home/standing.html", context)
