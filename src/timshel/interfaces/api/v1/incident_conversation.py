"""What is said about an incident, and the files that come with it."""

from __future__ import annotations

from typing import Annotated

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from ninja import File, Form, Path, Router
from ninja.files import UploadedFile
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Given,
    IdempotencyKey,
    IncidentNumber,
    KeyInAddress,
    LongText,
    NeededText,
)
from timshel.interfaces.api.files import upload_of
from timshel.interfaces.api.v1.incident_answers import changing, comment_made
from timshel.interfaces.api.v1.incident_shapes import Audience, Comment, Conversation, said
from timshel.resolution_fulfilment.incident import actions, queries

router = Router(tags=["Conversation"])
files_router = Router(tags=["Conversation"])

REPLY_EXAMPLE: JsonDict = {"text": "Which floor is it on?", "wait_for_requester": True}
DOWNLOAD_POLICY = "default-src 'none'; sandbox"
DOWNLOAD = {
    "responses": {
        200: {
            "description": "The content, always as a download.",
            # Of the type that the file was sent as; generators of clients know the first.
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/octet-stream", "*/*")
            },
            "headers": {
                "Content-Disposition": {
                    "description": "`attachment`, with the name of the file.",
                    "schema": {"type": "string"},
                }
            },
        },
        **answers(404)["responses"],
    }
}


class Reply(Given):
    """A public reply."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [REPLY_EXAMPLE]})

    text: NeededText = Field(description="Markdown.")
    wait_for_requester: bool = Field(
        False,  # noqa: FBT003
        description="Whether the work waits for the requester's answer; for helpers only.",
    )


class Note(Given):
    """An internal note."""

    text: NeededText = Field(description="Markdown.", examples=["The supplier knows of this."])


class FilesSaid(Given):
    """What is said with files."""

    audience: Audience = Field(
        description="`public`: a reply that the requester reads too; `internal`: a note."
    )
    text: LongText = Field("", description="Markdown.")


@router.get(
    "/{number}/conversation",
    response=Conversation,
    operation_id="read_conversation",
    summary="Read the conversation",
    openapi_extra=answers(404),
)
def read_conversation(request: ApiRequest, number: IncidentNumber) -> Conversation:
    """Return what was said, oldest first; internal notes only with `work.read_notes`."""
    view = queries.incident(number, actor=request.auth, at=request.at)
    return Conversation(items=tuple(said(comment) for comment in view.conversation))


@router.post(
    "/{number}/replies",
    response={201: Comment},
    operation_id="reply_to_incident",
    summary="Reply",
    openapi_extra=changing(201),
)
def reply_to_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: Reply,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say something that the requester reads too; open to both, helpers need `incident.work`."""

    def do() -> Answer:
        made = actions.reply_to_incident(
            number,
            text=given.text,
            wait_for_requester=given.wait_for_requester,
            actor=request.auth,
            at=request.at,
        )
        return comment_made(request, number, made.comment_id)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/notes",
    response={201: Comment},
    operation_id="note_on_incident",
    summary="Write a note",
    openapi_extra=changing(201),
)
def note_on_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: Note,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say something that only helpers read; needs `incident.work`."""

    def do() -> Answer:
        made = actions.note_on_incident(number, text=given.text, actor=request.auth, at=request.at)
        return comment_made(request, number, made.comment_id)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/attachments",
    response={201: Comment},
    operation_id="attach_to_incident",
    summary="Attach files",
    openapi_extra=changing(201, 413),
)
def attach_to_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: Form[FilesSaid],
    files: File[list[UploadedFile]],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Send files along with a reply or a note, which the form names as `audience`."""
    uploads = tuple(upload_of(each) for each in files)

    def do() -> Answer:
        say = actions.reply_to_incident if given.audience == "public" else actions.note_on_incident
        made = say(number, text=given.text, files=uploads, actor=request.auth, at=request.at)
        return comment_made(request, number, made.comment_id)

    return answer_once(request, idempotency_key, do, files=files)


@files_router.get(
    "/{attachment_id}",
    operation_id="read_attachment",
    summary="Download a file",
    openapi_extra=DOWNLOAD,
)
def read_attachment(
    request: ApiRequest,
    attachment_id: Annotated[KeyInAddress, Path(description="The file's key.", examples=[31])],
) -> HttpResponseBase:
    """Return a file's content as a download; a browser never runs it."""
    view, path = queries.attachment(attachment_id, actor=request.auth)
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=view.name,
        content_type=view.media_type,
        headers={
            "Content-Security-Policy": DOWNLOAD_POLICY,
            "X-Content-Type-Options": "nosniff",
        },
    )
