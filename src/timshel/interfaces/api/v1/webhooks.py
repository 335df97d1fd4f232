"""Webhooks: telling other systems what happens, and what came of that."""

from __future__ import annotations

import json
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, KeyInAddress, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1 import webhook_shapes as shapes
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.support.webhook import actions, queries
from timshel.support.webhook.access import require_manage
from timshel.support.webhook.kinds import kind_named, kinds

router = Router(tags=["Webhooks"])

CHANGES = with_headers(200, REPLAY_HEADER, answers(404, 409, 411, 422))
WebhookId = Annotated[KeyInAddress, Path(description="The key of the webhook.", examples=[7])]
KindName = Annotated[
    str,
    Path(description="The name of the kind.", pattern=r"^[a-z_.]{1,60}$", examples=["task.opened"]),
]
EventId = Annotated[
    str, Path(description="The `webhook-id` of the event.", pattern=r"^[A-Za-z0-9_-]{1,40}$")
]


@router.get(
    "",
    response=shapes.Webhooks,
    operation_id="list_webhooks",
    summary="List webhooks",
    openapi_extra=answers(422),
)
def list_webhooks(request: ApiRequest, asked: Query[shapes.WebhooksQuery]) -> shapes.Webhooks:
    """Return the webhooks of the token's person, or all; needs `webhook.manage`."""
    refuse_unknown(request, shapes.WebhooksQuery.model_fields)
    page = queries.webhook_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    return shapes.Webhooks(
        items=tuple(shapes.sent_webhook(row) for row in page.items), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: shapes.MadeWebhook},
    operation_id="create_webhook",
    summary="Set a webhook up",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(409, 411, 422)),
)
def create_webhook(
    request: ApiRequest, given: shapes.NewWebhook, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Set a webhook up and return its secret, this once; needs `webhook.manage`.

    What is sent is limited to what this token was made for.
    """
    secrets: list[str] = []

    def do() -> Answer:
        made = actions.create_webhook(
            actions.WebhookWanted(
                given.name,
                given.address,
                tuple(given.kinds),
                given.condition,
                given.owner_id,
                given.service_account,
            ),
            actor=request.auth,
            at=request.at,
        )
        secrets.append(made.secret)
        return _made(request, made.id, status=201)

    return _with_secret(answer_once(request, idempotency_key, do), secrets)


@router.get(
    "/kinds",
    response=shapes.EventKinds,
    operation_id="list_webhook_kinds",
    summary="List the kinds of events",
)
def list_webhook_kinds(request: ApiRequest) -> shapes.EventKinds:
    """Return what webhooks can be sent, each with the schema of its data."""
    require_manage(request.auth)
    return shapes.EventKinds(items=tuple(shapes.sent_kind(each) for each in kinds()))


@router.get(
    "/kinds/{name}/schema",
    response=dict[str, Any],
    operation_id="read_webhook_schema",
    summary="Read the schema of a kind of event",
    openapi_extra=answers(404),
)
def read_webhook_schema(request: ApiRequest, name: KindName) -> dict[str, Any]:
    """Return the JSON Schema of the data of a kind of event; events name its address."""
    require_manage(request.auth)
    return kind_named(name).schema()


@router.get(
    "/{webhook_id}",
    response=shapes.Webhook,
    operation_id="read_webhook",
    summary="Read a webhook",
    openapi_extra=answers(404),
)
def read_webhook(request: ApiRequest, webhook_id: WebhookId) -> shapes.Webhook:
    """Return a webhook with how it fares; needs `webhook.manage`."""
    view = queries.webhook(webhook_id, actor=request.auth, at=request.at)
    return shapes.sent_webhook(view.row)


@router.patch(
    "/{webhook_id}",
    response=shapes.Webhook,
    operation_id="change_webhook",
    summary="Change a webhook",
    openapi_extra=CHANGES,
)
def change_webhook(
    request: ApiRequest,
    webhook_id: WebhookId,
    given: shapes.WebhookChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Change a webhook; needs `webhook.manage`.

    What is sent is limited from then on to what this token was made for.
    """

    def do() -> Answer:
        row = queries.webhook(webhook_id, actor=request.auth, at=request.at).row
        actions.change_webhook(
            webhook_id,
            wanted=actions.WebhookWanted(
                row.name if given.name is None else given.name,
                row.address if given.address is None else given.address,
                row.kinds if given.kinds is None else tuple(given.kinds),
                row.condition if given.condition is None else given.condition,
                given.owner_id,
                given.service_account,
            ),
            actor=request.auth,
            at=request.at,
        )
        return _standing(request, webhook_id)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{webhook_id}",
    response={204: None},
    operation_id="delete_webhook",
    summary="Delete a webhook",
    openapi_extra=with_headers(204, REPLAY_HEADER, answers(404, 409, 422)),
)
def delete_webhook(
    request: ApiRequest, webhook_id: WebhookId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """End a webhook with its log; needs `webhook.manage`."""

    def do() -> Answer:
        actions.delete_webhook(webhook_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{webhook_id}/pause",
    response=shapes.Webhook,
    operation_id="pause_webhook",
    summary="Pause a webhook",
    openapi_extra=CHANGES,
)
def pause_webhook(
    request: ApiRequest, webhook_id: WebhookId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Send nothing for now; what happens meanwhile can be sent later. Needs `webhook.manage`."""

    def do() -> Answer:
        actions.pause_webhook(webhook_id, actor=request.auth, at=request.at)
        return _standing(request, webhook_id)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{webhook_id}/resume",
    response=shapes.Webhook,
    operation_id="resume_webhook",
    summary="Resume a webhook",
    openapi_extra=CHANGES,
)
def resume_webhook(
    request: ApiRequest, webhook_id: WebhookId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Send again, beginning with what waits; needs `webhook.manage`."""

    def do() -> Answer:
        actions.resume_webhook(webhook_id, actor=request.auth, at=request.at)
        return _standing(request, webhook_id)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{webhook_id}/secret",
    response=shapes.MadeWebhook,
    operation_id="rotate_webhook_secret",
    summary="Change the secret of a webhook",
    openapi_extra=CHANGES,
)
def rotate_webhook_secret(
    request: ApiRequest, webhook_id: WebhookId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Give a webhook another secret; for a day both sign. Needs `webhook.manage`."""
    secrets: list[str] = []

    def do() -> Answer:
        secrets.append(actions.rotate_secret(webhook_id, actor=request.auth, at=request.at))
        return _made(request, webhook_id)

    return _with_secret(answer_once(request, idempotency_key, do), secrets)


@router.post(
    "/{webhook_id}/trials",
    response={201: shapes.TrialSent},
    operation_id="try_webhook",
    summary="Send a trial",
    openapi_extra=with_headers(201, REPLAY_HEADER, answers(404, 409, 411, 422)),
)
def try_webhook(
    request: ApiRequest, webhook_id: WebhookId, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Send an event that says nothing, to see whether it arrives; needs `webhook.manage`."""

    def do() -> Answer:
        event_id = actions.try_webhook(webhook_id, actor=request.auth, at=request.at)
        return Answer.of(shapes.TrialSent(event_id=event_id), status=201)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{webhook_id}/replays",
    response=shapes.ReplayDone,
    operation_id="replay_failed_webhook_deliveries",
    summary="Send again what failed",
    openapi_extra=CHANGES,
)
def replay_failed_webhook_deliveries(
    request: ApiRequest,
    webhook_id: WebhookId,
    given: shapes.ReplayGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Send again all that failed, or was missed while paused; needs `webhook.manage`."""

    def do() -> Answer:
        count = actions.replay_failed(
            webhook_id, since=given.since, actor=request.auth, at=request.at
        )
        return Answer.of(shapes.ReplayDone(count=count))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{webhook_id}/deliveries",
    response=shapes.Deliveries,
    operation_id="list_webhook_deliveries",
    summary="Read the log of a webhook",
    openapi_extra=answers(404, 422),
)
def list_webhook_deliveries(
    request: ApiRequest, webhook_id: WebhookId, asked: Query[shapes.DeliveriesQuery]
) -> shapes.Deliveries:
    """Return what was sent, the newest first, for thirty days; needs `webhook.manage`."""
    refuse_unknown(request, shapes.DeliveriesQuery.model_fields)
    page = queries.delivery_list(
        webhook_id,
        states=() if asked.state is None else (asked.state,),
        actor=request.auth,
        cursor=asked.cursor,
        size=asked.size,
    )
    return shapes.Deliveries(
        items=tuple(shapes.sent_delivery(row) for row in page.items),
        links=page_links(request, page),
    )


@router.get(
    "/{webhook_id}/deliveries/{event_id}",
    response=shapes.DeliveryInFull,
    operation_id="read_webhook_delivery",
    summary="Read a delivery",
    openapi_extra=answers(404),
)
def read_webhook_delivery(
    request: ApiRequest, webhook_id: WebhookId, event_id: EventId
) -> shapes.DeliveryInFull:
    """Return what is sent of one event, and each attempt; needs `webhook.manage`."""
    return shapes.in_full(queries.delivery(webhook_id, event_id, actor=request.auth, at=request.at))


@router.post(
    "/{webhook_id}/deliveries/{event_id}/replay",
    response=shapes.DeliveryInFull,
    operation_id="replay_webhook_delivery",
    summary="Send one event again",
    openapi_extra=CHANGES,
)
def replay_webhook_delivery(
    request: ApiRequest,
    webhook_id: WebhookId,
    event_id: EventId,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Send one event again under the same `webhook-id`; needs `webhook.manage`."""

    def do() -> Answer:
        actions.replay_delivery(webhook_id, event_id=event_id, actor=request.auth, at=request.at)
        view = queries.delivery(webhook_id, event_id, actor=request.auth, at=request.at)
        return Answer.of(shapes.in_full(view))

    return answer_once(request, idempotency_key, do)


def _standing(request: ApiRequest, webhook_id: int) -> Answer:
    view = queries.webhook(webhook_id, actor=request.auth, at=request.at)
    return Answer.of(shapes.sent_webhook(view.row))


def _made(request: ApiRequest, webhook_id: int, *, status: int = 200) -> Answer:
    """Return a webhook without its secret: answers are kept to be repeated, secrets are not."""
    view = queries.webhook(webhook_id, actor=request.auth, at=request.at)
    made = shapes.MadeWebhook(webhook=shapes.sent_webhook(view.row), secret=None)
    return Answer.of(made, status=status)


def _with_secret(response: HttpResponse, secrets: list[str]) -> HttpResponse:
    if secrets:
        said = json.loads(response.content)
        response.content = json.dumps({**said, "secret": secrets[0]}).encode()
    return response
