"""Keeping what arrives before anybody reads it, and writing down what became of it.

A mail is brought again whenever a server did not hear that we have it, and by several doors at
once where people write to two addresses of ours. Its fingerprint makes one row of all that; the
mailbox that it came to first stands in the row, and the others beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Self

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_noop

from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.errors import NotFound, WrongState
from timshel.kernel.events import publish
from timshel.kernel.files import keep
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.support.communication import rules
from timshel.support.communication.events import MessageHeld, MessageReceived
from timshel.support.communication.models import FurtherArrival, IncomingMessage
from timshel.support.communication.models.incoming import (
    LONGEST_ADDRESS,
    LONGEST_SUBJECT,
    NULL_SENDER,
)
from timshel.support.communication.states import (
    INCOMING,
    ArrivalDoor,
    IncomingReason,
    IncomingState,
    IncomingTrigger,
)

SUBJECT_KIND = "incoming_message"
BRINGER = gettext_noop("Mail")
# Reasons that the rule of one mailbox gives, where that of another may say otherwise.
REFUSED_BY_RULE = frozenset(
    {IncomingReason.UNKNOWN_SENDER, IncomingReason.REFUSED_SENDER, IncomingReason.AUTOMATIC}
)
INCOMING_REGION = "incoming_messages"  # the live region of those who look after what is held
LONGEST_ERROR = 500
ENDED = "The process that took it up ended before it was done."
KEPT_OF_TOO_LARGE = 256 * 1024  # bytes: all of its headers, and how it begins
NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # hash of no bytes


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a mail came.

    Args:
        door: the way by which it came.
        mailbox_id: the mailbox it came to, or None if it is none of ours.
        envelope_from: whom the mail server names as its sender; empty is the null sender of
            delivery reports, and None says that it named nobody.
        envelope_to: whom the mail server names as its recipients; empty where it does not say.
        further: mailboxes of ours to which the same delivery came, too.
    """

    door: ArrivalDoor
    mailbox_id: int | None = None
    envelope_from: str | None = None
    envelope_to: tuple[str, ...] = ()
    further: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a delivery.

    Args:
        message_id: the row's key.
        is_new: whether the mail was never seen before.
    """

    message_id: int
    is_new: bool


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a message; made by :meth:`taken`, :meth:`held` or :meth:`ignored`.

    Args:
        trigger: what moves it.
        reason: why it is held or ignored.
        record: what it became part of, such as ``incident.INC0000012``.
        error: what went wrong, for one that is held because of it.
        subject: as it was read, for lists; None leaves what is there.
        sender: as it was read, for lists; None leaves what is there.
    """

    trigger: IncomingTrigger
    reason: IncomingReason = IncomingReason.NONE
    record: str = ""
    error: str = ""
    subject: str | None = None
    sender: str | None = None

    @classmethod
    def taken(cls, record: str, *, subject: str | None = None, sender: str | None = None) -> Self:
        """Return that a message became part of a record."""
        return cls(IncomingTrigger.TAKE, record=record, subject=subject, sender=sender)

    @classmethod
    def held(
        cls,
        reason: IncomingReason,
        *,
        error: str = "",
        subject: str | None = None,
        sender: str | None = None,
    ) -> Self:
        """Return that a message waits for a person."""
        return cls(IncomingTrigger.HOLD, reason, error=error, subject=subject, sender=sender)

    @classmethod
    def ignored(
        cls,
        reason: IncomingReason,
        *,
        record: str = "",
        subject: str | None = None,
        sender: str | None = None,
    ) -> Self:
        """Return that a message is left aside, though it may tell of a record."""
        return cls(IncomingTrigger.IGNORE, reason, record, subject=subject, sender=sender)


def receive_message(raw: bytes, *, arrival: Arrival, at: datetime) -> Received:
    """Keep a mail, once, however often and by whatever door it is brought.

    The bytes are on disk before the row is written, and the row is committed when this returns
    unless the caller holds a transaction open: only then may a door say that we have it.

    Args:
        raw: the message as it came. Of one that is larger than a mail may be, only the beginning
            is kept, and it is held for a person at once.
        arrival: how it came.
        at: when.
    """
    if len(raw) > settings.MAIL_MAX_BYTES:
        return receive_beginning(raw[:KEPT_OF_TOO_LARGE], size=len(raw), arrival=arrival, at=at)
    return _receive(raw, size=len(raw), is_whole=True, arrival=arrival, at=at)


def receive_beginning(raw: bytes, *, size: int, arrival: Arrival, at: datetime) -> Received:
    """Keep the beginning of a mail that is too large to be taken, held for a person.

    Args:
        raw: how it begins, with all of its headers.
        size: of the whole, in bytes.
        arrival: how it came.
        at: when.
    """
    return _receive(raw, size=size, is_whole=False, arrival=arrival, at=at)


@transaction.atomic
def settle_message(message_id: int, *, settlement: Settlement, actor: Actor, at: datetime) -> None:
    """Write down what becomes of a message, in the transaction in which it becomes that.

    The row is locked, and what is settled cannot be settled again: of two who turn one message
    into an entry at once, the second is refused, and its entry goes with its transaction. Whether
    the actor may is for whoever calls this to know.

    Args:
        message_id: its key.
        settlement: what becomes of it.
        actor: who did it, or the rule that did.
        at: when.

    Raises:
        NotFound: there is no such message.
        WrongState: it was settled already.
    """
    message = _locked(message_id)
    before = (message.state, message.reason, message.record)
    message.state = INCOMING.target(IncomingState(message.state), settlement.trigger)
    message.reason = settlement.reason
    message.record = settlement.record
    message.last_error = rules.one_line(settlement.error, longest=LONGEST_ERROR)
    message.settled_at = at
    if settlement.subject is not None:
        message.subject = rules.one_line(settlement.subject, longest=LONGEST_SUBJECT)
    if settlement.sender is not None:
        message.sender = rules.one_line(settlement.sender, longest=LONGEST_ADDRESS)
    message.save()
    _record(message, before=before, actor=actor, at=at)
    announce([INCOMING_REGION], at=at)
    if message.state == IncomingState.HELD:
        publish(MessageHeld(message.pk, at))


@transaction.atomic
def retry_incoming(message_id: int, *, actor: Actor, at: datetime) -> None:
    """Have a message that was held or ignored taken up again, as if it had just arrived.

    Whether the actor may is for whoever calls this to know.

    Args:
        message_id: its key.
        actor: who asks.
        at: when.

    Raises:
        NotFound: there is no such message.
        WrongState: it became part of a record, or it waits already, or only its beginning is here.
    """
    message = _locked(message_id)
    before = (message.state, message.reason, message.record)
    if not message.is_whole:
        raise WrongState
    message.state = INCOMING.target(IncomingState(message.state), IncomingTrigger.RETRY)
    message.reason, message.record, message.last_error = IncomingReason.NONE, "", ""
    message.attempts, message.due_at, message.settled_at = 0, at, None
    message.save()
    _record(message, before=before, actor=actor, at=at)
    announce([INCOMING_REGION], at=at)
    publish(MessageReceived(message.pk, at))


@transaction.atomic
def note_attempt(message_id: int, *, actor: Actor, at: datetime) -> bool:
    """Count an attempt at a message before it is made, for who takes up what was left behind.

    So a message that ends the very process that reads it is held after some attempts, too.

    Args:
        message_id: its key.
        actor: the job.
        at: when.

    Returns:
        Whether it is to be attempted.

    Raises:
        NotFound: there is no such message.
    """
    message = _locked(message_id)
    if message.state != IncomingState.ARRIVED:
        return False
    if message.attempts and rules.route_again_after(message.attempts) is None:
        held = Settlement.held(IncomingReason.FAILED, error=message.last_error or ENDED)
        settle_message(message_id, settlement=held, actor=actor, at=at)
        return False
    message.attempts += 1
    message.due_at = at + (rules.route_again_after(message.attempts) or rules.ROUTE_WAITS[-1])
    message.save(update_fields=["attempts", "due_at"])
    return True


@transaction.atomic
def note_failure(
    message_id: int, *, error: str, is_counted: bool = False, actor: Actor, at: datetime
) -> None:
    """Note that a message could not be taken up: it is tried again later, and held at last.

    Args:
        message_id: its key; one that was settled meanwhile is left alone.
        error: what went wrong, for the people who look after it.
        is_counted: the attempt was counted by ``note_attempt``.
        actor: the job.
        at: when.

    Raises:
        NotFound: there is no such message.
    """
    message = _locked(message_id)
    if message.state != IncomingState.ARRIVED:
        return
    message.attempts += not is_counted
    message.last_error = rules.one_line(error, longest=LONGEST_ERROR)
    wait = rules.route_again_after(message.attempts)
    if wait is not None:
        message.due_at = at + wait
        message.save(update_fields=["attempts", "last_error", "due_at"])
        return
    message.save(update_fields=["attempts", "last_error"])
    held = Settlement.held(IncomingReason.FAILED, error=error)
    settle_message(message_id, settlement=held, actor=actor, at=at)


def _receive(raw: bytes, *, size: int, is_whole: bool, arrival: Arrival, at: datetime) -> Received:
    # The beginning of a mail is never taken for the whole of another.
    fingerprint = rules.fingerprint(raw if is_whole else b"%d bytes\n" % size + raw)
    known = IncomingMessage.objects.filter(fingerprint=fingerprint).first()
    if known is not None:
        _note_further(known, arrival=arrival, at=at)
        return Received(known.pk, is_new=False)
    kept = keep(BytesIO(raw), largest=max(len(raw), 1)).sha256 if raw else NOTHING
    with transaction.atomic():
        message, is_new = IncomingMessage.objects.get_or_create(
            fingerprint=fingerprint,
            defaults={
                "sha256": kept,
                "size": size,
                "is_whole": is_whole,
                "mailbox_id": arrival.mailbox_id,
                "door": arrival.door,
                "envelope_from": _sender(arrival.envelope_from),
                "envelope_to": [_address(each) for each in arrival.envelope_to],
                "received_at": at,
                "due_at": at,
                **({} if is_whole else _held_at_once(at)),
            },
        )
        if is_new and is_whole:
            publish(MessageReceived(message.pk, at))
        elif is_new:
            announce([INCOMING_REGION], at=at)
            publish(MessageHeld(message.pk, at))
        _note_further(message, arrival=arrival, at=at)
    return Received(message.pk, is_new=is_new)


def _note_further(message: IncomingMessage, *, arrival: Arrival, at: datetime) -> None:
    """Note the mailboxes that a mail came to besides the first of them.

    What the rule of the first refused is taken up again: the rule of another may take it.
    """
    came_to = {each for each in (arrival.mailbox_id, *arrival.further) if each is not None}
    came_to.discard(message.mailbox_id)
    if not came_to:
        return
    with transaction.atomic():
        noted = FurtherArrival.objects.filter(message=message, mailbox__in=came_to)
        fresh = came_to.difference(noted.values_list("mailbox_id", flat=True))
        rows = [FurtherArrival(message=message, mailbox_id=each, at=at) for each in sorted(fresh)]
        FurtherArrival.objects.bulk_create(rows, ignore_conflicts=True)
        if rows and message.is_whole and _locked(message.pk).reason in REFUSED_BY_RULE:
            retry_incoming(message.pk, actor=system_actor(BRINGER, channel=Channel.MAIL), at=at)


def _held_at_once(at: datetime) -> dict[str, object]:
    return {
        "state": IncomingState.HELD,
        "reason": IncomingReason.TOO_LARGE,
        "settled_at": at,
    }


def _sender(address: str | None) -> str:
    return "" if address is None else _address(address) or NULL_SENDER


def _address(text: str) -> str:
    return rules.one_line(text, longest=LONGEST_ADDRESS)


def _locked(message_id: int) -> IncomingMessage:
    message = IncomingMessage.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound
    return message


def _record(
    message: IncomingMessage, *, before: tuple[str, str, str], actor: Actor, at: datetime
) -> None:
    after = (message.state, message.reason, message.record)
    names = ("state", "reason", "record")
    record(
        f"{SUBJECT_KIND}.{VERBS[IncomingState(message.state)]}",
        subject_kind=SUBJECT_KIND,
        subject_id=message.pk,
        changes={
            name: (str(old), str(new))
            for name, old, new in zip(names, before, after, strict=True)
            if old != new
        },
        actor=actor,
        at=at,
    )


VERBS = {
    IncomingState.ARRIVED: "retried",
    IncomingState.TAKEN: "taken",
    IncomingState.HELD: "held",
    IncomingState.IGNORED: "ignored",
}
