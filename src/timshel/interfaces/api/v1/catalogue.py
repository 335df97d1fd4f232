"""The catalogue as somebody may ask for it: areas, offerings, searching, one with its form."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, Line, Sent, refuse_unknown
from timshel.relationship_agreement.service_level.queries.delivery import (
    DeliveryPromise,
    delivery_promises,
)
from timshel.service_portfolio.catalogue.queries import OrderItem, OrderPart, orderable
from timshel.service_portfolio.catalogue.queries.browsing import (
    MOST_TILES,
    AreaTile,
    Tile,
    all_tiles,
    area_tiles,
)
from timshel.service_portfolio.catalogue.queries.finding import find_offerings
from timshel.service_portfolio.catalogue.queries.page import offering_page

router = Router(tags=["Catalogue"])

OfferingCode = Annotated[
    Code, Path(description="The code of the offering.", examples=["laptop-standard"])
]


class CatalogueService(Sent):
    """A service of which something can be asked for."""

    code: str = Field(description="Of the service.")
    name: str = Field(description="In the language that was asked for.")
    offerings: int = Field(description="How many of its offerings the reader may ask for.")


class CatalogueArea(Sent):
    """A chapter of the catalogue."""

    code: str = Field(description="Of the area.")
    name: str = Field(description="In the language that was asked for.")
    summary: str = Field(description="What is found there.")
    services: tuple[CatalogueService, ...] = Field(description="By name.")


class CatalogueAreas(Sent):
    """The chapters in which there is something for the reader."""

    items: tuple[CatalogueArea, ...] = Field(description="In their order.")


class OfferingPrice(Sent):
    """What something costs."""

    amount: str = Field(description="With two decimals.", examples=["1250.00"])
    currency: str = Field(description="Three letters.", examples=["GBP"])
    per: str = Field(description="`once`, `month` or `year`.")


class OfferingInList(Sent):
    """An offering as lists show it."""

    code: str = Field(description="By which an order names it.")
    name: str = Field(description="In the language that was asked for.")
    summary: str = Field(description="One sentence.")
    purpose: str = Field(
        description="`order`, `question`, `complaint`, `compliment`, `idea` or `other`."
    )
    service: str = Field(description="The code of its service.")
    area: str = Field(description="The code of its area.")
    is_bundle: bool = Field(description="Whether further offerings come with it.")
    price: OfferingPrice | None = Field(description="Nothing where it is free of charge.")
    promised_seconds: float | None = Field(
        description="How soon the reader is promised it, in working time."
    )
    promised: str | None = Field(description="The same in words.")
    usual_seconds: float | None = Field(
        description="How long it took, in the middle, in the last 90 days."
    )


class OfferingList(Sent):
    """Offerings."""

    items: tuple[OfferingInList, ...] = Field(description="The best match first, or by name.")


class PartOfOffering(Sent):
    """Something that comes with a bundle, of what the reader may ask for."""

    code: str = Field(description="Of the offering.")
    name: str = Field(description="In the language that was asked for.")
    optional: bool = Field(description="Whether it can be left out.")
    chosen: bool = Field(description="Whether it comes unless it is left out.")
    condition: str | None = Field(description="CEL over `answers` and `requester`.")
    form: dict[str, Any] | None = Field(description="Its own form, if it has one.")


class QuestionOfOffering(Sent):
    """Something that people ask."""

    question: str = Field(description="What they ask.")
    answer: str = Field(description="The answer, as Markdown.")


class DocumentOfOffering(Sent):
    """Something to read."""

    title: str = Field(description="Its title.")
    address: str = Field(description="Where it is.")


class OfferingInFull(OfferingInList):
    """Everything about an offering that an order needs."""

    text: str = Field(description="What it is and what happens, as Markdown.")
    owner: str | None = Field(description="Who answers for the service.")
    form: dict[str, Any] | None = Field(
        description="What is asked, in the shape of `packs/schemas/forms.json`."
    )
    process: str | None = Field(description="The code of the process that follows.")
    parts: tuple[PartOfOffering, ...] = Field(description="What comes with it.")
    questions: tuple[QuestionOfOffering, ...] = Field(description="With answers.")
    documents: tuple[DocumentOfOffering, ...] = Field(description="To read.")
    related: tuple[str, ...] = Field(description="Codes of what is often wanted with it.")


class OfferingQuery(Given):
    """Which offerings to return."""

    text: Line = Field("", description="Words in any language; typing errors are forgiven.")
    area: Code | None = Field(None, description="Only of this area.")
    service: Code | None = Field(None, description="Only of this service.")
    limit: Annotated[int, Field(ge=1, le=MOST_TILES)] = Field(50, description="At most so many.")


@router.get(
    "/areas",
    response=CatalogueAreas,
    operation_id="list_catalogue_areas",
    summary="List the areas of the catalogue",
)
def list_catalogue_areas(request: ApiRequest) -> CatalogueAreas:
    """Return the areas and services in which the reader may ask for something."""
    found = area_tiles(actor=request.auth, at=request.at)
    return CatalogueAreas(items=tuple(map(_area, found)))


@router.get(
    "/offerings",
    response=OfferingList,
    operation_id="list_offerings",
    summary="List or find offerings",
    openapi_extra=answers(422),
)
def list_offerings(request: ApiRequest, asked: Query[OfferingQuery]) -> OfferingList:
    """Return what the reader may ask for: the best match first, or by name without a text."""
    refuse_unknown(request, OfferingQuery.model_fields)
    actor, at = request.auth, request.at
    if asked.text.strip():
        tiles = find_offerings(asked.text, actor=actor, at=at, limit=MOST_TILES)
    else:
        tiles = all_tiles(actor=actor, at=at)
    kept = [
        tile
        for tile in tiles
        if asked.area in (None, tile.area) and asked.service in (None, tile.service)
    ][: asked.limit]
    promises = delivery_promises([(tile.id, tile.service_id) for tile in kept], actor=actor, at=at)
    return OfferingList(
        items=tuple(OfferingInList(**_tile(tile, promises.get(tile.id))) for tile in kept)
    )


@router.get(
    "/offerings/{code}",
    response=OfferingInFull,
    operation_id="read_offering",
    summary="Read an offering",
    openapi_extra=answers(404),
)
def read_offering(request: ApiRequest, code: OfferingCode) -> OfferingInFull:
    """Return an offering with its form and its parts, as far as it is for the reader."""
    actor, at = request.auth, request.at
    page = offering_page(code, actor=actor, at=at)
    order = orderable(code, actor=actor, at=at)
    promises = delivery_promises([(page.tile.id, page.tile.service_id)], actor=actor, at=at)
    return OfferingInFull(
        **_tile(page.tile, promises.get(page.tile.id)),
        text=page.text,
        owner=page.owner or None,
        form=_form(order.item),
        process=order.item.process or None,
        parts=tuple(map(_part, order.parts)),
        questions=tuple(
            QuestionOfOffering(question=each.question, answer=each.answer)
            for each in page.questions
        ),
        documents=tuple(
            DocumentOfOffering(title=each.title, address=each.address) for each in page.documents
        ),
        related=tuple(tile.code for tile in page.related),
    )


def _area(area: AreaTile) -> CatalogueArea:
    return CatalogueArea(
        code=area.code,
        name=area.name,
        summary=area.summary,
        services=tuple(
            CatalogueService(code=each.code, name=each.name, offerings=each.count)
            for each in area.services
        ),
    )


def _tile(tile: Tile, promise: DeliveryPromise | None) -> dict[str, Any]:
    return {
        "code": tile.code,
        "name": tile.name,
        "summary": tile.summary,
        "purpose": tile.purpose,
        "service": tile.service,
        "area": tile.area,
        "is_bundle": tile.is_bundle,
        "price": None
        if tile.price is None
        else OfferingPrice(amount=str(tile.price), currency=tile.currency, per=tile.price_period),
        "promised_seconds": _seconds(promise.length if promise else None),
        "promised": promise.words if promise else None,
        "usual_seconds": _seconds(tile.achieved),
    }


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def _form(item: OrderItem) -> dict[str, Any] | None:
    return None if item.form is None else dict(item.form)


def _part(part: OrderPart) -> PartOfOffering:
    return PartOfOffering(
        code=part.item.code,
        name=part.item.name,
        optional=part.optional,
        chosen=part.chosen,
        condition=part.condition or None,
        form=_form(part.item),
    )
