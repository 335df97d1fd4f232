"""Queues of incidents alone, as the interface and the finder read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from timshel.kernel.actor import Actor
from timshel.kernel.paging import Page
from timshel.operation.work.models import WorkItemQuerySet
from timshel.relationship_agreement.service_level.queries import worklist
from timshel.relationship_agreement.service_level.queries.worklist import (
    COUNT_LIMIT,
    is_late,
    text_condition,
)
from timshel.resolution_fulfilment.incident.states import KIND

__all__ = [
    "IncidentFilters",
    "IncidentRow",
    "filtered",
    "incident_count",
    "incident_list",
    "is_late",
    "text_condition",
]

IncidentFilters = worklist.WorkFilters
IncidentRow = worklist.WorkRow


def incident_list(
    filters: IncidentFilters,
    *,
    actor: Actor,
    at: datetime,
    sort: str = "due",
    cursor: str | None = None,
    size: int = 50,
) -> Page[IncidentRow]:
    """Return one page of a queue of incidents.

    Args and Raises: as for :func:`~.worklist.work_list`.
    """
    return worklist.work_list(
        _of_incidents(filters), actor=actor, at=at, sort=sort, cursor=cursor, size=size
    )


def incident_count(
    filters: IncidentFilters, *, actor: Actor, at: datetime, limit: int | None = COUNT_LIMIT
) -> int:
    """Count what a list of incidents would show; see :func:`~.worklist.work_count`."""
    return worklist.work_count(_of_incidents(filters), actor=actor, at=at, limit=limit)


def filtered(filters: IncidentFilters, actor: Actor, *, at: datetime) -> WorkItemQuerySet:
    """Return the incidents that a list or a count is about; see :func:`~.worklist.filtered`."""
    return worklist.filtered(_of_incidents(filters), actor, at=at)


def _of_incidents(filters: IncidentFilters) -> IncidentFilters:
    return replace(filters, kinds=(KIND,))
