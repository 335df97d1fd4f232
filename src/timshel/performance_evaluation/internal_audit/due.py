"""When audits take place, and until when they are to be reported."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Case, F, OuterRef, Subquery, When
from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due, Numbered
from timshel.kernel.record_numbers import number_of
from timshel.performance_evaluation.internal_audit.models import Audit, Auditor, audited_by
from timshel.performance_evaluation.internal_audit.rules import AUDIT_PREFIX
from timshel.performance_evaluation.internal_audit.states import AuditState

WHAT = {AuditState.PLANNED: _("Audit begins"), AuditState.RUNNING: _("Audit ends")}

readable_audits = Numbered(Audit.objects.visible_to, AUDIT_PREFIX)


def due_audits(asked: Asked, /) -> Iterator[Due]:
    """Yield the audits that are planned, by their first day, and those that run, by their last.

    One query; whoever leads an audit is to do it.
    """
    rows = Audit.objects.visible_to(asked.actor).filter(state__in=WHAT)
    if asked.is_own:
        rows = rows.filter(audited_by(asked.actor))
    leads = Auditor.objects.filter(audit=OuterRef("pk"), is_lead=True)
    rows = rows.annotate(
        day=Case(When(state=AuditState.PLANNED, then="starts_on"), default=F("ends_on")),
        lead_id=Subquery(leads.values("person")[:1]),
        lead=Subquery(leads.values("person__name")[:1]),
    )
    for row in asked.within(rows, "day"):
        yield Due(
            day=row.day,
            kind="audit",
            code=number_of(AUDIT_PREFIX, row.pk),
            title=row.title,
            what=WHAT[AuditState(row.state)],
            owner=row.lead or "",
            owner_id=row.lead_id,
        )
