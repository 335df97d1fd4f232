"""What is sent and taken about who answers for what."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from timshel.interfaces.api.fields import Code, Explanation, Given, Key, Label, Sent, Storable
from timshel.leadership.responsibility.states import GapKind, HolderSource, SubjectKind

Name = Annotated[str, Field(min_length=1, max_length=200), Storable]
Letters = Annotated[str, Field(max_length=8, pattern=r"^[RACIraci ,/]*$")]
Names = dict[Annotated[str, Field(max_length=8), Storable], Name]


class RoleHolder(Sent):
    """A person or a team that holds a role."""

    kind: Literal["person", "team"]
    code: str
    name: str
    is_active: bool = Field(description="Whether they are still here.")
    source: HolderSource = Field(description="Where this is known from.")
    assignment_id: int | None = Field(description="By which it is ended; null if known elsewhere.")
    valid_from: date | None
    valid_until: date | None = Field(description="The last day, or null.")
    note: str
    has_right: bool | None = Field(
        description="Whether they have the right that the role needs; null where none is needed."
    )


class MatrixColumn(Sent):
    """A role in a matrix."""

    role: str = Field(description="The code of the role.")
    name: str = Field(description="In the language that was asked for.")
    holders: tuple[RoleHolder, ...] = Field(description="Who holds it today.")
    is_open: bool = Field(description="Whether its holders differ from case to case.")


class MatrixActivity(Sent):
    """A row of a matrix."""

    id: Key = Field(description="By which a change keeps the row.")
    name: str
    letters: dict[str, str] = Field(description="Some of `RACI` by the code of the role.")


class MatrixGap(Sent):
    """Something that is missing or wrong."""

    kind: GapKind
    activity: str = Field(description="In which row, or empty.")
    role: str = Field(description="In which column, or empty.")
    names: tuple[str, ...] = Field(description="Who is concerned.")


class Matrix(Sent):
    """Who does what for a service or in a process."""

    kind: SubjectKind
    code: str
    name: str
    revision: int = Field(description="By which two writers notice each other.")
    columns: tuple[MatrixColumn, ...]
    activities: tuple[MatrixActivity, ...]
    gaps: tuple[MatrixGap, ...]


class WithoutMatrix(Sent):
    """A service or process without a matrix."""

    kind: SubjectKind
    code: str
    name: str


class Responsibilities(Sent):
    """All matrices, and what has none."""

    items: tuple[Matrix, ...]
    without: tuple[WithoutMatrix, ...]


class MatrixActivityPart(Sent):
    """A part in an activity."""

    name: str
    letters: str = Field(description="Some of `RACI`.")


class PersonDuty(Sent):
    """What somebody does under a role."""

    kind: SubjectKind
    code: str
    name: str
    role: str = Field(description="The code of the role.")
    role_name: str
    team: str = Field(description="The team through which they hold it, or empty.")
    activities: tuple[MatrixActivityPart, ...]


class PersonDuties(Sent):
    """What somebody answers for; what they are accountable for comes first."""

    code: str
    name: str
    is_active: bool
    items: tuple[PersonDuty, ...]


class ProcessRole(Sent):
    """A named part in the work."""

    code: str
    name: str
    summary: str
    source: HolderSource = Field(description="Where its holders come from.")
    permission: str = Field(description="A right that its holders need, or empty.")


class ProcessRoles(Sent):
    """All roles, by name."""

    items: tuple[ProcessRole, ...]


class RoleAssignment(RoleHolder):
    """An assignment of a role."""

    about_kind: SubjectKind | None = Field(description="For what alone; null for everything.")
    about_code: str
    holds_today: bool


class RoleInFull(ProcessRole):
    """A role with all its assignments."""

    assignments: tuple[RoleAssignment, ...]


class ActivityGiven(Given):
    """A row of a matrix."""

    id: Key | None = Field(None, description="Of a row that stands already.")
    name: Name
    letters: dict[Code, Letters] = Field(
        default_factory=dict, description="By the code of the role.", examples=[{"helper": "RA"}]
    )
    names: Names = Field(default_factory=dict, description="In other languages, by code.")


class MatrixGiven(Given):
    """All that a matrix shall say; what is left out goes away."""

    name: Name
    names: Names = Field(default_factory=dict, description="In other languages, by code.")
    roles: list[Code] = Field(default_factory=list, max_length=30, description="The columns.")
    activities: list[ActivityGiven] = Field(default_factory=list, max_length=100)
    revision: int | None = Field(None, ge=0, description="That was seen; without it any.")


class RoleGiven(Given):
    """What a role is."""

    name: Annotated[str, Field(min_length=1, max_length=100), Storable]
    summary: Explanation = ""
    source: HolderSource = HolderSource.ASSIGNED
    permission: Label = ""


class AssignmentGiven(Given):
    """Who shall hold a role."""

    person: Annotated[str, Field(max_length=80), Storable] = Field("", description="A code.")
    team: Annotated[str, Field(max_length=40), Storable] = Field("", description="A code.")
    about_kind: SubjectKind | None = Field(None, description="For one matrix alone.")
    about_code: Annotated[str, Field(max_length=60), Storable] = ""
    valid_from: date
    valid_until: date | None = Field(None, description="The last day.")
    note: Annotated[str, Field(max_length=200), Storable] = ""


class AssignmentEnd(Given):
    """Until when somebody holds a role."""

    last_day: date
