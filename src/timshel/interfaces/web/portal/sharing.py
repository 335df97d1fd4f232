"""Sharing a case with colleagues, and the cases that are shared within one's unit."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from timshel.context.people.queries import colleagues_matching, person_by_code
from timshel.interfaces.web.portal.cases import LONGEST_SEARCH, STANDING_NAMES, STANDINGS
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.text import is_storable
from timshel.operation.teamwork.actions import add_watcher, remove_watcher
from timshel.operation.work.access import Following, find
from timshel.resolution_fulfilment.incident.queries import case_list
from timshel.service_portfolio.service.queries import service_choices

LARGEST_KEY = 2**63 - 1


@require_POST
def share(request: TimshelRequest, number: str) -> HttpResponse:
    """Have a colleague follow a case, or no longer; whoever follows it can stop."""
    actor, at, place = request.actor, request.at, "#sharing"
    gone = request.POST.get("remove", "")
    try:
        if gone:
            key = min(int(gone), LARGEST_KEY) if gone.isascii() and gone.isdigit() else 0
            remove_watcher(number, person_id=key, actor=actor, at=at)
            messages.success(request, _("This case is no longer shared with them."))
        else:
            add_watcher(number, person_id=_person(request), actor=actor, at=at)
            messages.success(request, _("They see this case now, and hear how it goes on."))
    except Invalid as refusal:
        place = ""  # what was wrong stands at the top of the page
        for texts in refusal.fields.values():
            for text in texts:
                messages.error(request, str(text))
    try:
        find(number, actor=actor)
    except NotFound:  # whoever stopped following it sees it no more
        return HttpResponseRedirect(reverse("case-list"))
    return HttpResponseRedirect(reverse("case", args=[number]) + place)


@require_safe
def colleagues(request: TimshelRequest) -> HttpResponse:
    """Offer people of the same house, as somebody types."""
    text = request.GET.get("person", "")[:100]
    found = colleagues_matching(text, actor=request.actor)
    choices = [(each.code, f"{each.name} · {each.unit}".strip(" ·")) for each in found]
    return render(request, "portal/options.html", {"choices": choices})


@require_safe
def unit_cases(request: TimshelRequest) -> HttpResponse:
    """Show the cases that are shared within the reader's unit, newest first."""
    token = live.token()
    standing = request.GET.get("show", "open")
    standing = standing if standing in STANDINGS and standing != "watched" else "open"
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH]
    service = request.GET.get("service", "")[:40]
    service = service if is_storable(service) else ""
    page = case_list(
        actor=request.actor,
        at=request.at,
        whose=Following.UNIT,
        open=STANDINGS[standing],
        text=text,
        service=service,
        cursor=request.GET.get("cursor") or None,
    )
    context = {
        "page": page,
        "standing": standing,
        "standings": [each for each in STANDING_NAMES if each[0] != "watched"],
        "text": text,
        "service": service,
        "services": service_choices(language=request.actor.language, is_confidential=False),
        "live_token": token,
        "live_regions": ["work"],
    }
    return render(request, "portal/unit_cases.html", context)


def _person(request: TimshelRequest) -> int:
    """Return who was chosen from the list, or the one colleague whose name was typed."""
    typed = request.POST.get("person", "")[:100].strip()
    code = typed.partition(" ")[0] if is_storable(typed) else ""
    found = person_by_code(code) if code else None
    if found is None and code:
        named = colleagues_matching(typed, actor=request.actor, limit=2)
        found = person_by_code(named[0].code) if len(named) == 1 else None
    if found is None:
        raise Invalid({"person": [_("Please choose a person from the list.")]})
    return found
