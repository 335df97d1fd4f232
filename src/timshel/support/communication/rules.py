"""Pure decisions about messages: their identity, their thread, when to try again, their look."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from html import escape

# After the first, second, … failed attempt; after the last there is no further one. Together
# about two days, which bridges a weekend's outage of a mail server.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
LONGEST_SUBJECT = 200
LONGEST_MEDIA_TYPE = 100
ANY_MEDIA_TYPE = "application/octet-stream"
SIGNATURE_LENGTH = 16
ROOT = "root"

# What mail servers write above a message on its way: the same mail brought twice differs in these.
TRACE_HEADERS = frozenset(
    {
        b"delivered-to",
        b"envelope-to",
        b"received",
        b"return-path",
        b"x-delivered-to",
        b"x-envelope-from",
        b"x-envelope-to",
        b"x-original-to",
        b"x-rcpt-to",
    }
)
ROUTE_WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
)

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_SECRET = re.compile(r"(?<=[/=])(?=[a-z_.:-]*[A-Z0-9])[A-Za-z0-9_.:-]{20,}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
# Parts of these kinds hold other parts, and must not be encoded as a file is.
_NO_FILES = ("message/", "multipart/")
_IDENTITY = re.compile(
    r"<(?P<thread>[A-Za-z0-9._-]{1,60})\.(?P<name>[a-z0-9]{1,40})\.(?P<signature>[0-9a-f]{16})"
    r"@(?P<domain>[A-Za-z0-9.-]{1,200})>"
)

_ENVELOPE = re.compile(r"\+m(?P<key>[0-9]{1,18})\.(?P<signature>[0-9a-f]{16})")
_REPLY_CODE = re.compile(r"(?<![0-9.])(?P<code>[245][0-9]{2})(?![0-9.])")
_STATUS = re.compile(r"(?<![0-9.])(?P<status>[245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
# RFC 3463: the mailbox or its domain is not there, or is no longer used. What concerns the
# content, the size, a policy or the moment says nothing of the address.
_NO_SUCH_ADDRESS = re.compile(r"5\.(?:1\.(?:0|1|2|3|6|10)|2\.1|4\.4)")
_SAYS_NOTHING = frozenset({"", "5.0.0"})
_NO_MAILBOX = frozenset({"550", "551", "553", "556"})


def envelope_sender(message_id: int, *, local_part: str, domain: str, key: str) -> str:
    """Return the address that reports about one message come back to, signed for it.

    Args:
        message_id: the key of the message.
        local_part: what stands before the plus sign, such as ``bounces``.
        domain: at which mail comes to us.
        key: the secret to sign with.
    """
    signature = _signature("envelope", str(message_id), key)
    return f"{local_part}+m{message_id}.{signature}@{domain}"


def message_of_envelope(address: str, *, local_part: str, domain: str, key: str) -> int | None:
    """Return the key of the message that a report is about, by the address it came to.

    Capital and small letters are one here, since servers on the way may change them. An address
    that is not ours, or that somebody made up, is about no message.

    Args: as for :func:`envelope_sender`.
    """
    before, _at, host = address.strip().strip("<>").lower().rpartition("@")
    if not local_part or host != domain.lower() or not before.startswith(local_part.lower()):
        return None
    match = _ENVELOPE.fullmatch(before[len(local_part) :])
    if match is None:
        return None
    expected = _signature("envelope", match["key"], key)
    same = hmac.compare_digest(expected, match["signature"])
    return int(match["key"]) if same and str(int(match["key"])) == match["key"] else None


def is_address_gone(status: str, said: str) -> bool:
    """Tell whether a refusal means that nothing will ever arrive at an address.

    Args:
        status: the enhanced code of RFC 3463, such as ``5.1.1``; may be empty.
        said: the words of the server, which may hold codes, too.
    """
    found = _STATUS.search(said)
    best = found["status"] if status in _SAYS_NOTHING and found else status
    if best not in _SAYS_NOTHING:
        return _NO_SUCH_ADDRESS.fullmatch(best) is not None
    reply = _REPLY_CODE.search(said)
    return reply is not None and reply["code"] in _NO_MAILBOX


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, or None to give up."""
    return WAITS[attempts - 1] if attempts <= len(WAITS) else None


def identity(thread: str, name: str, *, domain: str, key: str) -> str:
    """Return the Message-ID of a message, signed so that nobody can guess another case's.

    Args:
        thread: what the message belongs to, such as ``incident.INC0000012``.
        name: what tells it from others of the thread.
        domain: the part behind the at sign.
        key: the secret to sign with.
    """
    return f"<{thread}.{name}.{_signature(thread, name, key)}@{domain}>"


def thread_of(message_id: str, *, key: str) -> str | None:
    """Return the thread that a Message-ID of ours belongs to, or None if it is not ours.

    An empty, foreign or forged identity belongs to no thread: answering it must never reach
    somebody else's case.
    """
    match = _IDENTITY.fullmatch(message_id.strip())
    if match is None:
        return None
    expected = _signature(match["thread"], match["name"], key)
    return match["thread"] if hmac.compare_digest(expected, match["signature"]) else None


def one_line(text: str, *, longest: int) -> str:
    """Return text that may stand in a header: no line breaks, no control characters, not long."""
    plain = "".join(" " if unicodedata.category(each)[0] == "C" else each for each in text)
    words = " ".join(plain.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def media_type(text: str) -> str:
    """Return the type under which a file is sent; what is no type, or none of files, is any."""
    plain = text.split(";", 1)[0].strip().lower()
    fits = len(plain) <= LONGEST_MEDIA_TYPE and _MEDIA_TYPE.fullmatch(plain)
    return plain if fits and not plain.startswith(_NO_FILES) else ANY_MEDIA_TYPE


def without_secrets(text: str) -> str:
    """Return a text in which addresses that let somebody in are cut short.

    Such an address has a long part that nobody could guess; whoever looks after messages must not
    be able to follow it in the place of the recipient.
    """
    return _ADDRESS.sub(lambda found: _SECRET.sub("…", found[0]), text)


def as_html(text: str, *, language: str) -> str:
    """Return plain text as a simple HTML page: escaped, in paragraphs, addresses as links."""
    paragraphs = [
        "<p>" + _linked(paragraph).replace("\n", "<br>\n") + "</p>"
        for paragraph in re.split(r"\n{2,}", text.strip())
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head><meta charset="utf-8"></head>\n'
        "<body>\n" + "\n".join(paragraphs) + "\n</body>\n</html>\n"
    )


def fingerprint(raw: bytes) -> str:
    """Return what is the same for every delivery of one mail, and of no other.

    It is the SHA-256 of the message without what mail servers add on the way (trace headers, the
    ``From`` line of mailbox files) and change on it (line ends, empty lines at its end).
    """
    head, gap, body = _lines(raw).partition(b"\n\n")
    digest = hashlib.sha256()
    for header in _headers(head):
        digest.update(header + b"\n")
    digest.update((gap + body).rstrip(b"\n"))
    return digest.hexdigest()


def route_again_after(attempts: int) -> timedelta | None:
    """Return when a message that could not be taken up is tried again, or None to hold it."""
    return ROUTE_WAITS[attempts - 1] if attempts <= len(ROUTE_WAITS) else None


def _lines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _headers(head: bytes) -> Iterator[bytes]:
    """Yield the header lines that come from the sender, each with its continuation lines."""
    is_trace = False
    for number, line in enumerate(head.split(b"\n")):
        if not line.startswith((b" ", b"\t")):
            name = line.partition(b":")[0].rstrip().lower()
            is_trace = name in TRACE_HEADERS or (number == 0 and line.startswith(b"From "))
        if not is_trace:
            yield line


def _linked(text: str) -> str:
    parts, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = escape(match[0])
        parts += [escape(text[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def _signature(thread: str, name: str, key: str) -> str:
    signed = hmac.new(key.encode(), f"message\0{thread}\0{name}".encode(), hashlib.sha256)
    return signed.hexdigest()[:SIGNATURE_LENGTH]
