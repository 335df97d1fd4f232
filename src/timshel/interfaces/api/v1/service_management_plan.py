"""The service management plan, for programs: its twelve parts, its versions, what differs."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.service_management_plan_shapes import (
    PartName,
    PlanApproval,
    PlanDifferences,
    PlanDifferencesQuery,
    PlanPartGiven,
    PlanPartNow,
    PlanPartReview,
    PlanProposal,
    PlanVersion,
    PlanVersions,
    PlanVersionsQuery,
    PlanWithdrawal,
    ServiceManagementPlan,
    VersionNumber,
    differences_sent,
    part_now,
    part_sent,
    version_row,
)
from timshel.planning.plan import actions, queries
from timshel.planning.plan.documents import plan_document
from timshel.planning.plan.rules import PartContent

router = Router(tags=["Service management plan"])

CHANGES = answers(404, 409, 411, 422)
PDF = {
    "responses": {
        **answers(404)["responses"],
        200: {
            "description": "The document, as a download.",
            "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
        },
    }
}


@router.get(
    "",
    response=ServiceManagementPlan,
    operation_id="read_service_management_plan",
    summary="Read the plan",
)
def read_service_management_plan(request: ApiRequest) -> ServiceManagementPlan:
    """Return the twelve parts as they stand, bound to the records; needs `plan.view`."""
    refuse_unknown(request)
    view = queries.plan(actor=request.auth, at=request.at)
    return ServiceManagementPlan(
        parts=tuple(map(part_now, view.parts)),
        current=version_row(view.current) if view.current else None,
        coming=version_row(view.coming) if view.coming else None,
    )


@router.get(
    "/pdf",
    operation_id="read_service_management_plan_pdf",
    summary="Fetch the plan as PDF",
    openapi_extra=PDF,
)
def read_service_management_plan_pdf(request: ApiRequest) -> HttpResponse:
    """Return the plan as it stands as a document; needs `plan.view`."""
    refuse_unknown(request)
    content = plan_document(None, actor=request.auth, at=request.at)
    return HttpResponse(content, content_type="application/pdf")


@router.get(
    "/differences",
    response=PlanDifferences,
    operation_id="compare_plan_versions",
    summary="Compare two versions",
    openapi_extra=answers(404),
)
def compare_plan_versions(
    request: ApiRequest, asked: Query[PlanDifferencesQuery]
) -> PlanDifferences:
    """Return what differs between two versions, or between one and what stands now."""
    refuse_unknown(request, PlanDifferencesQuery.model_fields)
    found = queries.differences(asked.before, asked.after, actor=request.auth, at=request.at)
    return differences_sent(found)


@router.get(
    "/parts/{plan_part}",
    response=PlanPartNow,
    operation_id="read_plan_part",
    summary="Read a part",
    openapi_extra=answers(404),
)
def read_plan_part(request: ApiRequest, plan_part: PartName) -> PlanPartNow:
    """Return a part as it stands; for whoever reads the plan, and whoever keeps the part."""
    refuse_unknown(request)
    return part_now(queries.plan_part(plan_part, actor=request.auth, at=request.at))


@router.put(
    "/parts/{plan_part}",
    response=PlanPartNow,
    operation_id="write_plan_part",
    summary="Write a part",
    openapi_extra=CHANGES,
)
def write_plan_part(
    request: ApiRequest,
    plan_part: PartName,
    given: PlanPartGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of a part anew; a new text begins the next version. Needs `plan.manage`, or to be
    who keeps the part."""

    def do() -> Answer:
        actions.write_part(
            plan_part,
            content=PartContent(given.statement, given.owner, given.review_date),
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _part_answer(plan_part, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/parts/{plan_part}/review",
    response=PlanPartNow,
    operation_id="review_plan_part",
    summary="Say that a part still holds",
    openapi_extra=CHANGES,
)
def review_plan_part(
    request: ApiRequest,
    plan_part: PartName,
    given: PlanPartReview,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Note what was looked at, and when it is looked at next."""

    def do() -> Answer:
        actions.review_part(
            plan_part,
            found=given.found,
            review_date=given.review_date,
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _part_answer(plan_part, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/versions",
    response=PlanVersions,
    operation_id="list_plan_versions",
    summary="List versions",
)
def list_plan_versions(request: ApiRequest, asked: Query[PlanVersionsQuery]) -> PlanVersions:
    """Return the versions of the plan; nothing without `plan.view`."""
    refuse_unknown(request, PlanVersionsQuery.model_fields)
    page = queries.version_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    return PlanVersions(items=tuple(map(version_row, page.items)), links=page_links(request, page))


@router.get(
    "/versions/{plan_version}",
    response=PlanVersion,
    operation_id="read_plan_version",
    summary="Read a version",
    openapi_extra=answers(404),
)
def read_plan_version(request: ApiRequest, plan_version: VersionNumber) -> PlanVersion:
    """Return what a version said, and what the records said when it was approved."""
    refuse_unknown(request)
    return _version(plan_version, request)


@router.get(
    "/versions/{plan_version}/pdf",
    operation_id="read_plan_version_pdf",
    summary="Fetch a version as PDF",
    openapi_extra=PDF,
)
def read_plan_version_pdf(request: ApiRequest, plan_version: VersionNumber) -> HttpResponse:
    """Return a version as a document."""
    refuse_unknown(request)
    content = plan_document(plan_version, actor=request.auth, at=request.at)
    return HttpResponse(content, content_type="application/pdf")


@router.post(
    "/begin",
    response=PlanVersion,
    operation_id="begin_plan_version",
    summary="Begin the next version",
    openapi_extra=CHANGES,
)
def begin_plan_version(request: ApiRequest, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Begin the next version without a new text, to have what stands approved anew."""

    def do() -> Answer:
        number = actions.begin_version(actor=request.auth, at=request.at)
        return Answer.of(_version(number, request))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/propose",
    response=PlanVersion,
    operation_id="propose_plan_version",
    summary="Propose the next version",
    openapi_extra=CHANGES,
)
def propose_plan_version(
    request: ApiRequest, given: PlanProposal, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put it before those who approve it; texts rest until then. Needs `plan.manage`."""

    def do() -> Answer:
        number = actions.propose_version(
            summary=given.summary, revision=given.revision, actor=request.auth, at=request.at
        )
        return Answer.of(_version(number, request))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/withdraw",
    response=PlanVersion,
    operation_id="withdraw_plan_version",
    summary="Take the proposed version back",
    openapi_extra=CHANGES,
)
def withdraw_plan_version(
    request: ApiRequest, given: PlanWithdrawal, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make it a draft again. Needs `plan.manage` or `management_review.manage`."""

    def do() -> Answer:
        number = actions.withdraw_version(
            reason=given.reason, revision=given.revision, actor=request.auth, at=request.at
        )
        return Answer.of(_version(number, request))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/approve",
    response=PlanVersion,
    operation_id="approve_plan_version",
    summary="Approve the proposed version",
    openapi_extra=CHANGES,
)
def approve_plan_version(
    request: ApiRequest, given: PlanApproval, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Let it hold, with what the records say now. Needs `plan.manage` or
    `management_review.manage`; not for those who wrote or proposed it."""

    def do() -> Answer:
        number = actions.approve_version(revision=given.revision, actor=request.auth, at=request.at)
        return Answer.of(_version(number, request))

    return answer_once(request, idempotency_key, do)


def _part_answer(plan_part: str, request: ApiRequest) -> Answer:
    found = queries.plan_part(plan_part, actor=request.auth, at=request.at)
    return Answer.of(part_now(found))


def _version(number: int, request: ApiRequest) -> PlanVersion:
    view = queries.plan_version(number, actor=request.auth, at=request.at)
    return PlanVersion(
        **version_row(view.row).model_dump(), parts=tuple(map(part_sent, view.parts))
    )
