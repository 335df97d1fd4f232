"""What forms fetch while they are filled in, under the reader's rights: people, offerings."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.context.people import access
from timshel.context.people import queries as people
from timshel.interfaces.web.desk.panels import member_choices, offering_choices
from timshel.interfaces.web.requests import TimshelRequest

SHORTEST = 2
SHOWN = 8


def matching(request: TimshelRequest, text: str) -> tuple[people.PersonRow, ...]:
    """Return the people that a text finds; none for a text too short to mean anyone.

    Raises:
        NotAllowed: the person may not see others.
    """
    access.require_view(request.actor)
    if len(text.strip()) < SHORTEST:
        return ()
    return people.people_matching(text.strip(), actor=request.actor, limit=SHOWN)


@require_safe
def found(request: TimshelRequest) -> HttpResponse:
    """Show the people whom a text finds, one to choose."""
    text = request.GET.get("person", "")[:100]
    context = {"people": matching(request, text), "text": text.strip(), "shortest": SHORTEST}
    return render(request, "desk/people.html", context)


@require_safe
def members(request: TimshelRequest) -> HttpResponse:
    """Show the people of a team as entries of a select."""
    access.require_view(request.actor)
    choices = member_choices(request.GET.get("team", "")[:40])
    return render(request, "desk/options.html", {"choices": choices})


@require_safe
def offerings(request: TimshelRequest) -> HttpResponse:
    """Show the offerings of a service as entries of a select."""
    code = request.GET.get("service", "")[:40]
    choices = offering_choices(code, request.actor.language)
    return render(request, "desk/options.html", {"choices": choices})
