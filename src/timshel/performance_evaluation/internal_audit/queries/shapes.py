"""What reading programmes and audits gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from timshel.performance_evaluation.internal_audit.rules import Scope, Urgency


@dataclass(frozen=True, slots=True)
class Named:
    """A person."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme of audits."""

    code: str
    starts_on: date
    ends_on: date
    manager: Named
    objectives: str
    state: str
    revision: int


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A process or a main clause, and how much it should be audited.

    Args:
        kind: clause or process.
        code: which.
        name: of a process; the code of a clause.
        importance: from 1 to 3, as given in the programme.
        urgency: the score and its reasons.
        planned: the numbers of the programme's audits that look at it.
    """

    kind: str
    code: str
    name: str
    importance: int
    urgency: Urgency
    planned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit as lists show it."""

    number: str
    programme: str
    title: str
    state: str
    starts_on: date
    ends_on: date
    lead: Named
    auditors: tuple[Named, ...]
    scope: Scope


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of a checklist; ``finding`` is the earlier finding that it is about."""

    position: int
    clause: str
    text: str
    finding: str
    answer: str
    notes: str
    evidence: str
    revision: int


@dataclass(frozen=True, slots=True)
class SampleRow:
    """Records that were drawn, with the seed that draws them again."""

    kind: str
    starts_at: datetime
    ends_at: datetime
    population: int
    seed: str
    numbers: tuple[str, ...]
    drawn_at: datetime


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding."""

    number: str
    audit: str
    audit_title: str
    grade: str
    clause: str
    subject_kind: str
    subject_code: str
    text: str
    evidence: str
    answer_due: date | None
    answer: str
    answered_by: str
    follow_up: str
    state: str
    is_overdue: bool
    revision: int


@dataclass(frozen=True, slots=True)
class AuditView:
    """An audit with everything about it.

    Args:
        row: as lists show it.
        criteria: against what it is held.
        conclusion: of the report.
        follows: the number of the audit that it follows up; empty for none.
        report: what its report says, kept since it was reported; before that as it would be now.
        reported_at: when it was reported.
        revision: by which two writers notice each other.
        questions: the checklist.
        samples: the newest first.
        findings: the gravest first.
        may_plan: whether the reader plans audits.
        may_conduct: whether the reader is an auditor of it.
    """

    row: AuditRow
    criteria: str
    conclusion: str
    follows: str
    report: Mapping[str, Any]
    reported_at: datetime | None
    revision: int
    questions: tuple[QuestionRow, ...]
    samples: tuple[SampleRow, ...]
    findings: tuple[FindingRow, ...]
    may_plan: bool
    may_conduct: bool


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding, with what the reader may do with it."""

    row: FindingRow
    may_answer: bool
    may_judge: bool


@dataclass(frozen=True, slots=True)
class AuditSummary:
    """What a management review is told of audits.

    Args:
        audits: how many there are in each state.
        open_findings: how many findings are not closed, by grade.
        overdue: how many of them should have been answered.
        reported: the newest audits that were reported.
    """

    audits: Mapping[str, int]
    open_findings: Mapping[str, int]
    overdue: int
    reported: tuple[AuditRow, ...]
