"""Programme, audits, findings and reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router

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
    AuditChange,
    AuditConclusion,
    AuditDraw,
    AuditFinding,
    AuditFindings,
    AuditFollowUp,
    AuditListed,
    AuditNumber,
    AuditPerson,
    AuditQuery,
    AuditQuestionShown,
    AuditSampleShown,
    AuditShown,
    AuditsListed,
    AuditStanding,
    FindingAnswered,
    FindingGrade,
    FindingJudged,
    FindingNumber,
    FindingQuery,
    FindingStanding,
    NewAudit,
    NewFinding,
    QuestionAnswered,
)
from timshel.performance_evaluation.internal_audit import actions, queries
from timshel.performance_evaluation.internal_audit.queries import AuditRow, AuditView, FindingRow
from timshel.performance_evaluation.internal_audit.states import FindingTrigger

router = Router(tags=["Internal audits"])


@router.get("", response=AuditsListed, operation_id="list_audits", summary="List audits")
def list_audits(request: ApiRequest, asked: Query[AuditQuery]) -> AuditsListed:
    """Return the audits that you may see."""
    refuse_unknown(request, AuditQuery.model_fields)
    page = queries.audit_list(
        actor=request.auth,
        state=asked.state or "",
        programme=asked.programme or "",
        scope=asked.scope or "",
        cursor=asked.cursor,
        size=asked.size,
    )
    items = tuple(AuditListed(**_listed(row)) for row in page.items)
    return AuditsListed(items=items, links=page_links(request, page))


@router.post(
    "",
    response={201: AuditShown},
    operation_id="plan_audit",
    summary="Plan an audit",
    openapi_extra=CHANGES,
)
def plan_audit(
    request: ApiRequest, given: NewAudit, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Plan it; auditors must be impartial. Needs `internal_audit.manage`."""

    def do() -> Answer:
        number = actions.plan_audit(
            programme=given.programme, plan=given.plan(), actor=request.auth, at=request.at
        )
        return _audit_answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/findings",
    response=AuditFindings,
    operation_id="list_audit_findings",
    summary="List findings of audits",
    openapi_extra=answers(404),
)
def list_audit_findings(request: ApiRequest, asked: Query[FindingQuery]) -> AuditFindings:
    """Return the findings of the audits that you may see."""
    refuse_unknown(request, FindingQuery.model_fields)
    page = queries.finding_list(
        actor=request.auth,
        at=request.at,
        state=asked.state or "",
        grade=asked.grade or "",
        audit=asked.audit or "",
        cursor=asked.cursor,
        size=asked.size,
    )
    items = tuple(map(_finding, page.items))
    return AuditFindings(items=items, links=page_links(request, page))


@router.get(
    "/findings/{number}",
    response=AuditFinding,
    operation_id="read_audit_finding",
    summary="Read a finding",
    openapi_extra=answers(404),
)
def read_audit_finding(request: ApiRequest, number: FindingNumber) -> AuditFinding:
    """Return a finding."""
    refuse_unknown(request)
    return _finding(queries.finding(number, actor=request.auth, at=request.at).row)


@router.post(
    "/findings/{number}/answer",
    response=AuditFinding,
    operation_id="answer_audit_finding",
    summary="Answer a finding",
    openapi_extra=CHANGES,
)
def answer_audit_finding(
    request: ApiRequest,
    number: FindingNumber,
    given: FindingAnswered,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say why it came about and what is done: by those who were audited, once it is reported."""

    def do() -> Answer:
        actions.answer_finding(
            number,
            answer=given.answer,
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _finding_answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/findings/{number}/judge",
    response=AuditFinding,
    operation_id="judge_audit_finding",
    summary="Follow a finding up, hand its answer back or close it",
    openapi_extra=CHANGES,
)
def judge_audit_finding(
    request: ApiRequest,
    number: FindingNumber,
    given: FindingJudged,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Done by an auditor of the audit."""

    def do() -> Answer:
        actions.judge_finding(
            number,
            trigger=FindingTrigger(given.deed),
            note=given.note,
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _finding_answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=AuditShown,
    operation_id="read_audit",
    summary="Read an audit",
    openapi_extra=answers(404),
)
def read_audit(request: ApiRequest, number: AuditNumber) -> AuditShown:
    """Return an audit with its checklist, samples, findings and report."""
    refuse_unknown(request)
    return _shown(queries.audit(number, actor=request.auth, at=request.at))


@router.put(
    "/{number}",
    response=AuditShown,
    operation_id="change_audit",
    summary="Plan an audit otherwise",
    openapi_extra=CHANGES,
)
def change_audit(
    request: ApiRequest,
    number: AuditNumber,
    given: AuditChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; auditors must be impartial. Needs `internal_audit.manage`."""

    def do() -> Answer:
        actions.change_audit(
            number,
            plan=given.plan(),
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _audit_answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/start",
    response=AuditShown,
    operation_id="start_audit",
    summary="Begin an audit",
    openapi_extra=CHANGES,
)
def start_audit(
    request: ApiRequest, number: AuditNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Begin it and make its checklist; done by an auditor of it."""
    return _done(request, number, idempotency_key, actions.start_audit)


@router.post(
    "/{number}/report",
    response=AuditShown,
    operation_id="report_audit",
    summary="Report an audit",
    openapi_extra=CHANGES,
)
def report_audit(
    request: ApiRequest,
    number: AuditNumber,
    given: AuditConclusion,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """From then on its report stays as it is; done by an auditor of it."""

    def do() -> Answer:
        actions.report_audit(number, conclusion=given.conclusion, actor=request.auth, at=request.at)
        return _audit_answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/close",
    response=AuditShown,
    operation_id="close_audit",
    summary="Close an audit",
    openapi_extra=CHANGES,
)
def close_audit(
    request: ApiRequest, number: AuditNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Close what is reported; needs `internal_audit.manage`."""
    return _done(request, number, idempotency_key, actions.close_audit)


@router.post(
    "/{number}/cancel",
    response=AuditShown,
    operation_id="cancel_audit",
    summary="Call an audit off",
    openapi_extra=CHANGES,
)
def cancel_audit(
    request: ApiRequest, number: AuditNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Call it off before it is reported; needs `internal_audit.manage`."""
    return _done(request, number, idempotency_key, actions.cancel_audit)


@router.post(
    "/{number}/follow-up",
    response={201: AuditShown},
    operation_id="follow_up_audit",
    summary="Follow an audit up",
    openapi_extra=CHANGES,
)
def follow_up_audit(
    request: ApiRequest,
    number: AuditNumber,
    given: AuditFollowUp,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Plan one of the same scope by the same auditors; needs `internal_audit.manage`."""

    def do() -> Answer:
        made = actions.follow_up_audit(
            number, **given.model_dump(), actor=request.auth, at=request.at
        )
        return _audit_answer(made, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{number}/questions/{position}",
    response=AuditShown,
    operation_id="answer_audit_question",
    summary="Answer a question of a checklist",
    openapi_extra=CHANGES,
)
def answer_audit_question(
    request: ApiRequest,
    number: AuditNumber,
    position: Annotated[int, Path(ge=1, le=10_000, description="Its place.", examples=[1])],
    given: QuestionAnswered,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write down what was found; done by an auditor of it while it runs."""

    def do() -> Answer:
        actions.answer_question(
            number,
            question=position,
            answer=given.answer,
            notes=given.notes,
            evidence=given.evidence,
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _audit_answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/samples",
    response={201: AuditShown},
    operation_id="draw_audit_sample",
    summary="Draw a sample",
    openapi_extra=CHANGES,
)
def draw_audit_sample(
    request: ApiRequest,
    number: AuditNumber,
    given: AuditDraw,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Draw records at random; done by an auditor of it while it runs."""

    def do() -> Answer:
        actions.draw_sample(
            number,
            kind=given.kind,
            start=given.starts_at,
            end=given.ends_at,
            size=given.size,
            seed=given.seed,
            actor=request.auth,
            at=request.at,
        )
        return _audit_answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/findings",
    response={201: AuditFinding},
    operation_id="raise_audit_finding",
    summary="Write a finding down",
    openapi_extra=CHANGES,
)
def raise_audit_finding(
    request: ApiRequest,
    number: AuditNumber,
    given: NewFinding,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Done by an auditor of it while it runs."""

    def do() -> Answer:
        report = actions.FindingReport(**given.model_dump())
        made = actions.raise_finding(number, report=report, actor=request.auth, at=request.at)
        return _finding_answer(made, request, status=201)

    return answer_once(request, idempotency_key, do)


def _done(
    request: ApiRequest, number: str, idempotency_key: str | None, deed: Callable[..., None]
) -> HttpResponse:
    def do() -> Answer:
        deed(number, actor=request.auth, at=request.at)
        return _audit_answer(number, request)

    return answer_once(request, idempotency_key, do)


def _audit_answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.audit(number, actor=request.auth, at=request.at)
    return Answer.of(_shown(view), status=status)


def _finding_answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.finding(number, actor=request.auth, at=request.at)
    return Answer.of(_finding(view.row), status=status)


def _listed(row: AuditRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "programme": row.programme,
        "title": row.title,
        "state": AuditStanding(row.state),
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "lead": AuditPerson(code=row.lead.code, name=row.lead.name),
        "auditors": tuple(AuditPerson(code=each.code, name=each.name) for each in row.auditors),
        "clauses": row.scope.clauses,
        "processes": row.scope.processes,
        "services": row.scope.services,
    }


def _shown(view: AuditView) -> AuditShown:
    return AuditShown(
        **_listed(view.row),
        criteria=view.criteria,
        conclusion=view.conclusion,
        follows=view.follows,
        reported_at=view.reported_at,
        revision=view.revision,
        questions=tuple(
            AuditQuestionShown(
                position=each.position,
                clause=each.clause,
                text=each.text,
                finding=each.finding,
                answer=each.answer,
                notes=each.notes,
                evidence=each.evidence,
                revision=each.revision,
            )
            for each in view.questions
        ),
        samples=tuple(
            AuditSampleShown(
                kind=each.kind,
                starts_at=each.starts_at,
                ends_at=each.ends_at,
                population=each.population,
                seed=each.seed,
                numbers=each.numbers,
                drawn_at=each.drawn_at,
            )
            for each in view.samples
        ),
        findings=tuple(map(_finding, view.findings)),
        report=dict(view.report),
    )


def _finding(row: FindingRow) -> AuditFinding:
    return AuditFinding(
        number=row.number,
        audit=row.audit,
        grade=FindingGrade(row.grade),
        state=FindingStanding(row.state),
        clause=row.clause,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        text=row.text,
        evidence=row.evidence,
        answer_due=row.answer_due,
        answer=row.answer,
        answered_by=row.answered_by,
        follow_up=row.follow_up,
        is_overdue=row.is_overdue,
        revision=row.revision,
    )
