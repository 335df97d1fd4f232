"""Telling people on their devices: bounded attempts, and devices that are gone are forgotten."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from timshel.kernel.actor import Actor, Channel
from timshel.kernel.advisory_lock import held_alone
from timshel.leadership.authority.queries import actor_for
from timshel.support.notification import notices, records, rules
from timshel.support.notification.actions.telling import choices_of, line
from timshel.support.notification.models import Delivery, Device
from timshel.support.notification.states import DELIVERIES, DeliveryState, Trigger, Way
from timshel.support.notification.topics import CATALOGUE, Topic

logger = logging.getLogger("timshel.notification")

LOCKS = 7_302_005 << 32  # a range of advisory locks, one for each person
MOST_AT_ONCE = 100
LIST = records.About("notification-list")


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A device as a push service is asked to reach it.

    Args:
        endpoint: the address that the browser gave.
        public_key: of the browser, in base64 for addresses.
        secret: shared with the browser, in base64 for addresses.
    """

    endpoint: str
    public_key: str
    secret: str


class PushFailed(Exception):  # noqa: N818 - named for what happened
    """A push message was not taken; it may be tried again."""


class SubscriptionGone(Exception):  # noqa: N818 - named for what happened
    """A device no longer wants to be told."""


class PushService(Protocol):
    """What brings push messages to devices."""

    def push(
        self, target: PushTarget, payload: bytes, /, *, topic: str, is_urgent: bool, at: datetime
    ) -> None:
        """Hand a message on.

        Args:
            target: the device.
            payload: what it is told; encrypted on the way.
            topic: a later message of the same topic takes the place of one not yet shown.
            is_urgent: whether a sleeping device is to be woken.
            at: now.

        Raises:
            PushFailed: it was not taken.
            SubscriptionGone: the device no longer wants any.
        """


def push_due(*, service: PushService, at: datetime, limit: int = 100) -> int:
    """Send the push messages that are due of some people; returns of how many.

    Args:
        service: what brings them to devices.
        at: now.
        limit: of how many people at most.
    """
    due = Delivery.objects.filter(way=Way.PUSH, state=DeliveryState.WAITING, due_at__lte=at)
    people = list(due.order_by("person").values_list("person", flat=True).distinct()[:limit])
    for person_id in people:
        push_to(person_id, service=service, at=at)
    return len(people)


def push_to(person_id: int, *, service: PushService, at: datetime) -> None:
    """Send the push messages of somebody that are due, unless another worker does.

    The claim is a lock of the session: no transaction is open while a push service thinks. Must
    not run inside a transaction.

    Args:
        person_id: whose.
        service: what brings them to devices.
        at: now.
    """
    with held_alone(LOCKS, person_id) as is_ours:
        if not is_ours:
            return
        rows = list(
            Delivery.objects.filter(
                person=person_id, way=Way.PUSH, state=DeliveryState.WAITING, due_at__lte=at
            )
            .select_related("notice")
            .order_by("notice_id")[:MOST_AT_ONCE]
        )
        actor = actor_for(person_id, channel=Channel.MAIL)
        kept = [] if actor is None else _still_wanted(rows, actor, at=at)
        kept_keys = {row.pk for row in kept}
        _end([row for row in rows if row.pk not in kept_keys], Trigger.DROP)
        if actor is None or not kept:
            return
        for group in _groups(kept):
            _push(group, actor, service=service, at=at)


def _still_wanted(rows: list[Delivery], actor: Actor, *, at: datetime) -> list[Delivery]:
    seen = records.readable({row.notice.about for row in rows}, actor=actor, at=at)
    chosen = choices_of([row.person_id for row in rows[:1]])
    choices = next(iter(chosen.values()), {})
    return [
        row
        for row in rows
        if row.notice.read_at is None
        and row.notice.about in seen
        and Way.PUSH in rules.ways(Topic(row.notice.topic), choices)
    ]


def _groups(rows: list[Delivery]) -> Iterable[list[Delivery]]:
    return [rows] if len(rows) > rules.MOST_PUSHES else [[row] for row in rows]


def _push(rows: list[Delivery], actor: Actor, *, service: PushService, at: datetime) -> None:
    payload, topic = _payload(rows, actor)
    is_urgent = any(row.notice.is_urgent for row in rows)
    reached, failed = False, ""
    for device in Device.objects.filter(person=actor.person_id or 0).order_by("pk"):
        target = PushTarget(device.endpoint, device.public_key, device.secret)
        try:
            service.push(target, payload, topic=topic, is_urgent=is_urgent, at=at)
        except SubscriptionGone:
            device.delete()
        except PushFailed as failure:
            failed = str(failure)
        else:
            reached = True
            Device.objects.filter(pk=device.pk).update(used_at=at)
    if reached or not failed:
        _end(rows, Trigger.SEND if reached else Trigger.DROP)
    else:
        logger.warning("A push message to person %s was not taken: %s", actor.person_id, failed)
        _later(rows, at=at)


def _payload(rows: list[Delivery], actor: Actor) -> tuple[bytes, str]:
    """Return what a device is told: a short line and where it leads, and the topic of it."""
    first = rows[0].notice
    about = first.about if len(rows) == 1 else LIST
    audience = CATALOGUE[Topic(first.topic)].audience
    told = {
        "title": "Timshel",
        "body": notices.push_title(
            [line(row.notice, actor) for row in rows], language=actor.language
        ),
        "address": records.page(about, audience=audience, actor=actor),
        "tag": f"{first.topic}/{first.record_key}" if len(rows) == 1 else "several",
        "lang": actor.language,
    }
    return json.dumps(told, ensure_ascii=False).encode(), told["tag"]


@transaction.atomic
def _later(rows: list[Delivery], *, at: datetime) -> None:
    for row in rows:
        row.attempts += 1
        if row.attempts > len(rules.PUSH_WAITS):
            row.state = DELIVERIES.target(DeliveryState(row.state), Trigger.GIVE_UP)
        else:
            row.due_at = at + rules.PUSH_WAITS[row.attempts - 1]
        row.save(update_fields=["attempts", "state", "due_at"])


def _end(rows: list[Delivery], trigger: Trigger) -> None:
    target = DELIVERIES.target(DeliveryState.WAITING, trigger)
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=target)
