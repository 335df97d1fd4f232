"""Teams: to whom incidents are assigned, and who is in them."""

from __future__ import annotations

from typing import Annotated

from ninja import Path, Router
from pydantic import Field

from timshel.context.organization import queries as organization
from timshel.context.people import queries as people
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Sent
from timshel.kernel.errors import NotAllowed, NotFound

router = Router(tags=["Teams"])


class Team(Sent):
    """A team in a list."""

    code: str = Field(description="By which other addresses and fields name the team.")
    name: str = Field(description="In the language that was asked for.")


class Teams(Sent):
    """All active teams, by name."""

    items: tuple[Team, ...]


class Member(Sent):
    """A person in a team."""

    id: int = Field(description="The person's key.")
    name: str
    is_lead: bool = Field(description="Whether the person answers for the team's work.")


class TeamWithMembers(Team):
    """A team with the people in it."""

    members: tuple[Member, ...] = Field(description="Its active members, by name.")


@router.get("", response=Teams, operation_id="list_teams", summary="List the teams")
def list_teams(request: ApiRequest) -> Teams:
    """Return the active teams; few enough for one answer."""
    rows = organization.team_list(language=request.auth.language)
    return Teams(items=tuple(Team(code=row.code, name=row.name) for row in rows))


@router.get(
    "/{code}",
    response=TeamWithMembers,
    operation_id="read_team",
    summary="Read a team",
    openapi_extra=answers(404),
)
def read_team(
    request: ApiRequest,
    code: Annotated[Code, Path(description="The team's code.", examples=["network"])],
) -> TeamWithMembers:
    """Return a team and its members; needs `people.view`."""
    if not request.auth.may_somewhere("people.view"):
        raise NotAllowed
    team = organization.team_by_code(code, language=request.auth.language)
    if team is None:
        raise NotFound
    members = people.members_of([team.id])
    return TeamWithMembers(
        code=team.code,
        name=team.name,
        members=tuple(
            Member(id=row.person_id, name=row.name, is_lead=row.is_lead) for row in members
        ),
    )
