"""Facts about webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class EventSent:
    """Something happened of which at least one webhook wants to hear.

    Args:
        event_id: the same for everybody who hears of it.
        kind: such as ``incident.opened``.
        about: plain JSON by which it is found again.
        at: when it happened.
    """

    event_id: str
    kind: str
    about: Mapping[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class DeliveriesDue:
    """A webhook has something to deliver.

    Args:
        subscription_id: the webhook.
        at: when.
    """

    subscription_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionStopped:
    """A webhook was paused without anybody's doing.

    Args:
        subscription_id: the webhook.
        at: when.
    """

    subscription_id: int
    at: datetime
