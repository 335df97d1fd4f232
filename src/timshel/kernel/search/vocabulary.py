"""The words that are known, and which of them a word that was typed may stand for.

A word with a typing error is compared with the words that occur anywhere, which are far fewer than
the texts they occur in: looking for what is like a word in a million texts would take seconds. What
is then looked for is found under the reader's rights like anything else, and a word is named to a
reader only where it stands in what they see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db import connection, transaction

from timshel.kernel.search.language import Query, Term, with_beginnings

SHORTEST, LONGEST = 4, 40
MOST_LIKE = 3
_CANDIDATES = 40
_LONG = 6

# Two vowels that changed places leave few groups of three letters in common.
_THRESHOLD = "SET LOCAL pg_trgm.similarity_threshold = 0.2"
_ALIKE = """
SELECT given, known.text
FROM unnest(%s::text[]) AS given
CROSS JOIN LATERAL (
    SELECT text FROM search_word WHERE text %% given
    ORDER BY similarity(text, given) DESC, text LIMIT %s
) AS known
"""


def widened(query: Query) -> Query:
    """Return a query that also finds words which go on, and words like the typed ones; one query.

    Args:
        query: as read; quoted words stay as they are.
    """
    wanted = [term.text for term in query.terms if _may_be_mistyped(term)]
    like = alike(wanted) if wanted else {}
    open_query = with_beginnings(query)
    groups = tuple(
        (
            *group,
            *(
                Term(words=(word,))
                for term in group
                if _may_be_mistyped(term)
                for word in like.get(term.text, ())
            ),
        )
        for group in open_query.groups
    )
    also = frozenset(word for words in like.values() for word in words)
    return replace(query, groups=groups, also=also)


def alike(words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each word the known words that it may stand for, the likest first.

    One letter may differ in short words, two in those of six letters and more; a pair of letters
    that changed places counts as one.

    Args:
        words: folded.
    """
    wanted = [word for word in dict.fromkeys(words) if SHORTEST <= len(word) <= LONGEST]
    if not wanted:
        return {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_THRESHOLD)
        cursor.execute(_ALIKE, [wanted, _CANDIDATES])
        rows = cursor.fetchall()
    near: dict[str, list[tuple[int, str]]] = {}
    for given, known in rows:
        steps = distance(given, known)
        if 0 < steps <= forgiven(given):
            near.setdefault(given, []).append((steps, known))
    return {
        word: tuple(known for _steps, known in sorted(found, key=lambda each: each[0])[:MOST_LIKE])
        for word, found in near.items()
    }


def distance(first: str, second: str) -> int:
    """Return how many letters must be put in, left out, changed or swapped with their neighbour.

    The optimal string alignment distance (Damerau 1964 as restricted by Oommen and Loke 1997).
    """
    earlier: list[int] = []
    last = list(range(len(second) + 1))
    for row, mine in enumerate(first, 1):
        line = [row]
        for column, theirs in enumerate(second, 1):
            cost = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (mine != theirs))
            swapped = (
                row > 1 and column > 1 and mine == second[column - 2] and first[row - 2] == theirs
            )
            line.append(min(cost, earlier[column - 2] + 1) if swapped else cost)
        earlier, last = last, line
    return last[-1]


def worth_knowing(words: Iterable[str]) -> set[str]:
    """Return the words that are kept: of letters alone, neither too short nor too long."""
    return {word for word in words if SHORTEST <= len(word) <= LONGEST and word.isalpha()}


def is_near(word: str, other: str) -> bool:
    """Tell whether a word may have been meant by another, as :func:`alike` counts.

    Args:
        word: as typed, folded.
        other: a word that is known.
    """
    allowed = forgiven(word)
    return abs(len(word) - len(other)) <= allowed and distance(word, other) <= allowed


def forgiven(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    if len(word) < SHORTEST:
        return 0
    return 1 if len(word) < _LONG else 2


def _may_be_mistyped(term: Term) -> bool:
    return not term.is_exact and len(term.words) == 1 and term.text.isalpha()
