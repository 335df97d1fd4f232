"""What a request looks like to programs."""

from __future__ import annotations

from typing import Any

from pydantic import AwareDatetime, Field

from timshel.interfaces.api.fields import Sent
from timshel.interfaces.api.v1.incident_shapes import (
    Clock,
    Comment,
    Named,
    PersonNamed,
    clock,
    said,
)
from timshel.operation.work.states import Stage, WaitingReason
from timshel.resolution_fulfilment.service_request.queries import RequestRecord


class AnswerInWords(Sent):
    """An answer in the form of a request, in words."""

    key: str = Field(description="Of the field.")
    label: str
    value: str


class RequestPart(Sent):
    """A part of a bundle: a request of its own."""

    number: str
    name: str
    stage: Stage
    outcome: str = Field(description="How it ended, or empty.")
    promised_at: AwareDatetime | None
    with_whom: str


class RequestTask(Sent):
    """A task of a request or of one of its parts; for helpers only."""

    number: str
    title: str
    stage: Stage
    team: str
    assignee: str
    request: str = Field(description="The number of the request or part it belongs to.")
    outcome: str
    next_due_at: AwareDatetime | None


class RequestApproval(Sent):
    """Something that somebody has to approve."""

    id: int
    state: str = Field(description="`open`, `approved`, `refused`, `expired` or `withdrawn`.")
    asked: tuple[str, ...] = Field(description="Who is asked.")
    asked_at: AwareDatetime
    due_at: AwareDatetime | None


class RunStep(Sent):
    """A pass through an element of the process."""

    step_id: int | None = Field(description="Of a step at which something outside had to happen.")
    element: str = Field(description="Its id in the diagram.")
    name: str
    kind: str
    state: str = Field(description="`waiting`, `done`, `failed`, `skipped` or `cancelled`.")
    outcome: str
    entered_at: AwareDatetime
    left_at: AwareDatetime | None
    due_at: AwareDatetime | None
    trouble: str


class RunStanding(Sent):
    """Where a request stands in its process."""

    process: str = Field(description="The code of the process.")
    variant: str
    version: int
    state: str = Field(description="`running`, `stuck`, `ended` or `cancelled`.")
    trouble: str
    steps: tuple[RunStep, ...]


class Request(Sent):
    """A request in full."""

    number: str
    title: str
    offering: Named
    service: Named
    purpose: str = Field(
        description="`order`, `question`, `complaint`, `compliment`, `idea` or `other`."
    )
    stage: Stage
    stage_name: str = Field(description="For people, in the language that was asked for.")
    waiting_reason: WaitingReason | None = Field(description="What it waits for, if it waits.")
    sentence: str = Field(description="What the requester is told about the stage.")
    priority: int = Field(description="From 1, first, to 5, last.")
    channel: str
    team: Named | None
    assignee: PersonNamed | None
    requester: PersonNamed
    price: str | None = Field(description="A decimal number; null where it is free.")
    currency: str
    price_period: str
    asked: tuple[AnswerInWords, ...] = Field(
        description="What was asked; what is confidential only for those who work on it."
    )
    bundle: str = Field(description="The number of the order that it is a part of, or empty.")
    parts: tuple[RequestPart, ...]
    tasks: tuple[RequestTask, ...]
    approvals: tuple[RequestApproval, ...]
    run: RunStanding | None
    clocks: tuple[Clock, ...]
    conversation: tuple[Comment, ...] = Field(
        description="What was said, oldest first; internal notes only with `work.read_notes`."
    )
    outcome: str = Field(description="How it ended, or empty.")
    outcome_text: str
    rating: int | None
    rating_comment: str
    rating_answer: str = Field(description="What came of the rating.")
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    resolved_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    next_due_at: AwareDatetime | None = Field(description="The next deadline that still runs.")
    possible: tuple[str, ...] = Field(description="What this token may do with it now.")
    version: int = Field(description="Grows with every change; it is also the `ETag`.")


def sent(view: RequestRecord) -> Request:
    """Return a request as it is sent."""
    assignee = None
    if view.assignee_id is not None:
        assignee = PersonNamed(id=view.assignee_id, name=view.assignee)
    return Request(
        number=view.number,
        title=view.title,
        offering=Named(code=view.offering_code, name=view.offering),
        service=Named(code=view.service_code, name=view.service),
        purpose=view.purpose,
        stage=Stage(view.stage),
        stage_name=str(view.stage_name),
        waiting_reason=WaitingReason(view.waiting_reason) if view.waiting_reason else None,
        sentence=str(view.sentence),
        priority=view.priority,
        channel=view.channel,
        team=Named(code=view.team_code, name=view.team) if view.team_code else None,
        assignee=assignee,
        requester=PersonNamed(id=view.requester_id, name=view.requester.name),
        price=None if view.price is None else str(view.price),
        currency=view.currency,
        price_period=view.price_period,
        asked=tuple(
            AnswerInWords(key=each.key, label=each.label, value=each.value) for each in view.answers
        ),
        bundle=view.parent_number,
        parts=tuple(
            RequestPart(
                number=each.number,
                name=each.name,
                stage=Stage(each.stage),
                outcome=each.outcome,
                promised_at=each.promised_at,
                with_whom=each.with_whom,
            )
            for each in view.parts
        ),
        clocks=tuple(clock(each) for each in view.clocks),
        conversation=tuple(said(each) for each in view.conversation),
        outcome=view.outcome,
        outcome_text=view.outcome_text,
        rating=view.rating.score if view.rating else None,
        rating_comment=view.rating.comment if view.rating else "",
        rating_answer=view.rating.answer if view.rating else "",
        opened_at=view.opened_at,
        updated_at=view.updated_at,
        resolved_at=view.resolved_at,
        closed_at=view.closed_at,
        next_due_at=view.next_due_at,
        possible=tuple(sorted(str(each) for each in view.possible)),
        version=view.version,
        **_inside(view),
    )


def _inside(view: RequestRecord) -> dict[str, Any]:
    return {
        "tasks": tuple(
            RequestTask(
                number=each.number,
                title=each.title,
                stage=Stage(each.stage),
                team=each.team,
                assignee=each.assignee,
                request=each.request,
                outcome=each.outcome,
                next_due_at=each.next_due_at,
            )
            for each in view.tasks
        ),
        "approvals": tuple(
            RequestApproval(
                id=each.id,
                state=str(each.state),
                asked=tuple(seat.person for seat in each.seats),
                asked_at=each.asked_at,
                due_at=each.due_at,
            )
            for each in view.approvals
        ),
        "run": _run(view),
    }


def _run(view: RequestRecord) -> RunStanding | None:
    run = view.run
    if run is None:
        return None
    shown = [each for each in run.steps if view.sees_inside or each.tells]
    return RunStanding(
        process=run.code,
        variant=run.variant,
        version=run.number,
        state=run.state,
        trouble=run.trouble if view.sees_inside else "",
        steps=tuple(
            RunStep(
                step_id=each.step_id,
                element=each.element,
                name=each.name,
                kind=each.kind,
                state=each.state,
                outcome=each.outcome,
                entered_at=each.entered_at,
                left_at=each.left_at,
                due_at=each.due_at,
                trouble=each.trouble if view.sees_inside else "",
            )
            for each in shown
        ),
    )
