"""What is due: each part says what of it has a last day, and a calendar shows all of it.

Parts are registered once at start-up (in ``timshel.reactions``); each keeps to what the reader may
see, in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is to be done until a day, or takes place on it.

    Args:
        day: the last day.
        kind: of the record, such as ``planned_action``.
        code: by which people know the record.
        title: of the record.
        what: is to be done with it, such as "Review", in the reader's words.
        owner: who does it, by name; empty where nobody is named.
    """

    day: date
    kind: str
    code: str
    title: str
    what: Text
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Args:
        until: nothing later.
        actor: who reads.
        at: now.
        is_own: only what the reader is to do.
        limit: how much of each part at most, the soonest first.
    """

    until: date
    actor: Actor
    at: datetime
    is_own: bool = False
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Dated:
    """How the records of a kind tell what is due.

    Args:
        kind: of the records; each has a ``number`` and a ``title``.
        day: the name of the column with the day.
        what: is to be done with them.
        owner: the name of the column with the person who does it.
    """

    kind: str
    day: str
    what: Text
    owner: str = "owner"


def due_among(rows: QuerySet[Any], dated: Dated, asked: Asked) -> Iterator[Due]:
    """Yield what of some records is due; one query.

    Args:
        rows: those that the reader may see and that are not done.
        dated: how they tell.
        asked: what is asked for.
    """
    wanted = rows.filter(**{f"{dated.day}__lte": asked.until})
    if asked.is_own:
        wanted = wanted.filter(**{f"{dated.owner}_id": asked.actor.person_id or 0})
    for row in wanted.select_related(dated.owner).order_by(dated.day, "pk")[: asked.limit]:
        person = getattr(row, dated.owner)
        name = person.name if person is not None else ""
        yield Due(getattr(row, dated.day), dated.kind, row.number, row.title, dated.what, name)


class Source(Protocol):
    """Says what of one part is due and not done yet."""

    def __call__(self, asked: Asked, /) -> Iterable[Due]:
        """Return what is due until a day, what is overdue included."""


_sources: dict[str, Source] = {}


def register(part: str, source: Source) -> None:
    """Say what of a part is due; registering again replaces.

    Args:
        part: its name.
        source: answers for it.
    """
    _sources[part] = source


def everything_due(asked: Asked) -> tuple[Due, ...]:
    """Return what of all parts is due, the soonest first."""
    found = [each for source in _sources.values() for each in source(asked)]
    return tuple(sorted(found, key=lambda each: (each.day, each.kind, each.code)))
