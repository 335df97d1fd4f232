"""Telephone numbers as people write them, brought into one form in which they can be compared.

No table of countries is needed: two ways of writing one number end in the same digits, with or
without a country's code, a trunk ``0`` or ``(0)``, and an extension behind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 40
SHORTEST_FULL = 7
"""From so many digits on a number is one of the public network; a shorter one is internal."""
SHORTEST = 3
COMPARED = 8
"""So many last digits tell numbers apart well enough to look for them."""

_EXTENSION = re.compile(
    r"[\s,;/-]*(?:;?\s*ext(?:ension)?[.=:\s]*|poste\s*|x\s*|#\s*)(\d{1,8})\s*$", re.IGNORECASE
)
_SCHEME = re.compile(r"^\s*(?:tel|sips?|callto):", re.IGNORECASE)
_TRUNK = re.compile(r"\(\s*0\s*\)")
_WRITTEN = re.compile(r"[\d\s()+./–-]+")


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number that was read.

    Args:
        digits: with the country's code if it was given, without any prefix.
        is_international: whether the country's code was given.
        extension: digits behind the number, or empty.
    """

    digits: str
    is_international: bool = False
    extension: str = ""

    def __str__(self) -> str:
        written = f"+{self.digits}" if self.is_international else self.digits
        return f"{written} ext. {self.extension}" if self.extension else written


def read_number(text: str) -> Number | None:
    """Return the telephone number that a text is, or None where it is something else.

    Args:
        text: as typed, or as a telephone system sends it: ``+44 (0)20 7946 0018``,
            ``0044 20…``, ``020 7946 0018 x12``, ``tel:+44…``, ``sip:1234@pbx``, ``4711``.
    """
    rest = _SCHEME.sub("", text.replace("\0", "")).strip()
    if _SCHEME.match(text):
        rest = rest.split("@", 1)[0].split(";phone-context", 1)[0]
    extension = ""
    found = _EXTENSION.search(rest)
    if found is not None and found.start() > 0:
        extension, rest = found[1], rest[: found.start()]
    rest = _TRUNK.sub("", rest).strip()
    if not rest.isascii() and not _WRITTEN.fullmatch(rest):
        return None
    if not _WRITTEN.fullmatch(rest):
        return None
    digits = re.sub(r"[^0-9]", "", rest)
    is_international = rest.startswith("+")
    if not is_international and digits.startswith("00") and len(digits) > SHORTEST_FULL:
        digits, is_international = digits[2:], True
    if not SHORTEST <= len(digits) <= LONGEST - 1:
        return None
    return Number(digits, is_international, extension)


def plain_number(text: str) -> str:
    """Return a number in the form in which it is kept; what is no number stays as it was written.

    Args:
        text: as typed or sent.
    """
    number = read_number(text)
    return text.replace("\0", "").strip()[:LONGEST] if number is None else str(number)[:LONGEST]


def is_same(one: Number, other: Number) -> bool:
    """Tell whether two numbers reach the same telephone, however they were written.

    Two international numbers must be equal. Where the country of one is not known, its digits
    without the trunk prefix must be the last ones of the other. An internal number is the same
    as an equal one, as the extension of a full one, or as its last digits.
    """
    if _is_internal(one) or _is_internal(other):
        return _same_internal(one, other)
    if one.extension and other.extension and one.extension != other.extension:
        return False
    if one.is_international and other.is_international:
        return one.digits == other.digits
    short, long = sorted((_national(one), _national(other)), key=len)
    return len(short) >= SHORTEST_FULL and long.endswith(short)


def last_digits(number: Number) -> str:
    """Return the digits by which rows are looked for that may hold a number."""
    return _national(number)[-COMPARED:]


def _is_internal(number: Number) -> bool:
    return len(number.digits) < SHORTEST_FULL and not number.is_international


def _same_internal(one: Number, other: Number) -> bool:
    short, long = (one, other) if _is_internal(one) else (other, one)
    if long.extension:
        return long.extension == short.digits
    return long.digits == short.digits or (
        not _is_internal(long) and long.digits.endswith(short.digits)
    )


def _national(number: Number) -> str:
    return number.digits if number.is_international else number.digits.lstrip("0")
