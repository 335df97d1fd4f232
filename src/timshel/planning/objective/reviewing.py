"""What a management review asks of objectives."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q, Subquery

from timshel.kernel.looking_back import LookedBack, Seen, Span, look_back
from timshel.planning.objective.models import Objective, ObjectiveReading
from timshel.planning.objective.states import STATE_NAMES, Direction, Level, ObjectiveState


def objectives_reviewed(span: Span) -> LookedBack:
    """Return the objectives that ran in a time, with their first and last reading; two queries.

    The note of a row holds the first value of the time, the last, the target and the direction,
    one to a line; what there is none of is empty.
    """
    within = ObjectiveReading.objects.filter(
        objective=OuterRef("pk"), day__gte=span.since.date(), day__lt=span.until.date()
    )
    rows = (
        Objective.objects.visible_to(span.actor)
        .filter(level=Level.OBJECTIVE)
        .select_related("owner")
        .annotate(
            first_value=Subquery(within.order_by("day").values("value")[:1]),
            last_value=Subquery(within.order_by("-day").values("value")[:1]),
        )
    )
    ended = span.before_end("ended_at")
    running = span.before_end("agreed_at") & ~ended
    lately = span.within("ended_at")
    return look_back(
        rows,
        span,
        counts={
            "running": running,
            "overdue": running & Q(due_date__lt=span.until.date()),
            "met": lately & Q(state=ObjectiveState.MET),
            "missed": lately & Q(state=ObjectiveState.MISSED),
        },
        listed=running | lately,
        order=("due_date", "pk"),
        shown=_seen,
    )


def _seen(row: Any) -> Seen:
    values = [row.first_value, row.last_value, row.target]
    texts = ["" if each is None else f"{each.normalize():f} {row.unit}".strip() for each in values]
    direction = Direction(row.direction) if row.target is not None else ""
    return Seen(
        row.number,
        row.title,
        STATE_NAMES[ObjectiveState(row.state)],
        row.owner.name,
        row.due_date,
        "\n".join([*texts, direction]),
    )
