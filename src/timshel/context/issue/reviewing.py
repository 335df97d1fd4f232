"""What a management review asks of the issues of the context."""

from __future__ import annotations

from django.db.models import Q

from timshel.context.issue.models import Issue
from timshel.context.issue.states import STATE_NAMES, IssueState
from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back


def issues_reviewed(span: Span) -> LookedBack:
    """Return the issues that were opened, changed or closed in a time; two queries."""
    rows = Issue.objects.visible_to(span.actor).select_related("owner")
    begun = span.before_end("opened_at")
    closed = Q(state=IssueState.CLOSED) & span.before_end("closed_at")
    changed = span.within("opened_at") | span.within("changed_at") | span.within("closed_at")
    return look_back(
        rows,
        span,
        counts={
            "open": begun & ~closed,
            "new": span.within("opened_at"),
            "closed": span.within("closed_at"),
        },
        listed=begun & changed,
        order=("-changed_at", "pk"),
        shown=lambda row: Seen(
            row.number,
            row.title,
            STATE_NAMES[IssueState(row.state)],
            row.owner.name if row.owner else "",
            row.review_date,
        ),
    )
