"""Services: the areas of the catalogue, the services in them, and what each of these offers."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, Line, Sent, refuse_unknown
from timshel.operation.work.rules import VIEW
from timshel.service_portfolio.catalogue.queries.browsing import hidden_codes
from timshel.service_portfolio.service import queries

areas = Router(tags=["Services"])
router = Router(tags=["Services"])


class ServiceQuery(Given):
    """Which services are asked for."""

    text: Line = Field(
        "",
        description="Words that must be found in names, summaries, keywords or offerings; empty "
        "for all services.",
        examples=["mail"],
    )
    limit: int = Field(20, ge=1, le=100, description="How many at most when a text is sought.")


class Service(Sent):
    """A service in a list."""

    code: str = Field(description="By which other addresses and fields name the service.")
    name: str = Field(description="In the language that was asked for.")
    summary: str = Field(description="One sentence on what it is for.")


class Area(Sent):
    """A chapter of the catalogue with its services."""

    code: str
    name: str
    summary: str
    services: tuple[Service, ...] = Field(description="The live services, by name.")


class Areas(Sent):
    """The areas in their order."""

    items: tuple[Area, ...]


class Services(Sent):
    """Services in their order, or those that were found."""

    items: tuple[Service, ...]


class Offering(Sent):
    """One thing that a service gives."""

    code: str = Field(description="By which fields name the offering.")
    name: str
    summary: str


class ServiceInFull(Service):
    """A service with what it offers."""

    area: str = Field(description="The name of its area.")
    owner: str = Field(description="The name of the service owner, or empty.")
    life_cycle: str = Field(description="`planned`, `live` or `retired`.")
    offerings: tuple[Offering, ...]


@areas.get("", response=Areas, operation_id="list_areas", summary="List the areas")
def list_areas(request: ApiRequest) -> Areas:
    """Return the chapters of the catalogue with their live services; all in one answer."""
    rows = queries.service_list(language=request.auth.language)
    return Areas(items=tuple(_area(row) for row in rows))


@router.get(
    "",
    response=Services,
    operation_id="list_services",
    summary="List or find services",
    openapi_extra=answers(422),
)
def list_services(request: ApiRequest, asked: Query[ServiceQuery]) -> Services:
    """Return the live services that meet a text, the best match first, or all in their order."""
    refuse_unknown(request, ServiceQuery.model_fields)
    language = request.auth.language
    if asked.text.strip():
        rows = queries.find_services(asked.text, language=language, limit=asked.limit)
    else:
        rows = tuple(
            row for area in queries.service_list(language=language) for row in area.services
        )
    return Services(items=tuple(_service(row) for row in rows))


@router.get(
    "/{code}",
    response=ServiceInFull,
    operation_id="read_service",
    summary="Read a service",
    openapi_extra=answers(404),
)
def read_service(
    request: ApiRequest,
    code: Annotated[Code, Path(description="The service's code.", examples=["mail"])],
) -> ServiceInFull:
    """Return a service with its active offerings, but for those that are for others."""
    row = queries.service(code, language=request.auth.language)
    hidden = (
        frozenset()
        if request.auth.may_somewhere(VIEW)
        else hidden_codes(code, actor=request.auth, at=request.at)
    )
    return ServiceInFull(
        code=row.code,
        name=row.name,
        summary=row.summary,
        area=row.area,
        owner=row.owner,
        life_cycle=row.life_cycle,
        offerings=tuple(
            Offering(code=each.code, name=each.name, summary=each.summary)
            for each in row.offerings
            if each.code not in hidden
        ),
    )


def _service(row: queries.ServiceRow) -> Service:
    return Service(code=row.code, name=row.name, summary=row.summary)


def _area(row: queries.AreaRow) -> Area:
    return Area(
        code=row.code,
        name=row.name,
        summary=row.summary,
        services=tuple(_service(each) for each in row.services),
    )
