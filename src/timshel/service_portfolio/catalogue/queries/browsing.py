"""What the catalogue shows a reader: areas, services, offerings, what is asked for most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Lower

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.text import is_storable
from timshel.kernel.translation import translated
from timshel.service_portfolio.catalogue.models import Entry
from timshel.service_portfolio.catalogue.queries.ordering import entitled_entries
from timshel.service_portfolio.catalogue.states import Purpose

MOST_TILES = 300
COLUMNS = (
    "offering_id",
    "offering__code",
    "offering__name",
    "offering__summary",
    "offering__translations",
    "icon",
    "purpose",
    "is_bundle",
    "price",
    "currency",
    "price_period",
    "requests_90_days",
    "achieved_median",
    "offering__service_id",
    "offering__service__code",
    "offering__service__name",
    "offering__service__summary",
    "offering__service__translations",
    "offering__service__area__code",
    "offering__service__area__icon",
)


@dataclass(frozen=True, slots=True)
class Tile:
    """An offering as lists show it, in the reader's language.

    Args:
        id: the offering's key.
        code: of the offering.
        name: of the offering.
        summary: one sentence.
        icon: the name of a drawing: its own, or that of its area.
        purpose: a ``states.Purpose``.
        is_bundle: whether further offerings come with it.
        price: None where it is free.
        currency: of the price.
        price_period: a ``states.PricePeriod``, or "".
        requests: how often it was asked for in the last 90 days.
        achieved: how long it took, in the middle, in the last 90 days; None where none was done.
        service_id: of its service.
        service: code of its service.
        service_name: of its service.
        area: code of the area.
    """

    id: int
    code: str
    name: str
    summary: str
    icon: str
    purpose: str
    is_bundle: bool
    price: Decimal | None
    currency: str
    price_period: str
    requests: int
    achieved: timedelta | None
    service_id: int
    service: str
    service_name: str
    area: str


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A service of an area, with how many of its offerings the reader may ask for."""

    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class AreaTile:
    """A chapter of the catalogue with its services."""

    code: str
    name: str
    summary: str
    icon: str
    services: tuple[ServiceLine, ...]


@dataclass(frozen=True, slots=True)
class ServiceTiles:
    """A service with what the reader may ask for of it."""

    code: str
    name: str
    summary: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class AreaView:
    """A chapter of the catalogue with everything that the reader may ask for in it."""

    code: str
    name: str
    summary: str
    icon: str
    services: tuple[ServiceTiles, ...]


def area_tiles(*, actor: Actor, at: datetime) -> tuple[AreaTile, ...]:
    """Return the areas in their order, each with its services by name; one query.

    Areas and services in which there is nothing for the reader are left out.
    """
    area = "offering__service__area__"
    rows = (
        entitled_entries(None, actor=actor, at=at)
        .values(
            "offering__service_id",
            code=F("offering__service__code"),
            name=F("offering__service__name"),
            texts=F("offering__service__translations"),
            area_code=F(f"{area}code"),
            area_name=F(f"{area}name"),
            area_summary=F(f"{area}summary"),
            area_texts=F(f"{area}translations"),
            area_icon=F(f"{area}icon"),
        )
        .annotate(count=Count("pk"))
        .order_by(f"{area}position", Lower(f"{area}name"), "offering__service_id")
    )
    areas: dict[str, Mapping[str, Any]] = {}
    services: dict[str, list[ServiceLine]] = {}
    for row in rows:
        areas.setdefault(row["area_code"], row)
        name = translated(row["name"], row["texts"], "name", actor.language)
        line = ServiceLine(row["code"], name, row["count"])
        services.setdefault(row["area_code"], []).append(line)
    return tuple(
        AreaTile(
            code=code,
            name=translated(row["area_name"], row["area_texts"], "name", actor.language),
            summary=translated(row["area_summary"], row["area_texts"], "summary", actor.language),
            icon=row["area_icon"],
            services=tuple(sorted(services[code], key=lambda each: each.name.casefold())),
        )
        for code, row in areas.items()
    )


def area_view(code: str, *, actor: Actor, at: datetime) -> AreaView:
    """Return an area with everything in it that the reader may ask for, in two queries.

    Raises:
        NotFound: there is no such area, or nothing in it is for the reader.
    """
    if not is_storable(code):
        raise NotFound
    entries = entitled_entries(None, actor=actor, at=at).filter(offering__service__area__code=code)
    first = entries.select_related("offering__service__area").first()
    if first is None:
        raise NotFound
    area = first.offering.service.area
    return AreaView(
        code=area.code,
        name=area.text("name", actor.language),
        summary=area.text("summary", actor.language),
        icon=area.icon,
        services=_by_service(entries, actor.language),
    )


def service_tiles(code: str, *, actor: Actor, at: datetime) -> tuple[Tile, ...]:
    """Return what the reader may ask for of a service, by name; one query."""
    if not is_storable(code):
        return ()
    entries = entitled_entries(None, actor=actor, at=at).filter(offering__service__code=code)
    return tuple(sorted(tiles_of(entries, actor.language), key=_by_name))


def all_tiles(*, actor: Actor, at: datetime) -> tuple[Tile, ...]:
    """Return everything that the reader may ask for, by name; one query."""
    entries = entitled_entries(None, actor=actor, at=at)
    ordered = entries.order_by(Lower("offering__name"), "pk")
    return tuple(sorted(tiles_of(ordered, actor.language), key=_by_name))


def hidden_codes(service: str, *, actor: Actor, at: datetime) -> frozenset[str]:
    """Return the offerings of a service that have a page, but none for the reader; one query."""
    entries = Entry.objects.filter(offering__service__code=service)
    seen = entitled_entries(None, actor=actor, at=at).values("pk")
    return frozenset(entries.exclude(pk__in=seen).values_list("offering__code", flat=True))


def popular_tiles(*, actor: Actor, at: datetime, limit: int = 6) -> tuple[Tile, ...]:
    """Return what was asked for most in the last 90 days of what the reader may ask for; one query.

    Where nothing was asked for yet, the newest come first.
    """
    entries = entitled_entries(None, actor=actor, at=at).filter(purpose=Purpose.ORDER)
    ordered = entries.order_by("-requests_90_days", "-published_at", "pk")
    return tiles_of(ordered[:limit], actor.language)


def recent_tiles(*, actor: Actor, at: datetime, limit: int = 4) -> tuple[Tile, ...]:
    """Return what was published last of what the reader may ask for; one query."""
    entries = entitled_entries(None, actor=actor, at=at).filter(purpose=Purpose.ORDER)
    return tiles_of(entries.order_by("-published_at", "pk")[:limit], actor.language)


def other_tiles(*, actor: Actor, at: datetime, limit: int = 8) -> tuple[Tile, ...]:
    """Return what is no order: a question, an idea, a complaint, a compliment; one query."""
    entries = entitled_entries(None, actor=actor, at=at).exclude(purpose=Purpose.ORDER)
    order = list(Purpose)
    tiles = tiles_of(entries.order_by("pk")[:limit], actor.language)
    return tuple(sorted(tiles, key=lambda tile: (order.index(Purpose(tile.purpose)), tile.name)))


def tiles_of(entries: QuerySet[Entry], language: str) -> tuple[Tile, ...]:
    """Return entries as tiles, in their order and at most as many as a page can show; one query."""
    if not entries.query.is_sliced:
        entries = entries[:MOST_TILES]
    return tuple(tile_of(row, language) for row in entries.values_list(*COLUMNS))


def _by_service(entries: QuerySet[Entry], language: str) -> tuple[ServiceTiles, ...]:
    services: dict[str, ServiceTiles] = {}
    tiles: dict[str, list[Tile]] = {}
    for row in entries[:MOST_TILES].values_list(*COLUMNS):
        tile = tile_of(row, language)
        values = dict(zip(COLUMNS, row, strict=True))
        tiles.setdefault(tile.service, []).append(tile)
        services[tile.service] = ServiceTiles(
            code=tile.service,
            name=tile.service_name,
            summary=translated(
                values["offering__service__summary"],
                values["offering__service__translations"],
                "summary",
                language,
            ),
            tiles=(),
        )
    found = (
        ServiceTiles(each.code, each.name, each.summary, tuple(sorted(tiles[code], key=_by_name)))
        for code, each in services.items()
    )
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.code)))


def tile_of(row: tuple[Any, ...], language: str) -> Tile:
    """Return the tile of a row of :data:`COLUMNS`."""
    values = dict(zip(COLUMNS, row, strict=True))
    texts = values["offering__translations"]
    return Tile(
        id=values["offering_id"],
        code=values["offering__code"],
        name=translated(values["offering__name"], texts, "name", language),
        summary=translated(values["offering__summary"], texts, "summary", language),
        icon=values["icon"] or values["offering__service__area__icon"],
        purpose=values["purpose"],
        is_bundle=values["is_bundle"],
        price=values["price"],
        currency=values["currency"],
        price_period=values["price_period"],
        requests=values["requests_90_days"],
        achieved=values["achieved_median"],
        service_id=values["offering__service_id"],
        service=values["offering__service__code"],
        service_name=translated(
            values["offering__service__name"],
            values["offering__service__translations"],
            "name",
            language,
        ),
        area=values["offering__service__area__code"],
    )


def _by_name(tile: Tile) -> tuple[str, str]:
    return tile.name.casefold(), tile.code
