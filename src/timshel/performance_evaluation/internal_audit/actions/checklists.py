"""The bank of questions, and the checklists made from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor
from timshel.performance_evaluation.internal_audit import access
from timshel.performance_evaluation.internal_audit.actions.keeping import write_down
from timshel.performance_evaluation.internal_audit.models import (
    Audit,
    AuditQuestion,
    BankQuestion,
    Finding,
)
from timshel.performance_evaluation.internal_audit.queries import finding_number, scope_of
from timshel.performance_evaluation.internal_audit.rules import Scope, covers
from timshel.performance_evaluation.internal_audit.states import FindingState, Grade


@dataclass(frozen=True, slots=True)
class QuestionGiven:
    """A question of the bank."""

    code: str
    clause: str
    text: str
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@transaction.atomic
def load_questions(questions: Iterable[QuestionGiven], *, actor: Actor, at: datetime) -> int:
    """Add to the bank the questions that are missing; returns how many those were.

    Raises:
        NotAllowed: the right is missing.
    """
    access.require_manage(actor)
    known = set(BankQuestion.objects.values_list("code", flat=True))
    rows = [
        BankQuestion(
            code=each.code,
            clause=each.clause,
            words=each.text,
            translations=dict(each.translations),
        )
        for each in questions
        if each.code not in known
    ]
    BankQuestion.objects.bulk_create(rows)
    if rows:
        codes = [row.code for row in rows]
        write_down(
            "audit_question.added", "audit_question", None, {"codes": (None, codes)}, actor, at
        )
    return len(rows)


def fill(row: Audit) -> None:
    """Add to the checklist what the scope asks for and is not in it yet."""
    scope = scope_of(Audit.objects.get(pk=row.pk))
    asked = set(row.questions.values_list("bank_code", flat=True))
    position = row.questions.count()
    fresh: list[AuditQuestion] = []
    for each in BankQuestion.objects.order_by("pk"):
        fits = any(covers(c, each.clause) or covers(each.clause, c) for c in scope.clauses)
        if fits and each.code not in asked:
            fresh.append(
                AuditQuestion(
                    bank_code=each.code,
                    clause=each.clause,
                    words=each.words,
                    translations=each.translations,
                )
            )
    followed = set(row.questions.exclude(finding=None).values_list("finding_id", flat=True))
    fresh += [_follow_up(each) for each in _earlier(row, scope) if each.pk not in followed]
    for place, question in enumerate(fresh, start=position + 1):
        question.audit, question.position = row, place
    AuditQuestion.objects.bulk_create(fresh)


def _earlier(row: Audit, scope: Scope) -> list[Finding]:
    """Return the findings of earlier audits that are not closed and touch a scope."""
    left = Finding.objects.exclude(state=FindingState.CLOSED).exclude(audit=row)
    subjects = {
        *(("process", code) for code in scope.processes),
        *(("service", code) for code in scope.services),
    }
    return [
        each
        for each in left.exclude(grade=Grade.STRENGTH).order_by("pk")
        if each.audit_id == row.follows_id
        or (each.subject_kind, each.subject_code) in subjects
        or (each.clause and any(covers(clause, each.clause) for clause in scope.clauses))
    ]


def _follow_up(finding: Finding) -> AuditQuestion:
    about = f"{finding_number(finding.pk)} – {finding.text[:300]}"
    return AuditQuestion(
        finding=finding,
        clause=finding.clause,
        words=f"What was done about {about}",
        translations={"fr": {"words": f"Qu’a-t-on fait au sujet de {about}"}},
    )
