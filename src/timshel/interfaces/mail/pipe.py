"""A message on standard input, as mail servers hand it to a program; the answer is an exit code.

The codes are those of sysexits.h, which every mail server knows: upon 75 it keeps the message and
tries again, upon others it tells the sender.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import BinaryIO

from django.conf import settings

from timshel.interfaces.mail.brought import Place, keep_brought, place_for, place_of
from timshel.support.communication.states import ArrivalDoor


class Code(IntEnum):
    """What a mail server makes of how the program ended."""

    DONE = 0
    TOO_LARGE = 65  # EX_DATAERR
    NO_MAILBOX = 67  # EX_NOUSER
    LATER = 75  # EX_TEMPFAIL


def receive(
    stream: BinaryIO,
    *,
    mailbox: str | None,
    sender: str | None,
    recipients: Sequence[str],
    environment: Mapping[str, str],
) -> Code:
    """Keep a message, and say how that went.

    Args:
        stream: the message.
        mailbox: the code of the mailbox that it came to; else it is found by the recipients.
        sender: of the envelope; else what the mail server wrote into the environment.
        recipients: of the envelope; else those in the environment.
        environment: of the process, in which Postfix and others name sender and recipient.
    """
    named = recipients or _recipients(environment)
    places = _places(mailbox, named)
    if not places and (mailbox or named):
        return Code.NO_MAILBOX
    open_places = [each for each in places if each.is_active]
    if places and not open_places:
        return Code.LATER
    raw = stream.read(settings.MAIL_MAX_BYTES + 1)
    if len(raw) > settings.MAIL_MAX_BYTES:
        return Code.TOO_LARGE
    found = [each.mailbox_id for each in open_places if each.mailbox_id is not None]
    keep_brought(
        raw,
        door=ArrivalDoor.PIPE,
        mailbox_id=found[0] if found else None,
        further=found[1:],
        sender=environment.get("SENDER") if sender is None else sender,
        recipients=named,
    )
    return Code.DONE


def _recipients(environment: Mapping[str, str]) -> tuple[str, ...]:
    names = ("ORIGINAL_RECIPIENT", "RECIPIENT")
    found = (environment.get(name, "") for name in names)
    return tuple(dict.fromkeys(each for each in found if "@" in each))


def _places(mailbox: str | None, recipients: Sequence[str]) -> list[Place]:
    found = [place_of(mailbox)] if mailbox else [place_for(each) for each in recipients]
    return [each for each in found if each is not None]
