"""Facts about how services do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class StatusChanged:
    """A service does better or worse than before.

    Args:
        service_id: its key.
        before: of ``states.ServiceHealth``.
        after: the same.
        at: when it was noticed.
    """

    service_id: int
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionAsked:
    """Somebody who has no account wants to hear by mail, and has to confirm it.

    Args:
        subscriber_id: the key of what they asked for.
        at: when.
    """

    subscriber_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class StatusesChanged:
    """Some services do better or worse than before, as was noticed at once.

    Args:
        service_ids: their keys.
        at: when.
    """

    service_ids: tuple[int, ...]
    at: datetime
