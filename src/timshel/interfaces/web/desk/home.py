"""Where a helper's day begins: what waits, what is late, who has how much; each as a card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web import badges
from timshel.interfaces.web.addresses import INCIDENT, record_addresses
from timshel.interfaces.web.cards import Card, Reading, shown_cards
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
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkFilters,
    WorkRow,
    work_list,
)
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


def brief(request: TimshelRequest, filters: WorkFilters, *, size: int = ROWS) -> dict[str, Any]:
    """Return the first lines of a queue, what is due next first, and whether there are more."""
    page = work_list(filters, actor=request.actor, at=request.at, size=size)
    addresses = record_addresses()
    rows = [
        BriefRow(
            row,
            addresses[row.kind] + row.number,
            badges.work_kind(row.kind),
            badges.stage(row.stage),
            badges.due(row.next_due_at, request.at),
        )
        for row in page.items
    ]
    return {"rows": rows, "has_more": page.next_cursor is not None}


def _queue(request: TimshelRequest, *, view: str) -> Mapping[str, Any]:
    given = given_view(view, actor=request.actor)
    return {**brief(request, WorkFilters(conditions=given.look.filter)), "view": view}


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
    read: Reading,
    template: str = "",
    permissions: tuple[str, ...] = (VIEW,),
) -> Card:
    """Return a card for those who may see others' work, if nothing else is said."""
    path = f"desk/card_{template or key}.html"
    return Card(key, title, icon, path, read, permissions=permissions)


def _queue_card(view: str) -> Card:
    given = GIVEN[view]
    read = partial(_queue, view=view)
    return _card(view, title=given.name, icon=given.icon, read=read, template="queue")


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
        "cards": shown_cards(request, PAGE, CARDS),
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
