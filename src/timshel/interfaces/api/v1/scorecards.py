"""Scorecards: indicators that somebody looks at together."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.indicator_shapes import (
    ChangedScorecard,
    IndicatorNumberText,
    ScorecardAnswer,
    ScorecardFigures,
    ScorecardQuery,
    ScorecardsAnswer,
    ScorecardTerms,
    indicator_told,
    scorecard_told,
)
from timshel.performance_evaluation.indicator import actions, queries
from timshel.performance_evaluation.indicator.queries import ScorecardView

router = Router(tags=["Indicators"])

CHANGES = answers(404, 409, 411, 422)
ScorecardNumber = Annotated[
    IndicatorNumberText,
    Path(description="The number of the scorecard.", examples=["SCC0000002"]),
]


@router.get(
    "",
    response=ScorecardsAnswer,
    operation_id="list_scorecards",
    summary="List scorecards",
)
def list_scorecards(request: ApiRequest, asked: Query[ScorecardQuery]) -> ScorecardsAnswer:
    """Return scorecards; without `indicator.view`, those one answers for."""
    refuse_unknown(request, ScorecardQuery.model_fields)
    page = queries.scorecard_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    return ScorecardsAnswer(
        items=tuple(map(scorecard_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: ScorecardAnswer},
    operation_id="add_scorecard",
    summary="Put a scorecard together",
    openapi_extra=CHANGES,
)
def add_scorecard(
    request: ApiRequest, given: ScorecardTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put indicators together in their order; needs `indicator.manage`."""

    def do() -> Answer:
        number = actions.add_scorecard(given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=ScorecardAnswer,
    operation_id="read_scorecard",
    summary="Read a scorecard",
    openapi_extra=answers(404),
)
def read_scorecard(request: ApiRequest, number: ScorecardNumber) -> ScorecardAnswer:
    """Return one scorecard with the numbers of its indicators."""
    refuse_unknown(request)
    return scorecard_told(_view(number, request).row)


@router.get(
    "/{number}/indicators",
    response=ScorecardFigures,
    operation_id="list_scorecard_indicators",
    summary="List the indicators of a scorecard",
    openapi_extra=answers(404),
)
def list_scorecard_indicators(request: ApiRequest, number: ScorecardNumber) -> ScorecardFigures:
    """Return the indicators of a scorecard in their order, as they stand now."""
    refuse_unknown(request)
    lines = _view(number, request).lines
    return ScorecardFigures(items=tuple(indicator_told(each.row) for each in lines))


@router.put(
    "/{number}",
    response=ScorecardAnswer,
    operation_id="change_scorecard",
    summary="Change a scorecard",
    openapi_extra=CHANGES,
)
def change_scorecard(
    request: ApiRequest,
    number: ScorecardNumber,
    given: ChangedScorecard,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew, its indicators included; needs `indicator.manage`."""

    def do() -> Answer:
        actions.change_scorecard(
            number,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{number}",
    response={204: None},
    operation_id="remove_scorecard",
    summary="Take a scorecard away",
    openapi_extra=CHANGES,
)
def remove_scorecard(
    request: ApiRequest, number: ScorecardNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take it away; its indicators and their readings stay. Needs `indicator.manage`."""

    def do() -> Answer:
        actions.remove_scorecard(number, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _view(number: str, request: ApiRequest) -> ScorecardView:
    return queries.scorecard(number, actor=request.auth, at=request.at)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(scorecard_told(_view(number, request).row), status=status)
