"""A task as helpers see it: what is to be done, and the request that it is a part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

from timshel.context.people.queries import PersonCard, card_of
from timshel.kernel.actor import Actor
from timshel.kernel.forms import Shown, display, form_from
from timshel.operation.process.queries import RunView, run_view
from timshel.operation.task.access import ASSIGN, OPEN, WORK
from timshel.operation.task.models import Task
from timshel.operation.work.access import find, may_read_notes, may_see
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import TASK, covers
from timshel.operation.work.states import STAGE_NAMES, WAITING_NAMES, Stage, WaitingReason
from timshel.relationship_agreement.service_level.queries import ClockView, clock_laps
from timshel.resolution_fulfilment.incident.queries import (
    AttachmentView,
    CommentView,
    HistoryLine,
)
from timshel.resolution_fulfilment.incident.queries.record import (
    WITH_REQUESTER,
    Said,
    history_of,
    said_of,
)
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.resolution_fulfilment.service_request.queries.answers import answers_of
from timshel.resolution_fulfilment.service_request.queries.cases import request_row
from timshel.resolution_fulfilment.service_request.queries.parts import TaskRow, tasks_of
from timshel.service_portfolio.catalogue.queries.references import shown_references


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A line of the checklist, with who ticked it off and when."""

    position: int
    text: str
    done_by: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """The request that a task is a part of.

    Args:
        is_visible: whether the reader may open it.
        answers: what was asked; what is confidential for those alone who work on the task.
        conversation: what was said with the requester, oldest first.
    """

    id: int
    number: str
    title: str
    offering: str
    stage: str
    stage_name: Promise
    is_visible: bool
    answers: tuple[Shown, ...]
    conversation: tuple[CommentView, ...]
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A task with everything of its page; ``possible`` holds what the reader may do now.

    Args:
        text: what is to be done, as the diagram says it.
        form: what is filled in, as ``kernel.forms`` reads it, or None.
        raw: what stands in it, as typed.
        answers: the same in words, once the task is done.
        outcomes: in which ways it can end, the usual one first.
        siblings: all tasks of the request, this one among them.
        run: where the whole stands.
    """

    id: int
    number: str
    title: str
    text: str
    stage: str
    stage_name: Promise
    waiting_reason: str | None
    waiting_name: Promise | None
    priority: int
    service: str
    team_code: str
    team: str
    assignee_id: int | None
    assignee: str
    requester_id: int
    requester: PersonCard
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    next_due_at: datetime | None
    checks: tuple[CheckLine, ...]
    form: Mapping[str, Any] | None
    raw: Mapping[str, Any]
    answers: tuple[Shown, ...]
    outcomes: tuple[str, ...]
    outcome: str
    step: str
    request: AskedFor
    siblings: tuple[TaskRow, ...]
    run: RunView | None
    clocks: tuple[ClockView, ...]
    notes: tuple[CommentView, ...]
    history: tuple[HistoryLine, ...]
    possible: frozenset[str]
    sees_inside: bool
    version: int
    work: WorkItem = field(repr=False, compare=False)


# What can be done to a task, with the right it asks for; notes are possible in any stage.
DEEDS: Mapping[str, str] = {
    "take": WORK,
    "assign": ASSIGN,
    "tick": WORK,
    "complete": WORK,
    "ask": WORK,
    "wait": WORK,
    "resume": WORK,
    "note": WORK,
}


def task_record(number: str, *, actor: Actor, at: datetime) -> TaskRecord:
    """Return a task with everything of its page, in a fixed number of queries.

    Raises:
        NotFound: it does not exist, or the reader may not know that it does.
    """
    item = find(number, kind=TASK, actor=actor)
    rows = Task.objects.select_related("step", *WITH_REQUESTER).defer("work_item__search")
    task = rows.get(pk=item.pk)
    request = request_row(item.parent_id or 0)
    language, works = actor.language, covers(actor, WORK, item)
    notes = may_read_notes(item, actor=actor) or works
    reason = WaitingReason(item.waiting_reason) if item.waiting_reason else None
    words = task.translations.get(language, {})
    said = said_of({request.pk: False, item.pk: notes})
    laps = clock_laps(item.pk, at=at, is_foretold=True)
    return TaskRecord(
        id=item.pk,
        number=item.number,
        title=words.get("title") or item.title,
        text=words.get("description") or item.description,
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        waiting_reason=item.waiting_reason,
        waiting_name=WAITING_NAMES[reason] if reason else None,
        priority=item.priority,
        service=request.offering.service.text("name", language),
        team_code=item.team.code if item.team else "",
        team=item.team.text("name", language) if item.team else "",
        assignee_id=item.assignee_id,
        assignee=item.assignee.name if item.assignee else "",
        requester_id=item.requester_id,
        requester=card_of(task.work_item.requester, language=language),
        opened_at=item.opened_at,
        updated_at=item.updated_at,
        closed_at=item.closed_at,
        next_due_at=item.next_due_at,
        checks=_checks(task, language),
        form=task.form,
        raw=task.answers,
        answers=_answers(task, language) if item.stage not in OPEN else (),
        outcomes=tuple(task.outcomes),
        outcome=task.outcome,
        step=task.step.element,
        request=_asked_for(request, said[request.pk], actor=actor, works=works),
        siblings=tasks_of([request.pk], language=language),
        run=run_view(request.pk, language=language),
        clocks=tuple(each for each in laps if each.is_current),
        notes=said[item.pk].conversation,
        history=history_of(item, with_notes=notes),
        possible=frozenset(possible_deeds(item, actor=actor)),
        sees_inside=notes,
        version=item.version,
        work=item,
    )


def possible_deeds(item: WorkItem, *, actor: Actor) -> tuple[str, ...]:
    """Return what the reader may do to a task now, by stage and right."""
    is_open, waits = item.stage in OPEN, item.stage == Stage.WAITING
    found = []
    for deed, right in DEEDS.items():
        fits = deed == "note" or (is_open and waits == (deed == "resume"))
        if is_open and deed in ("take", "assign", "tick", "complete"):
            fits = True
        if fits and covers(actor, right, item):
            found.append(deed)
    return tuple(found)


def _checks(task: Task, language: str) -> tuple[CheckLine, ...]:
    return tuple(
        CheckLine(
            position,
            line.get("translations", {}).get(language, {}).get("text") or line["text"],
            line["done_by"] or "",
            datetime.fromisoformat(line["done_at"]) if line["done_at"] else None,
        )
        for position, line in enumerate(task.checklist)
    )


def _answers(task: Task, language: str) -> tuple[Shown, ...]:
    if task.form is None or not task.answers:
        return ()
    return display(
        form_from(task.form),
        task.answers,
        language=language,
        references=shown_references(language=language),
    )


def _asked_for(request: ServiceRequest, said: Said, *, actor: Actor, works: bool) -> AskedFor:
    item = request.work_item
    return AskedFor(
        id=item.pk,
        number=item.number,
        title=item.title,
        offering=request.offering.text("name", actor.language),
        stage=item.stage,
        stage_name=STAGE_NAMES[Stage(item.stage)],
        is_visible=may_see(actor, item),
        answers=answers_of(request, language=actor.language, with_confidential=works),
        conversation=said.conversation,
        attachments=said.attachments,
    )
