"""The queues: what waits for whom, in views that everybody arranges for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timshel.interfaces.web.addresses import record_addresses
from timshel.interfaces.web.desk import queue_board, queue_calendar
from timshel.interfaces.web.desk.queue_cells import Place, cells
from timshel.interfaces.web.desk.queue_conditions import chips
from timshel.interfaces.web.desk.queue_state import QueueState, read_state, record_link
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.operation.bulk.access import BULK
from timshel.operation.view.columns import (
    COLUMNS,
    ORDERS,
    WORK,
    ColumnChoice,
    keyset,
    read_columns,
)
from timshel.operation.view.queries import ViewRow, given_views, saved_views
from timshel.operation.view.rules import GIVEN, USUAL_GROUPING
from timshel.operation.view.states import (
    BOARD_NAMES,
    CALENDAR_NAMES,
    DENSITY_NAMES,
    SHAPE_NAMES,
    WIDTH_NAMES,
    Audience,
    Shape,
    Width,
)
from timshel.relationship_agreement.service_level.queries.work_shapes import (
    MOST_COUNTED,
    work_counts,
)
from timshel.relationship_agreement.service_level.queries.worklist import (
    WorkFilters,
    work_count,
    work_list,
)

PAGE_SIZE = 50
MOST_AT_HAND = 20
USUAL_ORDERS = ("due", "opened", "updated", "priority")
SHAPE_ICONS: Mapping[Shape, str] = {
    Shape.LIST: "layout-list",
    Shape.BOARD: "layout-dashboard",
    Shape.CALENDAR: "calendar",
}


@dataclass(frozen=True, slots=True)
class SideEntry:
    """A view as the side of a queue shows it; ``count`` is empty where nothing was counted."""

    key: str
    name: str
    icon: str
    address: str
    is_current: bool
    count: str
    detail: str


@dataclass(frozen=True, slots=True)
class SideGroup:
    """Views under a heading; those of a closed one are not counted."""

    label: str
    entries: tuple[SideEntry, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the list with the order that its heading asks for."""

    key: str
    label: str
    width: str
    address: str
    direction: str


@require_safe
def queue(request: TimshelRequest, view: str) -> HttpResponse:
    """Show a queue as the address says: filtered, arranged and in its shape."""
    state = state_of(request, view)
    token = live.token()
    given = GIVEN.get(state.view.key)
    context: dict[str, Any] = {
        "state": state,
        "view": state.view,
        "look": state.look,
        "heading": state.view.name,
        "lead": lead_of(state.view),
        "side": side(request, current=state.view.key),
        "chips": chips(state, actor=request.actor, at=request.at),
        "shapes": shapes(state),
        "carried": [(name, value) for name, value in state.query() if name != "q"],
        "carried_with_text": [
            (name, value) for name, value in state.query() if name not in ("columns", "density")
        ],
        "empty_icon": given.icon if given else "layout-list",
        "empty_text": given.empty if given else _("No work fits this view at the moment."),
        "plain_address": reverse("queue", args=[state.view.key]),
        "conditions_address": f"{reverse('queue-conditions', args=[state.view.key])}",
        "live_token": token,
        "live_regions": watched(state.view.key, request.actor),
        "packed": state.packed(),
        "may_bulk": request.actor.may_somewhere(BULK),
        **arrangement(state),
    }
    match state.look.shape:
        case Shape.BOARD:
            context |= queue_board.context(request, state)
        case Shape.CALENDAR:
            context |= queue_calendar.context(request, state)
        case _:
            context |= listed(request, state)
    return render(request, "desk/queue.html", context)


@require_safe
def count(request: TimshelRequest, view: str) -> HttpResponse:
    """Say how many there are in a queue with these filters; asked for by a button only."""
    state = state_of(request, view)
    context = {"count": work_count(state.filters, actor=request.actor, at=request.at)}
    return render(request, "desk/queue_count.html", context)


def state_of(request: TimshelRequest, view: str) -> QueueState:
    """Return what the address asks for.

    Raises:
        Http404: there is no such view for the reader.
    """
    try:
        return read_state(view, request.GET, actor=request.actor)
    except NotFound as missing:
        raise Http404 from missing


def listed(request: TimshelRequest, state: QueueState) -> dict[str, Any]:
    """Return what the list of a queue shows."""
    look = state.look
    page = work_list(
        state.filters,
        actor=request.actor,
        at=request.at,
        sort=look.sort,
        cursor=request.GET.get("cursor") or None,
        size=PAGE_SIZE,
        with_place=any(each.key == "unit" for each in look.columns),
    )
    addresses, order, packed = record_addresses(), keyset(look.sort), state.packed()
    rows = []
    for row in page.items:
        link = record_link(packed, order.place(row))
        place = Place(addresses[row.kind], link, request.at)
        rows.append((row, cells(row, look.columns, place)))
    counted = None
    if "count" in request.GET:
        counted = work_count(state.filters, actor=request.actor, at=request.at)
    return {
        "page": page,
        "rows": rows,
        "headings": headings(state),
        "count": counted,
        "count_address": _count_address(state),
        "orders": _orders(state),
    }


def headings(state: QueueState) -> list[Heading]:
    """Return the headings of the list; a second click on one turns its order round."""
    found = []
    for each in state.look.columns:
        column = COLUMNS[each.key]
        address = direction = ""
        if column.sort:
            is_current = state.look.sort.removeprefix("-") == column.sort
            turned = is_current and not state.look.sort.startswith("-")
            sort = f"-{column.sort}" if turned else column.sort
            address = state.with_look(sort=sort).address()
            direction = _direction(state.look.sort) if is_current else ""
        found.append(Heading(each.key, str(column.label), each.width, address, direction))
    return found


def _direction(sort: str) -> str:
    """Return how an order runs, as ``aria-sort`` says it."""
    first = ORDERS[sort.removeprefix("-")].keys[0]
    return "descending" if first.descending != sort.startswith("-") else "ascending"


def _orders(state: QueueState) -> list[tuple[str, str, bool]]:
    """Return the usual orders as address, name and whether it is the present one."""
    return [
        (
            state.with_look(sort=key).address(),
            str(order.label),
            state.look.sort.removeprefix("-") == key,
        )
        for key, order in ORDERS.items()
        if key in USUAL_ORDERS or key == state.look.sort.removeprefix("-")
    ]


def _count_address(state: QueueState) -> str:
    query = urlencode(state.query())
    address = reverse("queue-count", args=[state.view.key])
    return f"{address}?{query}" if query else address


def lead_of(view: ViewRow) -> str:
    """Return what a view holds, in a sentence."""
    if view.is_given:
        return str(GIVEN[view.key].lead)
    if view.audience is Audience.TEAM:
        return _("A view of %(team)s, made by %(owner)s.") % {
            "team": view.team,
            "owner": view.owner,
        }
    if view.audience is Audience.EVERYONE:
        return _("A view for everybody, made by %(owner)s.") % {"owner": view.owner}
    return _("A view of your own.")


def shapes(state: QueueState) -> list[tuple[str, str, str, bool]]:
    """Return the shapes as address, name, icon and whether it is the present one."""
    return [
        (
            state.with_look(shape=shape, by=USUAL_GROUPING[shape]).address(),
            str(name),
            SHAPE_ICONS[shape],
            shape is state.look.shape,
        )
        for shape, name in SHAPE_NAMES.items()
    ]


def arrangement(state: QueueState) -> dict[str, Any]:
    """Return what the form of columns, density and arrangement offers."""
    chosen = {each.key: each for each in state.look.columns}
    order = [*chosen, *(key for key in COLUMNS if key not in chosen)]
    columns = [
        {
            "key": key,
            "label": COLUMNS[key].label,
            "is_shown": key in chosen,
            "is_fixed": key == WORK,
            "position": number,
            "width": chosen.get(key, ColumnChoice(key)).width,
        }
        for number, key in enumerate(order, start=1)
    ]
    groupings = {Shape.BOARD: BOARD_NAMES, Shape.CALENDAR: CALENDAR_NAMES}
    return {
        "columns": columns,
        "widths": WIDTH_NAMES.items(),
        "densities": DENSITY_NAMES.items(),
        "groupings": [
            (state.with_look(by=key).address(), name, key == state.look.by)
            for key, name in groupings.get(state.look.shape, {}).items()
        ],
    }


@require_safe
def arrange(request: TimshelRequest, view: str) -> HttpResponse:
    """Lead to the queue with the columns, widths and density that a form chose."""
    state = state_of(request, view)
    given = request.GET
    chosen = [key for key in given.getlist("show") if key in COLUMNS]
    chosen = chosen if WORK in chosen else [WORK, *chosen]
    chosen.sort(key=lambda key: _position(given.get(f"position-{key}", "")))
    texts = [f"{key}:{given.get(f'width-{key}') or Width.AUTO}" for key in chosen]
    try:
        columns = read_columns(texts)
    except ValueError as wrong:
        raise Invalid({"columns": [str(wrong)]}) from wrong
    return redirect(state.with_look(columns=columns).address())


def _position(text: str) -> int:
    return int(text[:3]) if text.isascii() and text.isdigit() else len(COLUMNS)


def watched(view: str, actor: Actor) -> list[str]:
    """Return the live regions whose changes can move a queue, or what is counted beside it."""
    own = [f"person:{actor.person_id}", *(f"team:{key}" for key in sorted(actor.team_ids))]
    moving = GIVEN[view].regions(actor) if view in GIVEN else ["work"]
    return sorted({*own, *moving})


def side(request: TimshelRequest, *, current: str) -> list[SideGroup]:
    """Return the views at the side of a queue: one query for all of them, one for the counts."""
    given, saved = given_views(actor=request.actor), saved_views(actor=request.actor)
    at_hand = [each for each in saved if each.is_pinned or each.is_own][:MOST_AT_HAND]
    keys = {each.key for each in at_hand}
    rest = [each for each in saved if each.key not in keys]
    mine = (_("Your views"), [each for each in rest if each.audience is Audience.PERSONAL])
    teams = (_("Views of teams"), [each for each in rest if each.audience is Audience.TEAM])
    house = (
        _("Views for everybody"),
        [each for each in rest if each.audience is Audience.EVERYONE],
    )
    groups = [("", list(given)), (_("At hand"), at_hand), mine, teams, house]
    shown = [
        each
        for number, (_label, views) in enumerate(groups)
        for each in views
        if number < 2 or any(one.key == current for one in views)
    ]
    counts = work_counts(
        {each.key: WorkFilters(conditions=each.look.filter) for each in shown},
        actor=request.actor,
        at=request.at,
    )
    return [
        SideGroup(
            label,
            tuple(_entry(each, current=current, counts=counts) for each in views),
            number < 2 or any(each.key == current for each in views),
        )
        for number, (label, views) in enumerate(groups)
        if views
    ]


def _entry(view: ViewRow, *, current: str, counts: Mapping[str, int]) -> SideEntry:
    picture = GIVEN[view.key].icon if view.is_given else SHAPE_ICONS[view.look.shape]
    if view.is_pinned:
        picture = "star"
    return SideEntry(
        key=view.key,
        name=view.name,
        icon=picture,
        address=reverse("queue", args=[view.key]),
        is_current=view.key == current,
        count=_counted(counts[view.key]) if view.key in counts else "",
        detail="" if view.is_given or view.is_own else view.team or view.owner,
    )


def _counted(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)
