"""Programmes of internal audits: what is audited in a time, and what should be audited first."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    IdempotencyKey,
    refuse_unknown,
)
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.audit_shapes import (
    CHANGES,
    AuditPageQuery,
    AuditPerson,
    AuditProgramme,
    AuditProgrammes,
    AuditProposal,
    AuditProposalLine,
    AuditWeight,
    NewProgramme,
    ProgrammeChange,
    ProgrammeCode,
    ProgrammeMove,
)
from timshel.performance_evaluation.internal_audit import actions, queries
from timshel.performance_evaluation.internal_audit.queries.shapes import ProgrammeRow
from timshel.performance_evaluation.internal_audit.rules import (
    ProgrammePlan,
)
from timshel.performance_evaluation.internal_audit.states import ProgrammeTrigger

router = Router(tags=["Internal audits"])


@router.get(
    "/programmes",
    response=AuditProgrammes,
    operation_id="list_audit_programmes",
    summary="List audit programmes",
)
def list_audit_programmes(request: ApiRequest, asked: Query[AuditPageQuery]) -> AuditProgrammes:
    """Return the programmes; needs `internal_audit.view`."""
    refuse_unknown(request, AuditPageQuery.model_fields)
    page = queries.programme_list(actor=request.auth, cursor=asked.cursor, size=asked.size)
    items = tuple(map(_programme, page.items))
    return AuditProgrammes(items=items, links=page_links(request, page))


@router.post(
    "/programmes",
    response={201: AuditProgramme},
    operation_id="create_audit_programme",
    summary="Draft an audit programme",
    openapi_extra=CHANGES,
)
def create_audit_programme(
    request: ApiRequest, given: NewProgramme, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Draft it; needs `internal_audit.manage`."""

    def do() -> Answer:
        plan = ProgrammePlan(**given.model_dump())
        code = actions.create_programme(plan=plan, actor=request.auth, at=request.at)
        return _programme_answer(code, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/programmes/{code}",
    response=AuditProgramme,
    operation_id="read_audit_programme",
    summary="Read an audit programme",
    openapi_extra=answers(404),
)
def read_audit_programme(request: ApiRequest, code: ProgrammeCode) -> AuditProgramme:
    """Return a programme; needs `internal_audit.view`."""
    refuse_unknown(request)
    return _programme(queries.programme(code, actor=request.auth))


@router.put(
    "/programmes/{code}",
    response=AuditProgramme,
    operation_id="change_audit_programme",
    summary="Change an audit programme",
    openapi_extra=CHANGES,
)
def change_audit_programme(
    request: ApiRequest,
    code: ProgrammeCode,
    given: ProgrammeChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `internal_audit.manage`."""

    def do() -> Answer:
        actions.change_programme(
            code,
            plan=given.plan(code),
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _programme_answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/programmes/{code}/move",
    response=AuditProgramme,
    operation_id="move_audit_programme",
    summary="Agree on an audit programme, or close it",
    openapi_extra=CHANGES,
)
def move_audit_programme(
    request: ApiRequest,
    code: ProgrammeCode,
    given: ProgrammeMove,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """It is closed once all its audits are over. Needs `internal_audit.manage`."""

    def do() -> Answer:
        trigger = ProgrammeTrigger(given.deed)
        actions.move_programme(code, trigger=trigger, actor=request.auth, at=request.at)
        return _programme_answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/programmes/{code}/proposal",
    response=AuditProposal,
    operation_id="read_audit_proposal",
    summary="Read what a programme should audit",
    openapi_extra=answers(404),
)
def read_audit_proposal(request: ApiRequest, code: ProgrammeCode) -> AuditProposal:
    """Return clauses and processes by score, with the reasons; needs `internal_audit.view`."""
    refuse_unknown(request)
    return _proposal(code, request)


@router.post(
    "/programmes/{code}/weights",
    response=AuditProposal,
    operation_id="weigh_audit_subject",
    summary="Say how important it is to audit something",
    openapi_extra=CHANGES,
)
def weigh_audit_subject(
    request: ApiRequest,
    code: ProgrammeCode,
    given: AuditWeight,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Weigh a main clause or a process; needs `internal_audit.manage`."""

    def do() -> Answer:
        actions.weigh(
            code,
            kind=given.kind,
            subject=given.code,
            importance=given.importance,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(_proposal(code, request))

    return answer_once(request, idempotency_key, do)


def _programme_answer(code: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(_programme(queries.programme(code, actor=request.auth)), status=status)


def _programme(row: ProgrammeRow) -> AuditProgramme:
    return AuditProgramme(
        code=row.code,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        manager=AuditPerson(code=row.manager.code, name=row.manager.name),
        objectives=row.objectives,
        state=row.state,
        revision=row.revision,
    )


def _proposal(code: str, request: ApiRequest) -> AuditProposal:
    lines = queries.proposal(code, actor=request.auth, at=request.at)
    return AuditProposal(
        items=tuple(
            AuditProposalLine(
                kind=line.kind,
                code=line.code,
                name=line.name,
                importance=line.importance,
                score=line.urgency.score,
                reasons=line.urgency.reasons,
                planned=line.planned,
            )
            for line in lines
        )
    )
