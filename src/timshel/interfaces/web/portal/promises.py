"""What somebody is promised, service by service, in their own words; and levels to choose."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.relationship_agreement.service_level.queries.applicable import promised
from timshel.relationship_agreement.service_level.rules.hour_texts import week_text
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES


@require_safe
def promises(request: TimshelRequest) -> HttpResponse:
    """Show what the reader is promised."""
    found = promised(actor=request.actor, at=request.at)
    groups = [
        {
            "group": group,
            "kinds": group.kinds,
            "lines": [
                (
                    PRIORITY_NAMES[line.priority],
                    [line.amounts.get(kind, "") for kind in group.kinds],
                )
                for line in group.lines
            ],
            "calendars": [
                (name, week_text(hours.weekly), hours.zone) for name, hours in group.calendars
            ],
        }
        for group in found.groups
    ]
    context = {
        "promised": found,
        "groups": groups,
        "respond": ClockKind.RESPOND,
        "update": ClockKind.UPDATE,
    }
    return render(request, "portal/promises.html", context)
