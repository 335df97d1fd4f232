"""Where the pages of the records are that others name by kind and code."""

from __future__ import annotations

from collections.abc import Mapping

from django.urls import reverse

from timshel.interfaces.web.addresses import RECORDS

# The name of the address of each kind of record; its only argument is the code.
PAGES: Mapping[str, str] = {
    **RECORDS,
    "planned_action": "action",
    "planned_work": "planned-work",
    "context_issue": "issue",
    "interested_party": "party",
    "mandate": "mandate",
    "process_profile": "process-profile",
    "risk": "risk",
    "objective": "objective",
    "resource": "resource",
    "planned_communication": "communication",
    "plan_part": "plan-part",
    "document": "document",
    "meeting": "meeting",
    "audit": "audit",
    "audit_finding": "finding",
    "recommendation": "recommendation",
    "management_review": "review",
    "nonconformity": "nonconformity",
    "improvement": "improvement",
    "conformity_question": "conformity-question",
    "indicator": "indicator",
    "scorecard": "scorecard",
    "skill": "skill",
    "certificate": "certificate",
    "learning": "learning",
}


def record_address(kind: str, code: str) -> str:
    """Return where the page of a record is; empty for what has none."""
    return reverse(PAGES[kind], args=[code]) if kind in PAGES and code else ""
