"""Indicators of processes and services: what is followed, and what was read of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.indicator_shapes import (
    ChangedIndicator,
    IndicatorAnswer,
    IndicatorNumberText,
    IndicatorQuery,
    IndicatorReadingsAnswer,
    IndicatorsAnswer,
    IndicatorTerms,
    RetiringReason,
    indicator_told,
    readings_told,
)
from timshel.performance_evaluation.indicator import actions, queries
from timshel.performance_evaluation.indicator.queries import IndicatorFilter, IndicatorView
from timshel.performance_evaluation.indicator.states import IndicatorState, Standing

router = Router(tags=["Indicators"])

CHANGES = answers(404, 409, 411, 422)
IndicatorNumber = Annotated[
    IndicatorNumberText,
    Path(description="The number of the indicator.", examples=["IND0000012"]),
]
FirstDay = Annotated[
    date, Path(description="The first day of the period.", examples=["2026-02-01"])
]


@router.get(
    "",
    response=IndicatorsAnswer,
    operation_id="list_indicators",
    summary="List indicators",
)
def list_indicators(request: ApiRequest, asked: Query[IndicatorQuery]) -> IndicatorsAnswer:
    """Return indicators; without `indicator.view`, those one answers for."""
    refuse_unknown(request, IndicatorQuery.model_fields)
    wanted = IndicatorFilter(
        state=IndicatorState(asked.state.value) if asked.state else None,
        standing=Standing(asked.standing.value) if asked.standing else None,
        is_overdue=asked.overdue,
        process_code=asked.process,
        owner=asked.owner,
    )
    page = queries.indicator_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    return IndicatorsAnswer(
        items=tuple(map(indicator_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: IndicatorAnswer},
    operation_id="add_indicator",
    summary="Follow a measure as an indicator",
    openapi_extra=CHANGES,
)
def add_indicator(
    request: ApiRequest, given: IndicatorTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Follow a measure; the last 24 periods are read at once. Needs `indicator.manage`."""

    def do() -> Answer:
        number = actions.add_indicator(given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=IndicatorAnswer,
    operation_id="read_indicator",
    summary="Read an indicator",
    openapi_extra=answers(404),
)
def read_indicator(request: ApiRequest, number: IndicatorNumber) -> IndicatorAnswer:
    """Return one indicator and how it stands."""
    refuse_unknown(request)
    return indicator_told(_view(number, request).row)


@router.put(
    "/{number}",
    response=IndicatorAnswer,
    operation_id="change_indicator",
    summary="Change an indicator",
    openapi_extra=CHANGES,
)
def change_indicator(
    request: ApiRequest,
    number: IndicatorNumber,
    given: ChangedIndicator,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; what is measured stays. Needs `indicator.manage`."""

    def do() -> Answer:
        actions.change_indicator(
            number,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/retire",
    response=IndicatorAnswer,
    operation_id="retire_indicator",
    summary="Retire an indicator",
    openapi_extra=CHANGES,
)
def retire_indicator(
    request: ApiRequest,
    number: IndicatorNumber,
    given: RetiringReason,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Read it no more; its readings stay. Needs `indicator.manage`."""

    def do() -> Answer:
        actions.retire_indicator(number, reason=given.reason, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/resume",
    response=IndicatorAnswer,
    operation_id="resume_indicator",
    summary="Take an indicator up again",
    openapi_extra=CHANGES,
)
def resume_indicator(
    request: ApiRequest, number: IndicatorNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Read it again, the periods that were left out included. Needs `indicator.manage`."""

    def do() -> Answer:
        actions.resume_indicator(number, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}/readings",
    response=IndicatorReadingsAnswer,
    operation_id="list_indicator_readings",
    summary="List the readings of an indicator",
    openapi_extra=answers(404),
)
def list_indicator_readings(
    request: ApiRequest, number: IndicatorNumber
) -> IndicatorReadingsAnswer:
    """Return the latest 120 readings, their limits, and what is more than noise."""
    refuse_unknown(request)
    return readings_told(_view(number, request))


@router.post(
    "/{number}/readings",
    response=IndicatorReadingsAnswer,
    operation_id="count_indicator",
    summary="Read the periods of an indicator that are missing",
    openapi_extra=CHANGES,
)
def count_indicator(
    request: ApiRequest, number: IndicatorNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Read what is over and was not read; its owner may, and whoever has `indicator.manage`."""

    def do() -> Answer:
        actions.read_indicator(number, actor=request.auth, at=request.at)
        return Answer.of(readings_told(_view(number, request)))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/readings/{first_day}/recount",
    response=IndicatorReadingsAnswer,
    operation_id="recount_indicator_reading",
    summary="Count a reading of an indicator anew",
    openapi_extra=CHANGES,
)
def recount_indicator_reading(
    request: ApiRequest,
    number: IndicatorNumber,
    first_day: FirstDay,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Count a period anew; the journal keeps what stood there. As for reading."""

    def do() -> Answer:
        actions.recount_reading(number, first_day=first_day, actor=request.auth, at=request.at)
        return Answer.of(readings_told(_view(number, request)))

    return answer_once(request, idempotency_key, do)


def _view(number: str, request: ApiRequest) -> IndicatorView:
    return queries.indicator(number, actor=request.auth, at=request.at)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(indicator_told(_view(number, request).row), status=status)
