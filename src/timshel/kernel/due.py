"""What is due: each part says what of it has a last day, and a calendar shows all of it.

Parts are registered once at start-up (in ``timshel.reactions``); each keeps to what the reader may
see, in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Text
from timshel.kernel.record_numbers import key_of


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
        owner_id: their key.
    """

    day: date
    kind: str
    code: str
    title: str
    what: Text
    owner: str = ""
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Args:
        until: nothing later.
        actor: who reads.
        at: now.
        is_own: only what the reader is to do.
        limit: how much of each part at most, the soonest first.
        since: nothing earlier; None for all.
        skip: how much of each part was read before.
    """

    until: date
    actor: Actor
    at: datetime
    is_own: bool = False
    limit: int = 500
    since: date | None = None
    skip: int = 0

    def within(self, rows: QuerySet[Any], day: str) -> QuerySet[Any]:
        """Keep the rows that are asked for, the soonest first.

        Args:
            rows: those that the reader may see and that are not done.
            day: the name of the column with the day; it may go on with ``__date``.
        """
        wanted = rows.filter(**{f"{day}__lte": self.until})
        if self.since is not None:
            wanted = wanted.filter(**{f"{day}__gte": self.since})
        ordered = wanted.order_by(day.removesuffix("__date"), "pk")
        return ordered[self.skip : self.skip + self.limit]


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
    if asked.is_own:
        rows = rows.filter(**{f"{dated.owner}_id": asked.actor.person_id or 0})
    for row in asked.within(rows.select_related(dated.owner), dated.day):
        person = getattr(row, dated.owner)
        yield Due(
            day=getattr(row, dated.day),
            kind=dated.kind,
            code=row.number,
            title=row.title,
            what=dated.what,
            owner=person.name if person is not None else "",
            owner_id=person.pk if person is not None else None,
        )


@dataclass(frozen=True, slots=True)
class Numbered:
    """Tells which records of a kind somebody may read, by their codes; one query.

    Args:
        seen: returns the records that somebody may see.
        prefix: of their numbers; empty where their code stands in a column.
        column: the name of that column.
    """

    seen: Callable[[Actor], QuerySet[Any]]
    prefix: str = ""
    column: str = "pk"

    def __call__(
        self,
        keys: Collection[str],
        /,
        *,
        needs: str,  # noqa: ARG002 - nothing of what is due is apart from its record
        actor: Actor,
        at: datetime,  # noqa: ARG002 - the rights do not depend on it
    ) -> Collection[str]:
        """Return those of some codes whose record the actor may read."""
        wanted = {key_of(self.prefix, each) if self.prefix else each: each for each in keys}
        rows = self.seen(actor).filter(**{f"{self.column}__in": list(wanted)})
        return {wanted[each] for each in rows.values_list(self.column, flat=True)}


class Source(Protocol):
    """Says what of one part is due and not done yet."""

    def __call__(self, asked: Asked, /) -> Iterable[Due]:
        """Return what is due until a day, what is overdue included."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of which something can be due.

    Args:
        source: answers for it.
        reminds: whether it tells those who are to do something itself.
    """

    source: Source
    reminds: bool = False


_parts: dict[str, Part] = {}


def register(part: str, source: Source, *, reminds: bool = False) -> None:
    """Say what of a part is due; registering again replaces.

    Args:
        part: its name.
        source: answers for it.
        reminds: whether the part tells those who are to do something itself.
    """
    _parts[part] = Part(source, reminds)


def parts() -> Mapping[str, Part]:
    """Return the parts of which something can be due, by name."""
    return dict(_parts)


def everything_due(asked: Asked) -> tuple[Due, ...]:
    """Return what of all parts is due, the soonest first."""
    found = [each for part in _parts.values() for each in part.source(asked)]
    return tuple(sorted(found, key=lambda each: (each.day, each.kind, each.code)))
