"""What a management review asks of the scope of the management system."""

from __future__ import annotations

from timshel.context.scope.models import ScopeStatement
from timshel.context.scope.states import STATE_NAMES, ScopeState
from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back


def scope_reviewed(span: Span) -> LookedBack:
    """Return the versions of the scope that were approved in a time; two queries."""
    rows = ScopeStatement.objects.visible_to(span.actor).select_related("approved_by")
    return look_back(
        rows,
        span,
        counts={"versions": span.within("approved_at")},
        listed=span.within("approved_at"),
        order=("-approved_at", "pk"),
        shown=lambda row: Seen(
            str(row.version),
            row.statement,
            STATE_NAMES[ScopeState(row.state)],
            row.approved_by.name if row.approved_by else "",
            row.approved_at.date(),
        ),
    )
