"""The service charter as its readers see it: what is promised to them, and how it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.charter_poster import charter_pdf
from timshel.interfaces.web.governance.charter_shown import (
    ShownPromise,
    newest_reading,
    shown_promises,
)
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.leadership.policy.access import MANAGE
from timshel.leadership.policy.queries import charter, reader_of

ON_THE_HOME_PAGE = 3


@require_safe
def charter_page(request: TimshelRequest) -> HttpResponse:
    """Show what is promised to the reader, with the figures and the trend of each promise."""
    found = _own(request.actor, request.at)
    context = {
        "promises": found,
        "read_at": newest_reading(found),
        "may_manage": request.actor.may(MANAGE),
    }
    return render(request, "portal/charter.html", context)


@require_safe
def charter_file(request: TimshelRequest) -> HttpResponse:
    """Send the reader's charter as a document to put on a wall."""
    found = _own(request.actor, request.at)
    content = charter_pdf(found, actor=request.actor, at=request.at)
    headers = {"Content-Disposition": 'attachment; filename="charter.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def charter_card(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """Return the card of the portal's first page; at most five queries, none over the work.

    Args:
        actor: whose first page it is.
        at: now.
    """
    found = _own(actor, at, limit=ON_THE_HOME_PAGE)
    return {"promises": found, "read_at": newest_reading(found)}


def _own(actor: Actor, at: datetime, limit: int | None = None) -> list[ShownPromise]:
    rows = charter(
        reader_of(actor), language=actor.language, zone=actor.time_zone, at=at, limit=limit
    )
    return shown_promises(rows, actor=actor, at=at, with_trend=limit is None)
