"""Controlled documents, their versions and who read them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import FileResponse, HttpResponse, HttpResponseBase
from ninja import File, Path, Query, Router
from ninja.files import UploadedFile
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    NeededParagraph,
    PageSize,
    Paragraph,
    Sent,
    Storable,
    Version,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.files import upload_of
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.v1.incident_conversation import DOWNLOAD, DOWNLOAD_POLICY
from timshel.kernel.errors import NotFound
from timshel.kernel.files import path_of
from timshel.support.documentation import actions, queries
from timshel.support.documentation.queries import DocumentFilter
from timshel.support.documentation.rules import (
    LONGEST_CODE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_AUDIENCE,
    MOST_MONTHS,
    Audience,
    DocumentFacts,
    GivenFile,
    VersionContent,
)
from timshel.support.documentation.states import AboutKind, DocumentKind, VersionState

router = Router(tags=["Documents"])

CHANGES = answers(404, 409, 411, 422)
DocumentNumber = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the document.",
        examples=["DOC0000012"],
    ),
]
VersionInAddress = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="The number of the version.", examples=[1])
]
Months = Annotated[int, Field(strict=True, ge=1, le=MOST_MONTHS)]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
ShortName = Annotated[str, Field(min_length=1, max_length=LONGEST_CODE), Storable]
Clause = Annotated[str, Field(max_length=20), Storable]
AboutCode = Annotated[str, Field(max_length=80), Storable]
DocumentText = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
SearchedText = Annotated[str, Field(max_length=200), Storable]
Kind = Annotated[DocumentKind, listed(DocumentKind)]
State = Annotated[VersionState, listed(VersionState)]
About = Annotated[AboutKind, listed(AboutKind)]


class ReadingWhich(StrEnum):
    """What of the reading: ``open`` is still to be confirmed, ``confirmed`` was."""

    OPEN = "open"
    CONFIRMED = "confirmed"


class DocumentsQuery(Given):
    """Which documents are asked for."""

    kind: Kind | None = Field(None, description="Of this kind alone.")
    state: State | None = Field(
        None, description="With a version in this state that the reader may read."
    )
    clause: Clause = Field("", description="Of this clause of the standard, and all below it.")
    about_kind: About | None = Field(None, description="About a thing of this kind.")
    about_code: AboutCode = Field("", description="About the thing with this code.")
    owner: Code | None = Field(None, description="The code of a person.")
    overdue: bool = Field(default=False, description="Only those whose review is overdue.")
    text: SearchedText = Field("", description="Words of title and text.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ReadingQuery(Given):
    """Which part of the reading is asked for."""

    which: ReadingWhich = Field(ReadingWhich.OPEN, description="Which of it.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class DocumentLine(Sent):
    """A document as the register shows it."""

    number: str
    code: str = Field(description="A short name for references.")
    kind: Kind
    title: str
    owner: str = Field(description="The code of the person who answers for it.")
    owner_name: str
    clause: str = Field(description="Of the standard; may be empty.")
    about_kind: About
    about_code: str = Field(description="Empty where it is about nothing in particular.")
    current_version: int | None = Field(description="The version in effect.")
    effective_date: date | None = Field(description="Its first day.")
    next_version: State | None = Field(
        description="Where the next version stands, for those who may read it."
    )
    is_withdrawn: bool
    review_date: date | None = Field(description="By when it is to be looked at again.")
    is_overdue: bool = Field(description="Whether that day is over.")
    revision: int = Field(description="Grows with each change.")


class DocumentLines(Sent):
    """A page of documents, by title."""

    items: tuple[DocumentLine, ...]
    links: Links


class DocumentVersion(Sent):
    """A version of a document without its text."""

    number: int
    state: State
    change_note: str = Field(description="What was new.")
    asks_reading: bool = Field(description="Whether it was to be read anew.")
    author: str
    approver: str = Field(description="Who was asked to approve it; may be empty.")
    sent_back_reason: str
    written_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    effective_date: date | None = Field(description="Its first day.")
    ended_at: datetime | None = Field(description="When it was superseded or withdrawn.")
    kept_until: date | None = Field(description="The last day on which it must be kept.")
    file_name: str = Field(description="Empty where no file came with it.")
    file_size: int = Field(description="In bytes.")


class VersionText(Sent):
    """What a version says."""

    version: DocumentVersion
    text: str = Field(description="Markdown.")


class DocumentReader(Sent):
    """One to whom a document is distributed."""

    kind: str = Field(description="`staff`, `role`, `unit` or `person`.")
    code: str = Field(description="Empty for all staff.")
    name: str


class ControlledDocument(Sent):
    """A document with the versions that the reader may read."""

    document: DocumentLine
    review_months: int
    retention_months: int
    reviewed_at: datetime | None
    withdrawn_at: datetime | None
    withdrawn_reason: str
    text: str = Field(description="Of the version in effect, Markdown.")
    versions: tuple[DocumentVersion, ...] = Field(description="The newest first.")
    distribution: tuple[DocumentReader, ...]
    is_asked: bool = Field(description="Whether the reader is to confirm it.")
    confirmed_at: datetime | None = Field(description="When the reader confirmed it.")


class DocumentLineDifference(Sent):
    """A line of two versions."""

    mark: str = Field(description="`same`, `added` or `removed`.")
    text: str


class DocumentDifferences(Sent):
    """Two versions laid over each other."""

    before: int
    after: int
    lines: tuple[DocumentLineDifference, ...]


class DocumentReading(Sent):
    """Somebody to whom a document is distributed."""

    person: str = Field(description="Their code.")
    name: str
    unit: str
    confirmed_version: int | None
    confirmed_at: datetime | None


class DocumentReadings(Sent):
    """A page of readers, by name, with how many there are."""

    addressed: int = Field(description="To how many it is distributed.")
    confirmed: int = Field(description="How many of them confirmed it.")
    items: tuple[DocumentReading, ...]
    links: Links


class OwnReading(Sent):
    """A document that the reader is to confirm, or confirmed."""

    document: str = Field(description="Its number.")
    title: str
    version: int = Field(description="The version in effect.")
    change_note: str
    effective_at: datetime | None
    confirmed_at: datetime | None


class OwnReadings(Sent):
    """A page of what the reader is to read, by title."""

    items: tuple[OwnReading, ...]
    links: Links


class DocumentEntry(Given):
    """What is known of a document beside its versions."""

    code: ShortName = Field(examples=["incident-procedure"])
    kind: Kind
    title: Title
    owner: Code = Field(description="The code of the person who answers for it.")
    clause: Clause = Field("", description="Of the standard, such as `7.5`.")
    about_kind: About = Field(AboutKind.NONE, description="What it is about.")
    about_code: AboutCode = Field("", description="The code of that thing.")
    review_months: Months = Field(12, description="It is looked at again after so many months.")
    retention_months: Months = Field(36, description="Ended versions are kept for so many months.")

    def facts(self) -> DocumentFacts:
        """Return it as the domain takes it."""
        return DocumentFacts(**self.model_dump(exclude={"revision"}))


class ChangedEntry(DocumentEntry):
    """What is known of a document, anew."""

    revision: Version | None = Field(None, description="As it was read; null does not ask.")


class VersionDraft(Given):
    """What the next version says."""

    text: DocumentText = Field("", description="Markdown; empty where a file holds the document.")
    change_note: Paragraph = Field("", description="What is new.")
    asks_reading: bool = Field(
        default=True, description="Whether those to whom it is distributed read it anew."
    )
    effective_date: date | None = Field(
        None, description="Its first day; null for the day of its approval."
    )
    without_file: bool = Field(default=False, description="Leave out the file that came before.")
    revision: Version | None = Field(None, description="As it was read; null does not ask.")

    def content(self) -> VersionContent:
        """Return it as the domain takes it."""
        return VersionContent(
            text=self.text,
            change_note=self.change_note,
            asks_reading=self.asks_reading,
            effective_date=self.effective_date,
        )


class DocumentApprover(Given):
    """Who is asked to approve."""

    approver: Code = Field(description="The code of a person other than the author.")


class DocumentReason(Given):
    """Why something is done."""

    reason: NeededParagraph


class ReviewNote(Given):
    """What was looked at."""

    note: Paragraph = ""


class DocumentAudience(Given):
    """To whom a document is distributed, all of it."""

    is_staff: bool = Field(default=False, description="To everybody of the house.")
    roles: list[Code] = Field(default_factory=list, max_length=MOST_AUDIENCE)
    units: list[Code] = Field(default_factory=list, max_length=MOST_AUDIENCE)
    people: list[Code] = Field(default_factory=list, max_length=MOST_AUDIENCE)


class ReadVersion(Given):
    """Which version was read."""

    version: Version = Field(description="The number of the version in effect.")


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


@router.get(
    "/{document}/versions/{document_version}",
    response=VersionText,
    operation_id="read_document_version",
    summary="Read a version",
    openapi_extra=answers(404),
)
def read_document_version(
    request: ApiRequest, document: DocumentNumber, document_version: VersionInAddress
) -> VersionText:
    """Return what a version says."""
    refuse_unknown(request)
    view = queries.version_view(document, document_version, actor=request.auth, at=request.at)
    return VersionText(version=_version(view.version), text=view.text)


@router.get(
    "/{document}/versions/{document_version}/file",
    operation_id="read_document_file",
    summary="Fetch the file of a version",
    openapi_extra=DOWNLOAD,
)
def read_document_file(
    request: ApiRequest, document: DocumentNumber, document_version: VersionInAddress
) -> HttpResponseBase:
    """Return the content of the file that came with a version."""
    refuse_unknown(request)
    found = queries.version_view(
        document, document_version, actor=request.auth, at=request.at
    ).version
    path = path_of(found.file_sha256) if found.file_sha256 else None
    if path is None or not path.exists():
        raise NotFound
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=found.file_name,
        content_type=found.file_media_type,
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.get(
    "/{document}/versions/{document_version}/differences/{later_version}",
    response=DocumentDifferences,
    operation_id="compare_document_versions",
    summary="Lay two versions over each other",
    openapi_extra=answers(404),
)
def compare_document_versions(
    request: ApiRequest,
    document: DocumentNumber,
    document_version: VersionInAddress,
    later_version: Annotated[
        int, Path(ge=1, le=2**31 - 1, description="The number of the newer one.", examples=[2])
    ],
) -> DocumentDifferences:
    """Return line by line what differs from one version to another."""
    refuse_unknown(request)
    found = queries.compared(
        document, document_version, later_version, actor=request.auth, at=request.at
    )
    lines = tuple(
        DocumentLineDifference(mark=each.mark.value, text=each.text) for each in found.lines
    )
    return DocumentDifferences(before=found.before.number, after=found.after.number, lines=lines)


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
        versions=tuple(map(_version, view.versions)),
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


def _version(row: queries.VersionRow) -> DocumentVersion:
    return DocumentVersion(
        number=row.number,
        state=row.state,
        change_note=row.change_note,
        asks_reading=row.asks_reading,
        author=row.author,
        approver=row.approver,
        sent_back_reason=row.sent_back_reason,
        written_at=row.written_at,
        submitted_at=row.submitted_at,
        approved_at=row.approved_at,
        effective_date=row.effective_date,
        ended_at=row.ended_at,
        kept_until=row.kept_until,
        file_name=row.file_name,
        file_size=row.file_size,
    )
