"""Facts about messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MessageQueued:
    """A message waits to be sent.

    Args:
        message_id: its key.
        at: when.
    """

    message_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageGivenUp:
    """A message was tried often enough, or can never be delivered.

    Args:
        message_id: its key.
        at: when.
    """

    message_id: int
    at: datetime
