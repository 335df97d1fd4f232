"""Delivering: a few at a time to each receiver, outside any transaction, until it worked.

Each attempt is counted before it is made, with the moment at which it is made again should
nothing be heard of it, so that a worker that dies loses nothing; a receiver may then get an event
twice, under the same ``webhook-id``. A receiver that is slow or down holds at most a few threads,
and no other receiver waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef

from timshel.kernel.advisory_lock import held_alone
from timshel.kernel.errors import NotFound
from timshel.kernel.events import publish
from timshel.support.webhook import rules
from timshel.support.webhook.actions.keeping import forget_deliveries, secrets_in_force
from timshel.support.webhook.actions.spreading import told_to
from timshel.support.webhook.events import DeliveriesDue, SubscriptionStopped
from timshel.support.webhook.kinds import kind_named
from timshel.support.webhook.models import Attempt, Delivery, Subscription
from timshel.support.webhook.states import DeliveryState, StopReason, SubscriptionState

SLOTS = 7_302_031 << 32  # a range of advisory locks, some for each webhook
LONGEST_TROUBLE = 500
BATCH = 500


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of an attempt.

    Args:
        status: of HTTP; None where nobody answered.
        answer: the beginning of what was answered.
        trouble: why nobody did.
        retry_after: the header of that name, or nothing.
        took: how long it took.
    """

    status: int | None
    answer: str
    trouble: str
    retry_after: str
    took: timedelta

    @property
    def is_success(self) -> bool:
        """Tell whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class Posting(Protocol):
    """Posts to a receiver."""

    def __call__(self, address: str, /, *, headers: Mapping[str, str], body: bytes) -> Heard:
        """Post a body and return what came of it; never raises for what the outside does."""


def deliver_due(subscription_id: int, *, posting: Posting, at: datetime, within: timedelta) -> int:
    """Deliver what is due for one webhook, one after the other, unless enough do so already.

    Args:
        subscription_id: the webhook.
        posting: how.
        at: now.
        within: after so long it is left to the next look.

    Returns:
        How many attempts were made.
    """
    made = failures = 0
    spent = timedelta()
    with ExitStack() as stack:
        if not _slot(subscription_id, stack):
            return 0
        while spent < within and failures < rules.MOST_FAILURES:
            heard = _attempt(subscription_id, posting=posting, at=at + spent)
            if heard is None:
                break
            made += 1
            spent += heard.took
            failures = 0 if heard.is_success else failures + 1
    return made


def announce_due(*, at: datetime) -> int:
    """Have delivered what is due: further attempts, and what a killed worker left behind.

    Args:
        at: now.

    Returns:
        For how many webhooks something is.
    """
    due = Delivery.objects.filter(
        subscription=OuterRef("pk"), state=DeliveryState.WAITING, next_attempt_at__lte=at
    )
    # Of each webhook one row of the index tells; of deliveries, all that wait would be read.
    active = Subscription.objects.filter(Exists(due), state=SubscriptionState.ACTIVE)
    keys = list(active.order_by("pk").values_list("pk", flat=True))
    with transaction.atomic():
        for key in keys:
            publish(DeliveriesDue(key, at))
    return len(keys)


def forget_old(*, at: datetime) -> int:
    """Remove a batch of deliveries that were kept long enough; returns how many."""
    return forget_deliveries(before=at - rules.KEPT, limit=BATCH)


def _slot(subscription_id: int, stack: ExitStack) -> bool:
    """Hold one of the places in which is delivered to a receiver; one alone while it fails."""
    found = Subscription.objects.filter(pk=subscription_id, state=SubscriptionState.ACTIVE)
    failing = found.values_list("failing_since", flat=True).first()
    places = 1 if failing is not None else rules.MOST_AT_ONCE
    return any(
        stack.enter_context(held_alone(SLOTS, subscription_id * rules.MOST_AT_ONCE + place))
        for place in range(places)
    )


def _attempt(subscription_id: int, *, posting: Posting, at: datetime) -> Heard | None:
    """Make one attempt; None where nothing is due, or no longer may be sent."""
    delivery = _take_up(subscription_id, at=at)
    if delivery is None:
        return None
    subscription = delivery.subscription
    body = delivery.body.encode()
    headers = rules.headers(
        secrets_in_force(subscription_id, at=at), event_id=delivery.event_id, at=at, body=body
    )
    heard = posting(subscription.address, headers=headers, body=body)
    _settle(delivery, heard, at=at + heard.took)
    return heard


def _take_up(subscription_id: int, *, at: datetime) -> Delivery | None:
    """Return the next delivery that is due, counted; what its owner may not see is withheld."""
    while (delivery := _next(subscription_id, at=at)) is not None:
        # What was composed a moment ago was asked about then; what waited, or is sent again by
        # hand, may be days old.
        is_fresh = at - delivery.created_at < rules.LEASE
        if is_fresh or _may_be_sent(delivery, at=at):
            return delivery
        Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.WAITING).update(
            state=DeliveryState.WITHHELD, next_attempt_at=None, settled_at=at
        )
    return None


@transaction.atomic
def _next(subscription_id: int, *, at: datetime) -> Delivery | None:
    delivery = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("subscription__service_account")
        .filter(
            subscription_id=subscription_id,
            subscription__state=SubscriptionState.ACTIVE,
            state=DeliveryState.WAITING,
            next_attempt_at__lte=at,
        )
        .order_by("next_attempt_at", "pk")
        .first()
    )
    if delivery is not None:
        delivery.attempts += 1
        delivery.next_attempt_at = at + rules.LEASE
        delivery.save(update_fields=["attempts", "next_attempt_at"])
    return delivery


def _may_be_sent(delivery: Delivery, *, at: datetime) -> bool:
    """Tell whether the owner may still be told: rights end, and attempts go on for days."""
    try:
        kind = kind_named(delivery.kind)
    except NotFound:
        return False
    return told_to(delivery.subscription, kind, delivery.about, at=at) is not None


@transaction.atomic
def _settle(delivery: Delivery, heard: Heard, *, at: datetime) -> None:
    """Write down what came of an attempt, and what follows from it."""
    subscription = (
        Subscription.objects.select_for_update().filter(pk=delivery.subscription_id).first()
    )
    held = Delivery.objects.select_for_update().filter(pk=delivery.pk).first()
    if subscription is None or held is None:  # ended meanwhile
        return
    Attempt.objects.create(
        delivery=held,
        address=delivery.subscription.address,
        began_at=at - heard.took,
        milliseconds=int(heard.took / timedelta(milliseconds=1)),
        status=heard.status,
        trouble=heard.trouble[:LONGEST_TROUBLE],
        answer=heard.answer[: rules.EXCERPT],
    )
    if heard.is_success:
        held.state, held.next_attempt_at, held.settled_at = DeliveryState.DELIVERED, None, at
        subscription.failing_since, subscription.delivered_at = None, at
    elif held.state == DeliveryState.WAITING:
        _fail(held, heard, at=at)
        subscription.failing_since = subscription.failing_since or at
        _stop_if_hopeless(subscription, heard, at=at)
    held.save()
    subscription.save(update_fields=["failing_since", "delivered_at", "state", "stop_reason"])


def _fail(delivery: Delivery, heard: Heard, *, at: datetime) -> None:
    pause = rules.next_pause(delivery.attempts, event_id=delivery.event_id)
    if pause is None:
        delivery.state, delivery.next_attempt_at = DeliveryState.FAILED, None
        delivery.settled_at = at
    else:
        asked = rules.retry_after(heard.retry_after, at=at)
        delivery.next_attempt_at = at + max(pause, asked)


def _stop_if_hopeless(subscription: Subscription, heard: Heard, *, at: datetime) -> None:
    reason = StopReason.NONE
    if heard.status == rules.GONE:
        reason = StopReason.GONE
    elif subscription.failing_since and at - subscription.failing_since >= rules.PATIENCE:
        reason = StopReason.FAILING
    if reason and subscription.state == SubscriptionState.ACTIVE:
        subscription.state, subscription.stop_reason = SubscriptionState.STOPPED, reason
        publish(SubscriptionStopped(subscription.pk, at))
