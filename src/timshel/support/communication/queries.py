"""What was sent to whom, and what could not be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.support.communication import rules
from timshel.support.communication.access import require_manage
from timshel.support.communication.models import OutgoingMessage
from timshel.support.communication.states import MessageState

NEWEST_FIRST: KeysetOrder[OutgoingMessage] = KeysetOrder(SortKey("id", descending=True))


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as operators see it: who, when and how often, but not what it says.

    Args:
        id: its key.
        kind: such as ``incident.acknowledged``.
        thread: what it belongs to, such as ``incident.INC0000012``.
        address: the recipient's.
        attempts: how often it was tried.
        last_error: what the other side said last.
        created_at: when it was written.
        due_at: when it is tried next, for one that waits.
    """

    id: int
    kind: str
    thread: str
    address: str
    attempts: int
    last_error: str
    created_at: datetime
    due_at: datetime


def failed_messages(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[MessageRow]:
    """Return a page of the messages that were given up, newest first, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    return _page(_in_state(MessageState.FAILED), actor=actor, cursor=cursor, size=size)


def waiting_messages(
    *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[MessageRow]:
    """Return a page of the messages that wait to be sent, newest first, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    return _page(_in_state(MessageState.QUEUED), actor=actor, cursor=cursor, size=size)


def thread_of(message_id: str) -> str | None:
    """Return the thread that a Message-ID of ours belongs to; a forged one belongs to none."""
    return rules.thread_of(message_id, key=settings.SECRET_KEY)


def _in_state(state: MessageState) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(state=state).defer("text", "html")


def _page(
    rows: QuerySet[OutgoingMessage], *, actor: Actor, cursor: str | None, size: int
) -> Page[MessageRow]:
    require_manage(actor)
    return NEWEST_FIRST.page(rows, cursor=cursor, size=size).map(_row)


def _row(message: OutgoingMessage) -> MessageRow:
    return MessageRow(
        id=message.pk,
        kind=message.kind,
        thread=message.thread,
        address=message.address,
        attempts=message.attempts,
        last_error=message.last_error,
        created_at=message.created_at,
        due_at=message.due_at,
    )
