"""Programmes, audits and findings as people and programs read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import number_of
from timshel.kernel.text import is_storable
from timshel.leadership.responsibility.models import Matrix
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.models import (
    TOLD,
    Audit,
    AuditQuestion,
    Finding,
    Programme,
    Sample,
    ScopeItem,
)
from timshel.performance_evaluation.internal_audit.queries.fieldwork import photos_told
from timshel.performance_evaluation.internal_audit.queries.shapes import (
    AuditRow,
    AuditSummary,
    AuditView,
    FindingRow,
    FindingView,
    Named,
    ProgrammeRow,
    ProposalLine,
    QuestionRow,
    SampleRow,
)
from timshel.performance_evaluation.internal_audit.rules import (
    AUDIT_PREFIX,
    FINDING_PREFIX,
    MAIN_CLAUSES,
    Past,
    Scope,
    covers,
    urgency,
)
from timshel.performance_evaluation.internal_audit.states import (
    AuditState,
    FindingState,
    Grade,
    ProgrammeState,
    SubjectKind,
)

__all__ = ["AuditRow", "AuditView", "FindingRow", "FindingView", "ProgrammeRow", "QuestionRow"]

NEWEST: KeysetOrder[Audit] = KeysetOrder(
    SortKey("starts_on", descending=True), SortKey("id", descending=True)
)
LATEST: KeysetOrder[Finding] = KeysetOrder(SortKey("id", descending=True))
EARLIEST: KeysetOrder[Programme] = KeysetOrder(
    SortKey("starts_on", descending=True), SortKey("id", descending=True)
)
MIDDLING = 2


def audit_number(key: int | None) -> str:
    """Return the number of an audit; empty for none."""
    return number_of(AUDIT_PREFIX, key) if key is not None else ""


def finding_number(key: int | None) -> str:
    """Return the number of a finding; empty for none."""
    return number_of(FINDING_PREFIX, key) if key is not None else ""


def programme_list(
    *, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[ProgrammeRow]:
    """Return a page of programmes, the newest first; one query.

    Raises:
        Invalid: the cursor is not one of ours.
        NotAllowed: the reader may not read them.
    """
    access.require_view(actor)
    rows = Programme.objects.select_related("manager")
    return EARLIEST.page(rows, cursor=cursor, size=size).map(_programme)


def programme(code: str, *, actor: Actor) -> ProgrammeRow:
    """Return a programme; one query.

    Raises:
        NotAllowed: the reader may not read them.
        NotFound: there is none.
    """
    access.require_view(actor)
    return _programme(_found_programme(code))


def open_programmes(*, actor: Actor) -> tuple[str, ...]:
    """Return the codes of the programmes that are not closed, the newest first; one query."""
    access.require_view(actor)
    rows = Programme.objects.exclude(state=ProgrammeState.CLOSED).order_by("-starts_on", "-pk")
    return tuple(rows.values_list("code", flat=True))


def process_choices(*, language: str) -> list[tuple[str, str]]:
    """Return code and name of the processes that can be audited; one query."""
    rows = Matrix.objects.filter(kind="process")
    return sorted(((each.code, each.text("name", language)) for each in rows), key=lambda x: x[1])


def proposal(code: str, *, actor: Actor, at: datetime) -> tuple[ProposalLine, ...]:
    """Return what a programme should audit, the most urgent first; five queries.

    Raises:
        NotAllowed: the reader may not read them.
        NotFound: there is none.
    """
    access.require_view(actor)
    row = _found_programme(code)
    processes = Matrix.objects.filter(kind="process").order_by("code")
    subjects = [("clause", each, each) for each in MAIN_CLAUSES] + [
        ("process", each.code, each.text("name", actor.language)) for each in processes
    ]
    held = _held()
    lines = []
    for kind, subject, name in subjects:
        importance = int(row.importance.get(f"{kind}:{subject}", MIDDLING))
        past, planned = _past(held, kind, subject, row.pk)
        due = urgency(importance=importance, past=past, on=actor.day_at(at))
        lines.append(ProposalLine(kind, subject, name, importance, due, planned))
    return tuple(sorted(lines, key=lambda line: -line.urgency.score))


def audit_list(
    *,
    actor: Actor,
    state: str = "",
    programme: str = "",
    scope: str = "",
    cursor: str | None = None,
    size: int = 50,
) -> Page[AuditRow]:
    """Return a page of the audits that the reader may see, the newest first; four queries.

    Args:
        actor: who reads.
        state: in this state alone.
        programme: of this programme alone, by its code.
        scope: about this clause, process or service alone, by its code; the history of it.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
        NotAllowed: there is nothing that the reader may see.
    """
    access.require_entry(actor)
    rows = Audit.objects.visible_to(actor)
    if state:
        rows = rows.filter(state=state)
    if programme:
        rows = rows.filter(programme__code=programme)
    if scope:
        about = ScopeItem.objects.filter(
            Q(code=scope) | Q(kind=SubjectKind.CLAUSE, code__startswith=f"{scope}."),
            audit=OuterRef("pk"),
        )
        rows = rows.filter(Exists(about))
    return NEWEST.page(_along(rows), cursor=cursor, size=size).map(_audit)


def audit(number: str, *, actor: Actor, at: datetime) -> AuditView:
    """Return an audit with everything about it; a fixed number of queries.

    Raises:
        NotFound: there is none, or the reader may not see it.
    """
    found = access.known(number, actor=actor)
    row = _along(Audit.objects.filter(pk=found.pk)).get()
    conducts = access.is_auditor(row.pk, actor=actor)
    return AuditView(
        row=_audit(row),
        criteria=row.criteria,
        conclusion=row.conclusion,
        follows=audit_number(row.follows_id),
        report=row.report if row.report is not None else report_of(row),
        reported_at=row.reported_at,
        revision=row.revision,
        questions=_questions(row.pk, language=actor.language),
        samples=tuple(map(_sample, row.samples.order_by("-pk"))),
        findings=_findings_of(row.pk, on=actor.day_at(at)),
        may_plan=access.may_manage(actor),
        may_conduct=conducts,
    )


def question(number: str, position: int, *, actor: Actor) -> QuestionRow:
    """Return one question of an audit; two queries.

    Raises:
        NotFound: there is none, or the reader may not see it.
    """
    row = access.known(number, actor=actor)
    rows = _questions(row.pk, language=actor.language, position=position)
    if not rows:
        raise NotFound
    return rows[0]


def next_question(number: str, after: int, *, actor: Actor) -> int | None:
    """Return the place of the next question without an answer, from the top after the last."""
    row = access.known(number, actor=actor)
    left = list(
        AuditQuestion.objects.filter(audit=row, answer="")
        .order_by("position")
        .values_list("position", flat=True)
    )
    return next((each for each in left if each > after), left[0] if left else None)


def finding_list(
    *,
    actor: Actor,
    at: datetime,
    state: str = "",
    grade: str = "",
    audit: str = "",
    cursor: str | None = None,
    size: int = 50,
) -> Page[FindingRow]:
    """Return a page of the findings of audits that the reader may see; two queries.

    Raises:
        Invalid: the cursor is not one of ours.
        NotAllowed: there is nothing that the reader may see.
        NotFound: there is no such audit.
    """
    access.require_entry(actor)
    rows = Finding.objects.filter(audit__in=Audit.objects.visible_to(actor))
    if state:
        rows = rows.filter(state=state)
    if grade:
        rows = rows.filter(grade=grade)
    if audit:
        rows = rows.filter(audit=access.known(audit, actor=actor))
    today = actor.day_at(at)
    page = LATEST.page(rows.select_related("audit", "answered_by"), cursor=cursor, size=size)
    return page.map(lambda row: _finding(row, on=today))


def finding(number: str, *, actor: Actor, at: datetime) -> FindingView:
    """Return a finding; a fixed number of queries.

    Raises:
        NotFound: there is none, or the reader may not see it.
    """
    row = access.known_finding(number, actor=actor)
    return FindingView(
        _finding(row, on=actor.day_at(at)),
        may_answer=access.may_answer(row, actor=actor),
        may_judge=access.is_auditor(row.audit_id, actor=actor),
    )


def audit_summary(*, at: datetime) -> AuditSummary:
    """Return what a management review is told of audits; six queries. Rights are the caller's."""
    standing = Audit.objects.order_by().values_list("state").annotate(count=Count("pk"))
    left = Finding.objects.exclude(state=FindingState.CLOSED)
    grades = left.order_by().values_list("grade").annotate(count=Count("pk"))
    overdue = left.filter(state=FindingState.OPEN, answer_due__lt=at.date()).count()
    rows = _along(Audit.objects.filter(state__in=TOLD)).order_by("-reported_at")[:10]
    return AuditSummary(dict(standing), dict(grades), overdue, tuple(map(_audit, rows)))


def report_of(row: Audit) -> dict[str, Any]:
    """Return what the report of an audit says, as plain data; it is kept when it is reported."""
    row = _along(Audit.objects.filter(pk=row.pk)).select_related("follows").get()
    shown = _audit(row)
    answers = row.questions.order_by().values_list("answer").annotate(count=Count("pk"))
    return {
        "title": row.title,
        "programme": shown.programme,
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "clauses": list(shown.scope.clauses),
        "processes": list(shown.scope.processes),
        "services": list(shown.scope.services),
        "criteria": row.criteria,
        "lead": shown.lead.name,
        "auditors": [each.name for each in shown.auditors],
        "conclusion": row.conclusion,
        "answers": {answer or "open": count for answer, count in answers},
        "samples": [
            {
                "kind": each.kind,
                "population": each.population,
                "seed": each.seed,
                "numbers": list(each.numbers),
            }
            for each in row.samples.order_by("pk")
        ],
        "findings": [
            {
                "number": each.number,
                "grade": each.grade,
                "clause": each.clause,
                "subject": each.subject_code,
                "text": each.text,
                "evidence": each.evidence,
            }
            for each in _findings_of(row.pk, on=row.ends_on)
        ],
        "photos": photos_told(row.pk),
    }


def scope_of(row: Audit) -> Scope:
    """Return what an audit looks at; one query unless it was read along."""
    codes: dict[str, list[str]] = defaultdict(list)
    for item in row.scope_items.all():
        codes[item.kind].append(item.code)
    return Scope(
        clauses=tuple(sorted(codes["clause"], key=_clause_order)),
        processes=tuple(sorted(codes["process"])),
        services=tuple(sorted(codes["service"])),
    )


def _clause_order(code: str) -> list[int]:
    return [int(part) for part in code.split(".")]


def _found_programme(code: str) -> Programme:
    rows = Programme.objects.select_related("manager")
    row = rows.filter(code=code).first() if is_storable(code) else None
    if row is None:
        raise NotFound
    return row


def _along(rows: QuerySet[Audit]) -> QuerySet[Audit]:
    """Read programme, auditors and scope along."""
    return rows.select_related("programme").prefetch_related("auditors__person", "scope_items")


def _held() -> list[Audit]:
    """Return all audits with their scope and their findings that are not closed."""
    rows = Audit.objects.exclude(state=AuditState.CANCELLED).order_by("ends_on", "pk")
    return list(rows.prefetch_related("scope_items", "findings"))


def _past(
    held: Iterable[Audit], kind: str, code: str, programme_id: int
) -> tuple[Past, tuple[str, ...]]:
    last: date | None = None
    planned: list[str] = []
    grades: dict[str, int] = defaultdict(int)
    for row in held:
        for each in row.findings.all():
            named = each.clause if kind == "clause" else each.subject_code
            about = covers(code, named) if kind == "clause" else named == code
            if about and each.state != FindingState.CLOSED:
                grades[each.grade] += 1
        items = [(item.kind, item.code) for item in row.scope_items.all()]
        if not any(k == kind and (c == code or covers(code, c)) for k, c in items):
            continue
        if row.state in TOLD:
            last = row.ends_on
        if row.programme_id == programme_id:
            planned.append(audit_number(row.pk))
    return Past(last, grades[Grade.MAJOR], grades[Grade.MINOR]), tuple(planned)


def _programme(row: Programme) -> ProgrammeRow:
    return ProgrammeRow(
        code=row.code,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        manager=Named(row.manager.code, row.manager.name),
        objectives=row.objectives,
        state=row.state,
        revision=row.revision,
    )


def _audit(row: Audit) -> AuditRow:
    people = sorted(row.auditors.all(), key=lambda each: (not each.is_lead, each.person.name))
    named = [Named(each.person.code, each.person.name) for each in people]
    return AuditRow(
        number=audit_number(row.pk),
        programme=row.programme.code,
        title=row.title,
        state=row.state,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        lead=named[0],
        auditors=tuple(named[1:]),
        scope=scope_of(row),
    )


def _questions(
    audit_id: int, *, language: str, position: int | None = None
) -> tuple[QuestionRow, ...]:
    rows = AuditQuestion.objects.filter(audit=audit_id).order_by("position")
    if position is not None:
        rows = rows.filter(position=position)
    return tuple(
        QuestionRow(
            position=row.position,
            clause=row.clause,
            text=row.text("words", language),
            finding=finding_number(row.finding_id),
            answer=row.answer,
            notes=row.notes,
            evidence=row.evidence,
            revision=row.revision,
        )
        for row in rows
    )


def _sample(row: Sample) -> SampleRow:
    return SampleRow(
        row.kind,
        row.starts_at,
        row.ends_at,
        row.population,
        row.seed,
        tuple(row.numbers),
        row.drawn_at,
    )


def _findings_of(audit_id: int, *, on: date) -> tuple[FindingRow, ...]:
    rows = Finding.objects.filter(audit=audit_id).select_related("audit", "answered_by")
    order = Grade.values
    found = [_finding(row, on=on) for row in rows.order_by("pk")]
    return tuple(sorted(found, key=lambda each: order.index(each.grade)))


def _finding(row: Finding, *, on: date) -> FindingRow:
    late = row.state == FindingState.OPEN and row.answer_due is not None and row.answer_due < on
    return FindingRow(
        number=finding_number(row.pk),
        audit=audit_number(row.audit_id),
        audit_title=row.audit.title,
        grade=row.grade,
        clause=row.clause,
        subject_kind=row.subject_kind,
        subject_code=row.subject_code,
        text=row.text,
        evidence=row.evidence,
        answer_due=row.answer_due,
        answer=row.answer,
        answered_by=row.answered_by.name if row.answered_by else "",
        follow_up=row.follow_up,
        state=row.state,
        is_overdue=late,
        revision=row.revision,
    )
