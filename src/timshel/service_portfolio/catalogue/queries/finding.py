"""Finding what somebody typed: in all languages, with typing errors, best first.

The first query asks for every word that was meant, as an index answers it. Only where that finds
next to nothing does a second one ask what the words are like.
"""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import add, or_

from django.db.models import (
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from timshel.kernel.actor import Actor
from timshel.kernel.search.highlights import root
from timshel.kernel.search.language import Query, Term, read
from timshel.kernel.search.vocabulary import is_near
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.browsing import COLUMNS, Tile, tile_of, tiles_of
from timshel.service_portfolio.catalogue.queries.ordering import entitled_entries

FEW = 1
"""As long as no more than this is found word by word, likeness is asked for too."""

LIKE = 0.39
"""From which likeness on a word counts as meant; "labtop" and "laptop" have 0.4."""

SHORT = 3
MOST_ALIKE = 20
MOST_GROUPS = 8

Group = tuple[Term, ...]


def find_offerings(
    text: str | Query, *, actor: Actor, at: datetime, limit: int = 20
) -> tuple[Tile, ...]:
    """Return what somebody may ask for and seems to mean, best first; at most two queries.

    Args:
        text: as typed; nothing finds nothing. What was read already is taken as it is: the one
            search has words of its own for what was mistyped.
        actor: who looks.
        at: now.
        limit: how many at most.
    """
    query = read(text) if isinstance(text, str) else text
    groups = query.groups[:MOST_GROUPS]
    if not groups:
        return ()
    entries = entitled_entries(None, actor=actor, at=at)
    for term in query.excluded:
        entries = entries.exclude(_all_of(term, whole=True))
    exact = tiles_of(_ranked(_with_all(entries, groups), groups)[:limit], actor.language)
    if len(exact) > FEW or isinstance(text, Query):
        return exact
    known = {tile.id for tile in exact}
    alike = _alike(entries, groups)[:MOST_ALIKE].values_list(*COLUMNS, "words")
    meant = {word for group in groups for word in _words(group)}
    near = (tile_of(row, actor.language) for *row, words in alike if _has_near(words, meant))
    return (*exact, *(tile for tile in near if tile.id not in known))[:limit]


def _has_near(words: str, meant: set[str]) -> bool:
    """Tell whether one of the words is what somebody may have meant, or begins with it."""
    return any(
        is_near(word, known) or (len(word) > SHORT and known.startswith(word))
        for known in words.split()
        for word in meant
    )


def _with_all(entries: QuerySet[Entry], groups: tuple[Group, ...]) -> QuerySet[Entry]:
    """Keep entries in which of each group of terms one is found."""
    for group in groups:
        entries = entries.filter(reduce(or_, map(_all_of, group)))
    return entries


def _all_of(term: Term, *, whole: bool = False) -> Q:
    """Return whether all words of a term are found, as whole words or as parts of some."""
    found = Q()
    for word in term.words:
        found &= Q(words__regex=rf"\m{word}\M") if whole else _part_or_form(word, term)
    return found | Q(words__contains=term.joined) if term.joined else found


def _part_or_form(word: str, term: Term) -> Q:
    """Return whether a word is found as a part of any, or in another of its forms."""
    stem = root(word)
    if term.is_exact or stem == word or len(stem) <= SHORT:
        return Q(words__contains=word)
    return Q(words__contains=word) | Q(words__regex=rf"\m{stem}")


def _ranked(entries: QuerySet[Entry], groups: tuple[Group, ...]) -> QuerySet[Entry]:
    """Order by where the words stand: 6 in the name, 4 at a beginning there, 3 as a word, …"""
    rank = reduce(add, map(_degree, groups))
    return entries.order_by(rank.desc(), "-requests_90_days", "pk")


def _degree(group: Group) -> Case:
    # Words hold letters, digits and no sign that a pattern would read.
    word = f"(?:{'|'.join(_words(group))})"
    places = (
        (rf"^[^\n]*\m{word}\M", 6),
        (rf"^[^\n]*\m{word}", 4),
        (rf"\m{word}\M", 3),
        (rf"\m{word}", 2),
    )
    return Case(
        *(When(words__regex=pattern, then=Value(degree)) for pattern, degree in places),
        default=Value(1),
        output_field=IntegerField(),
    )


def _alike(entries: QuerySet[Entry], groups: tuple[Group, ...]) -> QuerySet[Entry]:
    """Keep entries that hold something like one of the words, those with most of them first."""
    words = dict.fromkeys(word for group in groups for word in _words(group))
    likeness = {f"like_{number}": _likeness(word) for number, word in enumerate(words)}
    entries = entries.annotate(**likeness)
    total = ExpressionWrapper(reduce(add, map(F, likeness)), output_field=FloatField())
    enough = reduce(or_, (Q(**{f"{name}__gte": LIKE}) for name in likeness))
    return entries.filter(enough).order_by(total.desc(), "-requests_90_days", "pk")


def _words(group: Group) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for term in group for word in term.words))


def _likeness(word: str) -> Combinable:
    if len(word) < SHORT:
        return Case(
            When(words__regex=rf"\m{word}\M", then=Value(1.0)),
            default=Value(0.0),
            output_field=FloatField(),
        )
    return Func(Value(word), F("words"), function="word_similarity", output_field=FloatField())
