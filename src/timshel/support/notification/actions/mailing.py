"""Sending the mails that waited for their time: what belongs together goes as one.

What the reader may no longer see by then is dropped, and so is what they have read meanwhile in
the product.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.support.communication.actions import Message, queue_message
from timshel.support.communication.queries import worded
from timshel.support.notification import notices, records, rules
from timshel.support.notification.actions.telling import (
    Letter,
    choices_of,
    line,
    preferences,
    reader,
    written,
)
from timshel.support.notification.models import Delivery
from timshel.support.notification.states import DELIVERIES, DeliveryState, Trigger, Way
from timshel.support.notification.topics import Topic

MOST_IN_ONE = 200


def send_due_mails(*, at: datetime, limit: int = 100) -> int:
    """Queue the mails that are due of some people; returns of how many.

    Any number of sweeps may run at once: each takes what no other holds.

    Args:
        at: now.
        limit: of how many people at most.
    """
    due = Delivery.objects.filter(way=Way.MAIL, state=DeliveryState.WAITING, due_at__lte=at)
    people = list(due.order_by("person").values_list("person", flat=True).distinct()[:limit])
    for person_id in people:
        _send_of(person_id, at=at)
    return len(people)


@transaction.atomic
def _send_of(person_id: int, *, at: datetime) -> None:
    due = Delivery.objects.filter(
        person=person_id, way=Way.MAIL, state=DeliveryState.WAITING, due_at__lte=at
    )
    rows = list(
        due.select_related("notice", "person")
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("notice_id")[:MOST_IN_ONE]
    )
    actor = actor_for(person_id, channel=Channel.MAIL)
    kept = [] if actor is None else _still_wanted(rows, actor, at=at)
    kept_keys = {row.pk for row in kept}
    dropped = [row.pk for row in rows if row.pk not in kept_keys]
    _move(dropped, Trigger.DROP)
    if actor is None:
        return
    groups: dict[str, list[Delivery]] = defaultdict(list)
    for row in kept:
        groups[row.bundle].append(row)
    for bundle, members in groups.items():
        message_id = _queue(bundle, members, actor, at=at)
        _move([row.pk for row in members], Trigger.SEND, message_id=message_id)


def _still_wanted(rows: list[Delivery], actor: Actor, *, at: datetime) -> list[Delivery]:
    """Keep what the reader may see now, has not read, and wants by mail at all."""
    seen = records.readable({row.notice.about for row in rows}, actor=actor, at=at)
    chosen = choices_of([row.person_id for row in rows[:1]])
    choices = next(iter(chosen.values()), {})
    return [
        row
        for row in rows
        if row.person.email
        and row.notice.read_at is None
        and row.notice.about in seen
        and Way.MAIL in rules.ways(Topic(row.notice.topic), choices)
    ]


def _move(keys: list[int], trigger: Trigger, *, message_id: int | None = None) -> None:
    target = DELIVERIES.target(DeliveryState.WAITING, trigger)
    Delivery.objects.filter(pk__in=keys).update(state=target, message_id=message_id)


def _queue(bundle: str, rows: list[Delivery], actor: Actor, *, at: datetime) -> int | None:
    letter = _alone(rows[0], actor) if len(rows) == 1 else _together(bundle, rows, actor)
    return queue_message(
        Message(
            key=letter.key,
            kind=letter.kind,
            thread=letter.thread,
            person_id=rows[0].person_id,
            address=rows[0].person.email,
            subject=letter.subject,
            text=letter.text,
            language=actor.language,
            is_automatic=letter.is_automatic,
            team_id=letter.team_id,
        ),
        at=at,
    )


def _alone(row: Delivery, actor: Actor) -> Letter:
    if not row.subject:
        return written(row.notice, actor)
    return Letter(
        key=f"delivery/{row.pk}",
        kind=row.kind or row.notice.topic,
        thread=row.thread,
        subject=row.subject,
        text=row.text,
        is_automatic=row.is_automatic,
        team_id=row.team_id,
    )


def _together(bundle: str, rows: list[Delivery], actor: Actor) -> Letter:
    lines = [line(row.notice, actor) for row in rows]
    make = notices.bundle if bundle else notices.digest
    words = worded(make(lines, reader=reader(actor), preferences=preferences(actor)))
    teams = {row.team_id for row in rows}
    return Letter(
        key=f"deliveries/{rows[0].pk}",
        kind=notices.BUNDLE if bundle else notices.DIGEST,
        thread=rows[0].thread if bundle else "digest",
        subject=words.subject,
        text=words.text,
        team_id=next(iter(teams)) if bundle and len(teams) == 1 else None,
    )
