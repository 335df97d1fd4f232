"""The rights to see people and to keep them, and finding one with the right in one call."""

from __future__ import annotations

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership, Person
from timshel.context.people.rules import VIEW
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound

MANAGE = "organization.manage"
INTRODUCE = "people.introduce"

__all__ = [
    "INTRODUCE",
    "MANAGE",
    "VIEW",
    "may_plan",
    "person_to_change",
    "require_introduce",
    "require_manage",
    "require_plan",
    "require_view",
]


def require_view(actor: Actor) -> None:
    """Refuse unless the actor may see people somewhere.

    Raises:
        NotAllowed: the right is missing altogether.
    """
    if not actor.may_somewhere(VIEW):
        raise NotAllowed


def require_introduce(actor: Actor) -> None:
    """Refuse unless the actor may make callers known who are nobody's yet.

    Raises:
        NotAllowed: the right is missing altogether.
    """
    if not actor.may_somewhere(INTRODUCE):
        raise NotAllowed


def require_manage(actor: Actor, *, unit_id: int | None) -> None:
    """Refuse unless the actor may keep the people of a unit, or everyone for None.

    Raises:
        NotAllowed: the right is missing, or holds elsewhere only.
    """
    if not actor.may(MANAGE, unit=unit_id):
        raise NotAllowed


def person_to_change(person_id: int, *, actor: Actor, or_oneself: bool = False) -> Person:
    """Return a person, locked, whom the actor may change.

    Args:
        person_id: whom.
        actor: who asks.
        or_oneself: whether everybody may change this of themselves.

    Raises:
        NotFound: there is no such person.
        NotAllowed: the actor may not change this of that person.
    """
    person = Person.objects.select_for_update(of=("self",)).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    if not (or_oneself and actor.person_id == person_id):
        require_manage(actor, unit_id=person.unit_id)
    return person


def may_plan(actor: Actor, team: Team) -> bool:
    """Tell whether the actor may say who of a team is on call.

    That is whoever keeps the organisation there, and the leads of the team, who answer for its
    work; a lead must be allowed to see people, so that a token without any right plans nothing.
    """
    if actor.may(MANAGE, unit=team.unit_id):
        return True
    if actor.person_id is None or not actor.may_somewhere(VIEW):
        return False
    leads = Membership.objects.filter(team=team, person_id=actor.person_id, is_lead=True)
    return leads.exists()


def require_plan(actor: Actor, team: Team) -> None:
    """Refuse unless the actor may say who of a team is on call.

    Raises:
        NotAllowed: they neither keep the organisation there nor lead the team.
    """
    if not may_plan(actor, team):
        raise NotAllowed
