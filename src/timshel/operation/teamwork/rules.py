"""Pure decisions: who is named in a note, what a tag may look like, how long a row stays open."""

from __future__ import annotations

import re
from datetime import timedelta

# A name in a note: @ and the person's code, not within a word or a mail address.
_NAMED = re.compile(r"(?<![\w.@/])@([\w][\w.\-]{0,79})")
MOST_NAMED = 20

# A heartbeat comes every ten seconds; whoever missed two of them has left.
PRESENT = timedelta(seconds=25)
DRAFTS_KEPT = timedelta(days=90)

_BOX = re.compile(r"[a-z][a-z_-]{0,19}")


def named_codes(text: str) -> tuple[str, ...]:
    """Return the codes of people that a text names, in order and each once; at most twenty.

    >>> named_codes("@jonas.okereke, please ask @mirela.dobrescu.")
    ('jonas.okereke', 'mirela.dobrescu')
    """
    found = (code.rstrip(".-") for code in _NAMED.findall(text))
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def is_box(name: str) -> bool:
    """Tell whether a name can be that of a box to type into, such as ``reply`` or ``note``."""
    return _BOX.fullmatch(name) is not None
