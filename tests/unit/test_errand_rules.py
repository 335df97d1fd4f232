"""When long work is tried again, where it stands and how far it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.progress.rules import WAITS, percent, state, wait_after
from timshel.kernel.progress.states import ErrandState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_waits_grow_and_end() -> None:
    assert [wait_after(number) for number in range(1, len(WAITS) + 2)] == [*WAITS, None]
    assert list(WAITS) == sorted(WAITS)
    assert sum(WAITS, timedelta()) == timedelta(hours=1, minutes=21)


@pytest.mark.parametrize(
    ("started", "due", "finished", "error", "expected"),
    [
        (None, None, None, "", ErrandState.QUEUED),
        (NOON, None, None, "", ErrandState.RUNNING),
        (NOON, None, None, "it broke before", ErrandState.RUNNING),
        (NOON, NOON, None, "it broke", ErrandState.DELAYED),
        (NOON, None, NOON, "", ErrandState.DONE),
        (NOON, None, NOON, "it broke", ErrandState.FAILED),
    ],
)
def test_where_it_stands(
    started: datetime | None,
    due: datetime | None,
    finished: datetime | None,
    error: str,
    expected: ErrandState,
) -> None:
    assert state(started_at=started, due_at=due, finished_at=finished, error=error) is expected


@pytest.mark.parametrize(
    ("done", "total", "expected"),
    [(0, 3, 0), (1, 3, 33), (2, 3, 66), (3, 3, 100), (5, 3, 100), (0, 0, None), (7, None, None)],
)
def test_how_far_it_is(done: int, total: int | None, expected: int | None) -> None:
    assert percent(done=done, total=total) == expected


@given(st.integers(0, 10**12), st.integers(1, 10**12))
def test_a_hundred_percent_means_all(done: int, total: int) -> None:
    share = percent(done=done, total=total)
    assert share is not None
    assert (share == 100) is (done >= total)
