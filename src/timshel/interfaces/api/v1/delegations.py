"""Who answers for whom while somebody is away."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Given, IdempotencyKey, Key, KeyInAddress, Line, Sent
from timshel.kernel.errors import NotAllowed
from timshel.leadership.approval import actions, queries
from timshel.leadership.approval.queries import DelegationRow

router = Router(tags=["Approvals"])


class DelegationGiven(Given):
    """Who is to answer for whom."""

    person_id: Key | None = Field(
        None,
        description="Who is away; the token's person where it is left out, anybody else with "
        "`approval.manage`.",
    )
    substitute_id: Key = Field(description="Who answers meanwhile.")
    from_date: date = Field(description="The first day, by the clock of who is away.")
    until_date: date = Field(description="The last day, which still counts.")
    reason: Line = Field("", description="A word to the substitute.")


class Delegation(Sent):
    """Somebody answers for somebody."""

    id: int = Field(description="The key of the delegation.")
    person_id: int = Field(description="Who is away.")
    person: str = Field(description="Their name.")
    substitute_id: int = Field(description="Who answers meanwhile.")
    substitute: str = Field(description="Their name.")
    from_date: date
    until_date: date
    reason: str
    is_running: bool = Field(description="Whether it holds now.")
    is_over: bool = Field(description="Whether it is over, also by being ended early.")


class Delegations(Sent):
    """Where the token's person is away or answers for others, running and coming ones first."""

    items: tuple[Delegation, ...]


class DelegationMade(Sent):
    """The delegation that holds now."""

    id: int = Field(description="The key of the delegation.")


@router.get(
    "", response=Delegations, operation_id="list_delegations", summary="List who answers for whom"
)
def list_delegations(request: ApiRequest) -> Delegations:
    """Return where the token's person is away, and for whom they answer."""
    rows = queries.delegation_list(actor=request.auth, at=request.at)
    return Delegations(items=tuple(map(_delegation, rows)))


@router.post(
    "",
    response={201: DelegationMade},
    operation_id="delegate",
    summary="Have somebody answer",
    openapi_extra=answers(404, 409, 422),
)
def delegate(
    request: ApiRequest, given: DelegationGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Have somebody answer for some days; needs `approval.decide`.

    For somebody else's absence it needs `approval.manage`.
    """
    person_id = given.person_id or request.auth.person_id
    if person_id is None:
        raise NotAllowed

    def do() -> Answer:
        absence = actions.Absence(
            person_id=person_id,
            substitute_id=given.substitute_id,
            from_date=given.from_date,
            until_date=given.until_date,
            reason=given.reason,
        )
        made = actions.delegate(absence, actor=request.auth, at=request.at)
        return Answer.of(DelegationMade(id=made.delegation_id), status=201)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{delegation_id}",
    response={204: None},
    operation_id="end_delegation",
    summary="End a delegation",
    openapi_extra=answers(404),
)
def end_delegation(
    request: ApiRequest,
    delegation_id: Annotated[
        KeyInAddress, Path(description="The key of the delegation.", examples=[5])
    ],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End it now: for who is away, who stands in, or with `approval.manage`."""

    def do() -> Answer:
        actions.end_delegation(delegation_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _delegation(row: DelegationRow) -> Delegation:
    return Delegation(
        id=row.id,
        person_id=row.person_id,
        person=row.person,
        substitute_id=row.substitute_id,
        substitute=row.substitute,
        from_date=row.from_date,
        until_date=row.until_date,
        reason=row.reason,
        is_running=row.is_running,
        is_over=row.is_over,
    )
