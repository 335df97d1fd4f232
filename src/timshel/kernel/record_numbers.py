"""The numbers by which people name records: a prefix and the key, such as ``RSK0000012``."""

from __future__ import annotations

import re

from timshel.kernel.errors import NotFound

DIGITS = 7
LARGEST_KEY = 2**63 - 1


def number_of(prefix: str, key: int) -> str:
    """Return the number of the record with a key."""
    return f"{prefix}{key:0{DIGITS}d}"


def is_number(text: str) -> bool:
    """Return whether a text is the number of a record, of whatever kind."""
    return re.fullmatch(rf"[A-Z]{{2,5}}[0-9]{{{DIGITS},}}", text, flags=re.ASCII) is not None


def key_of(prefix: str, number: str) -> int:
    """Return the key that a number names; letters may be small, and leading zeros missing.

    Raises:
        NotFound: it is not the number of such a record.
    """
    found = re.fullmatch(rf"{prefix}([0-9]{{1,19}})", number.upper(), flags=re.ASCII)
    key = int(found[1]) if found else 0
    if not 0 < key <= LARGEST_KEY:
        raise NotFound
    return key
