"""Sending again by hand, and trying a webhook out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.support.webhook import access
from timshel.support.webhook.actions.keeping import SUBJECT
from timshel.support.webhook.actions.spreading import event_body, new_event_id, told_to
from timshel.support.webhook.events import DeliveriesDue, EventSent
from timshel.support.webhook.kinds import TRIAL, kind_named
from timshel.support.webhook.models import Delivery, Subscription
from timshel.support.webhook.states import AGAIN, DeliveryState, SubscriptionState

NOT_ACTIVE = _("This webhook is paused. Resume it before something is sent.")


@transaction.atomic
def replay_delivery(key: int, *, event_id: str, actor: Actor, at: datetime) -> None:
    """Send one event again under the same ``webhook-id``, from the first attempt on.

    Args:
        key: of the webhook.
        event_id: of the event.
        actor: who asks.
        at: now.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        WrongState: the webhook is paused, or the event was withheld.
    """
    subscription = _active(key, actor=actor)
    delivery = access.delivery_of(key, event_id, actor=actor)
    if delivery.state == DeliveryState.WITHHELD or not delivery.body:
        raise WrongState(_("This event is not sent: its owner may not see it, or it is too large."))
    _again(Q(pk=delivery.pk), at=at)
    _note("webhook.replayed", subscription, {"event": (None, event_id)}, actor=actor, at=at)


@transaction.atomic
def replay_failed(key: int, *, since: datetime, actor: Actor, at: datetime) -> int:
    """Send again all that failed, or was missed while paused, since a moment.

    Args:
        key: of the webhook.
        since: when it happened at the earliest.
        actor: who asks.
        at: now.

    Returns:
        How many.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        WrongState: the webhook is paused.
    """
    subscription = _active(key, actor=actor)
    failed = Q(subscription=subscription, state__in=sorted(AGAIN), happened_at__gte=since)
    count = _again(failed & ~Q(body=""), at=at)
    if count:
        changes = {"since": (None, since.isoformat()), "count": (None, count)}
        _note("webhook.replayed", subscription, changes, actor=actor, at=at)
    return count


@transaction.atomic
def try_webhook(key: int, *, actor: Actor, at: datetime) -> str:
    """Send an event that says nothing, to see whether it arrives; returns its key.

    Raises:
        NotAllowed, NotFound: as ``access`` says.
        WrongState: the webhook is paused, or its owner may keep none any more.
    """
    subscription = _active(key, actor=actor)
    kind = kind_named(TRIAL)
    event = EventSent(new_event_id(), TRIAL, {"webhook_id": key}, at)
    said = told_to(subscription, kind, event.about, at=at)
    if said is None:
        raise WrongState(_("The owner of this webhook may keep none any more."))
    Delivery.objects.create(
        subscription=subscription,
        event_id=event.event_id,
        kind=TRIAL,
        subject=said.subject,
        about=dict(event.about),
        body=event_body(kind, event, said),
        next_attempt_at=at,
        happened_at=at,
        created_at=at,
    )
    publish(DeliveriesDue(key, at))
    return event.event_id


def _active(key: int, *, actor: Actor) -> Subscription:
    subscription = access.subscription_of(key, actor=actor, is_locked=True)
    if subscription.state != SubscriptionState.ACTIVE:
        raise WrongState(NOT_ACTIVE)
    return subscription


def _again(which: Q, *, at: datetime) -> int:
    return Delivery.objects.filter(which).update(
        state=DeliveryState.WAITING, attempts=0, next_attempt_at=at, settled_at=None
    )


def _note(
    verb: str,
    subscription: Subscription,
    changes: dict[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(
        verb,
        subject_kind=SUBJECT,
        subject_id=subscription.pk,
        changes=changes,
        actor=actor,
        at=at,
    )
    publish(DeliveriesDue(subscription.pk, at))
