"""Who works without an agreement of their own, each figure with the list of cases behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.governance.periods import CHOICES, OWN, chosen_period
from timshel.interfaces.web.requests import TimshelRequest
from timshel.interfaces.web.wording import span
from timshel.kernel.errors import Invalid
from timshel.resolution_fulfilment.incident.queries.finder import (
    FINDS_NAMES,
    MOST_ROWS,
    FinderRow,
    Finds,
    finder,
)

# Where work has only just begun, the quarter before it is empty.
USUAL_PERIOD = "this_quarter"


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row with the addresses of the lists behind its figures."""

    row: FinderRow
    all: str
    late: str
    reopened: str
    handed_over: str
    mean_open: str


@require_safe
def found(request: TimshelRequest) -> HttpResponse:
    """Show what works without an agreement of its own, the heaviest first."""
    given = request.GET.dict()
    if not given.get("period") and not given.get("from"):
        given["period"] = USUAL_PERIOD
    chosen = chosen_period(given, actor=request.actor, at=request.at)
    finds = _finds(request.GET.get("kind", Finds.SERVICE))
    period = chosen.period
    rows = finder(
        finds,
        opened_from=period.since,
        opened_until=period.until,
        actor=request.actor,
        at=request.at,
    )
    context: dict[str, Any] = {
        "finds": finds,
        "tabs": FINDS_NAMES.items(),
        "period": period,
        "choice": chosen.choice,
        "choices": CHOICES,
        "own": OWN,
        "rows": [shown(row) for row in rows],
        "is_full": len(rows) == MOST_ROWS,
        "most": MOST_ROWS,
        "may_make": request.actor.may_somewhere("service_level.configure"),
    }
    return render(request, "governance/finder.html", context)


def shown(row: FinderRow) -> ShownRow:
    """Return a row with the addresses of the lists behind its figures."""
    return ShownRow(
        row,
        all=list_address(row),
        late=list_address(row, breached="on"),
        reopened=list_address(row, reopened="on"),
        handed_over=list_address(row, handed_over="on"),
        mean_open=span(max(row.mean_open, timedelta(0))),
    )


def list_address(row: FinderRow, **more: str) -> str:
    """Return the address of the cases of a row, narrowed further."""
    filters = row.filters
    named = {
        name: getattr(filters, name)
        for name in ("service", "unit", "customer", "team", "supplier")
        if getattr(filters, name)
    }
    query = {
        "open": "all",
        **named,
        "opened_from": _plain(filters.opened_from),
        "opened_until": _plain(filters.opened_until),
        **more,
        "count": "1",
        "sort": "opened",
    }
    return f"{reverse('queue', args=['all'])}?{urlencode(query)}"


def _plain(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _finds(text: str) -> Finds:
    try:
        return Finds(text)
    except ValueError as error:
        raise Invalid from error
