"""What arrived: how, what became of it, and its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from timshel.kernel.errors import NotFound
from timshel.kernel.files import path_of
from timshel.support.communication.models import FurtherArrival, IncomingMessage
from timshel.support.communication.models.incoming import NULL_SENDER
from timshel.support.communication.states import ArrivalDoor, IncomingReason, IncomingState

LEFT_BEHIND = timedelta(minutes=2)  # what no job took up by then has lost its job


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came, and where it stands.

    Args:
        id: its key.
        door: the way by which it came.
        mailbox_id: the mailbox it came to, if it is one of ours.
        envelope_from: whom the mail server named as its sender; empty is the null sender, and
            None says that it named nobody.
        envelope_to: whom the mail server named as its recipients.
        received_at: when it came.
        sha256: under which its bytes lie.
        size: of the message, in bytes.
        is_whole: whether all of it is kept, not only how it begins.
        state: where it stands.
        reason: why it is held or ignored.
        record: what it became part of, such as ``incident.INC0000012``.
        subject: as it was read; empty before.
        sender: as it was read; empty before.
        attempts: how often it could not be taken up.
        last_error: what went wrong last.
        settled_at: when it was taken, held or ignored.
    """

    id: int
    door: ArrivalDoor
    mailbox_id: int | None
    envelope_from: str | None
    envelope_to: tuple[str, ...]
    received_at: datetime
    sha256: str
    size: int
    is_whole: bool
    state: IncomingState
    reason: IncomingReason
    record: str
    subject: str
    sender: str
    attempts: int
    last_error: str
    settled_at: datetime | None


def incoming_message(message_id: int) -> Incoming:
    """Return how a message came and where it stands; rights are the caller's.

    Raises:
        NotFound: there is no such message.
    """
    message = IncomingMessage.objects.filter(pk=message_id).first()
    if message is None:
        raise NotFound
    return as_incoming(message)


def raw_of(message: int | Incoming) -> bytes:
    """Return the bytes of a message as they came; rights are the caller's.

    Args:
        message: its key, or as it was read, which saves a query.

    Raises:
        NotFound: there is no such message.
        OSError: its file cannot be read.
    """
    found = incoming_message(message) if isinstance(message, int) else message
    return path_of(found.sha256).read_bytes() if found.size else b""


def mailboxes_of(message: Incoming) -> tuple[int, ...]:
    """Return the mailboxes that a message came to, the one by which it came first at the front."""
    further = FurtherArrival.objects.filter(message=message.id).order_by("pk")
    first = () if message.mailbox_id is None else (message.mailbox_id,)
    return (*first, *further.values_list("mailbox_id", flat=True))


def further_mailboxes(message_id: int) -> tuple[str, ...]:
    """Return the names of the mailboxes that a message came to besides the first of them."""
    rows = FurtherArrival.objects.filter(message=message_id).order_by("pk")
    return tuple(rows.values_list("mailbox__name", flat=True))


def left_arrived(*, at: datetime, limit: int = 100) -> list[int]:
    """Return the keys of messages that should be taken up again, the longest waiting first.

    Args:
        at: now; what only just arrived has a job of its own.
        limit: how many at most.
    """
    due = IncomingMessage.objects.filter(state=IncomingState.ARRIVED, due_at__lte=at).exclude(
        attempts=0, due_at__gt=at - LEFT_BEHIND
    )
    return list(due.order_by("due_at").values_list("pk", flat=True)[:limit])


def as_incoming(message: IncomingMessage) -> Incoming:
    """Return a row as it is read."""
    return Incoming(
        id=message.pk,
        door=ArrivalDoor(message.door),
        mailbox_id=message.mailbox_id,
        envelope_from=_sender(message.envelope_from),
        envelope_to=tuple(message.envelope_to),
        received_at=message.received_at,
        sha256=message.sha256,
        size=message.size,
        is_whole=message.is_whole,
        state=IncomingState(message.state),
        reason=IncomingReason(message.reason),
        record=message.record,
        subject=message.subject,
        sender=message.sender,
        attempts=message.attempts,
        last_error=message.last_error,
        settled_at=message.settled_at,
    )


def _sender(stored: str) -> str | None:
    return "" if stored == NULL_SENDER else stored or None
