"""Programme, audits, findings and reports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    PageSize,
    Sent,
    Storable,
    Version,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.performance_evaluation.internal_audit import actions, queries
from timshel.performance_evaluation.internal_audit.queries import AuditRow, AuditView, FindingRow
from timshel.performance_evaluation.internal_audit.queries.shapes import ProgrammeRow
from timshel.performance_evaluation.internal_audit.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_CODES,
    MOST_DRAWN,
    AuditPlan,
    ProgrammePlan,
    Scope,
)
from timshel.performance_evaluation.internal_audit.states import FindingTrigger, ProgrammeTrigger

router = Router(tags=["Internal audits"])

CHANGES = answers(404, 409, 411, 422)
Number = Annotated[str, Field(max_length=30), Storable]
AuditNumber = Annotated[
    str, Path(max_length=30, description="The number of the audit.", examples=["AUD0000001"])
]
FindingNumber = Annotated[
    str, Path(max_length=30, description="The number of the finding.", examples=["FND0000001"])
]
ProgrammeCode = Annotated[
    str, Path(max_length=40, description="The code of the programme.", examples=["audits-2026"])
]
Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable]
Prose = Annotated[str, Field(max_length=LONGEST_TEXT), Storable]
Codes = Annotated[list[Code], Field(max_length=MOST_CODES)]


class AuditStanding(StrEnum):
    """Where an audit stands."""

    PLANNED = "planned"
    RUNNING = "running"
    REPORTED = "reported"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class FindingStanding(StrEnum):
    """Where a finding stands."""

    OPEN = "open"
    ANSWERED = "answered"
    FOLLOWED_UP = "followed_up"
    CLOSED = "closed"


class FindingGrade(StrEnum):
    """How much a finding weighs."""

    MAJOR = "major"
    MINOR = "minor"
    OBSERVATION = "observation"
    STRENGTH = "strength"


class QuestionVerdict(StrEnum):
    """What was found when a question was asked."""

    CONFORMS = "conforms"
    DOES_NOT = "does_not"
    NOT_APPLICABLE = "not_applicable"


class ProgrammeDeed(StrEnum):
    """What is done with a programme."""

    AGREE = "agree"
    CLOSE = "close"


class FindingDeed(StrEnum):
    """What an auditor does with a finding."""

    RETURN = "return"
    FOLLOW_UP = "follow_up"
    CLOSE = "close"


class SampledKind(StrEnum):
    """What samples are drawn from."""

    INCIDENT = "incident"
    SERVICE_REQUEST = "service_request"


class WeighedKind(StrEnum):
    """What a programme weighs."""

    CLAUSE = "clause"
    PROCESS = "process"


class AuditPerson(Sent):
    """Somebody with a part in an audit."""

    code: str
    name: str


class AuditProgramme(Sent):
    """The audits of a time."""

    code: str
    starts_on: date
    ends_on: date
    manager: AuditPerson
    objectives: str
    state: str = Field(description="`draft`, `agreed` or `closed`.")
    revision: int = Field(description="Sent back with a change.")


class AuditProgrammes(Sent):
    """A page of programmes, the newest first."""

    items: tuple[AuditProgramme, ...]
    links: Links


class AuditProposalLine(Sent):
    """A clause or a process, and how much it should be audited."""

    kind: str = Field(description="`clause` or `process`.")
    code: str
    name: str
    importance: int = Field(description="From 1 to 3.")
    score: int = Field(description="The higher, the sooner it should be audited.")
    reasons: tuple[str, ...] = Field(description="Where the score comes from.")
    planned: tuple[str, ...] = Field(description="Numbers of audits of the programme.")


class AuditProposal(Sent):
    """What a programme should audit, the most urgent first."""

    items: tuple[AuditProposalLine, ...]


class AuditListed(Sent):
    """An audit as lists show it."""

    number: str
    programme: str
    title: str
    state: Annotated[AuditStanding, listed(AuditStanding)]
    starts_on: date
    ends_on: date
    lead: AuditPerson
    auditors: tuple[AuditPerson, ...]
    clauses: tuple[str, ...]
    processes: tuple[str, ...]
    services: tuple[str, ...]


class AuditQuestionShown(Sent):
    """A question of a checklist."""

    position: int = Field(description="Its place in the checklist, by which it is answered.")
    clause: str
    text: str
    finding: str = Field(description="The earlier finding it is about; empty for none.")
    answer: str = Field(description="Empty while it is not answered.")
    notes: str
    evidence: str
    revision: int = Field(description="Sent back with an answer.")


class AuditSampleShown(Sent):
    """Records drawn at random."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    population: int = Field(description="Among how many it was drawn.")
    seed: str = Field(description="The same seed draws the same from the same records.")
    numbers: tuple[str, ...]
    drawn_at: datetime


class AuditFinding(Sent):
    """A finding of an audit."""

    number: str
    audit: str
    grade: Annotated[FindingGrade, listed(FindingGrade)]
    state: Annotated[FindingStanding, listed(FindingStanding)]
    clause: str
    subject_kind: str = Field(description="`process`, `service` or empty.")
    subject_code: str
    text: str
    evidence: str
    answer_due: date | None
    answer: str
    answered_by: str
    follow_up: str
    is_overdue: bool
    revision: int = Field(description="Sent back with a change.")


class AuditFindings(Sent):
    """A page of findings, the newest first."""

    items: tuple[AuditFinding, ...]
    links: Links


class AuditShown(AuditListed):
    """An audit with everything about it."""

    criteria: str
    conclusion: str
    follows: str = Field(description="The audit that it follows up; empty for none.")
    reported_at: datetime | None
    revision: int = Field(description="Sent back with a change.")
    questions: tuple[AuditQuestionShown, ...]
    samples: tuple[AuditSampleShown, ...]
    findings: tuple[AuditFinding, ...]
    report: dict[str, Any] = Field(description="What the report says; kept once it is reported.")


class AuditsListed(Sent):
    """A page of audits, the newest first."""

    items: tuple[AuditListed, ...]
    links: Links


class AuditPageQuery(Given):
    """Which page."""

    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class AuditQuery(AuditPageQuery):
    """Which audits."""

    state: Annotated[AuditStanding, listed(AuditStanding)] | None = Field(
        None, description="In this state."
    )
    programme: Code | None = Field(None, description="Of this programme.")
    scope: Code | None = Field(None, description="About this clause, process or service.")


class FindingQuery(AuditPageQuery):
    """Which findings."""

    state: Annotated[FindingStanding, listed(FindingStanding)] | None = Field(
        None, description="In this state."
    )
    grade: Annotated[FindingGrade, listed(FindingGrade)] | None = Field(
        None, description="Of this grade."
    )
    audit: Number | None = Field(None, description="Of this audit, by its number.")


class ProgrammeChange(Given):
    """A programme as it shall be."""

    starts_on: date
    ends_on: date
    manager: Code = Field(description="The code of the person who manages it.")
    objectives: Prose = ""
    revision: Version = Field(description="As it was read.")

    def plan(self, code: str) -> ProgrammePlan:
        """Return it as the domain takes it."""
        return ProgrammePlan(code, self.starts_on, self.ends_on, self.manager, self.objectives)


class NewProgramme(Given):
    """A new programme."""

    code: Code = Field(description="Small letters, digits and hyphens.", examples=["audits-2026"])
    starts_on: date
    ends_on: date
    manager: Code = Field(description="The code of the person who manages it.")
    objectives: Prose = ""


class ProgrammeMove(Given):
    """What is done with a programme."""

    deed: Annotated[ProgrammeDeed, listed(ProgrammeDeed)]


class AuditWeight(Given):
    """How important it is to audit something."""

    kind: Annotated[WeighedKind, listed(WeighedKind)]
    code: Code = Field(description="A main clause, or the code of a process.")
    importance: Annotated[int, Field(strict=True, ge=1, le=3)]


class PlannedAuditGiven(Given):
    """An audit as it shall be."""

    title: Title
    clauses: Codes = Field(default_factory=list, description="Such as 8.6.1.")
    processes: Codes = Field(default_factory=list, description="Codes of processes.")
    services: Codes = Field(default_factory=list, description="Codes of services.")
    criteria: Prose = ""
    lead: Code = Field(description="The code of the person who leads.")
    auditors: Codes = Field(default_factory=list, description="Codes of further auditors.")
    starts_on: date
    ends_on: date

    def plan(self) -> AuditPlan:
        """Return it as the domain takes it."""
        return AuditPlan(
            title=self.title,
            scope=Scope(tuple(self.clauses), tuple(self.processes), tuple(self.services)),
            lead=self.lead,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            criteria=self.criteria,
            auditors=tuple(self.auditors),
        )


class NewAudit(PlannedAuditGiven):
    """A new audit."""

    programme: Code = Field(description="The code of its programme.")


class AuditChange(PlannedAuditGiven):
    """An audit planned otherwise."""

    revision: Version = Field(description="As it was read.")


class AuditConclusion(Given):
    """The conclusion of a report."""

    conclusion: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]


class AuditFollowUp(Given):
    """When an audit is followed up."""

    programme: Code = Field(description="The code of the programme of the new audit.")
    title: Title
    starts_on: date
    ends_on: date


class QuestionAnswered(Given):
    """What was found when a question was asked."""

    answer: Annotated[QuestionVerdict, listed(QuestionVerdict)]
    notes: Prose = ""
    evidence: Prose = ""
    revision: Version = Field(description="Of the question, as it was read.")


class AuditDraw(Given):
    """What to draw at random."""

    kind: Annotated[SampledKind, listed(SampledKind)]
    starts_at: AwareDatetime = Field(description="Opened at this moment or later.")
    ends_at: AwareDatetime = Field(description="Opened before this moment.")
    size: Annotated[int, Field(strict=True, ge=1, le=MOST_DRAWN)]
    seed: Annotated[str, Field(max_length=40), Storable] = Field(
        "", description="To repeat a draw; a new one where it is empty."
    )


class NewFinding(Given):
    """A new finding."""

    grade: Annotated[FindingGrade, listed(FindingGrade)]
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
    clause: Annotated[str, Field(max_length=12), Storable] = ""
    process: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of a process."
    )
    service: Annotated[str, Field(max_length=80), Storable] = Field(
        "", description="The code of a service."
    )
    evidence: Prose = ""
    answer_due: date | None = Field(None, description="Nonconformities need it.")


class FindingAnswered(Given):
    """The answer to a finding."""

    answer: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
    revision: Version = Field(description="As it was read.")


class FindingJudged(Given):
    """What an auditor saw of the answer."""

    deed: Annotated[FindingDeed, listed(FindingDeed)]
    note: Prose = Field("", description="Needed unless it is closed.")
    revision: Version = Field(description="As it was read.")


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


def _programme_answer(code: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(_programme(queries.programme(code, actor=request.auth)), status=status)


def _finding_answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.finding(number, actor=request.auth, at=request.at)
    return Answer.of(_finding(view.row), status=status)


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
