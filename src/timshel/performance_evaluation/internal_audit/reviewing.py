"""What a management review asks of audits and findings."""

from __future__ import annotations

from django.db.models import Q

from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back
from timshel.kernel.record_numbers import number_of
from timshel.performance_evaluation.internal_audit.models import TOLD, Audit, Finding
from timshel.performance_evaluation.internal_audit.rules import FINDING_PREFIX
from timshel.performance_evaluation.internal_audit.states import FindingState, Grade


def audits_reviewed(span: Span) -> LookedBack:
    """Return the findings of a time, and the older ones that are open, of reported audits.

    Two queries, and one for how many audits were reported.
    """
    audits = Audit.objects.visible_to(span.actor).filter(state__in=TOLD)
    audits = audits.filter(span.before_end("reported_at"))
    rows = Finding.objects.filter(audit__in=audits).select_related("audit", "answered_by")
    present = span.before_end("raised_at")
    is_open = ~Q(state=FindingState.CLOSED)
    fresh = span.within("audit__reported_at")
    found = look_back(
        rows,
        span,
        counts={
            "major": fresh & Q(grade=Grade.MAJOR),
            "minor": fresh & Q(grade=Grade.MINOR),
            "observations": fresh & Q(grade=Grade.OBSERVATION),
            "open": present & is_open,
            "late": present & Q(state=FindingState.OPEN, answer_due__lt=span.until.date()),
        },
        listed=fresh | (present & is_open),
        order=("-raised_at", "-pk"),
        shown=lambda row: Seen(
            number_of(FINDING_PREFIX, row.pk),
            row.text,
            FindingState(row.state).label,
            row.audit.title,
            row.answer_due,
            str(Grade(row.grade).label),
        ),
    )
    reported = audits.filter(span.within("reported_at")).count()
    return LookedBack({"audits": reported, **found.counts}, found.rows, found.total)
