"""A message as mail programs read it: headers that thread, text beside simple HTML, and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from timshel.support.communication.rules import LONGEST_SUBJECT, one_line

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that goes with a mail: its clean name, its media type and its content."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail is made of.

    Args:
        sender: address of the organisation, as ``Service desk <desk@example.org>``.
        reply_to: where answers go, in the same form.
        name: of the recipient; may be empty.
        address: of the recipient.
        references: identities of earlier messages of the thread, the root first.
        is_automatic: no person wrote it, so that no machine should answer it.
        at: its date.
        files: what goes with it.
        unsubscribe: the address that ends what it is one of, by one click (RFC 8058); or empty.
    """

    sender: str
    reply_to: str
    name: str
    address: str
    subject: str
    text: str
    html: str
    message_id: str
    references: tuple[str, ...]
    is_automatic: bool
    at: datetime
    files: tuple[Enclosure, ...] = ()
    unsubscribe: str = ""


def compose(letter: Letter) -> EmailMessage:
    """Return the mail.

    Text from people cannot make headers: line breaks are taken out before they get here, and
    the mail package refuses what is left.

    Raises:
        ValueError: an address is not one.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _mailbox(letter.sender)
    mail["Reply-To"] = _mailbox(letter.reply_to)
    mail["To"] = _address(letter.name, letter.address)
    mail["Subject"] = one_line(letter.subject, longest=LONGEST_SUBJECT)
    mail["Date"] = format_datetime(letter.at)
    mail["Message-ID"] = letter.message_id
    if letter.references:
        mail["In-Reply-To"] = letter.references[-1]
        mail["References"] = " ".join(letter.references)
    if letter.is_automatic:
        mail["Auto-Submitted"] = "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, subtype="plain", cte="quoted-printable")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for file in letter.files:
        maintype, _slash, subtype = file.media_type.partition("/")
        mail.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=file.name)
    return mail


def _mailbox(text: str) -> Address:
    return _address(*parseaddr(text))


def _address(name: str, address: str) -> Address:
    shown = one_line(name, longest=LONGEST_NAME)
    try:
        return Address(display_name=shown, addr_spec=address)
    except Exception as error:
        # The parser of addresses meets broken ones with whatever exception it stumbles over.
        raise ValueError(f"not a mail address: {address[:100]!r}") from error
