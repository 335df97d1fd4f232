"""A queue as a board: columns by stage, person, priority or team, and moving a card between them.

A card is moved by the same deeds as on the record, so that rights, journal, clocks and mails are
the same; what a deed needs beyond the column is asked for at the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from timshel.context.organization import queries as organization
from timshel.context.people import queries as people
from timshel.interfaces.web import badges
from timshel.interfaces.web.addresses import address_of_number, record_addresses
from timshel.interfaces.web.desk.queue_cells import why_address
from timshel.interfaces.web.desk.queue_state import QueueState, read_state, record_link
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, Refused
from timshel.kernel.filters import Condition, Operator
from timshel.kernel.text import labelled
from timshel.operation.view.columns import keyset
from timshel.operation.view.fields import MY_TEAMS
from timshel.operation.view.states import Shape
from timshel.operation.work.deeds import read_deed
from timshel.operation.work.handling import perform
from timshel.operation.work.states import BY_HAND, STAGE_NAMES, WAITING_NAMES, Stage
from timshel.relationship_agreement.service_level.queries.work_shapes import (
    MOST_CARDS,
    Stack,
    work_board,
)
from timshel.relationship_agreement.service_level.queries.worklist import WorkRow
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES

MOST_COLUMNS = 16
NOBODY, OTHERS = "nobody", "others"
SHOWN_STAGES = (Stage.NEW, Stage.IN_PROGRESS, Stage.WAITING, Stage.RESOLVED)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a card can be moved to; ``column`` is the column it is then in."""

    value: str
    name: str
    column: str


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """A column before its cards are read.

    Args:
        key: its name.
        name: its heading.
        holds: which work stands in it.
        condition: the same for the list behind it, where one condition says it.
    """

    key: str
    name: str
    holds: Q
    condition: Condition | None


@dataclass(frozen=True, slots=True)
class Card:
    """A piece of work on a board or in a calendar."""

    row: WorkRow
    address: str
    kind: SafeString
    priority: SafeString
    stage: SafeString
    due: SafeString | str
    why: str


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column with its cards."""

    key: str
    name: str
    cards: tuple[Card, ...]
    count: str
    address: str


def context(request: TimshelRequest, state: QueueState) -> dict[str, Any]:
    """Return what a board shows."""
    columns = COLUMNS[state.look.by](state, request.actor)
    stacks = work_board(
        state.filters,
        {each.key: each.holds for each in columns},
        actor=request.actor,
        at=request.at,
        sort=state.look.sort,
    )
    drawn = CardDrawing(request, state)
    return {
        "board": [
            _shown(column, stack, state, drawn)
            for column, stack in zip(columns, stacks, strict=True)
        ],
        "targets": _targets(state.look.by, columns),
        "needs_reason": state.look.by == "priority",
        "board_query": state.packed().partition("?")[2],
    }


class CardDrawing:
    """Draws rows as cards.

    Args:
        request: the request of the page.
        state: what the page shows.
    """

    def __init__(self, request: TimshelRequest, state: QueueState) -> None:
        self._addresses, self._now = record_addresses(), request.at
        self._order, self._packed = keyset(state.look.sort), state.packed()

    def card(self, row: WorkRow) -> Card:
        """Return a row as a card."""
        address = self._addresses[row.kind]
        link = record_link(self._packed, self._order.place(row))
        return Card(
            row=row,
            address=f"{address}{row.number}{link}",
            kind=badges.work_kind(row.kind),
            priority=badges.priority(row.priority),
            stage=badges.stage(row.stage),
            due=badges.due(row.next_due_at, self._now),
            why=why_address(row, address),
        )


def _shown(column: BoardColumn, stack: Stack, state: QueueState, drawn: CardDrawing) -> ShownColumn:
    listed = ""
    if column.condition is not None:
        wanted = state.look.filter.narrowed(column.condition)
        listed = state.with_look(filter=wanted, shape=Shape.LIST, by="").address()
    return ShownColumn(
        key=column.key,
        name=column.name,
        cards=tuple(drawn.card(row) for row in stack.rows),
        count=f"{MOST_CARDS}+" if stack.has_more else str(len(stack.rows)),
        address=listed,
    )


def _by_stage(_state: QueueState, _actor: Actor) -> list[BoardColumn]:
    return [
        BoardColumn(
            str(stage),
            str(STAGE_NAMES[stage]),
            Q(stage=stage),
            Condition("stage", Operator.IS, (str(stage),)),
        )
        for stage in SHOWN_STAGES
    ]


def _by_priority(_state: QueueState, _actor: Actor) -> list[BoardColumn]:
    return [
        BoardColumn(
            str(priority),
            str(name),
            Q(priority=priority),
            Condition("priority", Operator.IS, (str(priority),)),
        )
        for priority, name in PRIORITY_NAMES.items()
    ]


def _by_team(state: QueueState, actor: Actor) -> list[BoardColumn]:
    """Return the teams of the filter, else one's own first, with the others in one column."""
    teams = organization.team_list(language=actor.language)
    named = _named_teams(state)
    chosen = [each for each in teams if each.code in named or _is_mine(each.id, named, actor)]
    if not named:
        chosen = sorted(teams, key=lambda each: each.id not in actor.team_ids)
    chosen = chosen[:MOST_COLUMNS]
    columns = [
        BoardColumn(
            each.code, each.name, Q(team_id=each.id), Condition("team", Operator.IS, (each.code,))
        )
        for each in chosen
    ]
    nobody = Condition("team", Operator.EMPTY)
    others = Q(team_id__isnull=False) & ~Q(team_id__in=[each.id for each in chosen])
    return [
        BoardColumn(NOBODY, _("No team yet"), Q(team_id__isnull=True), nobody),
        *columns,
        BoardColumn(OTHERS, _("Other teams"), others, _none_of("team", columns)),
    ]


def _by_assignee(state: QueueState, actor: Actor) -> list[BoardColumn]:
    """Return the people of the filter's teams, else of one's own, oneself first."""
    named = _named_teams(state)
    teams = set(actor.team_ids)
    if named:
        codes = {each.id: each.code for each in organization.team_list(language=actor.language)}
        teams = {key for key, code in codes.items() if code in named or _is_mine(key, named, actor)}
    names = {each.person_id: each.name for each in people.members_of(sorted(teams))}
    if actor.person_id is not None:
        names = {actor.person_id: actor.name, **names}
    chosen = list(names.items())[:MOST_COLUMNS]
    columns = [
        BoardColumn(
            str(key), name, Q(assignee_id=key), Condition("assignee", Operator.IS, (str(key),))
        )
        for key, name in chosen
    ]
    others = Q(assignee_id__isnull=False) & ~Q(assignee_id__in=[key for key, _name in chosen])
    nobody = Condition("assignee", Operator.EMPTY)
    return [
        BoardColumn(NOBODY, _("Nobody yet"), Q(assignee_id__isnull=True), nobody),
        *columns,
        BoardColumn(OTHERS, _("Other people"), others, _none_of("assignee", columns)),
    ]


def _none_of(field: str, columns: list[BoardColumn]) -> Condition | None:
    if not columns:
        return None
    return Condition(field, Operator.IS_NOT, tuple(each.key for each in columns))


def _named_teams(state: QueueState) -> frozenset[str]:
    return frozenset(
        value
        for each in (*state.look.filter.all, *state.look.filter.any)
        if each.field == "team" and each.operator is Operator.IS
        for value in each.values
    )


def _is_mine(team_id: int, named: frozenset[str], actor: Actor) -> bool:
    return MY_TEAMS in named and team_id in actor.team_ids


COLUMNS = {
    "stage": _by_stage,
    "priority": _by_priority,
    "team": _by_team,
    "assignee": _by_assignee,
}


def _targets(by: str, columns: list[BoardColumn]) -> list[Target]:
    """Return where cards can be moved to; work waits for something, so that is chosen."""
    if by != "stage":
        return [Target(each.key, each.name, each.key) for each in columns if each.key != OTHERS]
    going = [Target("in_progress", str(STAGE_NAMES[Stage.IN_PROGRESS]), "in_progress")]
    waiting = [Target(f"waiting:{each}", str(WAITING_NAMES[each]), "waiting") for each in BY_HAND]
    return [*going, *waiting, Target("resolved", str(STAGE_NAMES[Stage.RESOLVED]), "resolved")]


@require_POST
def move(request: TimshelRequest, view: str) -> HttpResponse:
    """Move a card to another column, and come back to the board."""
    given = request.POST
    state = read_state(view, QueryDict(given.get("state", "")), actor=request.actor)
    number, to = given.get("number", "")[:20], given.get("to", "")
    if state.look.by == "stage" and to == "resolved":
        messages.info(request, _("Say how it was resolved, and it moves."))
        return redirect(address_of_number(number) or state.address())
    try:
        deed = read_deed(_deed(state.look.by, to, given))
        perform(number, deed, actor=request.actor, at=request.at)
    except Invalid as refused:
        sentences = [str(each) for wrong in refused.fields.values() for each in wrong]
        messages.error(request, labelled(number, " ".join(sentences) or refused.message))
    except Refused as refused:
        messages.error(request, labelled(number, refused.message))
    else:
        messages.success(request, _("%(number)s was moved.") % {"number": number})
    return redirect(f"{state.address()}#card-{number}")


def _deed(by: str, to: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the deed that a move means, as ``operation.work.deeds`` reads it."""
    if by == "team":
        return {"do": "assign", "team": to if to != NOBODY else "", "assignee": None}
    if by == "assignee":
        return {"do": "assign", "assignee": int(to) if to.isascii() and to.isdigit() else None}
    if by == "priority":
        wanted = int(to) if to.isascii() and to.isdigit() else 0
        return {
            "do": "change",
            "priority": wanted,
            "priority_reason": given.get("reason", "")[:500],
        }
    stage, _colon, reason = to.partition(":")
    if stage == "waiting":
        return {"do": "move", "trigger": "wait", "reason": reason}
    waits = given.get("from", "") == Stage.WAITING
    return {"do": "move", "trigger": "resume" if waits else "start"}
