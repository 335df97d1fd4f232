"""Who reads mail for us: the door that knows how registers itself, since we belong below it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from timshel.resolution_fulfilment.intake import rules
from timshel.resolution_fulfilment.intake.rules import MailContent
from timshel.support.communication.queries import Incoming, raw_of, thread_of
from timshel.support.communication.states import ArrivalDoor


class Reader(Protocol):
    """What turns the bytes of a mail into what it says."""

    def __call__(self, raw: bytes, /, *, envelope_from: str | None) -> MailContent:
        """Return what a mail says.

        Raises:
            Unreadable: it cannot be read, or is not because of what that would cost.
        """
        ...


_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Say who reads mail; the last one counts."""
    _readers[:] = [reader]


def read(raw: bytes, *, envelope_from: str | None) -> MailContent:
    """Return what a mail says.

    Args:
        raw: as it arrived.
        envelope_from: whom the server named as sender; empty for the null sender, None where it
            is not known.

    Raises:
        Unreadable: as it says.
    """
    (reader,) = _readers
    return reader(raw, envelope_from=envelope_from)


def read_incoming(message: Incoming) -> MailContent:
    """Return what a mail says that arrived.

    Raises:
        Unreadable: as it says.
    """
    # Only a mail server that hands us the envelope itself knows of a null sender; of the others,
    # the header that servers write tells.
    is_known = message.door is ArrivalDoor.LMTP or bool(message.envelope_from)
    return read(raw_of(message), envelope_from=message.envelope_from if is_known else None)


@dataclass(frozen=True, slots=True)
class Way:
    """Where a mail leads.

    Args:
        number: the case that it answers; empty for none.
        is_signed: told by a reference of ours, not only by a number in the subject.
    """

    number: str = ""
    is_signed: bool = False


def way_of(content: MailContent) -> Way:
    """Return where a mail leads by what it answers; whether its sender may, is yet to ask."""
    for identity in content.answers:
        thread = thread_of(identity)
        number = rules.number_of_thread(thread) if thread else ""
        if number:
            return Way(number, is_signed=True)
    numbers = rules.numbers_in(content.subject)
    return Way(numbers[0]) if numbers else Way()
