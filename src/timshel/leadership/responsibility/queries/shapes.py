"""What reading who answers for what gives: matrices, roles and people in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from timshel.leadership.responsibility.rules import Gap, Holder, MatrixKey
from timshel.leadership.responsibility.states import HolderSource, Letter, SubjectKind
from timshel.leadership.responsibility.subjects import SubjectFacts


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
