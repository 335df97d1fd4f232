"""When the next management review takes place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due
from timshel.performance_evaluation.management_review.models import ManagementReview
from timshel.performance_evaluation.management_review.states import COMING
from timshel.support.meeting.states import MeetingState


def due_reviews(asked: Asked, /) -> Iterator[Due]:
    """Return the reviews that are to be held; one query."""
    rows = ManagementReview.objects.visible_to(asked.actor)
    if asked.is_own:
        rows = rows.of_person(asked.actor)
    rows = rows.filter(
        state__in=COMING,
        meeting__state=MeetingState.PLANNED,
        meeting__starts_at__date__lte=asked.until,
    )
    found = rows.select_related("meeting__chair").order_by("meeting__starts_at", "pk")
    for row in found[: asked.limit]:
        yield Due(
            row.meeting.starts_at.astimezone(UTC).date(),
            "management_review",
            row.number,
            row.meeting.title,
            _("Management review"),
            row.meeting.chair.name,
        )
