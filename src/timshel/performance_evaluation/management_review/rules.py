"""How a pack is kept, how its fingerprint is made, and from when it looks back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "management_review.view"
MANAGE = "management_review.manage"
PREFIX = "MRV"
LONGEST_COMMENT = 4_000
MOST_ROWS = 25
"""Rows of a section that a pack lists; how many there are in all is counted beside them."""

FIRST_PERIOD = timedelta(days=365)
"""What the first review looks back on."""


def period_start(last_cut_off: datetime | None, *, cut_off: datetime) -> datetime:
    """Return from when a pack looks back: the cut-off of the last review that was held."""
    if last_cut_off is None or last_cut_off >= cut_off:
        return cut_off - FIRST_PERIOD
    return last_cut_off


def digest_of(pack: Mapping[str, Any]) -> str:
    """Return the fingerprint of a pack (SHA-256); equal packs have equal ones."""
    written = json.dumps(pack, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def with_comments(pack: Mapping[str, Any], comments: Mapping[str, str]) -> dict[str, Any]:
    """Return a pack with what was said about its sections."""
    sections = [
        {**each, "comment": comments.get(each["code"], "")} for each in pack.get("sections", ())
    ]
    return {**pack, "sections": sections}


def comment_faults(text: str) -> list[Text]:
    """Return what is wrong with a comment; an empty one takes it back."""
    return text_faults(text, longest=LONGEST_COMMENT) if text else []
