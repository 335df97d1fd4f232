"""Some matrices, read together with all who hold their roles, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from django.db.models import Q, QuerySet

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.leadership.authority.queries import permissions_of
from timshel.leadership.responsibility.models import (
    Activity,
    Assignment,
    Matrix,
    MatrixRole,
    ProcessRole,
)
from timshel.leadership.responsibility.queries.shapes import (
    ActivityView,
    ColumnView,
    MatrixView,
    RoleRow,
)
from timshel.leadership.responsibility.rules import Holder, MatrixKey, RoleInMatrix, gaps_of
from timshel.leadership.responsibility.states import LEVELS, HolderSource, SubjectKind
from timshel.leadership.responsibility.subjects import SubjectFacts, facts


def role_row(row: ProcessRole, language: str) -> RoleRow:
    """Return a role in a language."""
    return RoleRow(
        id=row.pk,
        code=row.code,
        name=row.text("name", language),
        summary=row.text("summary", language),
        source=HolderSource(row.source),
        permission=row.permission,
    )


class Book:
    """Some matrices, read together with all who hold their roles."""

    def __init__(self, matrices: QuerySet[Matrix], *, actor: Actor, at: datetime) -> None:
        self._language = actor.language
        self.today: date = actor.day_at(at)
        self._matrices = list(matrices)
        self._columns: dict[int, list[ProcessRole]] = defaultdict(list)
        columns = MatrixRole.objects.filter(matrix__in=self._matrices).select_related("role")
        for column in columns.order_by("position"):
            self._columns[column.matrix_id].append(column.role)
        self._facts = self._read_facts()
        self._assigned = self._read_assignments()
        self._people, self._teams = self._read_others()
        self._rights = self._read_rights()

    def _read_facts(self) -> dict[MatrixKey, SubjectFacts]:
        codes: dict[SubjectKind, set[str]] = defaultdict(set)
        for each in self._matrices:
            codes[SubjectKind(each.kind)].add(each.code)
        return {
            MatrixKey(kind, code): known
            for kind, wanted in codes.items()
            for code, known in facts(kind, wanted, language=self._language).items()
        }

    def _read_assignments(self) -> dict[int, list[Assignment]]:
        """Return what holds today, by role."""
        found: dict[int, list[Assignment]] = defaultdict(list)
        still = Q(valid_until__isnull=True) | Q(valid_until__gte=self.today)
        here = Q(matrix__isnull=True) | Q(matrix__in=self._matrices)
        rows = Assignment.objects.filter(still, here, valid_from__lte=self.today)
        for row in rows.select_related("role", "person", "team").order_by("valid_from", "pk"):
            found[row.role_id].append(row)
        return found

    def _read_others(self) -> tuple[dict[int, Person], dict[int, Team]]:
        """Return the owners and the supporting teams of what the matrices are about."""
        known = self._facts.values()
        owners = {each.owner_id for each in known if each.owner_id is not None}
        teams = {key for each in known for keys in (each.team_ids or {}).values() for key in keys}
        return Person.objects.in_bulk(owners), Team.objects.in_bulk(teams)

    def _read_rights(self) -> Mapping[int, frozenset[str]]:
        people = {
            row.person_id
            for rows in self._assigned.values()
            for row in rows
            if row.person_id is not None
        }
        return permissions_of(people | self._people.keys())

    def views(self) -> tuple[MatrixView, ...]:
        """Return the matrices by kind and name."""
        rows = Activity.objects.filter(matrix__in=self._matrices).order_by("position", "pk")
        activities: dict[int, list[ActivityView]] = defaultdict(list)
        for row in rows.prefetch_related("parts"):
            activities[row.matrix_id].append(self._activity(row))
        found = [self._view(each, activities[each.pk]) for each in self._matrices]
        return tuple(sorted(found, key=lambda view: (view.key.kind, view.name.casefold())))

    def _activity(self, row: Activity) -> ActivityView:
        codes = {role.pk: role.code for role in self._columns[row.matrix_id]}
        letters = {
            codes[part.role_id]: part.letters for part in row.parts.all() if part.role_id in codes
        }
        return ActivityView(row.pk, row.text("name", self._language), letters)

    def _view(self, row: Matrix, activities: list[ActivityView]) -> MatrixView:
        key = MatrixKey(SubjectKind(row.kind), row.code)
        known = self._facts.get(key)
        columns = tuple(self._column(row, known, role) for role in self._columns[row.pk])
        gaps = gaps_of(
            [(each.name, each.letters) for each in activities],
            [
                RoleInMatrix(each.role.code, each.role.name, each.holders, each.is_open)
                for each in columns
            ],
        )
        return MatrixView(
            id=row.pk,
            key=key,
            name=known.name if known else row.text("name", self._language),
            revision=row.revision,
            is_known=known is not None,
            columns=columns,
            activities=tuple(activities),
            gaps=gaps,
        )

    def _column(self, row: Matrix, known: SubjectFacts | None, role: ProcessRole) -> ColumnView:
        source = HolderSource(role.source)
        shown = role_row(role, self._language)
        if source is HolderSource.ASSIGNED:
            said = [
                self.holder(each)
                for each in self._assigned[role.pk]
                if each.matrix_id in (None, row.pk)
            ]
            return ColumnView(shown, tuple(said), is_open=False)
        if source is HolderSource.CASE or row.kind == SubjectKind.PROCESS:
            return ColumnView(shown, (), is_open=True)
        return ColumnView(shown, self._from_elsewhere(known, role, source), is_open=False)

    def _from_elsewhere(
        self, known: SubjectFacts | None, role: ProcessRole, source: HolderSource
    ) -> tuple[Holder, ...]:
        if known is None:
            return ()
        if source is HolderSource.SERVICE_OWNER:
            owner = self._people.get(known.owner_id or 0)
            return (self._person(owner, role, source),) if owner else ()
        keys = (known.team_ids or {}).get(LEVELS[source], ())
        teams = [self._teams[key] for key in keys if key in self._teams]
        return tuple(self._team(each, source) for each in teams)

    def _person(self, row: Person, role: ProcessRole, source: HolderSource) -> Holder:
        return Holder(
            id=row.pk,
            code=row.code,
            name=row.name,
            is_team=False,
            is_active=row.is_active,
            source=source,
            has_right=self._has_right(row.pk, role),
        )

    def _team(self, row: Team, source: HolderSource) -> Holder:
        return Holder(
            id=row.pk,
            code=row.code,
            name=row.text("name", self._language),
            is_team=True,
            is_active=row.is_active,
            source=source,
        )

    def _has_right(self, person_id: int, role: ProcessRole) -> bool | None:
        if not role.permission:
            return None
        return role.permission in self._rights.get(person_id, frozenset())

    def holder(self, row: Assignment) -> Holder:
        """Return who holds a role by an assignment, which was read with role, person and team."""
        if row.person is not None:
            found = self._person(row.person, row.role, HolderSource.ASSIGNED)
        else:
            found = self._team(cast("Team", row.team), HolderSource.ASSIGNED)
        return replace(
            found,
            assignment_id=row.pk,
            matrix_id=row.matrix_id,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            note=row.note,
        )
