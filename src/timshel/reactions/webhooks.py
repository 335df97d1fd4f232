"""Telling other systems: each published fact that may leave, and the jobs that send it."""

from __future__ import annotations

from typing import Any

from timshel.interfaces.worker import webhook_jobs, webhook_kinds
from timshel.kernel.events import subscribe
from timshel.support.webhook import actions, kinds
from timshel.support.webhook.events import DeliveriesDue, EventSent, SubscriptionStopped


def register() -> None:
    """Say what other systems can be told, and have it sent to those who want it."""
    kinds.register(webhook_kinds.KINDS)
    for fact in webhook_kinds.FACTS:
        subscribe(fact, send_event)
    subscribe(EventSent, spread_event)
    subscribe(DeliveriesDue, deliver)
    subscribe(SubscriptionStopped, tell_stopped)


def send_event(event: Any) -> None:
    """Other systems that want to hear of it are told."""
    actions.send_event(
        webhook_kinds.FACTS[type(event)], about=webhook_kinds.plain(event), at=event.at
    )


def spread_event(event: EventSent) -> None:
    """Each webhook gets a delivery of its own."""
    webhook_jobs.spread.defer(
        event_id=event.event_id,
        kind=event.kind,
        about=dict(event.about),
        happened_at=event.at.isoformat(),
    )


def deliver(event: DeliveriesDue) -> None:
    """What a webhook has to deliver is sent."""
    webhook_jobs.deliver.defer(subscription_id=event.subscription_id)


def tell_stopped(event: SubscriptionStopped) -> None:
    """The owner of a webhook hears that it was paused."""
    webhook_jobs.tell_stopped.defer(
        subscription_id=event.subscription_id, happened_at=event.at.isoformat()
    )
