"""Who answers for processes by their matrices, for whoever may read of the processes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.leadership.responsibility.models import Matrix
from timshel.leadership.responsibility.queries.book import Book
from timshel.leadership.responsibility.queries.shapes import ColumnView, MatrixView
from timshel.leadership.responsibility.rules import Holder
from timshel.leadership.responsibility.states import Letter, SubjectKind


@dataclass(frozen=True, slots=True)
class ProcessOwner:
    """Who answers for a process.

    Args:
        role_code: of the role that answers for most of its activities; empty where none does.
        role_name: the same, in the reader's language.
        holders: who holds that role today and is still here.
    """

    role_code: str
    role_name: str
    holders: tuple[Holder, ...]

    def is_held_by(self, person_id: int | None) -> bool:
        """Tell whether a person holds the role themselves."""
        return any(not each.is_team and each.id == person_id for each in self.holders)


def process_owners(
    codes: Collection[str], *, actor: Actor, at: datetime
) -> dict[str, ProcessOwner]:
    """Return who answers for processes that have a matrix, by code.

    The role that is accountable for the most activities counts, the first of those where several
    are for as many; roles whose holders differ from case to case are left aside. At most a dozen
    queries, however many processes there are; rights are the caller's.
    """
    if not codes:
        return {}
    rows = Matrix.objects.filter(kind=SubjectKind.PROCESS, code__in=codes)
    return {view.key.code: _owner(view) for view in Book(rows, actor=actor, at=at).views()}


def processes_answered_for(person_id: int, *, day: date) -> QuerySet[Matrix, str]:
    """Return the codes of the processes in which a person is accountable for something."""
    still = Q(activities__parts__role__assignments__valid_until__isnull=True) | Q(
        activities__parts__role__assignments__valid_until__gte=day
    )
    here = Q(activities__parts__role__assignments__matrix__isnull=True) | Q(
        activities__parts__role__assignments__matrix=F("pk")
    )
    rows = Matrix.objects.filter(
        still,
        here,
        kind=SubjectKind.PROCESS,
        activities__parts__letters__contains=Letter.ACCOUNTABLE,
        activities__parts__role__assignments__person=person_id,
        activities__parts__role__assignments__valid_from__lte=day,
    )
    return rows.values_list("code", flat=True)


def _owner(view: MatrixView) -> ProcessOwner:
    found = _most_accountable(view.columns, view)
    if found is None:
        return ProcessOwner("", "", ())
    holders = tuple(each for each in found.holders if each.is_active)
    return ProcessOwner(found.role.code, found.role.name, holders)


def _most_accountable(columns: Iterable[ColumnView], view: MatrixView) -> ColumnView | None:
    counted = [
        (sum(Letter.ACCOUNTABLE in row.letters.get(each.role.code, "") for row in view.activities))
        for each in columns
        if not each.is_open
    ]
    named = [each for each in columns if not each.is_open]
    most = max(counted, default=0)
    return named[counted.index(most)] if most else None
