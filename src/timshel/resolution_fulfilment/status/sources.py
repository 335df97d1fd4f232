"""Where the state of a service comes from: the one place that says what counts, and as what.

Known outages say it in words for everybody. Incidents of the first priority, and alerts of
monitoring, count with their state alone: their titles are not written for everybody. Planned work
counts while it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from timshel.design_transition.maintenance.models import PlannedWork
from timshel.operation.work.states import OPEN_STAGES
from timshel.resolution_fulfilment.alert.queries import service_standings
from timshel.resolution_fulfilment.alert.states import CRITICAL, WARNING
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import ServiceState
from timshel.resolution_fulfilment.outage.models import Outage
from timshel.resolution_fulfilment.status.rules import LOOKED_BACK
from timshel.resolution_fulfilment.status.states import Cause, ServiceHealth

FIRST_PRIORITY = 1
_TICK = timedelta(microseconds=1)  # what begins at the moment has begun
_HEALTH = {ServiceState.DOWN: ServiceHealth.DOWN, ServiceState.DEGRADED: ServiceHealth.DEGRADED}
# What is only for information says nothing of how a service does.
_SEVERITY = {CRITICAL: ServiceHealth.DOWN, WARNING: ServiceHealth.DEGRADED}
Identity = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is, or lately was, the matter with a service.

    Args:
        service_id: the service.
        kind: of what sort it is.
        key: which of its sort.
        state: how the service does because of it.
        began_at: since when.
        ended_at: until when; None while it lasts.
        title: what everybody is told; may be empty.
        message: Markdown; may be empty.
        translations: of both.
    """

    service_id: int
    kind: Cause
    key: str
    state: ServiceHealth
    began_at: datetime
    ended_at: datetime | None = None
    title: str = ""
    message: str = ""
    translations: Mapping[str, Any] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """Return what it is known by."""
        return self.service_id, self.kind.value, self.key


def troubles(*, at: datetime) -> list[Trouble]:
    """Return what is the matter with services at a moment, and what lately was; four queries."""
    told = list(_outages(at))
    spoken_of = {each.key for each in told if each.ended_at is None}
    serious = [each for each in _incidents() if each.key not in spoken_of]
    return [*told, *serious, *_alerts(), *_planned(at)]


def _outages(at: datetime) -> Iterator[Trouble]:
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=at - LOOKED_BACK)
    rows = Outage.objects.filter(lately, incident__work_item__service_id__isnull=False)
    for row in rows.select_related("incident__work_item"):
        work = row.incident.work_item
        ends = [row.ended_at]
        if work.stage not in OPEN_STAGES:
            ends.append(work.resolved_at or work.closed_at or work.updated_at)
        ended_at = min((each for each in ends if each is not None), default=None)
        if ended_at is not None and ended_at < at - LOOKED_BACK:
            continue
        yield Trouble(
            service_id=work.service_id or 0,
            kind=Cause.OUTAGE,
            key=str(row.pk),
            state=_health(row.incident.service_state),
            began_at=row.declared_at,
            ended_at=None if ended_at is None else max(ended_at, row.declared_at),
            title=row.title,
            message=row.message,
            translations=row.translations,
        )


def _incidents() -> Iterator[Trouble]:
    rows = Incident.objects.filter(
        work_item__stage__in=sorted(OPEN_STAGES),
        work_item__priority=FIRST_PRIORITY,
        work_item__service_id__isnull=False,
        service_state__in=sorted(each.value for each in _HEALTH),
    )
    for row in rows.select_related("work_item"):
        yield Trouble(
            service_id=row.work_item.service_id or 0,
            kind=Cause.INCIDENT,
            key=str(row.pk),
            state=_health(row.service_state),
            began_at=row.work_item.opened_at,
        )


def _alerts() -> Iterator[Trouble]:
    for service_id, standing in service_standings().items():
        if standing.firing and standing.since is not None and standing.worst in _SEVERITY:
            yield Trouble(
                service_id=service_id,
                kind=Cause.ALERT,
                key="alerts",
                state=_SEVERITY[standing.worst],
                began_at=standing.since,
            )


def _planned(at: datetime) -> Iterator[Trouble]:
    rows = PlannedWork.objects.within(at - LOOKED_BACK, at + _TICK).prefetch_related("services")
    for row in rows:
        over_at = row.finished_at or row.ends_at
        for service in row.services.all():
            yield Trouble(
                service_id=service.service_id,
                kind=Cause.PLANNED,
                key=str(row.pk),
                state=ServiceHealth.PLANNED,
                began_at=row.starts_at,
                ended_at=over_at if over_at <= at else None,
                title=row.title,
                message=row.message,
                translations=row.translations,
            )


def _health(said: str | None) -> ServiceHealth:
    """Return how a service does by what an incident says of it: in part, where it says nothing."""
    return (
        _HEALTH.get(ServiceState(said), ServiceHealth.DEGRADED)
        if said
        else (ServiceHealth.DEGRADED)
    )
