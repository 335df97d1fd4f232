"""Reading notices, and forgetting those that are old."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.live import announce
from timshel.support.notification.access import require_person
from timshel.support.notification.actions.telling import region
from timshel.support.notification.models import Notice
from timshel.support.notification.rules import KEPT
from timshel.support.notification.topics import Topic

BATCH = 5_000


@transaction.atomic
def mark_read(notice_id: int, *, actor: Actor, at: datetime, is_read: bool = True) -> None:
    """Mark a notice of one's own as read, or as not read after all; doing it twice is harmless.

    Args:
        notice_id: the notice.
        actor: whose it is.
        at: when.
        is_read: False makes it unread.

    Raises:
        NotAllowed: the actor is no person.
        NotFound: there is no such notice of theirs.
    """
    person_id = require_person(actor)
    mine = Notice.objects.filter(pk=notice_id, person=person_id, is_listed=True)
    if not mine.exists():
        raise NotFound
    changed = mine.filter(read_at__isnull=is_read)
    if changed.update(read_at=at if is_read else None):
        announce([region(person_id)], at=at)


@transaction.atomic
def mark_all_read(*, actor: Actor, at: datetime, until_id: int | None = None) -> int:
    """Mark all notices of one's own as read; returns how many were not.

    Args:
        actor: whose they are.
        at: when.
        until_id: the newest that the reader saw; what came later stays unread.

    Raises:
        NotAllowed: the actor is no person.
    """
    person_id = require_person(actor)
    unread = Notice.objects.filter(person=person_id, is_listed=True, read_at__isnull=True)
    if until_id is not None:
        unread = unread.filter(pk__lte=until_id)
    return _read(unread.values_list("pk", flat=True), person_id, at=at)


@transaction.atomic
def mark_record_read(kind: str, *, key: str, actor: Actor, at: datetime) -> int:
    """Mark the notices about a record as read, since its page is; returns how many were not.

    Args:
        kind: of record.
        key: of the record.
        actor: whose they are.
        at: when.
    """
    if actor.person_id is None:
        return 0
    unread = Notice.objects.filter(
        person=actor.person_id, record_kind=kind, record_key=key, read_at__isnull=True
    )
    return _read(unread.values_list("pk", flat=True), actor.person_id, at=at)


@transaction.atomic
def settle_record(kind: str, *, key: str, topics: Collection[Topic], at: datetime) -> int:
    """Mark as read what has come to its end, for everybody: nobody is to hurry any more.

    What of it still waits to leave does not leave. Returns how many notices were unread.

    Args:
        kind: of record.
        key: of the record.
        topics: what there is nothing more to do about.
        at: when.
    """
    unread = Notice.objects.filter(
        record_kind=kind, record_key=key, topic__in=topics, read_at__isnull=True
    )
    people = set(unread.values_list("person_id", flat=True))
    count = unread.update(read_at=at)
    if people:
        announce([region(person_id) for person_id in people], at=at)
    return count


def mark_seen(*, actor: Actor, at: datetime) -> None:
    """Note that somebody looked at their notices, without having read each.

    Args:
        actor: whose they are.
        at: when.

    Raises:
        NotAllowed: the actor is no person.
    """
    person_id = require_person(actor)
    unread = Notice.objects.filter(person=person_id, is_listed=True, read_at__isnull=True)
    unread.filter(seen_at__isnull=True).update(seen_at=at)


def forget_notices(*, at: datetime) -> int:
    """Remove notices that are older than they are kept; returns how many.

    Args:
        at: now.
    """
    old = Notice.objects.filter(at__lt=at - KEPT).order_by("at").values_list("pk", flat=True)
    keys = list(old[:BATCH])
    Notice.objects.filter(pk__in=keys).delete()
    return len(keys)


def _read(keys: QuerySet[Notice, int], person_id: int, *, at: datetime) -> int:
    count = Notice.objects.filter(pk__in=keys).update(read_at=at)
    if count:
        announce([region(person_id)], at=at)
    return count
