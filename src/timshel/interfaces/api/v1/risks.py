"""Risks and opportunities: analysed, treated, accepted and reviewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, Storable, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.risk_bodies import (
    BandCode,
    HeatMapQuery,
    RiskAnalysisGiven,
    RiskAreaGiven,
    RiskChanged,
    RiskCriteriaGiven,
    RiskDeedGiven,
    RiskGiven,
    RiskLevelGiven,
    RiskOccurrenceGiven,
    RiskQuery,
    RiskReasonGiven,
    RiskReviewGiven,
    RiskTreatmentGiven,
)
from timshel.interfaces.api.v1.risk_shapes import (
    Risk,
    RiskCriteria,
    RiskFigures,
    RiskHeatMap,
    Risks,
    criteria,
    figures,
    heat_map,
    listed,
    whole,
)
from timshel.planning.risk import actions, queries
from timshel.planning.risk.rules import Analysis, Level, Occurrence, Review, Treatment
from timshel.planning.risk.states import Basis

router = Router(tags=["Risks"])

CHANGES = answers(404, 409, 411, 422)
RiskNumber = Annotated[
    str,
    Field(max_length=30),
    Storable,
    Path(description="The number of the risk.", examples=["RSK0000012"]),
]


@router.get("", response=Risks, operation_id="list_risks", summary="List risks and opportunities")
def list_risks(request: ApiRequest, asked: Query[RiskQuery]) -> Risks:
    """Return what one may see: all with `risk.view`, those of services, or one's own."""
    refuse_unknown(request, RiskQuery.model_fields)
    page = queries.risk_list(
        actor=request.auth,
        at=request.at,
        asked=asked.asked(),
        cursor=asked.cursor,
        size=asked.size,
    )
    return Risks(
        items=tuple(map(listed, page.items)),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={201: Risk},
    operation_id="identify_risk",
    summary="Write down a risk or an opportunity",
    openapi_extra=CHANGES,
)
def identify_risk(
    request: ApiRequest, given: RiskGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write it down; needs `risk.manage`, everywhere or for a service that it is about."""

    def do() -> Answer:
        number = actions.identify_risk(given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/heat-map",
    response=RiskHeatMap,
    operation_id="read_risk_heat_map",
    summary="Count risks by level",
)
def read_risk_heat_map(request: ApiRequest, asked: Query[HeatMapQuery]) -> RiskHeatMap:
    """Return how many open ones that one may see have which likelihood and impact."""
    refuse_unknown(request, HeatMapQuery.model_fields)
    found = queries.heat_map(
        actor=request.auth, basis=Basis(asked.basis.value), kind=asked.kind.value
    )
    return heat_map(found)


@router.get(
    "/summary",
    response=RiskFigures,
    operation_id="read_risk_summary",
    summary="Count risks for a management review",
)
def read_risk_summary(request: ApiRequest) -> RiskFigures:
    """Return how many open ones lie in each band, and how many reviews are overdue."""
    refuse_unknown(request)
    return figures(queries.risk_summary(actor=request.auth, at=request.at))


@router.get(
    "/criteria",
    response=RiskCriteria,
    operation_id="read_risk_criteria",
    summary="Read by what risks are judged",
)
def read_risk_criteria(request: ApiRequest) -> RiskCriteria:
    """Return the areas, the words of both scales and the bands."""
    refuse_unknown(request)
    return _criteria(request)


@router.put(
    "/criteria",
    response=RiskCriteria,
    operation_id="set_risk_criteria",
    summary="Set by what risks are judged",
    openapi_extra=CHANGES,
)
def set_risk_criteria(
    request: ApiRequest, given: RiskCriteriaGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Set both scales and all bands anew; needs `risk.manage` everywhere."""

    def do() -> Answer:
        actions.set_criteria(given.criteria(), actor=request.auth, at=request.at)
        return Answer.of(_criteria(request))

    return answer_once(request, idempotency_key, do)


@router.put(
    "/areas/{code}",
    response=RiskCriteria,
    operation_id="define_risk_area",
    summary="Define an area",
    openapi_extra=CHANGES,
)
def define_risk_area(
    request: ApiRequest,
    code: Annotated[BandCode, Path(description="Its code.", examples=["climate"])],
    given: RiskAreaGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Define an area or rename it; needs `risk.manage` everywhere."""

    def do() -> Answer:
        words = {language: each.model_dump() for language, each in given.translations.items()}
        actions.define_area(
            code,
            name=given.name,
            translations=words,
            position=given.position,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_criteria(request))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{risk}",
    response=Risk,
    operation_id="read_risk",
    summary="Read a risk",
    openapi_extra=answers(404),
)
def read_risk(request: ApiRequest, risk: RiskNumber) -> Risk:
    """Return one risk with how it was judged and reviewed."""
    refuse_unknown(request)
    return _risk(risk, request)


@router.put(
    "/{risk}",
    response=Risk,
    operation_id="change_risk",
    summary="Change what is said of a risk",
    openapi_extra=CHANGES,
)
def change_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskChanged,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `risk.manage` before and after."""
    return _done(
        request, risk, idempotency_key, given, actions.change_risk, content=given.content()
    )


@router.post(
    "/{risk}/analyse",
    response=Risk,
    operation_id="analyse_risk",
    summary="Judge a risk",
    openapi_extra=CHANGES,
)
def analyse_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskAnalysisGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say how high it is; what was judged before is kept. Its owner may."""
    analysis = Analysis(given.inherent.level(), _level_given(given.residual), given.reason)
    return _done(request, risk, idempotency_key, given, actions.analyse_risk, analysis=analysis)


@router.post(
    "/{risk}/treat",
    response=Risk,
    operation_id="treat_risk",
    summary="Plan what is done about a risk",
    openapi_extra=CHANGES,
)
def treat_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskTreatmentGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say which way and how. Its owner may."""
    treatment = Treatment(
        given.option.value, given.plan, _level_given(given.residual), given.review_date
    )
    return _done(request, risk, idempotency_key, given, actions.treat_risk, treatment=treatment)


@router.post(
    "/{risk}/accept",
    response=Risk,
    operation_id="accept_risk",
    summary="Accept a risk as high as it is",
    openapi_extra=CHANGES,
)
def accept_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Accept it; its band says whether its owner may, holders of `risk.accept`, or nobody."""
    return _done(request, risk, idempotency_key, given, actions.accept_risk, reason=given.reason)


@router.post(
    "/{risk}/monitor",
    response=Risk,
    operation_id="monitor_risk",
    summary="Watch a risk whose treatment is in place",
    openapi_extra=CHANGES,
)
def monitor_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskDeedGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that its treatment is in place. Its owner may."""
    return _done(request, risk, idempotency_key, given, actions.monitor_risk)


@router.post(
    "/{risk}/review",
    response=Risk,
    operation_id="review_risk",
    summary="Review a risk",
    openapi_extra=CHANGES,
)
def review_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskReviewGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write down what a review found, and when the next one is due. Its owner may."""
    review = Review(given.found, given.next_date)
    return _done(request, risk, idempotency_key, given, actions.review_risk, review=review)


@router.post(
    "/{risk}/occur",
    response=Risk,
    operation_id="record_risk_occurrence",
    summary="Say that a risk came true",
    openapi_extra=CHANGES,
)
def record_risk_occurrence(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskOccurrenceGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say when it came true, and what happened. Its owner may."""
    happened = Occurrence(given.on, given.what)
    return _done(
        request, risk, idempotency_key, given, actions.record_occurrence, occurrence=happened
    )


@router.post(
    "/{risk}/close",
    response=Risk,
    operation_id="close_risk",
    summary="Close a risk",
    openapi_extra=CHANGES,
)
def close_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Close what can no longer come true; needs `risk.manage`."""
    return _done(request, risk, idempotency_key, given, actions.close_risk, reason=given.reason)


@router.post(
    "/{risk}/reopen",
    response=Risk,
    operation_id="reopen_risk",
    summary="Open a closed risk again",
    openapi_extra=CHANGES,
)
def reopen_risk(
    request: ApiRequest,
    risk: RiskNumber,
    given: RiskReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Open it again, to be judged anew; needs `risk.manage`."""
    return _done(request, risk, idempotency_key, given, actions.reopen_risk, reason=given.reason)


def _done(
    request: ApiRequest,
    risk: str,
    idempotency_key: str | None,
    given: RiskDeedGiven,
    deed: Callable[..., None],
    **what: Any,
) -> HttpResponse:
    def do() -> Answer:
        deed(risk, **what, revision=given.revision, actor=request.auth, at=request.at)
        return _answer(risk, request)

    return answer_once(request, idempotency_key, do)


def _answer(risk: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(_risk(risk, request), status=status)


def _level_given(given: RiskLevelGiven | None) -> Level | None:
    return given.level() if given else None


def _risk(number: str, request: ApiRequest) -> Risk:
    return whole(queries.risk(number, actor=request.auth, at=request.at))


def _criteria(request: ApiRequest) -> RiskCriteria:
    language = request.auth.language
    return criteria(queries.criteria(language=language), queries.area_list(language=language))
