"""The register: lists of risks, the heat map and what a management review asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.text import is_storable
from timshel.planning.risk.models import Risk, RiskLink
from timshel.planning.risk.queries.criteria import (
    BandRow,
    LevelRow,
    band_of,
    band_rows,
    criteria,
)
from timshel.planning.risk.rules import LEVELS, Level
from timshel.planning.risk.states import Basis, RiskState

HIGHEST_FIRST: KeysetOrder[Risk] = KeysetOrder(
    SortKey("score", descending=True, nullable=True), SortKey("id")
)
ALL = "all"
OPEN_ONES = "open"
RISKS, OPPORTUNITIES = "risk", "opportunity"


@dataclass(frozen=True, slots=True)
class RiskFilter:
    """Which risks are asked for; what is empty narrows nothing.

    Args:
        kind: ``risk`` or ``opportunity``.
        state: ``open`` for what is not closed, ``all``, or one state.
        area: the code of an area.
        owner: the code of a person.
        band: the code of a band.
        overdue: only those whose review is overdue.
        basis: which level the next two mean.
        likelihood: this one only.
        impact: this one only.
        link_kind: about a record of this kind.
        link_code: about the record with this code.
        text: in its title.
        is_own: only those for which the reader answers.
    """

    kind: str = ""
    state: str = OPEN_ONES
    area: str = ""
    owner: str = ""
    band: str = ""
    overdue: bool = False
    basis: str = Basis.RESIDUAL
    likelihood: int | None = None
    impact: int | None = None
    link_kind: str = ""
    link_code: str = ""
    text: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class RiskRow:
    """A risk as a list shows it.

    Args:
        number: the name by which people call it.
        title: in a few words.
        is_opportunity: it is hoped for.
        area: the name of its area, in the reader's language.
        area_code: of its area.
        owner: the name of who answers for it.
        owner_code: of that person.
        state: where it stands.
        inherent: without treatment; None before it was judged.
        residual: what remains; None where that was not judged.
        score: of what remains, else without treatment; None before it was judged.
        band: in which the score lies.
        treatment: the option that was chosen; may be empty.
        review_date: when it is looked at again.
        is_overdue: that day is over.
        changed_at: when it was last changed.
    """

    number: str
    title: str
    is_opportunity: bool
    area: str
    area_code: str
    owner: str
    owner_code: str
    state: RiskState
    inherent: Level | None
    residual: Level | None
    score: int | None
    band: BandRow | None
    treatment: str
    review_date: date | None
    is_overdue: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """Who answers for a risk."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One cell of the heat map."""

    likelihood: int
    impact: int
    band: BandRow | None
    count: int


@dataclass(frozen=True, slots=True)
class HeatMap:
    """How many open risks have which level.

    Args:
        basis: which level is looked at.
        rows: for each likelihood from the highest, its words and its cells by impact.
        impacts: the words of the columns.
        count: how many there are in the map.
        missing: how many are open and have no such level yet.
    """

    basis: Basis
    rows: tuple[tuple[LevelRow, tuple[HeatCell, ...]], ...]
    impacts: tuple[LevelRow, ...]
    count: int
    missing: int


@dataclass(frozen=True, slots=True)
class RiskSummary:
    """What a management review asks of risks.

    Args:
        bands: how many open risks lie in each band, the highest first.
        risks: how many risks are open.
        opportunities: how many opportunities are open.
        not_judged: how many of both were not judged yet.
        overdue: of how many of both the review is overdue.
        occurred: how many of both came true and are not dealt with.
    """

    bands: tuple[tuple[BandRow, int], ...]
    risks: int
    opportunities: int
    not_judged: int
    overdue: int
    occurred: int


def risk_list(
    *,
    actor: Actor,
    at: datetime,
    asked: RiskFilter | None = None,
    cursor: str | None = None,
    size: int = 50,
) -> Page[RiskRow]:
    """Return a page of risks that the actor may see, the highest first, in two queries.

    Args:
        actor: who reads.
        at: now, by which reviews are overdue.
        asked: which; None for all that are open.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    bands, today = band_rows(language=actor.language), actor.day_at(at)
    rows = _asked(asked or RiskFilter(), bands, actor=actor, today=today)
    page = HIGHEST_FIRST.page(rows, cursor=cursor, size=size)
    return page.map(lambda row: row_of(row, bands, language=actor.language, today=today))


def whole_register(
    *, actor: Actor, at: datetime, asked: RiskFilter | None = None
) -> Iterator[tuple[RiskRow, Risk]]:
    """Yield all risks that are asked for and may be seen, with their words, in two queries."""
    bands, today = band_rows(language=actor.language), actor.day_at(at)
    rows = _asked(asked or RiskFilter(), bands, actor=actor, today=today)
    for row in HIGHEST_FIRST.in_order(rows).iterator(chunk_size=500):
        yield row_of(row, bands, language=actor.language, today=today), row


def owner_list(*, actor: Actor) -> tuple[OwnerRow, ...]:
    """Return who answers for the risks that the actor may see, by name, in one query."""
    found = (
        Risk.objects.visible_to(actor)
        .order_by("owner__name", "owner__code")
        .values_list("owner__code", "owner__name")
        .distinct()
    )
    return tuple(OwnerRow(code, name) for code, name in found)


def heat_map(*, actor: Actor, basis: Basis, kind: str = RISKS) -> HeatMap:
    """Return how many open risks have which level, in three queries.

    Args:
        actor: who reads; only what they may see is counted.
        basis: which level is looked at.
        kind: ``risk`` or ``opportunity``.
    """
    words = criteria(language=actor.language)
    likelihood, impact = _level_fields(basis)
    rows = Risk.objects.visible_to(actor).still_open()
    rows = rows.filter(is_opportunity=kind == OPPORTUNITIES)
    counts: dict[tuple[int | None, int | None], int] = {
        (one, other): count
        for one, other, count in rows.order_by()
        .values_list(likelihood, impact)
        .annotate(count=Count("pk"))
    }
    by_level = {each.level: each for each in words.likelihood}
    missing = counts.pop((None, None), 0)
    return HeatMap(
        basis=basis,
        rows=tuple(
            (
                by_level.get(level, LevelRow(level, str(level), "")),
                tuple(
                    HeatCell(
                        level,
                        other,
                        band_of(level * other, words.bands),
                        counts.get((level, other), 0),
                    )
                    for other in LEVELS
                ),
            )
            for level in reversed(LEVELS)
        ),
        impacts=words.impact,
        count=sum(counts.values()),
        missing=missing,
    )


def risk_summary(*, actor: Actor, at: datetime) -> RiskSummary:
    """Return what a management review asks of risks, in two queries.

    Args:
        actor: who reads; only what they may see is counted.
        at: now, by which reviews are overdue.
    """
    bands = band_rows(language=actor.language)
    rows = Risk.objects.visible_to(actor).still_open()
    by_band = {
        f"band_{position}": Count(
            "pk", filter=Q(score__range=(each.lowest, each.highest), is_opportunity=False)
        )
        for position, each in enumerate(bands)
    }
    found = rows.aggregate(
        risks=Count("pk", filter=Q(is_opportunity=False)),
        opportunities=Count("pk", filter=Q(is_opportunity=True)),
        not_judged=Count("pk", filter=Q(likelihood__isnull=True)),
        overdue=Count("pk", filter=Q(review_date__lt=actor.day_at(at))),
        occurred=Count("pk", filter=Q(state=RiskState.OCCURRED)),
        **by_band,
    )
    counted = [(each, found.pop(f"band_{position}")) for position, each in enumerate(bands)]
    return RiskSummary(bands=tuple(reversed(counted)), **found)


def row_of(row: Risk, bands: Sequence[BandRow], *, language: str, today: date) -> RiskRow:
    """Return a risk, read with its area and its owner, as lists show it."""
    is_open = row.state != RiskState.CLOSED
    return RiskRow(
        number=row.number,
        title=row.title,
        is_opportunity=row.is_opportunity,
        area=row.area.text("name", language),
        area_code=row.area.code,
        owner=row.owner.name,
        owner_code=row.owner.code,
        state=RiskState(row.state),
        inherent=row.inherent,
        residual=row.residual,
        score=row.score,
        band=band_of(row.score, bands),
        treatment=row.treatment,
        review_date=row.review_date,
        is_overdue=is_open and row.review_date is not None and row.review_date < today,
        changed_at=row.changed_at,
    )


def _asked(
    asked: RiskFilter, bands: Sequence[BandRow], *, actor: Actor, today: date
) -> QuerySet[Risk]:
    rows = Risk.objects.visible_to(actor).select_related("area", "owner")
    texts = (asked.state, asked.area, asked.owner, asked.link_code, asked.text)
    if not all(map(is_storable, texts)):
        return rows.none()
    if asked.is_own:
        rows = rows.filter(owner_id=actor.person_id or 0)
    return rows.filter(_narrowing(asked), _level(asked, bands), _about(asked, today))


def _narrowing(asked: RiskFilter) -> Q:
    """Return what the state, the kind, the area and the owner narrow the list to."""
    found = Q()
    if asked.state == OPEN_ONES:
        found &= ~Q(state=RiskState.CLOSED)
    elif asked.state != ALL:
        found &= Q(state=asked.state)
    if asked.kind:
        found &= Q(is_opportunity=asked.kind == OPPORTUNITIES)
    if asked.area:
        found &= Q(area__code=asked.area)
    if asked.owner:
        found &= Q(owner__code=asked.owner)
    return found


def _level(asked: RiskFilter, bands: Sequence[BandRow]) -> Q:
    """Return what the band and the level narrow the list to."""
    found = Q()
    if asked.band:
        band = next((each for each in bands if each.code == asked.band), None)
        found &= Q(score__range=(band.lowest, band.highest)) if band else Q(pk__in=[])
    likelihood, impact = _level_fields(Basis(asked.basis))
    if asked.likelihood is not None:
        found &= Q(**{likelihood: asked.likelihood})
    if asked.impact is not None:
        found &= Q(**{impact: asked.impact})
    return found


def _about(asked: RiskFilter, today: date) -> Q:
    """Return what the review, a link and words of the title narrow the list to."""
    found = Q()
    if asked.overdue:
        found &= Q(review_date__lt=today) & ~Q(state=RiskState.CLOSED)
    if asked.link_code:
        links = RiskLink.objects.filter(risk=OuterRef("pk"), code=asked.link_code)
        found &= Q(Exists(links.filter(kind=asked.link_kind) if asked.link_kind else links))
    if asked.text.strip():
        found &= Q(title__icontains=asked.text.strip())
    return found


def _level_fields(basis: Basis) -> tuple[str, str]:
    if basis == Basis.RESIDUAL:
        return "residual_likelihood", "residual_impact"
    return "likelihood", "impact"
