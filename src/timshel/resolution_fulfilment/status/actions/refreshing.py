"""Keeping what happened: rows that begin and end with the trouble, and changes told once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from timshel.kernel.events import publish
from timshel.kernel.live import announce
from timshel.resolution_fulfilment.status.events import StatusChanged, StatusesChanged
from timshel.resolution_fulfilment.status.models import Happening, Standing
from timshel.resolution_fulfilment.status.rules import worst
from timshel.resolution_fulfilment.status.sources import Identity, Trouble, troubles
from timshel.resolution_fulfilment.status.states import ServiceHealth

REGION = "status"
LOCK = 7_302_032 << 32


@transaction.atomic
def refresh_status(*, at: datetime) -> int:
    """Write down what is the matter with services now, and tell what changed; a fixed number of
    queries and what changed. One at a time; doing it again changes nothing.

    Args:
        at: now.

    Returns:
        How many services do otherwise than before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    found = troubles(at=at)
    latest = _latest(found)
    for trouble in found:
        _follow(trouble, latest.get(trouble.identity), at=at)
    running = {each.identity for each in found if each.ended_at is None}
    known = {each.identity for each in found}
    for row in Happening.objects.filter(ended_at__isnull=True):
        identity = (row.service_id, row.kind, row.key)
        if identity not in running and identity not in known:
            _end(row, at, at=at)
    return _tell_changes(at=at)


def _latest(found: Iterable[Trouble]) -> dict[Identity, Happening]:
    """Return the last row of each trouble; one query."""
    keys: dict[str, set[str]] = {}
    for each in found:
        keys.setdefault(each.kind.value, set()).add(each.key)
    wanted = Q(pk__in=())
    for kind, named in keys.items():
        wanted |= Q(kind=kind, key__in=named)
    rows = Happening.objects.filter(wanted).order_by("began_at", "pk")
    return {(row.service_id, row.kind, row.key): row for row in rows}


def _follow(trouble: Trouble, row: Happening | None, *, at: datetime) -> None:
    """Bring the row of a trouble to how it is now."""
    if row is None:
        _begin(trouble, trouble.began_at, at=at)
    elif row.ended_at is not None:
        # What ended and lasts again, as after a reopening, begins anew.
        if trouble.ended_at is None:
            _begin(trouble, max(row.ended_at, trouble.began_at, at), at=at)
    elif trouble.ended_at is not None:
        _end(row, trouble.ended_at, at=at)
    elif row.state != trouble.state:
        _end(row, at, at=at)
        _begin(trouble, at, at=at)
    else:
        _reword(row, trouble, at=at)


def _begin(trouble: Trouble, began_at: datetime, *, at: datetime) -> None:
    Happening.objects.create(
        service_id=trouble.service_id,
        kind=trouble.kind,
        key=trouble.key,
        state=trouble.state,
        title=trouble.title,
        message=trouble.message,
        translations=dict(trouble.translations),
        began_at=began_at,
        ended_at=trouble.ended_at,
        changed_at=at,
    )
    announce([REGION], at=at)


def _end(row: Happening, ended_at: datetime, *, at: datetime) -> None:
    row.ended_at, row.changed_at = max(ended_at, row.began_at), at
    row.save(update_fields=["ended_at", "changed_at"])
    announce([REGION], at=at)


def _reword(row: Happening, trouble: Trouble, *, at: datetime) -> None:
    words = (trouble.title, trouble.message, dict(trouble.translations))
    if (row.title, row.message, row.translations) != words:
        row.title, row.message, row.translations = words
        row.changed_at = at
        row.save(update_fields=["title", "message", "translations", "changed_at"])
        announce([REGION], at=at)


def _tell_changes(*, at: datetime) -> int:
    """Publish each service that does otherwise than when it was last looked at; two queries."""
    states: dict[int, list[str]] = {}
    open_rows = Happening.objects.filter(ended_at__isnull=True, began_at__lte=at)
    for service_id, state in open_rows.values_list("service_id", "state"):
        states.setdefault(service_id, []).append(state)
    standings = {row.service_id: row for row in Standing.objects.all()}
    changed = []
    for service_id in {*states, *standings}:
        after = worst(states.get(service_id, ()))
        row = standings.get(service_id)
        before = ServiceHealth(row.state) if row else ServiceHealth.WORKS
        if before != after:
            Standing.objects.update_or_create(
                service_id=service_id, defaults={"state": after, "since": at}
            )
            publish(StatusChanged(service_id, before.value, after.value, at))
            changed.append(service_id)
    if changed:
        publish(StatusesChanged(tuple(sorted(changed)), at))
    return len(changed)
