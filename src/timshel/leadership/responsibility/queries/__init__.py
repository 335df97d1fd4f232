"""Who does what, as matrices, by person and by role, always with what is missing.

Everything is read in a number of queries that does not depend on how much there is; holders who
stand elsewhere already (owners of services, teams that support them) are read from there.
"""

from __future__ import annotations

from datetime import datetime

from timshel.context.people.models import Membership, Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility import access
from timshel.leadership.responsibility.models import Assignment, Matrix, ProcessRole
from timshel.leadership.responsibility.queries.book import Book, role_row
from timshel.leadership.responsibility.queries.shapes import (
    ActivityView,
    ColumnView,
    Duty,
    MatrixView,
    Overview,
    PersonView,
    RoleRow,
    RoleView,
)
from timshel.leadership.responsibility.rules import (
    ActivityContent,
    MatrixContent,
    MatrixKey,
    Translations,
    is_valid_on,
)
from timshel.leadership.responsibility.states import MATRIX, ROLE, Letter, SubjectKind
from timshel.leadership.responsibility.subjects import facts

__all__ = [
    "ActivityView",
    "ColumnView",
    "Duty",
    "MatrixView",
    "Overview",
    "PersonView",
    "RoleRow",
    "RoleView",
    "has_matrix",
    "matrix",
    "matrix_content",
    "matrix_history",
    "matrix_names",
    "overview",
    "own_view",
    "person_view",
    "role_history",
    "role_list",
    "role_to_change",
    "role_view",
]


def overview(*, actor: Actor, at: datetime) -> Overview:
    """Return all matrices with what is missing in each, and what has none; some dozen queries.

    Raises:
        NotAllowed: the reader may not read them.
    """
    access.require_view(actor)
    book = Book(Matrix.objects.all(), actor=actor, at=at)
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
    views = Book(rows, actor=actor, at=at).views() if is_storable(key.code) else ()
    if not views:
        raise NotFound
    return views[0]


def has_matrix(key: MatrixKey) -> bool:
    """Tell whether there is a matrix, for whoever links to it; one query."""
    return Matrix.objects.filter(kind=key.kind, code=key.code).exists()


def matrix_names(*, actor: Actor) -> tuple[tuple[MatrixKey, str], ...]:
    """Return what all matrices are called, by name in the reader's language; one query.

    Raises:
        NotAllowed: the reader may not read them.
    """
    access.require_view(actor)
    found = [
        (MatrixKey(SubjectKind(row.kind), row.code), row.text("name", actor.language))
        for row in Matrix.objects.all()
    ]
    return tuple(sorted(found, key=lambda row: row[1].casefold()))


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
    rows = [role_row(each, language) for each in ProcessRole.objects.all()]
    return tuple(sorted(rows, key=lambda row: row.name.casefold()))


def role_to_change(code: str) -> tuple[RoleRow, Translations]:
    """Return a role in the first language, with its translations; one query.

    Raises:
        NotFound: there is none.
    """
    row = ProcessRole.objects.filter(code=code).first() if is_storable(code) else None
    if row is None:
        raise NotFound
    return role_row(row, ""), row.translations


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
    book = Book(Matrix.objects.filter(columns__role=row), actor=actor, at=at)
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
    return RoleView(role_row(row, actor.language), tuple(ordered), tuple(columns))


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
    row = Person.objects.filter(pk=actor.person_id or 0).first()
    if row is None:
        raise NotFound
    return _person_view(row, actor=actor, at=at)


def _person_view(row: Person, *, actor: Actor, at: datetime) -> PersonView:
    book = Book(Matrix.objects.all(), actor=actor, at=at)
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
