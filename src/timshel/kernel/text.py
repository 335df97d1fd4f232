"""What a text must be like to be stored at all."""

from __future__ import annotations


def is_storable(text: str) -> bool:
    """Tell whether the database takes a text: neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)
