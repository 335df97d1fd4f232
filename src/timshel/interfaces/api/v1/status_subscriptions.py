"""Hearing by mail how services do: one's own wishes, as a person tells them by one click."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, KeyInAddress, Sent
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.status import actions, queries

router = Router(tags=["Preferences"])


class StatusSubscriptionGiven(Given):
    """Of what to hear by mail."""

    service: Code | None = Field(
        None, description="The code of a service; null for all of which one may know."
    )


class StatusSubscription(Sent):
    """Of what one hears by mail."""

    id: int
    service: str | None = Field(description="The code of a service; null for all of them.")
    asked_at: AwareDatetime = Field(description="Since when.")


class StatusSubscriptions(Sent):
    """All that one hears by mail of how services do."""

    items: tuple[StatusSubscription, ...]


@router.get(
    "",
    response=StatusSubscriptions,
    operation_id="list_status_subscriptions",
    summary="List the services of whose state one hears",
)
def list_status_subscriptions(request: ApiRequest) -> StatusSubscriptions:
    """Return of which services the token's person is told by mail when their state changes."""
    return StatusSubscriptions(
        items=tuple(
            StatusSubscription(id=row.id, service=row.service or None, asked_at=row.asked_at)
            for row in queries.own_subscriptions(actor=request.auth)
        )
    )


@router.post(
    "",
    response={201: StatusSubscriptions},
    operation_id="subscribe_status",
    summary="Hear when the state of a service changes",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(404, 409, 422)),
)
def subscribe_status(
    request: ApiRequest, given: StatusSubscriptionGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Be told by mail whenever it changes; asking for the same again changes nothing."""

    def do() -> Answer:
        actions.subscribe_status(service=given.service or "", actor=request.auth, at=request.at)
        return Answer.of(list_status_subscriptions(request), status=201)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{subscription_id}",
    response={204: None},
    operation_id="unsubscribe_status",
    summary="No longer hear of the state of a service",
    openapi_extra=with_headers(204, REPLAY_HEADER, answers(404, 409, 422)),
)
def unsubscribe_status(
    request: ApiRequest,
    subscription_id: Annotated[KeyInAddress, Path(description="Its key.", examples=[7])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End a subscription of one's own."""

    def do() -> Answer:
        own = queries.own_subscriptions(actor=request.auth)
        found = next((row for row in own if row.id == subscription_id), None)
        if found is None:
            raise NotFound
        actions.unsubscribe_status(service=found.service, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)
