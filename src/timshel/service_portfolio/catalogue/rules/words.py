"""What an offering is found by.

Texts are folded: small letters without accents. The names stand in the first line, so that a hit
there can count for more.
"""

from __future__ import annotations

from collections.abc import Iterable

from timshel.kernel.search.language import words_of

LONGEST = 20_000


def entry_words(names: Iterable[str], others: Iterable[str]) -> str:
    """Return what an offering is found by.

    Args:
        names: of the offering in all languages.
        others: summaries, keywords, names of its service and area, in all languages.
    """
    first = dict.fromkeys(word for text in names for word in words_of(text))
    rest = dict.fromkeys(word for text in others for word in words_of(text))
    return f"{' '.join(first)}\n{' '.join(word for word in rest)}"[:LONGEST]
