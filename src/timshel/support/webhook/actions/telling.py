"""The owner hears when a webhook was paused without their doing, or who keeps all if they left."""

from __future__ import annotations

from datetime import datetime

from timshel.leadership.authority.access import MANAGE as RIGHTS
from timshel.leadership.authority.queries import people_with
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic
from timshel.support.webhook.models import Subscription
from timshel.support.webhook.queries import RECORD
from timshel.support.webhook.states import StopReason, SubscriptionState


def tell_stopped(subscription_id: int, *, happened_at: datetime, at: datetime) -> None:
    """Tell the owner of a webhook that it was paused; nothing where it is sent to again.

    Args:
        subscription_id: the webhook.
        happened_at: when it was paused; told once.
        at: now.
    """
    found = Subscription.objects.select_related("service_account").filter(
        pk=subscription_id, state=SubscriptionState.STOPPED
    )
    subscription = found.first()
    if subscription is None:
        return
    news = News(
        topic=Topic.WEBHOOK_STOPPED,
        key=f"webhook.stopped/{subscription_id}/{happened_at:%Y%m%dT%H%M%S}",
        people=_people(subscription),
        about=About(RECORD, str(subscription_id)),
        parts={"title": subscription.name, "said": f"webhook_{subscription.stop_reason}"},
    )
    notify(news, at=at)


def _people(subscription: Subscription) -> frozenset[int]:
    if subscription.stop_reason == StopReason.LEFT:
        return people_with(RIGHTS)
    account = subscription.service_account
    return frozenset([subscription.owner_id if account is None else account.owner_id])
