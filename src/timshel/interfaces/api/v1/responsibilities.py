"""Who answers for what: matrices of services and processes, roles, and the duties of people."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Explanation,
    Given,
    IdempotencyKey,
    Key,
    KeyInAddress,
    Label,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.kernel.errors import NotFound
from timshel.leadership.responsibility import actions, queries
from timshel.leadership.responsibility.access import require_view
from timshel.leadership.responsibility.actions import NewAssignment
from timshel.leadership.responsibility.queries import (
    ColumnView,
    Duty,
    MatrixView,
    PersonView,
    RoleView,
)
from timshel.leadership.responsibility.rules import (
    ActivityContent,
    Holder,
    MatrixContent,
    MatrixKey,
)
from timshel.leadership.responsibility.states import GapKind, HolderSource, SubjectKind

router = Router(tags=["Responsibilities"])

CHANGES = answers(404, 409, 411, 422)
Kind = Annotated[str, Path(description="`service` or `process`.", examples=["service"])]
AboutCode = Annotated[
    Code, Path(description="The code of the service or process.", examples=["laptop"])
]
RoleCode = Annotated[Code, Path(description="The code of the role.", examples=["service-owner"])]
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


@router.get(
    "", response=Responsibilities, operation_id="list_matrices", summary="List who answers for what"
)
def list_matrices(request: ApiRequest) -> Responsibilities:
    """Return all matrices with what is missing; needs `process.view` or `service_level.view`."""
    refuse_unknown(request)
    found = queries.overview(actor=request.auth, at=request.at)
    return Responsibilities(
        items=tuple(_matrix(view) for view in found.matrices),
        without=tuple(
            WithoutMatrix(kind=kind, code=each.code, name=each.name) for kind, each in found.without
        ),
    )


@router.get(
    "/mine", response=PersonDuties, operation_id="read_own_duties", summary="What I answer for"
)
def read_own_duties(request: ApiRequest) -> PersonDuties:
    """Return what the token's person answers for, themselves and through teams."""
    refuse_unknown(request)
    return _duties(queries.own_view(actor=request.auth, at=request.at))


@router.get(
    "/people/{code}",
    response=PersonDuties,
    operation_id="read_duties",
    summary="What somebody answers for",
    openapi_extra=answers(404),
)
def read_duties(
    request: ApiRequest,
    code: Annotated[Code, Path(description="The code of the person.", examples=["first.last"])],
) -> PersonDuties:
    """Return what a person answers for; everybody may read their own."""
    return _duties(queries.person_view(code, actor=request.auth, at=request.at))


@router.get(
    "/roles", response=ProcessRoles, operation_id="list_process_roles", summary="List the roles"
)
def list_process_roles(request: ApiRequest) -> ProcessRoles:
    """Return all roles; needs `process.view` or `service_level.view`."""
    refuse_unknown(request)
    require_view(request.auth)
    rows = queries.role_list(language=request.auth.language)
    return ProcessRoles(items=tuple(ProcessRole(**_role(row)) for row in rows))


@router.get(
    "/roles/{code}",
    response=RoleInFull,
    operation_id="read_process_role",
    summary="Read a role with its assignments",
    openapi_extra=answers(404),
)
def read_process_role(request: ApiRequest, code: RoleCode) -> RoleInFull:
    """Return a role with whoever holds or held it."""
    return _in_full(queries.role_view(code, actor=request.auth, at=request.at))


@router.put(
    "/roles/{code}",
    response=RoleInFull,
    operation_id="define_process_role",
    summary="Add or change a role",
    openapi_extra=CHANGES,
)
def define_process_role(
    request: ApiRequest, code: RoleCode, given: RoleGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say what a role is; needs `responsibility.manage` everywhere."""

    def do() -> Answer:
        actions.define_role(code, **given.model_dump(), actor=request.auth, at=request.at)
        return _role_answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/roles/{code}/assignments",
    response={201: RoleInFull},
    operation_id="assign_process_role",
    summary="Have somebody hold a role",
    openapi_extra=CHANGES,
)
def assign_process_role(
    request: ApiRequest,
    code: RoleCode,
    given: AssignmentGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Assign a role to a person or a team; needs `responsibility.manage`."""

    def do() -> Answer:
        about = MatrixKey(given.about_kind, given.about_code) if given.about_kind else None
        wanted = NewAssignment(
            role=code,
            person=given.person,
            team=given.team,
            matrix=about,
            valid_from=given.valid_from,
            valid_until=given.valid_until,
            note=given.note,
        )
        actions.assign(wanted, actor=request.auth, at=request.at)
        return _role_answer(code, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/assignments/{assignment_id}/end",
    response={204: None},
    operation_id="end_process_role",
    summary="End an assignment",
    openapi_extra=CHANGES,
)
def end_process_role(
    request: ApiRequest,
    assignment_id: Annotated[KeyInAddress, Path(description="The key of the assignment.")],
    given: AssignmentEnd,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say until when somebody holds a role; needs `responsibility.manage`."""

    def do() -> Answer:
        actions.end_assignment(
            assignment_id, last_day=given.last_day, actor=request.auth, at=request.at
        )
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/matrices/{kind}/{code}",
    response=Matrix,
    operation_id="read_matrix",
    summary="Read a matrix",
    openapi_extra=answers(404),
)
def read_matrix(request: ApiRequest, kind: Kind, code: AboutCode) -> Matrix:
    """Return who does what for a service or in a process."""
    return _matrix(queries.matrix(_key(kind, code), actor=request.auth, at=request.at))


@router.put(
    "/matrices/{kind}/{code}",
    response=Matrix,
    operation_id="write_matrix",
    summary="Write a matrix",
    openapi_extra=CHANGES,
)
def write_matrix(
    request: ApiRequest,
    kind: Kind,
    code: AboutCode,
    given: MatrixGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write a matrix; needs `responsibility.manage`, everywhere or for the service."""
    key = _key(kind, code)

    def do() -> Answer:
        actions.save_matrix(
            key,
            content=_content(given),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_matrix(queries.matrix(key, actor=request.auth, at=request.at)))

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/matrices/{kind}/{code}",
    response={204: None},
    operation_id="remove_matrix",
    summary="Remove a matrix",
    openapi_extra=CHANGES,
)
def remove_matrix(
    request: ApiRequest, kind: Kind, code: AboutCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Remove a matrix; the journal keeps what it said. Needs `responsibility.manage`."""

    def do() -> Answer:
        actions.remove_matrix(_key(kind, code), actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _key(kind: str, code: str) -> MatrixKey:
    if kind not in frozenset(SubjectKind):
        raise NotFound
    return MatrixKey(SubjectKind(kind), code)


def _content(given: MatrixGiven) -> MatrixContent:
    return MatrixContent(
        name=given.name,
        roles=tuple(given.roles),
        activities=tuple(
            ActivityContent(
                name=each.name,
                letters=each.letters,
                id=each.id,
                translations={code: {"name": name} for code, name in each.names.items()},
            )
            for each in given.activities
        ),
        translations={code: {"name": name} for code, name in given.names.items()},
    )


def _role_answer(code: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.role_view(code, actor=request.auth, at=request.at)
    return Answer.of(_in_full(view), status=status)


def _role(row: queries.RoleRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "summary": row.summary,
        "source": row.source,
        "permission": row.permission,
    }


def _in_full(view: RoleView) -> RoleInFull:
    return RoleInFull.model_validate(
        {
            **_role(view.role),
            "assignments": [
                {
                    **_holder(holder).model_dump(),
                    "about_kind": key.kind if key else None,
                    "about_code": key.code if key else "",
                    "holds_today": holds,
                }
                for holder, key, holds in view.assignments
            ],
        }
    )


def _holder(holder: Holder) -> RoleHolder:
    return RoleHolder(
        kind="team" if holder.is_team else "person",
        code=holder.code,
        name=holder.name,
        is_active=holder.is_active,
        source=holder.source,
        assignment_id=holder.assignment_id,
        valid_from=holder.valid_from,
        valid_until=holder.valid_until,
        note=holder.note,
        has_right=holder.has_right,
    )


def _column(column: ColumnView) -> MatrixColumn:
    return MatrixColumn(
        role=column.role.code,
        name=column.role.name,
        holders=tuple(_holder(each) for each in column.holders),
        is_open=column.is_open,
    )


def _matrix(view: MatrixView) -> Matrix:
    return Matrix(
        kind=view.key.kind,
        code=view.key.code,
        name=view.name,
        revision=view.revision,
        columns=tuple(_column(each) for each in view.columns),
        activities=tuple(
            MatrixActivity(id=row.id, name=row.name, letters=dict(row.letters))
            for row in view.activities
        ),
        gaps=tuple(
            MatrixGap(kind=gap.kind, activity=gap.activity, role=gap.role, names=gap.names)
            for gap in view.gaps
        ),
    )


def _duties(view: PersonView) -> PersonDuties:
    return PersonDuties(
        code=view.code,
        name=view.name,
        is_active=view.is_active,
        items=tuple(_duty(each) for each in view.duties),
    )


def _duty(duty: Duty) -> PersonDuty:
    return PersonDuty(
        kind=duty.matrix.key.kind,
        code=duty.matrix.key.code,
        name=duty.matrix.name,
        role=duty.column.role.code,
        role_name=duty.column.role.name,
        team=duty.team,
        activities=tuple(
            MatrixActivityPart(name=name, letters=letters) for name, letters in duty.activities
        ),
    )
