"""Which agreement would apply, and who works without one of their own."""

from __future__ import annotations

from ninja import Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, KeyInAddress, Sent, refuse_unknown
from timshel.relationship_agreement.service_level.queries.applicable import (
    Question,
    Weighed,
    applicable,
)
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.queries.finder import FinderRow, Finds, finder

router = Router(tags=["Agreements"])
finder_router = Router(tags=["Agreements"])


class CaseQuery(Given):
    """A made-up case."""

    priority: int = Field(ge=1, le=5, description="From 1 (first) to 5 (last).")
    requester_id: KeyInAddress | None = Field(
        None, description="A person, whose unit or customer counts."
    )
    unit: Code | None = Field(None, description="The code of a unit, where no person is named.")
    customer: Code | None = Field(None, description="The code of a customer.")
    service: Code | None = Field(None, description="The code of a service.")
    offering: Code | None = Field(None, description="The code of an offering.")


class WeighedAgreement(Sent):
    """An agreement that was looked at."""

    code: str
    number: int
    name: str
    is_first: bool = Field(description="It decides.")
    applies: bool = Field(description="It would decide, were it not for those before it.")
    reason: str
    target: str = Field(description="What it promises, in words; empty where it does not apply.")


class ApplicableClock(Sent):
    """What would apply for one kind of clock."""

    kind: ClockKind
    agreements: tuple[WeighedAgreement, ...] = Field(description="By the rule of precedence.")


class ApplicableClocks(Sent):
    """What would apply, by kind of clock."""

    items: tuple[ApplicableClock, ...]


class FinderQuery(Given):
    """What to look for, in which period."""

    kind: Finds = Field(Finds.SERVICE, description="Of whom.")
    opened_from: AwareDatetime = Field(description="The first moment of the period.")
    opened_until: AwareDatetime = Field(description="The first moment after it.")


class FoundRow(Sent):
    """Something that works without an agreement of its own."""

    code: str
    name: str
    cases: int
    late: int
    reopened: int
    handed_over: int
    open_seconds: int = Field(description="How long all of them were open, in sum.")
    weight: int = Field(description="Cases + 2 × late + reopened + handed over.")


class FoundRows(Sent):
    """The heaviest first; at most a hundred."""

    items: tuple[FoundRow, ...]


@router.get(
    "/applicable",
    response=ApplicableClocks,
    operation_id="list_applicable",
    summary="Tell which agreement would apply",
    openapi_extra=answers(422),
)
def list_applicable(request: ApiRequest, asked: Query[CaseQuery]) -> ApplicableClocks:
    """Return which agreement would apply to a case, and why; needs `service_level.view`."""
    refuse_unknown(request, CaseQuery.model_fields)
    found = applicable(Question(**asked.model_dump()), actor=request.auth, at=request.at)
    return ApplicableClocks(
        items=tuple(
            ApplicableClock(kind=each.kind, agreements=tuple(map(_weighed, each.weighed)))
            for each in found
        )
    )


@finder_router.get(
    "",
    response=FoundRows,
    operation_id="list_without_agreement",
    summary="Find who works without an agreement",
    openapi_extra=answers(422),
)
def list_without_agreement(request: ApiRequest, asked: Query[FinderQuery]) -> FoundRows:
    """Return who works without an agreement of their own; needs `service_level.view`."""
    refuse_unknown(request, FinderQuery.model_fields)
    rows = finder(
        asked.kind,
        opened_from=asked.opened_from,
        opened_until=asked.opened_until,
        actor=request.auth,
        at=request.at,
    )
    return FoundRows(items=tuple(map(_found, rows)))


def _weighed(row: Weighed) -> WeighedAgreement:
    return WeighedAgreement(**{name: getattr(row, name) for name in WeighedAgreement.model_fields})


def _found(row: FinderRow) -> FoundRow:
    return FoundRow(
        code=row.code,
        name=row.name,
        cases=row.cases,
        late=row.late,
        reopened=row.reopened,
        handed_over=row.handed_over,
        open_seconds=int(row.open_time.total_seconds()),
        weight=row.weight,
    )
