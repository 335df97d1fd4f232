"""What was sent to whom, and what could not be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.conf import settings

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.paging import LARGEST_NUMBER, KeysetOrder, Page, SortKey
from timshel.support.communication import rules
from timshel.support.communication.access import MANAGE, require_manage
from timshel.support.communication.models import AddressTrouble, OutgoingMessage
from timshel.support.communication.queries import envelopes
from timshel.support.communication.states import Failure, MessageState

NEWEST_FIRST: KeysetOrder[OutgoingMessage] = KeysetOrder(SortKey("id", descending=True))
TROUBLES: KeysetOrder[AddressTrouble] = KeysetOrder(SortKey("id", descending=True))


class Show(StrEnum):
    """Which messages are listed."""

    UNSENT = "unsent"  # given up, or come back
    WAITING = "waiting"
    FAILED = "failed"
    BOUNCED = "bounced"
    SENT = "sent"


_STATES: Mapping[Show, tuple[MessageState, ...]] = {
    Show.UNSENT: (MessageState.FAILED, MessageState.BOUNCED),
    Show.WAITING: (MessageState.QUEUED,),
    Show.FAILED: (MessageState.FAILED,),
    Show.BOUNCED: (MessageState.BOUNCED,),
    Show.SENT: (MessageState.SENT,),
}


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as operators see it: who, when and how often, but not what it says.

    Args:
        id: its key.
        kind: such as ``incident.acknowledged``.
        thread: what it belongs to, such as ``incident.INC0000012``.
        address: the recipient's.
        state: where it stands.
        failure: why it did not arrive, if it did not.
        attempts: how often it was tried.
        last_error: what the other side said last.
        created_at: when it was written.
        due_at: when it is tried next, for one that waits.
        sent_at: when it went.
    """

    id: int
    kind: str
    thread: str
    address: str
    state: MessageState
    failure: Failure
    attempts: int
    last_error: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a mail server reported of a message."""

    action: str
    status: str
    said: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message, with what it says: only for who may read what it is about.

    Args:
        row: as in lists.
        sender: in whose name it leaves.
        reply_to: where answers come.
        name: of the recipient; may be empty.
        person_id: the recipient's key, or None.
        subject: one line.
        text: plain text; addresses that let somebody in are cut short.
        html: the same as a page.
        files: their names.
        reports: what came back, oldest first.
        trouble: the mark of the address, or None.
    """

    row: MessageRow
    sender: str
    reply_to: str
    name: str
    person_id: int | None
    subject: str
    text: str
    html: str
    files: tuple[str, ...]
    reports: tuple[ReportRow, ...]
    trouble: TroubleRow | None


@dataclass(frozen=True, slots=True)
class TroubleRow:
    """An address at which messages do not arrive.

    Args:
        id: the key of the mark.
        address: which.
        since: of the first report.
        last_at: of the last.
        count: how many there were.
        status: the code of RFC 3463; may be empty.
        said: the words of the server.
        is_hard: whether nothing is sent there any more.
    """

    id: int
    address: str
    since: datetime
    last_at: datetime
    count: int
    status: str
    said: str
    is_hard: bool


def message_list(
    *, show: Show, address: str = "", actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[MessageRow]:
    """Return a page of messages, newest first, in one query.

    Args:
        show: which.
        address: only those to it; empty for all.
        actor: needs the right to manage messages.
        cursor: of the page; None for the first.
        size: of a page.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    require_manage(actor)
    states = _STATES[show]
    if len(states) == 1:  # by equality, for the sake of the indexes that hold one state each
        rows = OutgoingMessage.objects.filter(state=states[0])
    else:
        rows = OutgoingMessage.objects.filter(state__in=states)
    if address:
        rows = rows.filter(address__iexact=address)
    return NEWEST_FIRST.page(rows.defer("text", "html"), cursor=cursor, size=size).map(_row)


def failed_messages(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[MessageRow]:
    """Return a page of the messages that were given up, newest first, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    return message_list(show=Show.FAILED, actor=actor, cursor=cursor, size=size)


def waiting_messages(
    *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[MessageRow]:
    """Return a page of the messages that wait to be sent, newest first, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    return message_list(show=Show.WAITING, actor=actor, cursor=cursor, size=size)


def message_row(message_id: int, *, actor: Actor) -> MessageRow:
    """Return a message without what it says, in one query.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    require_manage(actor)
    rows = OutgoingMessage.objects.filter(pk=message_id).defer("text", "html")
    found = rows.first()
    if found is None:
        raise NotFound
    return _row(found)


def message(message_id: int, *, actor: Actor) -> MessageView:
    """Return a message with what it says.

    Whether the actor may read what it is about is for the caller to ask first.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    require_manage(actor)
    rows = OutgoingMessage.objects.select_related("person", "team")
    found = rows.filter(pk=message_id).first()
    if found is None:
        raise NotFound
    sender = envelopes.sender_for(found.team_id)
    text = rules.without_secrets(found.text)
    return MessageView(
        row=_row(found),
        sender=sender.mailbox,
        reply_to=sender.reply_to,
        name=found.person.name if found.person else "",
        person_id=found.person_id,
        subject=found.subject,
        text=text,
        html=rules.as_html(text, language=found.language or "en"),
        files=tuple(found.files.order_by("pk").values_list("name", flat=True)),
        reports=tuple(
            ReportRow(each.action, each.status, each.said, each.at)
            for each in found.reports.order_by("at", "pk")
        ),
        trouble=troubles_of([found.address]).get(found.address.lower()),
    )


def trouble_list(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[TroubleRow]:
    """Return a page of the addresses that are marked, newest first, in one query.

    Raises:
        NotAllowed: the right to manage messages is missing.
    """
    require_manage(actor)
    return TROUBLES.page(AddressTrouble.objects.all(), cursor=cursor, size=size).map(_trouble)


def troubles_of(addresses: Iterable[str]) -> dict[str, TroubleRow]:
    """Return the marks of some addresses, each by its address in lower case, in one query.

    Args:
        addresses: as they are written.
    """
    wanted = {address.lower() for address in addresses if address}
    rows = AddressTrouble.objects.filter(address__in=wanted)
    return {row.address: _trouble(row) for row in rows}


def message_told(message_id: int, *, actor: Actor) -> dict[str, Any] | None:
    """Return a message that was given up as other systems are told, without its text; one query.

    Args:
        message_id: its key.
        actor: told nothing unless they look after messages that were not sent.
    """
    try:
        row = message_row(message_id, actor=actor)
    except (NotAllowed, NotFound):
        return None
    return {
        "message_id": row.id,
        "kind": row.kind,
        "thread": row.thread,
        "address": row.address,
        "state": row.state.value,
        "failure": row.failure.value,
        "attempts": row.attempts,
        "said": row.last_error,
        "created_at": row.created_at.isoformat(),
    }


def trouble_told(trouble_id: int, *, actor: Actor) -> dict[str, Any] | None:
    """Return an address at which nothing arrives as other systems are told; one query.

    Args:
        trouble_id: the key of the mark.
        actor: told nothing unless they look after messages that were not sent.
    """
    if not actor.scope(MANAGE).everywhere:
        return None
    row = AddressTrouble.objects.filter(pk=trouble_id).first()
    if row is None:
        return None
    return {
        "address": row.address,
        "since": row.since.isoformat(),
        "last_at": row.last_at.isoformat(),
        "count": row.count,
        "status": row.status,
        "said": row.said,
        "is_hard": row.is_hard,
    }


def thread_of(message_id: str) -> str | None:
    """Return the thread that a Message-ID of ours belongs to; a forged one belongs to none."""
    return rules.thread_of(message_id, key=settings.SECRET_KEY)


def is_ours(message_id: str) -> bool:
    """Tell whether a Message-ID was made by this installation."""
    return thread_of(message_id) is not None


def message_by_identity(message_id: str) -> int | None:
    """Return the key of the message of ours that has a Message-ID, or None.

    Args:
        message_id: as in a header; an empty, foreign or forged one has none.
    """
    plain = message_id.strip()
    if not is_ours(plain):
        return None
    found = OutgoingMessage.objects.filter(message_id=plain)
    return found.values_list("pk", flat=True).first()


def message_by_envelope(recipients: Iterable[str]) -> int | None:
    """Return the key of the message that a report is about, by where the report came to, or None.

    Args:
        recipients: of the report's envelope; only an address that we signed counts.
    """
    for address in recipients:
        key = rules.message_of_envelope(
            address,
            local_part=settings.MAIL_BOUNCES,
            domain=settings.MAIL_DOMAIN,
            key=settings.SECRET_KEY,
        )
        if key is not None and key <= LARGEST_NUMBER:
            return OutgoingMessage.objects.filter(pk=key).values_list("pk", flat=True).first()
    return None


def _row(message: OutgoingMessage) -> MessageRow:
    return MessageRow(
        id=message.pk,
        kind=message.kind,
        thread=message.thread,
        address=message.address,
        state=MessageState(message.state),
        failure=Failure(message.failure),
        attempts=message.attempts,
        last_error=message.last_error,
        created_at=message.created_at,
        due_at=message.due_at,
        sent_at=message.sent_at,
    )


def _trouble(row: AddressTrouble) -> TroubleRow:
    return TroubleRow(
        id=row.pk,
        address=row.address,
        since=row.since,
        last_at=row.last_at,
        count=row.count,
        status=row.status,
        said=row.said,
        is_hard=row.is_hard,
    )
