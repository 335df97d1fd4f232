"""When the next management review takes place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due, Numbered
from timshel.performance_evaluation.management_review.models import ManagementReview
from timshel.performance_evaluation.management_review.rules import PREFIX
from timshel.performance_evaluation.management_review.states import COMING
from timshel.support.meeting.states import MeetingState

readable_reviews = Numbered(ManagementReview.objects.visible_to, PREFIX)


def due_reviews(asked: Asked, /) -> Iterator[Due]:
    """Return the reviews that are to be held; one query."""
    rows = ManagementReview.objects.visible_to(asked.actor)
    if asked.is_own:
        rows = rows.of_person(asked.actor)
    rows = rows.filter(
        state__in=COMING,
        meeting__state=MeetingState.PLANNED,
    )
    for row in asked.within(rows.select_related("meeting__chair"), "meeting__starts_at__date"):
        yield Due(
            row.meeting.starts_at.astimezone(UTC).date(),
            "management_review",
            row.number,
            row.meeting.title,
            _("Management review"),
            row.meeting.chair.name,
            row.meeting.chair_id,
        )
