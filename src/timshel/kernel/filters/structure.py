"""What a filter is: three groups of conditions, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

GROUPS = ("all", "any", "none")


class Operator(StrEnum):
    """How a field is held against values."""

    IS = "is"
    IS_NOT = "is_not"
    EMPTY = "empty"
    GIVEN = "given"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    BEFORE = "before"
    UNTIL = "until"
    ON = "on"
    SINCE = "since"
    AFTER = "after"
    CONTAINS = "contains"
    LACKS = "lacks"


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of a record.

    Args:
        field: the name of a field of the registry.
        operator: how it is held against the values.
        values: as texts; of several, any may hold. Empty for operators that take none.
    """

    field: str
    operator: Operator
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are meant; without any condition, all of them.

    Args:
        all: every one of these holds.
        any: at least one of these holds, if there are any.
        none: none of these holds.
    """

    all: tuple[Condition, ...] = ()
    any: tuple[Condition, ...] = ()
    none: tuple[Condition, ...] = ()

    def groups(self) -> Iterator[tuple[str, Condition]]:
        """Yield each condition with the name of its group, in order."""
        for group in GROUPS:
            for condition in self.group(group):
                yield group, condition

    def group(self, name: str) -> tuple[Condition, ...]:
        """Return the conditions of a group by its name."""
        return {"all": self.all, "any": self.any, "none": self.none}[name]

    def narrowed(self, *conditions: Condition) -> Filter:
        """Return the filter with more that must hold; what is there already is not repeated."""
        new = tuple(each for each in dict.fromkeys(conditions) if each not in self.all)
        return replace(self, all=self.all + new)

    def without(self, drop: Callable[[str, Condition], bool]) -> Filter:
        """Return the filter without the conditions of which ``drop`` is true.

        Args:
            drop: is given the group's name and the condition.
        """
        return Filter(
            *(tuple(each for each in self.group(name) if not drop(name, each)) for name in GROUPS)
        )

    def __len__(self) -> int:
        return len(self.all) + len(self.any) + len(self.none)

    def __bool__(self) -> bool:
        return len(self) > 0


EVERYTHING = Filter()
