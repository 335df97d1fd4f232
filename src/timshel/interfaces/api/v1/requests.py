"""Requests: asked for from the catalogue, followed, and moved on by programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    Key,
    NeededParagraph,
    NeededText,
    Paragraph,
    ResolutionText,
    etag,
)
from timshel.interfaces.api.v1.incident_answers import ETAG_HEADER, REPLAY_HEADER
from timshel.interfaces.api.v1.incident_stages import ReasonByHand
from timshel.interfaces.api.v1.request_shapes import Request, sent
from timshel.kernel.errors import NotFound
from timshel.operation.process.queries import run_diagram
from timshel.operation.rating.actions import rate_work
from timshel.operation.work.access import find
from timshel.resolution_fulfilment.service_request import actions
from timshel.resolution_fulfilment.service_request.access import KIND
from timshel.resolution_fulfilment.service_request.actions import Changed, Order
from timshel.resolution_fulfilment.service_request.queries import colleague_id, request_record
from timshel.service_portfolio.catalogue.queries.references import references_for

router = Router(tags=["Requests"])

RequestNumber = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z]{2,6}[0-9]{1,14}$",
        description="The number of the request.",
        examples=["REQ0000012"],
    ),
]
ORDER_EXAMPLE: JsonDict = {"offering": "laptop-standard", "answers": {"model": "14"}}


class OrderGiven(Given):
    """What somebody asks for."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [ORDER_EXAMPLE]})

    offering: Code = Field(description="The code of the offering.")
    answers: dict[str, Any] = Field(
        default_factory=dict,
        description="What its form asks, by field; what is left out is as the form begins.",
    )
    parts: tuple[Code, ...] | None = Field(
        None, description="The chosen parts of a bundle; null takes what is usual."
    )
    requester: Code | None = Field(
        None, description="The code of the person it is for; null for the token's own."
    )


class Answers(Given):
    """What a request is to say now."""

    answers: dict[str, Any] = Field(description="All that its form asks, by field.")


class Said(Given):
    """A public reply."""

    text: NeededText = Field(description="Markdown.")
    wait_for_requester: bool = Field(
        False,  # noqa: FBT003
        description="Whether the work waits for the requester's answer; for helpers only.",
    )


class NoteGiven(Given):
    """An internal note."""

    text: NeededText = Field(description="Markdown.")


class RequestAssignment(Given):
    """Who shall have it."""

    team: Code | None = Field(None, description="The team's code; null keeps the present team.")
    assignee_id: Key | None = Field(None, description="A member of that team, or null for nobody.")


class RequestWaiting(Given):
    """What a request waits for."""

    reason: ReasonByHand = Field(description="It decides whether the clocks stop.")
    note: Paragraph = Field("", description="What helpers should know, kept in the history.")


class Reason(Given):
    """Why this is done."""

    reason: NeededParagraph


class PerhapsReason(Given):
    """Why this is done, if there is something to say."""

    reason: Paragraph = ""


class FulfilmentGiven(Given):
    """What was delivered."""

    text: ResolutionText


class Rating(Given):
    """How it was."""

    rating: int = Field(ge=1, le=5, description="From 1, poor, to 5, very good.")
    comment: Paragraph = ""


def changing(status: int = 200, *more: int) -> dict[str, Any]:
    """Return what an operation that changes a request adds to the document."""
    extra = answers(403, 404, 409, 411, 422, *more)
    extra = with_headers(204, REPLAY_HEADER, extra)
    extra["responses"][204]["description"] = (
        "It was done, and the request is now where this token may not see it; there is nothing "
        "to show."
    )
    return with_headers(status, {**ETAG_HEADER, **REPLAY_HEADER}, extra)


def _standing(request: ApiRequest, number: str, *, status: int = 200) -> Answer:
    try:
        view = request_record(number, actor=request.auth, at=request.at)
    except NotFound:
        return Answer(204)
    return Answer.of(sent(view), status=status, headers={"ETag": etag(view.version)})


def do(
    request: ApiRequest, number: str, key: str | None, act: Callable[..., object], **given: Any
) -> HttpResponse:
    """Do something, once for a key, and answer with how the request stands."""

    def answer() -> Answer:
        act(number, **given, actor=request.auth, at=request.at)
        return _standing(request, number)

    return answer_once(request, key, answer)


@router.post(
    "",
    response={201: Request},
    operation_id="order",
    summary="Ask for something",
    openapi_extra=changing(201),
)
def order(
    request: ApiRequest, given: OrderGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Ask for an offering; needs `request.order`, for others `request.order_for_others`."""

    def act() -> Answer:
        requester_id = (
            colleague_id(given.requester, actor=request.auth) if given.requester else None
        )
        wanted = Order(
            offering=given.offering,
            raw=given.answers,
            parts=given.parts,
            requester_id=requester_id,
            references=references_for(request.auth),
        )
        made = actions.order(wanted, actor=request.auth, at=request.at)
        return _standing(request, made.number, status=201)

    return answer_once(request, idempotency_key, act)


@router.get(
    "/{number}",
    response=Request,
    operation_id="read_request",
    summary="Read a request",
    openapi_extra=with_headers(200, ETAG_HEADER, answers(404)),
)
def read_request(request: ApiRequest, number: RequestNumber) -> HttpResponse:
    """Return a request with its parts, tasks, approvals and where its process stands."""
    view = request_record(number, actor=request.auth, at=request.at)
    return Answer.of(sent(view), headers={"ETag": etag(view.version)}).response()


@router.get(
    "/{number}/diagram",
    operation_id="read_request_diagram",
    summary="Read the diagram of its process",
    openapi_extra={
        "responses": {
            200: {
                "description": "BPMN 2.0, with names in the language that was asked for.",
                "content": {"application/xml": {"schema": {"type": "string"}}},
            },
            **answers(404)["responses"],
        }
    },
)
def read_diagram(request: ApiRequest, number: RequestNumber) -> HttpResponse:
    """Return the diagram by which the request runs."""
    item = find(number, kind=KIND, actor=request.auth)
    xml = run_diagram(item.pk, language=request.auth.language)
    if xml is None:
        raise NotFound
    return HttpResponse(xml, content_type="application/xml")


@router.put(
    "/{number}/answers",
    response=Request,
    operation_id="change_request",
    summary="Change what a request says",
    openapi_extra=changing(),
)
def change_request(
    request: ApiRequest,
    number: RequestNumber,
    given: Answers,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Its process begins again with the new answers; one's own, or with `request.change`."""
    changed = Changed(given.answers, references_for(request.auth))
    return do(request, number, idempotency_key, actions.change_request, changed=changed)


@router.post(
    "/{number}/replies",
    response=Request,
    operation_id="reply_to_request",
    summary="Reply",
    openapi_extra=changing(),
)
def reply(
    request: ApiRequest, number: RequestNumber, given: Said, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say something that the requester reads too; helpers need `request.work`."""
    return do(request, number, idempotency_key, actions.reply_to_request, **given.model_dump())


@router.post(
    "/{number}/notes",
    response=Request,
    operation_id="note_on_request",
    summary="Add an internal note",
    openapi_extra=changing(),
)
def note(
    request: ApiRequest,
    number: RequestNumber,
    given: NoteGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Add a note that the requester never sees; needs `request.work`."""
    return do(request, number, idempotency_key, actions.note_on_request, text=given.text)


@router.post(
    "/{number}/take",
    response=Request,
    operation_id="take_request",
    summary="Take a request",
    openapi_extra=changing(),
)
def take(
    request: ApiRequest, number: RequestNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Answer for it oneself; needs `request.work`."""
    return do(request, number, idempotency_key, actions.take_request)


@router.post(
    "/{number}/assign",
    response=Request,
    operation_id="assign_request",
    summary="Assign a request",
    openapi_extra=changing(),
)
def assign(
    request: ApiRequest,
    number: RequestNumber,
    given: RequestAssignment,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Give it to a team and perhaps to a person; needs `request.assign`."""
    return do(request, number, idempotency_key, actions.assign_request, **given.model_dump())


@router.post(
    "/{number}/wait",
    response=Request,
    operation_id="wait_request",
    summary="Let a request wait",
    openapi_extra=changing(),
)
def wait(
    request: ApiRequest,
    number: RequestNumber,
    given: RequestWaiting,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let it wait for something; needs `request.work`."""
    return do(request, number, idempotency_key, actions.wait_request, **given.model_dump())


@router.post(
    "/{number}/resume",
    response=Request,
    operation_id="resume_request",
    summary="Go on with a request",
    openapi_extra=changing(),
)
def resume(
    request: ApiRequest, number: RequestNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Go on with a request that waited; needs `request.work`."""
    return do(request, number, idempotency_key, actions.resume_request)


@router.post(
    "/{number}/fulfil",
    response=Request,
    operation_id="fulfil_request",
    summary="Say that it is delivered",
    openapi_extra=changing(),
)
def fulfil(
    request: ApiRequest,
    number: RequestNumber,
    given: FulfilmentGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """For requests whose process has ended or that have none; needs `request.work`."""
    return do(request, number, idempotency_key, actions.fulfil_request, text=given.text)


@router.post(
    "/{number}/cancel",
    response=Request,
    operation_id="cancel_request",
    summary="Cancel a request",
    openapi_extra=changing(),
)
def cancel(
    request: ApiRequest,
    number: RequestNumber,
    given: Reason,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Cancel it with everything that its process began; needs `request.cancel`."""
    return do(request, number, idempotency_key, actions.cancel_request, reason=given.reason)


@router.post(
    "/{number}/withdraw",
    response=Request,
    operation_id="withdraw_request",
    summary="Withdraw one's own request",
    openapi_extra=changing(),
)
def withdraw(
    request: ApiRequest,
    number: RequestNumber,
    given: PerhapsReason,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Nobody needs to work on it any more; with its parts."""
    return do(request, number, idempotency_key, actions.withdraw_request, reason=given.reason)


@router.post(
    "/{number}/reopen",
    response=Request,
    operation_id="reopen_request",
    summary="Open a delivered request again",
    openapi_extra=changing(),
)
def reopen(
    request: ApiRequest,
    number: RequestNumber,
    given: Reason,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """What was delivered is not as it should be; one's own, or with `request.work`."""
    return do(request, number, idempotency_key, actions.reopen_request, reason=given.reason)


@router.post(
    "/{number}/confirm",
    response=Request,
    operation_id="confirm_request",
    summary="Confirm that everything arrived",
    openapi_extra=changing(),
)
def confirm(
    request: ApiRequest, number: RequestNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Finish one's own delivered request."""
    return do(request, number, idempotency_key, actions.confirm_request)


@router.post(
    "/{number}/close",
    response=Request,
    operation_id="close_request",
    summary="Finish a delivered request",
    openapi_extra=changing(),
)
def close(
    request: ApiRequest, number: RequestNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Finish it; needs `request.work`."""
    return do(request, number, idempotency_key, actions.close_request)


@router.put(
    "/{number}/rating",
    response=Request,
    operation_id="rate_request",
    summary="Say how it was",
    openapi_extra=changing(),
)
def rate(
    request: ApiRequest,
    number: RequestNumber,
    given: Rating,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Rate one's own delivered request; a later word replaces an earlier one."""
    return do(request, number, idempotency_key, rate_work, **given.model_dump())
