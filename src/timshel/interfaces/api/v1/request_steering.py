"""Moving a request on in its process: leaving out, going back, elsewhere, again; and events."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Given, IdempotencyKey, Key, NeededParagraph
from timshel.interfaces.api.v1.request_shapes import Request
from timshel.interfaces.api.v1.requests import RequestNumber, changing, do
from timshel.operation.process import actions as processes
from timshel.resolution_fulfilment.service_request import actions

router = Router(tags=["Requests"])

Element = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z_]\w*$")]


class StepSkipped(Given):
    """A step that is left out."""

    step_id: Key
    reason: NeededParagraph


class StandingElsewhere(Given):
    """Where in the diagram it is to stand."""

    element: Element = Field(description="The id of the element in the diagram.")
    reason: NeededParagraph


class EventGiven(Given):
    """Something that happened outside."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="As the diagram names it."
    )
    values: dict[str, Any] = Field(default_factory=dict, description="What came with it.")


@router.post(
    "/{number}/steps/skip",
    response=Request,
    operation_id="skip_step",
    summary="Leave a step out",
    openapi_extra=changing(),
)
def skip(
    request: ApiRequest,
    number: RequestNumber,
    given: StepSkipped,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Go on as if a waiting step were done; needs `request.steer`."""
    return do(request, number, idempotency_key, processes.skip_step, **given.model_dump())


@router.post(
    "/{number}/steps/repeat",
    response=Request,
    operation_id="repeat_step",
    summary="Go back to a step",
    openapi_extra=changing(),
)
def repeat(
    request: ApiRequest,
    number: RequestNumber,
    given: StandingElsewhere,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Go back to an element that was passed; needs `request.steer`."""
    return do(request, number, idempotency_key, processes.repeat_step, **given.model_dump())


@router.post(
    "/{number}/steps/move",
    response=Request,
    operation_id="move_run",
    summary="Go on elsewhere",
    openapi_extra=changing(),
)
def move(
    request: ApiRequest,
    number: RequestNumber,
    given: StandingElsewhere,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Leave everything that waits and stand at another element; needs `request.steer`."""
    return do(request, number, idempotency_key, processes.move_run, **given.model_dump())


@router.post(
    "/{number}/steps/retry",
    response=Request,
    operation_id="retry_run",
    summary="Try a stuck process again",
    openapi_extra=changing(),
)
def retry(
    request: ApiRequest, number: RequestNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Try again where its process is stuck; needs `request.steer`."""
    return do(request, number, idempotency_key, processes.retry_run)


@router.post(
    "/{number}/events",
    response=Request,
    operation_id="send_event",
    summary="Say that something happened",
    openapi_extra=changing(),
)
def send_event(
    request: ApiRequest,
    number: RequestNumber,
    given: EventGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let what its process waits for arrive; needs `request.work`. 409 where nothing waits."""
    return do(request, number, idempotency_key, actions.deliver_event, **given.model_dump())
