"""What is to be reached, from where, until when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.objective_shapes import (
    ChangedTerms,
    ObjectiveAnswer,
    ObjectiveOutcome,
    ObjectiveQuery,
    ObjectivesAnswer,
    ObjectiveTerms,
    ReadingsAnswer,
    ReadingTerms,
    RecordNumber,
    objective_told,
    readings_told,
)
from timshel.planning.objective import actions, queries
from timshel.planning.objective.actions import ReadingGiven
from timshel.planning.objective.queries import ObjectiveFilter, ObjectiveView
from timshel.planning.objective.states import Level, ObjectiveState

router = Router(tags=["Objectives"])

CHANGES = answers(404, 409, 411, 422)
ObjectiveNumber = Annotated[
    RecordNumber, Path(description="The number of the objective.", examples=["OBJ0000012"])
]
Day = Annotated[date, Path(description="The day of the reading.", examples=["2026-02-28"])]


@router.get(
    "",
    response=ObjectivesAnswer,
    operation_id="list_objectives",
    summary="List objectives",
    openapi_extra=answers(404),
)
def list_objectives(request: ApiRequest, asked: Query[ObjectiveQuery]) -> ObjectivesAnswer:
    """Return goals, results and objectives; without `objective.view`, those one answers for."""
    refuse_unknown(request, ObjectiveQuery.model_fields)
    wanted = ObjectiveFilter(
        state=ObjectiveState(asked.state.value) if asked.state else None,
        level=Level(asked.level.value) if asked.level else None,
        is_overdue=asked.overdue,
        parent=asked.parent,
    )
    page = queries.objective_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    return ObjectivesAnswer(
        items=tuple(map(objective_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: ObjectiveAnswer},
    operation_id="set_objective",
    summary="Set an objective",
    openapi_extra=CHANGES,
)
def set_objective(
    request: ApiRequest, given: ObjectiveTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write it down as a draft; needs `objective.manage`."""

    def do() -> Answer:
        number = actions.set_objective(given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=ObjectiveAnswer,
    operation_id="read_objective",
    summary="Read an objective",
    openapi_extra=answers(404),
)
def read_objective(request: ApiRequest, number: ObjectiveNumber) -> ObjectiveAnswer:
    """Return one goal, result or objective."""
    refuse_unknown(request)
    return objective_told(_view(number, request).row)


@router.put(
    "/{number}",
    response=ObjectiveAnswer,
    operation_id="change_objective",
    summary="Change an objective",
    openapi_extra=CHANGES,
)
def change_objective(
    request: ApiRequest,
    number: ObjectiveNumber,
    given: ChangedTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; of what is agreed, only words, owner and plan. `objective.manage`."""

    def do() -> Answer:
        actions.change_objective(
            number,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/agree",
    response=ObjectiveAnswer,
    operation_id="agree_objective",
    summary="Agree an objective",
    openapi_extra=CHANGES,
)
def agree_objective(
    request: ApiRequest, number: ObjectiveNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Agree what is to be reached until when; needs `objective.manage`."""

    def do() -> Answer:
        actions.agree_objective(number, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/meet",
    response=ObjectiveAnswer,
    operation_id="meet_objective",
    summary="Judge an objective as met",
    openapi_extra=CHANGES,
)
def meet_objective(
    request: ApiRequest,
    number: ObjectiveNumber,
    given: ObjectiveOutcome,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it was reached; needs `objective.manage`."""
    return _judged(request, number, given, idempotency_key, actions.meet_objective)


@router.post(
    "/{number}/miss",
    response=ObjectiveAnswer,
    operation_id="miss_objective",
    summary="Judge an objective as missed",
    openapi_extra=CHANGES,
)
def miss_objective(
    request: ApiRequest,
    number: ObjectiveNumber,
    given: ObjectiveOutcome,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it was not reached, and why; needs `objective.manage`."""
    return _judged(request, number, given, idempotency_key, actions.miss_objective)


@router.post(
    "/{number}/drop",
    response=ObjectiveAnswer,
    operation_id="drop_objective",
    summary="Drop an objective",
    openapi_extra=CHANGES,
)
def drop_objective(
    request: ApiRequest,
    number: ObjectiveNumber,
    given: ObjectiveOutcome,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it shall be reached no more; needs `objective.manage`."""
    return _judged(request, number, given, idempotency_key, actions.drop_objective)


@router.post(
    "/{number}/revise",
    response=ObjectiveAnswer,
    operation_id="revise_objective",
    summary="Take an objective back to a draft",
    openapi_extra=CHANGES,
)
def revise_objective(
    request: ApiRequest,
    number: ObjectiveNumber,
    given: ObjectiveOutcome,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Make what was agreed or dropped a draft again; needs `objective.manage`."""
    return _judged(request, number, given, idempotency_key, actions.revise_objective)


@router.post(
    "/{number}/reopen",
    response=ObjectiveAnswer,
    operation_id="reopen_objective",
    summary="Open an objective again",
    openapi_extra=CHANGES,
)
def reopen_objective(
    request: ApiRequest,
    number: ObjectiveNumber,
    given: ObjectiveOutcome,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let what was judged run again; needs `objective.manage`."""
    return _judged(request, number, given, idempotency_key, actions.reopen_objective)


@router.get(
    "/{number}/readings",
    response=ReadingsAnswer,
    operation_id="list_objective_readings",
    summary="List the readings of an objective",
    openapi_extra=answers(404),
)
def list_objective_readings(request: ApiRequest, number: ObjectiveNumber) -> ReadingsAnswer:
    """Return the latest 400 readings, their limits, and what is more than chance."""
    refuse_unknown(request)
    return readings_told(_view(number, request))


@router.post(
    "/{number}/readings/count",
    response=ReadingsAnswer,
    operation_id="count_objective",
    summary="Count the figures of an objective now",
    openapi_extra=CHANGES,
)
def count_objective(
    request: ApiRequest, number: ObjectiveNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Count the months that are over; its owner may, and whoever has `objective.manage`."""

    def do() -> Answer:
        actions.read_objective(number, actor=request.auth, at=request.at)
        return Answer.of(readings_told(_view(number, request)))

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{number}/readings/{day}",
    response=ReadingsAnswer,
    operation_id="record_objective_reading",
    summary="Record a reading of an objective",
    openapi_extra=CHANGES,
)
def record_objective_reading(
    request: ApiRequest,
    number: ObjectiveNumber,
    day: Day,
    given: ReadingTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Record what was read on a day; its owner may, and whoever has `objective.manage`."""

    def do() -> Answer:
        read = ReadingGiven(day, Decimal(str(given.value)), given.note)
        actions.record_reading(number, reading=read, actor=request.auth, at=request.at)
        return Answer.of(readings_told(_view(number, request)))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{number}/readings/{day}",
    response=ReadingsAnswer,
    operation_id="remove_objective_reading",
    summary="Take a reading of an objective away",
    openapi_extra=CHANGES,
)
def remove_objective_reading(
    request: ApiRequest,
    number: ObjectiveNumber,
    day: Day,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take away what was read on a day; its owner may, and whoever has `objective.manage`."""

    def do() -> Answer:
        actions.remove_reading(number, day=day, actor=request.auth, at=request.at)
        return Answer.of(readings_told(_view(number, request)))

    return answer_once(request, idempotency_key, do)


def _judged(
    request: ApiRequest,
    number: str,
    given: ObjectiveOutcome,
    idempotency_key: str | None,
    deed: Callable[..., None],
) -> HttpResponse:
    def do() -> Answer:
        deed(number, outcome=given.outcome, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _view(number: str, request: ApiRequest) -> ObjectiveView:
    return queries.objective(number, actor=request.auth, at=request.at)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(objective_told(_view(number, request).row), status=status)
