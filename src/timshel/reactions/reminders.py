"""What is due: who may read of it in a notice, and where its page is."""

from __future__ import annotations

from collections.abc import Mapping

from timshel.context.issue.due import readable_issues
from timshel.improvement.conformity.due import KIND as QUESTION
from timshel.improvement.conformity.due import readable_questions
from timshel.improvement.initiative.due import readable_improvements
from timshel.improvement.nonconformity.due import readable_nonconformities
from timshel.interfaces.web.governance.addresses import PAGES
from timshel.interfaces.web.notifications.pages import page_of
from timshel.leadership.mandate.due import readable_mandates
from timshel.leadership.process_profile.due import readable_processes
from timshel.performance_evaluation.internal_audit.due import readable_audits
from timshel.performance_evaluation.management_review.due import readable_reviews
from timshel.planning.objective.due import readable_objectives
from timshel.planning.plan.due import readable_parts
from timshel.planning.risk.due import readable_risks
from timshel.support.communication_plan.due import readable_communications
from timshel.support.competence.due import readable_certificates, readable_enrolments
from timshel.support.documentation.due import readable_documents
from timshel.support.meeting.due import readable_meetings
from timshel.support.notification import records
from timshel.support.notification.records import Reading
from timshel.support.resource.due import readable_resources

# By the kind of the record.
READINGS: Mapping[str, Reading] = {
    "context_issue": readable_issues,
    "mandate": readable_mandates,
    "process_profile": readable_processes,
    "risk": readable_risks,
    "objective": readable_objectives,
    "plan_part": readable_parts,
    "certificate": readable_certificates,
    "learning": readable_enrolments,
    "planned_communication": readable_communications,
    "resource": readable_resources,
    "document": readable_documents,
    "meeting": readable_meetings,
    "audit": readable_audits,
    "management_review": readable_reviews,
    "nonconformity": readable_nonconformities,
    "improvement": readable_improvements,
    QUESTION: readable_questions,
}


def register() -> None:
    """Say who may read of what is due; planned actions say it themselves."""
    for kind, reading in READINGS.items():
        records.register(kind, reading=reading, paging=page_of(PAGES[kind]))
