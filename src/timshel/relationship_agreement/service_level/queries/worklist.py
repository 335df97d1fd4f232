"""The queue of all kinds of work: filtered, under the reader's rights, what is due next first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.journal.models import Entry
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.translation import translated
from timshel.operation.work.actions import SUBJECT
from timshel.operation.work.models import OPEN, WorkItem, WorkItemQuerySet
from timshel.operation.work.rules import TASK, VIEW, covers
from timshel.operation.work.states import STAGE_NAMES, WAITING_NAMES, Stage, WaitingReason
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries.clocks import (
    ClockMark,
    clock_marks,
    late,
)
from timshel.relationship_agreement.service_level.states import RUNS, ClockState
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.parties.queries import supplier_names
from timshel.service_portfolio.service.models import Service
from timshel.service_portfolio.service.queries import service_names

COUNT_LIMIT = 10_000
NOBODY = ("", "")

ORDERS: Mapping[str, KeysetOrder[Any]] = {
    "due": KeysetOrder(SortKey("next_due_at", nullable=True, is_time=True), SortKey("id")),
    "opened": KeysetOrder(
        SortKey("opened_at", descending=True, is_time=True), SortKey("id", descending=True)
    ),
    "updated": KeysetOrder(
        SortKey("updated_at", descending=True, is_time=True), SortKey("id", descending=True)
    ),
    "priority": KeysetOrder(SortKey("priority"), SortKey("opened_at", is_time=True), SortKey("id")),
}

# What a queue shows, read as plain values: making models of them would take longer than the query.
COLUMNS = (
    "id",
    "kind",
    "number",
    "title",
    "task__translations",
    "parent__number",
    "stage",
    "waiting_reason",
    "priority",
    "service_id",
    "opened_at",
    "updated_at",
    "next_due_at",
    "version",
    "supplier_id",
    "unit_id",
    "team_id",
    "team__code",
    "team__name",
    "team__translations",
    "assignee_id",
    "assignee__name",
    "requester_id",
    "requester__name",
    "requester__traits",
)


@dataclass(frozen=True, slots=True)
class WorkFilters:
    """What of all visible work is asked for; None asks for no restriction.

    Args:
        kinds: any of these kinds of work, such as ``incident``.
        view: ``mine`` (assigned to me), ``teams`` (my teams'), ``unassigned`` (nobody's, in my
            teams if I have any), ``all``.
        open: only those not finished, or only those finished.
        stages: any of these.
        priorities: any of these.
        team: its code.
        service: its code.
        assignee_id: a person.
        requester_id: a person.
        text: words of title and description, or a number.
        breached: with a broken promise, or without: any lap of any clock that was late or is by
            now, as the rows are marked.
        unit: the code of a unit; of that itself, not of those below it.
        customer: the code of a customer.
        supplier: the code of a supplier that was waited for at any time.
        opened_from: opened at this moment or later.
        opened_until: opened before this moment.
        reopened: that was reopened at any time.
        handed_over: that was handed from one team or person to another at any time.
    """

    view: str | None = None
    kinds: tuple[str, ...] = ()
    open: bool | None = None
    stages: tuple[str, ...] = ()
    priorities: tuple[int, ...] = ()
    team: str | None = None
    service: str | None = None
    assignee_id: int | None = None
    requester_id: int | None = None
    text: str = ""
    breached: bool | None = None
    unit: str | None = None
    customer: str | None = None
    supplier: str | None = None
    opened_from: datetime | None = None
    opened_until: datetime | None = None
    reopened: bool | None = None
    handed_over: bool | None = None


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of a queue: names for people, and beside them what programs refer to.

    The supplier that is waited for and the chance of a breach are told to those only who help with
    the work or oversee it, which ``sees_inside`` says. ``parent`` is the number of the work that a
    task is a part of.
    ``next_clock`` is the kind of the clock that is due next, or of one that is paused.
    """

    id: int
    kind: str
    number: str
    title: str
    parent: str
    stage: str
    stage_name: Promise
    waiting_reason: str | None
    waiting_name: Promise | None
    supplier_code: str
    supplier: str
    priority: int
    service: str
    team: str
    assignee: str
    requester: str
    requester_traits: tuple[str, ...]
    opened_at: datetime
    updated_at: datetime
    next_due_at: datetime | None
    next_clock: str
    breached: bool
    is_paused: bool
    chance: float | None
    sees_inside: bool
    version: int
    service_id: int | None
    team_code: str
    assignee_id: int | None
    requester_id: int


def work_list(
    filters: WorkFilters,
    *,
    actor: Actor,
    at: datetime,
    sort: str = "due",
    cursor: str | None = None,
    size: int = 50,
) -> Page[WorkRow]:
    """Return one page of a queue, in three queries whatever its size.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for the clocks.
        sort: ``due`` (next deadline first), ``opened``, ``updated`` (newest first), ``priority``.
        cursor: where to go on, from an earlier page.
        size: lines to a page.

    Raises:
        Invalid: an unknown view, sort or cursor.
    """
    if sort not in ORDERS:
        raise Invalid({"sort": [_("This order does not exist.")]})
    items = filtered(filters, actor, at=at).values_list(*COLUMNS, named=True)
    page = ORDERS[sort].page(items, cursor=cursor, size=size)
    names = service_names(
        {item.service_id for item in page.items if item.service_id}, language=actor.language
    )
    marks = clock_marks([item.id for item in page.items], at=at)
    inside = {item.id for item in page.items if covers(actor, VIEW, item)}
    awaited = {
        item.id: item.supplier_id
        for item in page.items
        if item.supplier_id is not None and item.id in inside
    }
    suppliers = supplier_names(awaited.values(), language=actor.language)
    return page.map(
        lambda item: _row(
            item,
            service=names.get(item.service_id or 0, ""),
            supplier=suppliers.get(awaited.get(item.id, 0), NOBODY),
            marks=marks.get(item.id, ()),
            sees_inside=item.id in inside,
            language=actor.language,
        )
    )


def work_count(
    filters: WorkFilters, *, actor: Actor, at: datetime, limit: int | None = COUNT_LIMIT
) -> int:
    """Count what a list would show.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for what is late.
        limit: where to stop counting, as pages do that only say "many"; None counts all.
    """
    return filtered(filters, actor, at=at).values("pk")[:limit].count()


def _row(
    item: Any,
    *,
    service: str,
    supplier: tuple[str, str],
    marks: tuple[ClockMark, ...],
    sees_inside: bool,
    language: str,
) -> WorkRow:
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    return WorkRow(
        id=item.id,
        kind=item.kind,
        number=item.number,
        title=translated(item.title, item.task__translations or {}, "title", language),
        parent=item.parent__number or "" if item.kind == TASK else "",
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        waiting_reason=item.waiting_reason,
        waiting_name=WAITING_NAMES[reason] if reason else None,
        supplier_code=supplier[0],
        supplier=supplier[1],
        priority=item.priority,
        service=service,
        team=_team_name(item, language),
        assignee=item.assignee__name or "",
        requester=item.requester__name,
        requester_traits=tuple(item.requester__traits),
        opened_at=item.opened_at,
        updated_at=item.updated_at,
        next_due_at=item.next_due_at,
        next_clock=_next_clock(marks),
        breached=any(mark.is_late for mark in marks),
        is_paused=any(mark.state is ClockState.PAUSED and mark.is_current for mark in marks),
        chance=_chance(marks) if sees_inside else None,
        sees_inside=sees_inside,
        version=item.version,
        service_id=item.service_id,
        team_code=item.team__code or "",
        assignee_id=item.assignee_id,
        requester_id=item.requester_id,
    )


def _chance(marks: tuple[ClockMark, ...]) -> float | None:
    if any(mark.is_late for mark in marks):
        return None
    return max((mark.chance for mark in marks if mark.chance is not None), default=None)


def _next_clock(marks: tuple[ClockMark, ...]) -> str:
    """Return the kind of the clock whose moment the row shows, as ``next_due_at`` is found."""
    running = [(mark.due_at, mark.kind) for mark in marks if mark.state in RUNS and mark.due_at]
    if running:
        return min(running)[1].value
    paused = (mark for mark in marks if mark.state is ClockState.PAUSED and mark.is_current)
    return next((mark.kind.value for mark in paused), "")


def _team_name(item: Any, language: str) -> str:
    if item.team__name is None:
        return ""
    return translated(item.team__name, item.team__translations, "name", language)


def filtered(filters: WorkFilters, actor: Actor, *, at: datetime) -> WorkItemQuerySet:
    """Return the rows that a list or a count is about.

    Args:
        filters: what is asked for.
        actor: who reads.
        at: now, for what is late.
    """
    items = WorkItem.objects.visible_to(actor)
    if filters.kinds:
        items = items.filter(kind__in=filters.kinds)
    return items.filter(_view(filters.view, actor), *_conditions(filters, at=at), *_whole(filters))


def _view(view: str | None, actor: Actor) -> Q:
    if view in (None, "all"):
        return Q()
    if view == "mine":
        return Q(assignee_id=actor.person_id)
    if view == "teams":
        return Q(team_id__in=actor.team_ids)
    if view == "unassigned":
        mine = Q(team_id__in=actor.team_ids) | Q(team_id__isnull=True)
        return Q(assignee_id__isnull=True) & (mine if actor.team_ids else Q())
    raise Invalid({"view": [_("This queue does not exist.")]})


def _conditions(filters: WorkFilters, *, at: datetime) -> list[Q]:
    found: list[Q] = []
    if filters.open is not None:
        found.append(OPEN if filters.open else ~OPEN)
    if filters.stages:
        found.append(Q(stage__in=filters.stages))
    if filters.priorities:
        found.append(Q(priority__in=filters.priorities))
    if filters.team:
        found.append(Q(team__code=filters.team))
    if filters.service:
        found.append(Q(service_id__in=Service.objects.filter(code=filters.service).values("pk")))
    if filters.assignee_id is not None:
        found.append(Q(assignee_id=filters.assignee_id))
    if filters.requester_id is not None:
        found.append(Q(requester_id=filters.requester_id))
    if filters.text.strip():
        found.append(text_condition(filters.text))
    if filters.breached is not None:
        found.append(Q(is_late(at)) if filters.breached else ~Q(is_late(at)))
    return found


def _whole(filters: WorkFilters) -> list[Q]:
    """Return the conditions on the whole life of the work: of whom, opened when, and its way."""
    found: list[Q] = []
    if filters.unit:
        found.append(Q(unit__code=filters.unit))
    if filters.customer:
        found.append(Q(customer__code=filters.customer))
    if filters.supplier:
        found.append(_waited_for(filters.supplier))
    if filters.opened_from is not None:
        found.append(Q(opened_at__gte=filters.opened_from))
    if filters.opened_until is not None:
        found.append(Q(opened_at__lt=filters.opened_until))
    if filters.reopened is not None:
        found.append(Q(reopenings__gt=0) if filters.reopened else Q(reopenings=0))
    if filters.handed_over is not None:
        found.append(Q(reassignments__gt=0) if filters.handed_over else Q(reassignments=0))
    return found


def _waited_for(code: str) -> Q:
    """Return whether a supplier was waited for at any time, as the journal has it."""
    key = Supplier.objects.filter(code=code).values_list("pk", flat=True).first()
    waits = Entry.objects.filter(
        subject_kind=SUBJECT, subject_id=OuterRef("pk"), changes__supplier__1__id=key or 0
    )
    return Q(Exists(waits))


def is_late(at: datetime) -> Exists:
    """Return whether any clock is late, as the rows are marked."""
    return Exists(Clock.objects.filter(late(at), work_item=OuterRef("pk")))


def text_condition(text: str) -> Q:
    """Return the condition for words of a number, title or description."""
    words = text.replace("\0", " ").strip()[:200]
    return Q(search=SearchQuery(words, config="simple", search_type="websearch"))
