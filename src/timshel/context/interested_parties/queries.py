"""The register of interested parties, one with its needs, and which needs are not met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from timshel.context.interested_parties import access
from timshel.context.interested_parties.models import (
    InterestedParty,
    Need,
    NeedMetBy,
    PartyReview,
)
from timshel.context.interested_parties.rules import LEVELS, NEED_PREFIX, NeedLink, is_traced
from timshel.context.interested_parties.states import Basis, LinkKind, PartyKind, Standing
from timshel.context.issue.rules import day_of
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import key_of

BY_CODE: KeysetOrder[InterestedParty] = KeysetOrder(SortKey("code"))
OLDEST: KeysetOrder[Need] = KeysetOrder(SortKey("id"))
MOST_IN_MATRIX = 200


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party as the register shows it, with how many needs it has and how they stand."""

    code: str
    name: str
    kind: PartyKind
    spoken_for_by: str
    influence: int
    interest: int
    review_months: int
    review_date: date
    is_due: bool
    needs: int
    not_met: int
    not_traced: int
    revision: int


@dataclass(frozen=True, slots=True)
class NeedRow:
    """A need with what meets it."""

    number: str
    party_code: str
    party: str
    text: str
    basis: Basis
    standing: Standing
    links: tuple[NeedLink, ...]
    is_traced: bool
    changed_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class PartyReviewRow:
    """What was found at a review; ``by`` is empty for the system."""

    reviewed_at: datetime
    by: str
    finding: str


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party with its needs, oldest first, and its reviews, newest first."""

    row: PartyRow
    needs: tuple[NeedRow, ...]
    reviews: tuple[PartyReviewRow, ...]
    may_change: bool


@dataclass(frozen=True, slots=True)
class PartyPlace:
    """A party where influence and interest cross."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """The parties of one influence, for each interest from small to large."""

    influence: int
    cells: tuple[tuple[PartyPlace, ...], ...]


def party_list(
    *,
    actor: Actor,
    at: datetime,
    kind: PartyKind | None = None,
    due: bool = False,
    cursor: str | None = None,
    size: int = 50,
) -> Page[PartyRow]:
    """Return a page of the parties that the actor may see, by code; one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = InterestedParty.objects.visible_to(actor)
    if kind is not None:
        rows = rows.filter(kind=kind)
    if due:
        rows = rows.due(day_of(at))
    page = BY_CODE.page(_counted(rows), cursor=cursor, size=size)
    return page.map(lambda row: _row(row, at=at))


def party_matrix(*, actor: Actor) -> tuple[MatrixRow, ...]:
    """Return who stands where influence and interest cross, large influence first; one query."""
    places: dict[tuple[int, int], list[PartyPlace]] = {}
    rows = InterestedParty.objects.visible_to(actor).order_by("name", "pk")[:MOST_IN_MATRIX]
    for influence, interest, *named in rows.values_list("influence", "interest", "code", "name"):
        places.setdefault((influence, interest), []).append(PartyPlace(*named))
    return tuple(
        MatrixRow(
            influence, tuple(tuple(places.get((influence, interest), ())) for interest in LEVELS)
        )
        for influence in reversed(LEVELS)
    )


def party(code: str, *, actor: Actor, at: datetime) -> PartyView:
    """Return a party with its needs and reviews, in five queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = access.known(code, actor=actor)
    row = _counted(InterestedParty.objects.filter(pk=found.pk)).get()
    needs = Need.objects.filter(party=found).order_by("pk")
    reviews = PartyReview.objects.filter(party=found).select_related("reviewed_by")
    return PartyView(
        row=_row(row, at=at),
        needs=_need_rows(list(needs.select_related("party"))),
        reviews=tuple(
            PartyReviewRow(
                each.reviewed_at, each.reviewed_by.name if each.reviewed_by else "", each.finding
            )
            for each in reviews.order_by("-reviewed_at", "-pk")
        ),
        may_change=access.may_manage(actor),
    )


def need(number: str, *, actor: Actor) -> NeedRow:
    """Return a need with what meets it, in two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = _seen_needs(actor).filter(pk=key_of(NEED_PREFIX, number)).first()
    if found is None:
        raise NotFound
    return _need_rows([found])[0]


def need_list(
    *,
    actor: Actor,
    party: str | None = None,
    standing: Standing | None = None,
    basis: Basis | None = None,
    is_traced: bool | None = None,
    met_by: NeedLink | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[NeedRow]:
    """Return a page of needs, the oldest first, in two queries.

    Args:
        actor: who reads.
        party: of this party alone, by its code.
        standing: only those that stand so.
        basis: only those that are required so.
        is_traced: only those with, or without, anything that meets them.
        met_by: only those that this meets.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = _seen_needs(actor)
    exact = {"party__code": party, "standing": standing, "basis": basis}
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    links = NeedMetBy.objects.filter(need=OuterRef("pk"))
    if is_traced is not None:
        rows = rows.filter(Exists(links) if is_traced else ~Exists(links))
    if met_by is not None:
        rows = rows.filter(Exists(links.filter(kind=met_by.kind, code=met_by.code)))
    page = OLDEST.page(rows, cursor=cursor, size=size)
    return Page(_need_rows(page.items), page.next_cursor, page.previous_cursor)


def needs_open(*, actor: Actor, limit: int = 100) -> tuple[NeedRow, ...]:
    """Return the needs that are not met in full, those required by law first; two queries."""
    rows = list(_seen_needs(actor).exclude(standing=Standing.MET).order_by("pk")[:limit])
    order = (Basis.LAW, Basis.CONTRACT, Basis.EXPECTATION)
    return tuple(sorted(_need_rows(rows), key=lambda row: order.index(row.basis)))


def parties_due(*, actor: Actor, at: datetime, limit: int = 100) -> tuple[PartyRow, ...]:
    """Return whom to look at again, the longest overdue first; one query."""
    rows = _counted(InterestedParty.objects.visible_to(actor).due(day_of(at)))
    return tuple(_row(row, at=at) for row in rows.order_by("review_date", "pk")[:limit])


def party_codes() -> frozenset[str]:
    """Return the codes of all parties, for whoever brings further content; one query."""
    return frozenset(InterestedParty.objects.values_list("code", flat=True))


def _seen_needs(actor: Actor) -> QuerySet[Need]:
    rows = Need.objects.select_related("party")
    return rows if access.may_see(actor) else rows.none()


def _counted(rows: QuerySet[InterestedParty]) -> QuerySet[InterestedParty]:
    linked = NeedMetBy.objects.filter(need=OuterRef("needs__pk"))
    return rows.alias(has_link=Exists(linked)).annotate(
        need_count=Count("needs", distinct=True),
        open_count=Count(
            "needs",
            filter=Q(needs__isnull=False) & ~Q(needs__standing=Standing.MET),
            distinct=True,
        ),
        untraced_count=Count(
            "needs", filter=Q(needs__isnull=False) & Q(has_link=False), distinct=True
        ),
    )


def _row(row: InterestedParty, *, at: datetime) -> PartyRow:
    counts: Mapping[str, int] = vars(row)
    return PartyRow(
        code=row.code,
        name=row.name,
        kind=PartyKind(row.kind),
        spoken_for_by=row.spoken_for_by,
        influence=row.influence,
        interest=row.interest,
        review_months=row.review_months,
        review_date=row.review_date,
        is_due=row.review_date <= day_of(at),
        needs=counts["need_count"],
        not_met=counts["open_count"],
        not_traced=counts["untraced_count"],
        revision=row.revision,
    )


def _need_rows(rows: Iterable[Need]) -> tuple[NeedRow, ...]:
    """Return needs with what meets them; one query."""
    needs = list(rows)
    links: dict[int, list[NeedLink]] = {}
    found = NeedMetBy.objects.filter(need__in=[each.pk for each in needs]).order_by("kind", "code")
    for need_id, kind, code in found.values_list("need_id", "kind", "code"):
        links.setdefault(need_id, []).append(NeedLink(LinkKind(kind), code))
    return tuple(_need_row(each, tuple(links.get(each.pk, ()))) for each in needs)


def _need_row(row: Need, links: tuple[NeedLink, ...]) -> NeedRow:
    return NeedRow(
        number=row.number,
        party_code=row.party.code,
        party=row.party.name,
        text=row.text,
        basis=Basis(row.basis),
        standing=Standing(row.standing),
        links=links,
        is_traced=is_traced(links),
        changed_at=row.changed_at,
        revision=row.revision,
    )
