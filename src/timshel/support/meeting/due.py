"""When meetings take place."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timshel.kernel.due import Asked, Due, Numbered
from timshel.support.meeting.models import Meeting
from timshel.support.meeting.rules import PREFIX
from timshel.support.meeting.states import BoardKind, MeetingState

readable_meetings = Numbered(Meeting.objects.visible_to, PREFIX)


def due_meetings(asked: Asked, /) -> Iterator[Due]:
    """Yield the meetings that are to be held; one query.

    Those of the board that reviews the management system are told of with their reviews.
    """
    rows = Meeting.objects.visible_to(asked.actor).filter(state=MeetingState.PLANNED)
    rows = rows.exclude(Q(board__isnull=False, board__kind=BoardKind.MANAGEMENT_REVIEW))
    if asked.is_own:
        rows = rows.filter(pk__in=Meeting.objects.concerning(asked.actor.person_id))
    for row in asked.within(rows.select_related("chair"), "starts_at__date"):
        yield Due(
            day=row.starts_at.astimezone(UTC).date(),
            kind="meeting",
            code=row.number,
            title=row.title,
            what=_("Meeting"),
            owner=row.chair.name,
            owner_id=row.chair_id,
        )
