"""ISO 8601 durations and moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from timshel.kernel.bpmn.durations import parse_duration, parse_moment

NOON = datetime(2027, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("P2D", NOON + timedelta(days=2)),
        ("PT4H", NOON + timedelta(hours=4)),
        ("PT90M", NOON + timedelta(minutes=90)),
        ("PT30S", NOON + timedelta(seconds=30)),
        ("P1W", NOON + timedelta(days=7)),
        ("P1DT12H", NOON + timedelta(hours=36)),
        ("P1M", datetime(2027, 2, 28, 12, tzinfo=UTC)),
        ("P13M", datetime(2028, 2, 29, 12, tzinfo=UTC)),
        ("P1Y2M", datetime(2028, 3, 31, 12, tzinfo=UTC)),
        (" P2D ", NOON + timedelta(days=2)),
        ("PT0S", NOON),
    ],
)
def test_durations(text: str, after: datetime) -> None:
    duration = parse_duration(text)
    assert duration is not None
    assert duration.after(NOON) == after


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "2D", "P2", "P2H", "PT2D", "P-2D", "P1.5D", "P2DT", "P2D3", "p2d"]
)
def test_no_durations(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-01-31T12:00:00Z", NOON),
        ("2027-01-31T13:00+01:00", NOON),
        ("2027-01-31T12:00", NOON),
        ("2027-01-31", datetime(2027, 1, 31, tzinfo=UTC)),
        ("tomorrow", None),
        ("2027-02-30", None),
    ],
)
def test_moments(text: str, moment: datetime | None) -> None:
    assert parse_moment(text) == moment
