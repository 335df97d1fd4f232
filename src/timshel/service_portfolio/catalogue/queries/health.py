"""What the catalogue lacks, offering by offering, told to whoever answers for it (B8)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.leadership.authority.queries import REQUESTER_ROLE
from timshel.operation.process.queries import published_codes as published_processes
from timshel.service_portfolio.catalogue import access
from timshel.service_portfolio.catalogue.models import Entry, FormVersion, Link
from timshel.service_portfolio.catalogue.states import Ailment, VersionState
from timshel.service_portfolio.service.models import (
    Function,
    FunctionRelation,
    FunctionSupport,
    LifeCycle,
    Offering,
)

UNUSED_AFTER = timedelta(days=180)
SURE = 2
"""How often in a row an address has to be missing before it counts as broken."""


@dataclass(frozen=True, slots=True)
class HealthRow:
    """What an offering lacks.

    Args:
        id: its key.
        code: of the offering.
        name: in the reader's language.
        service: code of its service.
        service_name: of that.
        owner_id: who answers for the service, or None.
        owner: their name, or "".
        ailments: what it lacks.
        links: addresses that lead nowhere, with what happened.
    """

    id: int
    code: str
    name: str
    service: str
    service_name: str
    owner_id: int | None
    owner: str
    ailments: tuple[Ailment, ...]
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Health:
    """The state of the catalogue, or of somebody's part of it.

    Args:
        rows: offerings that lack something, those that lack most first.
        total: how many offerings were looked at.
        counts: how many offerings lack what.
        owners: key, name, and how many of their offerings lack something; for the pages of each.
    """

    rows: tuple[HealthRow, ...]
    total: int
    counts: Mapping[Ailment, int]
    owners: tuple[tuple[int, str, int], ...]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What is looked up once for all offerings."""

    today: date
    at: datetime
    promised: frozenset[int] | None
    levels: Mapping[int, frozenset[int]]
    seen: frozenset[int]
    forms: frozenset[str]
    processes: frozenset[str]
    broken: Mapping[str, str]


def health(
    *,
    promised: frozenset[int] | None,
    owner_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> Health:
    """Return what the offerings lack that the actor keeps, in a fixed number of queries.

    Args:
        promised: keys of offerings about whose delivery an agreement says something, which a later
            clause knows; None does not look at agreements.
        owner_id: only of services for which this person answers.
        actor: who asks.
        at: now.

    Raises:
        NotAllowed: without the right to keep any part of the catalogue.
    """
    access.require_view(actor)
    offerings = kept_offerings(actor)
    if owner_id is not None:
        offerings = offerings.filter(service__owner_id=owner_id)
    return _health(list(offerings), promised, actor=actor, at=at)


def owner_name(person_id: int) -> str:
    """Return the name of somebody who answers for a service; one query.

    Raises:
        NotFound: nobody of this key answers for any.
    """
    owners = Offering.objects.filter(service__owner_id=person_id)
    name = owners.values_list("service__owner__name", flat=True).first()
    if name is None:
        raise NotFound
    return str(name)


def kept_offerings(actor: Actor) -> QuerySet[Offering]:
    """Return the live offerings whose pages the actor keeps."""
    rows = Offering.objects.filter(is_active=True, service__life_cycle=LifeCycle.LIVE)
    scope = actor.scope(access.MANAGE) | actor.scope(access.PUBLISH)
    if not scope.everywhere:
        rows = rows.filter(service_id__in=scope.keys("service"))
    return rows.select_related("service__owner", "entry__page").order_by("name", "pk")


def _health(
    offerings: list[Offering], promised: frozenset[int] | None, *, actor: Actor, at: datetime
) -> Health:
    ground = _Ground(
        today=actor.day_at(at),
        at=at,
        promised=promised,
        levels=_levels(),
        seen=seen_by_somebody(),
        forms=frozenset(
            FormVersion.objects.filter(state=VersionState.PUBLISHED).values_list("code", flat=True)
        ),
        processes=published_processes(),
        broken=dict(Link.objects.filter(failures__gte=SURE).values_list("address", "trouble")),
    )
    rows = [_row(each, ground, actor.language) for each in offerings]
    ailing = sorted(
        (row for row in rows if row.ailments), key=lambda row: (-len(row.ailments), row.name)
    )
    owners = Counter((row.owner_id, row.owner) for row in ailing if row.owner_id is not None)
    return Health(
        rows=tuple(ailing),
        total=len(rows),
        counts=Counter(ailment for row in rows for ailment in row.ailments),
        owners=tuple(
            (key, name, count)
            for (key, name), count in sorted(owners.items(), key=lambda each: each[0][1])
            if key is not None
        ),
    )


def _row(offering: Offering, ground: _Ground, language: str) -> HealthRow:
    service, owner = offering.service, offering.service.owner
    entry: Entry | None = getattr(offering, "entry", None)
    links = () if entry is None else tuple(_broken(entry, ground))
    return HealthRow(
        id=offering.pk,
        code=offering.code,
        name=offering.text("name", language),
        service=service.code,
        service_name=service.text("name", language),
        owner_id=owner.pk if owner else None,
        owner=owner.name if owner else "",
        ailments=tuple(_ailments(offering, entry, ground, has_broken_link=bool(links))),
        links=links,
    )


def _broken(entry: Entry, ground: _Ground) -> Iterator[tuple[str, str]]:
    for document in entry.page.content.get("documents", ()):
        if document["address"] in ground.broken:
            yield document["address"], ground.broken[document["address"]]


def _ailments(
    offering: Offering, entry: Entry | None, ground: _Ground, *, has_broken_link: bool
) -> Iterator[Ailment]:
    owner = offering.service.owner
    if owner is None:
        yield Ailment.NO_OWNER
    elif not owner.is_active:
        yield Ailment.OWNER_LEFT
    levels = ground.levels.get(offering.pk, frozenset())
    if 1 not in levels:
        yield Ailment.NO_TEAM
    elif len(levels) == 1:
        yield Ailment.NO_SECOND_LEVEL
    if entry is None:
        yield Ailment.NO_PAGE
        return
    if ground.promised is not None and offering.pk not in ground.promised:
        yield Ailment.NO_AGREEMENT
    if offering.pk not in ground.seen:
        yield Ailment.SEEN_BY_NOBODY
    if has_broken_link:
        yield Ailment.BROKEN_LINK
    yield from _of_the_page(entry, ground)


def _of_the_page(entry: Entry, ground: _Ground) -> Iterator[Ailment]:
    if entry.review_date is None:
        yield Ailment.NO_REVIEW_DATE
    elif entry.review_date < ground.today:
        yield Ailment.REVIEW_OVERDUE
    used_at = entry.last_requested_at or entry.published_at
    if used_at < ground.at - UNUSED_AFTER:
        yield Ailment.UNUSED
    content = entry.page.content
    if content.get("process") and content["process"] not in ground.processes:
        yield Ailment.NO_PROCESS
    if content.get("form") and content["form"] not in ground.forms:
        yield Ailment.NO_FORM


def _levels() -> Mapping[int, frozenset[int]]:
    """Return the levels of support that each offering has, by its lead and essential functions.

    A function without a team at a level is supported by that of the function above. Three queries.
    """
    parents = dict(Function.objects.values_list("pk", "parent_id"))
    own: dict[int, set[int]] = defaultdict(set)
    supports = FunctionSupport.objects.filter(team__is_active=True)
    for function_id, level in supports.values_list("function_id", "level"):
        own[function_id].add(level)
    found: dict[int, set[int]] = defaultdict(set)
    relations = FunctionRelation.objects.exclude(relation="supporting")
    for offering_id, function_id in relations.values_list("offering_id", "function_id"):
        for above in _with_all_above(function_id, parents):
            found[offering_id] |= own[above]
    return {offering_id: frozenset(levels) for offering_id, levels in found.items()}


def _with_all_above(function_id: int, parents: Mapping[int, int | None]) -> Iterable[int]:
    seen: list[int] = []
    here: int | None = function_id
    while here is not None and here not in seen:
        seen.append(here)
        here = parents.get(here)
    return seen


# The rule of ``models.EntitlementQuerySet.of``, asked of all people at once.
_SEEN = """
    SELECT DISTINCT entitled.offering_id
    FROM catalogue_entitlement AS entitled
    LEFT JOIN organization_unit AS unit ON unit.id = entitled.unit_id
    LEFT JOIN authority_role AS role ON role.id = entitled.role_id
    WHERE EXISTS (
        SELECT FROM people_person AS person
        LEFT JOIN organization_unit AS home ON home.id = person.unit_id
        LEFT JOIN organization_customer AS customer ON customer.id = person.customer_id
        WHERE person.is_active
          AND (entitled.audience = 'everybody'
               OR (entitled.audience = 'staff') = (person.customer_id IS NULL))
          AND (entitled.unit_id IS NULL OR starts_with(home.path, unit.path))
          AND (entitled.site_id IS NULL OR person.site_id = entitled.site_id)
          AND (entitled.role_id IS NULL OR role.code = %(everybody)s OR EXISTS (
               SELECT FROM authority_grant AS held
               WHERE held.person_id = person.id AND held.role_id = entitled.role_id))
          AND (entitled.category = '' OR customer.category = entitled.category)
    )
"""


def seen_by_somebody() -> frozenset[int]:
    """Return the offerings that somebody who is still there is entitled to; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, {"everybody": REQUESTER_ROLE})
        return frozenset(key for (key,) in cursor.fetchall())
