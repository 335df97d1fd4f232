"""Who does what, as matrices, by person and by role, always with what is missing.

Everything is read in a number of queries that does not depend on how much there is; holders who
stand elsewhere already (owners of services, teams that support them) are read from there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from timshel.context.organization.models import Team
from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.text import is_storable
from timshel.leadership.authority.queries import permissions_of
from timshel.leadership.responsibility import access
from timshel.leadership.responsibility.models import (
    Activity,
    Assignment,
    Matrix,
    MatrixRole,
    ProcessRole,
)
from timshel.leadership.responsibility.rules import (
    ActivityContent,
    Gap,
    Holder,
    MatrixContent,
    MatrixKey,
    RoleInMatrix,
    gaps_of,
    is_valid_on,
)
from timshel.leadership.responsibility.states import (
    LEVELS,
    MATRIX,
    ROLE,
    HolderSource,
    Letter,
    SubjectKind,
)
from timshel.leadership.responsibility.subjects import SubjectFacts, facts


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role in the reader's language."""

    id: int
    code: str
    name: str
    summary: str
    source: HolderSource
    permission: str


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A role in a matrix, with who holds it there today.

    ``is_open`` tells that its holders differ from case to case, as the owner of a service does in
    a process.
    """

    role: RoleRow
    holders: tuple[Holder, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class ActivityView:
    """A row of a matrix; ``letters`` by the codes of roles."""

    id: int
    name: str
    letters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MatrixView:
    """A matrix in the reader's language, with what is missing in it.

    Args:
        id: its key.
        key: what it is about.
        name: of the service or process.
        revision: by which two writers notice each other.
        is_known: whether there is such a service or process elsewhere, too.
        columns: the roles.
        activities: the rows.
        gaps: what is missing or wrong.
    """

    id: int
    key: MatrixKey
    name: str
    revision: int
    is_known: bool
    columns: tuple[ColumnView, ...]
    activities: tuple[ActivityView, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """All matrices, and the services and processes that have none.

    Args:
        matrices: by kind and name.
        without: of what there is no matrix.
    """

    matrices: tuple[MatrixView, ...]
    without: tuple[tuple[SubjectKind, SubjectFacts], ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody does under a role for a service or in a process.

    Args:
        matrix: what it is about.
        column: the role, with all who hold it there.
        holder: as what they hold it.
        team: the team through which they hold it; empty where they hold it themselves.
        activities: name and letters of each row in which the role has a part.
    """

    matrix: MatrixView
    column: ColumnView
    holder: Holder
    team: str
    activities: tuple[tuple[str, str], ...]

    def has(self, letter: Letter) -> bool:
        """Tell whether the role has a letter in any row."""
        return any(letter in letters for _name, letters in self.activities)


@dataclass(frozen=True, slots=True)
class PersonView:
    """What a person answers for.

    Args:
        id: the person's key.
        code: the person's code.
        name: the person's name.
        is_active: whether they are still here.
        duties: accountable ones first, then by matrix.
    """

    id: int
    code: str
    name: str
    is_active: bool
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class RoleView:
    """A role with everything about it.

    Args:
        role: which.
        assignments: all that were said here, those that hold today first.
        matrices: where it has a part, with its column there.
    """

    role: RoleRow
    assignments: tuple[tuple[Holder, MatrixKey | None, bool], ...]
    matrices: tuple[tuple[MatrixView, ColumnView], ...]


def overview(*, actor: Actor, at: datetime) -> Overview:
    """Return all matrices with what is missing in each, and what has none; some dozen queries.

    Raises:
        NotAllowed: the reader may not read them.
    """
    access.require_view(actor)
    book = _Book(Matrix.objects.all(), actor=actor, at=at)
    views = book.views()
    having = {view.key for view in views}
    without = [
        (kind, each)
        for kind in SubjectKind
        for each in facts(kind, None, language=actor.language).values()
        if MatrixKey(kind, each.code) not in having
    ]
    return Overview(views, tuple(sorted(without, key=lambda row: row[1].name.casefold())))


def matrix(key: MatrixKey, *, actor: Actor, at: datetime) -> MatrixView:
    """Return a matrix; some dozen queries.

    Raises:
        NotAllowed: the reader may not read them.
        NotFound: there is none.
    """
    access.require_view(actor)
    rows = Matrix.objects.filter(kind=key.kind, code=key.code)
    views = _Book(rows, actor=actor, at=at).views() if is_storable(key.code) else ()
    if not views:
        raise NotFound
    return views[0]


def has_matrix(key: MatrixKey) -> bool:
    """Tell whether there is a matrix, for whoever links to it; one query."""
    return Matrix.objects.filter(kind=key.kind, code=key.code).exists()


def matrix_content(key: MatrixKey, *, actor: Actor) -> MatrixContent:
    """Return what a matrix says in the first language, with all translations; four queries.

    Raises:
        NotAllowed: the reader may not read it.
        NotFound: there is none.
    """
    access.require_view(actor)
    rows = Matrix.objects.filter(kind=key.kind, code=key.code) if is_storable(key.code) else None
    row = rows.first() if rows is not None else None
    if row is None:
        raise NotFound
    columns = row.columns.order_by("position").values_list("role__code", flat=True)
    activities = row.activities.order_by("position").prefetch_related("parts__role")
    return MatrixContent(
        name=row.name,
        roles=tuple(columns),
        activities=tuple(
            ActivityContent(
                name=each.name,
                letters={part.role.code: part.letters for part in each.parts.all()},
                id=each.pk,
                translations=each.translations,
            )
            for each in activities
        ),
        translations=row.translations,
    )


def matrix_history(view: MatrixView) -> tuple[JournalEntry, ...]:
    """Return what happened to a matrix, newest first; one query."""
    return tuple(reversed(history(MATRIX, [view.id])))


def role_history(view: RoleView) -> tuple[JournalEntry, ...]:
    """Return what happened to a role and its holders, newest first; one query."""
    return tuple(reversed(history(ROLE, [view.role.id])))


def role_list(*, language: str) -> tuple[RoleRow, ...]:
    """Return all roles by name, in one query."""
    rows = [_role(each, language) for each in ProcessRole.objects.all()]
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def role_view(code: str, *, actor: Actor, at: datetime) -> RoleView:
    """Return a role with its holders and where it has a part; some dozen queries.

    Raises:
        NotAllowed: the reader may not read them.
        NotFound: there is none.
    """
    access.require_view(actor)
    row = ProcessRole.objects.filter(code=code).first() if is_storable(code) else None
    if row is None:
        raise NotFound
    book = _Book(Matrix.objects.filter(columns__role=row), actor=actor, at=at)
    rows = Assignment.objects.filter(role=row).select_related("role", "person", "team", "matrix")
    said = [
        (
            book.holder(each),
            MatrixKey(SubjectKind(each.matrix.kind), each.matrix.code) if each.matrix else None,
            is_valid_on(book.today, each.valid_from, each.valid_until),
        )
        for each in rows.order_by("-valid_from", "pk")
    ]
    columns = [
        (view, column)
        for view in book.views()
        for column in view.columns
        if column.role.id == row.pk
    ]
    ordered = sorted(said, key=lambda each: not each[2])
    return RoleView(_role(row, actor.language), tuple(ordered), tuple(columns))


def person_view(code: str, *, actor: Actor, at: datetime) -> PersonView:
    """Return what a person answers for, themselves and through their teams; some dozen queries.

    Raises:
        NotAllowed: it is somebody else, and the reader may not read matrices.
        NotFound: there is no such person.
    """
    row = Person.objects.filter(code=code).first() if is_storable(code) else None
    if row is None:
        access.require_view(actor)
        raise NotFound
    access.require_view_of(row.pk, actor=actor)
    return _person_view(row, actor=actor, at=at)


def own_view(*, actor: Actor, at: datetime) -> PersonView:
    """Return what the reader answers for.

    Raises:
        NotFound: the reader is no person.
    """
    row = Person.objects.filter(pk=actor.person_id).first()
    if row is None:
        raise NotFound
    return _person_view(row, actor=actor, at=at)


def _person_view(row: Person, *, actor: Actor, at: datetime) -> PersonView:
    book = _Book(Matrix.objects.all(), actor=actor, at=at)
    memberships = Membership.objects.filter(person=row).values_list("team_id", flat=True)
    teams = frozenset(memberships)
    duties = [
        Duty(view, column, holder, holder.name if holder.is_team else "", parts)
        for view in book.views()
        for column in view.columns
        if (parts := _parts(view, column))
        for holder in column.holders
        if (holder.id in teams if holder.is_team else holder.id == row.pk)
    ]
    ordered = sorted(duties, key=lambda duty: (bool(duty.team), not duty.has(Letter.ACCOUNTABLE)))
    return PersonView(row.pk, row.code, row.name, row.is_active, tuple(ordered))


def _parts(view: MatrixView, column: ColumnView) -> tuple[tuple[str, str], ...]:
    code = column.role.code
    return tuple(
        (each.name, each.letters[code]) for each in view.activities if each.letters.get(code)
    )


def _role(row: ProcessRole, language: str) -> RoleRow:
    return RoleRow(
        id=row.pk,
        code=row.code,
        name=row.text("name", language),
        summary=row.text("summary", language),
        source=HolderSource(row.source),
        permission=row.permission,
    )


class _Book:
    """Some matrices, read together with all who hold their roles."""

    def __init__(self, matrices: QuerySet[Matrix], *, actor: Actor, at: datetime) -> None:
        self._language = actor.language
        self.today: date = at.astimezone(ZoneInfo(actor.time_zone)).date()
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
        shown = _role(role, self._language)
        if source is HolderSource.ASSIGNED:
            said = [
                self.holder(each)
                for each in self._assigned[role.pk]
                if each.matrix_id in (None, row.pk)
            ]
            return ColumnView(shown, tuple(said), is_open=False)
        if row.kind == SubjectKind.PROCESS:
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
