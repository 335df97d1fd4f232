"""Removing what cleared long ago, a batch at a time, and never what an open incident needs."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.alert.actions.keeping import LONGEST_REOPEN
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertMoment, AlertSource
from timshel.resolution_fulfilment.alert.states import AlertState

BATCH = 1_000
OVER = (Stage.CLOSED, Stage.CANCELLED)
SHORTEST = LONGEST_REOPEN + timedelta(days=1)  # before that the same may be opened again


def kept_for() -> timedelta | None:
    """Return how long alerts are kept after they cleared; None for good."""
    days = settings.ALERT_DAYS
    return max(timedelta(days=days), SHORTEST) if days else None


def forget_alerts(*, at: datetime, limit: int = BATCH) -> int:
    """Remove a batch of alerts that cleared long ago, with what happened to them.

    What belongs to an incident stays until that was closed or called off as long ago. Groups go
    with the last of their alerts.

    Args:
        at: now.
        limit: how many alerts of each source at most.

    Returns:
        How many were removed; none once there is nothing left to remove.
    """
    kept = kept_for()
    if kept is None:
        return 0
    sources = AlertSource.objects.order_by("pk").values_list("pk", flat=True)
    return sum(_forget_some(key, before=at - kept, limit=limit) for key in sources)


@transaction.atomic
def _forget_some(source_id: int, *, before: datetime, limit: int) -> int:
    rows = Alert.objects.select_for_update(of=("self",), skip_locked=True).filter(
        _is_free(before),
        source_id=source_id,
        seen_at__lt=before,
        state=AlertState.RESOLVED,
        ended_at__lt=before,
    )
    found = list(rows.order_by("seen_at").values_list("pk", "group_id")[:limit])
    keys = [key for key, _group in found]
    AlertMoment.objects.filter(alert_id__in=keys).delete()
    Alert.objects.filter(pk__in=keys).delete()
    _forget_groups({group for _key, group in found if group is not None})
    return len(keys)


def _is_free(before: datetime) -> Q:
    """Return the condition that no incident needs an alert any more."""
    own, storm = "group__incident", "group__folded_into__incident"
    return _has_ended(own, before) & _has_ended(storm, before)


def _has_ended(incident: str, before: datetime) -> Q:
    item = f"{incident}__work_item"
    ended = Q(**{f"{item}__stage__in": OVER, f"{item}__updated_at__lt": before})
    return Q(**{f"{incident}__isnull": True}) | ended


def _forget_groups(keys: set[int]) -> None:
    """Remove groups of which no alert is left, then the storms that stood for nothing else."""
    empty = ~Exists(Alert.objects.filter(group=OuterRef("pk")))
    stands_for_none = ~Exists(AlertGroup.objects.filter(folded_into=OuterRef("pk")))
    storms = set(
        AlertGroup.objects.filter(pk__in=keys, folded_into__isnull=False).values_list(
            "folded_into_id", flat=True
        )
    )
    AlertGroup.objects.filter(empty, stands_for_none, pk__in=keys, is_storm=False).delete()
    AlertGroup.objects.filter(empty, stands_for_none, pk__in=storms, is_storm=True).delete()
