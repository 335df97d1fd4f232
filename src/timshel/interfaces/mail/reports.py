"""Reports on the delivery of mail: whom it did not reach, why, and which mail it was."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message

from flufl.bounce import all_failures

from timshel.interfaces.mail.charsets import storable
from timshel.interfaces.mail.headers import header, identities, mailboxes, plain_address, read_words
from timshel.interfaces.mail.parsing import children, content_of, media_type, text_of

MOST_RECIPIENTS = 20
LONGEST_SCANNED = 64_000
LONGEST_DIAGNOSTIC = 500
SENDERS = ("mailer-daemon@", "postmaster@", "mail-daemon@", "mailerdaemon@")

_IDENTITY = re.compile(r"(?im)^[> \t]{0,4}message-id:\s{0,4}(<[^<>\s]{1,300}>)")
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_FIELD = re.compile(r"(?m)^([A-Za-z-]{1,40}):[ \t]*([^\n]{0,2000}(?:\n[ \t][^\n]{0,2000}){0,20})")


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """What a report says of one recipient.

    Args:
        recipient: the address.
        action: ``failed``, ``delayed``, ``delivered``, ``relayed`` or ``expanded``.
        status: the code of RFC 3463, such as ``5.1.1``; may be empty.
        diagnostic: what the other side said.
    """

    recipient: str
    action: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report on the delivery of a mail.

    Args:
        recipients: whom it tells of.
        original_message_id: of the mail it reports on, in angle brackets; empty where the report
            does not say.
        is_complaint: somebody called the mail unwanted (RFC 5965).
    """

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str = ""
    is_complaint: bool = False


def report(mail: EmailMessage) -> Report | None:
    """Return what a mail reports on the delivery of another, or None for other mail."""
    parts = list(_walk(mail))
    told = [each for part in parts for each in _told(part)][:MOST_RECIPIENTS]
    if told:
        return Report(tuple(told), _original(parts))
    complaint = next(
        (part for part in parts if media_type(part) == "message/feedback-report"), None
    )
    if complaint is not None:
        found = plain_address(_fields(_source(complaint)).get("original-rcpt-to", ""))
        return Report(
            (FailedRecipient(found, "failed"),) if found else (),
            _original(parts),
            is_complaint=True,
        )
    return _old(mail, parts) if _looks_old(mail) else None


def _walk(mail: EmailMessage) -> list[EmailMessage]:
    """Return the parts of a mail and of what it holds, but not of the mail it reports on."""
    found, waiting = [], [mail]
    while waiting:
        part = waiting.pop(0)
        found.append(part)
        if media_type(part) != "message/rfc822":
            waiting = children(part) + waiting
    return found


def _told(part: EmailMessage) -> list[FailedRecipient]:
    if media_type(part) not in ("message/delivery-status", "message/global-delivery-status"):
        return []
    inner = [part, *children(part)]
    blocks = [_block(each) for each in inner]
    # Broken ones have their fields where text should be.
    texts = [each for one in inner for each in _source(one).split("\n\n")]
    blocks += [_fields(each) for each in texts]
    found: dict[str, FailedRecipient] = {}
    for block in blocks:
        for name in ("final-recipient", "original-recipient"):
            address = plain_address(block.get(name, "").rpartition(";")[2].strip())
            if address and address not in found:
                found[address] = FailedRecipient(
                    address,
                    block.get("action", "failed").lower()[:20],
                    _status(block.get("status", "")),
                    _words(block.get("diagnostic-code", "").partition(";")[2]),
                )
                break
    return list(found.values())


def _block(part: EmailMessage) -> dict[str, str]:
    return {name.lower(): read_words(str(value)) for name, value in part.items()}


def _fields(text: str) -> dict[str, str]:
    return {
        match[1].lower(): " ".join(match[2].split())
        for match in _FIELD.finditer(text[:LONGEST_SCANNED])
    }


def _source(part: EmailMessage) -> str:
    if children(part):
        return ""
    return storable(content_of(part)[:LONGEST_SCANNED].decode("utf-8", "replace"))


def _status(text: str) -> str:
    found = _STATUS.search(text)
    return found[1] if found else ""


def _words(text: str) -> str:
    return " ".join(storable(text).split())[:LONGEST_DIAGNOSTIC]


def _original(parts: list[EmailMessage]) -> str:
    """Return the identity of the mail that is reported on, from what came back of it."""
    for part in parts:
        kind = media_type(part)
        if kind in ("message/rfc822", "message/global"):
            for inner in children(part):
                found = identities(inner, "Message-ID")
                if found:
                    return found[0]
        elif kind in ("text/rfc822-headers", "message/global-headers"):
            match = _IDENTITY.search(_source(part))
            if match:
                return match[1]
    for part in parts:
        # Those that quote the mail as plain text.
        match = _IDENTITY.search(_source(part)) if media_type(part) == "text/plain" else None
        if match:
            return match[1]
    found = identities(parts[0], "In-Reply-To")
    return found[0] if found else ""


def _looks_old(mail: EmailMessage) -> bool:
    if header(mail, "X-Failed-Recipients") or header(mail, "Return-Path") == "<>":
        return True
    senders = mailboxes(mail, "From")
    return bool(senders and senders[0].address.startswith(SENDERS))


def _old(mail: EmailMessage, parts: list[EmailMessage]) -> Report | None:
    """Return what a report from before there was a standard says."""
    text = "\n".join(
        text_of(each)[:LONGEST_SCANNED] for each in parts if media_type(each) == "text/plain"
    )
    named = [plain_address(each) for each in header(mail, "X-Failed-Recipients").split(",")]
    failed = [each for each in named if each]
    delayed: list[str] = []
    if not failed:
        delayed, failed = _scanned(mail, text)
    status = _status(text)
    said = [FailedRecipient(each, "failed", status, _words(text)[:200]) for each in failed]
    said += [FailedRecipient(each, "delayed", status, _words(text)[:200]) for each in delayed]
    return Report(tuple(said[:MOST_RECIPIENTS]), _original(parts)) if said else None


def _scanned(mail: EmailMessage, text: str) -> tuple[list[str], list[str]]:
    """Return to whom a mail was delayed and did not go, as the forms of many servers tell it."""
    small = Message()
    for name in ("From", "Subject", "Return-Path"):
        small[name] = header(mail, name).replace("\n", " ")
    small.set_payload(text[:LONGEST_SCANNED], "utf-8")
    plain = Message()
    for name, value in small.items():
        if name not in ("Content-Transfer-Encoding",):
            plain[name] = value
    plain.set_payload(text[:LONGEST_SCANNED])
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        temporary, permanent = all_failures(plain)
    except Exception:  # noqa: BLE001 - its forms know no malformed mail
        return [], []
    return (
        sorted(
            filter(None, (plain_address(each.decode("ascii", "replace")) for each in temporary))
        ),
        sorted(
            filter(None, (plain_address(each.decode("ascii", "replace")) for each in permanent))
        ),
    )
