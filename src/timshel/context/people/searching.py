"""How people are found by whoever may see them: by any part of name, mail, phone or code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Lower

from timshel.context.people.models import Person
from timshel.context.people.rules import VIEW, search_words
from timshel.kernel.actor import Actor
from timshel.kernel.search.conditions import folded_value
from timshel.kernel.search.highlights import Part, marked
from timshel.kernel.search.language import SHORTEST_BEGINNING, Query, Term, words_of, words_of_rows
from timshel.kernel.search.sources import MOST, Found, Hit, Narrowing

KIND = "person"
MAIL = "@"


@dataclass(frozen=True, slots=True)
class PeopleSource:
    """Finds the people whom the reader may see; nobody for who may see none."""

    name: str = "people"
    kinds: frozenset[str] = frozenset({KIND})

    def hits(
        self,
        query: Query,
        *,
        narrowing: Narrowing,
        actor: Actor,
        at: datetime,  # noqa: ARG002 - as every source is asked
        limit: int,
        after: int,
    ) -> Found:
        """Return the active people who fit, by name, those who begin with the text first."""
        is_about_others = narrowing.is_of_work or narrowing.service_id is not None
        if is_about_others or limit < 1 or not actor.may_somewhere(VIEW):
            return Found()
        condition = _condition(query)
        if condition is None:
            return Found()
        people = Person.objects.visible_to(actor).filter(condition, is_active=True)
        rows = list(_in_order(people, query)[after : after + limit + 1])
        hits = tuple(_hit(person, query, actor.language) for person in rows[:limit])
        return Found(hits, has_more=len(rows) > limit)


def words_after(mark: Any, limit: int) -> tuple[set[str], int | None]:
    """Return the words of the next names by key, for learning; see ``kernel.search``."""
    rows = Person.objects.filter(pk__gt=mark or 0).order_by("pk").values_list("pk", "name")
    return words_of_rows(rows[:limit])


def _condition(query: Query) -> Q | None:
    """Return whom a query is about, or None where it says too little of anybody."""
    typed = search_words(query.text)
    if len(typed) == 1 and typed[0].isdigit() and MAIL not in query.text:
        return Q(search__contains=typed[0])
    if max(map(len, query.words), default=0) < SHORTEST_BEGINNING:
        return None
    found = reduce(and_, (reduce(or_, map(_term, group)) for group in query.groups))
    for term in query.excluded:
        found &= ~_term(term)
    return found


def _term(term: Term) -> Q:
    """Return whether each word of a term is found; a mail address is one word, as it is typed."""
    parts = [Q(search__contains=folded_value(word)) for word in term.words]
    return reduce(and_, parts)


def _in_order(people: QuerySet[Person], query: Query) -> QuerySet[Person]:
    """Order those who fit; of very many, some, but those who begin with the text among them."""
    begins = Q(search__startswith=folded_value(query.plain))
    some = people.values("pk")[:MOST].union(people.filter(begins).values("pk")[:MOST])
    begins_first = ExpressionWrapper(begins, output_field=BooleanField())
    # The right was asked above: what is ordered here was found under it.
    found = Person.objects.filter(pk__in=some)
    ordered = found.order_by(begins_first.desc(), Lower("name"), "pk")
    return ordered.select_related("unit", "customer").only(
        *("name", "email", "phone", "code"),
        *("unit__name", "unit__translations", "customer__name", "customer__translations"),
    )


def _hit(person: Person, query: Query, language: str) -> Hit:
    home = person.unit or person.customer
    reach = " · ".join(each for each in (person.email, person.phone) if each)
    name = words_of(person.name)
    shares = [any(word in name for term in group for word in term.words) for group in query.groups]
    return Hit(
        kind=KIND,
        key=person.code,
        title=marked(person.name, query),
        excerpt=marked(reach, query) if reach else (Part("", is_match=False),),
        rank=sum(shares) / len(shares),
        address=(KIND, str(person.pk)),
        line=home.text("name", language) if home else "",
    )
