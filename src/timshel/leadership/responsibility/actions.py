"""Writing who does what, and who holds which role (clause 5.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.context.organization.rules import Translations, code_faults, name_faults, refuse
from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Conflict, Invalid, NotFound, Text
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.leadership.authority.access import PERMISSIONS
from timshel.leadership.responsibility import access
from timshel.leadership.responsibility.models import (
    Activity,
    Assignment,
    Matrix,
    MatrixRole,
    Part,
    ProcessRole,
)
from timshel.leadership.responsibility.rules import (
    MatrixContent,
    MatrixKey,
    content_faults,
    letters_of,
)
from timshel.leadership.responsibility.states import MATRIX, ROLE, HolderSource, SubjectKind

LONGEST_CODE = {"role": 40, "matrix": 60}
LONGEST_SUMMARY = 500
LONGEST_NOTE = 200


@transaction.atomic
def define_role(
    code: str,
    *,
    name: str,
    summary: str = "",
    source: str = HolderSource.ASSIGNED,
    permission: str = "",
    translations: Translations | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Add a role, or say anew what it is; the same again changes nothing.

    Args:
        code: unique among roles.
        name: in the organisation's first language.
        summary: what its holders do.
        source: where its holders come from.
        permission: a right that its holders need somewhere, or nothing.
        translations: ``name`` and ``summary`` in other languages; as before where None.
        actor: who does it.
        at: when.

    Returns:
        The key of the role.

    Raises:
        NotAllowed: without the right to do so everywhere.
        Invalid: something is malformed.
    """
    access.require_manage(None, actor=actor)
    refuse(_role_faults(code, name, summary, source, permission))
    row = ProcessRole.objects.select_for_update().filter(code=code).first()
    is_new = row is None
    row = row or ProcessRole(code=code)
    wanted: dict[str, Any] = {
        "name": name.strip(),
        "summary": summary.strip(),
        "source": HolderSource(source).value,
        "permission": permission,
        "translations": row.translations if translations is None else dict(translations),
    }
    changes = {
        field: (None if is_new else getattr(row, field), value)
        for field, value in wanted.items()
        if is_new or getattr(row, field) != value
    }
    if changes:
        for field, (_old, value) in changes.items():
            setattr(row, field, value)
        row.save()
        verb = "responsibility.role_defined" if is_new else "responsibility.role_changed"
        _record(verb, ROLE, row.pk, changes, actor=actor, at=at)
    return row.pk


def _role_faults(
    code: str, name: str, summary: str, source: str, permission: str
) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {
        "code": code_faults(code, longest=LONGEST_CODE["role"]),
        "name": name_faults(name, longest=100),
    }
    if len(summary) > LONGEST_SUMMARY or not is_storable(summary):
        faults["summary"] = [
            _("At most %(count)d characters are possible.") % {"count": LONGEST_SUMMARY}
        ]
    if source not in frozenset(HolderSource):
        faults["source"] = [_("Please choose one of the choices.")]
    if permission and permission not in PERMISSIONS:
        faults["permission"] = [_("There is no permission %(names)s.") % {"names": permission}]
    return faults


@transaction.atomic
def save_matrix(
    key: MatrixKey,
    *,
    content: MatrixContent,
    seen_revision: int | None = None,
    actor: Actor,
    at: datetime,
) -> int:
    """Write a matrix, or the first version of one; the same again changes nothing.

    Args:
        key: what it is about.
        content: all that it shall say; rows and columns that are not named go away.
        seen_revision: the revision that was seen while it was written; None overwrites any.
        actor: who writes.
        at: when.

    Returns:
        The revision that stands now.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
        Conflict: somebody else wrote it in between.
        Invalid: what it says.
    """
    access.require_manage(key, actor=actor)
    known = frozenset(ProcessRole.objects.values_list("code", flat=True))
    refuse(
        {
            "code": code_faults(key.code, longest=LONGEST_CODE["matrix"]),
            **content_faults(content, known_roles=known),
        }
    )
    matrix = Matrix.objects.select_for_update().filter(kind=key.kind, code=key.code).first()
    if matrix is not None and seen_revision not in (None, matrix.revision):
        raise Conflict
    is_new = matrix is None
    matrix = matrix or Matrix(kind=key.kind, code=key.code, revision=0)
    changes = _write(matrix, content)
    if changes or is_new:
        Matrix.objects.filter(pk=matrix.pk).update(revision=matrix.revision + 1)
        matrix.revision += 1
        verb = "responsibility.matrix_created" if is_new else "responsibility.matrix_changed"
        _record(verb, MATRIX, matrix.pk, changes, actor=actor, at=at)
    return matrix.revision


def _write(matrix: Matrix, content: MatrixContent) -> dict[str, tuple[Any, Any]]:
    """Write the rows of a matrix; returns what changed."""
    changes: dict[str, tuple[Any, Any]] = {}
    name = content.name.strip()
    if matrix.pk is None or (matrix.name, matrix.translations) != (name, content.translations):
        if matrix.name != name:
            changes["name"] = (matrix.name or None, name)
        matrix.name, matrix.translations = name, dict(content.translations)
        matrix.save()
    changes.update(_write_columns(matrix, content))
    changes.update(_write_activities(matrix, content))
    return changes


def _write_columns(matrix: Matrix, content: MatrixContent) -> dict[str, tuple[Any, Any]]:
    columns = matrix.columns.select_related("role").order_by("position")
    before = [column.role.code for column in columns]
    after = list(content.roles)
    if before == after:
        return {}
    keys = dict(ProcessRole.objects.filter(code__in=after).values_list("code", "pk"))
    matrix.columns.all().delete()
    MatrixRole.objects.bulk_create(
        MatrixRole(matrix=matrix, role_id=keys[code], position=position)
        for position, code in enumerate(after)
    )
    return {"roles": (before, after)}


def _write_activities(matrix: Matrix, content: MatrixContent) -> dict[str, tuple[Any, Any]]:
    """Write the rows with their letters; a row that is known by its key keeps it."""
    changes: dict[str, tuple[Any, Any]] = {}
    standing = {row.pk: row for row in matrix.activities.prefetch_related("parts__role")}
    order = [row.name for row in sorted(standing.values(), key=lambda row: row.position)]
    keys = dict(ProcessRole.objects.values_list("code", "pk"))
    kept: set[int] = set()
    for position, each in enumerate(content.activities):
        known = standing.get(each.id) if each.id is not None and each.id not in kept else None
        row = known or Activity(matrix=matrix)
        before = {part.role.code: part.letters for part in row.parts.all()} if known else {}
        if known and row.name != each.name.strip():
            changes[f"activity {row.name}"] = (row.name, each.name.strip())
        row.name, row.position = each.name.strip(), position
        row.translations = dict(each.translations)
        row.save()
        kept.add(row.pk)
        after = _lettered(each.letters, content.roles)
        if before != after:
            changes[row.name] = (_told(before) or None, _told(after))
            row.parts.all().delete()
            Part.objects.bulk_create(
                Part(activity=row, role_id=keys[code], letters=text) for code, text in after.items()
            )
    for pk, row in standing.items():
        if pk not in kept:
            changes[row.name] = ({p.role.code: p.letters for p in row.parts.all()}, None)
            row.delete()
    names = [each.name.strip() for each in content.activities]
    if order != names and sorted(order) == sorted(names):
        changes["order"] = (order, names)
    return changes


def _lettered(letters: Mapping[str, str], roles: tuple[str, ...]) -> dict[str, str]:
    found = {code: letters_of(letters.get(code, "")) for code in roles}
    return {code: text for code, text in found.items() if text}


def _told(letters: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(letters.items()))


@transaction.atomic
def remove_matrix(key: MatrixKey, *, actor: Actor, at: datetime) -> None:
    """Remove a matrix with what was assigned for it alone; the journal keeps what it said.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
        NotFound: there is none.
    """
    matrix = access.matrix_to_change(key, actor=actor)
    changes: dict[str, tuple[Any, Any]] = {
        "kind": (matrix.kind, None),
        "code": (matrix.code, None),
    }
    for row in matrix.activities.prefetch_related("parts__role").order_by("position"):
        changes[row.name] = ({part.role.code: part.letters for part in row.parts.all()}, None)
    _record("responsibility.matrix_removed", MATRIX, matrix.pk, changes, actor=actor, at=at)
    matrix.delete()


@dataclass(frozen=True, slots=True)
class NewAssignment:
    """Somebody who shall hold a role.

    Args:
        role: the code of the role.
        valid_from: the first day.
        person: the code of a person; nothing where a team holds it.
        team: the code of a team; nothing where a person holds it.
        matrix: for which service or process alone; None for all of them.
        valid_until: the last day, or None.
        note: why, or until what.
    """

    role: str
    valid_from: date
    person: str = ""
    team: str = ""
    matrix: MatrixKey | None = None
    valid_until: date | None = None
    note: str = ""


@transaction.atomic
def assign(wanted: NewAssignment, *, actor: Actor, at: datetime) -> int:
    """Have a person or a team hold a role; what is said already is not said again.

    Returns:
        The key of the assignment.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
        NotFound: there is no such role or matrix.
        Invalid: who, the days, or a role whose holders stand elsewhere.
    """
    access.require_manage(wanted.matrix, actor=actor)
    role = ProcessRole.objects.filter(code=wanted.role).first()
    if role is None:
        raise NotFound
    matrix = access.matrix_to_change(wanted.matrix, actor=actor) if wanted.matrix else None
    person, team = _who(wanted)
    refuse(_assignment_faults(wanted, role))
    same = Assignment.objects.filter(
        role=role, matrix=matrix, person=person, team=team, valid_until=wanted.valid_until
    )
    standing = same.filter(valid_from__lte=wanted.valid_from).first()
    if standing is not None:
        return standing.pk
    row = Assignment.objects.create(
        role=role,
        matrix=matrix,
        person=person,
        team=team,
        valid_from=wanted.valid_from,
        valid_until=wanted.valid_until,
        note=wanted.note.strip(),
    )
    _record("responsibility.assigned", ROLE, role.pk, _said(row, new=True), actor=actor, at=at)
    return row.pk


def _who(wanted: NewAssignment) -> tuple[Person | None, Team | None]:
    if bool(wanted.person) == bool(wanted.team):
        raise Invalid({"person": [_("Name a person or a team.")]})
    if wanted.person:
        person = Person.objects.filter(code=wanted.person, is_active=True).first()
        if person is None:
            raise Invalid({"person": [_("There is no person %(code)s.") % {"code": wanted.person}]})
        return person, None
    team = Team.objects.filter(code=wanted.team, is_active=True).first()
    if team is None:
        raise Invalid({"team": [_("There is no such team.")]})
    return None, team


def _assignment_faults(wanted: NewAssignment, role: ProcessRole) -> dict[str, list[Text]]:
    faults: dict[str, list[Text]] = {}
    if role.source != HolderSource.ASSIGNED:
        faults["role"] = [_("Who holds this role is known already, and not named here.")]
    if wanted.valid_until is not None and wanted.valid_until < wanted.valid_from:
        faults["valid_until"] = [_("The last day lies before the first.")]
    if len(wanted.note.strip()) > LONGEST_NOTE or not is_storable(wanted.note):
        faults["note"] = [_("At most %(count)d characters are possible.") % {"count": LONGEST_NOTE}]
    return faults


@transaction.atomic
def end_assignment(assignment_id: int, *, last_day: date, actor: Actor, at: datetime) -> None:
    """Say until when somebody holds a role; one that had not begun by then is removed.

    Raises:
        NotAllowed: the right is missing, or holds for other services only.
        NotFound: there is no such assignment.
    """
    rows = Assignment.objects.select_for_update(of=("self",)).select_related(
        "matrix", "role", "person", "team"
    )
    row = rows.filter(pk=assignment_id).first()
    if row is None:
        access.require_manage(None, actor=actor)
        raise NotFound
    access.require_manage(_key(row.matrix), actor=actor)
    if last_day < row.valid_from:
        _record(
            "responsibility.unassigned",
            ROLE,
            row.role_id,
            _said(row, new=False),
            actor=actor,
            at=at,
        )
        row.delete()
    elif row.valid_until != last_day:
        until = str(row.valid_until) if row.valid_until else None
        row.valid_until = last_day
        row.save(update_fields=["valid_until"])
        changes = {"who": (_name(row), _name(row)), "valid_until": (until, str(last_day))}
        _record("responsibility.ended", ROLE, row.role_id, changes, actor=actor, at=at)


def _key(matrix: Matrix | None) -> MatrixKey | None:
    return None if matrix is None else MatrixKey(SubjectKind(matrix.kind), matrix.code)


def _name(row: Assignment) -> str:
    holder = row.person or row.team
    return holder.name if holder else ""


def _said(row: Assignment, *, new: bool) -> dict[str, tuple[Any, Any]]:
    """Return what an assignment says as changes, from nothing or to nothing."""
    said = {
        "who": _name(row),
        "matrix": f"{row.matrix.kind} {row.matrix.code}" if row.matrix else "",
        "valid_from": str(row.valid_from),
        "valid_until": str(row.valid_until) if row.valid_until else "",
        "note": row.note,
    }
    return {
        field: (None, value) if new else (value, None) for field, value in said.items() if value
    }


def _record(
    verb: str,
    subject: str,
    pk: int,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=subject, subject_id=pk, changes=changes, actor=actor, at=at)
