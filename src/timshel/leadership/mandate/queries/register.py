"""The register of mandates: lists, figures, and what of them nobody can use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable
from timshel.kernel.translation import Translated
from timshel.leadership.mandate.access import with_names
from timshel.leadership.mandate.models import Mandate, MandateQuerySet
from timshel.leadership.mandate.queries.holders import HolderBook, HolderRow
from timshel.leadership.mandate.rules import Money
from timshel.leadership.mandate.states import HolderKind, MandateState, Subject, Vacancy

BY_TITLE: KeysetOrder[Mandate] = KeysetOrder(SortKey("title"), SortKey("id"))
CURRENT, ALL = "current", "all"
SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class MandateFilter:
    """Which mandates are asked for; what is empty narrows nothing.

    Args:
        subject: for this only.
        state: ``current`` for drafts and those in force, ``all``, or one state.
        unit: the code of the unit for which they hold.
        service: the code of the service for which they hold.
        vacant: only those in force that nobody can use.
        ending: ``over`` for those in force whose last day is over, ``soon`` for those whose last
            day is within sixty days.
        text: in the title.
    """

    subject: str = ""
    state: str = CURRENT
    unit: str = ""
    service: str = ""
    vacant: bool = False
    ending: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate as lists show it.

    Args:
        number: the name by which people call it.
        title: in a few words.
        subject: what may be approved.
        own_words: what, where the subject is something else.
        holder_kind: whether a person holds it, or a role.
        holder_code: of the person or the role.
        holder_name: of the person or the role, in the reader's language.
        holders: who holds it today, by name.
        is_open: whoever holds the role differs from case to case.
        vacancy: why nobody can use it.
        limit: up to how much; None for no limit.
        unit_code: of the unit for which it holds; may be empty.
        unit_name: of that unit.
        service_code: of the service for which it holds; may be empty.
        service_name: of that service.
        valid_from: its first day.
        valid_until: its last day; None for one without an end.
        granted_by: the name of who granted it.
        granted_by_code: of that person.
        rests_on: the document or decision behind it.
        state: where it stands.
        is_over: it is in force by its state, though its last day is over.
    """

    number: str
    title: str
    subject: Subject
    own_words: str
    holder_kind: HolderKind
    holder_code: str
    holder_name: str
    holders: tuple[HolderRow, ...]
    is_open: bool
    vacancy: Vacancy
    limit: Money | None
    unit_code: str
    unit_name: str
    service_code: str
    service_name: str
    valid_from: date
    valid_until: date | None
    granted_by: str
    granted_by_code: str
    rests_on: str
    state: MandateState
    is_over: bool


@dataclass(frozen=True, slots=True)
class MandateSummary:
    """How many mandates are in force, drafts, run out and without anybody to use them."""

    in_force: int
    drafts: int
    over: int
    vacant: int


def mandate_list(
    *,
    actor: Actor,
    at: datetime,
    asked: MandateFilter | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[MandateRow]:
    """Return a page of the mandates that the actor may see, by title; at most a dozen queries.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    today = actor.day_at(at)
    rows = _narrowed(asked or MandateFilter(), actor=actor, today=today)
    page = BY_TITLE.page(with_names(rows), cursor=cursor, size=size)
    book = HolderBook(page.items, day=today, language=actor.language)
    return page.map(lambda row: row_of(row, book, language=actor.language, today=today))


def whole_register(
    *, actor: Actor, at: datetime, asked: MandateFilter | None = None
) -> tuple[MandateRow, ...]:
    """Return all mandates that the actor may see and asks for, by title."""
    today = actor.day_at(at)
    rows = _narrowed(asked or MandateFilter(), actor=actor, today=today)
    return rows_of(list(with_names(rows).order_by("title", "pk")), actor=actor, today=today)


def mandate_summary(*, actor: Actor, at: datetime) -> MandateSummary:
    """Return how the mandates stand that the actor may see; at most a dozen queries."""
    today = actor.day_at(at)
    rows = Mandate.objects.visible_to(actor)
    is_over = Q(state=MandateState.IN_FORCE, valid_until__lt=today)
    counted = rows.aggregate(
        in_force=Count("pk", filter=Q(state=MandateState.IN_FORCE)),
        drafts=Count("pk", filter=Q(state=MandateState.DRAFT)),
        over=Count("pk", filter=is_over),
    )
    vacant = len(_vacant_keys(rows, actor=actor, today=today))
    return MandateSummary(**counted, vacant=vacant)


def rows_of(rows: Sequence[Mandate], *, actor: Actor, today: date) -> tuple[MandateRow, ...]:
    """Return mandates, read with all that they name, as lists show them."""
    book = HolderBook(rows, day=today, language=actor.language)
    return tuple(row_of(row, book, language=actor.language, today=today) for row in rows)


def row_of(row: Mandate, book: HolderBook, *, language: str, today: date) -> MandateRow:
    """Return a mandate as lists show it."""
    found, holder = book.of(row), row.holder
    known = book.services.get(row.service_code)
    state = MandateState(row.state)
    return MandateRow(
        number=row.number,
        title=row.title,
        subject=Subject(row.subject),
        own_words=row.own_words,
        holder_kind=row.holder_kind,
        holder_code=holder.code,
        holder_name=(
            holder.text("name", language) if isinstance(holder, Translated) else holder.name
        ),
        holders=found.people,
        is_open=found.is_open,
        vacancy=book.vacancy(row),
        limit=row.limit,
        unit_code=row.unit.code if row.unit else "",
        unit_name=row.unit.text("name", language) if row.unit else "",
        service_code=row.service_code,
        service_name=known.name if known else row.service_code,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        granted_by=row.granted_by.name,
        granted_by_code=row.granted_by.code,
        rests_on=row.rests_on,
        state=state,
        is_over=bool(
            state is MandateState.IN_FORCE and row.valid_until and row.valid_until < today
        ),
    )


def _narrowed(asked: MandateFilter, *, actor: Actor, today: date) -> MandateQuerySet:
    rows = _by_state(Mandate.objects.visible_to(actor), asked, today=today)
    if not all(is_storable(each) for each in (asked.unit, asked.service, asked.text)):
        return rows.none()
    for name, value in (
        ("subject", asked.subject),
        ("unit__code", asked.unit),
        ("service_code", asked.service),
        ("title__icontains", asked.text.strip()),
    ):
        if value:
            rows = rows.filter(**{name: value})
    if asked.vacant:
        rows = rows.filter(pk__in=_vacant_keys(rows, actor=actor, today=today))
    return rows


def _by_state(rows: MandateQuerySet, asked: MandateFilter, *, today: date) -> MandateQuerySet:
    if asked.state == CURRENT:
        rows = rows.filter(state__in=(MandateState.DRAFT, MandateState.IN_FORCE))
    elif asked.state != ALL:
        rows = rows.filter(state=asked.state)
    if asked.ending == "over":
        return rows.run_out(today)
    if asked.ending == "soon":
        last = today + SOON
        return rows.filter(
            state=MandateState.IN_FORCE, valid_until__gte=today, valid_until__lte=last
        )
    return rows


def _vacant_keys(rows: MandateQuerySet, *, actor: Actor, today: date) -> list[int]:
    """Return the keys of those in force that nobody can use."""
    in_force = list(with_names(rows.filter(state=MandateState.IN_FORCE)))
    book = HolderBook(in_force, day=today, language=actor.language)
    return [each.pk for each in in_force if book.vacancy(each) is not Vacancy.NONE]
