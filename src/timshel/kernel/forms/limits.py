"""What the least and the most of a field mean: numbers, and days that may count from today."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from timshel.kernel.forms.shapes import LONGEST_LONG_TEXT, LONGEST_TEXT, FieldType, Limit

LONGEST: dict[str, int] = {FieldType.TEXT: LONGEST_TEXT, FieldType.LONG_TEXT: LONGEST_LONG_TEXT}
"""How many characters a text may have where the design does not say."""

_RELATIVE = re.compile(r"today\s*(?:([+-])\s*(\d{1,5}))?")


def number_limit(limit: Limit) -> Decimal | None:
    """Return a limit as a number, or None where there is none."""
    if limit is None:
        return None
    try:
        found = Decimal(str(limit))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def day_limit(limit: Limit, today: date) -> date | None:
    """Return a limit as a day, or None where there is none.

    Args:
        limit: an ISO day, ``today``, or ``today`` with days added or taken away (``today+3``).
        today: the day from which is counted.
    """
    text = str(limit or "").strip()
    if found := _RELATIVE.fullmatch(text):
        days = int(found[2] or 0)
        return today + timedelta(days=-days if found[1] == "-" else days)
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
