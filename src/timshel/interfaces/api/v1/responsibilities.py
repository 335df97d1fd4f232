"""Who answers for what: matrices of services and processes, roles, and the duties of people."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    IdempotencyKey,
    KeyInAddress,
    refuse_unknown,
)
from timshel.interfaces.api.v1.responsibility_shapes import (
    AssignmentEnd,
    AssignmentGiven,
    Matrix,
    MatrixActivity,
    MatrixActivityPart,
    MatrixColumn,
    MatrixGap,
    MatrixGiven,
    PersonDuties,
    PersonDuty,
    ProcessRole,
    ProcessRoles,
    Responsibilities,
    RoleGiven,
    RoleHolder,
    RoleInFull,
    WithoutMatrix,
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
from timshel.leadership.responsibility.states import SubjectKind

router = Router(tags=["Responsibilities"])

CHANGES = answers(404, 409, 411, 422)
Kind = Annotated[str, Path(description="`service` or `process`.", examples=["service"])]
AboutCode = Annotated[
    Code, Path(description="The code of the service or process.", examples=["laptop"])
]
RoleCode = Annotated[Code, Path(description="The code of the role.", examples=["service-owner"])]


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
