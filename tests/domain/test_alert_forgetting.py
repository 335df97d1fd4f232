"""Old alerts are removed a batch at a time, and never what an incident still needs."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.alerts import (
    fired,
    incidents,
    made_source,
    minutes,
    rule,
    settled,
    told,
    with_rules,
)
from tests.cast import AT, Cast
from timshel.resolution_fulfilment.alert.actions import forget_alerts
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertMoment
from timshel.resolution_fulfilment.incident.actions import close_incident

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)
CLEARED = AT + minutes(5)


@pytest.fixture(autouse=True)
def source(cast: Cast) -> None:
    made_source(cast)
    with_rules(
        rule("Only seen", "kind = seen", opens_incident=False),
        rule("Each", group_by=("alertname",)),
    )


def cleared(*names: str, at: datetime = AT, **labels: str) -> None:
    """Alerts fire and clear five minutes later."""
    told(*(fired(name, since=at, **labels) for name in names), at=at)
    settled(at)
    over = at + minutes(5)
    told(*(fired(name, since=at, until=over, **labels) for name in names), at=over)
    settled(over)


def left() -> list[str]:
    return list(Alert.objects.order_by("pk").values_list("title", flat=True))


def test_what_made_no_incident_is_removed_after_a_year() -> None:
    cleared("A", kind="seen")
    assert forget_alerts(at=CLEARED + YEAR) == 0
    assert forget_alerts(at=CLEARED + YEAR + minutes(1)) == 1
    assert (Alert.objects.count(), AlertMoment.objects.count()) == (0, 0)


def test_what_still_fires_or_was_told_of_lately_stays() -> None:
    told(fired("Fires", kind="seen"))
    cleared("Lately", at=AT + YEAR, kind="seen")
    assert forget_alerts(at=CLEARED + YEAR + timedelta(days=2)) == 0
    assert len(left()) == 2


def test_what_an_incident_needs_stays_until_that_was_closed_as_long_ago(cast: Cast) -> None:
    cleared("A")
    (number,) = incidents()
    late = CLEARED + YEAR * 2
    assert forget_alerts(at=late) == 0  # it is resolved, and may be opened again
    close_incident(number, actor=cast.lead, at=late)
    assert forget_alerts(at=late + timedelta(days=300)) == 0
    assert forget_alerts(at=late + YEAR + minutes(1)) == 1
    assert not AlertGroup.objects.exists()


def test_a_storm_is_removed_as_a_whole_in_bounded_batches(cast: Cast) -> None:
    names = [f"A{each}" for each in range(25)]
    cleared(*names)
    (number,) = incidents()
    close_incident(number, actor=cast.lead, at=CLEARED)
    late = CLEARED + YEAR * 2
    assert AlertGroup.objects.count() == 26
    assert [forget_alerts(at=late, limit=10) for _batch in range(4)] == [10, 10, 5, 0]
    assert not AlertGroup.objects.exists()


def test_how_long_is_a_setting_and_nought_is_for_good(settings: Any) -> None:
    cleared("A", kind="seen")
    settings.ALERT_DAYS = 0
    assert forget_alerts(at=CLEARED + YEAR * 50) == 0
    settings.ALERT_DAYS = 1  # the same may be opened again for a week
    assert forget_alerts(at=CLEARED + timedelta(days=7)) == 0
    assert forget_alerts(at=CLEARED + timedelta(days=8, minutes=1)) == 1
