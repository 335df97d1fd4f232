"""How many approvals wait for somebody, beside the entry of the navigation that leads to them.

Every page has the navigation, so the number is asked for after the page is there, with a signed
value that says for whom it was drawn: one query, without a session, and nothing more in pages.
"""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from timshel.interfaces.web.requests import TimshelRequest, quiet
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope
from timshel.leadership.approval import queries
from timshel.leadership.approval.access import MANAGE

SALT = "timshel.approval-count"
HELD_SECONDS = 24 * 60 * 60
KEPT_SECONDS = 15


@quiet
@require_GET
def count(request: TimshelRequest) -> HttpResponse:
    """Answer how many approvals wait for whom the navigation was drawn, or nothing."""
    try:
        person_id, everything, units = signing.loads(
            request.GET.get("who", ""), salt=SALT, max_age=HELD_SECONDS
        )
    except signing.BadSignature:
        return HttpResponse(status=400)
    scope = Scope(everywhere=everything, within={"unit": frozenset(units)})
    actor = Actor(
        kind=ActorKind.PERSON,
        name="",
        channel=Channel.PORTAL,
        person_id=person_id,
        scopes={MANAGE: scope},
    )
    number = queries.waiting_count(actor=actor, at=request.at)
    context = {"number": number, "words": waiting_words(number)}
    response = render(request, "portal/approval_count.html", context)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


def count_address(actor: Actor) -> str:
    """Return where the navigation asks how many approvals wait for somebody.

    Args:
        actor: who; the address is signed and says nothing else of them.
    """
    scope = actor.scope(MANAGE)
    facts = [actor.person_id, scope.everywhere, sorted(scope.keys("unit"))]
    return f"{reverse('approval-count')}?who={signing.dumps(facts, salt=SALT)}"


def waiting_words(number: int) -> str:
    """Return in words how many approvals wait."""
    return ngettext(
        "%(count)d approval waits for you", "%(count)d approvals wait for you", number
    ) % {"count": number}
