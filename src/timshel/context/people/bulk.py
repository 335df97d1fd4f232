"""Making many people and members of teams known at once, as an import needs it (clause 4.1).

Who is known already by code stays as they are, so that doing it again changes nothing. New rows
and their journal are those that ``create_person`` and ``add_member`` would have left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.access import by_code
from timshel.context.organization.models import Team, Unit
from timshel.context.organization.rules import code_faults, name_faults, refuse
from timshel.context.people import access
from timshel.context.people.actions import CODE_LENGTH
from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor
from timshel.kernel.copying import copy_in
from timshel.kernel.journal.bulk import entry, record_many


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as entries of the journal name them."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person in a team, both by code."""

    team: str
    person: str


@transaction.atomic
def ensure_people(
    names: Mapping[str, str], *, unit: str | None = None, actor: Actor, at: datetime
) -> dict[str, KnownPerson]:
    """Return people by code, after making those known that were not.

    Args:
        names: the people's names by their codes.
        unit: the code of the unit of new people.
        actor: who does it.
        at: when.

    Raises:
        NotAllowed: without the right to keep the organisation.
        Invalid: a code or a name is malformed, or there is no such unit.
    """
    home = None
    if unit:
        home = by_code(
            Unit.objects.all(), unit, field="unit", missing=_("There is no unit %(code)s.")
        )
    access.require_manage(actor, unit_id=home.pk if home else None)
    known = _people(names)
    copy_in([_person(code, name, home) for code, name in names.items() if code not in known])
    found = _people(names)
    record_many(
        [
            entry(
                "people.person_created",
                subject_kind="person",
                subject_id=person.id,
                changes={
                    "code": (None, code),
                    "name": (None, person.name),
                    **({"unit": (None, unit)} if unit else {}),
                },
                actor=actor,
                at=at,
            )
            for code, person in found.items()
            if code not in known
        ]
    )
    return found


@transaction.atomic
def ensure_members(members: Iterable[NewMember], *, actor: Actor, at: datetime) -> int:
    """Take people into teams; who is a member already stays as they are.

    Args:
        members: of teams that exist, people who exist.
        actor: who does it.
        at: when.

    Returns:
        How many were new.

    Raises:
        NotAllowed: without the right to keep the organisation.
    """
    access.require_manage(actor, unit_id=None)
    wanted = sorted(set(members), key=lambda each: (each.team, each.person))
    codes = {each.team for each in wanted}
    teams = dict(Team.objects.filter(code__in=codes).values_list("code", "pk"))
    people = _people({each.person for each in wanted})
    known = set(Membership.objects.filter(team__code__in=codes).values_list("team_id", "person_id"))
    new = [each for each in wanted if (teams[each.team], people[each.person].id) not in known]
    copy_in(
        [Membership(team_id=teams[each.team], person_id=people[each.person].id) for each in new]
    )
    record_many(
        [
            entry(
                "organization.member_added",
                subject_kind="team",
                subject_id=teams[each.team],
                changes={"member": (None, [each.person, False])},
                actor=actor,
                at=at,
            )
            for each in new
        ]
    )
    return len(new)


def _people(codes: Iterable[str]) -> dict[str, KnownPerson]:
    rows = Person.objects.filter(code__in=list(codes)).order_by("pk")
    return {
        code: KnownPerson(key, name) for code, key, name in rows.values_list("code", "pk", "name")
    }


def _person(code: str, name: str, unit: Unit | None) -> Person:
    refuse({"code": code_faults(code, longest=CODE_LENGTH), "name": name_faults(name)})
    return Person(code=code, name=name.strip(), unit=unit)
