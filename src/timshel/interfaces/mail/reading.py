"""A mail that arrived, read: who wrote what, apart from what they quoted, and what came with it.

Nothing here touches tables or clocks, and nothing raises but `Unreadable`: whatever a mail holds
ends in something that a person can look at.
"""

from __future__ import annotations

import hashlib
import mimetypes
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from enum import StrEnum

from timshel.interfaces.mail.automatic import Automatic, automatic
from timshel.interfaces.mail.charsets import storable
from timshel.interfaces.mail.headers import (
    Mailbox,
    file_name,
    header,
    identities,
    mailboxes,
    parameter,
    sent_at,
)
from timshel.interfaces.mail.markup import (
    LONGEST_READ,
    bare_text,
    content_id,
    pictures_of,
    text_of_html,
)
from timshel.interfaces.mail.parsing import (
    Fault,
    Unreadable,
    children,
    content_of,
    disposition,
    media_type,
    parse,
    source_of,
    text_of,
)
from timshel.interfaces.mail.quoting import Parts, split
from timshel.interfaces.mail.reports import Report, report
from timshel.kernel.files import clean_name
from timshel.kernel.icalendar_files.invitations import Invitation, invitations

LONGEST_TEXT = 300_000
LONGEST_SUBJECT = 250
LONGEST_WITHIN = 40_000  # characters of HTML of a mail within the mail
MOST_NESTED = 20
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
CALENDARS = frozenset({"text/calendar", "application/ics"})
MESSAGES = frozenset({"message/rfc822", "message/global", "message/news"})
TOLD_ELSEWHERE = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
        "text/rfc822-headers",
        "message/global-headers",
    }
)
SIGNATURES = {
    "application/pgp-signature": "pgp",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
}
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"
PGP_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
PGP_SEALED = "-----BEGIN PGP MESSAGE-----"


class Protection(StrEnum):
    """How a mail is signed or encrypted; whether rightly, is for its reader's program to check."""

    SIGNED_PGP = "signed_pgp"
    SIGNED_SMIME = "signed_smime"
    ENCRYPTED_PGP = "encrypted_pgp"
    ENCRYPTED_SMIME = "encrypted_smime"


@dataclass(frozen=True, slots=True)
class Part:
    """A file that came with a mail.

    Args:
        name: without folders, controls and signs that turn the direction of writing.
        media_type: as the mail says.
        content: its bytes, which may be none.
        content_id: by which the HTML names it; empty for none.
        is_inline: a picture that belongs to the HTML rather than a file on its own.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False

    @property
    def sha256(self) -> str:
        """The hash of the content, under which it is kept."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Nested:
    """A mail within the mail: who wrote what about what."""

    subject: str
    sender: Mailbox | None
    sent_at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class ReadMail:
    """All that a mail says.

    Args:
        subject: one line; may be empty.
        sender: whom From names first; None where it names nobody.
        reply_to: where answers are asked for, where that is elsewhere.
        to: whom it went to.
        cc: who got a copy.
        sent_at: when it says it was written.
        text: what was written, apart from quotes and signature, in Markdown.
        quoted: what was quoted.
        signature: how it is signed.
        is_forward: what is quoted is what the writer wanted to be read.
        html: as it came; to be cleaned before it is shown.
        parts: files, and pictures of the HTML.
        invitations: meetings.
        nested: mails within it.
        protections: how it is signed or encrypted.
        report: on the delivery of another mail.
        automatic: by what it tells that no person wrote it.
        message_id: its own; empty where it has none.
        in_reply_to: identities it answers.
        references: identities of its thread.
        is_cut: the text was too long to be taken whole.
    """

    subject: str
    sender: Mailbox | None
    reply_to: Mailbox | None
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    sent_at: datetime | None
    text: str
    quoted: str
    signature: str
    is_forward: bool
    html: str
    parts: tuple[Part, ...]
    invitations: tuple[Invitation, ...]
    nested: tuple[Nested, ...]
    protections: tuple[Protection, ...]
    report: Report | None
    automatic: Automatic | None
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    is_cut: bool = False

    @property
    def files(self) -> tuple[Part, ...]:
        """What came as a file on its own."""
        return tuple(each for each in self.parts if not each.is_inline)

    @property
    def pictures(self) -> tuple[Part, ...]:
        """What belongs to the HTML."""
        return tuple(each for each in self.parts if each.is_inline)


@dataclass(slots=True)
class _Found:
    """What the walk through the parts has come across."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)
    calendars: list[Invitation] = field(default_factory=list)
    nested: list[Nested] = field(default_factory=list)
    protections: list[Protection] = field(default_factory=list)


def read_mail(raw: bytes, *, envelope_from: str | None = None) -> ReadMail:
    """Return what a mail says.

    Args:
        raw: as it arrived.
        envelope_from: whom the server named as sender; empty for the null sender.

    Raises:
        Unreadable: it holds nothing, too much, or what no reader was made for.
    """
    try:
        return _read(parse(raw), envelope_from=envelope_from)
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable(Fault.TOO_DEEP) from error
    except Exception as error:
        # Of all mails in the world, one will be found that does this; it is held, not lost.
        raise Unreadable(Fault.BROKEN, repr(error)) from error


def _read(mail: EmailMessage, *, envelope_from: str | None) -> ReadMail:
    found = _Found()
    _walk(mail, found)
    senders = mailboxes(mail, "From") or mailboxes(mail, "Sender")
    sender = senders[0] if senders else None
    subject = header(mail, "Subject")[:LONGEST_SUBJECT]
    parts, is_cut = _words(found, sender=sender, subject=subject)
    html = "\n".join(found.htmls)
    answers = mailboxes(mail, "Reply-To")
    own = identities(mail, "Message-ID")
    return ReadMail(
        subject=subject,
        sender=sender,
        reply_to=answers[0] if answers and answers[:1] != senders[:1] else None,
        to=mailboxes(mail, "To"),
        cc=mailboxes(mail, "Cc"),
        sent_at=sent_at(mail),
        text=parts.reply,
        quoted=parts.quoted,
        signature=parts.signature,
        is_forward=parts.is_forward,
        html=html,
        parts=_with_places(found.files, html),
        invitations=tuple(found.calendars),
        nested=tuple(found.nested),
        protections=tuple(dict.fromkeys(found.protections)),
        report=report(mail),
        automatic=automatic(mail, envelope_from=envelope_from),
        message_id=own[0] if own else "",
        in_reply_to=identities(mail, "In-Reply-To"),
        references=identities(mail, "References"),
        is_cut=is_cut,
    )


def _words(found: _Found, *, sender: Mailbox | None, subject: str) -> tuple[Parts, bool]:
    text = "\n\n".join(each.strip("\n") for each in found.texts if each.strip())
    if not text.strip() and found.htmls:
        text = _of_htmls(found.htmls, most=LONGEST_READ)
    text = _unarmoured(text.replace("\xa0", " "), found)
    name = (sender.name or sender.address.partition("@")[0]) if sender else ""
    return split(text[:LONGEST_TEXT], sender=name, subject=subject), len(text) > LONGEST_TEXT


def _of_htmls(htmls: list[str], *, most: int) -> str:
    """Return the words of some HTML; with their form, as far as reading that is not too much.

    Args:
        htmls: in their order.
        most: characters that are read with their form; of what comes after, the words are taken.
    """
    texts, read = [], 0
    for each in htmls:
        texts.append(_of_html(each) if read < most else bare_text(each))
        read += len(each)
    return "\n\n".join(texts)


def _of_html(html: str) -> str:
    try:
        return text_of_html(html)
    except Exception:  # noqa: BLE001 - the words without their form are better than none
        return bare_text(html)


def _unarmoured(text: str, found: _Found) -> str:
    """Return text that is signed by PGP within itself with the signature at its end."""
    if PGP_SEALED in text:
        found.protections.append(Protection.ENCRYPTED_PGP)
    if PGP_SIGNED not in text or PGP_SIGNATURE not in text:
        return text
    found.protections.append(Protection.SIGNED_PGP)
    before, _mark, rest = text.partition(PGP_SIGNED)
    signed, _mark, signature = rest.partition(PGP_SIGNATURE)
    _hashes, _blank, words = signed.partition("\n\n")
    plain = "\n".join(line.removeprefix("- ") for line in words.split("\n"))
    return f"{before}{plain}\n-- \n{PGP_SIGNATURE}{signature}"


def _walk(part: EmailMessage, found: _Found) -> None:
    """Take what a part and the parts within it hold; how deep they go was bounded before."""
    kind = media_type(part)
    if kind in TOLD_ELSEWHERE:
        return
    if kind in MESSAGES:
        _take_message(part, found)
    elif kind == "multipart/alternative":
        _take_alternatives(part, found)
    elif kind == "multipart/encrypted":
        found.protections.append(Protection.ENCRYPTED_PGP)
        found.files.extend(_file(each, found) for each in children(part)[1:])
    elif kind.startswith("multipart/") and children(part):
        for each in children(part):
            _walk(each, found)
    else:
        _take_leaf(part, kind, found)


def _take_alternatives(part: EmailMessage, found: _Found) -> None:
    """Take one form of what was written as text, and its HTML to be shown."""
    texts, htmls = len(found.texts), len(found.htmls)
    for each in children(part):
        _walk(each, found)
    # Two texts are two forms of the same: the first that says anything is the plainest.
    kept = [each for each in found.texts[texts:] if each.strip()][:1]
    found.texts[texts:] = kept
    found.htmls[htmls:] = [each for each in found.htmls[htmls:] if each.strip()][-1:]


def _take_leaf(part: EmailMessage, kind: str, found: _Found) -> None:
    signature = SIGNATURES.get(kind)
    if signature is not None:
        found.protections.append(Protection(f"signed_{signature}"))
        return
    if kind in SEALED:
        is_signed = parameter(part, "smime-type", of="content-type").lower() == "signed-data"
        found.protections.append(
            Protection.SIGNED_SMIME if is_signed else Protection.ENCRYPTED_SMIME
        )
    if kind in CALENDARS:
        method = parameter(part, "method", of="content-type")
        found.calendars.extend(invitations(content_of(part), method=method))
    is_file = disposition(part) == "attachment" or bool(file_name(part))
    if (kind == "text/plain" or kind.startswith("multipart/")) and not is_file:
        # What calls itself a container and holds no parts is text that lost its marks.
        found.texts.append(text_of(part))
    elif kind == "text/html" and not is_file:
        found.htmls.append(text_of(part))
        if not found.texts:
            found.texts.append("")  # its place among the texts
    else:
        file = _file(part, found)
        if file.content or file_name(part):
            found.files.append(file)


def _take_message(part: EmailMessage, found: _Found) -> None:
    inner = children(part)
    if not inner:
        found.files.append(_file(part, found))
        return
    for each in inner:
        subject = header(each, "Subject")[:LONGEST_SUBJECT]
        if len(found.nested) < MOST_NESTED:
            senders = mailboxes(each, "From")
            found.nested.append(
                Nested(subject, senders[0] if senders else None, sent_at(each), _text_within(each))
            )
        name = file_name(part) or f"{subject or 'message'}.eml"
        name = name if name.lower().endswith(".eml") else f"{name}.eml"
        found.files.append(Part(_name(name), "message/rfc822", source_of(each)))


def _text_within(mail: EmailMessage) -> str:
    """Return the words of a mail within the mail, and nothing of what it holds in turn."""
    inside = _Found()
    if not any(media_type(each) in MESSAGES for each in children(mail)):
        _walk(mail, inside)
    text = "\n\n".join(each for each in inside.texts if each.strip())
    return (text or _of_htmls(inside.htmls, most=LONGEST_WITHIN)).strip()[:LONGEST_TEXT]


def _file(part: EmailMessage, found: _Found) -> Part:
    kind = media_type(part)
    content = content_of(part) if not children(part) else source_of(part)
    cid = content_id(header(part, "Content-ID"))
    name = file_name(part)
    if not name:
        ending = mimetypes.guess_extension(kind) or ".bin"
        name = f"{'invitation' if kind in CALENDARS else 'file'}-{len(found.files) + 1}{ending}"
    return Part(_name(name), kind[:100], content, cid)


def _name(text: str) -> str:
    return clean_name(" ".join(storable(text).split()))


def _with_places(files: list[Part], html: str) -> tuple[Part, ...]:
    """Return files with those marked that are pictures of the HTML."""
    shown = pictures_of(html) if html and any(each.content_id for each in files) else frozenset()
    return tuple(
        Part(each.name, each.media_type, each.content, each.content_id, is_inline=True)
        if each.content_id in shown and each.media_type in PICTURES and each.content
        else each
        for each in files
    )
