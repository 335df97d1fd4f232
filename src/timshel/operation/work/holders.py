"""Whom work can be given to: teams, and people, as whoever assigns it names them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership, Person
from timshel.kernel.errors import Invalid
from timshel.kernel.text import is_storable


def chosen_team(code: str) -> Team:
    """Return the active team of a code.

    Raises:
        Invalid: there is none.
    """
    team = Team.objects.filter(code=code, is_active=True).first() if is_storable(code) else None
    if team is None:
        raise Invalid({"team": [_("There is no such team.")]})
    return team


def chosen_person(person_id: int, *, team: Team | None, needs_team: bool = True) -> Person:
    """Return an active person to whom work can be given.

    Args:
        person_id: who.
        team: that has the work; only its members can be given it.
        needs_team: whether work that no team has can be given to nobody; else it can to anybody.

    Raises:
        Invalid: the person is not a member of the team.
    """
    people = Person.objects.filter(pk=person_id, is_active=True)
    if team is not None or needs_team:
        members = Membership.objects.filter(team=team).values_list("person_id")
        people = people.filter(pk__in=members)
    person = people.first()
    if person is None:
        raise Invalid({"assignee": [_("This person is not a member of the team.")]})
    return person
