"""What a management review asks of risks and opportunities."""

from __future__ import annotations

from django.db.models import Q

from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back
from timshel.planning.risk.models import Risk
from timshel.planning.risk.states import RiskState


def risks_reviewed(span: Span) -> LookedBack:
    """Return the risks and opportunities that were open when a time ended; two queries."""
    rows = Risk.objects.visible_to(span.actor).select_related("owner")
    closed = Q(state=RiskState.CLOSED) & span.before_end("closed_at")
    present = span.before_end("identified_at") & ~closed
    return look_back(
        rows,
        span,
        counts={
            "risks": present & Q(is_opportunity=False),
            "opportunities": present & Q(is_opportunity=True),
            "new": span.within("identified_at"),
            "accepted": span.within("accepted_at"),
            "overdue": present & Q(review_date__lt=span.until.date()),
            "occurred": Q(occurred_on__gte=span.since.date(), occurred_on__lt=span.until.date()),
        },
        listed=present,
        order=("-score", "pk"),
        shown=lambda row: Seen(
            row.number,
            row.title,
            RiskState(row.state).label,
            row.owner.name,
            row.review_date,
            "" if row.score is None else str(row.score),
        ),
    )
