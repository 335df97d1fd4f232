"""Who has it: taking, handing over, and handing up to the next level of support."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, WrongState
from timshel.kernel.events import publish
from timshel.operation.work.actions import (
    assignment_values,
    change_work_item,
    check_text,
    stage_values,
)
from timshel.operation.work.holders import chosen_person, chosen_team
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import Stage, Trigger
from timshel.operation.work.unchanged import require_unchanged
from timshel.relationship_agreement.service_level.actions import refresh_clocks
from timshel.resolution_fulfilment.incident import access
from timshel.resolution_fulfilment.incident.access import require
from timshel.resolution_fulfilment.incident.actions.checks import require_stage
from timshel.resolution_fulfilment.incident.events import IncidentAssigned
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import Verb
from timshel.service_portfolio.service.queries import next_level


@transaction.atomic
def take_incident(
    number: str, *, seen_version: int | None = None, actor: Actor, at: datetime
) -> IncidentAssigned:
    """Take an incident oneself, and start it if it is new.

    Taking it again changes nothing and tells nobody.

    Args:
        number: the incident.
        seen_version: the version the person looked at; None does not ask.
        actor: a person.
        at: when.

    Raises:
        Conflict: someone else took it in the meantime.
        WrongState, NotAllowed, NotFound: as they say.
    """
    item = require(number, access.WORK, actor=actor)
    require_stage(item, Verb.TAKE)
    if actor.person_id is None:
        raise Invalid({"assignee": [_("Only a person can take this.")]})
    taker = Person.objects.get(pk=actor.person_id)
    require_unchanged(item, {"assignee": taker}, seen_version=seen_version)
    return _give(item, team=item.team or _own_team(actor), assignee=taker, actor=actor, at=at)


@transaction.atomic
def assign_incident(
    number: str,
    *,
    team: str | None = None,
    assignee_id: int | None = None,
    seen_version: int | None = None,
    actor: Actor,
    at: datetime,
) -> IncidentAssigned:
    """Give an incident to a team, or to a person in it, or to no one in it.

    Giving it again to who has it changes nothing and tells nobody.

    Args:
        number: the incident.
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
    item = require(number, access.ASSIGN, actor=actor)
    require_stage(item, Verb.ASSIGN)
    to_team = chosen_team(team) if team else item.team
    assignee = chosen_person(assignee_id, team=to_team, needs_team=False) if assignee_id else None
    wanted = {"team": to_team, "assignee": assignee}
    require_unchanged(item, wanted, seen_version=seen_version)
    return _give(item, team=to_team, assignee=assignee, actor=actor, at=at)


@transaction.atomic
def escalate_incident(number: str, *, reason: str, actor: Actor, at: datetime) -> IncidentAssigned:
    """Hand an incident to the team of the next support level, with the reason.

    Raises:
        WrongState: there is no higher level for its service.
        Invalid: no reason was given.
    """
    item = require(number, access.ASSIGN, actor=actor)
    require_stage(item, Verb.ESCALATE)
    if not reason.strip():
        raise Invalid({"reason": [_("Please say why the next level is needed.")]})
    check_text(reason, field="reason", longest=1_000)
    offering_id = Incident.objects.values_list("offering_id", flat=True).get(work_item=item)
    team_id = next_level(item.team_id, item.service_id, offering_id)
    if team_id is None:
        raise WrongState(_("There is no higher level of support for this."))
    team = Team.objects.get(pk=team_id)
    return _give(item, team=team, assignee=None, reason=reason.strip(), actor=actor, at=at)


def _give(
    item: WorkItem,
    *,
    team: Team | None,
    assignee: Person | None,
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> IncidentAssigned:
    values = assignment_values(item, team=team, assignee=assignee)
    takes = assignee is not None and assignee.pk == actor.person_id
    if takes and item.stage == Stage.NEW:
        values |= stage_values(item, Trigger.START, at=at)
    done = change_work_item(
        item,
        verb="incident.escalated" if reason else "incident.assigned",
        values=values,
        also={"reason": (None, reason)} if reason else None,
        actor=actor,
        at=at,
    )
    event = IncidentAssigned(
        item.pk, item.number, at, actor.person_id, item.team_id, item.assignee_id
    )
    if done:
        refresh_clocks(item, at=at)
        publish(event)
    return event


def _own_team(actor: Actor) -> Team | None:
    """Return the actor's only team; with several teams it stays open whose work it is."""
    if len(actor.team_ids) != 1:
        return None
    return Team.objects.get(pk=next(iter(actor.team_ids)))
