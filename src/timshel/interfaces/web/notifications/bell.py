"""The bell in the head of every page: how much is unread, asked for after the page is there.

The count is one query, without a session, with a signed value that says for whom the page was
drawn. The page of a record also says which record it shows: once it is really before somebody,
the notices about it are read. A browser that only fetches pages ahead reads nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.notifications.pages import record_shown
from timshel.interfaces.web.requests import ANONYMOUS, TimshelRequest, quiet
from timshel.kernel.actor import Actor
from timshel.support.notification import actions, queries
from timshel.support.notification.rules import MOST_UNREAD

SALT = "timshel.bell"
HELD_SECONDS = 24 * 60 * 60
IN_PANEL = 8


def bell(request: HttpRequest, actor: Actor) -> dict[str, str]:
    """Return where the bell of a page asks; asks the database nothing.

    Args:
        request: for the page.
        actor: for whom it is drawn.
    """
    about = record_shown(request)
    who = signing.dumps([actor.person_id], salt=SALT)
    found = {"count": f"{reverse('notification-count')}?who={who}", "read": ""}
    if about.kind:
        shown = signing.dumps([actor.person_id, about.kind, about.key], salt=SALT)
        found["read"] = f"{reverse('notification-record')}?who={shown}"
    return found


@quiet
@never_cache
@require_safe
def count(request: TimshelRequest) -> HttpResponse:
    """Answer how many notices whom the page was drawn for has not read."""
    try:
        (person_id,) = _signed(request)
    except (signing.BadSignature, ValueError):
        return HttpResponse(status=400)
    return _counted(request, person_id)


@csrf_exempt  # the signed value is what a forged form cannot have
@quiet
@never_cache
@require_POST
def read_record(request: TimshelRequest) -> HttpResponse:
    """Note that the record of a page is before its reader, and answer how much is unread."""
    try:
        person_id, kind, key = _signed(request)
    except (signing.BadSignature, ValueError):
        return HttpResponse(status=400)
    reader = replace(ANONYMOUS, person_id=person_id)
    actions.mark_record_read(kind, key=key, actor=reader, at=request.at)
    return _counted(request, person_id)


@require_safe
def panel(request: TimshelRequest) -> HttpResponse:
    """Show the latest notices below the bell."""
    page = queries.notice_list(actor=request.actor, at=request.at, size=IN_PANEL)
    actions.mark_seen(actor=request.actor, at=request.at)
    return render(request, "notifications/panel.html", {"rows": page.items})


def _signed(request: HttpRequest) -> Any:
    return signing.loads(request.GET.get("who", ""), salt=SALT, max_age=HELD_SECONDS)


def _counted(request: HttpRequest, person_id: int) -> HttpResponse:
    number = queries.unread_count(person_id)
    words = ngettext("%(count)d unread notice", "%(count)d unread notices", number)
    context = {
        "number": number,
        "shown": f"{MOST_UNREAD}+" if number > MOST_UNREAD else str(number),
        "words": words % {"count": number},
    }
    return render(request, "notifications/count.html", context)
