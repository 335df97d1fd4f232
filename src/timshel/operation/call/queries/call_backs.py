"""Who is to be called back, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.call import access
from timshel.operation.call.models import CallBack, CallBackQuerySet
from timshel.operation.call.states import CALL_BACK_NAMES, CALL_BACKS, CallBackState
from timshel.operation.work.access import seen_among

SOONEST: KeysetOrder[Any] = KeysetOrder(SortKey("due_at", is_time=True), SortKey("id"))
LATEST: KeysetOrder[Any] = KeysetOrder(
    SortKey("due_at", descending=True, is_time=True), SortKey("id", descending=True)
)
VIEWS = ("mine", "team", "finished")


@dataclass(frozen=True, slots=True)
class CallBackRow:
    """Somebody to be called back.

    ``work`` is empty where the reader may not see the work. ``possible`` holds what can be done
    with it: ``finish``, ``miss``, ``move``, ``cancel``; nothing for who writes down no calls.
    """

    id: int
    person_id: int | None
    name: str
    number: str
    reason: str
    due_at: datetime
    is_overdue: bool
    agent_id: int | None
    agent: str
    team: str
    state: str
    state_name: Promise
    attempts: int
    note: str
    work: str
    work_kind: str
    work_title: str
    traits: tuple[str, ...]
    finished_at: datetime | None
    possible: frozenset[str]


def call_back_list(
    view: str = "mine",
    *,
    actor: Actor,
    at: datetime,
    cursor: str | None = None,
    size: int = 50,
) -> Page[CallBackRow]:
    """Return a page of call-backs: to be done, soonest first, or finished, latest first.

    At most two queries.

    Args:
        view: ``mine``, ``team`` (all that the reader sees), or ``finished``.
        actor: who reads.
        at: now.
        cursor: where to go on, from an earlier page.
        size: rows to a page.

    Raises:
        NotAllowed: the actor sees no calls.
        Invalid: there is no such view, or the cursor is not one of ours.
    """
    access.require_view(actor)
    if view not in VIEWS:
        raise Invalid({"view": [_("There is no such list.")]})
    rows = CallBack.objects.visible_to(actor).select_related(
        "agent", "person", "team", "work_item__team"
    )
    rows = rows.defer("work_item__search", "work_item__description")
    if view == "finished":
        page = LATEST.page(_not_due(rows), cursor=cursor, size=size)
    else:
        page = SOONEST.page(_due(rows, view, actor), cursor=cursor, size=size)
    seen = _seen(page.items, actor)
    return page.map(lambda row: _row(row, seen, actor=actor, at=at))


def due_count(*, actor: Actor, at: datetime) -> int:
    """Count the reader's call-backs whose moment has come; one query."""
    mine = CallBack.objects.visible_to(actor).filter(agent_id=actor.person_id or 0)
    return mine.filter(state=CallBackState.DUE, due_at__lte=at).count()


def call_back(call_back_id: int, *, actor: Actor, at: datetime) -> CallBackRow | None:
    """Return one, or None where there is none that the reader may see; at most two queries."""
    rows = CallBack.objects.visible_to(actor).filter(pk=call_back_id)
    rows = rows.select_related("agent", "person", "team", "work_item__team")
    row = rows.defer("work_item__search", "work_item__description").first()
    return None if row is None else _row(row, _seen([row], actor), actor=actor, at=at)


@dataclass(frozen=True, slots=True)
class CallBackTold:
    """A call-back as people are reminded of it.

    Args:
        id: its key.
        name: who is to be called.
        reason: why.
        due_at: when.
        people: the keys of those who are to call.
    """

    id: int
    name: str
    reason: str
    due_at: datetime
    people: tuple[int, ...]


def call_backs_told_of(keys: Iterable[int]) -> tuple[CallBackTold, ...]:
    """Return what is told of some call-backs that are still to be done, in one query.

    For reminders alone: whoever is told of them passes through ``call_backs_seen``.
    """
    rows = CallBack.objects.filter(pk__in=list(keys), state=CallBackState.DUE)
    return tuple(
        CallBackTold(
            row.pk,
            row.name,
            row.reason,
            row.due_at,
            () if row.agent_id is None else (row.agent_id,),
        )
        for row in rows
    )


def call_backs_seen(keys: Iterable[str], *, actor: Actor) -> frozenset[str]:
    """Return those of some call-backs that an actor may see, in one query."""
    wanted = [int(key) for key in keys if key.isascii() and key.isdigit()]
    rows = CallBack.objects.visible_to(actor).filter(pk__in=wanted)
    return frozenset(str(key) for key in rows.values_list("pk", flat=True))


def _due(rows: CallBackQuerySet, view: str, actor: Actor) -> CallBackQuerySet:
    due = rows.filter(state=CallBackState.DUE)
    return due.filter(agent_id=actor.person_id or 0) if view == "mine" else due


def _not_due(rows: CallBackQuerySet) -> CallBackQuerySet:
    return rows.exclude(state=CallBackState.DUE)


def _seen(rows: Iterable[CallBack], actor: Actor) -> frozenset[int]:
    """Return the keys of the work that the call-backs are about and that the actor may see."""
    items = {row.work_item.pk: row.work_item for row in rows if row.work_item}
    return frozenset(item.pk for item in seen_among(items.values(), actor=actor))


def _row(row: CallBack, seen: frozenset[int], *, actor: Actor, at: datetime) -> CallBackRow:
    item = row.work_item if row.work_item_id in seen else None
    triggers = CALL_BACKS.triggers(CallBackState(row.state))
    may_log = actor.may_somewhere(access.LOG)
    return CallBackRow(
        id=row.pk,
        person_id=row.person_id,
        name=row.name,
        number=row.number,
        reason=row.reason,
        due_at=row.due_at,
        is_overdue=row.state == CallBackState.DUE and row.due_at <= at,
        agent_id=row.agent_id,
        agent=row.agent.name if row.agent else "",
        team=row.team.text("name", actor.language) if row.team else "",
        state=row.state,
        state_name=CALL_BACK_NAMES[row.state],
        attempts=row.attempts,
        note=row.note,
        work=item.number if item else "",
        work_kind=item.kind if item else "",
        work_title=item.title if item else "",
        traits=tuple(row.person.traits) if row.person else (),
        finished_at=row.finished_at,
        possible=frozenset(str(each) for each in triggers) if may_log else frozenset(),
    )
