"""A mail's bytes as a tree of parts, with bounds on how much of a tree is taken.

What goes beyond the bounds is `Unreadable`: it is never half read, and a person looks at it.
"""

from __future__ import annotations

import re
from email.message import EmailMessage
from email.parser import BytesParser
from enum import StrEnum
from typing import Any

from timshel.interfaces.mail.charsets import read_text
from timshel.interfaces.mail.headers import Policy

MOST_BYTES = 60 * 1024 * 1024
MOST_LINES = 1_000_000
MOST_PARTS = 400
MOST_CONTAINERS = 60
MOST_STEPS = 10_000_000  # lines times containers: each that is open is asked about each line
DEEPEST = 30

_CONTAINER = re.compile(rb"(?im)^content-type:[ \t\r\n]*(?:multipart|message)/")


class Fault(StrEnum):
    """Why a mail cannot be read."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_DEEP = "too_deep"
    BROKEN = "broken"


class Unreadable(Exception):  # noqa: N818 - named for what it says of the mail
    """A mail that cannot be read, or that is not read because of what it would cost.

    Args:
        fault: why.
        detail: what happened, for those who look into it.
    """

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault = fault
        self.detail = detail[:500]
        super().__init__(f"{fault}: {self.detail}" if detail else str(fault))


def parse(raw: bytes) -> EmailMessage:
    """Return a mail as a tree of parts.

    Args:
        raw: as it arrived.

    Raises:
        Unreadable: it holds nothing, or too much.
    """
    if not raw.strip():
        raise Unreadable(Fault.EMPTY)
    if len(raw) > MOST_BYTES or raw.count(b"\n") > MOST_LINES or raw.count(b"\r") > MOST_LINES:
        raise Unreadable(Fault.TOO_LARGE)
    # Each container that is open costs a step for each line, so these are counted beforehand.
    containers = sum(1 for _each in _CONTAINER.finditer(raw))
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    if containers > MOST_CONTAINERS or containers * lines > MOST_STEPS:
        raise Unreadable(Fault.TOO_DEEP)
    made = 0

    def make(policy: Any = None) -> Any:
        nonlocal made
        made += 1
        if made > MOST_PARTS:
            raise Unreadable(Fault.TOO_MANY_PARTS)
        return EmailMessage(policy=policy)

    policy = Policy(refold_source="none").clone(message_factory=make)
    try:
        mail: Any = BytesParser(policy=policy).parsebytes(_without_envelope(raw))
    except Unreadable:
        raise
    except RecursionError as error:
        raise Unreadable(Fault.TOO_DEEP) from error
    except Exception as error:
        # The parser meets what it did not expect with whatever exception it stumbles over.
        raise Unreadable(Fault.BROKEN, repr(error)) from error
    found: EmailMessage = mail
    if _depth(found) > DEEPEST:
        raise Unreadable(Fault.TOO_DEEP)
    return found


def children(part: EmailMessage) -> list[EmailMessage]:
    """Return the parts within a part."""
    payload = part.get_payload() if part.is_multipart() else []
    if not isinstance(payload, list):
        return []
    return [each for each in payload if isinstance(each, EmailMessage)]


def content_of(part: EmailMessage) -> bytes:
    """Return the bytes of a part that holds no parts, its transfer encoding undone."""
    try:
        found = part.get_payload(decode=True)
    except Exception:  # noqa: BLE001 - the decoders of old encodings raise what they like
        found = None
    return found if isinstance(found, bytes) else b""


def text_of(part: EmailMessage) -> str:
    """Return the text of a part in Unix lines, the paragraphs of ``format=flowed`` unfolded."""
    text = read_text(content_of(part), charset_of(part))
    if media_type(part) == "text/plain" and _parameter(part, "format") == "flowed":
        return unfold(text, spaces=_parameter(part, "delsp") != "yes")
    return text


def charset_of(part: EmailMessage) -> str | None:
    """Return what a part calls its character set."""
    return _parameter(part, "charset") or None


def media_type(part: EmailMessage) -> str:
    """Return the type of a part, such as ``text/plain``."""
    try:
        kind = part.get_content_type()
    except Exception:  # noqa: BLE001 - whatever a malformed one makes of the reader of types
        kind = ""
    main, _slash, sub = kind.partition("/")
    return kind if main and sub else "text/plain"


def disposition(part: EmailMessage) -> str:
    """Return ``inline``, ``attachment`` or nothing."""
    value = str(part.get("Content-Disposition", ""))
    return value.partition(";")[0].strip().lower()


def source_of(part: EmailMessage) -> bytes:
    """Return a part as it would be a file: the message within a part that holds one."""
    try:
        return part.as_bytes()
    except Exception:  # noqa: BLE001 - writing anew what was malformed fails in many ways
        lines = [f"{name}: {value}" for name, value in part.raw_items()]
        return "\n".join(lines).encode("utf-8", "replace")


def unfold(text: str, *, spaces: bool) -> str:
    """Return flowed text (RFC 3676) in paragraphs.

    Args:
        text: its lines that go on end in a space.
        spaces: whether that space belongs to the words.
    """
    lines: list[str] = []
    going_on: int | None = None
    for line in text.split("\n"):
        level, words = _level(line)
        if going_on == level and words != "-- ":
            lines[-1] += words
        else:
            lines.append((">" * level + " " if level else "") + words)
        flows = words.endswith(" ") and words != "-- "
        if flows and not spaces:
            lines[-1] = lines[-1][:-1]
        going_on = level if flows else None
    return "\n".join(lines)


def _level(line: str) -> tuple[int, str]:
    words = line.lstrip(">")
    level = len(line) - len(words)
    return level, words[1:] if words.startswith(" ") else words


def _parameter(part: EmailMessage, name: str) -> str:
    try:
        value = part.get_param(name, "")
    except Exception:  # noqa: BLE001 - as above
        return ""
    text = value[2] if isinstance(value, tuple) else value
    return str(text).strip().lower()


def _without_envelope(raw: bytes) -> bytes:
    """Return a mail without blank lines and the line of a mailbox file before its headers."""
    plain = raw.lstrip(b"\r\n\t ")
    if plain.startswith((b"From ", b">From ")):
        return plain.partition(b"\n")[2]
    return plain


def _depth(mail: EmailMessage) -> int:
    deepest, waiting = 0, [(mail, 1)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((each, depth + 1) for each in children(part))
    return deepest
