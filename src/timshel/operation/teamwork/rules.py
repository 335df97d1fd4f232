"""Pure decisions: who is named in a note, what a tag may look like, how long a row stays open."""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import is_storable

# A name in a note: @ and the person's code, not within a word or a mail address.
_NAMED = re.compile(r"(?<![\w.@/])@([\w][\w.\-]{0,79})")
MOST_NAMED = 20

# A heartbeat comes every ten seconds; whoever missed two of them has left.
PRESENT = timedelta(seconds=25)
DRAFTS_KEPT = timedelta(days=90)

MOST_WATCHERS = 50
MOST_TAGS = 30
LONGEST_TAG = 50
MOST_LINKS = 100
MOST_CHECKS = 100
LONGEST_CHECK = 250
LONGEST_LINE = 500
MOST_HANDED_OVER = 50
MINUTES_OF_A_DAY = 24 * 60
TIME_EDITABLE = timedelta(days=1)
TIME_LOOKS_BACK = timedelta(days=366)

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


def clean_tag(text: str) -> str:
    """Return a tag as it is kept: without the mark before it, and with single spaces.

    >>> clean_tag("  #new   starter ")
    'new starter'
    """
    return " ".join(text.split()).lstrip("#").strip()


def tag_faults(name: str) -> list[Text]:
    """Return what is wrong with a tag."""
    if not name:
        return [_("A tag needs at least one letter.")]
    if len(name) > LONGEST_TAG:
        return [_("A tag has at most %(count)d characters.") % {"count": LONGEST_TAG}]
    if "," in name or not is_storable(name):
        return [_("A tag cannot hold a comma.")]
    return []
