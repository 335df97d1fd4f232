"""The skills matrix: teams and roles by skill, with what is missing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.leadership.responsibility.models import Assignment, ProcessRole
from timshel.support.competence import access
from timshel.support.competence.models import Certificate, Holding, Need, Skill
from timshel.support.competence.rules import Gap, gaps_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A skill in a team, or among those who hold a role.

    Args:
        skill_code: of the skill.
        skill_name: of the skill.
        level: the lowest level that will do; None where it is not needed.
        people: how many are needed; None where it is not needed.
        holders: by name, who holds it high enough, or at all where it is not needed.
        left: by name, who held it high enough and is no longer here.
        gaps: what is missing.
    """

    skill_code: str
    skill_name: str
    level: int | None
    people: int | None
    holders: tuple[str, ...]
    left: tuple[str, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A row of the matrix.

    Args:
        kind: ``team`` or ``role``.
        code: of it.
        name: of it.
        members: how many are here.
        cells: one for each skill, in the order of the matrix.
    """

    kind: str
    code: str
    name: str
    members: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SkillMatrix:
    """All of it.

    Args:
        skills: code and name, by name.
        groups: teams, then roles; of each only those that need or hold a skill.
    """

    skills: tuple[tuple[str, str], ...]
    groups: tuple[Group, ...]

    @property
    def gaps(self) -> tuple[tuple[Group, Cell], ...]:
        """Where something is missing, what nobody holds first."""
        found = [(group, cell) for group in self.groups for cell in group.cells if cell.gaps]
        return tuple(sorted(found, key=lambda each: Gap.NOBODY not in each[1].gaps))


@dataclass(frozen=True, slots=True)
class _Held:
    level: int
    name: str
    is_here: bool


def skills_matrix(*, actor: Actor, at: datetime) -> SkillMatrix:
    """Return teams and roles by skill, in a fixed number of queries.

    Raises:
        NotAllowed: the actor may not see everybody's skills.
    """
    if not access.may_view(actor):
        raise NotAllowed
    skills = tuple(Skill.objects.filter(is_retired=False).order_by("name", "pk"))
    held = _held(at.date())
    members, here = _members(at.date())
    needs = {
        ("team" if each.team_id else "role", each.team_id or each.role_id, each.skill_id): each
        for each in Need.objects.filter(skill__is_retired=False)
    }
    rows: list[tuple[str, Team | ProcessRole]] = [
        *(("team", each) for each in Team.objects.filter(is_active=True).order_by("name", "pk")),
        *(("role", each) for each in ProcessRole.objects.order_by("name", "pk")),
    ]
    groups = []
    for kind, row in rows:
        people = members[kind, row.pk]
        cells = tuple(
            _cell(each, needs.get((kind, row.pk, each.pk)), people, held) for each in skills
        )
        is_told = any(cell.level is not None or (kind == "team" and cell.holders) for cell in cells)
        if is_told:
            name = row.text("name", actor.language)
            groups.append(Group(kind, row.code, name, len(people & here), cells))
    return SkillMatrix(tuple((each.code, each.name) for each in skills), tuple(groups))


def _cell(
    skill: Skill, need: Need | None, people: set[int], held: dict[tuple[int, int], _Held]
) -> Cell:
    lowest = need.level if need else 1
    found = [held[key] for each in people if (key := (each, skill.pk)) in held]
    enough = sorted((each for each in found if each.level >= lowest), key=lambda each: each.name)
    holders = tuple(each.name for each in enough if each.is_here)
    left = tuple(each.name for each in enough if not each.is_here)
    gaps = gaps_of(held=len(holders), people=need.people, left=len(left)) if need else ()
    return Cell(
        skill_code=skill.code,
        skill_name=skill.name,
        level=need.level if need else None,
        people=need.people if need else None,
        holders=holders,
        left=left,
        gaps=gaps,
    )


def _held(today: date) -> dict[tuple[int, int], _Held]:
    """Return the levels that count, by person and skill.

    Who left keeps theirs here, though their certificates expired: what went with them is told.
    """
    evidence = Certificate.objects.in_force(today).filter(
        person=OuterRef("person"), skill=OuterRef("skill")
    )
    rows = (
        Holding.objects.filter(level__gt=0, skill__is_retired=False)
        .annotate(has_evidence=Exists(evidence))
        .filter(
            Q(skill__needs_certificate=False) | Q(has_evidence=True) | Q(person__is_active=False)
        )
        .select_related("person")
    )
    return {
        (row.person_id, row.skill_id): _Held(row.level, row.person.name, row.person.is_active)
        for row in rows
    }


def _members(today: date) -> tuple[dict[tuple[str, int], set[int]], set[int]]:
    """Return who is of each team and holds each role today, and who of all of them is here."""
    found: dict[tuple[str, int], set[int]] = defaultdict(set)
    here: set[int] = set()
    rows = Membership.objects.values_list("team_id", "person_id", "person__is_active")
    for team, person, is_here in rows:
        found["team", team].add(person)
        if is_here:
            here.add(person)
    holds = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    assigned = Assignment.objects.filter(holds, valid_from__lte=today)
    columns = ("role_id", "person_id", "team_id", "person__is_active")
    for role, person, team, is_here in assigned.values_list(*columns):
        if person is not None:
            found["role", role].add(person)
            if is_here:
                here.add(person)
        elif team is not None:
            found["role", role] |= found["team", team]
    return found, here
