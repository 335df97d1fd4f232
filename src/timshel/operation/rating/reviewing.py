"""What a management review asks of what requesters said."""

from __future__ import annotations

from django.db.models import Avg, Count, Q

from timshel.kernel.looking_back import LookedBack, Seen, Span
from timshel.operation.rating.models import Rating
from timshel.operation.rating.rules import POOR
from timshel.operation.work.models import WorkItem


def ratings_reviewed(span: Span) -> tuple[LookedBack, float | None]:
    """Return the poor ratings of a time, the latest first, and the mean of all; two queries."""
    seen = WorkItem.objects.visible_to(span.actor).values("pk")
    rows = Rating.objects.filter(span.within("at"), work_item__in=seen)
    poor = Q(score__lte=POOR)
    found = rows.aggregate(
        ratings=Count("pk"),
        poor=Count("pk", filter=poor),
        unanswered=Count("pk", filter=poor & Q(answered_at__isnull=True)),
        mean=Avg("score"),
    )
    mean = found.pop("mean")
    some = rows.filter(poor).select_related("work_item").order_by("-at", "-pk")[: span.most]
    shown = tuple(
        Seen(
            row.work_item.number,
            row.work_item.title,
            str(row.score),
            day=row.at.date(),
            note=f"{row.work_item.kind}\n{row.comment}",
        )
        for row in some
    )
    return LookedBack(found, shown, found["poor"]), mean
