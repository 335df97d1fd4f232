"""The shapes of resources, their figures and the people there are, as programs see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Figure,
    Given,
    PageSize,
    Sent,
    Storable,
    Version,
)
from timshel.interfaces.api.links import Links
from timshel.support.resource.actions import Figures, ResourceContent
from timshel.support.resource.queries import PeopleRow, PeopleView, ResourceRow
from timshel.support.resource.rules.content import (
    LONGEST_CODE,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_UNIT,
    MOST_ROWS,
)
from timshel.support.resource.rules.forecasting import Outlook
from timshel.support.resource.states import ResourceKind

ResourceNumber = Annotated[str, Field(max_length=30), Storable]
Coded = Annotated[str, Field(max_length=LONGEST_CODE), Storable]


class ResourceSort(StrEnum):
    """What kind of resource it is."""

    PEOPLE = ResourceKind.PEOPLE.value
    TECHNICAL = ResourceKind.TECHNICAL.value
    INFORMATION = ResourceKind.INFORMATION.value
    FINANCIAL = ResourceKind.FINANCIAL.value


class ResourceQuery(Given):
    """Which resources are asked for."""

    kind: ResourceSort | None = Field(None, description="Only of this kind.")
    retired: bool = Field(default=False, description="Those that are kept no longer.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class ResourceTerms(Given):
    """What a resource is."""

    kind: ResourceSort = Field(description="What kind of resource it is.")
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable] = Field(
        description="What it is.", examples=["Storage for research data"]
    )
    unit: Annotated[str, Field(min_length=1, max_length=LONGEST_UNIT), Storable] = Field(
        description="In what it is counted.", examples=["TB"]
    )
    owner: Code = Field(description="The code of the person who answers for it.")
    team: Coded = Field("", description="The code of the team whose it is; may be empty.")
    service: Coded = Field("", description="The code of the service it is for; may be empty.")
    role: Coded = Field(
        "", description="The code of the responsibility role it provides for; may be empty."
    )
    note: Annotated[str, Field(max_length=LONGEST_NOTE), Storable] = Field(
        "", description="Markdown; may be empty."
    )

    def content(self) -> ResourceContent:
        """Return it as the domain takes it."""
        return ResourceContent(
            kind=ResourceKind(self.kind.value),
            name=self.name,
            unit=self.unit,
            owner=self.owner,
            team=self.team,
            role=self.role,
            service_code=self.service,
            note=self.note,
        )


class ChangedResource(ResourceTerms):
    """All of a resource, as it shall be from now on."""

    revision: Version = Field(description="Of what was read before; refused if it changed since.")


class QuarterGiven(Given):
    """What is known of a quarter; one without any figure is taken away."""

    quarter: date = Field(description="Its first day.", examples=["2026-04-01"])
    available: Figure | None = Field(None, description="How much there is, or will be.")
    needed: Figure | None = Field(None, description="How much is planned to be needed.")
    used: Figure | None = Field(
        None, description="How much was used; only of a quarter that is over."
    )


class FiguresGiven(Given):
    """The figures of some quarters; the others stay as they are."""

    items: tuple[QuarterGiven, ...] = Field(
        description="Each quarter once.", min_length=1, max_length=MOST_ROWS
    )
    revision: Version = Field(description="Of what was read before; refused if it changed since.")

    def figures(self) -> list[Figures]:
        """Return them as the domain takes them."""
        return [
            Figures(each.quarter, each.available, each.needed, each.used) for each in self.items
        ]


class ResourceQuarter(Sent):
    """A quarter of a resource as it is expected."""

    quarter: date = Field(description="Its first day.")
    available: float | None
    is_carried: bool = Field(description="Nobody said it for this quarter; it is as before.")
    needed: float | None
    is_foretold: bool = Field(description="Nobody planned it; it follows from what was used.")
    used: float | None
    missing: float | None = Field(description="How much more is needed than there is.")
    is_over: bool


class ResourceAnswer(Sent):
    """A resource with its outlook."""

    number: str
    kind: ResourceSort
    name: str
    unit: str
    owner_id: int = Field(description="The key of the person who answers for it.")
    owner_code: str
    owner_name: str
    team: str = Field(description="The code of a team; may be empty.")
    service: str = Field(description="The code of a service; may be empty.")
    role: str = Field(description="The code of a responsibility role; may be empty.")
    note: str = Field(description="Markdown; may be empty.")
    is_retired: bool
    quarters: tuple[ResourceQuarter, ...] = Field(
        description="The last four, the present one and the next four."
    )
    short_from: date | None = Field(
        description="The first quarter, the present one or later, for which it will not suffice."
    )
    revision: int = Field(description="To be sent along with a change.")


class ResourcesAnswer(Sent):
    """A page of resources, the newest first."""

    items: tuple[ResourceAnswer, ...]
    links: Links


class ShortagesAnswer(Sent):
    """The resources that will not suffice, the soonest first."""

    items: tuple[ResourceAnswer, ...]


class FiguresRow(Sent):
    """What was given of a quarter."""

    quarter: date = Field(description="Its first day.")
    available: float | None
    needed: float | None
    used: float | None


class FiguresAnswer(Sent):
    """The figures of a resource as they were given, the oldest first."""

    items: tuple[FiguresRow, ...]


class PeopleCount(Sent):
    """How many people there are in a unit or a team, or hold a role."""

    code: str
    name: str
    people: int
    leads: int = Field(description="How many of them lead a team; 0 for units and roles.")


class ServicePeopleCount(Sent):
    """Who stands behind a service."""

    code: str
    name: str
    owner: str = Field(description="By name; empty where nobody answers for it.")
    teams: tuple[str, ...] = Field(description="Those that support it, by name.")
    people: int = Field(description="Its owner and the members of these teams, each once.")


class PeopleAnswer(Sent):
    """The people there are now, counted from the records."""

    everybody: int
    without_unit: int
    units: tuple[PeopleCount, ...]
    teams: tuple[PeopleCount, ...]
    roles: tuple[PeopleCount, ...]
    services: tuple[ServicePeopleCount, ...]


def resource_told(row: ResourceRow) -> ResourceAnswer:
    """Return a resource as programs are told of it."""
    content, short = row.content, row.shortages
    return ResourceAnswer(
        number=row.number,
        kind=ResourceSort(content.kind.value),
        name=content.name,
        unit=content.unit,
        owner_id=row.owner_id,
        owner_code=content.owner,
        owner_name=row.owner_name,
        team=content.team,
        service=content.service_code,
        role=content.role,
        note=content.note,
        is_retired=row.is_retired,
        quarters=tuple(map(_quarter, row.quarters)),
        short_from=short[0].quarter if short else None,
        revision=row.revision,
    )


def figures_told(rows: tuple[Figures, ...]) -> FiguresAnswer:
    """Return figures as programs are told of them."""
    return FiguresAnswer(
        items=tuple(
            FiguresRow(
                quarter=each.quarter,
                available=_float(each.available),
                needed=_float(each.needed),
                used=_float(each.used),
            )
            for each in rows
        )
    )


def people_told(found: PeopleView) -> PeopleAnswer:
    """Return the people there are as programs are told of them."""
    return PeopleAnswer(
        everybody=found.everybody,
        without_unit=found.without_unit,
        units=tuple(map(_count, found.units)),
        teams=tuple(map(_count, found.teams)),
        roles=tuple(map(_count, found.roles)),
        services=tuple(
            ServicePeopleCount(
                code=each.code,
                name=each.name,
                owner=each.owner,
                teams=each.teams,
                people=each.people,
            )
            for each in found.services
        ),
    )


def _count(row: PeopleRow) -> PeopleCount:
    return PeopleCount(code=row.code, name=row.name, people=row.people, leads=row.leads)


def _quarter(each: Outlook) -> ResourceQuarter:
    return ResourceQuarter(
        quarter=each.quarter,
        available=_float(each.available),
        is_carried=each.is_carried,
        needed=_float(each.needed),
        is_foretold=each.is_foretold,
        used=_float(each.used),
        missing=_float(each.missing),
        is_over=each.is_over,
    )


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
