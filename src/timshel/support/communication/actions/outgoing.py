"""Queueing messages with the change they tell of, and sending each until it is known to have gone.

A message is a row, written in a transaction; a job sends it and a sweep sends whatever a job
left behind. Delivery cannot be exactly once between two machines: if this one dies between the
server's "accepted" and the row's "sent", the mail goes again, under the same Message-ID, so that
mail programs show it once. Everything else is once.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum
from io import BytesIO
from typing import Protocol

from django.conf import settings
from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.kernel.advisory_lock import held_alone
from timshel.kernel.errors import NotFound
from timshel.kernel.events import publish
from timshel.kernel.files import clean_name, keep, path_of
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.support.communication import rules
from timshel.support.communication.access import require_manage
from timshel.support.communication.actions import reports
from timshel.support.communication.actions.reports import REGION, SUBJECT_KIND
from timshel.support.communication.events import MessageGivenUp, MessageQueued
from timshel.support.communication.models import OutgoingFile, OutgoingMessage
from timshel.support.communication.notices import Enclosure, Letter, compose
from timshel.support.communication.queries import envelopes
from timshel.support.communication.states import MESSAGES, Failure, MessageState, Trigger

logger = logging.getLogger("timshel.communication")

LONGEST_REASON = 500
SENDING_LOCKS = 7_302_002 << 32  # a range of advisory locks, one for each message
NAME_BYTES = 10


class DeliveryFailed(Exception):  # noqa: N818 - named for what happened
    """A message was not taken.

    Args:
        reason: what the other side said.
        is_permanent: whether trying again is of no use.
        is_recipient: whether it was the recipient that was refused, not the mail.
    """

    def __init__(
        self, reason: str, *, is_permanent: bool = False, is_recipient: bool = False
    ) -> None:
        self.is_permanent = is_permanent
        self.is_recipient = is_recipient
        super().__init__(reason)


class Transport(Protocol):
    """What takes mails away: SMTP, a folder, the console."""

    def deliver(self, mail: EmailMessage, /, *, sender: str) -> None:
        """Hand a mail on, and return only when it is no longer ours.

        Args:
            mail: what to hand on.
            sender: of the envelope, to which reports about it come back; empty for the From line.

        Raises:
            DeliveryFailed: it was not taken.
        """
        ...


class Outcome(StrEnum):
    """What came of an attempt to send."""

    SENT = "sent"
    LATER = "later"
    GIVEN_UP = "given up"
    NOTHING_TO_DO = "nothing to do"


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why an attempt came to nothing."""

    kind: Failure
    reason: str
    is_permanent: bool = False
    is_recipient: bool = False


@dataclass(frozen=True, slots=True)
class MessageFile:
    """A file that a message carries.

    Args:
        name: under which it is saved; folders and control characters are taken out.
        media_type: such as ``application/pdf``; what is no type of files is sent as any.
        content: not empty, and at most what a file that people send may have.
    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell whom.

    Args:
        key: says what the news is and for whom; the same news makes one message. At most 120
            characters.
        kind: such as ``incident.acknowledged``.
        thread: what it belongs to, such as ``incident.INC0000012``; ASCII letters, digits, dots
            and hyphens, at most 60.
        person_id: the recipient; None for an address that is nobody's here.
        address: the recipient's; an empty one means that nothing is sent.
        subject: one line.
        text: plain text.
        language: of the text.
        is_automatic: no person wrote it, so that no machine should answer it.
        not_before: the earliest moment to send it, such as the morning; None for at once.
        files: what goes with it.
        team_id: in whose name it leaves; None for that of the installation.
        unsubscribe: the whole address that ends what it is one of, by one click of a mail program.
    """

    key: str
    kind: str
    thread: str
    person_id: int | None
    address: str
    subject: str
    text: str
    language: str = "en"
    is_automatic: bool = True
    not_before: datetime | None = None
    files: tuple[MessageFile, ...] = ()
    team_id: int | None = None
    unsubscribe: str = ""


@transaction.atomic
def queue_message(message: Message, *, at: datetime) -> int | None:
    """Write a message down, to be sent once this transaction is kept, or when its time has come.

    Args:
        message: what to tell whom; a key that was used before changes nothing.
        at: when.

    Returns:
        The key of the row, or None if the recipient has no address.

    Raises:
        files.TooLarge, files.Empty: a file that it carries.
    """
    if not message.address:
        return None
    due_at = max(at, message.not_before or at)
    name = secrets.token_hex(NAME_BYTES)
    row, is_new = OutgoingMessage.objects.get_or_create(
        key=message.key,
        defaults={
            "kind": message.kind,
            "thread": message.thread,
            "person_id": message.person_id,
            "team_id": message.team_id,
            "address": message.address,
            "language": message.language,
            "subject": rules.one_line(message.subject, longest=rules.LONGEST_SUBJECT),
            "text": message.text,
            "html": rules.as_html(message.text, language=message.language),
            "message_id": envelopes.identity_of(message.thread, name),
            "is_automatic": message.is_automatic,
            "unsubscribe": message.unsubscribe,
            "created_at": at,
            "due_at": due_at,
        },
    )
    if is_new:
        _enclose(row, message.files)
        if due_at <= at:  # the others are found by the sweep when their time has come
            publish(MessageQueued(row.pk, at))
    return row.pk


def send_message(message_id: int, *, transport: Transport, at: datetime) -> Outcome:
    """Send a message if it is due and nobody else is sending it.

    The claim is a lock of the session: it holds no transaction open while a mail server thinks,
    and it is gone the moment this process is. Must not run inside a transaction.

    Args:
        message_id: its key.
        transport: what takes it away.
        at: now; a message that waits for its next attempt is left alone until then.
    """
    with held_alone(SENDING_LOCKS, message_id) as is_ours:
        if not is_ours:
            return Outcome.NOTHING_TO_DO
        message = (
            OutgoingMessage.objects.select_related("person", "team")
            .filter(pk=message_id, state=MessageState.QUEUED, due_at__lte=at)
            .first()
        )
        if message is None:
            return Outcome.NOTHING_TO_DO
        failure = _attempt(message, transport, at=at)
        if failure is not None:
            return _failed(message, failure, at=at)
        return _sent(message, at=at)


def send_due(*, transport: Transport, at: datetime, limit: int = 100) -> int:
    """Send the messages that are due, the longest waiting first; returns how many went.

    Any number of sweeps and jobs may run at once.

    Args:
        transport: what takes them away.
        at: now.
        limit: how many to try at most.
    """
    due = OutgoingMessage.objects.filter(state=MessageState.QUEUED, due_at__lte=at)
    keys = list(due.order_by("due_at", "pk").values_list("pk", flat=True)[:limit])
    outcomes = [send_message(key, transport=transport, at=at) for key in keys]
    return outcomes.count(Outcome.SENT)


def _attempt(message: OutgoingMessage, transport: Transport, *, at: datetime) -> _Failed | None:
    """Try to send; return why it did not go, or None if it is gone.

    Whatever goes wrong must end in a row that people see, and mostly in another attempt.
    """
    trouble = reports.trouble_at(message.address)
    if trouble is not None:
        return _Failed(Failure.MARKED, trouble.said, is_permanent=True)
    try:
        transport.deliver(compose(_letter(message, at=at)), sender=envelopes.sender_of(message.pk))
    except DeliveryFailed as failed:
        kind = Failure.REFUSED if failed.is_permanent else Failure.SERVER
        return _Failed(kind, str(failed), failed.is_permanent, failed.is_recipient)
    except ValueError as fault:  # an address that is none
        return _Failed(Failure.NO_ADDRESS, str(fault), is_permanent=True)
    except Exception as fault:
        logger.exception("Message %s could not be sent", message.pk)
        return _Failed(Failure.SERVER, repr(fault))
    return None


@transaction.atomic
def retry_message(message_id: int, *, actor: Actor, at: datetime) -> None:
    """Queue a message again that was given up or came back.

    Args:
        message_id: its key.
        actor: who asks; needs the right to manage messages.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say.
        WrongState: it was not given up and did not come back.
    """
    require_manage(actor)
    message = OutgoingMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound
    old = message.state
    message.state = MESSAGES.target(MessageState(old), Trigger.RETRY)
    message.attempts, message.failure = 0, Failure.NONE
    message.due_at = at
    message.save(update_fields=["state", "attempts", "failure", "due_at"])
    record(
        "message.retried",
        subject_kind=SUBJECT_KIND,
        subject_id=message.pk,
        changes={"state": (old, message.state)},
        actor=actor,
        at=at,
    )
    announce([REGION], at=at)
    publish(MessageQueued(message.pk, at))


def _enclose(message: OutgoingMessage, files: tuple[MessageFile, ...]) -> None:
    rows = []
    for file in files:
        kept = keep(BytesIO(file.content), largest=settings.ATTACHMENT_MAX_BYTES)
        rows.append(
            OutgoingFile(
                message=message,
                name=clean_name(file.name),
                media_type=rules.media_type(file.media_type),
                size=kept.size,
                sha256=kept.sha256,
            )
        )
    OutgoingFile.objects.bulk_create(rows)


def _letter(message: OutgoingMessage, *, at: datetime) -> Letter:
    sender = envelopes.sender_for(message.team_id)
    return Letter(
        sender=sender.mailbox,
        reply_to=sender.reply_to,
        name=message.person.name if message.person else "",
        address=message.address,
        subject=message.subject,
        text=message.text,
        html=message.html,
        message_id=message.message_id,
        references=envelopes.references_of(message),
        unsubscribe=message.unsubscribe,
        is_automatic=message.is_automatic,
        at=at,
        files=tuple(_enclosure(file) for file in message.files.order_by("pk")),
    )


def _enclosure(file: OutgoingFile) -> Enclosure:
    try:
        content = path_of(file.sha256).read_bytes()
    except OSError as error:
        raise DeliveryFailed(f"The file {file.name} cannot be read: {error.strerror}") from error
    return Enclosure(file.name, file.media_type, content)


def _sent(message: OutgoingMessage, *, at: datetime) -> Outcome:
    message.state = MESSAGES.target(MessageState(message.state), Trigger.DELIVER)
    message.attempts += 1
    message.sent_at = at
    message.failure, message.last_error = Failure.NONE, ""
    message.save(update_fields=["state", "attempts", "sent_at", "failure", "last_error"])
    return Outcome.SENT


@transaction.atomic
def _failed(message: OutgoingMessage, failed: _Failed, *, at: datetime) -> Outcome:
    message.attempts += 1
    message.failure = failed.kind
    message.last_error = rules.one_line(failed.reason, longest=LONGEST_REASON)
    wait = None if failed.is_permanent else rules.wait_after(message.attempts)
    if wait is None:
        message.state = MESSAGES.target(MessageState(message.state), Trigger.GIVE_UP)
        announce([REGION], at=at)
        publish(MessageGivenUp(message.pk, at))
    else:
        message.due_at = at + wait
    message.save(update_fields=["state", "attempts", "failure", "last_error", "due_at"])
    if failed.is_permanent and failed.is_recipient and rules.is_address_gone("", failed.reason):
        reports.mark_address(
            message.address, status="", said=message.last_error, is_hard=True, at=at
        )
    return Outcome.GIVEN_UP if wait is None else Outcome.LATER
