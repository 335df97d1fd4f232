"""One line of work as lists, boards and calendars show it, read as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from timshel.kernel.actor import Actor
from timshel.kernel.translation import translated
from timshel.operation.work.models import WorkItem, WorkItemQuerySet
from timshel.operation.work.rules import TASK, VIEW, covers
from timshel.operation.work.states import STAGE_NAMES, WAITING_NAMES, Stage, WaitingReason
from timshel.relationship_agreement.service_level.queries.clocks import ClockMark, clock_marks
from timshel.relationship_agreement.service_level.states import RUNS, ClockState
from timshel.service_portfolio.parties.queries import supplier_names
from timshel.service_portfolio.service.queries import named, words_along

NOBODY = ("", "")

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
    "service_words",
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
    "impact",
    "urgency",
    "channel",
    "resolved_at",
    "unanswered_since",
    "reassignments",
    "reopenings",
)
# Of whom it is takes two tables more, read only where it is shown.
PLACE_COLUMNS = ("unit__name", "unit__translations", "customer__name", "customer__translations")


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
    impact: int
    urgency: int
    channel: str
    unit: str
    resolved_at: datetime | None
    unanswered_since: datetime | None
    reassignments: int
    reopenings: int


def plain(items: WorkItemQuerySet, *, with_place: bool = False) -> QuerySet[WorkItem, Any]:
    """Return a query of the plain values that rows are made of.

    Args:
        items: under the reader's rights.
        with_place: whether of which unit or customer the work is, too.
    """
    columns = COLUMNS + (PLACE_COLUMNS if with_place else ())
    return items.annotate(service_words=words_along()).values_list(*columns, named=True)


def rows_of(items: Sequence[Any], *, actor: Actor, at: datetime) -> list[WorkRow]:
    """Return rows for items that were read by ``plain``, in one query, or two where somebody
    waits for a supplier.

    Args:
        items: in the order in which they are shown.
        actor: who reads.
        at: now, for the clocks.
    """
    marks = clock_marks([item.id for item in items], at=at)
    inside = {item.id for item in items if covers(actor, VIEW, item)}
    awaited = {
        item.id: item.supplier_id
        for item in items
        if item.supplier_id is not None and item.id in inside
    }
    suppliers = supplier_names(awaited.values(), language=actor.language)
    return [
        _row(
            item,
            supplier=suppliers.get(awaited.get(item.id, 0), NOBODY),
            marks=marks.get(item.id, ()),
            sees_inside=item.id in inside,
            language=actor.language,
        )
        for item in items
    ]


def _row(
    item: Any,
    *,
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
        service=named(item.service_words, language=language),
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
        impact=item.impact,
        urgency=item.urgency,
        channel=item.channel,
        unit=_place(item, language),
        resolved_at=item.resolved_at,
        unanswered_since=item.unanswered_since,
        reassignments=item.reassignments,
        reopenings=item.reopenings,
    )


def _place(item: Any, language: str) -> str:
    """Return the unit it is of, or the customer."""
    for place in ("unit", "customer"):
        name = getattr(item, f"{place}__name", None)
        if name is not None:
            words = getattr(item, f"{place}__translations")
            return translated(name, words, "name", language)
    return ""


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
