"""Who answers for a request as a whole; its tasks have helpers of their own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.operation.work.actions import assignment_values, change_work_item
from timshel.operation.work.holders import chosen_person, chosen_team
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import Stage
from timshel.operation.work.unchanged import require_unchanged
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.service_request.access import ASSIGN, WORK, require
from timshel.resolution_fulfilment.service_request.events import RequestAssigned
from timshel.resolution_fulfilment.service_request.states import Verb, stage_allows


@transaction.atomic
def take_request(
    number: str, *, seen_version: int | None = None, actor: Actor, at: datetime
) -> RequestAssigned:
    """Take a request oneself; taking it again changes nothing.

    Raises:
        Conflict: someone else took it since the person looked.
        WrongState, NotAllowed, NotFound, Invalid: as they say.
    """
    item = require(number, WORK, actor=actor)
    if actor.person_id is None:
        raise Invalid({"assignee": [_("Only a person can take this.")]})
    taker = Person.objects.get(pk=actor.person_id)
    require_unchanged(item, {"assignee": taker}, seen_version=seen_version)
    return _give(item, team=item.team, assignee=taker, actor=actor, at=at)


@transaction.atomic
def assign_request(
    number: str,
    *,
    team: str | None = None,
    assignee_id: int | None = None,
    seen_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> RequestAssigned:
    """Give a request to a team, or to a person in it, or to no one in it.

    Args:
        number: the request.
        team: the team's code; None keeps the present team.
        assignee_id: a member of that team, or None for nobody yet.
        seen_version: the version the person looked at; None does not ask.
        actor: who assigns.
        at: when.

    Raises:
        Invalid: no such team, or the person is not in it.
        Conflict: someone else assigned it in the meantime.
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = require(number, ASSIGN, actor=actor)
    to_team = chosen_team(team) if team else item.team
    assignee = chosen_person(assignee_id, team=to_team) if assignee_id else None
    wanted = {"team": to_team, "assignee": assignee}
    require_unchanged(item, wanted, seen_version=seen_version)
    return _give(item, team=to_team, assignee=assignee, actor=actor, at=at)


def _give(
    item: WorkItem, *, team: Team | None, assignee: Person | None, actor: Actor, at: datetime
) -> RequestAssigned:
    if not stage_allows(Stage(item.stage), Verb.ASSIGN):
        raise WrongState
    values = assignment_values(item, team=team, assignee=assignee)
    done = change_work_item(
        item, verb="service_request.assigned", values=values, actor=actor, at=at
    )
    event = RequestAssigned(
        item.pk, item.number, at, actor.person_id, item.team_id, item.assignee_id
    )
    if done:
        refresh_clocks(item, at=at)
        publish(event)
    return event
