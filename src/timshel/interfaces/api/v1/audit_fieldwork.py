"""Notes, interviews and photos of audits."""

from __future__ import annotations

from typing import Annotated

from django.http import FileResponse, HttpResponse, HttpResponseBase
from ninja import File, Form, Path, Router
from ninja.files import UploadedFile
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Given,
    IdempotencyKey,
    Sent,
    Storable,
    Version,
    refuse_unknown,
)
from timshel.interfaces.api.files import upload_of
from timshel.interfaces.api.v1.audit_shapes import CHANGES, AuditNumber, Prose
from timshel.interfaces.api.v1.incident_conversation import DOWNLOAD, DOWNLOAD_POLICY
from timshel.kernel.errors import NotFound
from timshel.kernel.files import path_of
from timshel.performance_evaluation.internal_audit import actions
from timshel.performance_evaluation.internal_audit.queries import fieldwork
from timshel.performance_evaluation.internal_audit.rules import GivenPhoto, PhotoPlace

router = Router(tags=["Internal audits"])
Place = Annotated[int, Path(ge=1, le=10_000, description="Its place in the audit.", examples=[1])]
Title = Annotated[str, Field(max_length=200), Storable]


class NewAuditNote(Given):
    """A note, or an interview where it says with whom somebody spoke."""

    text: Prose
    spoken_with: Title = ""


class AuditNoteChange(NewAuditNote):
    """A note as it shall be."""

    revision: Version


class AuditPhotoSaid(Given):
    """Where a photo belongs: a question or a note."""

    question: Annotated[int, Field(ge=0, le=10_000)] = 0
    note: Annotated[int, Field(ge=0, le=10_000)] = 0
    caption: Title = ""


class AuditPhotoGone(Given):
    """Why a photo is taken away."""

    reason: Annotated[str, Field(max_length=500), Storable]


class AuditNote(Sent):
    """A note."""

    position: int
    spoken_with: str
    text: str
    writer: str
    written_at: AwareDatetime
    revision: int


class AuditPhoto(Sent):
    """A photo."""

    position: int
    about_kind: str
    about_number: int
    caption: str
    name: str
    media_type: str
    size: int
    sha256: str
    taken_by: str
    added_at: AwareDatetime


class AuditFieldwork(Sent):
    """What auditors kept on the spot."""

    notes: tuple[AuditNote, ...]
    photos: tuple[AuditPhoto, ...]


@router.get(
    "/{number}/fieldwork",
    response=AuditFieldwork,
    operation_id="list_audit_fieldwork",
    summary="List notes and photos",
    openapi_extra=answers(404),
)
def list_audit_fieldwork(request: ApiRequest, number: AuditNumber) -> AuditFieldwork:
    """Return the notes, interviews and photos of an audit that you may see."""
    refuse_unknown(request)
    return _shown(request, number)


@router.post(
    "/{number}/notes",
    response={201: AuditFieldwork},
    operation_id="write_audit_note",
    summary="Write a note",
    openapi_extra=CHANGES,
)
def write_audit_note(
    request: ApiRequest,
    number: AuditNumber,
    given: NewAuditNote,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Done by an auditor of it while it runs."""

    def do() -> Answer:
        actions.write_note(number, **given.model_dump(), actor=request.auth, at=request.at)
        return Answer.of(_shown(request, number), status=201)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{number}/notes/{position}",
    response=AuditFieldwork,
    operation_id="change_audit_note",
    summary="Write a note otherwise",
    openapi_extra=CHANGES,
)
def change_audit_note(
    request: ApiRequest,
    number: AuditNumber,
    position: Place,
    given: AuditNoteChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Done by an auditor of it while it runs."""

    def do() -> Answer:
        said = given.model_dump()
        actions.change_note(number, note=position, **said, actor=request.auth, at=request.at)
        return Answer.of(_shown(request, number), status=200)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/photos",
    response={201: AuditFieldwork},
    operation_id="add_audit_photo",
    summary="Add a photo",
    openapi_extra=answers(404, 409, 411, 413, 422),
)
def add_audit_photo(
    request: ApiRequest,
    number: AuditNumber,
    given: Form[AuditPhotoSaid],
    file: File[UploadedFile],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Send a photo to a question or a note; its metadata are not kept."""
    upload = upload_of(file)

    def do() -> Answer:
        place = (
            PhotoPlace("note", given.note) if given.note else PhotoPlace("question", given.question)
        )
        actions.add_photo(
            number,
            place=place,
            photo=GivenPhoto(upload.name, upload.content),
            caption=given.caption,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_shown(request, number), status=201)

    return answer_once(request, idempotency_key, do, files=[file])


@router.get(
    "/{number}/photos/{position}",
    operation_id="read_audit_photo",
    summary="Download a photo",
    openapi_extra=DOWNLOAD,
)
def read_audit_photo(request: ApiRequest, number: AuditNumber, position: Place) -> HttpResponseBase:
    """Return the content of a photo."""
    refuse_unknown(request)
    row = fieldwork.photo(number, position, actor=request.auth)
    path = path_of(row.sha256)
    if not path.exists():
        raise NotFound
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=row.name,
        content_type=row.media_type,
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )


@router.post(
    "/{number}/photos/{position}/remove",
    response=AuditFieldwork,
    operation_id="remove_audit_photo",
    summary="Take a photo away",
    openapi_extra=CHANGES,
)
def remove_audit_photo(
    request: ApiRequest,
    number: AuditNumber,
    position: Place,
    given: AuditPhotoGone,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Done by an auditor of it until it is reported; the journal keeps the reason."""

    def do() -> Answer:
        actions.remove_photo(
            number, photo=position, reason=given.reason, actor=request.auth, at=request.at
        )
        return Answer.of(_shown(request, number), status=200)

    return answer_once(request, idempotency_key, do)


def _shown(request: ApiRequest, number: str) -> AuditFieldwork:
    notes = fieldwork.notes(number, actor=request.auth)
    photos = fieldwork.photos(number, actor=request.auth)
    return AuditFieldwork(
        notes=tuple(AuditNote.model_validate(each, from_attributes=True) for each in notes),
        photos=tuple(AuditPhoto.model_validate(each, from_attributes=True) for each in photos),
    )
