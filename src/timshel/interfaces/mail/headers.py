"""Headers of mails as people wrote them: words in any encoding, addresses, names of files.

The parser of headers that belongs to Python's modern policy is exact, and slow on what is crafted
to be slow; here each value is cut to a length first and read in time that grows with it.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import getaddresses, parsedate_to_datetime

from timshel.interfaces.mail.charsets import read_text, storable

LONGEST_VALUE = 16_000
MOST_ADDRESSES = 100
LONGEST_ADDRESS = 254
MOST_IDENTITIES = 60
LONGEST_IDENTITY = 300

_ENCODED = re.compile(r"=\?([^?\s=]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
_QUOTED_BYTE = re.compile(rb"=([0-9A-Fa-f]{2})")
_IDENTITY = re.compile(r"<([^<>\s]{1,300})>")
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[^\s@<>\"(),:;\\]{1,200}")


class Policy(EmailPolicy):
    """The modern policy, whose headers are plain texts of bounded length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return name and value of a header as it stands in the message."""
        name, _colon, value = sourcelines[0].partition(":")
        size = len(value)
        rest = []
        for line in sourcelines[1:]:
            if size > LONGEST_VALUE:
                break
            rest.append(line)
            size += len(line)
        whole = "".join([value, *rest])[:LONGEST_VALUE]
        return name, whole.replace("\0", "").lstrip(" \t\r\n").rstrip("\r\n")

    def header_fetch_parse(self, name: str, value: str) -> str:  # noqa: ARG002
        """Return the value of a header in one line."""
        return re.sub(r"[\r\n]+", "", value)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody as a mail names them; ``address`` is in lower case, or empty."""

    name: str
    address: str


def header(mail: EmailMessage, name: str) -> str:
    """Return the first header of a name in one line, its encoded words read; empty if none."""
    value = mail.get(name)
    return "" if value is None else read_words(str(value))


def read_words(value: str) -> str:
    """Return the value of a header, its encoded words (RFC 2047) read, in one line.

    Words that follow each other are put together before they are read: programs cut them in the
    middle of a character.
    """
    found: list[str] = []
    pending, charset, end = b"", "", 0
    for match in _ENCODED.finditer(value):
        between = value[end : match.start()]
        end = match.end()
        name = match[1].partition("*")[0].lower()
        if pending and (between.strip() or name != charset):
            found.append(read_text(pending, charset))
            pending = b""
        if between.strip() or not (found or pending):
            found.append(_plain(between))
        charset = name
        pending += _bytes_of(match[2], match[3])
    if pending:
        found.append(read_text(pending, charset))
    found.append(_plain(value[end:]))
    return " ".join(storable("".join(found)).split())


def _plain(text: str) -> str:
    """Return what is not encoded, though it may hold bytes beyond seven bits."""
    if text.isascii():
        return text
    return read_text(text.encode("utf-8", "surrogateescape"), None)


def _bytes_of(encoding: str, text: str) -> bytes:
    content = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return _QUOTED_BYTE.sub(lambda each: bytes([int(each[1], 16)]), content.replace(b"_", b" "))
    plain = _NOT_BASE64.sub("", text)
    plain = plain[: len(plain) - 1] if len(plain) % 4 == 1 else plain
    try:
        return binascii.a2b_base64(plain + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return content


def mailboxes(mail: EmailMessage, *names: str) -> tuple[Mailbox, ...]:
    """Return whom some headers name, in their order, each address once; a hundred at most."""
    values = [str(value) for name in names for value in mail.get_all(name, [])]
    found: dict[str, Mailbox] = {}
    for each in _read_mailboxes(values):
        found.setdefault(each.address, each)
        if len(found) >= MOST_ADDRESSES:
            break
    return tuple(found.values())


def _read_mailboxes(values: Iterable[str]) -> Iterable[Mailbox]:
    for value in values:
        try:
            pairs = getaddresses([value])
        except (ValueError, IndexError, TypeError, RecursionError):
            pairs = []
        good = [Mailbox(read_words(name), plain_address(text)) for name, text in pairs]
        good = [each for each in good if each.address]
        if good:
            yield from good
        else:
            # A name with a comma or a stray quote makes the exact reading fail.
            for match in _ADDRESS.finditer(read_words(value)):
                yield Mailbox("", plain_address(match[0]))


def plain_address(text: str) -> str:
    """Return an address in lower case, or nothing for what is none."""
    plain = storable(text).strip().strip("<>").lower()
    fits = len(plain) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(plain)
    return plain if fits else ""


def identities(mail: EmailMessage, name: str) -> tuple[str, ...]:
    """Return the identities of messages in a header, in angle brackets; the last sixty."""
    text = " ".join(str(value) for value in mail.get_all(name, []))
    found = [match[0] for match in _IDENTITY.finditer(text.replace("\0", ""))]
    return tuple(each for each in found if each.isascii())[-MOST_IDENTITIES:]


def sent_at(mail: EmailMessage) -> datetime | None:
    """Return when a mail says it was written, or None where it says nothing that can be read."""
    try:
        found = parsedate_to_datetime(str(mail.get("Date", "")))
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def parameter(part: EmailMessage, name: str, *, of: str) -> str:
    """Return a parameter of a header in any of its encodings (RFC 2231, RFC 2047, none)."""
    try:
        value = part.get_param(name, header=of)
    except (ValueError, TypeError, IndexError, LookupError, UnicodeError):
        return ""
    if value is None:
        return ""
    if isinstance(value, tuple):
        charset, _language, text = value
        # What is percent-encoded came out as one character for each byte.
        content = str(text).encode("latin-1", "replace")
        return " ".join(read_text(content, charset).split())
    return read_words(str(value))


def file_name(part: EmailMessage) -> str:
    """Return what a part calls its file, or nothing."""
    found = parameter(part, "filename", of="content-disposition")
    return found or parameter(part, "name", of="content-type")
