"""Who gets which report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from timshel.kernel.actor import Actor
from timshel.performance_evaluation.reporting.models import ReportSubscription


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A subscription of one's own.

    Args:
        id: its key.
        subject_kind: of ``ReportKind``.
        subject_code: of the subject, or the number of a scorecard.
        period_kind: of ``PeriodKind``.
        file_format: of ``Format``.
        language: in which it is written.
        time_zone: whose days it counts.
        next_first_day: the first day of the period that comes next.
        next_due_at: when it comes.
    """

    id: int
    subject_kind: str
    subject_code: str
    period_kind: str
    file_format: str
    language: str
    time_zone: str
    next_first_day: date
    next_due_at: datetime


def own_subscriptions(
    *, actor: Actor, kind: str = "", code: str = ""
) -> tuple[SubscriptionRow, ...]:
    """Return one's own subscriptions that go on, in one query.

    Args:
        actor: whose.
        kind: only those to reports of this kind, with ``code``.
        code: only those to the report of this one.
    """
    if actor.person_id is None:
        return ()
    rows = ReportSubscription.objects.filter(person=actor.person_id, ended_at__isnull=True)
    if kind:
        rows = rows.filter(subject_kind=kind, subject_code=code)
    return tuple(
        SubscriptionRow(
            id=row.pk,
            subject_kind=row.subject_kind,
            subject_code=row.subject_code,
            period_kind=row.period_kind,
            file_format=row.file_format,
            language=row.language,
            time_zone=row.time_zone,
            next_first_day=row.next_first_day,
            next_due_at=row.next_due_at,
        )
        for row in rows.order_by("subject_kind", "subject_code", "pk")
    )
