"""What outside auditors recommend, what the management answers, and what shows it was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.improvement.nonconformity import actions, queries
from timshel.improvement.nonconformity.rules import LONGEST_TEXT, LONGEST_TITLE, Advice
from timshel.improvement.nonconformity.states import Priority, Response
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
    Version,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links

router = Router(tags=["Nonconformities"])

CHANGES = answers(404, 409, 411, 422)
Number = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the recommendation.",
        examples=["REC0000012"],
    ),
]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]


class RecommendationWhen(StrEnum):
    """Which recommendations: ``overdue`` ones are not implemented after their deadline."""

    OPEN = "open"
    OVERDUE = "overdue"
    CLOSED = "closed"
    ALL = "all"


class RecommendationStanding(StrEnum):
    """How far a recommendation is."""

    OPEN = "open"
    RESPONDED = "responded"
    IMPLEMENTED = "implemented"
    CLOSED = "closed"


class RecommendationWeight(StrEnum):
    """How much a recommendation weighs with the auditor."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ManagementResponse(StrEnum):
    """What the management says."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    REJECTED = "rejected"


class RecommendationQuery(Given):
    """Which recommendations are asked for."""

    when: RecommendationWhen = Field(RecommendationWhen.OPEN, description="Which of them.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class AuditRecommendation(Sent):
    """What an outside auditor recommends, and what became of it."""

    number: str
    title: str
    text: str
    auditor: str = Field(description="The organisation that says so.")
    report: str
    received_on: date
    priority: RecommendationWeight
    owner: str = Field(description="The code of whoever answers for it.")
    owner_name: str
    deadline: date
    state: RecommendationStanding
    is_overdue: bool
    response: ManagementResponse | None
    response_text: str
    responded_at: datetime | None
    evidence: str
    implemented_at: datetime | None
    implemented_by: str
    closed_at: datetime | None
    closed_by: str
    reopening: str = Field(description="Why it was taken up again; may be empty.")
    revision: int = Field(description="Rises with each change; sent along with changes.")


class AuditRecommendations(Sent):
    """A page of recommendations, the newest first."""

    items: tuple[AuditRecommendation, ...]
    links: Links


class RecommendationGiven(Given):
    """What is recommended."""

    title: Title
    text: Text
    auditor: Title = Field(description="The organisation that says so.")
    report: Title
    received_on: date
    owner: Code = Field(description="The code of whoever answers for it.")
    deadline: date
    priority: RecommendationWeight = RecommendationWeight.MEDIUM

    def advice(self) -> Advice:
        """Return it as the domain takes it."""
        given = self.model_dump(include=set(RecommendationGiven.model_fields))
        return Advice(**{**given, "priority": Priority(self.priority)})


class ChangedRecommendation(RecommendationGiven):
    """All of a recommendation, as it shall be from now on."""

    revision: Version = Field(description="As it was read.")


class ResponseGiven(Given):
    """What the management says."""

    response: ManagementResponse
    text: Text = Field(description="What will be done, or why not.")
    revision: Version = Field(description="As it was read.")


class EvidenceGiven(Given):
    """What shows that it is implemented."""

    evidence: Text


class WhyReopened(Given):
    """Why it is taken up again."""

    reason: Text


@router.get(
    "",
    response=AuditRecommendations,
    operation_id="list_recommendations",
    summary="List recommendations of auditors",
)
def list_recommendations(
    request: ApiRequest, asked: Query[RecommendationQuery]
) -> AuditRecommendations:
    """Return those that the reader may see; everybody sees what they answer for."""
    refuse_unknown(request, RecommendationQuery.model_fields)
    page = queries.recommendation_list(
        actor=request.auth,
        at=request.at,
        when=asked.when.value,
        cursor=asked.cursor,
        size=asked.size,
    )
    return AuditRecommendations(
        items=tuple(map(_sent, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: AuditRecommendation},
    operation_id="record_recommendation",
    summary="Record a recommendation",
    openapi_extra=CHANGES,
)
def record_recommendation(
    request: ApiRequest, given: RecommendationGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Record what an outside auditor recommends; needs `nonconformity.manage` everywhere."""

    def do() -> Answer:
        number = actions.record_recommendation(
            advice=given.advice(), actor=request.auth, at=request.at
        )
        return Answer.of(_read(number, request), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=AuditRecommendation,
    operation_id="read_recommendation",
    summary="Read a recommendation",
    openapi_extra=answers(404),
)
def read_recommendation(request: ApiRequest, number: Number) -> AuditRecommendation:
    """Return a recommendation with what became of it."""
    refuse_unknown(request)
    return _read(number, request)


@router.put(
    "/{number}",
    response=AuditRecommendation,
    operation_id="change_recommendation",
    summary="Change a recommendation",
    openapi_extra=CHANGES,
)
def change_recommendation(
    request: ApiRequest,
    number: Number,
    given: ChangedRecommendation,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `nonconformity.manage` everywhere."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.change_recommendation(
            number, advice=given.advice(), seen_revision=given.revision, **by
        ),
    )


@router.put(
    "/{number}/response",
    response=AuditRecommendation,
    operation_id="respond_to_recommendation",
    summary="Answer a recommendation",
    openapi_extra=CHANGES,
)
def respond_to_recommendation(
    request: ApiRequest,
    number: Number,
    given: ResponseGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what the management makes of it; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.respond(
            number,
            response=Response(given.response),
            text=given.text,
            seen_revision=given.revision,
            **by,
        ),
    )


@router.post(
    "/{number}/implementation",
    response=AuditRecommendation,
    operation_id="implement_recommendation",
    summary="Say that it is implemented",
    openapi_extra=CHANGES,
)
def implement_recommendation(
    request: ApiRequest,
    number: Number,
    given: EvidenceGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what shows it; for its owner, or with `nonconformity.manage`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.implement_recommendation(number, evidence=given.evidence, **by),
    )


@router.post(
    "/{number}/close",
    response=AuditRecommendation,
    operation_id="close_recommendation",
    summary="Close a recommendation",
    openapi_extra=CHANGES,
)
def close_recommendation(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Close it; needs `nonconformity.verify`, and neither its owner nor whoever did it may."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.close_recommendation(number, **by),
    )


@router.post(
    "/{number}/reopen",
    response=AuditRecommendation,
    operation_id="reopen_recommendation",
    summary="Take a recommendation up again",
    openapi_extra=CHANGES,
)
def reopen_recommendation(
    request: ApiRequest,
    number: Number,
    given: WhyReopened,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take it up again, and say why; needs `nonconformity.verify`."""
    return _done(
        request,
        number,
        idempotency_key,
        lambda by: actions.reopen_recommendation(number, reason=given.reason, **by),
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


def _read(number: str, request: ApiRequest) -> AuditRecommendation:
    return _sent(queries.recommendation(number, actor=request.auth, at=request.at).row)


def _sent(row: queries.RecommendationRow) -> AuditRecommendation:
    names = (
        *("number", "title", "text", "auditor", "report", "received_on", "deadline"),
        *("is_overdue", "response_text", "responded_at", "evidence", "implemented_at"),
        *("implemented_by", "closed_at", "closed_by", "reopening", "revision"),
    )
    return AuditRecommendation(
        **{name: getattr(row, name) for name in names},
        priority=RecommendationWeight(row.priority),
        owner=row.owner_code,
        owner_name=row.owner,
        state=RecommendationStanding(row.state),
        response=ManagementResponse(row.response) if row.response else None,
    )
