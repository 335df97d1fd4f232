"""Who is to read what, and who confirmed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import DateTimeField, Exists, IntegerField, OuterRef, QuerySet, Subquery

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import number_of
from timshel.support.documentation import access
from timshel.support.documentation.models import Confirmation, Document, reached_by
from timshel.support.documentation.rules import PREFIX

BY_NAME: KeysetOrder[Person] = KeysetOrder(SortKey("name"), SortKey("id"))
BY_TITLE: KeysetOrder[Document] = KeysetOrder(SortKey("title"), SortKey("id"))


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """Somebody to whom a document is distributed, and when they confirmed it, if so."""

    code: str
    name: str
    unit: str
    confirmed_number: int | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadingCounts:
    """To how many people a document is distributed, and how many of them confirmed it."""

    addressed: int
    confirmed: int

    @property
    def open(self) -> int:
        """Return how many are still to confirm it."""
        return self.addressed - self.confirmed


@dataclass(frozen=True, slots=True)
class MyReading:
    """A document that somebody is to read, or read already.

    Args:
        number: of the document.
        title: of it.
        version: the number of the version in effect.
        change_note: what was new in that version.
        effective_at: since when it holds.
        confirmed_at: when they confirmed it, or None.
    """

    number: str
    title: str
    version: int
    change_note: str
    effective_at: datetime | None
    confirmed_at: datetime | None


def readers(
    number: str,
    *,
    actor: Actor,
    is_confirmed: bool,
    cursor: str | None = None,
    size: int = 50,
) -> Page[ReaderRow]:
    """Return a page of those who confirmed a document, or have not yet, by name; two queries.

    Who has nothing to confirm, since no version asked for it, counts as one who has not.

    Raises:
        NotFound: there is no such document, or the actor may not know of it.
        NotAllowed: the actor may read it, but not who did.
        Invalid: the cursor is not one of ours.
    """
    document = _watched(number, actor)
    confirmed = _confirmed(document)
    people = reached_by(document.pk).filter(
        Exists(confirmed) if is_confirmed else ~Exists(confirmed)
    )
    latest = confirmed.order_by("-number")
    rows = people.select_related("unit").annotate(
        confirmed_number=Subquery(latest.values("number")[:1], output_field=IntegerField()),
        confirmed_at=Subquery(latest.values("at")[:1], output_field=DateTimeField()),
    )
    page = BY_NAME.page(rows, cursor=cursor, size=size)
    return page.map(
        lambda row: ReaderRow(
            code=row.code,
            name=row.name,
            unit=row.unit.text("name", actor.language) if row.unit else "",
            confirmed_number=getattr(row, "confirmed_number", None),
            confirmed_at=getattr(row, "confirmed_at", None),
        )
    )


def reading_counts(number: str, *, actor: Actor) -> ReadingCounts:
    """Return how many are to read a document and how many did; three queries.

    Raises:
        NotFound, NotAllowed: as for ``readers``.
    """
    document = _watched(number, actor)
    people = reached_by(document.pk)
    confirmed = people.filter(Exists(_confirmed(document)))
    return ReadingCounts(people.count(), confirmed.count())


def my_reading(
    *, actor: Actor, is_confirmed: bool, cursor: str | None = None, size: int = 50
) -> Page[MyReading]:
    """Return a page of what an actor is still to read, or confirmed already; one query.

    Args:
        actor: who reads.
        is_confirmed: what they confirmed, or what is still open.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    person_id = actor.person_id or 0
    mine = Confirmation.objects.filter(
        document=OuterRef("pk"), person_id=person_id, number__gte=OuterRef("asked_number")
    )
    asked = Document.objects.addressed_to(person_id).filter(asked_number__isnull=False)
    rows: QuerySet[Document] = asked.filter(Exists(mine) if is_confirmed else ~Exists(mine))
    latest = mine.order_by("-number").values("at")[:1]
    rows = rows.select_related("current").annotate(confirmed_at=Subquery(latest))
    page = BY_TITLE.page(rows, cursor=cursor, size=size)
    return page.map(_mine)


def _mine(row: Document) -> MyReading:
    current = row.current
    assert current is not None  # noqa: S101 - only what is in effect is asked for
    return MyReading(
        number=number_of(PREFIX, row.pk),
        title=row.title,
        version=current.number,
        change_note=current.change_note,
        effective_at=current.effective_at,
        confirmed_at=getattr(row, "confirmed_at", None),
    )


def _watched(number: str, actor: Actor) -> Document:
    document = access.known(number, actor=actor)
    if not access.sees_drafts(document, actor=actor):
        raise NotAllowed
    return document


def _confirmed(document: Document) -> QuerySet[Confirmation]:
    """Return the confirmations of a person that count: of what asked for one, or later."""
    asked = document.asked_number
    rows = Confirmation.objects.filter(document=document, person_id=OuterRef("pk"))
    return rows.none() if asked is None else rows.filter(number__gte=asked)


__all__ = [
    "MyReading",
    "ReaderRow",
    "ReadingCounts",
    "my_reading",
    "readers",
    "reading_counts",
]
