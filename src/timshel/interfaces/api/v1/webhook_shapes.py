"""Webhooks as this version sends them."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AwareDatetime, ConfigDict, Field

from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    Key,
    NeededLine,
    PageSize,
    Sent,
)
from timshel.interfaces.api.links import Links
from timshel.interfaces.api.v1.incident_shapes import PersonNamed
from timshel.support.webhook import queries
from timshel.support.webhook.kinds import Kind
from timshel.support.webhook.states import DeliveryState, StopReason, SubscriptionState

EXAMPLE: dict[str, Any] = {
    "name": "Chat of the service desk",
    "address": "https://chat.example.org/hooks/desk",
    "kinds": ["incident.opened", "incident.resolved"],
    "condition": "data.priority <= 2",
}


class Webhook(Sent):
    """Where which events are sent."""

    id: int = Field(description="The key of the webhook.")
    name: str = Field(description="What it is for.")
    address: str = Field(description="Where events are posted to.")
    kinds: tuple[str, ...] = Field(description="Names of kinds of events.")
    condition: str = Field(description="In CEL; empty for every event.")
    condition_trouble: str = Field(description="Why the condition could last not be asked.")
    owner: PersonNamed = Field(
        description="The person whose rights decide what is sent, or who set it up for a program."
    )
    service_account: str | None = Field(
        description="The code of the account of a program whose rights decide instead; else null."
    )
    state: SubscriptionState = Field(description="Whether it is sent to.")
    stop_reason: StopReason = Field(description="Why it was paused by itself; else empty.")
    failing_since: AwareDatetime | None = Field(
        description="Of nothing but failure; null where the last attempt worked."
    )
    delivered_at: AwareDatetime | None = Field(description="When something last arrived.")
    created_at: AwareDatetime = Field(description="When it was set up.")
    waiting: int = Field(description="Deliveries that wait.")
    failed: int = Field(description="Deliveries that failed or were missed, and are kept.")


class MadeWebhook(Sent):
    """A webhook with the secret that it signs with."""

    webhook: Webhook = Field(description="The webhook.")
    secret: str | None = Field(
        description="Begins with `whsec_`; shown this once, and null where the answer is repeated."
    )


class Webhooks(Sent):
    """One page of webhooks, by name."""

    items: tuple[Webhook, ...] = Field(description="The webhooks that the token may keep.")
    links: Links = Field(description="The pages beside.")


class NewWebhook(Given):
    """A webhook to set up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    name: NeededLine = Field(description="What it is for; at most 100 characters.")
    address: str = Field(description="Of `https` or `http`.", min_length=1, max_length=2_000)
    kinds: list[NeededLine] = Field(
        description="As `/webhooks/kinds` lists them.", min_length=1, max_length=200
    )
    condition: str = Field(
        "", description="In CEL over `data`, `type`, `subject`.", max_length=2000
    )
    owner_id: Key | None = Field(
        None, description="Somebody else, where the token may manage rights."
    )
    service_account: Code | None = Field(
        None,
        description="The account of a program whose rights decide; one that you answer for, or "
        "any where the token may manage rights.",
    )


class WebhookChange(Given):
    """The fields to change; those left out stay."""

    name: NeededLine | None = Field(None, description="What it is for.")
    address: str | None = Field(
        None, description="Of `https` or `http`.", min_length=1, max_length=2_000
    )
    kinds: list[NeededLine] | None = Field(
        None, description="As `/webhooks/kinds` lists them.", min_length=1, max_length=200
    )
    condition: str | None = Field(None, description="In CEL.", max_length=2_000)
    owner_id: Key | None = Field(
        None, description="Another owner, where the token may manage rights, or one's own key."
    )
    service_account: Annotated[str, Field(pattern=r"^[a-z0-9-]{0,40}$")] | None = Field(
        None, description="The account of a program; empty for that of the owner as a person."
    )


class EventKind(Sent):
    """A kind of event."""

    name: str = Field(description="By which a webhook names it.")
    type: str = Field(description="As it stands in the event.")
    text: str = Field(description="When it is sent, in the language that was asked for.")
    version: int = Field(description="Of its schema; it grows where a field changes.")
    group: str = Field(description="Under which it stands in lists, in that language.")
    told_to: str = Field(description="Whose webhooks are told, in that language.")
    data_schema: dict[str, Any] = Field(description="The JSON Schema of its `data`.")
    example: dict[str, Any] = Field(description="An event as it may be sent.")


class EventKinds(Sent):
    """All kinds of events."""

    items: tuple[EventKind, ...] = Field(description="The kinds, in groups.")


class DeliveriesQuery(Given):
    """Which deliveries are listed."""

    state: DeliveryState | None = Field(None, description="Only those in this state.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Deliveries to a page.")


class WebhooksQuery(Given):
    """Which webhooks are listed."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Webhooks to a page.")


class Delivery(Sent):
    """An event on its way to a webhook."""

    event_id: str = Field(description="The `webhook-id`, the same for each attempt.")
    kind: str = Field(description="Of event.")
    subject: str = Field(description="What it is about, such as a number.")
    state: DeliveryState = Field(description="Where it stands.")
    attempts: int = Field(description="How many were made since it last was put among what waits.")
    happened_at: AwareDatetime = Field(description="When the event happened.")
    next_attempt_at: AwareDatetime | None = Field(description="While it waits.")
    settled_at: AwareDatetime | None = Field(description="When it arrived or was given up.")
    status: int | None = Field(description="What was answered last; null where nobody did.")
    trouble: str = Field(description="Why nobody answered last; may be empty.")


class Attempt(Sent):
    """One attempt."""

    began_at: AwareDatetime = Field(description="When.")
    milliseconds: int = Field(description="How long it took.")
    address: str = Field(description="Where it went.")
    status: int | None = Field(description="What was answered; null where nobody did.")
    trouble: str = Field(description="Why nobody did; may be empty.")
    answer: str = Field(description="The beginning of what was answered.")


class DeliveryInFull(Delivery):
    """A delivery with what is sent and each attempt."""

    event: Any = Field(description="What is sent, as a CloudEvent.")
    tries: tuple[Attempt, ...] = Field(description="The latest first, at most 50.")


class Deliveries(Sent):
    """One page of the log of a webhook, the newest first."""

    items: tuple[Delivery, ...] = Field(description="The deliveries.")
    links: Links = Field(description="The pages beside.")


class ReplayGiven(Given):
    """What is sent again."""

    since: AwareDatetime = Field(description="All that failed or was missed since then.")


class ReplayDone(Sent):
    """What came of it."""

    count: int = Field(description="How many events are sent again.")


class TrialSent(Sent):
    """A trial is on its way."""

    event_id: str = Field(description="By which it stands in the log.")


def sent_webhook(row: queries.WebhookRow) -> Webhook:
    """Return a webhook as it is sent."""
    return Webhook(
        id=row.id,
        name=row.name,
        address=row.address,
        kinds=row.kinds,
        condition=row.condition,
        condition_trouble=row.condition_trouble,
        owner=PersonNamed(id=row.owner_id, name=row.person),
        service_account=row.service_account or None,
        state=row.state,
        stop_reason=StopReason(row.stop_reason),
        failing_since=row.failing_since,
        delivered_at=row.delivered_at,
        created_at=row.created_at,
        waiting=row.waiting,
        failed=row.failed,
    )


def sent_kind(kind: Kind) -> EventKind:
    """Return a kind of event as it is sent."""
    return EventKind(
        name=kind.name,
        type=kind.type,
        text=str(kind.text),
        version=kind.version,
        group=str(kind.group),
        told_to=str(kind.told_to),
        data_schema=kind.schema(),
        example=queries.example_event(kind),
    )


def sent_delivery(row: queries.DeliveryRow) -> Delivery:
    """Return a delivery as lists send it."""
    return Delivery(**_plain(row))


def in_full(view: queries.DeliveryView) -> DeliveryInFull:
    """Return a delivery with all that is known of it."""
    return DeliveryInFull(
        **_plain(view.row),
        event=json.loads(view.body) if view.body else None,
        tries=tuple(
            Attempt(
                began_at=each.began_at,
                milliseconds=each.milliseconds,
                address=each.address,
                status=each.status,
                trouble=each.trouble,
                answer=each.answer,
            )
            for each in view.tries
        ),
    )


def _plain(row: queries.DeliveryRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Delivery.model_fields}
