"""Resources with their outlook, what will not suffice, and the people there are now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from timshel.context.organization.models import Team, Unit
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.authority.models import Role
from timshel.support.resource.access import known, may_answer, may_manage, require_view
from timshel.support.resource.behind import ServicePeople, service_names, service_people
from timshel.support.resource.models import Resource, ResourceFigure
from timshel.support.resource.rules.content import ResourceContent
from timshel.support.resource.rules.forecasting import (
    COMING,
    Figures,
    Outlook,
    first_read,
    outlook,
    shortages,
)
from timshel.support.resource.rules.quarters import moved, quarter_of
from timshel.support.resource.states import ResourceKind

__all__ = [
    "PeopleRow",
    "PeopleView",
    "ResourceFilter",
    "ResourceRow",
    "ServicePeople",
    "all_figures",
    "people_now",
    "resource",
    "resource_list",
    "resource_overview",
    "resource_shortages",
    "short_among",
]

NEWEST: KeysetOrder[Resource] = KeysetOrder(SortKey("id", descending=True))
MOST = 1_000


@dataclass(frozen=True, slots=True)
class ResourceRow:
    """A resource as people see it.

    Args:
        number: by which people know it.
        content: what it says.
        owner_id: the key of whoever answers for it.
        owner_name: their name.
        has_owner_left: whether they are no longer here.
        team_name: of the team whose it is; may be empty.
        role_name: of the responsibility role it provides for; may be empty.
        service_name: of the service it is for; may be empty.
        is_retired: whether it is kept no longer.
        quarters: the last four, the present one and the next four.
        revision: rises with each change, also of its figures.
        may_manage: whether the reader may change it.
        may_answer: whether the reader may give its figures.
    """

    number: str
    content: ResourceContent
    owner_id: int
    owner_name: str
    has_owner_left: bool
    team_name: str
    role_name: str
    service_name: str
    is_retired: bool
    quarters: tuple[Outlook, ...]
    revision: int
    may_manage: bool
    may_answer: bool

    @property
    def shortages(self) -> tuple[Outlook, ...]:
        """The quarters that are not over and for which it will not suffice."""
        return () if self.is_retired else shortages(self.quarters)


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """Which resources are asked for.

    Args:
        kind: only of this one; None for all.
        is_retired: those that are kept no longer, instead of those that are.
    """

    kind: ResourceKind | None = None
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class PeopleRow:
    """How many people there are somewhere.

    Args:
        id: the key of the unit, the team or the role.
        code: of it.
        name: of it.
        people: how many, those who have left not counted.
        leads: how many of them lead a team; nothing for units and roles.
    """

    id: int
    code: str
    name: str
    people: int
    leads: int = 0


@dataclass(frozen=True, slots=True)
class PeopleView:
    """The people there are now, counted from the records.

    Args:
        everybody: staff who are here, each once.
        without_unit: those of them who belong to no unit.
        units: each with those who belong to it itself.
        teams: with their members.
        roles: with those who hold them, somewhere or everywhere.
        services: with their owners and the teams that support them.
    """

    everybody: int
    without_unit: int
    units: tuple[PeopleRow, ...]
    teams: tuple[PeopleRow, ...]
    roles: tuple[PeopleRow, ...]
    services: tuple[ServicePeople, ...]


def resource_overview(
    *, actor: Actor, at: datetime, wanted: ResourceFilter
) -> tuple[ResourceRow, ...]:
    """Return the resources that the actor may see, by kind and name, in four queries.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
    """
    rows = _asked(wanted, actor=actor).order_by("name", "pk")[:MOST]
    kinds = list(ResourceKind)
    found = _rows(list(rows), actor=actor, at=at)
    return tuple(sorted(found, key=lambda row: kinds.index(row.content.kind)))


def resource_list(
    *,
    actor: Actor,
    at: datetime,
    wanted: ResourceFilter,
    cursor: str | None = None,
    size: int = 50,
) -> Page[ResourceRow]:
    """Return a page of the resources that the actor may see, the newest first; four queries.

    Args:
        actor: who reads.
        at: now.
        wanted: which.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    page = NEWEST.page(_asked(wanted, actor=actor), cursor=cursor, size=size)
    told = {each.number: each for each in _rows(list(page.items), actor=actor, at=at)}
    return page.map(lambda row: told[row.number])


def resource_shortages(*, actor: Actor, at: datetime) -> tuple[ResourceRow, ...]:
    """Return the resources that will not suffice, the soonest first; four queries."""
    rows = resource_overview(actor=actor, at=at, wanted=ResourceFilter())
    return short_among(rows)


def short_among(rows: Iterable[ResourceRow]) -> tuple[ResourceRow, ...]:
    """Return those of some resources that will not suffice, the soonest first."""
    short = [each for each in rows if each.shortages]
    return tuple(sorted(short, key=lambda row: (row.shortages[0].quarter, row.number)))


def resource(number: str, *, actor: Actor, at: datetime) -> ResourceRow:
    """Return one with its outlook, in four queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    return _rows([known(number, actor=actor)], actor=actor, at=at)[0]


def all_figures(number: str, *, actor: Actor) -> tuple[Figures, ...]:
    """Return the figures of a resource as they were given, oldest first; two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    rows = known(number, actor=actor).figures.order_by("quarter")[:MOST]
    return tuple(each.figures() for each in rows)


def people_now(*, actor: Actor) -> PeopleView:
    """Return how many people there are, in a fixed number of queries.

    Raises:
        NotAllowed: the actor may not see all resources.
    """
    require_view(actor)
    here = Person.objects.filter(is_active=True, customer__isnull=True)
    counted = here.aggregate(
        everybody=Count("pk"), without_unit=Count("pk", filter=Q(unit__isnull=True))
    )
    active = Q(memberships__person__is_active=True)
    teams = Team.objects.filter(is_active=True).annotate(
        headcount=Count("memberships", filter=active),
        leads=Count("memberships", filter=active & Q(memberships__is_lead=True)),
    )
    units = Unit.objects.filter(is_active=True).annotate(
        headcount=Count("people", filter=Q(people__is_active=True))
    )
    roles = Role.objects.annotate(
        headcount=Count("grants__person", filter=Q(grants__person__is_active=True), distinct=True)
    )
    return PeopleView(
        **counted,
        units=_counted(units, actor.language),
        teams=_counted(teams, actor.language),
        roles=_counted(roles, actor.language),
        services=service_people(language=actor.language),
    )


def _counted(rows: QuerySet[Any], language: str) -> tuple[PeopleRow, ...]:
    found = [
        PeopleRow(
            row.pk, row.code, row.text("name", language), row.headcount, getattr(row, "leads", 0)
        )
        for row in rows[:MOST]
    ]
    return tuple(sorted(found, key=lambda row: (row.name.casefold(), row.code)))


def _asked(wanted: ResourceFilter, *, actor: Actor) -> QuerySet[Resource]:
    rows = Resource.objects.visible_to(actor).select_related("owner", "team", "role")
    if wanted.kind is not None:
        rows = rows.filter(kind=wanted.kind)
    return rows.filter(is_retired=wanted.is_retired)


def _rows(rows: Sequence[Resource], *, actor: Actor, at: datetime) -> list[ResourceRow]:
    """Return resources with their figures, in three queries."""
    now = quarter_of(at.date())
    keys = [row.pk for row in rows]
    figures = _figures(keys, now)
    carried = _carried(keys, now)
    names = service_names(language=actor.language)
    manages = may_manage(actor)
    return [
        ResourceRow(
            number=row.number,
            content=row.content(),
            owner_id=row.owner_id,
            owner_name=row.owner.name,
            has_owner_left=not row.owner.is_active,
            team_name=row.team.text("name", actor.language) if row.team else "",
            role_name=row.role.text("name", actor.language) if row.role else "",
            service_name=names.get(row.service_code, row.service_code),
            is_retired=row.is_retired,
            quarters=outlook(figures[row.pk], now=now, carried=carried.get(row.pk)),
            revision=row.revision,
            may_manage=manages,
            may_answer=may_answer(row, actor=actor),
        )
        for row in rows
    ]


def _figures(keys: Sequence[int], now: date) -> dict[int, list[Figures]]:
    rows = ResourceFigure.objects.filter(
        resource_id__in=keys, quarter__gte=first_read(now), quarter__lte=moved(now, COMING)
    )
    found: dict[int, list[Figures]] = defaultdict(list)
    for each in rows:
        found[each.resource_id].append(each.figures())
    return found


def _carried(keys: Sequence[int], now: date) -> dict[int, Decimal]:
    """Return what was said to be available last, before the quarters that are read."""
    rows = ResourceFigure.objects.filter(
        resource_id__in=keys, quarter__lt=first_read(now), available__isnull=False
    )
    latest = rows.order_by("resource_id", "-quarter").distinct("resource_id")
    found = latest.values_list("resource_id", "available")
    return {key: available for key, available in found if available is not None}
