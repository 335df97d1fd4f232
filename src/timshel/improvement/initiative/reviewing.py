"""What a management review asks of improvements."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from timshel.improvement.initiative.models import Improvement
from timshel.improvement.initiative.states import STATE_NAMES, ImprovementState
from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back

_STOPPED = (ImprovementState.MEASURED, ImprovementState.DECLINED)


def improvements_reviewed(span: Span) -> LookedBack:
    """Return the improvements that moved in a time or were on their way at its end; two queries.

    The note of a row holds what was promised and what was measured, one to a line.
    """
    rows = Improvement.objects.visible_to(span.actor).select_related("owner")
    known = span.before_end("suggested_at")
    stopped = Q(state__in=_STOPPED) & span.before_end("moved_at")
    moved = span.within("moved_at")
    return look_back(
        rows,
        span,
        counts={
            "suggested": span.within("suggested_at"),
            "on_the_way": known & ~stopped,
            "measured": moved & Q(state=ImprovementState.MEASURED),
            "declined": moved & Q(state=ImprovementState.DECLINED),
        },
        listed=(known & ~stopped) | (known & moved),
        order=("-moved_at", "-pk"),
        shown=_seen,
    )


def _seen(row: Any) -> Seen:
    figures = [row.value_expected, row.value_reached]
    promised, reached = (
        "" if each is None else f"{each.normalize():f} {row.unit}".strip() for each in figures
    )
    return Seen(
        row.number,
        row.title,
        STATE_NAMES[ImprovementState(row.state)],
        row.owner.name if row.owner else "",
        row.due_date,
        f"{promised or ' '.join(row.expected_benefit.split())}\n{reached}",
    )
