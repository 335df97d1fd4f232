"""Making incidents of what still fires, ending those of what has cleared; by the sweep alone.

A group is looked at when it is due, each source by one worker at a time. More new groups than a
source usually has become one incident, the storm, whatever follows within minutes included.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from timshel.kernel import live
from timshel.kernel.errors import Invalid, Refused
from timshel.resolution_fulfilment.alert.actions import incidents
from timshel.resolution_fulfilment.alert.actions.writing import REGION
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertSource
from timshel.resolution_fulfilment.alert.rules.deciding import (
    STORM,
    STORM_LASTS,
    STORM_SPAN,
    damping,
    is_later,
    is_storm,
)
from timshel.resolution_fulfilment.alert.rules.reading import line
from timshel.resolution_fulfilment.alert.states import CRITICAL, AlertState

logger = logging.getLogger("timshel.alerts")
BATCH = 200
AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the alerts of a group stand.

    Args:
        firing: how many fire.
        newest: when the last of those began to count.
        worst: the severity of the worst of those.
    """

    firing: int = 0
    newest: datetime | None = None
    worst: int = CRITICAL


def settle_due(*, at: datetime) -> int:
    """Look at every group that is due; returns how many there were."""
    due = AlertGroup.objects.filter(due_at__lte=at).order_by()
    sources = due.values_list("source_id", flat=True).distinct()
    return sum(_settle_source(key, at=at) for key in sorted(sources))


def _settle_source(source_id: int, *, at: datetime) -> int:
    looked_at = 0
    while True:
        found = _settle_some(source_id, at=at)
        looked_at += found
        if found < BATCH:
            return looked_at


@transaction.atomic
def _settle_some(source_id: int, *, at: datetime) -> int:
    """Look at some groups of a source, unless another worker does."""
    sources = AlertSource.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
    source = sources.select_related("default_service", "team").filter(pk=source_id).first()
    if source is None:
        return 0
    folded = _fold_storm(source, at=at)
    due = (
        AlertGroup.objects.select_for_update(of=("self",))
        .select_related("rule", "incident__work_item", "source__team")
        .filter(source=source, due_at__lte=at)
        .order_by("due_at", "pk")
    )
    groups = list(due[:BATCH])
    standing = standings(groups)
    quiet = [each for each in groups if each.incident_id is None and not standing[each.pk].firing]
    AlertGroup.objects.filter(pk__in=[each.pk for each in quiet]).update(due_at=None, cleared_at=at)
    for group in groups:
        if group not in quiet:
            _settle(group, standing[group.pk], at=at)
    if groups or folded:
        live.announce({REGION}, at=at)
    return len(groups)


def _settle(group: AlertGroup, now: Standing, *, at: datetime) -> None:
    """Look at one group; what is refused is noted, shown to whoever keeps the source, and tried
    again later.
    """
    trouble, due_at = "", None
    try:
        with transaction.atomic():
            due_at = _moved_on(group, now, at=at)
    except Refused as refusal:
        fields = refusal.fields.values() if isinstance(refusal, Invalid) else ()
        said = [str(text) for texts in fields for text in texts] or [str(refusal.message)]
        trouble, due_at = line(" ".join(said), longest=500), at + AGAIN
        logger.warning("Alerts of %s could not be dealt with: %s", group.source.code, trouble)
    AlertGroup.objects.filter(pk=group.pk).update(due_at=due_at, trouble=trouble)


def _moved_on(group: AlertGroup, now: Standing, *, at: datetime) -> datetime | None:
    """Do what is due for a group; returns when to look at it again, or None."""
    if now.firing:
        _keep_open(group, now, at=at)
        return None
    if group.cleared_at is None:
        group.cleared_at = at
        AlertGroup.objects.filter(pk=group.pk).update(cleared_at=at)
    calm_at = group.cleared_at + damping(group.flaps)
    if at < calm_at:
        return calm_at
    incidents.end(group, at=at)
    return None


def _keep_open(group: AlertGroup, now: Standing, *, at: datetime) -> None:
    """Have an incident for what fires: open one, or open it again if that ended before."""
    if group.incident is None:
        incidents.open_for(group, worst=now.worst, firing=now.firing, at=at)
        return
    if group.cleared_at is not None:
        AlertGroup.objects.filter(pk=group.pk).update(cleared_at=None, flaps=F("flaps") + 1)
        group.flaps += 1
    if is_later(now.newest, group.incident.work_item.resolved_at):
        incidents.open_again(group, at=at)


def standings(groups: Iterable[AlertGroup]) -> Mapping[int, Standing]:
    """Return how the alerts of groups stand, those of a storm with all that it took in.

    One query.
    """
    keys = [group.pk for group in groups]
    rows = (
        Alert.objects.filter(
            Q(group_id__in=keys) | Q(group__folded_into_id__in=keys), state=AlertState.FIRING
        )
        .order_by()
        .values(stands_for=Coalesce("group__folded_into_id", "group_id"))
        .annotate(firing=Count("pk"), newest=Max("fired_at"), worst=Min("severity"))
    )
    found = {
        row["stands_for"]: Standing(row["firing"], row["newest"], row["worst"]) for row in rows
    }
    return {key: found.get(key, Standing()) for key in keys}


def _fold_storm(source: AlertSource, *, at: datetime) -> bool:
    """Make one group of many that came at once; tells whether there were so many."""
    fresh = _fresh(source, at=at)
    storm = AlertGroup.objects.filter(source=source, key=STORM, is_current=True).first()
    running = storm is not None and storm.cleared_at is None and at - storm.fed_at <= STORM_LASTS
    count = fresh.count()
    recent = AlertGroup.objects.filter(
        source=source, is_storm=False, incident_at__gt=at - STORM_SPAN
    ).count()
    if not is_storm(fresh=count, recent=recent, threshold=source.storm_threshold, running=running):
        return False
    storm = _storm_of(source, storm, at=at)
    fresh.update(folded_into=storm, due_at=None)
    return True


def _fresh(source: AlertSource, *, at: datetime) -> QuerySet[AlertGroup]:
    """Return the groups that wait for an incident now, and fire."""
    firing = Alert.objects.filter(group=OuterRef("pk"), state=AlertState.FIRING)
    return AlertGroup.objects.filter(
        Exists(firing),
        source=source,
        due_at__lte=at,
        incident__isnull=True,
        folded_into__isnull=True,
        is_storm=False,
    )


def _storm_of(source: AlertSource, storm: AlertGroup | None, *, at: datetime) -> AlertGroup:
    """Return the storm that takes in what came now: the one that runs, or another."""
    is_same = storm is not None and (
        storm.cleared_at is None or at - storm.cleared_at <= source.reopen_within
    )
    if storm is not None and is_same:
        AlertGroup.objects.filter(pk=storm.pk).update(fed_at=at, due_at=at)
        return storm
    if storm is not None:
        AlertGroup.objects.filter(pk=storm.pk).update(is_current=False, due_at=None)
    return AlertGroup.objects.create(
        source=source,
        service=source.default_service,
        team=source.team,
        key=STORM,
        title=line(_("Many alerts at once from %(source)s") % {"source": source.name}),
        severity=CRITICAL,
        is_storm=True,
        opened_at=at,
        fed_at=at,
        due_at=at,
        previous=storm,
    )
