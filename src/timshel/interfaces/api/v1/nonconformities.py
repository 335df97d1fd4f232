"""What was not as it must be, why, and whether what was done helped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router

from timshel.improvement.nonconformity import actions, queries
from timshel.improvement.nonconformity.states import (
    NonconformityState,
    Severity,
    SourceKind,
    Verdict,
)
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.nonconformity_fields import (
    BetterDirection,
    CauseAnalysis,
    CauseMethod,
    ChangedReport,
    Correction,
    CorrectivePlan,
    EffectFigure,
    EffectVerdict,
    FigureWanted,
    FollowingAction,
    Implementation,
    Nonconformities,
    Nonconformity,
    NonconformityFigures,
    NonconformityLine,
    NonconformityQuery,
    NonconformityReport,
    NonconformitySource,
    NonconformityStanding,
    NonconformityWeight,
    Number,
    SummaryQuery,
    VerdictGiven,
    WhyRejected,
)
from timshel.planning.planned_action.queries import ActionRow

router = Router(tags=["Nonconformities"])

CHANGES = answers(404, 409, 411, 422)


@router.get(
    "",
    response=Nonconformities,
    operation_id="list_nonconformities",
    summary="List nonconformities",
)
def list_nonconformities(request: ApiRequest, asked: Query[NonconformityQuery]) -> Nonconformities:
    """Return those that the reader may see; everybody sees what they raised or answer for."""
    refuse_unknown(request, NonconformityQuery.model_fields)
    about = (asked.about_kind, asked.about_code)
    wanted = queries.Wanted(
        when=asked.when.value,
        state=NonconformityState(asked.state) if asked.state else None,
        source=SourceKind(asked.source) if asked.source else None,
        severity=Severity(asked.severity) if asked.severity else None,
        service=asked.service or "",
        is_own=asked.mine,
        about=(about[0], about[1]) if about[0] and about[1] else None,
        text=asked.text,
    )
    page = queries.nonconformity_list(
        wanted, actor=request.auth, at=request.at, cursor=asked.cursor, size=asked.size
    )
    return Nonconformities(
        items=tuple(NonconformityLine(**_line(row)) for row in page.items),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={201: Nonconformity},
    operation_id="raise_nonconformity",
    summary="Raise a nonconformity",
    openapi_extra=CHANGES,
)
def raise_nonconformity(
    request: ApiRequest, given: NonconformityReport, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that something is not as it must be; needs `nonconformity.view` somewhere."""

    def do() -> Answer:
        number = actions.raise_nonconformity(
            report=given.report(), actor=request.auth, at=request.at
        )
        return Answer.of(_read(number, request), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/summary",
    response=NonconformityFigures,
    operation_id="summarise_nonconformities",
    summary="How nonconformities stand",
)
def summarise_nonconformities(
    request: ApiRequest, asked: Query[SummaryQuery]
) -> NonconformityFigures:
    """Return what a management review is told; needs to see all of them."""
    refuse_unknown(request, SummaryQuery.model_fields)
    found = queries.summary_seen(asked.since, actor=request.auth, at=request.at)
    return NonconformityFigures(
        open=found.open,
        overdue=found.overdue,
        major=found.major,
        open_by_source={source.value: count for source, count in found.open_by_source.items()},
        raised=found.raised,
        closed=found.closed,
        judged=found.judged,
        effective=found.effective,
        effective_percent=found.effective_percent,
        recommendations_open=found.advice_open,
        recommendations_overdue=found.advice_overdue,
    )


@router.get(
    "/{number}",
    response=Nonconformity,
    operation_id="read_nonconformity",
    summary="Read a nonconformity",
    openapi_extra=answers(404),
)
def read_nonconformity(request: ApiRequest, number: Number) -> Nonconformity:
    """Return a nonconformity with all that is known of it."""
    refuse_unknown(request)
    return _read(number, request)


@router.put(
    "/{number}",
    response=Nonconformity,
    operation_id="change_nonconformity",
    summary="Change a nonconformity",
    openapi_extra=CHANGES,
)
def change_nonconformity(
    request: ApiRequest,
    number: Number,
    given: ChangedReport,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.change_nonconformity(
            number, report=given.report(), seen_revision=given.revision, **by
        ),
    )


@router.post(
    "/{number}/correction",
    response=Nonconformity,
    operation_id="correct_nonconformity",
    summary="Record the immediate correction",
    openapi_extra=CHANGES,
)
def correct_nonconformity(
    request: ApiRequest,
    number: Number,
    given: Correction,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what was done at once; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.correct(number, correction=given.correction, **by),
    )


@router.put(
    "/{number}/analysis",
    response=Nonconformity,
    operation_id="analyse_nonconformity",
    summary="Record the cause",
    openapi_extra=CHANGES,
)
def analyse_nonconformity(
    request: ApiRequest,
    number: Number,
    given: CauseAnalysis,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say why it came about; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.analyse(
            number, analysis=given.analysis(), seen_revision=given.revision, **by
        ),
    )


@router.post(
    "/{number}/plan",
    response=Nonconformity,
    operation_id="plan_against_nonconformity",
    summary="Record what will be done",
    openapi_extra=CHANGES,
)
def plan_against_nonconformity(
    request: ApiRequest,
    number: Number,
    given: CorrectivePlan,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what will be done; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.plan(number, text=given.plan, first=given.action(), **by),
    )


@router.post(
    "/{number}/implementation",
    response=Nonconformity,
    operation_id="implement_against_nonconformity",
    summary="Say that it is implemented",
    openapi_extra=CHANGES,
)
def implement_against_nonconformity(
    request: ApiRequest,
    number: Number,
    given: Implementation,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that what was planned is done; no action about it may be open any more."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.implement(number, text=given.implementation, **by),
    )


@router.post(
    "/{number}/effect",
    response=Nonconformity,
    operation_id="measure_nonconformity_effect",
    summary="Read a figure before and after",
    openapi_extra=CHANGES,
)
def measure_nonconformity_effect(
    request: ApiRequest,
    number: Number,
    given: FigureWanted,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Read it, or take what was counted by hand; an earlier one without a verdict gives way."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.measure_effect(number, question=given.question(), **by),
    )


@router.post(
    "/{number}/verdict",
    response=Nonconformity,
    operation_id="judge_nonconformity_effect",
    summary="Judge the effect",
    openapi_extra=CHANGES,
)
def judge_nonconformity_effect(
    request: ApiRequest,
    number: Number,
    given: VerdictGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Judge it; needs `nonconformity.verify`, and neither its owner nor whoever did it may."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.judge_effect(
            number, verdict=Verdict(given.verdict), comment=given.comment, **by
        ),
    )


@router.post(
    "/{number}/close",
    response=Nonconformity,
    operation_id="close_nonconformity",
    summary="Close a nonconformity",
    openapi_extra=CHANGES,
)
def close_nonconformity(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Close what was verified as effective."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.close_nonconformity(number, **by),
    )


@router.post(
    "/{number}/reject",
    response=Nonconformity,
    operation_id="reject_nonconformity",
    summary="Reject a nonconformity",
    openapi_extra=CHANGES,
)
def reject_nonconformity(
    request: ApiRequest,
    number: Number,
    given: WhyRejected,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it is none, and why; needs `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.reject_nonconformity(number, reason=given.reason, **by),
    )


def _done(
    request: ApiRequest,
    number: str,
    idempotency_key: str | None,
    deed: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    def do() -> Answer:
        deed({"actor": request.auth, "at": request.at})
        return Answer.of(_read(number, request))

    return answer_once(request, idempotency_key, do)


def _read(number: str, request: ApiRequest) -> Nonconformity:
    view = queries.nonconformity(number, actor=request.auth, at=request.at)
    names = (
        *("finding", "correction", "corrected_at", "whys", "cause", "has_similar", "similar"),
        *("analysed_at", "plan", "planned_at", "implementation", "implemented_at"),
        *("implemented_by", "rejection"),
    )
    return Nonconformity(
        **_line(view.row),
        **{name: getattr(view, name) for name in names},
        method=CauseMethod(view.method) if view.method else None,
        branches=dict(view.branches),
        actions=tuple(_action(each) for each in view.actions),
        effects=tuple(_effect(each) for each in view.verifications),
        steps=tuple(sorted(step.value for step in view.steps)),
    )


def _line(row: queries.NonconformityRow) -> dict[str, Any]:
    names = (
        *("number", "title", "about_kind", "about_code", "requirement", "process", "raised_by"),
        *("raised_at", "due_date", "is_overdue", "ended_at", "revision"),
    )
    return {
        **{name: getattr(row, name) for name in names},
        "state": NonconformityStanding(row.state),
        "severity": NonconformityWeight(row.severity),
        "source": NonconformitySource(row.source),
        "service": row.service_code,
        "owner": row.owner_code,
        "owner_name": row.owner,
    }


def _action(row: ActionRow) -> FollowingAction:
    return FollowingAction(
        number=row.number,
        kind=row.kind.value,
        title=row.title,
        owner=row.owner_code,
        due_date=row.due_date,
        state=row.state.value,
        is_overdue=row.is_overdue,
    )


def _effect(row: queries.VerificationView) -> EffectFigure:
    names = (
        *("measure", "subject_kind", "subject_code", "figure", "unit", "before", "after"),
        *("measured_at", "comment", "judged_by", "judged_at"),
    )
    return EffectFigure(
        **{name: getattr(row, name) for name in names},
        better=BetterDirection(row.better),
        before_first=row.before_days[0],
        before_last=row.before_days[1],
        after_first=row.after_days[0],
        after_last=row.after_days[1],
        proposal=EffectVerdict(row.proposal) if row.proposal else None,
        verdict=EffectVerdict(row.verdict) if row.verdict else None,
    )
