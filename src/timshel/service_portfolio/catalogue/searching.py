"""How services and what they offer are found, by whoever may ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.search.highlights import marked
from timshel.kernel.search.language import Query, words_of
from timshel.kernel.search.sources import Found, Hit, Narrowing
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.browsing import Tile
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.service.models import LifeCycle, Service
from timshel.service_portfolio.service.queries import ServiceRow, find_services

OFFERING, SERVICE = "offering", "service"
MOST = 60


@dataclass(frozen=True, slots=True)
class CatalogueSource:
    """Finds what the reader may ask for, then the services."""

    name: str = "catalogue"
    kinds: frozenset[str] = frozenset({OFFERING, SERVICE})

    def hits(
        self,
        query: Query,
        *,
        narrowing: Narrowing,
        actor: Actor,
        at: datetime,
        limit: int,
        after: int,
    ) -> Found:
        """Return what fits; at most three queries."""
        if narrowing.is_of_work or limit < 1:
            return Found()
        most = min(MOST, after + limit + 1)
        wanted = narrowing.kinds or self.kinds
        tiles: tuple[Tile, ...] = ()
        services: tuple[ServiceRow, ...] = ()
        if OFFERING in wanted:
            tiles = find_offerings(query, actor=actor, at=at, limit=most)
        if SERVICE in wanted:
            services = find_services(query, language=actor.language, limit=most)
        only = narrowing.service_id
        hits = [
            *(_offering(tile, query) for tile in tiles if only in (None, tile.service_id)),
            *(_service(row, query) for row in services if only in (None, row.id)),
        ]
        # Few are shown: what is called so is not to be lost behind what only has to do with it.
        hits.sort(key=lambda hit: -sum(part.is_match for part in hit.title))
        return Found(tuple(hits[after : after + limit]), has_more=len(hits) > after + limit)


def words_after(mark: Any, limit: int) -> tuple[set[str], int | None]:  # noqa: ARG001
    """Return the words of all services and offerings, for learning; see ``kernel.search``."""
    if mark:
        return set(), None
    names = Service.objects.filter(life_cycle=LifeCycle.LIVE).values_list(
        "name", "summary", "keywords", "translations"
    )
    texts = [*Entry.objects.values_list("words", flat=True)]
    for *own, others in names:
        texts += [*own, *(str(text) for each in others.values() for text in each.values())]
    return {word for text in texts for word in words_of(text)}, 1


def _offering(tile: Tile, query: Query) -> Hit:
    return Hit(
        kind=OFFERING,
        key=tile.code,
        title=marked(tile.name, query),
        excerpt=marked(tile.summary, query),
        rank=1.0,
        address=(OFFERING, tile.code),
        line=tile.service_name,
    )


def _service(row: ServiceRow, query: Query) -> Hit:
    return Hit(
        kind=SERVICE,
        key=row.code,
        title=marked(row.name, query),
        excerpt=marked(row.summary, query),
        rank=1.0,
        address=(SERVICE, row.code),
    )
