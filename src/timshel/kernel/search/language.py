"""What somebody typed into the one box, read into words that a database can look for.

Words must all be there, in any order. ``"words in quotes"`` stand side by side as they are written,
``-word`` must not be there, ``OR`` between two words (``OU`` as well) takes either, and what looks
like the number of a piece of work (``INC12``, ``inc0000012``, ``#12``, ``12``) is one. Nothing that
can be typed is an error.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from timshel.kernel.text import is_storable, stream_safe

LONGEST_TEXT = 200
LONGEST_WORD = 60
MOST_TERMS = 12
MOST_SIDE_BY_SIDE = 8
SHORTEST_BEGINNING = 3
"""Of so many letters on, a word that is still being typed stands for all that begin with it."""

NUMBER_DIGITS = 7

# What people type around what they mean, in the languages of the house.
_FILLING_WORDS = (
    "a an the i we my me our your you to for of on in at with and or is it this that some"
    " need want would like please can get have order new request how do what where"
    " un une le la les l de du des d au aux et ou en pour par sur avec dans mon ma mes ce"
    " cet cette je j nous ai besoin veux voudrais faut il me moi svp comment avoir obtenir"
    " commander nouveau nouvelle demande demander"
)
FILLING = frozenset(_FILLING_WORDS.split())

_ODD_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})
_QUOTES = str.maketrans(dict.fromkeys("“”„«»‟″", '"') | dict.fromkeys("−–‐‑", "-"))
_WORD = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r'-?"[^"]*"?|[^\s"]+')
_NUMBER = re.compile(r"(?P<letters>[a-z]{2,5})[-\s]?(?P<digits>\d{1,10})")
_BARE_NUMBER = re.compile(r"#?(?P<digits>\d{1,10})")
_EITHER = frozenset({"OR", "OU", "|"})


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for: a word, or words that stand side by side.

    Args:
        words: folded.
        is_beginning: whether the last of them may go on, as while it is typed.
        is_exact: whether they are meant as written, so that no other form of them counts.
        spelled: as typed in small letters; differs from the words where there were accents.
        joined: the words without what stood between them, as ``wifi`` of ``wi-fi``; else empty.
    """

    words: tuple[str, ...]
    is_beginning: bool = False
    is_exact: bool = False
    spelled: str = ""
    joined: str = ""

    @property
    def text(self) -> str:
        """The words with a blank between them."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Number:
    """What may be the number of a piece of work; without letters, of any kind."""

    letters: str
    value: int

    def written(self, letters: str = "") -> str:
        """Return it as numbers are written, such as ``INC0000012``."""
        return f"{(self.letters or letters).upper()}{self.value:0{NUMBER_DIGITS}d}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: of each group at least one term, and none of the excluded.

    Args:
        text: as it was typed, without what cannot be stored.
        groups: terms of which one must be there, each.
        excluded: terms that must not be there.
        numbers: what may be numbers of work.
        is_typing: whether the last word may still go on.
    """

    text: str = ""
    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    numbers: tuple[Number, ...] = ()
    is_typing: bool = False
    also: frozenset[str] = field(default_factory=frozenset)
    """Words that were not typed, but stand for typed ones that are not known."""

    def __bool__(self) -> bool:
        return bool(self.groups)

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms that are looked for."""
        return tuple(term for group in self.groups for term in group)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of all terms that are looked for, each once."""
        return tuple(dict.fromkeys(word for term in self.terms for word in term.words))

    @property
    def plain(self) -> str:
        """The first term of each group as plain words, for what knows no language of its own."""
        return " ".join(group[0].text for group in self.groups)


def folded(text: str) -> str:
    """Return a text as it is compared: without case, accents and joined letters."""
    decomposed = unicodedata.normalize("NFKD", stream_safe(text.casefold()))
    bare = "".join(each for each in decomposed if not unicodedata.combining(each))
    return bare.translate(_ODD_LETTERS)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded."""
    return tuple(_WORD.findall(folded(text)))


def words_of_rows(rows: Iterable[tuple[Any, ...]]) -> tuple[set[str], Any | None]:
    """Return the words of some rows, and the key of the last; None where there are none.

    Args:
        rows: each its key and its texts, in the order of the keys.
    """
    read_rows = list(rows)
    words = {word for _key, *texts in read_rows for text in texts for word in words_of(text)}
    return words, (read_rows[-1][0] if read_rows else None)


def telling(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words, each once, without those that only fill a sentence.

    Where there are no others, the filling words count.
    """
    once = tuple(dict.fromkeys(words))
    return tuple(word for word in once if word not in FILLING) or once


def read(text: str, *, is_typing: bool = False) -> Query:
    """Return what a text looks for; a text without words looks for nothing.

    Args:
        text: anything.
        is_typing: whether the last word may go on, as in suggestions.
    """
    given = cleaned(text)
    groups, excluded = _terms(given)
    groups = _without_filling(groups)
    if is_typing and groups and not given.endswith('"'):
        groups = _open_ended(groups)
    return Query(
        text=given,
        groups=tuple(tuple(group) for group in groups[:MOST_TERMS]),
        excluded=tuple(excluded[:MOST_TERMS]),
        numbers=tuple(_numbers(given)),
        is_typing=is_typing,
    )


def cleaned(text: str) -> str:
    """Return a text as it is kept and looked for: short, on one line, and storable."""
    storable = text if is_storable(text) else "".join(c if is_storable(c) else " " for c in text)
    return " ".join(storable.split())[:LONGEST_TEXT].strip()


def with_beginnings(query: Query) -> Query:
    """Return a query in which each longer word may go on."""
    groups = tuple(tuple(_open(term) for term in group) for group in query.groups)
    return replace(query, groups=groups)


def _terms(text: str) -> tuple[list[list[Term]], list[Term]]:
    """Return groups of terms of which one must be there, and those that must not."""
    groups: list[list[Term]] = []
    excluded: list[Term] = []
    either = False
    for found in _CHUNK.finditer(text.translate(_QUOTES)):
        chunk = found[0]
        if chunk in _EITHER:
            either = bool(groups)
            continue
        is_excluded = chunk.startswith("-") and len(chunk) > 1
        terms = _alternatives(chunk)
        if not terms:
            continue
        if is_excluded:
            excluded += terms
        elif either:
            groups[-1] += terms
        else:
            groups.append(terms)
        either = False
    return groups, excluded


def _alternatives(chunk: str) -> list[Term]:
    """Return what a chunk without blanks, or in quotes, stands for."""
    is_exact = chunk.lstrip("-").startswith('"')
    words = tuple(word[:LONGEST_WORD] for word in words_of(chunk))[:MOST_SIDE_BY_SIDE]
    if not words:
        return []
    spelled = " ".join(_WORD.findall(chunk.lower()))
    joined = "".join(words) if len(words) > 1 and not is_exact and _is_hyphenated(chunk) else ""
    term = Term(
        words=words,
        is_exact=is_exact,
        spelled="" if spelled == " ".join(words) else spelled,
        joined=joined[:LONGEST_WORD],
    )
    number = _NUMBER.fullmatch("".join(words)) if len(words) <= 2 else None
    if number and not is_exact:
        written = Number(number["letters"], int(number["digits"])).written().lower()
        if (written,) != words:
            return [term, Term(words=(written,), is_exact=True)]
    return [term]


def _is_hyphenated(chunk: str) -> bool:
    return re.fullmatch(r"-?[^\W_]+(-[^\W_]+)+", chunk) is not None


def _without_filling(groups: list[list[Term]]) -> list[list[Term]]:
    telling_groups = [group for group in groups if not all(map(_is_filling, group))]
    return telling_groups or groups


def _is_filling(term: Term) -> bool:
    return not term.is_exact and all(word in FILLING for word in term.words)


def _open_ended(groups: list[list[Term]]) -> list[list[Term]]:
    """Let the last word go on; one of too few letters is left out until it has more."""
    *others, last = groups
    if len(last[0].words[-1]) < SHORTEST_BEGINNING and len(last[0].words) == 1 and others:
        return others
    return [*others, [replace(last[0], is_beginning=True), *last[1:]]]


def _open(term: Term) -> Term:
    long_enough = len(term.words[-1]) > SHORTEST_BEGINNING
    return replace(term, is_beginning=long_enough and not term.is_exact)


def _numbers(text: str) -> Iterator[Number]:
    """Return what may be numbers of work: with letters anywhere, without them if alone."""
    whole = folded(text).strip()
    if alone := _BARE_NUMBER.fullmatch(whole):
        yield Number("", int(alone["digits"]))
        return
    if alone := _NUMBER.fullmatch(whole):
        yield Number(alone["letters"], int(alone["digits"]))
        return
    for chunk in whole.split()[:MOST_TERMS]:
        if found := _NUMBER.fullmatch(chunk.strip('",;.:()#')):
            yield Number(found["letters"], int(found["digits"]))
