"""What an offering is found by, and what somebody who typed something meant.

Texts are folded: small letters without accents. The names stand in the first line, so that a hit
there can count for more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from timshel.service_portfolio.service import rules as service

MOST_WORDS = 8
LONGEST_WORD = 40
LONGEST = 20_000

# What people type around what they mean, in the languages of the house.
_FILLING_WORDS = (
    "a an the i we my me our your you to for of on in at with and or is it this that some"
    " need want would like please can get have order new request how do what where"
    " un une le la les l de du des d au aux et ou en pour par sur avec dans mon ma mes ce"
    " cet cette je j nous ai besoin veux voudrais faut il me moi svp comment avoir obtenir"
    " commander nouveau nouvelle demande demander"
)
_FILLING = frozenset(_FILLING_WORDS.split())


def folded(text: str) -> str:
    """Return a text as it is compared: without case, accents and joined letters."""
    return service.folded(text).replace("œ", "oe").replace("æ", "ae")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(re.findall(r"\w+", folded(text).replace("_", " ")))


def meant(text: str) -> tuple[str, ...]:
    """Return the words that somebody looks for, without those that fill a sentence.

    Where there are no others, the filling words count.

    Args:
        text: as typed, in any language.
    """
    words = tuple(dict.fromkeys(word[:LONGEST_WORD] for word in words_of(text)))
    telling = tuple(word for word in words if word not in _FILLING)
    return (telling or words)[:MOST_WORDS]


def entry_words(names: Iterable[str], others: Iterable[str]) -> str:
    """Return what an offering is found by.

    Args:
        names: of the offering in all languages.
        others: summaries, keywords, names of its service and area, in all languages.
    """
    first = dict.fromkeys(word for text in names for word in words_of(text))
    rest = dict.fromkeys(word for text in others for word in words_of(text))
    return f"{' '.join(first)}\n{' '.join(word for word in rest)}"[:LONGEST]
