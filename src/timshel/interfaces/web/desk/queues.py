"""The queues: what waits for whom, next deadline first."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from timshel.context.organization import queries as organization
from timshel.context.people import queries as people
from timshel.interfaces.web import badges, wording
from timshel.interfaces.web.addresses import INCIDENT, record_addresses
from timshel.interfaces.web.desk.filters import SORTS, FilterForm
from timshel.interfaces.web.desk.words import Trait, traits
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkRow,
    work_count,
    work_list,
)
from timshel.relationship_agreement.service_level.rules.forecast import is_likely
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.service_portfolio.service import queries as services

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Queue:
    """One of the queues.

    Args:
        view: its name in the address.
        title: its heading.
        icon: its icon.
        lead: what it holds.
        empty: what to do when nothing is in it.
    """

    view: str
    title: Promise
    icon: str
    lead: Promise
    empty: Promise


QUEUES: Mapping[str, Queue] = {
    queue.view: queue
    for queue in (
        Queue(
            "mine",
            _("My work"),
            "user-check",
            _("What is assigned to you, next deadline first."),
            _("Nothing waits for you. Take something from your teams’ queue."),
        ),
        Queue(
            "teams",
            _("My teams"),
            "users-group",
            _("What your teams have, next deadline first."),
            _("Your teams have nothing to do at the moment. Look at what nobody has taken yet."),
        ),
        Queue(
            "unassigned",
            _("Unassigned"),
            "inbox",
            _("What nobody has taken yet, next deadline first."),
            _("Everything has been taken by someone. Look at your own work."),
        ),
        Queue(
            "all",
            _("Everything"),
            "layout-list",
            _("All that you may see, next deadline first."),
            _("There is no open work at all. Log an incident when somebody calls."),
        ),
    )
}


@require_safe
def home(request: HttpRequest) -> HttpResponseRedirect:  # noqa: ARG001 - Django's signature
    """Lead to the person's own work."""
    return redirect("queue", view="mine")


@dataclass(frozen=True, slots=True)
class ShownRow:
    """The marks and moments that the page adds to a row of a queue.

    They are drawn here and not by tags of the template: fifty rows of tags would cost more than
    all the queries of the page.
    """

    address: str
    why: str
    kind: SafeString
    priority: SafeString
    stage: SafeString
    due: SafeString | str
    chance: str
    due_moment: str
    updated: SafeString
    traits: list[Trait]


@require_safe
def queue(request: TimshelRequest, view: str) -> HttpResponse:
    """Show a queue, filtered and sorted as the address says."""
    chosen = _queue(view)
    token = live.token()
    form = FilterForm(request.GET)
    filters = form.filters(view)
    page = work_list(
        filters,
        actor=request.actor,
        at=request.at,
        sort=form.sort(),
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
    )
    language = request.actor.language
    selects = form.selects(
        organization.team_list(language=language), services.service_list(language=language)
    )
    addresses = record_addresses()
    context: dict[str, Any] = {
        "queue": chosen,
        "queues": QUEUES.values(),
        "form": form,
        "selects": selects,
        "requester": _requester(request, form),
        "page": page,
        "rows": [
            (row, shown(row, address=addresses[row.kind], now=request.at)) for row in page.items
        ],
        "sort": form.sort(),
        "sorts": SORTS.items(),
        "count": _count(request, form, view) if "count" in request.GET else None,
        "count_address": _count_address(request, view),
        "live_token": token,
        "live_regions": watched(view, request.actor),
    }
    return render(request, "desk/queue.html", context)


@require_safe
def count(request: TimshelRequest, view: str) -> HttpResponse:
    """Say how many there are in a queue with these filters; asked for by a button only."""
    _queue(view)
    form = FilterForm(request.GET)
    context = {"count": _count(request, form, view)}
    return render(request, "desk/queue_count.html", context)


def shown(row: WorkRow, *, address: str, now: datetime) -> ShownRow:
    """Return a row with what the page adds.

    Args:
        row: as it was read.
        address: where all records of its kind are; the number is added to it.
        now: the moment of the page.
    """
    return ShownRow(
        address=address + row.number,
        why=_why(row, address),
        kind=badges.work_kind(row.kind),
        priority=badges.priority(row.priority),
        stage=badges.stage(row.stage),
        due=badges.due(row.next_due_at, now),
        chance=_chance(row.chance),
        due_moment=wording.short_moment(row.next_due_at) if row.next_due_at else "",
        updated=badges.moment(row.updated_at, now),
        traits=traits(row.requester_traits),
    )


def _why(row: WorkRow, address: str) -> str:
    """Return where the row's deadline is explained, or nothing where the page would refuse."""
    if not row.sees_inside:
        return ""
    usual = ClockKind.RESOLVE if row.kind == INCIDENT else ClockKind.FULFIL
    return f"{address}{row.number}/clocks/{row.next_clock or usual.value}"


def _chance(chance: float | None) -> str:
    """Return the chance in words where it is likely; a row has no room for what is not."""
    if chance is None or not is_likely(chance, is_learnt=True):
        return ""
    return gettext("%(percent)d%% likely to be late") % {"percent": round(chance * 100)}


def watched(view: str, actor: Actor) -> list[str]:
    """Return the live regions whose changes can move a queue."""
    if view == "mine":
        return [f"person:{actor.person_id}"]
    if view == "teams":
        return [f"team:{team_id}" for team_id in sorted(actor.team_ids)]
    return ["unassigned"] if view == "unassigned" else ["work"]


def _queue(view: str) -> Queue:
    if view not in QUEUES:
        raise Http404
    return QUEUES[view]


def _requester(request: TimshelRequest, form: FilterForm) -> people.PersonCard | None:
    """Return the person whose work alone are shown, as far as the reader may see them."""
    person_id = form.requester_id()
    if person_id is None:
        return None
    with suppress(NotFound):
        return people.person_card(person_id, actor=request.actor)
    return None


def _count(request: TimshelRequest, form: FilterForm, view: str) -> int:
    return work_count(form.filters(view), actor=request.actor, at=request.at)


def _count_address(request: HttpRequest, view: str) -> str:
    query = request.GET.copy()
    for name in ("cursor", "count"):
        query.pop(name, None)
    return f"{reverse('queue-count', args=[view])}?{query.urlencode()}"
