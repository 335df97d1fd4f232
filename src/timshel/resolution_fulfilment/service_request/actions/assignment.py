"""Who answers for a request as a whole; its tasks have helpers of their own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Invalid, WrongState
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.operation.work.actions import assignment_values, change_work_item
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import Stage
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
    is_new = seen_version is not None and seen_version < item.version
    if is_new and item.assignee_id not in (None, actor.person_id):
        raise Conflict(message=_("Someone else took this in the meantime."))
    taker = Person.objects.get(pk=actor.person_id)
    return _give(item, team=item.team, assignee=taker, actor=actor, at=at)


@transaction.atomic
def assign_request(
    number: str,
    *,
    team: str | None = None,
    assignee_id: int | None = None,
    actor: Actor,
    at: datetime,
) -> RequestAssigned:
    """Give a request to a team, or to a person in it, or to no one in it.

    Args:
        number: the request.
        team: the team's code; None keeps the present team.
        assignee_id: a member of that team, or None for nobody yet.
        actor: who assigns.
        at: when.

    Raises:
        Invalid: no such team, or the person is not in it.
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = require(number, ASSIGN, actor=actor)
    to_team = item.team
    if team:
        known = Team.objects.filter(code=team, is_active=True) if is_storable(team) else None
        to_team = known.first() if known is not None else None
        if to_team is None:
            raise Invalid({"team": [_("There is no such team.")]})
    assignee = None
    if assignee_id:
        members = Membership.objects.filter(team=to_team).values_list("person_id")
        assignee = Person.objects.filter(pk=assignee_id, is_active=True, pk__in=members).first()
        if assignee is None:
            raise Invalid({"assignee": [_("This person is not a member of the team.")]})
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
