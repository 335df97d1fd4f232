"""What the people of the demonstration were told lately, so that their bells have something to say.

It is made of work that they really have; nothing of it leaves by mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from timshel.context.people.queries import person_by_code
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters, work_list
from timshel.resolution_fulfilment.incident.queries.cases import case_list
from timshel.support.notification.actions import News, notify
from timshel.support.notification.queries import WORKS
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

EACH = 2
BETWEEN = timedelta(minutes=47)
OF_HELPERS = (Topic.ANSWERED, Topic.ASSIGNED, Topic.CLOCK_NEAR)
OF_REQUESTERS = (Topic.REPLIED, Topic.RESOLVED)


def load_notices(people: Iterable[str], *, at: datetime) -> int:
    """Write what some people were told in the last hours, in the product alone.

    Args:
        people: their codes.
        at: now.

    Returns:
        How many notices were written.
    """
    told = 0
    for code in people:
        key = person_by_code(code)
        actor = None if key is None else actor_for(key, channel=Channel.IMPORT)
        if actor is not None:
            lately = list(enumerate(_lately(actor, at=at), start=1))
            told += sum(
                notify(news, at=at - BETWEEN * position, leaves=False)
                for position, news in reversed(lately)
            )
    return told


def _lately(actor: Actor, *, at: datetime) -> Iterator[News]:
    if actor.may_somewhere(WORKS):
        rows = work_list(WorkFilters(view="mine"), actor=actor, at=at, size=EACH * 3).items
        for position, row in enumerate(rows):
            topic = OF_HELPERS[position % len(OF_HELPERS)]
            yield _news(topic, actor, row.kind, row.number, row.title, by=row.requester)
    for position, case in enumerate(case_list(actor=actor, at=at, open=True, size=EACH).items):
        topic = OF_REQUESTERS[position % len(OF_REQUESTERS)]
        yield _news(topic, actor, case.kind, case.number, case.title, by=case.with_whom)


def _news(
    topic: Topic, actor: Actor, kind: str, number: str, title: str, *, by: str | None
) -> News:
    return News(
        topic=topic,
        key=f"demonstration/{topic}/{number}",
        people=[actor.person_id or 0],
        about=About(kind, number),
        parts={"number": number, "title": title, "by": by or "Timshel"},
    )
