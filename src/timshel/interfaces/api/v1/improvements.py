"""Suggestions, what came of them, and what they brought."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from ninja import Query

from timshel.improvement.initiative import actions, queries
from timshel.improvement.initiative.queries import Wanted
from timshel.improvement.initiative.rules import (
    Area,
    Suggestion,
)
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    IdempotencyKey,
    refuse_unknown,
)
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.improvement_cycles import router
from timshel.interfaces.api.v1.improvement_shapes import (
    CHANGES,
    BenefitMeasured,
    Improvement,
    ImprovementAssessed,
    ImprovementChanged,
    ImprovementInList,
    ImprovementNumber,
    ImprovementPlanned,
    ImprovementQuery,
    Improvements,
    ImprovementSaid,
    ImprovementSaidNeeded,
    ImprovementStep,
    ImprovementSuggested,
    OwnSuggestion,
    OwnSuggestions,
    PagingQuery,
    ReachedBenefit,
)

__all__ = ["router"]


@router.get(
    "", response=Improvements, operation_id="list_improvements", summary="List improvements"
)
def list_improvements(request: ApiRequest, asked: Query[ImprovementQuery]) -> Improvements:
    """Return the improvements that one may see: all with `initiative.view`, else one's own."""
    refuse_unknown(request, ImprovementQuery.model_fields)
    wanted = Wanted(
        when=asked.when.value,
        state=asked.state,
        area=Area(asked.area_kind, asked.area_code or "") if asked.area_kind else None,
        is_own=asked.mine,
        text=asked.text,
        is_ranked=asked.ranked,
    )
    page = queries.improvement_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    items = tuple(ImprovementInList(**_fields(row)) for row in page.items)
    return Improvements(items=items, links=page_links(request, page))


@router.post(
    "",
    response={201: OwnSuggestion},
    operation_id="suggest_improvement",
    summary="Suggest an improvement",
    openapi_extra=CHANGES,
)
def suggest_improvement(
    request: ApiRequest, given: ImprovementSuggested, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Suggest it; everybody may, with `initiative.suggest`, and follows what becomes of it."""

    def do() -> Answer:
        said = Suggestion(
            given.title, given.detail, given.page, Area(given.area_kind, given.area_code)
        )
        number = actions.suggest_improvement(said, actor=request.auth, at=request.at)
        view = queries.own_suggestion(number, actor=request.auth)
        return Answer.of(_suggestion(view), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/suggestions",
    response=OwnSuggestions,
    operation_id="list_own_suggestions",
    summary="List what I suggested",
)
def list_own_suggestions(request: ApiRequest, asked: Query[PagingQuery]) -> OwnSuggestions:
    """Return what I suggested, with what was said at each step."""
    refuse_unknown(request, PagingQuery.model_fields)
    page = queries.own_suggestions(actor=request.auth, cursor=asked.cursor, size=asked.size)
    items = tuple(map(_suggestion, page.items))
    return OwnSuggestions(items=items, links=page_links(request, page))


@router.get(
    "/suggestions/{number}",
    response=OwnSuggestion,
    operation_id="read_own_suggestion",
    summary="Read what became of a suggestion of mine",
    openapi_extra=answers(404),
)
def read_own_suggestion(request: ApiRequest, number: ImprovementNumber) -> OwnSuggestion:
    """Return something that I suggested, with what was said at each step."""
    refuse_unknown(request)
    return _suggestion(queries.own_suggestion(number, actor=request.auth))


@router.get(
    "/{number}",
    response=Improvement,
    operation_id="read_improvement",
    summary="Read an improvement",
    openapi_extra=answers(404),
)
def read_improvement(request: ApiRequest, number: ImprovementNumber) -> Improvement:
    """Return one improvement with its steps, and what I may do with it now."""
    refuse_unknown(request)
    return _view(queries.one_improvement(number, actor=request.auth, at=request.at))


@router.put(
    "/{number}",
    response=Improvement,
    operation_id="change_improvement",
    summary="Say an improvement otherwise",
    openapi_extra=CHANGES,
)
def change_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementChanged,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; refused where somebody else changed it since `revision`."""

    def do() -> None:
        actions.change_improvement(
            number,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/assess",
    response=Improvement,
    operation_id="assess_improvement",
    summary="Assess an improvement",
    openapi_extra=CHANGES,
)
def assess_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementAssessed,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what it would bring and cost, and rank it by that. Needs `initiative.manage`."""

    def do() -> None:
        actions.assess_improvement(
            number,
            assessment=given.assessment(),
            said=given.said,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/authorise",
    response=Improvement,
    operation_id="authorise_improvement",
    summary="Authorise an improvement",
    openapi_extra=CHANGES,
)
def authorise_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementSaid,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it shall be done; where it costs much, not by whoever assessed it."""

    def do() -> None:
        actions.authorise_improvement(number, said=given.said, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/plan",
    response=Improvement,
    operation_id="plan_improvement",
    summary="Plan an improvement",
    openapi_extra=CHANGES,
)
def plan_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementPlanned,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say who does it until when."""

    def do() -> None:
        actions.plan_improvement(
            number,
            owner=given.owner,
            due_date=given.due_date,
            said=given.said,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/start",
    response=Improvement,
    operation_id="start_improvement",
    summary="Start an improvement",
    openapi_extra=CHANGES,
)
def start_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementSaid,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that work on it has begun; its owner may."""

    def do() -> None:
        actions.start_improvement(number, said=given.said, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/finish",
    response=Improvement,
    operation_id="finish_improvement",
    summary="Say that an improvement is done",
    openapi_extra=CHANGES,
)
def finish_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementSaidNeeded,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it is done, and what was done; its owner may."""

    def do() -> None:
        actions.finish_improvement(number, said=given.said, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/measure",
    response=Improvement,
    operation_id="measure_benefit",
    summary="Measure the benefit of an improvement",
    openapi_extra=CHANGES,
)
def measure_benefit(
    request: ApiRequest,
    number: ImprovementNumber,
    given: BenefitMeasured,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what it brought, held against what was promised; its owner may."""

    def do() -> None:
        actions.measure_benefit(
            number,
            reached=given.value_reached,
            said=given.said,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/park",
    response=Improvement,
    operation_id="park_improvement",
    summary="Park an improvement",
    openapi_extra=CHANGES,
)
def park_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementSaidNeeded,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Put it aside for later, and say why."""

    def do() -> None:
        actions.park_improvement(number, said=given.said, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/decline",
    response=Improvement,
    operation_id="decline_improvement",
    summary="Decline an improvement",
    openapi_extra=CHANGES,
)
def decline_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementSaidNeeded,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it will not be done, and why."""

    def do() -> None:
        actions.decline_improvement(number, said=given.said, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


@router.post(
    "/{number}/resume",
    response=Improvement,
    operation_id="resume_improvement",
    summary="Take an improvement up again",
    openapi_extra=CHANGES,
)
def resume_improvement(
    request: ApiRequest,
    number: ImprovementNumber,
    given: ImprovementSaid,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take up what was parked or declined, to be assessed anew."""

    def do() -> None:
        actions.resume_improvement(number, said=given.said, actor=request.auth, at=request.at)

    return _done(request, number, idempotency_key, do)


def _done(
    request: ApiRequest, number: str, idempotency_key: str | None, deed: Callable[[], None]
) -> HttpResponse:
    def do() -> Answer:
        deed()
        view = queries.one_improvement(number, actor=request.auth, at=request.at)
        return Answer.of(_view(view))

    return answer_once(request, idempotency_key, do)


def _view(view: queries.ImprovementView) -> Improvement:
    steps = tuple(map(_step, view.steps))
    return Improvement(**_fields(view.row), steps=steps, deeds=view.deeds)


def _step(row: queries.StepRow) -> ImprovementStep:
    return ImprovementStep(state=row.state, said=row.said, by=row.by, at=row.at)


def _suggestion(view: queries.SuggestionView) -> OwnSuggestion:
    return OwnSuggestion(
        number=view.number,
        title=view.title,
        state=view.state,
        suggested_at=view.suggested_at,
        moved_at=view.moved_at,
        steps=tuple(map(_step, view.steps)),
    )


SAME = (
    "number", "title", "detail", "page", "suggested_by", "suggested_at", "state", "moved_at",
    "benefit", "cost", "effort", "risk", "score", "assessed_by", "authorised_by",
    "expected_benefit", "measure", "unit", "value_before", "value_expected", "value_reached",
    "owner_code", "owner_name", "due_date", "is_overdue", "cycle_id", "revision",
)  # fmt: skip


def _fields(row: queries.ImprovementRow) -> dict[str, Any]:
    found = row.comparison
    return {
        **{name: getattr(row, name) for name in SAME},
        "area_kind": row.area.kind,
        "area_code": row.area.code,
        "measured_kind": row.measured_area.kind,
        "measured_code": row.measured_area.code,
        "urgency": int(row.urgency),
        "benefit_reached": ReachedBenefit(
            promised_change=found.promised,
            reached_change=found.reached,
            percent=found.percent,
            outcome=found.outcome,
        )
        if found
        else None,
    }
