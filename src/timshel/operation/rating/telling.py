"""Who hears of ratings: the leads of the team of a poor one, the requester of what came of it."""

from __future__ import annotations

from datetime import datetime

from timshel.context.people.models import Membership
from timshel.operation.rating.models import Rating
from timshel.operation.rating.rules import POOR
from timshel.support.notification.actions import News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic


def tell_rated(work_item_id: int, *, by_person_id: int | None, at: datetime) -> int:
    """Tell the leads of its team that somebody was not content; returns how many are told."""
    row = Rating.objects.select_related("work_item").filter(pk=work_item_id).first()
    if row is None or row.score > POOR or row.work_item.team_id is None:
        return 0
    item = row.work_item
    leads = Membership.objects.filter(
        team_id=item.team_id or 0, is_lead=True, person__is_active=True
    ).values_list("person_id", flat=True)
    return notify(
        News(
            Topic.RATED_POORLY,
            key=f"rating.poor/{item.pk}/{row.at.isoformat()}",
            people=list(leads),
            about=About(item.kind, item.number),
            parts={"number": item.number, "title": item.title, "by": item.requester.name},
            by_person_id=by_person_id,
        ),
        at=at,
    )


def tell_answered(work_item_id: int, *, by_person_id: int | None, at: datetime) -> int:
    """Tell the requester what came of their rating; returns how many are told."""
    row = Rating.objects.select_related("work_item").filter(pk=work_item_id).first()
    if row is None or row.answered_at is None:
        return 0
    item = row.work_item
    return notify(
        News(
            Topic.RATING_ANSWERED,
            key=f"rating.answered/{item.pk}/{row.answered_at.isoformat()}",
            people=[item.requester_id],
            about=About(item.kind, item.number),
            parts={
                "number": item.number,
                "title": item.title,
                "by": row.answered_by_name,
                "excerpt": excerpt(row.answer),
            },
            by_person_id=by_person_id,
        ),
        at=at,
    )
