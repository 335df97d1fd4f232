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


@dataclass(frozen=True, slots=True)
class AddressMarked:
    """An address was found at which nothing arrives, so that nothing more is sent there.

    Args:
        trouble_id: the key of the mark.
        address: which.
        at: when.
    """

    trouble_id: int
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A message arrived that was never seen before, and is kept.

    Args:
        message_id: its key.
        at: when.
    """

    message_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageHeld:
    """A message that arrived waits for a person.

    Args:
        message_id: its key.
        at: when.
    """

    message_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MailboxAsked:
    """Somebody wants to know at once whether a mailbox can be reached.

    Args:
        mailbox_id: its key.
        at: when.
    """

    mailbox_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class MailboxTroubled:
    """No mail could be fetched from a mailbox, several times in a row.

    Args:
        mailbox_id: its key.
        at: when.
    """

    mailbox_id: int
    at: datetime
