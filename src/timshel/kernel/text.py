"""What a text must be like to be stored at all."""

from __future__ import annotations

import json


def is_storable(text: str) -> bool:
    """Tell whether the database takes a text: neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def is_plain(value: object) -> bool:
    """Tell whether the database takes a value as JSON: storable texts, and numbers that are any."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    # JSON writes NUL as an escape, which the database refuses as well.
    return is_storable(written) and "\\u0000" not in written
