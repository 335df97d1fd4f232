"""The page of one offering, as whoever may ask for it reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.service_portfolio.catalogue.queries.browsing import Tile, tiles_of
from timshel.service_portfolio.catalogue.queries.entitlements import (
    EntitlementRow,
    entitlement_rows,
)
from timshel.service_portfolio.catalogue.queries.ordering import entitled_entries
from timshel.service_portfolio.catalogue.rules.content import (
    Document,
    PageContent,
    Part,
    Question,
    content_from,
)


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of a bundle that the reader is entitled to."""

    tile: Tile
    optional: bool
    chosen: bool
    has_condition: bool


@dataclass(frozen=True, slots=True)
class OfferingPage:
    """A page of the catalogue in the reader's language.

    Args:
        tile: the offering.
        page_id: the version of the page.
        number: of the version.
        content: all that it says, in all languages.
        text: what it is and what happens, as Markdown.
        questions: with answers.
        documents: to read.
        related: offerings that the reader may ask for, too.
        parts: what comes with it.
        entitled: for whom it is.
        owner: who answers for the service, or "".
        owner_id: their key, or None.
        area_name: of the area.
        fulfilled: how many were delivered in the last 90 days.
        achieved_median: half of those took no longer.
        achieved_ninetieth: nine in ten of those took no longer.
        published_at: since when this version is shown.
    """

    tile: Tile
    page_id: int
    number: int
    content: PageContent
    text: str
    questions: tuple[Question, ...]
    documents: tuple[Document, ...]
    related: tuple[Tile, ...]
    parts: tuple[PartView, ...]
    entitled: tuple[EntitlementRow, ...]
    owner: str
    owner_id: int | None
    area_name: str
    fulfilled: int
    achieved_median: timedelta | None
    achieved_ninetieth: timedelta | None
    published_at: datetime


def offering_page(code: str, *, actor: Actor, at: datetime) -> OfferingPage:
    """Return the page of an offering, in three queries; four with parts or related offerings.

    Args:
        code: of the offering.
        actor: who reads.
        at: now.

    Raises:
        NotFound: there is none, it is not shown, or it is not for the reader.
    """
    if not is_storable(code):
        raise NotFound
    entries = entitled_entries(None, actor=actor, at=at)
    found = entries.filter(offering__code=code)
    entry = found.select_related("page", "offering__service__owner", "offering__service__area")
    row = entry.first()
    if row is None:
        raise NotFound
    content, language = content_from(row.page.content), actor.language
    tiles: dict[str, Tile] = {each.code: each for each in tiles_of(found, language)}
    named = {*content.related, *(part.offering for part in content.parts)}
    others: dict[str, Tile] = (
        {each.code: each for each in tiles_of(entries.filter(offering__code__in=named), language)}
        if named
        else {}
    )
    owner: Any = row.offering.service.owner
    return OfferingPage(
        tile=tiles[code],
        page_id=row.page_id,
        number=row.page.number,
        content=content,
        text=content.said("text", language),
        questions=content.questions_in(language),
        documents=content.documents_in(language),
        related=tuple(others[each] for each in content.related if each in others),
        parts=tuple(
            _part(part, others[part.offering]) for part in content.parts if part.offering in others
        ),
        entitled=entitlement_rows([row.offering_id], language=language).get(row.offering_id, ()),
        owner=owner.name if owner else "",
        owner_id=owner.pk if owner else None,
        area_name=row.offering.service.area.text("name", language),
        fulfilled=row.fulfilled_90_days,
        achieved_median=row.achieved_median,
        achieved_ninetieth=row.achieved_ninetieth,
        published_at=row.published_at,
    )


def _part(part: Part, tile: Tile) -> PartView:
    return PartView(
        tile=tile,
        optional=part.optional,
        chosen=part.chosen or not part.optional,
        has_condition=bool(part.condition),
    )
