"""Tasks: what a process asks of a team, read, done and finished by programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    Key,
    NeededText,
    Paragraph,
    ResolutionText,
    Sent,
    etag,
)
from timshel.interfaces.api.v1.incident_answers import ETAG_HEADER, REPLAY_HEADER
from timshel.interfaces.api.v1.incident_shapes import Clock, Named, PersonNamed, clock
from timshel.interfaces.api.v1.incident_stages import ReasonByHand
from timshel.kernel.errors import NotFound
from timshel.operation.task import actions
from timshel.operation.work.states import Stage, WaitingReason
from timshel.resolution_fulfilment.service_request.actions import ask_from_task
from timshel.resolution_fulfilment.service_request.queries import TaskRecord, task_record
from timshel.service_portfolio.catalogue.queries.references import references_for

router = Router(tags=["Tasks"])

TaskNumber = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the task.",
        examples=["TSK0000012"],
    ),
]
Deed = Literal["take", "assign", "tick", "complete", "ask", "wait", "resume", "note"]


class Check(Sent):
    """A line of the checklist."""

    position: int = Field(description="From 0; names the line when it is ticked off.")
    text: str
    done_by: str = Field(description="Who ticked it off, or empty.")
    done_at: AwareDatetime | None


class Answered(Sent):
    """An answer in a form, in words."""

    key: str = Field(description="Of the field.")
    label: str
    value: str


class Task(Sent):
    """A task in full; the request that it belongs to is named with what was asked there."""

    number: str
    title: str
    text: str = Field(description="What is to be done, as Markdown.")
    stage: Stage
    stage_name: str = Field(description="For people, in the language that was asked for.")
    waiting_reason: WaitingReason | None = Field(description="What it waits for, if it waits.")
    priority: int = Field(description="From 1, first, to 5, last.")
    team: Named | None = Field(description="The team that has it.")
    assignee: PersonNamed | None = Field(description="The person who has it.")
    requester: PersonNamed = Field(description="For whom it is done.")
    request: str = Field(description="The number of the request that it belongs to.")
    asked: tuple[Answered, ...] = Field(
        description="What was asked in the request; what is confidential only for those who work "
        "on the task."
    )
    checks: tuple[Check, ...] = Field(description="The checklist.")
    form: dict[str, Any] | None = Field(description="What is filled in to finish it, or null.")
    answers: dict[str, Any] = Field(description="What stands in the form.")
    outcomes: tuple[str, ...] = Field(description="In which ways it can end, the usual one first.")
    outcome: str = Field(description="How it ended, or empty.")
    clocks: tuple[Clock, ...]
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    closed_at: AwareDatetime | None
    next_due_at: AwareDatetime | None = Field(description="The next deadline that still runs.")
    possible: tuple[Deed, ...] = Field(description="What this token may do with it now.")
    version: int = Field(description="Grows with every change; it is also the `ETag`.")


class TaskAssignment(Given):
    """Who shall have it."""

    team: Code | None = Field(None, description="The team's code; null keeps the present team.")
    assignee_id: Key | None = Field(None, description="A member of that team, or null for nobody.")


class TaskWaiting(Given):
    """What a task waits for."""

    reason: ReasonByHand = Field(description="It decides whether the clock stops.")
    note: Paragraph = Field("", description="What helpers should know, kept in the history.")


class TaskWords(Given):
    """Something that is said."""

    text: NeededText


class TaskTick(Given):
    """Whether a line of the checklist is done."""

    done: bool = True


class TaskCompletion(Given):
    """How a task ended."""

    outcome: Code | None = Field(None, description="One of `outcomes`; null for the usual one.")
    comment: ResolutionText | Literal[""] = Field(
        "", description="Needed where the outcome is not the usual one."
    )
    answers: dict[str, Any] | None = Field(
        None, description="What the form asks, by field; null keeps what stands in it."
    )


def _changing(*more: int) -> dict[str, Any]:
    extra = answers(403, 404, 409, 411, 422, *more)
    extra = with_headers(204, REPLAY_HEADER, extra)
    extra["responses"][204]["description"] = (
        "It was done, and the task is now where this token may not see it; there is nothing to "
        "show."
    )
    return with_headers(200, {**ETAG_HEADER, **REPLAY_HEADER}, extra)


def _do(
    request: ApiRequest, number: str, key: str | None, do: Callable[..., object], **given: Any
) -> HttpResponse:
    """Do something, once for a key, and answer with how the task stands."""

    def act() -> Answer:
        do(number, **given, actor=request.auth, at=request.at)
        return _standing(request, number)

    return answer_once(request, key, act)


def _standing(request: ApiRequest, number: str) -> Answer:
    try:
        view = task_record(number, actor=request.auth, at=request.at)
    except NotFound:
        return Answer(204)
    return Answer.of(_sent(view), headers={"ETag": etag(view.version)})


@router.get(
    "/{number}",
    response=Task,
    operation_id="read_task",
    summary="Read a task",
    openapi_extra=with_headers(200, ETAG_HEADER, answers(404)),
)
def read_task(request: ApiRequest, number: TaskNumber) -> HttpResponse:
    """Return a task with what is to be done, and what was asked in its request."""
    view = task_record(number, actor=request.auth, at=request.at)
    return Answer.of(_sent(view), headers={"ETag": etag(view.version)}).response()


@router.post(
    "/{number}/take",
    response=Task,
    operation_id="take_task",
    summary="Take a task",
    openapi_extra=_changing(),
)
def take_task(
    request: ApiRequest, number: TaskNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take it oneself, and start it if it is new; needs `request.work`."""
    return _do(request, number, idempotency_key, actions.take_task)


@router.post(
    "/{number}/assign",
    response=Task,
    operation_id="assign_task",
    summary="Assign a task",
    openapi_extra=_changing(),
)
def assign_task(
    request: ApiRequest,
    number: TaskNumber,
    given: TaskAssignment,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Give it to a team and perhaps to a person; needs `request.assign`."""
    return _do(request, number, idempotency_key, actions.assign_task, **given.model_dump())


@router.put(
    "/{number}/checks/{position}",
    response=Task,
    operation_id="tick_task",
    summary="Tick off a line of the checklist",
    openapi_extra=_changing(),
)
def tick_task(
    request: ApiRequest,
    number: TaskNumber,
    position: Annotated[int, Path(ge=0, le=999, description="Of the line, from 0.")],
    given: TaskTick,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Tick it off or take the tick back; needs `request.work`."""
    return _do(
        request,
        number,
        idempotency_key,
        actions.tick_check,
        position=position,
        is_done=given.done,
    )


@router.post(
    "/{number}/wait",
    response=Task,
    operation_id="wait_task",
    summary="Let a task wait",
    openapi_extra=_changing(),
)
def wait_task(
    request: ApiRequest,
    number: TaskNumber,
    given: TaskWaiting,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let it wait for something; needs `request.work`."""
    return _do(request, number, idempotency_key, actions.wait_task, **given.model_dump())


@router.post(
    "/{number}/resume",
    response=Task,
    operation_id="resume_task",
    summary="Go on with a task",
    openapi_extra=_changing(),
)
def resume_task(
    request: ApiRequest, number: TaskNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Go on with a task that waited; needs `request.work`."""
    return _do(request, number, idempotency_key, actions.resume_task)


@router.post(
    "/{number}/ask",
    response=Task,
    operation_id="ask_from_task",
    summary="Ask the requester",
    openapi_extra=_changing(),
)
def ask_requester(
    request: ApiRequest,
    number: TaskNumber,
    given: TaskWords,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Ask the requester something; the task waits for the answer. Needs `request.work`."""
    return _do(request, number, idempotency_key, ask_from_task, text=given.text)


@router.post(
    "/{number}/notes",
    response=Task,
    operation_id="note_on_task",
    summary="Add an internal note",
    openapi_extra=_changing(),
)
def note_on_task(
    request: ApiRequest,
    number: TaskNumber,
    given: TaskWords,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Add a note that the requester never sees; needs `request.work`."""
    return _do(request, number, idempotency_key, actions.note_on_task, text=given.text)


@router.post(
    "/{number}/complete",
    response=Task,
    operation_id="complete_task",
    summary="Finish a task",
    openapi_extra=_changing(),
)
def complete_task(
    request: ApiRequest,
    number: TaskNumber,
    given: TaskCompletion,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Finish it; its process goes on with the outcome. Needs `request.work`."""
    completion = actions.Completion(
        outcome=given.outcome,
        comment=given.comment,
        raw=given.answers,
        references=references_for(request.auth),
    )
    return _do(request, number, idempotency_key, actions.complete_task, completion=completion)


def _sent(view: TaskRecord) -> Task:
    assignee = None
    if view.assignee_id is not None:
        assignee = PersonNamed(id=view.assignee_id, name=view.assignee)
    return Task(
        number=view.number,
        title=view.title,
        text=view.text,
        stage=Stage(view.stage),
        stage_name=str(view.stage_name),
        waiting_reason=WaitingReason(view.waiting_reason) if view.waiting_reason else None,
        priority=view.priority,
        team=Named(code=view.team_code, name=view.team) if view.team_code else None,
        assignee=assignee,
        requester=PersonNamed(id=view.requester_id, name=view.requester.name),
        request=view.request.number,
        asked=tuple(
            Answered(key=each.key, label=each.label, value=each.value)
            for each in view.request.answers
        ),
        checks=tuple(
            Check(
                position=each.position, text=each.text, done_by=each.done_by, done_at=each.done_at
            )
            for each in view.checks
        ),
        form=dict(view.form) if view.form else None,
        answers=dict(view.raw),
        outcomes=view.outcomes,
        outcome=view.outcome,
        clocks=tuple(clock(each) for each in view.clocks),
        opened_at=view.opened_at,
        updated_at=view.updated_at,
        closed_at=view.closed_at,
        next_due_at=view.next_due_at,
        possible=tuple(sorted(view.possible)),  # type: ignore[arg-type]
        version=view.version,
    )
