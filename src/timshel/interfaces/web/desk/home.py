"""Where a helper's day begins: what waits, what is late, who has how much; each as a card."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.context.people.queries import page_setting
from timshel.interfaces.web import badges
from timshel.interfaces.web.addresses import INCIDENT, record_addresses
from timshel.interfaces.web.cards import Card, Reading, ReadingTogether, shown_cards
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Text
from timshel.operation.call import access as calls
from timshel.operation.call.queries import call_back_list
from timshel.operation.teamwork.queries import mention_list, unread_shift_notes
from timshel.operation.view.queries import given_view
from timshel.operation.view.rules import GIVEN
from timshel.operation.work.rules import VIEW
from timshel.relationship_agreement.service_level.queries.load import team_load
from timshel.relationship_agreement.service_level.queries.work_shapes import work_queues
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, WorkRow
from timshel.resolution_fulfilment.outage.actions import REGION as OUTAGES
from timshel.resolution_fulfilment.outage.queries import running_outages

PAGE = "desk"
ROWS = 6


@dataclass(frozen=True, slots=True)
class BriefRow:
    """A line of work in a card."""

    row: WorkRow
    address: str
    kind: SafeString
    stage: SafeString
    due: SafeString | str


def brief_rows(rows: Iterable[WorkRow], *, at: datetime) -> list[BriefRow]:
    """Return lines of work as cards show them at a moment."""
    addresses = record_addresses()
    return [
        BriefRow(
            row,
            addresses[row.kind] + row.number,
            badges.work_kind(row.kind),
            badges.stage(row.stage),
            badges.due(row.next_due_at, at),
        )
        for row in rows
    ]


def _queues(request: TimshelRequest, views: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Return the first lines of some given views, what is due next first."""
    given = {view: given_view(view, actor=request.actor).look.filter for view in views}
    queues = {view: WorkFilters(conditions=wanted) for view, wanted in given.items()}
    found = work_queues(queues, actor=request.actor, at=request.at, most=ROWS)
    return {
        view: {
            "rows": brief_rows(stack.rows, at=request.at),
            "has_more": stack.has_more,
            "view": view,
        }
        for view, stack in found.items()
    }


def _outages(request: TimshelRequest) -> Mapping[str, Any]:
    addresses = record_addresses()
    told = running_outages(actor=request.actor, limit=ROWS)
    return {
        "outages": [
            {
                "told": each,
                # Whoever may see the incident is told how many are hit.
                "address": (addresses[INCIDENT] + each.number)
                if each.affected is not None
                else reverse("portal-home"),
            }
            for each in told
        ]
    }


def _mentions(request: TimshelRequest) -> Mapping[str, Any]:
    page = mention_list(actor=request.actor, unseen=True, size=ROWS)
    addresses = record_addresses()
    return {
        "mentions": [(each, addresses[each.kind] + each.number) for each in page.items],
        "has_more": page.next_cursor is not None,
    }


def _handed_over(request: TimshelRequest) -> Mapping[str, Any]:
    return {"notes": unread_shift_notes(actor=request.actor, limit=3)}


def _call_backs(request: TimshelRequest) -> Mapping[str, Any]:
    return {"calls": call_back_list("mine", actor=request.actor, at=request.at, size=ROWS).items}


def _load(request: TimshelRequest) -> Mapping[str, Any]:
    return {"teams": team_load(request.actor.team_ids, actor=request.actor, at=request.at)}


def _card(
    key: str,
    *,
    title: Text,
    icon: str,
    read: Reading | None = None,
    template: str = "",
    permissions: tuple[str, ...] = (VIEW,),
    together: ReadingTogether | None = None,
) -> Card:
    """Return a card for those who may see others' work, if nothing else is said."""
    path = f"desk/card_{template or key}.html"
    return Card(key, title, icon, path, read, permissions=permissions, together=together)


def _queue_card(view: str) -> Card:
    given = GIVEN[view]
    return _card(view, title=given.name, icon=given.icon, template="queue", together=_queues)


CARDS: tuple[Card, ...] = (
    _card("handed_over", title=_("Handed over to you"), icon="notes", read=_handed_over),
    _queue_card("waiting"),
    _queue_card("breaching"),
    _card("mentions", title=_("Where you were named"), icon="at", read=_mentions),
    _queue_card("unassigned"),
    _card("outages", title=_("Known outages"), icon="alert-triangle", read=_outages),
    _card(
        "call_backs",
        title=_("To call back"),
        icon="phone-outgoing",
        read=_call_backs,
        permissions=(calls.VIEW, calls.LOG),
    ),
    _card("load", title=_("Who has how much"), icon="scale", read=_load),
    _queue_card("mine"),
    _queue_card("teams"),
)


@require_safe
def home(request: TimshelRequest) -> HttpResponse:
    """Show the cards that the person has chosen, in their order."""
    token = live.token()
    actor = request.actor
    context = {
        "cards": shown_cards(request, CARDS, kept=page_setting(PAGE, actor=actor)),
        "page_name": PAGE,
        "live_token": token,
        "live_regions": [
            f"person:{actor.person_id}",
            "unassigned",
            OUTAGES,
            *(f"team:{team_id}" for team_id in sorted(actor.team_ids)),
        ],
    }
    return render(request, "desk/home.html", context)
