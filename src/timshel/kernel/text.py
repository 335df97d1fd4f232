"""What a text must be like to be stored at all, and to be composed in bounded time."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text

MOST_MARKS = 30  # on one letter: as many as the Stream-Safe Text Format of Unicode allows
JOINER = "\u034f"  # shows nothing, and is no mark that others are put in order with


def is_storable(text: str) -> bool:
    """Tell whether the database takes a text: neither NUL nor half a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= each <= "\udfff" for each in text)


def text_faults(text: str, *, longest: int) -> list[Text]:
    """Return what is wrong with a text that people typed.

    Args:
        text: as typed.
        longest: how many characters are possible.
    """
    if len(text) > longest:
        return [_("At most %(count)d characters are possible.") % {"count": longest}]
    return [] if is_storable(text) else [_("This holds characters that cannot be stored.")]


def is_plain(value: object) -> bool:
    """Tell whether the database takes a value as JSON: storable texts, and numbers that are any."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    # JSON writes NUL as an escape, which the database refuses as well.
    return is_storable(written) and "\\u0000" not in written


def colon(label: object) -> str:
    """Return a label with a colon after it, as the language of the reader sets one."""
    return gettext("%(label)s:") % {"label": label}


def labelled(label: object, value: object) -> str:
    """Return a value after its label, as in "Influence: great"."""
    return f"{colon(label)} {value}"


def stream_safe(text: str) -> str:
    """Return a text of which no letter carries more than thirty marks in a row.

    Composing and decomposing puts the marks of a letter in order, which costs the square of their
    number: a mail of a megabyte of them would keep a machine busy for days. After every thirty an
    invisible joiner stands, as Unicode's annex 15 has it (section 13), so that nothing is lost.
    """
    if text.isascii():
        return text
    return _many_marks().sub(lambda found: found[0] + JOINER, text)


@cache
def _many_marks() -> re.Pattern[str]:
    """Return what finds thirty marks that another follows."""
    marks = "".join(
        re.escape(chr(code)) for code in range(0x300, 0x1F000) if unicodedata.combining(chr(code))
    )
    return re.compile(f"[{marks}]{{{MOST_MARKS}}}(?=[{marks}])")
