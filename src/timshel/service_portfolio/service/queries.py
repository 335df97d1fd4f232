"""Reading the catalogue, routing by it, and the priority matrix that holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from timshel.kernel.errors import NotFound
from timshel.kernel.search.language import Query, read
from timshel.kernel.translation import translated
from timshel.service_portfolio.service.models import (
    Function,
    LifeCycle,
    Offering,
    PriorityMatrix,
    Service,
    ServiceArea,
)
from timshel.service_portfolio.service.rules import (
    STANDARD_CELLS,
    Support,
    fit,
    next_team,
    team_for,
)

SERVICE_COLUMNS = ("pk", "code", "name", "summary", "translations")


@dataclass(frozen=True, slots=True)
class ServiceRow:
    """A service as lists and pickers show it, in the reader's language."""

    id: int
    code: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A chapter of the catalogue with its services."""

    code: str
    name: str
    icon: str
    services: tuple[ServiceRow, ...]
    summary: str


@dataclass(frozen=True, slots=True)
class OfferingRow:
    """Something a service gives."""

    id: int
    code: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service with what it gives."""

    id: int
    code: str
    name: str
    summary: str
    area: str
    icon: str
    owner: str
    life_cycle: str
    offerings: tuple[OfferingRow, ...]


@dataclass(frozen=True, slots=True)
class KeysByCode:
    """The keys of everything by its code, for whoever brings further content."""

    areas: Mapping[str, int]
    services: Mapping[str, int]
    offerings: Mapping[str, int]
    functions: Mapping[str, int]


def service_list(*, language: str = "en") -> tuple[AreaRow, ...]:
    """Return the areas in their order, each with its live services by name; two queries.

    Areas without a live service are left out.
    """
    areas = ServiceArea.objects.order_by("position", "name")
    services: dict[int, list[ServiceRow]] = defaultdict(list)
    live = Service.objects.filter(life_cycle=LifeCycle.LIVE)
    for area_id, *columns in live.values_list("area_id", *SERVICE_COLUMNS):
        services[area_id].append(_service_row(*columns, language=language))
    return tuple(
        AreaRow(
            code=area.code,
            name=area.text("name", language),
            icon=area.icon,
            services=tuple(sorted(services[area.pk], key=_by_name)),
            summary=area.text("summary", language),
        )
        for area in areas
        if area.pk in services
    )


def owner_of(service_id: int | None) -> int | None:
    """Return the key of the person who owns a service, or None where nobody does."""
    if service_id is None:
        return None
    return Service.objects.filter(pk=service_id).values_list("owner_id", flat=True).first()


def service(code: str, *, language: str = "en") -> ServiceView:
    """Return a service with its active offerings, in two queries.

    Raises:
        NotFound: there is none of this code.
    """
    found = Service.objects.select_related("area", "owner").filter(code=code).first()
    if found is None:
        raise NotFound
    offerings = Offering.objects.filter(service=found, is_active=True).order_by("pk")
    return ServiceView(
        id=found.pk,
        code=found.code,
        name=found.text("name", language),
        summary=found.text("summary", language),
        area=found.area.text("name", language),
        icon=found.area.icon,
        owner=found.owner.name if found.owner else "",
        life_cycle=found.life_cycle,
        offerings=tuple(
            OfferingRow(
                each.pk, each.code, each.text("name", language), each.text("summary", language)
            )
            for each in offerings
        ),
    )


def service_names(ids: Iterable[int], language: str = "en") -> dict[int, str]:
    """Return the names of some services by key, whatever their stage of life; one query."""
    columns = Service.objects.filter(pk__in=set(ids)).values_list("pk", "name", "translations")
    return {pk: translated(name, other, "name", language) for pk, name, other in columns}


def words_along(key: str = "service_id") -> Subquery:
    """Return what tells how the service of a row is called, to be read along with the row.

    Args:
        key: the column of the row that holds the key of its service.
    """
    words = JSONObject(code="code", name="name", translations="translations")
    return Subquery(Service.objects.filter(pk=OuterRef(key)).values_list(words))


def named(words: Mapping[str, Any] | None, *, language: str) -> str:
    """Return the name of a service as ``words_along`` read it, or nothing where there is none."""
    return translated(words["name"], words["translations"], "name", language) if words else ""


def service_codes(ids: Iterable[int]) -> dict[int, str]:
    """Return the codes of some services by key, whatever their stage of life; one query."""
    return dict(Service.objects.filter(pk__in=set(ids)).values_list("pk", "code"))


def service_id_of(code: str) -> int:
    """Return the key of the service of a code; 0, which is nobody's, where there is none."""
    found = Service.objects.filter(code=code).values_list("pk", flat=True).first()
    return found or 0


def names_by_code(codes: Iterable[str], *, language: str) -> dict[str, str]:
    """Return the names of some services by code, whatever their stage of life; one query."""
    columns = Service.objects.filter(code__in=list(codes))
    rows = columns.values_list("code", "name", "translations")
    return {code: translated(name, other, "name", language) for code, name, other in rows}


def function_list(*, language: str = "en") -> tuple[tuple[str, str], ...]:
    """Return code and name of all functions, by name, for pickers; one query."""
    rows = Function.objects.values_list("code", "name", "translations")
    named = [(code, translated(name, more, "name", language)) for code, name, more in rows]
    return tuple(sorted(named, key=lambda each: each[1].casefold()))


def find_services(
    text: str | Query, *, language: str = "en", limit: int = 10
) -> tuple[ServiceRow, ...]:
    """Return the live services that meet what was typed, best first; two queries.

    Names, summaries, keywords and offerings are searched, in the reader's language and in the
    organisation's first one. A catalogue holds some hundred services, so they are weighed here
    rather than in the database.

    Args:
        text: what was typed, or as it was read; nothing finds nothing.
        language: the reader's.
        limit: how many at most.
    """
    query = read(text) if isinstance(text, str) else text
    if not query:
        return ()
    offered: dict[int, list[str]] = defaultdict(list)
    offerings = Offering.objects.filter(is_active=True, service__life_cycle=LifeCycle.LIVE)
    for service_id, name, other in offerings.values_list("service_id", "name", "translations"):
        offered[service_id] += [name, translated(name, other, "name", language)]
    found = []
    for each in Service.objects.select_related("area").filter(life_cycle=LifeCycle.LIVE):
        row = _service_row(
            each.pk, each.code, each.name, each.summary, each.translations, language=language
        )
        others = (
            *(row.summary, each.text("keywords", language), each.area.text("name", language)),
            *(each.name, each.summary, each.keywords, *offered[each.pk]),
        )
        if degree := fit(query, name=row.name, others=others):
            found.append((-degree, *_by_name(row), row))
    return tuple(row for *_order, row in sorted(found, key=lambda entry: entry[:-1])[:limit])


def route(service_id: int | None, offering_id: int | None, level: int = 1) -> int | None:
    """Return the team that takes work for a service and an offering, by ``rules.team_for``.

    Args:
        service_id: the service; None where only the offering is known.
        offering_id: the offering; None where only the service is known.
        level: of support, 1 to 3.

    Returns:
        The team's key, or None where nobody is named. One query.
    """
    supports = _supports(service_id, offering_id)
    return team_for(supports, offering_id=offering_id, level=level)


def route_function(code: str, *, level: int = 1) -> int | None:
    """Return the team that supports a function at a level, else the function above it.

    Args:
        code: of the function; an unknown one is supported by nobody.
        level: of support, 1 to 3.

    Returns:
        The team's key, or None where nobody is named. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FUNCTION_SUPPORT, {"code": code, "level": level})
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def next_level(team_id: int | None, service_id: int | None, offering_id: int | None) -> int | None:
    """Return the team of the next level of support, by ``rules.next_team``; one query."""
    supports = _supports(service_id, offering_id)
    return next_team(supports, team_id=team_id, offering_id=offering_id)


def matrix_for(service_id: int | None) -> Mapping[str, int]:
    """Return the priorities by ``"<impact><urgency>"``: the service's own, or the standard ones."""
    cells = (
        PriorityMatrix.objects.filter(Q(service=service_id) | Q(service__isnull=True))
        .order_by(F("service").asc(nulls_last=True))
        .values_list("cells", flat=True)
        .first()
    )
    return STANDARD_CELLS if cells is None else cells


def has_standard_matrix() -> bool:
    """Tell whether a standard priority matrix was set."""
    return PriorityMatrix.objects.filter(service__isnull=True).exists()


def keys_by_code() -> KeysByCode:
    """Return the keys of everything by its code, in four queries."""
    return KeysByCode(
        areas=dict(ServiceArea.objects.values_list("code", "pk")),
        services=dict(Service.objects.values_list("code", "pk")),
        offerings=dict(Offering.objects.values_list("code", "pk")),
        functions=dict(Function.objects.values_list("code", "pk")),
    )


def _service_row(
    pk: int, code: str, name: str, summary: str, texts: Any, *, language: str
) -> ServiceRow:
    """Return a row from the columns :data:`SERVICE_COLUMNS`."""
    return ServiceRow(
        id=pk,
        code=code,
        name=translated(name, texts, "name", language),
        summary=translated(summary, texts, "summary", language),
    )


def _by_name(row: ServiceRow) -> tuple[str, str]:
    return row.name.casefold(), row.code


_SUPPORTS = """
WITH RECURSIVE needed AS (
    SELECT relation.offering_id, relation.id AS relation_id, relation.relation,
           relation.function_id, 0 AS distance
    FROM service_functionrelation AS relation
    JOIN service_offering AS offering ON offering.id = relation.offering_id
    WHERE offering.id = %(offering)s
       OR (offering.is_active AND offering.service_id = COALESCE(
            %(service)s, (SELECT service_id FROM service_offering WHERE id = %(offering)s)))
    UNION ALL
    SELECT needed.offering_id, needed.relation_id, needed.relation,
           function.parent_id, needed.distance + 1
    FROM needed JOIN service_function AS function ON function.id = needed.function_id
    WHERE function.parent_id IS NOT NULL AND needed.distance < 20
)
SELECT needed.offering_id, needed.relation_id, needed.relation, needed.distance,
       support.level, support.team_id
FROM needed
JOIN service_functionsupport AS support ON support.function_id = needed.function_id
JOIN organization_team AS team ON team.id = support.team_id AND team.is_active
"""


_FUNCTION_SUPPORT = """
WITH RECURSIVE above AS (
    SELECT id, parent_id, 0 AS distance FROM service_function WHERE code = %(code)s
    UNION ALL
    SELECT function.id, function.parent_id, above.distance + 1
    FROM above JOIN service_function AS function ON function.id = above.parent_id
    WHERE above.distance < 20
)
SELECT support.team_id
FROM above
JOIN service_functionsupport AS support ON support.function_id = above.id
JOIN organization_team AS team ON team.id = support.team_id AND team.is_active
WHERE support.level = %(level)s
ORDER BY above.distance LIMIT 1
"""


def _supports(service_id: int | None, offering_id: int | None) -> list[Support]:
    """Return who supports the functions of a service's offerings, and those above them."""
    if service_id is None and offering_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUPPORTS, {"service": service_id, "offering": offering_id})
        return [Support(*row) for row in cursor.fetchall()]


def confidential_services() -> QuerySet[Service, int]:
    """Return the keys of the confidential services, as a query."""
    return Service.objects.filter(is_confidential=True).order_by().values_list("pk", flat=True)


def service_choices(*, language: str, is_confidential: bool | None = None) -> list[tuple[str, str]]:
    """Return code and name of the live services, by name; one query.

    Args:
        language: of the names.
        is_confidential: only those that are, or are not; None for all.
    """
    rows = Service.objects.filter(life_cycle=LifeCycle.LIVE)
    if is_confidential is not None:
        rows = rows.filter(is_confidential=is_confidential)
    named = [(each.code, each.text("name", language)) for each in rows]
    return sorted(named, key=lambda each: each[1].casefold())


def offering_told(offering_id: int) -> dict[str, str] | None:
    """Return an offering as other systems are told of it, or None; one query."""
    columns = Offering.objects.filter(pk=offering_id).values_list("code", "name", "service__code")
    found = columns.first()
    return None if found is None else dict(zip(("offering", "name", "service"), found, strict=True))


def all_service_names(*, language: str) -> dict[str, str]:
    """Return the names of all services by code, of those that are not live as well; one query."""
    rows = Service.objects.values_list("code", "name", "translations")
    return {code: translated(name, texts, "name", language) for code, name, texts in rows}


def owned_services(*, language: str) -> tuple[tuple[int, str, str, int | None], ...]:
    """Return key, code, name and the key of the owner of each live service, by name; one query.

    An owner who is no longer here is left out.
    """
    rows = Service.objects.filter(life_cycle=LifeCycle.LIVE).select_related("owner")
    found = [
        (
            row.pk,
            row.code,
            row.text("name", language),
            row.owner_id if row.owner and row.owner.is_active else None,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda row: (row[2].casefold(), row[1])))
