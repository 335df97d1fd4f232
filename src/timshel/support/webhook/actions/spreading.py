"""From a fact to deliveries: one look whether anybody wants it, then one delivery for each."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from timshel.kernel import conditions
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.events import publish
from timshel.support.webhook import access, rules
from timshel.support.webhook.events import DeliveriesDue, EventSent
from timshel.support.webhook.kinds import TRIAL, Kind, Told, kind_named
from timshel.support.webhook.models import Delivery, Subscription
from timshel.support.webhook.states import DeliveryState, SubscriptionState

LONGEST_SUBJECT = 100


def send_event(kind: str, *, about: Mapping[str, Any], at: datetime) -> None:
    """Tell whoever wants to hear of something; one cheap query, and nothing more for nobody.

    It is called in the transaction of the change, and only has the rest done by a job.

    Args:
        kind: a name of ``kinds``.
        about: plain JSON by which it is found again.
        at: when it happened.
    """
    if Subscription.objects.filter(kinds__contains=[kind]).exists():
        publish(EventSent(new_event_id(), kind, about, at))


def new_event_id() -> str:
    """Return what an event is known by."""
    return f"evt_{secrets.token_hex(16)}"


@transaction.atomic
def spread_event(event: EventSent, *, at: datetime) -> int:
    """Make the deliveries of an event, each once; what its owner may not see is none.

    Args:
        event: what happened.
        at: now.

    Returns:
        How many deliveries there are more.
    """
    try:
        kind = kind_named(event.kind)
    except NotFound:
        return 0
    made = 0
    told: dict[tuple[int, int | None, tuple[str, ...] | None], Told | None] = {}
    rows = Subscription.objects.select_related("service_account")
    for subscription in rows.filter(kinds__contains=[event.kind]).order_by("pk"):
        key = (subscription.owner_id, subscription.service_account_id, _limit(subscription))
        if key not in told:
            told[key] = told_to(subscription, kind, event.about, at=at)
        said = told[key]
        if said is not None and _is_wanted(subscription, kind, said):
            made += _deliver(subscription, kind, event, said, at=at)
    return made


def told_to(
    subscription: Subscription, kind: Kind, about: Mapping[str, Any], *, at: datetime
) -> Told | None:
    """Return what the owner of a webhook may be told of an event now; None for nothing."""
    actor = access.owner_actor(subscription, at=at)
    return None if actor is None else kind.composing(about, actor=actor, at=at)


def event_body(kind: Kind, event: EventSent, said: Told) -> str:
    """Return an event as it is sent."""
    base = str(settings.BASE_ADDRESS)
    return rules.cloud_event(
        event_id=event.event_id,
        kind=kind.type,
        source=base,
        subject=said.subject,
        schema=rules.schema_address(base, kind=kind.name, version=kind.version),
        at=event.at,
        data=said.data,
    )


def _limit(subscription: Subscription) -> tuple[str, ...] | None:
    return None if subscription.rights is None else tuple(subscription.rights)


def _is_wanted(subscription: Subscription, kind: Kind, said: Told) -> bool:
    """Tell whether the condition holds; one that cannot be asked is noted, and holds nothing."""
    if not subscription.condition or kind.name == TRIAL:
        return True
    values = {"data": said.data, "type": kind.type, "subject": said.subject}
    trouble = ""
    try:
        return conditions.holds(subscription.condition, values)
    except Invalid as refusal:
        trouble = " ".join(str(each) for each in refusal.fields["condition"])[:500]
        return False
    finally:
        if trouble and trouble != subscription.condition_trouble:
            Subscription.objects.filter(pk=subscription.pk).update(condition_trouble=trouble)


def _deliver(
    subscription: Subscription, kind: Kind, event: EventSent, said: Told, *, at: datetime
) -> int:
    is_active = subscription.state == SubscriptionState.ACTIVE
    body = event_body(kind, event, said)
    is_too_large = len(body.encode()) > rules.LARGEST_EVENT
    state = DeliveryState.WAITING if is_active else DeliveryState.MISSED
    _delivery, is_new = Delivery.objects.get_or_create(
        subscription=subscription,
        event_id=event.event_id,
        defaults={
            "kind": kind.name,
            "subject": said.subject[:LONGEST_SUBJECT],
            "about": dict(event.about),
            "body": "" if is_too_large else body,
            "state": DeliveryState.FAILED if is_too_large else state,
            "next_attempt_at": at if is_active and not is_too_large else None,
            "happened_at": event.at,
            "created_at": at,
        },
    )
    if is_new and is_active:
        publish(DeliveriesDue(subscription.pk, at))
    return int(is_new)
