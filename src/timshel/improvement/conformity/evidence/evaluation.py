"""Evidence of clause 9: measures, internal audits, reports."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity.evidence.building import (
    Find,
    Moment,
    counted,
    within,
    within_days,
)
from timshel.improvement.conformity.evidence.rule import Rule
from timshel.improvement.nonconformity.models import Nonconformity
from timshel.improvement.nonconformity.states import SourceKind
from timshel.kernel.errors import Text
from timshel.kernel.journal.models import Entry
from timshel.performance_evaluation.internal_audit.models import (
    Audit,
    Auditor,
    AuditQuestion,
    BankQuestion,
    Finding,
    Programme,
    ScopeItem,
)
from timshel.performance_evaluation.internal_audit.states import (
    AuditState,
    FindingState,
    Grade,
    ProgrammeState,
    SubjectKind,
)
from timshel.performance_evaluation.measurement.models import CharterReading
from timshel.service_portfolio.service.models import Service
from timshel.support.meeting.models import AgendaItem

_REPORTED = (AuditState.REPORTED, AuditState.CLOSED)
_NOT_OVER = (AuditState.PLANNED, AuditState.RUNNING)
_BAD = Finding.objects.filter(grade__in=[Grade.MAJOR, Grade.MINOR])


def _audited(clause: str) -> Find:
    """Return how to count audits that covered a clause, or what lies below or above it."""
    covered = Q(code=clause) | Q(code__startswith=f"{clause}.")

    def days(moment: Moment) -> Q:
        since = moment.earlier(3).date()
        return Q(audit__ends_on__gt=since, audit__ends_on__lte=moment.today)

    return counted(
        ScopeItem.objects.filter(covered, kind=SubjectKind.CLAUSE, audit__state__in=_REPORTED),
        current=days,
        stale=lambda moment: Q(audit__ends_on__lte=moment.earlier(3).date()),
        latest="audit__ends_on",
    )


def _audit_planned(clause: str) -> Find:
    """Return how to count audits of a clause that run or are to come."""
    covered = Q(code=clause) | Q(code__startswith=f"{clause}.")
    return counted(
        ScopeItem.objects.filter(covered, kind=SubjectKind.CLAUSE, audit__state__in=_NOT_OVER),
        current=lambda moment: Q(audit__ends_on__gte=moment.today),
        stale=lambda moment: Q(audit__ends_on__lt=moment.today),
    )


_AUDITED: dict[str, Text] = {
    "5.2": _("Audits of clause 5.2 (policy) that were reported in the last three years"),
    "8.5.1": _("Audits of clause 8.5.1 (changes) that were reported in the last three years"),
    "8.6.1": _("Audits of clause 8.6.1 (incidents) that were reported in the last three years"),
}
_TO_AUDIT: dict[str, Text] = {
    "7.2": _("Audits of clause 7.2 (competence) that run or are planned; overdue ones are stale"),
    "7.3": _("Audits of clause 7.3 (awareness) that run or are planned; overdue ones are stale"),
    "8.2.4": _(
        "Audits of clause 8.2.4 (catalogue) that run or are planned; overdue ones are stale"
    ),
    "8.3.3": _(
        "Audits of clause 8.3.3 (service levels) that run or are planned; overdue ones are stale"
    ),
    "8.6.2": _("Audits of clause 8.6.2 (requests) that run or are planned; overdue ones are stale"),
    "8.7.1": _(
        "Audits of clause 8.7.1 (availability) that run or are planned; overdue ones are stale"
    ),
}

RULES = (
    *(
        Rule(f"audit.of_{clause}", meaning, _audited(clause), "audit-list")
        for clause, meaning in _AUDITED.items()
    ),
    *(
        Rule(f"audit.due_{clause}", meaning, _audit_planned(clause), "audit-list")
        for clause, meaning in _TO_AUDIT.items()
    ),
    Rule(
        "audit.programme",
        _("Audit programmes that are agreed and not over; past ones are stale"),
        counted(
            Programme.objects.exclude(objectives=""),
            current=lambda moment: Q(
                state=ProgrammeState.AGREED,
                starts_on__lte=moment.today,
                ends_on__gte=moment.today,
            ),
            stale=lambda moment: Q(state=ProgrammeState.CLOSED) | Q(ends_on__lt=moment.today),
            latest="starts_on",
        ),
        "audit-programme-list",
    ),
    Rule(
        "audit.weighed",
        _("Audit programmes that weigh the importance of what is audited; past ones are stale"),
        counted(
            Programme.objects.exclude(importance={}),
            current=lambda moment: Q(ends_on__gte=moment.today),
            stale=lambda moment: Q(ends_on__lt=moment.today),
            latest="starts_on",
        ),
        "audit-programme-list",
    ),
    Rule(
        "audit.criteria",
        _("Audits with criteria that run, are planned or ended in the last twelve months"),
        counted(
            Audit.objects.exclude(criteria="").exclude(state=AuditState.CANCELLED),
            current=lambda moment: Q(ends_on__gt=moment.earlier().date()),
            stale=lambda moment: Q(ends_on__lte=moment.earlier().date()),
        ),
        "audit-list",
    ),
    Rule(
        "audit.independent",
        _(
            "Auditors who own none of the services that they audit; of audits that ended over a "
            "year ago they are stale"
        ),
        counted(
            Auditor.objects.exclude(audit__state=AuditState.CANCELLED).exclude(
                Exists(
                    ScopeItem.objects.filter(
                        Exists(
                            Service.objects.filter(
                                code=OuterRef("code"), owner=OuterRef(OuterRef("person"))
                            )
                        ),
                        audit=OuterRef("audit"),
                        kind=SubjectKind.SERVICE,
                    )
                )
            ),
            current=lambda moment: Q(audit__ends_on__gt=moment.earlier().date()),
            stale=lambda moment: Q(audit__ends_on__lte=moment.earlier().date()),
        ),
        "audit-list",
    ),
    Rule(
        "audit.reported",
        _("Audits that were reported in the last twelve months"),
        within(
            Audit.objects.filter(state__in=[AuditState.REPORTED, AuditState.CLOSED]).exclude(
                conclusion=""
            ),
            "reported_at",
        ),
        "audit-list",
    ),
    Rule(
        "audit.answered",
        _("Questions of audits with an answer and what it rests on, of the last three years"),
        within_days(
            AuditQuestion.objects.exclude(answer=""),
            "audit__starts_on",
            years=3,
        ),
        "audit-list",
    ),
    Rule(
        "audit.question",
        _("Questions that audits of the clauses can ask"),
        counted(BankQuestion.objects.all(), current=~Q(clause="")),
        "audit-programme-list",
    ),
    Rule(
        "finding.raised",
        _("Findings of audits of the last three years"),
        within(Finding.objects.exclude(evidence=""), "raised_at", years=3),
        "finding-list",
    ),
    Rule(
        "finding.answered",
        _("Nonconformities found by audits that somebody answered; overdue ones are stale"),
        counted(
            _BAD,
            current=~Q(state=FindingState.OPEN),
            stale=lambda moment: Q(state=FindingState.OPEN, answer_due__lt=moment.today),
            latest="raised_at",
        ),
        "finding-list",
    ),
    Rule(
        "finding.settled",
        _("Nonconformities found by audits whose correction was checked or closed"),
        counted(
            _BAD,
            current=Q(state__in=[FindingState.FOLLOWED_UP, FindingState.CLOSED]),
            latest="raised_at",
        ),
        "finding-list",
    ),
    Rule(
        "finding.nonconformity",
        _("Findings of audits that were treated as a nonconformity in the last twelve months"),
        within(Nonconformity.objects.filter(source=SourceKind.AUDIT_FINDING), "raised_at"),
        "nonconformity-list",
    ),
    Rule(
        "measure.charter",
        _("Figures of promises of the charter for periods that ended in the last twelve months"),
        within_days(CharterReading.objects.filter(value__isnull=False), "last_day"),
        "measures",
    ),
    Rule(
        "measure.judged",
        _("Figures of the charter that were judged as kept or not in the last twelve months"),
        within(CharterReading.objects.filter(is_kept__isnull=False), "read_at"),
        "measures",
    ),
    Rule(
        "measure.source",
        _("Figures from elsewhere that the journal says who recorded, in the last twelve months"),
        within(Entry.objects.filter(verb="measurement.recorded"), "at"),
        "measures",
    ),
    Rule(
        "report.reviewed",
        _("Reports drawn from the records that a meeting spoke about in the last twelve months"),
        within(
            AgendaItem.objects.filter(drawn__isnull=False).exclude(minutes=""),
            "meeting__starts_at",
        ),
        "meeting-list",
    ),
)
