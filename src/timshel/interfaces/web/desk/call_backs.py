"""Who is to be called back, soonest first, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from timshel.interfaces.web.addresses import record_addresses
from timshel.interfaces.web.desk.log_forms import MOMENT
from timshel.interfaces.web.desk.words import traits
from timshel.interfaces.web.requests import TimshelRequest, quiet
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import Invalid, NotFound
from timshel.operation.call import actions, queries
from timshel.operation.call.access import LOG

PAGE_SIZE = 50
REGIONS = ["calls"]
SALT = "timshel.call-back-count"
HELD_SECONDS = 24 * 60 * 60
KEPT_SECONDS = 15
VIEWS: Mapping[str, Promise] = {
    "mine": gettext_lazy("Mine"),
    "team": gettext_lazy("All"),
    "finished": gettext_lazy("Finished"),
}
DONE: Mapping[str, tuple[Callable[..., None], Promise]] = {
    "finish": (actions.finish_call_back, gettext_lazy("Done: they are called back.")),
    "miss": (actions.miss_call_back, gettext_lazy("Kept as missed.")),
    "cancel": (actions.cancel_call_back, gettext_lazy("Taken off the list.")),
}


class LaterForm(forms.Form):
    """When to try again."""

    due_at = forms.DateTimeField(input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S"])


@require_safe
def call_backs(request: TimshelRequest) -> HttpResponse:
    """Show who is to be called back."""
    view = request.GET.get("view", "mine")
    page = queries.call_back_list(
        view,
        actor=request.actor,
        at=request.at,
        cursor=request.GET.get("cursor"),
        size=PAGE_SIZE,
    )
    places = record_addresses()
    rows: list[Any] = [
        (row, traits(row.traits), f"{places[row.work_kind]}{row.work}" if row.work else "")
        for row in page.items
    ]
    context = {
        "page": page,
        "rows": rows,
        "view": view,
        "views": list(VIEWS.items()),
        "may_log": request.actor.may_somewhere(LOG),
        "live_regions": REGIONS,
    }
    return render(request, "desk/call_backs.html", context)


@require_POST
def act(request: TimshelRequest, call_back_id: int, deed: str) -> HttpResponse:
    """Finish a call-back, miss it, put it off, or take it off the list."""
    note = request.POST.get("note", "")[:500]
    by: dict[str, Any] = {"note": note, "actor": request.actor, "at": request.at}
    if deed == "move":
        form = LaterForm(request.POST)
        if not form.is_valid():
            raise Invalid({"due_at": [_("Please say when.")]})
        actions.move_call_back(call_back_id, due_at=form.cleaned_data["due_at"], **by)
        messages.success(request, _("Put off."))
    elif deed in DONE:
        do, told = DONE[deed]
        do(call_back_id, **by)
        messages.success(request, str(told))
    else:
        raise NotFound
    view = request.POST.get("view", "mine")
    return redirect(f"{reverse('call-backs')}?view={view if view in VIEWS else 'mine'}")


@quiet
@require_GET
def count(request: TimshelRequest) -> HttpResponse:
    """Answer how many call-backs are due for whom the navigation was drawn, or nothing."""
    try:
        person_id = signing.loads(request.GET.get("who", ""), salt=SALT, max_age=HELD_SECONDS)
    except signing.BadSignature:
        return HttpResponse(status=400)
    actor = Actor(kind=ActorKind.PERSON, name="", channel=Channel.DESK, person_id=person_id)
    number = queries.due_count(actor=actor, at=request.at)
    words = ngettext("%(count)d call-back is due", "%(count)d call-backs are due", number) % {
        "count": number
    }
    response = render(request, "portal/approval_count.html", {"number": number, "words": words})
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    return response


def count_address(actor: Actor) -> str:
    """Return where the navigation asks how many call-backs are due for somebody."""
    return f"{reverse('call-back-count')}?who={signing.dumps(actor.person_id, salt=SALT)}"
