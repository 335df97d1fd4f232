"""Who can be reached in each team, outside its hours, too."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.context.organization.queries import TeamRow, team_by_code, team_list
from timshel.context.people import actions
from timshel.context.people import queries as people
from timshel.context.people.access import require_view
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    Key,
    KeyInAddress,
    Sent,
)
from timshel.kernel.errors import NotFound

router = Router(tags=["On call"])

AHEAD = timedelta(weeks=4)
TeamCode = Annotated[Code, Path(description="The team's code.", examples=["network"])]


class ShiftGiven(Given):
    """A shift to be planned."""

    person_id: Key = Field(description="The key of a member of the team.")
    starts_at: AwareDatetime = Field(description="Its first moment.")
    ends_at: AwareDatetime = Field(description="The first moment after it.")


class Shift(Sent):
    """Who is on call from one moment until another."""

    id: int = Field(description="The key of the shift.")
    person_id: int = Field(description="The person's key.")
    name: str
    phone: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class ShiftMade(Sent):
    """The shift that is planned now."""

    id: int = Field(description="The key of the shift.")


class PlanStretch(Sent):
    """A stretch of time."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime


class TeamOnCall(Sent):
    """Who of a team is on call now."""

    code: str = Field(description="The team's code.")
    name: str = Field(description="In the language that was asked for.")
    on_call: tuple[Shift, ...] = Field(description="By name; the leads hear where it is empty.")


class OnCall(Sent):
    """All active teams, by name, with whoever is on call in each now."""

    items: tuple[TeamOnCall, ...]


class Plan(Sent):
    """Who of a team is on call in the next four weeks."""

    shifts: tuple[Shift, ...] = Field(description="Oldest first.")
    gaps: tuple[PlanStretch, ...] = Field(description="When nobody is on call.")
    overlaps: tuple[PlanStretch, ...] = Field(description="When several people are, who all hear.")


@router.get("", response=OnCall, operation_id="list_on_call", summary="List who is on call")
def list_on_call(request: ApiRequest) -> OnCall:
    """Return who is on call now in each team; needs `people.view`."""
    require_view(request.auth)
    teams = team_list(language=request.auth.language)
    present = people.on_call([team.id for team in teams], at=request.at)
    return OnCall(
        items=tuple(
            TeamOnCall(
                code=team.code,
                name=team.name,
                on_call=tuple(_shift(row) for row in present if row.team_id == team.id),
            )
            for team in teams
        )
    )


@router.get(
    "/{code}",
    response=Plan,
    operation_id="read_on_call",
    summary="Read who of a team is on call",
    openapi_extra=answers(404),
)
def read_on_call(request: ApiRequest, code: TeamCode) -> Plan:
    """Return the shifts of the next four weeks, and what they leave open; needs `people.view`."""
    require_view(request.auth)
    plan = people.shift_plan(
        _team(request, code).id, start=request.at, end=request.at + AHEAD, actor=request.auth
    )
    return Plan(
        shifts=tuple(map(_shift, plan.shifts)),
        gaps=tuple(PlanStretch(starts_at=start, ends_at=end) for start, end in plan.gaps),
        overlaps=tuple(PlanStretch(starts_at=start, ends_at=end) for start, end in plan.overlaps),
    )


@router.post(
    "/{code}/shifts",
    response={201: ShiftMade},
    operation_id="plan_shift",
    summary="Plan a shift",
    openapi_extra=answers(404, 409, 422),
)
def plan_shift(
    request: ApiRequest, code: TeamCode, given: ShiftGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say who is on call for a time; for leads of the team, or with `organization.manage`."""

    def do() -> Answer:
        made = actions.plan_shift(
            code,
            person_id=given.person_id,
            starts_at=given.starts_at,
            ends_at=given.ends_at,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(ShiftMade(id=made.shift_id), status=201)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/shifts/{shift_id}",
    response={204: None},
    operation_id="drop_shift",
    summary="Take a shift back",
    openapi_extra=answers(404, 409),
)
def drop_shift(
    request: ApiRequest,
    shift_id: Annotated[KeyInAddress, Path(description="The key of the shift.", examples=[12])],
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take it back, or end it now where it runs; for leads, or with `organization.manage`."""

    def do() -> Answer:
        actions.drop_shift(shift_id, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _team(request: ApiRequest, code: str) -> TeamRow:
    team = team_by_code(code, language=request.auth.language)
    if team is None:
        raise NotFound
    return team


def _shift(row: people.ShiftRow) -> Shift:
    return Shift(
        id=row.id,
        person_id=row.person_id,
        name=row.name,
        phone=row.phone,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
    )
