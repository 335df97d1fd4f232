"""What happens to muted alerts when planned work is over, called off or moved; by the sweep."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from timshel.design_transition.maintenance.queries import Window, running_windows
from timshel.resolution_fulfilment.alert.actions.grouping import set_due
from timshel.resolution_fulfilment.alert.actions.receiving import lock_source
from timshel.resolution_fulfilment.alert.actions.writing import Changes
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertSource
from timshel.resolution_fulfilment.alert.rules.deciding import GATHER, muting
from timshel.resolution_fulfilment.alert.states import AlertState

BATCH = 5_000


def unmute_due(*, at: datetime) -> int:
    """Unmute alerts that still fire though no planned work mutes them any more.

    Args:
        at: now.

    Returns:
        How many were unmuted.
    """
    windows = running_windows(at=at)
    running = [window.id for window in windows]
    muted = Alert.objects.filter(state=AlertState.MUTED).order_by()
    sources = muted.exclude(muted_by_id__in=running).values_list("source_id", flat=True)
    return sum(_unmute(key, windows, at=at) for key in sorted(set(sources.distinct())))


@transaction.atomic
def _unmute(source_id: int, windows: Sequence[Window], *, at: datetime) -> int:
    lock_source(source_id)
    source = AlertSource.objects.get(pk=source_id)
    rows = Alert.objects.filter(source=source, state=AlertState.MUTED).exclude(
        muted_by_id__in=[window.id for window in windows]
    )
    over: list[Alert] = []
    still: dict[int, list[int]] = defaultdict(list)
    for row in rows.defer("raw", "text").order_by("pk")[:BATCH]:
        other = muting(windows, row.service_id, row.labels)
        if other is None:
            over.append(row)
        else:
            still[other].append(row.pk)
    for planned_work_id, keys in still.items():
        Alert.objects.filter(pk__in=keys).update(muted_by_id=planned_work_id)
    changes = Changes(source, at=at)
    changes.unmute(over)
    changes.write()
    groups = AlertGroup.objects.filter(pk__in={row.group_id for row in over if row.group_id})
    set_due(
        {
            storm_id or key: at if incident_id or storm_id else at + GATHER
            for key, storm_id, incident_id in groups.values_list(
                "pk", "folded_into_id", "incident_id"
            )
        }
    )
    return len(over)
