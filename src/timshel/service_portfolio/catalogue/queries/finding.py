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
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.browsing import Tile, tiles_of
from timshel.service_portfolio.catalogue.queries.ordering import entitled_entries
from timshel.service_portfolio.catalogue.rules.words import meant

FEW = 1
"""As long as no more than this is found word by word, likeness is asked for too."""

LIKE = 0.39
"""From which likeness on a word counts as meant; "labtop" and "laptop" have 0.4."""

LONGEST_TEXT = 200
SHORT = 3


def find_offerings(text: str, *, actor: Actor, at: datetime, limit: int = 20) -> tuple[Tile, ...]:
    """Return what somebody may ask for and seems to mean, best first; at most two queries.

    Args:
        text: as typed; nothing finds nothing.
        actor: who looks.
        at: now.
        limit: how many at most.
    """
    words = meant(text[:LONGEST_TEXT]) if is_storable(text) else ()
    if not words:
        return ()
    entries = entitled_entries(None, actor=actor, at=at)
    exact = tiles_of(_ranked(_with_all(entries, words), words)[:limit], actor.language)
    if len(exact) > FEW:
        return exact
    known = {tile.id for tile in exact}
    alike = tiles_of(_alike(entries, words)[:limit], actor.language)
    return (*exact, *(tile for tile in alike if tile.id not in known))[:limit]


def _with_all(entries: QuerySet[Entry], words: tuple[str, ...]) -> QuerySet[Entry]:
    for word in words:
        entries = entries.filter(words__contains=word)
    return entries


def _ranked(entries: QuerySet[Entry], words: tuple[str, ...]) -> QuerySet[Entry]:
    """Order by where the words stand: 6 in the name, 4 at a beginning there, 3 as a word, …"""
    rank = reduce(add, (_degree(word) for word in words))
    return entries.order_by(rank.desc(), "-requests_90_days", "pk")


def _degree(word: str) -> Case:
    # Words hold letters, digits and no sign that a pattern would read.
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


def _alike(entries: QuerySet[Entry], words: tuple[str, ...]) -> QuerySet[Entry]:
    """Keep entries that hold something like one of the words, those with most of them first."""
    likeness = {f"like_{number}": _likeness(word) for number, word in enumerate(words)}
    entries = entries.annotate(**likeness)
    total = ExpressionWrapper(reduce(add, map(F, likeness)), output_field=FloatField())
    enough = reduce(or_, (Q(**{f"{name}__gte": LIKE}) for name in likeness))
    return entries.filter(enough).order_by(total.desc(), "-requests_90_days", "pk")


def _likeness(word: str) -> Combinable:
    if len(word) < SHORT:
        return Case(
            When(words__regex=rf"\m{word}\M", then=Value(1.0)),
            default=Value(0.0),
            output_field=FloatField(),
        )
    return Func(Value(word), F("words"), function="word_similarity", output_field=FloatField())
