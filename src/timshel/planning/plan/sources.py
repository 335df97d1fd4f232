"""Where the plan reads how the records behind its parts stand.

The records belong to many clauses, most of them later ones. Each list is registered once at
start-up (in ``timshel.reactions``); it keeps to what the reader may see, in a fixed number of
queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, Text
from timshel.planning.plan.states import Part

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A record: its kind and the code by which people know it, and what it is called."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a list of records says at a moment.

    Args:
        lines: its records, ``MOST_LINES`` at most.
        count: how many there are.
        is_more: whether there are more than were counted.
        stale: how many of them should have been looked at by now.
        latest: the day of the newest, where that says something.
    """

    lines: tuple[Line, ...] = ()
    count: int = 0
    is_more: bool = False
    stale: int = 0
    latest: date | None = None


class Source(Protocol):
    """Reads one list of records."""

    def __call__(self, *, actor: Actor, at: datetime) -> Drawn:
        """Return what of the list the actor may see.

        Raises:
            NotAllowed: the list is not for the actor.
        """


@dataclass(frozen=True, slots=True)
class Reading:
    """A list as it was read.

    Args:
        name: of the list.
        title: the same for people.
        drawn: what it said; None where it is not for the reader.
    """

    name: str
    title: Text
    drawn: Drawn | None


@dataclass(frozen=True, slots=True)
class _Registered:
    part: Part
    title: Text
    source: Source


_sources: dict[str, _Registered] = {}


def register(part: Part, name: str, *, title: Text, source: Source) -> None:
    """Have a part of the plan read a list from now on; registering again replaces.

    Args:
        part: of the plan.
        name: of the list, unique among all.
        title: the same for people.
        source: reads it.
    """
    _sources[name] = _Registered(part, title, source)


def title_of(name: str) -> Text:
    """Return what a list is called; its name where it is read no more."""
    return _sources[name].title if name in _sources else name


def names_of(part: Part) -> tuple[str, ...]:
    """Return the names of the lists behind a part, in their order."""
    return tuple(name for name, each in _sources.items() if each.part is part)


def draw(part: Part, *, actor: Actor, at: datetime) -> tuple[Reading, ...]:
    """Return what the lists behind a part say now to a reader."""
    return tuple(
        Reading(name, _sources[name].title, _drawn(_sources[name].source, actor=actor, at=at))
        for name in names_of(part)
    )


def drawn_of(
    lines: Iterable[Line], *, is_more: bool = False, stale: int = 0, latest: date | None = None
) -> Drawn:
    """Return what some records say, all of them counted and the first of them named."""
    found = tuple(lines)
    return Drawn(found[:MOST_LINES], len(found), is_more, stale, latest)


def _drawn(source: Source, *, actor: Actor, at: datetime) -> Drawn | None:
    try:
        return source(actor=actor, at=at)
    except NotAllowed:
        return None
