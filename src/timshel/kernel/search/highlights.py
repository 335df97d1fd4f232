"""Which parts of a text are what was looked for, and the piece of it that shows most of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from timshel.kernel.search.language import Query, folded, words_of

LONGEST_READ = 4_000
EXCERPT = 180
_WORD = re.compile(r"[^\W_]+")

# Endings by which forms of a word differ, longest first: enough to see what an index found.
_ENDINGS = (
    *("ements", "ations", "issant", "ement", "ation", "aient", "antes", "ables", "iques"),
    *("ings", "ment", "ante", "ants", "able", "ique", "eurs", "euse", "ance", "ence"),
    *("ing", "ers", "ion", "ees", "ent", "ant", "eur", "aux", "ies", "ait", "era"),
    *("ed", "es", "er", "ee", "ez", "al", "ie", "ly", "s", "e", "x", "y"),
)
_SHORTEST_ROOT = 3


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a text; ``is_match`` tells whether it is what was looked for."""

    text: str
    is_match: bool


Parts = tuple[Part, ...]


def marked(text: str, query: Query) -> Parts:
    """Return a text in parts, those that were looked for marked.

    Args:
        text: plain text; not more of it is read than a page shows.
        query: what was looked for.
    """
    parts: list[Part] = []
    end = 0
    for start, stop in _places(text[:LONGEST_READ], query):
        if start > end:
            parts.append(Part(text[end:start], is_match=False))
        parts.append(Part(text[start:stop], is_match=True))
        end = stop
    if end < len(text):
        parts.append(Part(text[end:], is_match=False))
    return tuple(parts)


def excerpt(text: str, query: Query, *, length: int = EXCERPT) -> Parts:
    """Return the piece of a text, in parts, around most of what was looked for; else its beginning.

    Args:
        text: plain text.
        query: what was looked for.
        length: of the piece at most, in characters.
    """
    flat = " ".join(text[:LONGEST_READ].split())
    places = [start for start, _stop in _places(flat, query)]
    reach = length * 3 // 4
    counts = [(sum(1 for other in places if first <= other < first + reach)) for first in places]
    first = places[counts.index(max(counts))] if places else 0
    start = 0 if first < reach // 2 else _word_start(flat, first - reach // 3)
    piece = flat[start : start + length]
    if start + length < len(flat):
        piece = piece.rsplit(" ", 1)[0] + " …"
    return marked(("… " if start else "") + piece, query)


def has_match(parts: Parts) -> bool:
    """Tell whether anything in the parts is marked."""
    return any(part.is_match for part in parts)


def is_like(word: str, wanted: str) -> bool:
    """Tell whether two folded words are forms of one word, as nearly as endings tell."""
    return word == wanted or root(word) == root(wanted)


def _places(text: str, query: Query) -> Iterator[tuple[int, int]]:
    """Return where the words stand that were looked for."""
    wanted = _wanted(query)
    for found in _WORD.finditer(text):
        word = folded(found[0])
        if any(
            word == each or (begins and word.startswith(each)) or (forms and is_like(word, each))
            for each, begins, forms in wanted
        ):
            yield found.span()


def _wanted(query: Query) -> list[tuple[str, bool, bool]]:
    """Return each word that is looked for: whether it may go on, and in other forms."""
    found = []
    for term in query.terms:
        *others, last = term.words
        forms = not term.is_exact and len(term.words) == 1
        found += [(word, False, forms) for word in others]
        found.append((last, term.is_beginning, forms))
        found += [(word, False, forms) for word in words_of(term.joined)]
    return found


def root(word: str) -> str:
    """Return a folded word without the ending by which its forms differ."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            return word[: -len(ending)]
    return word


def _word_start(text: str, position: int) -> int:
    start = text.find(" ", max(0, position))
    return start + 1 if start >= 0 else max(0, position)
