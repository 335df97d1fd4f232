"""Delivery reports attached to the messages they are about, and addresses marked by them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop

from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import NotFound
from timshel.kernel.events import publish
from timshel.kernel.journal.actions import record
from timshel.kernel.live import announce
from timshel.support.communication import rules
from timshel.support.communication.access import require_manage
from timshel.support.communication.events import AddressMarked
from timshel.support.communication.models import (
    AddressTrouble,
    MessageReport,
    OutgoingMessage,
    ThreadReference,
)
from timshel.support.communication.states import (
    MESSAGES,
    Failure,
    MessageState,
    ReportAction,
    Trigger,
)

SUBJECT_KIND = "outgoing_message"
TROUBLE = "address_trouble"
REGION = "messages"  # the live region of those who look after what could not be sent
NAME = gettext_noop("Mail")
LONGEST_SAID = 500
LONGEST_STATUS = 12
LONGEST_ADDRESS = 320
LONGEST_SOURCE = 80
LONGEST_IDENTITY = 400


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server reports of a message that it had taken.

    Args:
        source: what brought it, such as ``incoming/812``; the same report counts once.
        action: what became of the message.
        status: the code of RFC 3463, such as ``5.1.1``; may be empty.
        said: the words of the server.
        address: for which the report says so; may be empty.
    """

    source: str
    action: ReportAction
    status: str = ""
    said: str = ""
    address: str = ""


@transaction.atomic
def note_report(message_id: int, *, report: DeliveryReport, at: datetime) -> bool:
    """Attach a report to the message that it is about, and mark the address if it is in trouble.

    Marked is only ever the address that the message went to: whatever address a report names
    was written by whoever sent the report.

    Args:
        message_id: the key of the message.
        report: what was reported.
        at: now.

    Returns:
        Whether it was new.

    Raises:
        NotFound: there is no such message.
    """
    message = OutgoingMessage.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
    if message is None:
        raise NotFound
    said = rules.one_line(report.said, longest=LONGEST_SAID)
    status = report.status.strip()[:LONGEST_STATUS]
    is_failed = report.action is ReportAction.FAILED
    is_hard = is_failed and rules.is_address_gone(status, said)
    _row, is_new = MessageReport.objects.get_or_create(
        message=message,
        source=report.source[:LONGEST_SOURCE],
        address=(report.address or message.address)[:LONGEST_ADDRESS].lower(),
        defaults={
            "action": report.action,
            "status": status,
            "said": said,
            "is_hard": is_hard,
            "at": at,
        },
    )
    if not is_new:
        return False
    if is_failed:
        _bounce(message, said or status)
        mark_address(message.address, status=status, said=said, is_hard=is_hard, at=at)
    announce([REGION], at=at)
    return True


def mark_address(address: str, *, status: str, said: str, is_hard: bool, at: datetime) -> None:
    """Note that an address is in trouble; a hard trouble stays hard until a person clears it.

    Args:
        address: which.
        status: the code of RFC 3463; may be empty.
        said: the words of the server.
        is_hard: whether nothing will ever arrive there.
        at: now.
    """
    row, is_new = AddressTrouble.objects.select_for_update().get_or_create(
        address=address.lower(),
        defaults={
            "since": at,
            "last_at": at,
            "status": status,
            "said": said,
            "is_hard": is_hard,
        },
    )
    was_hard = row.is_hard and not is_new
    if not is_new:
        row.count += 1
        row.last_at = at
        if is_hard or not row.is_hard:
            row.status, row.said, row.is_hard = status, said, is_hard
        row.save()
    if row.is_hard and not was_hard:
        record(
            "address_trouble.marked",
            subject_kind=TROUBLE,
            subject_id=row.pk,
            changes={"address": (None, row.address), "said": (None, said)},
            actor=system_actor(NAME),
            at=at,
        )
        publish(AddressMarked(row.pk, row.address, at))


@transaction.atomic
def clear_trouble(trouble_id: int, *, actor: Actor, at: datetime) -> None:
    """Take the mark off an address, so that mail is sent there again.

    Args:
        trouble_id: the key of the mark.
        actor: needs the right to manage messages.
        at: now.

    Raises:
        NotAllowed, NotFound: as they say; an address that is no longer marked is not found.
    """
    require_manage(actor)
    row = AddressTrouble.objects.select_for_update().filter(pk=trouble_id).first()
    if row is None:
        raise NotFound
    record(
        "address_trouble.cleared",
        subject_kind=TROUBLE,
        subject_id=row.pk,
        changes={"address": (row.address, None), "said": (row.said, None)},
        actor=actor,
        at=at,
    )
    row.delete()
    announce([REGION], at=at)


def note_reference(thread: str, *, message_id: str, address: str, at: datetime) -> None:
    """Remember what somebody wrote in a thread, so that what we send them next answers it.

    Args:
        thread: such as ``incident.INC0000012``.
        message_id: their Message-ID; what cannot stand in a header is left aside.
        address: theirs.
        at: when it came.
    """
    plain = message_id.strip()
    is_one = plain.startswith("<") and plain.endswith(">") and plain.isascii()
    if is_one and plain.isprintable() and " " not in plain and len(plain) <= LONGEST_IDENTITY:
        row = ThreadReference(thread=thread, message_id=plain, address=address.lower(), at=at)
        ThreadReference.objects.bulk_create([row], ignore_conflicts=True)


def trouble_at(address: str) -> AddressTrouble | None:
    """Return the mark of an address at which nothing arrives, or None."""
    return AddressTrouble.objects.filter(address=address.lower(), is_hard=True).first()


def _bounce(message: OutgoingMessage, reason: str) -> None:
    if message.state not in {MessageState.SENT, MessageState.QUEUED}:
        return
    message.state = MESSAGES.target(MessageState(message.state), Trigger.BOUNCE)
    message.failure = Failure.BOUNCED
    message.last_error = reason
    message.save(update_fields=["state", "failure", "last_error"])
