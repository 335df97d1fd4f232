"""The tables of messages, and of the mailboxes at which they arrive."""

from timshel.support.communication.models.incoming import FurtherArrival, IncomingMessage
from timshel.support.communication.models.mailboxes import Mailbox
from timshel.support.communication.models.outgoing import OutgoingFile, OutgoingMessage
from timshel.support.communication.models.reports import (
    AddressTrouble,
    MessageReport,
    ThreadReference,
)
from timshel.support.communication.models.wording import MessageTemplate, Sender

__all__ = [
    "AddressTrouble",
    "FurtherArrival",
    "IncomingMessage",
    "Mailbox",
    "MessageReport",
    "MessageTemplate",
    "OutgoingFile",
    "OutgoingMessage",
    "Sender",
    "ThreadReference",
]
