"""Which fields a filter may name: their values, their words, and the condition each becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Q

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.filters import moments
from timshel.kernel.filters.structure import Condition, Filter, Operator

YES, NO = "yes", "no"
NOTHING = Q(pk__in=[])
Values = tuple[str, ...]


class FieldKind(StrEnum):
    """What a field holds, which decides how it can be asked for."""

    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    MOMENT = "moment"
    WORDS = "words"


OPERATORS: Mapping[FieldKind, tuple[Operator, ...]] = {
    FieldKind.CHOICE: (Operator.IS, Operator.IS_NOT),
    FieldKind.FLAG: (Operator.IS,),
    FieldKind.NUMBER: (Operator.IS, Operator.AT_LEAST, Operator.AT_MOST),
    FieldKind.MOMENT: (
        Operator.BEFORE,
        Operator.UNTIL,
        Operator.ON,
        Operator.SINCE,
        Operator.AFTER,
    ),
    FieldKind.WORDS: (Operator.CONTAINS, Operator.LACKS),
}
NO_VALUE = frozenset({Operator.EMPTY, Operator.GIVEN})
NEGATIVE = frozenset({Operator.IS_NOT, Operator.LACKS, Operator.GIVEN})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and when, for values such as "me" and "today"."""

    actor: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """A value with its name; ``group`` is a heading that it stands under in a list."""

    value: str
    name: str
    group: str = ""


Offer = Callable[[Asker], Sequence[Choice]]
Namer = Callable[[Iterable[str], Asker], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Field:
    """Something that can be asked of a record.

    Args:
        key: its name in filters.
        label: its name for people; of a flag, what is so.
        kind: what it holds.
        holds: for choices, flags and words, the condition that any of the values holds.
        column: for numbers and moments, the column.
        empty: the condition that there is nothing, where that can be.
        not_label: of a flag, what is so when it is not set.
        group: the heading under which a form offers it.
        choices: what a form offers; None where there are too many to list.
        names: the names of values; those that it does not return are not there (any more).
        relative: values that depend on who asks, such as ``me``, with their names.
        picker: how a form finds a value that it cannot list, such as ``person``.
    """

    key: str
    label: Text
    kind: FieldKind
    holds: Callable[[Values, Asker], Q] | None = None
    column: str = ""
    empty: Q | None = None
    not_label: Text = ""
    group: Text = ""
    choices: Offer | None = None
    names: Namer | None = None
    relative: Mapping[str, Text] = field(default_factory=dict)
    picker: str = ""

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Return how the field can be held against values."""
        more = (Operator.EMPTY, Operator.GIVEN) if self.empty is not None else ()
        return OPERATORS[self.kind] + more

    def condition(self, asked: Condition, asker: Asker) -> Q:
        """Return what a condition on this field becomes.

        Args:
            asked: read and checked.
            asker: who asks and when.
        """
        if asked.operator in NO_VALUE:
            found = self.empty if self.empty is not None else NOTHING
            return ~found if asked.operator is Operator.GIVEN else found
        if self.kind is FieldKind.NUMBER:
            return _number(self.column, asked)
        if self.kind is FieldKind.MOMENT:
            return _moment(self.column, asked, asker)
        found = self.holds(asked.values, asker) if self.holds else NOTHING
        wanted = asked.operator not in NEGATIVE
        if self.kind is FieldKind.FLAG:
            wanted = asked.values == (YES,)
        return found if wanted else ~found

    def value_names(self, values: Iterable[str], asker: Asker) -> dict[str, str]:
        """Return the names of values for people; without those that are not there."""
        wanted = list(dict.fromkeys(values))
        found = {value: str(self.relative[value]) for value in wanted if value in self.relative}
        others = [value for value in wanted if value not in found]
        if others and self.names is not None:
            found.update(self.names(others, asker))
        elif others and self.choices is not None:
            offered = {each.value: each.name for each in self.choices(asker)}
            found.update({value: offered[value] for value in others if value in offered})
        return found


def _number(column: str, asked: Condition) -> Q:
    ending = {Operator.AT_LEAST: "__gte", Operator.AT_MOST: "__lte"}.get(asked.operator, "")
    return Q(**{f"{column}{ending}": int(asked.values[0])})


def _moment(column: str, asked: Condition, asker: Asker) -> Q:
    zone = asker.actor.time_zone
    first, end = moments.span_of(asked.values[0], at=asker.at, zone=zone)
    match asked.operator:
        case Operator.BEFORE:
            return Q(**{f"{column}__lt": first})
        case Operator.UNTIL:
            return Q(**{f"{column}__lt" if end > first else f"{column}__lte": end})
        case Operator.SINCE:
            return Q(**{f"{column}__gte": first})
        case Operator.AFTER:
            return Q(**{f"{column}__gte" if end > first else f"{column}__gt": end})
        case _:
            within = Q(**{f"{column}__gte": first, f"{column}__lt": end})
            return within if end > first else Q(**{column: first})


class Registry:
    """The fields that filters over one kind of record may name.

    Args:
        fields: the first of them; later parts of the product add theirs.
    """

    def __init__(self, *fields: Field) -> None:
        self._fields: dict[str, Field] = {}
        self.register(*fields)

    def register(self, *fields: Field) -> None:
        """Add fields, or replace those of the same key."""
        for each in fields:
            self._fields[each.key] = each

    def get(self, key: str) -> Field | None:
        """Return a field, or None if there is none of this key."""
        return self._fields.get(key)

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def condition(self, wanted: Filter, asker: Asker) -> Q:
        """Return the one condition that a filter becomes.

        A field that is no longer there holds for nothing, so that a filter never shows more
        than it says.

        Args:
            wanted: read and checked.
            asker: who asks and when.
        """
        found = Q()
        for each in wanted.all:
            found &= self._one(each, asker)
        if wanted.any:
            some = self._one(wanted.any[0], asker)
            for each in wanted.any[1:]:
                some |= self._one(each, asker)
            found &= some
        for each in wanted.none:
            found &= ~self._one(each, asker)
        return found

    def _one(self, asked: Condition, asker: Asker) -> Q:
        known = self.get(asked.field)
        return NOTHING if known is None else known.condition(asked, asker)

    def missing(self, wanted: Filter, asker: Asker) -> list[tuple[str, str]]:
        """Return field and value of what a filter names and is not there, for whoever keeps it.

        Args:
            wanted: read and checked.
            asker: who asks and when.
        """
        found = []
        for _group, asked in wanted.groups():
            known = self.get(asked.field)
            if known is None or known.kind is not FieldKind.CHOICE:
                continue
            names = known.value_names(asked.values, asker)
            found += [(asked.field, value) for value in asked.values if value not in names]
        return found
