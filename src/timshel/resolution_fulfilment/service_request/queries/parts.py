"""What belongs to a request: its parts, its tasks, and where each of them stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from timshel.kernel.actor import Actor
from timshel.operation.process.queries import RunView, StepView
from timshel.operation.process.states import StepKind
from timshel.operation.task.models import Task
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import STAGE_NAMES, Stage, WaitingReason, requester_sentence
from timshel.relationship_agreement.service_level.queries import ClockMark, clock_marks
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.service_request.models import ServiceRequest


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of a bundle: a request of its own.

    Args:
        promised_at: when it will be delivered, as promised; None while the promise waits.
        with_whom: the person who has it, else the team, else empty.
    """

    id: int
    number: str
    name: str
    icon: str
    stage: str
    stage_name: Promise
    sentence: Promise
    promised_at: datetime | None
    with_whom: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task of a request.

    Args:
        is_told: whether the requester hears of it.
        request: the number of the request or part that it belongs to.
    """

    id: int
    number: str
    title: str
    stage: str
    stage_name: Promise
    team: str
    assignee: str
    opened_at: datetime
    closed_at: datetime | None
    next_due_at: datetime | None
    outcome: str
    is_told: bool
    request: str


def parts_of(item: WorkItem, *, language: str, at: datetime) -> tuple[PartRow, ...]:
    """Return the parts of a bundle in the order in which they were opened; two queries."""
    rows = list(
        ServiceRequest.objects.filter(work_item__parent=item)
        .select_related("offering__entry", "work_item__team", "work_item__assignee")
        .defer("work_item__search")
        .order_by("pk")
    )
    marks = clock_marks([each.pk for each in rows], at=at) if rows else {}
    return tuple(_part(each, marks.get(each.pk, ()), language) for each in rows)


def seen_parts(parts: tuple[PartRow, ...], *, actor: Actor) -> tuple[PartRow, ...]:
    """Return those parts of a bundle that somebody may see who only follows it.

    A part may be of a confidential service where the bundle is not. One query where there are any.
    """
    if not parts:
        return ()
    items = WorkItem.objects.visible_to(actor).filter(pk__in=[each.id for each in parts])
    seen = set(items.values_list("pk", flat=True))
    return tuple(each for each in parts if each.id in seen)


def tasks_of(keys: Iterable[int], *, language: str) -> tuple[TaskRow, ...]:
    """Return the tasks of requests in the order in which they were opened; one query.

    For pages of the requests, whose door has made sure that the reader sees them.
    """
    rows = (
        Task.objects.filter(work_item__parent__in=list(keys))
        .select_related("work_item__team", "work_item__assignee", "work_item__parent")
        .defer("work_item__search", "work_item__parent__search")
        .order_by("pk")
    )
    return tuple(_task(each, language) for each in rows)


def fulfilment(marks: Iterable[ClockMark]) -> ClockMark | None:
    """Return the promise that a request will be delivered."""
    return next((each for each in marks if each.kind == ClockKind.FULFIL), None)


def told_steps(run: RunView | None) -> tuple[StepView, ...]:
    """Return the steps of a run that its requester is told of, in their order."""
    if run is None:
        return ()
    told = (StepKind.TASK, StepKind.APPROVAL, StepKind.TIMER)
    return tuple(
        each
        for each in run.steps
        if each.step_id and each.tells and each.kind in told and each.state != "cancelled"
    )


def _part(request: ServiceRequest, marks: Iterable[ClockMark], language: str) -> PartRow:
    item, entry = request.work_item, getattr(request.offering, "entry", None)
    promise = fulfilment(marks)
    team = item.team.text("name", language) if item.team else ""
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    return PartRow(
        id=item.pk,
        number=item.number,
        name=request.offering.text("name", language),
        icon=entry.icon if entry else "",
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        sentence=requester_sentence(Stage(item.stage), reason),
        promised_at=promise.due_at if promise else None,
        with_whom=item.assignee.name if item.assignee else team,
        outcome=request.outcome,
    )


def _task(task: Task, language: str) -> TaskRow:
    item = task.work_item
    words = task.translations.get(language, {})
    return TaskRow(
        id=item.pk,
        number=item.number,
        title=words.get("title") or item.title,
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        team=item.team.text("name", language) if item.team else "",
        assignee=item.assignee.name if item.assignee else "",
        opened_at=item.opened_at,
        closed_at=item.closed_at,
        next_due_at=item.next_due_at,
        outcome=task.outcome,
        is_told=task.is_told,
        request=item.parent.number if item.parent else "",
    )
