"""Planned actions: what was decided to be done, by whom and until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    PageSize,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.planning.planned_action import actions, queries
from timshel.planning.planned_action.queries import Wanted
from timshel.planning.planned_action.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    About,
    ActionPlan,
)
from timshel.planning.planned_action.states import ActionKind, ActionState

router = Router(tags=["Planned actions"])

CHANGES = answers(404, 409, 411, 422)
ActionNumber = Annotated[
    str,
    Field(max_length=30),
    Storable,
    Path(description="The number of the action.", examples=["ACT0000012"]),
]
Words = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]


class WhenEnded(StrEnum):
    """Which actions: to be done, of those the overdue ones alone, or done and dropped."""

    OPEN = "open"
    OVERDUE = "overdue"
    ENDED = "ended"


class WhyDone(StrEnum):
    """Why something is done."""

    CORRECTION = ActionKind.CORRECTION.value
    CORRECTIVE = ActionKind.CORRECTIVE.value
    PREVENTIVE = ActionKind.PREVENTIVE.value
    PLANNED = ActionKind.PLANNED.value
    DECISION = ActionKind.DECISION.value


class ActionQuery(Given):
    """Which actions are asked for."""

    when: WhenEnded = Field(WhenEnded.OPEN, description="Which of them.")
    mine: bool = Field(default=False, description="Only those that I am to do.")
    about_kind: Code | None = Field(None, description="Only about records of a kind.")
    kind: WhyDone | None = Field(None, description="Only of this kind.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class PlannedAction(Sent):
    """Something that somebody is to do until a day."""

    number: str
    about_kind: str = Field(description="The kind of the record it follows from; may be empty.")
    about_code: str = Field(description="By which people know that record.")
    kind: WhyDone
    title: str
    detail: str = Field(description="Markdown; may be empty.")
    owner_id: int = Field(description="The key of the person who does it.")
    owner_code: str
    owner_name: str
    due_date: date = Field(description="Its last day.")
    state: ActionState
    is_overdue: bool = Field(description="Open after its last day.")
    outcome: str = Field(description="What came of it, or why it was dropped.")
    ended_at: datetime | None
    planned_at: datetime
    revision: int = Field(description="To be sent along with a change.")


class PlannedActions(Sent):
    """A page of actions: the soonest first, or what ended with the latest first."""

    items: tuple[PlannedAction, ...]
    links: Links


class ActionGiven(Given):
    """Who does what until when."""

    kind: WhyDone = Field(WhyDone.PLANNED, description="Why it is done.")
    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable] = Field(
        examples=["Replace the switch"]
    )
    detail: Words = Field("", description="Markdown.")
    owner: Code = Field(description="The code of the person who does it.")
    due_date: date = Field(description="Its last day.")

    def plan(self) -> ActionPlan:
        """Return it as the domain takes it."""
        return ActionPlan(
            kind=ActionKind(self.kind.value),
            title=self.title,
            owner=self.owner,
            due_date=self.due_date,
            detail=self.detail,
        )


class NewAction(ActionGiven):
    """An action, and the record it follows from."""

    about_kind: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="The kind of the record; empty for none.", examples=["risk"]
    )
    about_code: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="By which people know the record.", examples=["RSK0000001"]
    )


class ChangedAction(ActionGiven):
    """An action as it shall be from now on."""

    revision: int = Field(ge=0, le=2**31 - 1, description="The one that was seen.")


class ActionOutcome(Given):
    """What came of an action."""

    outcome: Words = Field("", description="Markdown.")


class ActionDropped(Given):
    """Why an action will not be done."""

    reason: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]


@router.get(
    "",
    response=PlannedActions,
    operation_id="list_planned_actions",
    summary="List planned actions",
)
def list_planned_actions(request: ApiRequest, asked: Query[ActionQuery]) -> PlannedActions:
    """Return the actions that one may see: all with `planned_action.view`, else one's own."""
    refuse_unknown(request, ActionQuery.model_fields)
    page = queries.planned_action_list(
        actor=request.auth,
        at=request.at,
        wanted=Wanted(
            when=asked.when.value,
            is_own=asked.mine,
            about_kind=asked.about_kind,
            kind=ActionKind(asked.kind.value) if asked.kind else None,
        ),
        cursor=asked.cursor,
        size=asked.size,
    )
    return PlannedActions(
        items=tuple(map(_action, page.items)),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={201: PlannedAction},
    operation_id="plan_action",
    summary="Plan an action",
    openapi_extra=CHANGES,
)
def plan_action(
    request: ApiRequest, given: NewAction, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have somebody do something; needs the right to say what is done about the record."""

    def do() -> Answer:
        about = About(given.about_kind, given.about_code)
        number = actions.plan_action(about, plan=given.plan(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=PlannedAction,
    operation_id="read_planned_action",
    summary="Read an action",
    openapi_extra=answers(404),
)
def read_planned_action(request: ApiRequest, number: ActionNumber) -> PlannedAction:
    """Return one action."""
    refuse_unknown(request)
    return _action(queries.one_action(number, actor=request.auth, at=request.at))


@router.put(
    "/{number}",
    response=PlannedAction,
    operation_id="change_planned_action",
    summary="Plan an action otherwise",
    openapi_extra=CHANGES,
)
def change_planned_action(
    request: ApiRequest,
    number: ActionNumber,
    given: ChangedAction,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; refused where somebody else changed it since `revision`."""

    def do() -> Answer:
        actions.change_action(
            number,
            plan=given.plan(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/finish",
    response=PlannedAction,
    operation_id="finish_planned_action",
    summary="Say that an action is done",
    openapi_extra=CHANGES,
)
def finish_planned_action(
    request: ApiRequest,
    number: ActionNumber,
    given: ActionOutcome,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it is done, and what came of it; its owner may."""

    def do() -> None:
        actions.finish_action(number, outcome=given.outcome, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/drop",
    response=PlannedAction,
    operation_id="drop_planned_action",
    summary="Drop an action",
    openapi_extra=CHANGES,
)
def drop_planned_action(
    request: ApiRequest,
    number: ActionNumber,
    given: ActionDropped,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it will not be done, and why."""

    def do() -> None:
        actions.drop_action(number, reason=given.reason, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/reopen",
    response=PlannedAction,
    operation_id="reopen_planned_action",
    summary="Open an action again",
    openapi_extra=CHANGES,
)
def reopen_planned_action(
    request: ApiRequest, number: ActionNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Open again what was done or dropped too early."""

    def do() -> None:
        actions.reopen_action(number, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


def _done(
    request: ApiRequest, number: str, idempotency_key: str | None, deed: Callable[[], None]
) -> HttpResponse:
    def do() -> Answer:
        deed()
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    row = queries.one_action(number, actor=request.auth, at=request.at)
    return Answer.of(_action(row), status=status)


def _action(row: queries.ActionRow) -> PlannedAction:
    return PlannedAction(
        number=row.number,
        about_kind=row.about_kind,
        about_code=row.about_code,
        kind=WhyDone(row.kind),
        title=row.title,
        detail=row.detail,
        owner_id=row.owner_id,
        owner_code=row.owner_code,
        owner_name=row.owner_name,
        due_date=row.due_date,
        state=row.state,
        is_overdue=row.is_overdue,
        outcome=row.outcome,
        ended_at=row.ended_at,
        planned_at=row.planned_at,
        revision=row.revision,
    )
