"""Who asked for what, how much each offering is asked for, and how long it really takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from timshel.resolution_fulfilment.service_request.models import ServiceRequest

LOOKED_BACK = timedelta(days=90)

# One pass over all requests, once a night.
_USE = """
    SELECT request.offering_id,
           count(*) FILTER (WHERE item.opened_at > %(since)s),
           count(*) FILTER (WHERE request.outcome = 'fulfilled' AND item.resolved_at > %(since)s),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY item.resolved_at - item.opened_at)
               FILTER (WHERE request.outcome = 'fulfilled' AND item.resolved_at > %(since)s),
           percentile_cont(0.9) WITHIN GROUP (ORDER BY item.resolved_at - item.opened_at)
               FILTER (WHERE request.outcome = 'fulfilled' AND item.resolved_at > %(since)s),
           max(item.opened_at)
    FROM service_request_servicerequest AS request
    JOIN work_workitem AS item ON item.id = request.work_item_id
    WHERE item.opened_at <= %(at)s
    GROUP BY request.offering_id
"""


@dataclass(frozen=True, slots=True)
class UseOfOffering:
    """How much an offering was asked for in the last 90 days.

    Args:
        offering_id: which.
        requests: how often it was asked for.
        fulfilled: how many ended with what was asked for.
        median: half of those took no longer, from asking to having it; None without one.
        ninetieth: nine in ten of those took no longer.
        last_requested_at: when it was asked for last, ever.
    """

    offering_id: int
    requests: int
    fulfilled: int
    median: timedelta | None
    ninetieth: timedelta | None
    last_requested_at: datetime


def use_of_offerings(*, at: datetime) -> tuple[UseOfOffering, ...]:
    """Return how much each offering was asked for that ever was; one query, for a sweep."""
    with connection.cursor() as cursor:
        cursor.execute(_USE, {"since": at - LOOKED_BACK, "at": at})
        return tuple(UseOfOffering(*row) for row in cursor.fetchall())


def orders_made() -> frozenset[tuple[str, str]]:
    """Return who ever asked for what, by the codes of the person and of the offering; one query.

    For whoever brings orders in and brings none in twice.
    """
    rows = ServiceRequest.objects.values_list("work_item__requester__code", "offering__code")
    return frozenset(rows.distinct())
