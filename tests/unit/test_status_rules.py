"""The days of a service: each moment counts once, with the worst of what was the matter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from timshel.resolution_fulfilment.status.rules import Span, day_lines, state_at, worst
from timshel.resolution_fulfilment.status.states import ServiceHealth

DOWN, DEGRADED = ServiceHealth.DOWN, ServiceHealth.DEGRADED
PLANNED, WORKS = ServiceHealth.PLANNED, ServiceHealth.WORKS
AT = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(state: ServiceHealth, hours_ago: float, lasted: float | None) -> Span:
    began = AT - timedelta(hours=hours_ago)
    return Span(state, began, None if lasted is None else began + timedelta(hours=lasted))


def test_the_worst_counts() -> None:
    assert worst([]) is WORKS
    assert worst(["planned", "degraded"]) is DEGRADED
    assert worst(["down", "planned", "works"]) is DOWN


def test_the_state_at_a_moment_is_of_what_lasts_then() -> None:
    spans = [span(DEGRADED, 3, 2), span(DOWN, 2.5, 1)]
    assert state_at(spans, at=AT - 2.75 * HOUR) is DEGRADED
    assert state_at(spans, at=AT - 2 * HOUR) is DOWN
    assert state_at(spans, at=AT - 1.5 * HOUR) is DEGRADED
    assert state_at(spans, at=AT - HOUR) is WORKS  # what ended at a moment is over then


def test_what_lies_over_another_counts_once() -> None:
    (today,) = day_lines([span(DEGRADED, 3, 2), span(DOWN, 2.5, 1)], at=AT, time_zone="UTC", days=1)
    assert today.state is DOWN
    assert today.lasted == {DEGRADED: HOUR, DOWN: HOUR}
    assert today.minutes == 120


def test_planned_work_is_no_trouble_and_a_begun_minute_is_one() -> None:
    spans = [span(PLANNED, 5, 1), Span(DOWN, AT - timedelta(seconds=61), AT)]
    (today,) = day_lines(spans, at=AT, time_zone="UTC", days=1)
    assert (today.state, today.minutes) == (DOWN, 2)
    assert today.lasted[PLANNED] == HOUR


def test_a_night_is_shared_by_two_days_of_the_reader() -> None:
    night = Span(
        DOWN, datetime(2026, 3, 29, 21, 0, tzinfo=UTC), datetime(2026, 3, 30, 1, 0, tzinfo=UTC)
    )
    before, today = day_lines([night], at=AT, time_zone="Europe/Paris", days=2)
    assert (before.day, before.minutes) == (date(2026, 3, 29), 60)  # until 22:00 UTC
    assert (today.day, today.minutes) == (date(2026, 3, 30), 180)


def test_the_day_on_which_the_clocks_change_has_its_own_length() -> None:
    always = Span(DOWN, AT - timedelta(days=40), None)
    days = {each.day: each for each in day_lines([always], at=AT, time_zone="Europe/Paris")}
    assert days[date(2026, 3, 29)].minutes == 23 * 60
    assert days[date(2026, 3, 28)].minutes == 24 * 60
    assert days[date(2026, 3, 30)].minutes == 14 * 60


@given(
    st.lists(
        st.builds(
            span,
            st.sampled_from([DOWN, DEGRADED, PLANNED]),
            st.floats(0, 24 * 100),
            st.none() | st.floats(0, 24 * 30),
        ),
        max_size=12,
    )
)
def test_no_day_has_more_than_itself(spans: list[Span]) -> None:
    lines = day_lines(spans, at=AT, time_zone="Europe/Paris")
    assert len(lines) == 90
    for line in lines:
        assert sum(line.lasted.values(), start=timedelta()) <= timedelta(hours=25)
        assert line.state == worst(each.value for each in line.lasted)
