"""Telling those who look after messages of addresses at which nothing arrives."""

from __future__ import annotations

from datetime import datetime

from timshel.interfaces.worker.jobs import job
from timshel.leadership.authority.queries import people_with
from timshel.support.communication.access import MANAGE
from timshel.support.communication.queries import troubles_of
from timshel.support.notification import records
from timshel.support.notification.actions import News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.topics import Topic

PAGE = "message-addresses"


@job("mail.tell_marked", queue="notices")
def tell_marked(address: str, happened_at: str, *, at: datetime) -> None:
    """Tell them of an address, unless somebody took the mark off meanwhile."""
    trouble = troubles_of([address]).get(address)
    if trouble is None or not trouble.is_hard:
        return
    news = News(
        topic=Topic.ADDRESS_MARKED,
        key=f"address/{trouble.id}/{happened_at}"[:120],
        people=people_with(MANAGE),
        about=records.About(PAGE),
        parts={"title": address, "excerpt": excerpt(trouble.said)},
    )
    notify(news, at=at)
