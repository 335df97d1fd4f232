"""Agreements: the list, every version, drafts from writing to publishing, and trying them."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Path, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    KeyInAddress,
    Line,
    refuse_unknown,
)
from timshel.interfaces.api.files import upload_of
from timshel.interfaces.api.v1.agreement_shapes import (
    Agreement,
    AgreementPreview,
    Agreements,
    Differences,
    Draft,
    DraftGiven,
    Ending,
    Findings,
    PreviewGiven,
    Publishing,
    content_of,
    difference,
    finding,
    in_full,
    in_list,
    preview_of,
)
from timshel.relationship_agreement.service_level import actions
from timshel.relationship_agreement.service_level.queries.agreements import (
    AgreementFilters,
    Standing,
    agreement,
    agreement_list,
)
from timshel.relationship_agreement.service_level.queries.previews import preview
from timshel.relationship_agreement.service_level.queries.soundness import draft_findings
from timshel.relationship_agreement.service_level.states import AgreementKind

router = Router(tags=["Agreements"])
previews = Router(tags=["Agreements"])

AgreementCode = Annotated[
    Code, Path(description="The code of the agreement.", examples=["standard"])
]
CustomerKey = Annotated[KeyInAddress, Path(description="The key of a customer.", examples=[3])]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
CHANGES = answers(404, 409, 411, 422)


class AgreementQuery(Given):
    """Which agreements are asked for."""

    kind: AgreementKind | None = Field(None, description="Between whom.")
    standing: Standing | None = Field(None, description="With a version of this standing.")
    party: Line = Field("", description="Words of whom it is made with, or of who promises.")
    service: Code | None = Field(None, description="That names it, or an offering of it.")
    owner_id: KeyInAddress | None = Field(None, description="Who answers for it.")
    review_due: bool | None = Field(None, description="Whether its review date has come.")
    text: Line = Field("", description="Words of its name.")


class VersionsQuery(Given):
    """Two versions."""

    before: VersionNumber = Field(description="The number of the earlier version.")
    after: VersionNumber = Field(description="The number of the later version.")


class PreviewQuery(Given):
    """Where the list of differing cases goes on."""

    after: int = Field(0, ge=0, le=1_000_000, description="From `next_after`.")


@router.get(
    "",
    response=Agreements,
    operation_id="list_agreements",
    summary="List the agreements",
    openapi_extra=answers(422),
)
def list_agreements(request: ApiRequest, asked: Query[AgreementQuery]) -> Agreements:
    """Return the agreements that meet the filters, by name; needs `service_level.view`."""
    refuse_unknown(request, AgreementQuery.model_fields)
    filters = AgreementFilters(
        kind=asked.kind,
        standing=asked.standing,
        party=asked.party,
        service=asked.service,
        owner_id=asked.owner_id,
        is_review_due=asked.review_due,
        text=asked.text,
    )
    rows = agreement_list(
        filters, today=timezone.localdate(request.at), actor=request.auth, at=request.at
    )
    return Agreements(items=tuple(map(in_list, rows)))


@router.get(
    "/{code}",
    response=Agreement,
    operation_id="read_agreement",
    summary="Read an agreement",
    openapi_extra=answers(404),
)
def read_agreement(request: ApiRequest, code: AgreementCode) -> Agreement:
    """Return an agreement with all its versions; needs `service_level.view`."""
    return in_full(agreement(code, actor=request.auth, at=request.at))


@router.get(
    "/{code}/differences",
    response=Differences,
    operation_id="compare_agreement",
    summary="Compare two versions",
    openapi_extra=answers(404, 422),
)
def compare_agreement(
    request: ApiRequest, code: AgreementCode, asked: Query[VersionsQuery]
) -> Differences:
    """Return what differs between two versions, in words; needs `service_level.view`."""
    refuse_unknown(request, VersionsQuery.model_fields)
    view = agreement(code, actor=request.auth, at=request.at)
    changes = view.compared(view.version(asked.before), view.version(asked.after))
    return Differences(items=tuple(map(difference, changes)))


@router.get(
    "/{code}/findings",
    response=Findings,
    operation_id="read_findings",
    summary="Read what is not sound about a draft",
    openapi_extra=answers(404),
)
def read_findings(request: ApiRequest, code: AgreementCode) -> Findings:
    """Return what is not sound about the draft, errors first; needs `service_level.view`."""
    found = draft_findings(
        code, today=timezone.localdate(request.at), actor=request.auth, at=request.at
    )
    return Findings(items=tuple(map(finding, found)))


@router.put(
    "/{code}/draft",
    response=Draft,
    operation_id="save_draft",
    summary="Write the draft of an agreement",
    openapi_extra=CHANGES,
)
def save_draft(
    request: ApiRequest,
    code: AgreementCode,
    given: DraftGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write the next version, or a new agreement; nothing is promised by that.

    Needs `service_level.configure` for all that it covers.
    """

    def do() -> Answer:
        saved = actions.save_draft(
            code,
            content=content_of(given),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(Draft(code=saved.code, number=saved.number, revision=saved.revision))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{code}/draft",
    response={204: None},
    operation_id="discard_draft",
    summary="Throw a draft away",
    openapi_extra=CHANGES,
)
def discard_draft(
    request: ApiRequest, code: AgreementCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Throw the draft away; needs `service_level.configure` for all that it covers."""

    def do() -> Answer:
        actions.discard_draft(code, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/publish",
    response=Agreement,
    operation_id="publish_agreement",
    summary="Put a draft into force",
    openapi_extra=CHANGES,
)
def publish_agreement(
    request: ApiRequest,
    code: AgreementCode,
    given: Publishing,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Put the draft into force, unless there is an error among its findings.

    Needs `service_level.configure` for all that it covers.
    """

    def do() -> Answer:
        actions.publish_draft(
            code,
            valid_from=given.valid_from,
            since_ever=given.since_ever,
            actor=request.auth,
            at=request.at,
        )
        return _standing(request, code)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/end",
    response=Agreement,
    operation_id="end_agreement",
    summary="End an agreement",
    openapi_extra=CHANGES,
)
def end_agreement(
    request: ApiRequest,
    code: AgreementCode,
    given: Ending,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End an agreement; needs `service_level.configure` for all that it covers."""

    def do() -> Answer:
        actions.end_agreement(
            code, valid_until=given.valid_until, actor=request.auth, at=request.at
        )
        return _standing(request, code)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/previews",
    response={202: AgreementPreview},
    operation_id="begin_preview",
    summary="Try a draft over past cases",
    openapi_extra=CHANGES,
)
def begin_preview(
    request: ApiRequest,
    code: AgreementCode,
    given: PreviewGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Begin to try the draft; nobody is told and nothing changes. Needs `service_level.view`."""

    def do() -> Answer:
        key = actions.begin_preview(
            code,
            opened_from=given.opened_from,
            opened_until=given.opened_until,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(preview_of(preview(key, actor=request.auth)), status=202)

    return answer_once(request, idempotency_key, do)


@previews.get(
    "/{preview_id}",
    response=AgreementPreview,
    operation_id="read_preview",
    summary="Read what came of trying a draft",
    openapi_extra=answers(404, 422),
)
def read_preview(
    request: ApiRequest,
    preview_id: Annotated[KeyInAddress, Path(description="Its key.", examples=[7])],
    asked: Query[PreviewQuery],
) -> AgreementPreview:
    """Return how far it is and, once it is done, what came of it; needs `service_level.view`."""
    refuse_unknown(request, PreviewQuery.model_fields)
    return preview_of(preview(preview_id, after=asked.after, actor=request.auth))


@router.put(
    "/{code}/customers/{customer_id}",
    response={204: None},
    operation_id="choose_service_level",
    summary="Give a customer a level",
    openapi_extra=CHANGES,
)
def choose_service_level(
    request: ApiRequest,
    code: AgreementCode,
    customer_id: CustomerKey,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let a customer have the level that an agreement offers, from now on.

    Needs `service_level.configure` for everything.
    """

    def do() -> Answer:
        actions.choose_level(code, customer_id=customer_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{code}/customers/{customer_id}",
    response={204: None},
    operation_id="drop_service_level",
    summary="Take the level from a customer",
    openapi_extra=CHANGES,
)
def drop_service_level(
    request: ApiRequest,
    code: AgreementCode,  # noqa: ARG001 - a customer has one level at a time
    customer_id: CustomerKey,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let a customer have from now on what holds without a choice.

    Needs `service_level.configure` for everything.
    """

    def do() -> Answer:
        actions.choose_level(None, customer_id=customer_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/versions/{number}/document",
    response=Agreement,
    operation_id="attach_signed_agreement",
    summary="Keep what both sides signed",
    openapi_extra=answers(404, 409, 411, 413, 422),
)
def attach_signed_agreement(
    request: ApiRequest,
    code: AgreementCode,
    number: Annotated[VersionNumber, Path(description="The number of the version.", examples=[1])],
    file: File[UploadedFile],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Send the signed document of a version; needs `service_level.configure` for all it covers."""
    upload = upload_of(file)

    def do() -> Answer:
        actions.attach_document(
            code, number=number, upload=upload, actor=request.auth, at=request.at
        )
        return _standing(request, code)

    return answer_once(request, idempotency_key, do, files=[file])


def _standing(request: ApiRequest, code: str) -> Answer:
    return Answer.of(in_full(agreement(code, actor=request.auth, at=request.at)))
