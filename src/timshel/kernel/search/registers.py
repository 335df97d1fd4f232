"""Registers in the one search: their rows are found by number, by what they are called and say.

A register is small beside the work: its rows carry no words of their own. An index of its table
over what ``conditions.Words`` makes of two columns answers instead, and all registers are asked in
one question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    IntegerField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast

from timshel.kernel.actor import Actor
from timshel.kernel.record_numbers import number_of
from timshel.kernel.search.conditions import TextQuery, Words, text_query
from timshel.kernel.search.highlights import excerpt, marked
from timshel.kernel.search.language import Query, words_of_rows
from timshel.kernel.search.sources import MOST, Found, Hit, Narrowing

PLACE = "register"


@dataclass(frozen=True, slots=True)
class Register:
    """A register whose rows can be found.

    Args:
        kind: of its records, as their addresses call it.
        model: of its rows; its manager knows ``visible_to``, and its table has an index of
            ``conditions.Words`` over the two columns.
        prefix: of their numbers.
        heading: the column that says what a row is called.
        text: the column that says more.
    """

    kind: str
    model: type[Model]
    prefix: str
    heading: str
    text: str

    def rows(self, wanted: TextQuery, query: Query, actor: Actor) -> QuerySet[Any, Any]:
        """Return the newest that fit and that the actor may see, as rows of all registers."""
        keys = [each.value for each in query.numbers if each.letters.upper() == self.prefix]
        seen = self.manager.visible_to(actor).annotate(
            hit_words=Words(self.heading, self.text), hit_heading=Words(self.heading, Value(""))
        )
        fits = seen.filter(Q(hit_words=wanted) | Q(pk__in=keys)).order_by("-pk")
        rows: QuerySet[Any, Any] = fits.annotate(
            hit_kind=Value(self.kind, CharField()),
            hit_title=Cast(self.heading, TextField()),
            hit_text=Cast(self.text, TextField()),
            hit_place=Case(
                When(pk__in=keys, then=0),
                When(hit_heading=wanted, then=1),
                default=2,
                output_field=IntegerField(),
            ),
        ).values_list("hit_kind", "pk", "hit_title", "hit_text", "hit_place")
        return rows[:MOST]

    def words_after(self, mark: Any, limit: int) -> tuple[set[str], int | None]:
        """Return the words of the next rows by key, for learning; see ``kernel.search``."""
        rows = self.manager.filter(pk__gt=mark or 0).order_by("pk")
        return words_of_rows(rows.values_list("pk", self.heading)[:limit])

    @property
    def manager(self) -> Any:
        """What asks for its rows."""
        return self.model._default_manager  # noqa: SLF001 - public by documentation


class RegisterSource:
    """Finds rows of registers that the reader may see; those called so before those saying so.

    Args:
        registers: which are asked.
    """

    name = "registers"

    def __init__(self, *registers: Register) -> None:
        self._registers: Mapping[str, Register] = {each.kind: each for each in registers}

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of records."""
        return frozenset(self._registers)

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
        """Return what fits, best first; one query."""
        wanted = text_query(query)
        is_about_others = narrowing.is_of_work or narrowing.service_id is not None
        if wanted is None or is_about_others or limit < 1:
            return Found()
        asked = [each for each in self._registers.values() if self._is_asked(each, narrowing)]
        first, *others = (each.rows(wanted, query, actor) for each in asked)
        # With nothing, so that the newest of one register alone can be put in order as well.
        newest = first.union(*others, first.none(), all=True)
        rows = newest.order_by("hit_place", "hit_kind", "-pk")
        found = list(rows[after : after + limit + 1])
        hits = tuple(self._hit(row, query) for row in found[:limit])
        return Found(hits, has_more=len(found) > limit)

    def _is_asked(self, register: Register, narrowing: Narrowing) -> bool:
        return not narrowing.kinds or register.kind in narrowing.kinds

    def _hit(self, row: tuple[str, int, str, str, int], query: Query) -> Hit:
        kind, key, called, says, place = row
        register = self._registers[kind]
        number = number_of(register.prefix, key)
        return Hit(
            kind=kind,
            key=number,
            title=marked(called, query),
            excerpt=() if query.is_typing else excerpt(says, query),
            rank=1.0 - place / 4,
            address=(PLACE, kind, number),
            is_exact=place == 0,
        )
