"""What may help somebody who is typing a report, and counting when it did."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.sign_in import safe_address
from timshel.kernel.text import is_storable
from timshel.resolution_fulfilment.matching.actions import note_deflection
from timshel.resolution_fulfilment.matching.queries import Suggestions, suggestions
from timshel.resolution_fulfilment.matching.states import Help
from timshel.resolution_fulfilment.outage.actions import join_outage

LONGEST = 250


def help_for(request: TimshelRequest, *, text: str, service: str | None) -> Suggestions:
    """Return what may help with a report of a service that begins so."""
    text = text[:LONGEST] if is_storable(text) else ""
    return suggestions(text, service=service, actor=request.actor, at=request.at)


@require_safe
def found(request: TimshelRequest) -> HttpResponse:
    """Answer what may help with what is typed so far: a part of the form's page."""
    service = request.GET.get("service", "")
    text = request.GET.get("title", "")
    context = {
        "help": help_for(
            request, text=text, service=service if service and is_storable(service) else None
        ),
        "typed": text[:LONGEST],
    }
    return render(request, "portal/report_help.html", context)


@require_POST
def helped(request: TimshelRequest) -> HttpResponseRedirect:
    """Count that something helped, and lead back: nothing needs to be reported."""
    kind, text = request.POST.get("help", ""), request.POST.get("text", "")
    with suppress(ValueError):  # whoever sends another kind only wants to go back
        note_deflection(
            request.POST.get("target", ""),
            help=Help(kind),
            text=text,
            actor=request.actor,
            at=request.at,
        )
    messages.success(request, _("Good that this helped. Nothing was reported."))
    return HttpResponseRedirect(reverse("portal-home"))


@require_POST
def join(request: TimshelRequest, number: str) -> HttpResponseRedirect:
    """Count somebody as hit by an outage; they hear when it is over."""
    join_outage(number, actor=request.actor, at=request.at)
    note_deflection(
        number.upper(),
        help=Help.OUTAGE,
        text=request.POST.get("text", ""),
        actor=request.actor,
        at=request.at,
    )
    messages.success(request, _("We know that you are hit too, and tell you when it works again."))
    return HttpResponseRedirect(
        safe_address(request, request.POST.get("next", ""), reverse("portal-home"))
    )
