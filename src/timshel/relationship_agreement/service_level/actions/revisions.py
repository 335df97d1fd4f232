"""What every change of a promise does at its end: processes read the book again, and the open
work that it concerns is read again by an errand that people can watch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import uuid4

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from timshel.kernel.actor import Actor
from timshel.kernel.errors import WrongState
from timshel.kernel.progress.actions import begin_errand
from timshel.operation.work.models import OPEN, WorkItem
from timshel.relationship_agreement.service_level.actions.clocks import (
    BATCH,
    BOOK_LOCK,
    refresh_many,
)
from timshel.relationship_agreement.service_level.models import BookRevision

REFRESH = "clocks.refresh"
REBUILD = "clocks.rebuild"
ATTEMPTS = 50
LOCK_NOT_AVAILABLE = "55P03"
TITLE = gettext_noop("Reading clocks again")


def touch_book() -> None:
    """Let every process read the book of agreements again, once this change is kept.

    Waits for the changes of work that read the book as it was, so that none of them can be kept
    after the open work was read again. It gives up its place in the queue again and again: those
    who change several pieces of work may hold the book and wait for someone who waits for it.

    Raises:
        WrongState: the book was held by others for too long.
    """
    for _attempt in range(ATTEMPTS):
        if _book_is_ours():
            BookRevision.objects.update_or_create(pk=1, defaults={"value": uuid4()})
            return
    raise WrongState(_("There is too much going on right now. Please try again."))


def _book_is_ours() -> bool:
    """Try to hold the book alone, for less time than the database takes to see a deadlock."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '200ms'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [BOOK_LOCK])
            cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            return False
        raise
    return True


def queue_refresh(
    *, since: datetime | None, services: Collection[int] | None, actor: Actor, at: datetime
) -> None:
    """Queue that work is read again under what is promised now, if there is any.

    Args:
        since: read also work that ended after this moment; None for open work alone.
        services: of these services alone; None for all work.
        actor: who changed what is promised.
        at: when.
    """
    arguments = {
        "since": since.isoformat() if since else None,
        "services": sorted(services) if services else None,
    }
    total = concerned(since=since, services=services).count()
    if not total:
        return
    begin_errand(REFRESH, title=TITLE, arguments=arguments, total=total, actor=actor, at=at)


def concerned(
    *, since: datetime | None, services: Collection[int] | None
) -> QuerySet[WorkItem, WorkItem]:
    """Return the work to be read again; see :func:`queue_refresh`."""
    items = WorkItem.objects.all()
    if since is not None:
        items = items.filter(OPEN | Q(updated_at__gte=since))
    else:
        items = items.filter(OPEN)
    return items if services is None else items.filter(service_id__in=services)


def refresh_after(
    key: int,
    *,
    since: datetime | None,
    services: Collection[int] | None,
    announce: bool,
    at: datetime,
) -> tuple[int, int] | None:
    """Read the next batch of work again.

    Args:
        key: go on after this piece of work; 0 to begin.
        since: as for :func:`queue_refresh`.
        services: as for :func:`queue_refresh`.
        announce: whether the sweep is to tell of what is late by now.
        at: now.

    Returns:
        The last key and how many were read, or None if there was nothing left.
    """
    items = concerned(since=since, services=services).filter(pk__gt=key).order_by("pk")
    return _refresh(items, announce=announce, at=at)


def rebuild_total() -> int:
    """Return how much work there is to be rebuilt."""
    return WorkItem.objects.count()


def rebuild_after(key: int, *, at: datetime) -> tuple[int, int] | None:
    """Read the next batch of all the work there is again, telling nobody.

    Args and Returns: as for :func:`refresh_after`.
    """
    return _refresh(WorkItem.objects.filter(pk__gt=key).order_by("pk"), announce=False, at=at)


def _refresh(
    items: QuerySet[WorkItem, WorkItem], *, announce: bool, at: datetime
) -> tuple[int, int] | None:
    keys = list(items.values_list("pk", flat=True)[:BATCH])
    if not keys:
        return None
    return keys[-1], refresh_many(keys, at=at, announce=announce)
