"""Who holds some mandates on a day, read together in a fixed number of queries.

Roles with rights are read from what was granted, roles in the work from who was named for them
and from the portfolio of services, so that nobody is typed twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from timshel.context.organization.models import Unit
from timshel.context.people.models import Membership, Person
from timshel.leadership.authority.models import Grant, ScopeKind
from timshel.leadership.mandate.models import Mandate
from timshel.leadership.mandate.states import Vacancy
from timshel.leadership.responsibility.models import Assignment
from timshel.leadership.responsibility.states import LEVELS, HolderSource, SubjectKind
from timshel.leadership.responsibility.subjects import SubjectFacts, facts


@dataclass(frozen=True, slots=True)
class HolderRow:
    """A person who holds a mandate."""

    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """For what something is to be approved: nothing in particular, a unit, a service or both.

    Args:
        unit_path: the chain of keys of the unit, or empty.
        service: the code of the service, or empty.
    """

    unit_path: str = ""
    service: str = ""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds a mandate.

    Args:
        people: those who are here, by name.
        is_open: whoever holds the role differs from case to case, so that nobody is missing.
    """

    people: tuple[HolderRow, ...]
    is_open: bool = False


def reaches(mandate: Mandate, place: Place) -> bool:
    """Tell whether a mandate holds at a place; its unit has to be read along."""
    if mandate.service_code:
        return mandate.service_code == place.service
    if mandate.unit is not None:
        return place.unit_path.startswith(mandate.unit.path) if place.unit_path else False
    return True


def place_of(mandate: Mandate) -> Place:
    """Return where a mandate holds; its unit has to be read along."""
    return Place(mandate.unit.path if mandate.unit else "", mandate.service_code)


class HolderBook:
    """Who holds some mandates on a day.

    Args:
        mandates: with all that they name read along.
        day: on which roles in the work are looked at; rights are looked at as they are now.
        language: of the reader.
        services: codes of services that will be asked about.
    """

    def __init__(
        self,
        mandates: Collection[Mandate],
        *,
        day: date,
        language: str,
        services: Iterable[str] = (),
    ) -> None:
        codes = {each.service_code for each in mandates if each.service_code}
        codes |= {code for code in services if code}
        self.services: Mapping[str, SubjectFacts] = facts(
            SubjectKind.SERVICE, codes, language=language
        )
        self._grants = _grants({each.role_id for each in mandates if each.role_id})
        units = {
            row.scope_id or 0
            for rows in self._grants.values()
            for row in rows
            if row.scope_kind == ScopeKind.UNIT
        }
        paths = Unit.objects.filter(pk__in=units).values_list("pk", "path")
        self._paths = dict(paths) if units else {}
        roles = {each.process_role_id for each in mandates if each.process_role_id}
        self._assigned = _assignments(roles, day)
        self._members = self._read_members()
        owners = {each.owner_id for each in self.services.values() if each.owner_id}
        self._owners = Person.objects.filter(is_active=True).in_bulk(owners) if owners else {}

    def at(self, mandate: Mandate, place: Place) -> Holders:
        """Return who holds a mandate at a place where it holds."""
        return self._holders(mandate, place, is_anywhere=False)

    def of(self, mandate: Mandate) -> Holders:
        """Return who holds a mandate anywhere within where it holds."""
        return self._holders(mandate, place_of(mandate), is_anywhere=True)

    def vacancy(self, mandate: Mandate) -> Vacancy:
        """Tell why nobody can use a mandate."""
        found = self.of(mandate)
        if found.people or found.is_open:
            return Vacancy.NONE
        return Vacancy.LEFT if mandate.person_id else Vacancy.ROLE

    def _holders(self, mandate: Mandate, place: Place, *, is_anywhere: bool) -> Holders:
        if mandate.person is not None:
            return _sorted([mandate.person] if mandate.person.is_active else [])
        if mandate.role_id is not None:
            known = self.services.get(place.service)
            return _sorted(
                row.person
                for row in self._grants.get(mandate.role_id, ())
                if _above(row, place, known) or (is_anywhere and self._is_part(row, place))
            )
        return self._in_the_work(mandate, place, is_anywhere=is_anywhere)

    def _is_part(self, row: Grant, place: Place) -> bool:
        """Tell whether a role granted somewhere is held for a part of a place."""
        if place == Place():
            return True
        path = self._paths.get(row.scope_id or 0, "") if row.scope_kind == ScopeKind.UNIT else ""
        return bool(place.unit_path) and path.startswith(place.unit_path)

    def _in_the_work(self, mandate: Mandate, place: Place, *, is_anywhere: bool) -> Holders:
        role = mandate.process_role
        source = HolderSource(role.source) if role else HolderSource.ASSIGNED
        if source is HolderSource.ASSIGNED:
            rows = self._assigned.get(mandate.process_role_id or 0, ())
            is_free = is_anywhere and not place.service
            return _sorted(
                person
                for row in rows
                if is_free or _is_for(row, place.service)
                for person in self._people_of(row)
            )
        known = self.services.get(place.service)
        if source is HolderSource.CASE or known is None:
            return Holders((), is_open=True)
        if source is HolderSource.SERVICE_OWNER:
            owner = self._owners.get(known.owner_id or 0)
            return _sorted([owner] if owner else [])
        teams = (known.team_ids or {}).get(LEVELS[source], ())
        return _sorted(person for key in teams for person in self._members.get(key, ()))

    def _people_of(self, row: Assignment) -> Iterator[Person]:
        if row.person is not None:
            yield row.person
        else:
            yield from self._members.get(row.team_id or 0, ())

    def _read_members(self) -> dict[int, list[Person]]:
        """Return the people of all teams that may be asked for, by team."""
        teams = {row.team_id for rows in self._assigned.values() for row in rows if row.team_id}
        teams |= {
            key
            for known in self.services.values()
            for keys in (known.team_ids or {}).values()
            for key in keys
        }
        found: dict[int, list[Person]] = defaultdict(list)
        if teams:
            rows = Membership.objects.filter(team_id__in=teams, team__is_active=True)
            for row in rows.select_related("person"):
                found[row.team_id].append(row.person)
        return found


def _grants(roles: set[int]) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = defaultdict(list)
    if roles:
        rows = Grant.objects.filter(role_id__in=roles, person__is_active=True)
        for row in rows.select_related("person"):
            found[row.role_id].append(row)
    return found


def _assignments(roles: set[int], day: date) -> dict[int, list[Assignment]]:
    found: dict[int, list[Assignment]] = defaultdict(list)
    if roles:
        still = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        rows = Assignment.objects.filter(still, role_id__in=roles, valid_from__lte=day)
        for row in rows.select_related("person", "team", "matrix"):
            found[row.role_id].append(row)
    return found


def _above(row: Grant, place: Place, known: SubjectFacts | None) -> bool:
    """Tell whether a role granted somewhere is held for all of a place."""
    if row.scope_kind == ScopeKind.EVERYTHING:
        return True
    if row.scope_kind == ScopeKind.UNIT:
        return f"/{row.scope_id}/" in place.unit_path
    if row.scope_kind == ScopeKind.SERVICE:
        return known is not None and known.id == row.scope_id
    return False


def _is_for(row: Assignment, service: str) -> bool:
    """Tell whether somebody named for a role holds it for a service.

    Whoever holds it in a process holds it for all services.
    """
    matrix = row.matrix
    return matrix is None or matrix.kind != SubjectKind.SERVICE or matrix.code == service


def _sorted(people: Iterable[Person]) -> Holders:
    known = {each.pk: each for each in people if each.is_active}
    rows = [HolderRow(each.pk, each.code, each.name) for each in known.values()]
    return Holders(tuple(sorted(rows, key=lambda row: (row.name.casefold(), row.code))))
