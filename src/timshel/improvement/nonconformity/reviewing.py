"""What a management review asks of nonconformities and of recommendations from outside."""

from __future__ import annotations

from django.db.models import Q

from timshel.improvement.nonconformity.models import Nonconformity, Recommendation
from timshel.improvement.nonconformity.states import (
    NonconformityState,
    Priority,
    RecommendationState,
    Severity,
)
from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back


def nonconformities_reviewed(span: Span) -> LookedBack:
    """Return the nonconformities raised or ended in a time or open at its end; two queries."""
    rows = Nonconformity.objects.visible_to(span.actor).select_related("owner")
    raised = span.before_end("raised_at")
    ended = span.before_end("ended_at")
    present = raised & (Q(ended_at__isnull=True) | ~ended)
    return look_back(
        rows,
        span,
        counts={
            "open": present,
            "major": present & Q(severity=Severity.MAJOR),
            "raised": span.within("raised_at"),
            "ended": span.within("ended_at"),
            "overdue": present & Q(due_date__lt=span.until.date()),
        },
        listed=present | span.within("raised_at") | span.within("ended_at"),
        order=("-raised_at", "-pk"),
        shown=lambda row: Seen(
            row.number,
            row.title,
            NonconformityState(row.state).label,
            row.owner.name,
            row.due_date,
            str(Severity(row.severity).label),
        ),
    )


def recommendations_reviewed(span: Span) -> LookedBack:
    """Return the recommendations that came in a time or were open at its end; two queries."""
    rows = Recommendation.objects.visible_to(span.actor).select_related("owner")
    came = span.before_end("recorded_at")
    closed = Q(state=RecommendationState.CLOSED) & span.before_end("closed_at")
    return look_back(
        rows,
        span,
        counts={
            "open": came & ~closed,
            "new": span.within("recorded_at"),
            "closed": span.within("closed_at"),
            "overdue": came & ~closed & Q(deadline__lt=span.until.date()),
        },
        listed=(came & ~closed) | span.within("recorded_at"),
        order=("deadline", "pk"),
        shown=lambda row: Seen(
            row.number,
            row.title,
            RecommendationState(row.state).label,
            row.owner.name,
            row.deadline,
            str(Priority(row.priority).label),
        ),
    )
