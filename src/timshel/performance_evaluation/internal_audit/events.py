"""Facts about internal audits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FindingRaised:
    """An auditor wrote a finding down.

    Args:
        finding: its number.
        audit: the number of the audit.
        grade: how much it weighs.
        clause: of the standard; may be empty.
        subject_kind: process or service; empty where it is about neither.
        subject_code: which of them.
        at: when.
        by_person_id: who wrote it.
    """

    finding: str
    audit: str
    grade: str
    clause: str
    subject_kind: str
    subject_code: str
    at: datetime
    by_person_id: int | None


@dataclass(frozen=True, slots=True)
class AuditReported:
    """An audit is reported: from now on its report stays as it is.

    Args:
        audit: its number.
        at: when.
        by_person_id: who reported.
    """

    audit: str
    at: datetime
    by_person_id: int | None
