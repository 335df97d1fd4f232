"""How services stand by what monitoring says: for the status page and for the desk's overview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.alert.access import require_view
from timshel.resolution_fulfilment.alert.models import Alert
from timshel.resolution_fulfilment.alert.states import CRITICAL, INFO, AlertState
from timshel.service_portfolio.service.queries import service_names


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """What fires for a service.

    Args:
        worst: the severity of the worst alert: 1 critical, 2 warning, 3 information.
        firing: how many fire.
        muted: how many are muted by planned work.
        since: when the first of those that fire began.
        changed_at: when the last of those that fire began.
    """

    worst: int
    firing: int
    muted: int
    since: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many alerts a reader sees, by what becomes of them.

    Args:
        firing: that fire.
        critical: that fire and are critical.
        muted: that planned work mutes.
        nobody: that fire and belong to no service.
        services: for each service with alerts its name, how many fire and how many are critical,
            the worst first.
    """

    firing: int
    critical: int
    muted: int
    nobody: int
    services: tuple[tuple[str, str, int, int], ...]


def service_standings(service_ids: Iterable[int] | None = None) -> dict[int, ServiceStanding]:
    """Return how services stand by their alerts; those of which nothing fires are left out.

    One query over what fires. Rights are the caller's.

    Args:
        service_ids: of these alone; None for all.
    """
    rows = Alert.objects.filter(
        service__isnull=False, state__in=(AlertState.FIRING, AlertState.MUTED)
    )
    if service_ids is not None:
        rows = rows.filter(service_id__in=set(service_ids))
    firing = Q(state=AlertState.FIRING)
    found = (
        rows.order_by()
        .values("service_id")
        .annotate(
            worst=Min("severity", filter=firing),
            firing=Count("pk", filter=firing),
            muted=Count("pk", filter=~firing),
            since=Min("started_at", filter=firing),
            changed_at=Max("fired_at", filter=firing),
        )
    )
    return {
        row["service_id"]: ServiceStanding(
            worst=row["worst"] or INFO,
            firing=row["firing"],
            muted=row["muted"],
            since=row["since"],
            changed_at=row["changed_at"],
        )
        for row in found
        if row["service_id"] is not None
    }


def tally(*, actor: Actor) -> Tally:
    """Return how many alerts the actor sees, by service; two queries over what has not cleared.

    Raises:
        NotAllowed: the actor sees nobody's work.
    """
    require_view(actor)
    rows = (
        Alert.objects.visible_to(actor)
        .exclude(state=AlertState.RESOLVED)
        .order_by()
        .values_list("service_id", "service__code", "state", "severity")
        .annotate(alerts=Count("pk"))
    )
    firing = critical = muted = nobody = 0
    by_service: dict[int, list[int]] = {}
    codes: dict[int, str] = {}
    for service_id, code, state, severity, alerts in rows:
        if state == AlertState.MUTED:
            muted += alerts
            continue
        firing += alerts
        critical += alerts if severity == CRITICAL else 0
        if service_id is None:
            nobody += alerts
            continue
        codes[service_id] = code
        counts = by_service.setdefault(service_id, [0, 0])
        counts[0] += alerts
        counts[1] += alerts if severity == CRITICAL else 0
    names = service_names(by_service, actor.language)
    ordered = sorted(
        by_service.items(), key=lambda each: (-each[1][1], -each[1][0], names[each[0]])
    )
    services = tuple((codes[key], names[key], *counts) for key, counts in ordered)
    return Tally(firing, critical, muted, nobody, services)  # type: ignore[arg-type]
