"""Controlled documents, their versions and who read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from ninja import File, Query, Router
from ninja.files import UploadedFile

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    IdempotencyKey,
    refuse_unknown,
)
from timshel.interfaces.api.files import upload_of
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.document_shapes import (
    CHANGES,
    ChangedEntry,
    ControlledDocument,
    DocumentApprover,
    DocumentAudience,
    DocumentEntry,
    DocumentLine,
    DocumentLines,
    DocumentNumber,
    DocumentReader,
    DocumentReading,
    DocumentReadings,
    DocumentReason,
    DocumentsQuery,
    OwnReading,
    OwnReadings,
    PoliciesQuery,
    PolicyLine,
    PolicyLines,
    PolicyMissing,
    ReadingQuery,
    ReadingWhich,
    ReadVersion,
    ReviewNote,
    VersionDraft,
)
from timshel.interfaces.api.v1.document_versions import shown_version
from timshel.support.documentation import actions, queries
from timshel.support.documentation.queries import DocumentFilter
from timshel.support.documentation.rules import (
    Audience,
    GivenFile,
    VersionContent,
)

router = Router(tags=["Documents"])


@router.get(
    "", response=DocumentLines, operation_id="list_documents", summary="List controlled documents"
)
def list_documents(request: ApiRequest, asked: Query[DocumentsQuery]) -> DocumentLines:
    """Return the documents that the reader may know of."""
    refuse_unknown(request, DocumentsQuery.model_fields)
    narrowed = DocumentFilter(
        kind=asked.kind,
        state=asked.state,
        clause=asked.clause,
        about_kind=asked.about_kind,
        about_code=asked.about_code,
        owner=asked.owner or "",
        is_overdue=asked.overdue,
        text=asked.text,
    )
    page = queries.document_list(
        actor=request.auth,
        at=request.at,
        narrowed=narrowed,
        cursor=asked.cursor,
        size=asked.size,
    )
    return DocumentLines(items=tuple(map(_line, page.items)), links=page_links(request, page))


@router.post(
    "",
    response={201: ControlledDocument},
    operation_id="create_document",
    summary="Begin a document",
    openapi_extra=CHANGES,
)
def create_document(
    request: ApiRequest, given: DocumentEntry, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Begin it, without a version yet; needs `documentation.manage`."""

    def do() -> Answer:
        document = actions.create_document(facts=given.facts(), actor=request.auth, at=request.at)
        return _answer(document, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/policies",
    response=PolicyLines,
    operation_id="list_policies",
    summary="List policies with what is missing of them",
)
def list_policies(request: ApiRequest, asked: Query[PoliciesQuery]) -> PolicyLines:
    """Return the policies that are not withdrawn; needs `documentation.view`."""
    refuse_unknown(request, PoliciesQuery.model_fields)
    page = queries.policy_list(
        actor=request.auth, at=request.at, cursor=asked.cursor, size=asked.size
    )
    return PolicyLines(items=tuple(map(_policy, page.items)), links=page_links(request, page))


@router.get(
    "/reading",
    response=OwnReadings,
    operation_id="list_my_reading",
    summary="List what I have to read",
)
def list_my_reading(request: ApiRequest, asked: Query[ReadingQuery]) -> OwnReadings:
    """Return what the reader is to confirm, or confirmed already."""
    refuse_unknown(request, ReadingQuery.model_fields)
    page = queries.my_reading(
        actor=request.auth,
        is_confirmed=asked.which is ReadingWhich.CONFIRMED,
        cursor=asked.cursor,
        size=asked.size,
    )
    items = tuple(
        OwnReading(
            document=row.number,
            title=row.title,
            version=row.version,
            change_note=row.change_note,
            effective_at=row.effective_at,
            confirmed_at=row.confirmed_at,
        )
        for row in page.items
    )
    return OwnReadings(items=items, links=page_links(request, page))


@router.get(
    "/{document}",
    response=ControlledDocument,
    operation_id="read_document",
    summary="Read a document",
    openapi_extra=answers(404),
)
def read_document(request: ApiRequest, document: DocumentNumber) -> ControlledDocument:
    """Return a document with the versions that the reader may read."""
    refuse_unknown(request)
    return _whole(document, request)


@router.put(
    "/{document}",
    response=ControlledDocument,
    operation_id="change_document",
    summary="Change the entry of a document",
    openapi_extra=CHANGES,
)
def change_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: ChangedEntry,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say anew what is known of it; for its owner, or with `documentation.manage`."""
    return _done(
        request,
        document,
        idempotency_key,
        actions.change_document,
        facts=given.facts(),
        revision=given.revision,
    )


@router.put(
    "/{document}/draft",
    response=ControlledDocument,
    operation_id="save_document_draft",
    summary="Write the next version",
    openapi_extra=CHANGES,
)
def save_document_draft(
    request: ApiRequest,
    document: DocumentNumber,
    given: VersionDraft,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write the next version, or write it otherwise while it is a draft."""
    return _done(
        request,
        document,
        idempotency_key,
        actions.save_draft,
        content=given.content(),
        without_file=given.without_file,
        revision=given.revision,
    )


@router.post(
    "/{document}/draft/file",
    response=ControlledDocument,
    operation_id="attach_document_file",
    summary="Send the file of the next version",
    openapi_extra=answers(404, 409, 411, 413, 422),
)
def attach_document_file(
    request: ApiRequest,
    document: DocumentNumber,
    file: File[UploadedFile],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Send a file that holds the next version; what its draft says besides stays."""

    given = upload_of(file)

    def do() -> Answer:
        content = _drafted(document, request)
        upload = GivenFile(given.name, given.media_type, given.content)
        actions.save_draft(
            document, content=content, file=upload, actor=request.auth, at=request.at
        )
        return _answer(document, request)

    return answer_once(request, idempotency_key, do, files=[file])


@router.post(
    "/{document}/submit",
    response=ControlledDocument,
    operation_id="submit_document",
    summary="Ask for approval",
    openapi_extra=CHANGES,
)
def submit_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: DocumentApprover,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Ask somebody other than its author to approve the draft."""
    return _done(request, document, idempotency_key, actions.submit_draft, approver=given.approver)


@router.post(
    "/{document}/approve",
    response=ControlledDocument,
    operation_id="approve_document",
    summary="Approve the version that waits",
    openapi_extra=CHANGES,
)
def approve_document(
    request: ApiRequest, document: DocumentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Approve it, as the person who was asked; it takes effect at once or on its day."""
    return _done(request, document, idempotency_key, actions.approve_version)


@router.post(
    "/{document}/send-back",
    response=ControlledDocument,
    operation_id="send_back_document",
    summary="Send a version back",
    openapi_extra=CHANGES,
)
def send_back_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: DocumentReason,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Have the version that waits written anew."""
    return _done(request, document, idempotency_key, actions.send_back, reason=given.reason)


@router.post(
    "/{document}/review",
    response=ControlledDocument,
    operation_id="review_document",
    summary="Say that a document is still right",
    openapi_extra=CHANGES,
)
def review_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: ReviewNote,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Note that the version in effect was looked at; the next date follows from it."""
    return _done(request, document, idempotency_key, actions.review_document, note=given.note)


@router.post(
    "/{document}/withdraw",
    response=ControlledDocument,
    operation_id="withdraw_document",
    summary="Withdraw a document",
    openapi_extra=CHANGES,
)
def withdraw_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: DocumentReason,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let it hold no more, for good."""
    return _done(request, document, idempotency_key, actions.withdraw_document, reason=given.reason)


@router.put(
    "/{document}/distribution",
    response=ControlledDocument,
    operation_id="distribute_document",
    summary="Distribute a document",
    openapi_extra=CHANGES,
)
def distribute_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: DocumentAudience,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say who is to read and to confirm it."""
    audience = Audience(
        is_staff=given.is_staff,
        roles=tuple(given.roles),
        units=tuple(given.units),
        people=tuple(given.people),
    )
    return _done(request, document, idempotency_key, actions.distribute_document, audience=audience)


@router.post(
    "/{document}/confirm",
    response=ControlledDocument,
    operation_id="confirm_document",
    summary="Confirm that one read a document",
    openapi_extra=CHANGES,
)
def confirm_document(
    request: ApiRequest,
    document: DocumentNumber,
    given: ReadVersion,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Confirm that the caller read and understood the version in effect."""
    return _done(request, document, idempotency_key, actions.confirm_reading, version=given.version)


@router.get(
    "/{document}/readers",
    response=DocumentReadings,
    operation_id="list_document_readers",
    summary="List who read a document",
    openapi_extra=answers(404),
)
def list_document_readers(
    request: ApiRequest, document: DocumentNumber, asked: Query[ReadingQuery]
) -> DocumentReadings:
    """Return who confirmed it or has not yet, for its owner and those who see all documents."""
    refuse_unknown(request, ReadingQuery.model_fields)
    page = queries.readers(
        document,
        actor=request.auth,
        is_confirmed=asked.which is ReadingWhich.CONFIRMED,
        cursor=asked.cursor,
        size=asked.size,
    )
    counts = queries.reading_counts(document, actor=request.auth)
    items = tuple(
        DocumentReading(
            person=row.code,
            name=row.name,
            unit=row.unit,
            confirmed_version=row.confirmed_number,
            confirmed_at=row.confirmed_at,
        )
        for row in page.items
    )
    return DocumentReadings(
        addressed=counts.addressed,
        confirmed=counts.confirmed,
        items=items,
        links=page_links(request, page),
    )


def _done(
    request: ApiRequest,
    number: str,
    idempotency_key: str | None,
    deed: Callable[..., Any],
    **given: Any,
) -> HttpResponse:
    def do() -> Answer:
        deed(number, **given, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _drafted(number: str, request: ApiRequest) -> VersionContent:
    """Return what the draft of a document says; nothing where there is none."""
    view = queries.document_view(number, actor=request.auth, at=request.at)
    coming = view.coming
    if coming is None:
        return VersionContent("")
    shown = queries.version_view(number, coming.number, actor=request.auth, at=request.at)
    return VersionContent(
        shown.text, coming.change_note, coming.asks_reading, coming.effective_date
    )


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(_whole(number, request), status=status)


def _whole(number: str, request: ApiRequest) -> ControlledDocument:
    view = queries.document_view(number, actor=request.auth, at=request.at)
    named = view.audience.named if view.sees_readers else ()
    return ControlledDocument(
        document=_line(view.row),
        review_months=view.review_months,
        retention_months=view.retention_months,
        reviewed_at=view.reviewed_at,
        withdrawn_at=view.withdrawn_at,
        withdrawn_reason=view.withdrawn_reason,
        text=view.text,
        versions=tuple(map(shown_version, view.versions)),
        distribution=tuple(
            DocumentReader(kind=each.kind.value, code=each.code, name=each.name) for each in named
        ),
        is_asked=view.is_asked,
        confirmed_at=view.confirmed_at,
    )


def _line(row: queries.DocumentRow) -> DocumentLine:
    return DocumentLine(
        number=row.number,
        code=row.code,
        kind=row.kind,
        title=row.title,
        owner=row.owner_code,
        owner_name=row.owner_name,
        clause=row.clause,
        about_kind=row.about_kind,
        about_code=row.about_code,
        current_version=row.current_number,
        effective_date=row.effective_date,
        next_version=row.coming,
        is_withdrawn=row.is_withdrawn,
        review_date=row.review_date,
        is_overdue=row.is_overdue,
        revision=row.revision,
    )


def _policy(row: queries.PolicyRow) -> PolicyLine:
    return PolicyLine(
        document=_line(row.document),
        addressed=row.addressed,
        confirmed=row.confirmed,
        missing=tuple(PolicyMissing(each.value) for each in row.gaps),
    )
