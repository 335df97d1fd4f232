"""Planning audits, conducting them, and following what they found (clause 9.2)."""

from __future__ import annotations

from timshel.performance_evaluation.internal_audit.actions.audits import (
    cancel_audit,
    change_audit,
    close_audit,
    follow_up_audit,
    plan_audit,
    report_audit,
    start_audit,
)
from timshel.performance_evaluation.internal_audit.actions.checklists import (
    QuestionGiven,
    load_questions,
)
from timshel.performance_evaluation.internal_audit.actions.conducting import (
    SAMPLED,
    answer_question,
    draw_sample,
)
from timshel.performance_evaluation.internal_audit.actions.fieldwork import (
    add_photo,
    change_note,
    remove_photo,
    write_note,
)
from timshel.performance_evaluation.internal_audit.actions.findings import (
    FindingReport,
    answer_finding,
    judge_finding,
    raise_finding,
)
from timshel.performance_evaluation.internal_audit.actions.keeping import (
    AUDIT_SUBJECT,
    FINDING_SUBJECT,
    PROGRAMME_SUBJECT,
    REGION,
)
from timshel.performance_evaluation.internal_audit.actions.programmes import (
    LEVELS,
    change_programme,
    create_programme,
    move_programme,
    weigh,
)

__all__ = [
    "AUDIT_SUBJECT",
    "FINDING_SUBJECT",
    "LEVELS",
    "PROGRAMME_SUBJECT",
    "REGION",
    "SAMPLED",
    "FindingReport",
    "QuestionGiven",
    "add_photo",
    "answer_finding",
    "answer_question",
    "cancel_audit",
    "change_audit",
    "change_note",
    "change_programme",
    "close_audit",
    "create_programme",
    "draw_sample",
    "follow_up_audit",
    "judge_finding",
    "load_questions",
    "move_programme",
    "plan_audit",
    "raise_finding",
    "remove_photo",
    "report_audit",
    "start_audit",
    "weigh",
    "write_note",
]
