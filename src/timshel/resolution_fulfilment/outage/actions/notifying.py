"""Telling those who said that they are hit by an outage when it is over."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from timshel.context.people.models import Person
from timshel.resolution_fulfilment.outage.models import Outage
from timshel.resolution_fulfilment.outage.queries import affected_people
from timshel.support.notification.actions import News, notify
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

HOME = About("portal-home")


def tell_outage_over(
    work_item_id: int, *, happened_at: datetime, by_person_id: int | None, at: datetime
) -> int:
    """Tell whoever is hit that an outage is over, each in their language and once.

    Args:
        work_item_id: the incident; where nobody was told of it, there is nobody to tell.
        happened_at: when it was over: the same end is told once.
        by_person_id: whose doing it was.
        at: now.

    Returns:
        How many were told who had not been.
    """
    outage = Outage.objects.filter(pk=work_item_id).first()
    if outage is None:
        return 0
    by_title: dict[str, list[int]] = defaultdict(list)
    people = Person.objects.filter(pk__in=affected_people(work_item_id))
    for key, language in people.values_list("pk", "language"):
        by_title[outage.text("title", language)].append(key)
    return sum(
        notify(
            News(
                Topic.OUTAGE_OVER,
                key=f"outage.over/{outage.pk}/{happened_at.isoformat()}",
                people=keys,
                about=HOME,
                parts={"title": title},
                by_person_id=by_person_id,
            ),
            at=at,
        )
        for title, keys in by_title.items()
    )
