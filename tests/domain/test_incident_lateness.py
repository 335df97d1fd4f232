"""What is late shows as late, in rows and filters alike, before and after the sweep tells of it."""

from __future__ import annotations

import pytest

from tests.cast import Cast, later, opened
from timshel.relationship_agreement.service_level.actions import warn_and_breach_due
from timshel.resolution_fulfilment.incident import queries
from timshel.resolution_fulfilment.incident.actions import resolve_incident


def numbers(cast: Cast, *, breached: bool, hours: float) -> list[str]:
    filters = queries.IncidentFilters(view="all", breached=breached)
    at = later(hours=hours)
    page = queries.incident_list(filters, actor=cast.process_owner, at=at)
    assert all(row.breached is breached for row in page.items)
    assert queries.incident_count(filters, actor=cast.process_owner, at=at) == len(page.items)
    return [row.number for row in page.items]


@pytest.mark.parametrize("swept", [False, True], ids=["before the sweep", "after the sweep"])
def test_a_filter_agrees_with_its_rows(cast: Cast, swept: bool) -> None:
    urgent = opened(cast.requester, impact=1, urgency=1)
    calm = opened(cast.requester, title="The lid squeaks")
    assert numbers(cast, breached=True, hours=0) == []
    assert numbers(cast, breached=False, hours=0) == [urgent, calm]
    if swept:
        warn_and_breach_due(at=later(hours=5))
    assert numbers(cast, breached=True, hours=5) == [urgent]
    assert numbers(cast, breached=False, hours=5) == [calm]


def test_what_was_resolved_in_time_is_never_late(cast: Cast) -> None:
    number = opened(cast.requester)
    resolve_incident(number, code="fixed", text="New cable.", actor=cast.agent, at=later(5))
    assert numbers(cast, breached=True, hours=5000) == []
    assert numbers(cast, breached=False, hours=5000) == [number]
