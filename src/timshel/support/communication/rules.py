"""Pure decisions about messages: their identity, their thread, when to try again, their look."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
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

_ADDRESS = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
# Parts of these kinds hold other parts, and must not be encoded as a file is.
_NO_FILES = ("message/", "multipart/")
_IDENTITY = re.compile(
    r"<(?P<thread>[A-Za-z0-9._-]{1,60})\.(?P<name>[a-z0-9]{1,40})\.(?P<signature>[0-9a-f]{16})"
    r"@(?P<domain>[A-Za-z0-9.-]{1,200})>"
)


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
