"""Live regions are exact: nothing is missed and nothing is told twice, however commits fall."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.crowd import PATIENCE, Crowd, waiting_for_locks
from timshel.kernel import live

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Change:
    """A change in a thread of its own, open until it is told to commit."""

    def __init__(self, *regions: str) -> None:
        self._crowd = Crowd()
        self._written, self._commit = threading.Event(), threading.Event()
        self._crowd.start(self._hold, regions)
        assert self._written.wait(PATIENCE)

    def commit(self) -> None:
        self._commit.set()
        self._crowd.wait()

    def _hold(self, regions: tuple[str, ...]) -> None:
        with transaction.atomic():
            live.announce(regions, at=NOON)
            self._written.set()
            assert self._commit.wait(PATIENCE)


def announce(*regions: str) -> None:
    with transaction.atomic():
        live.announce(regions, at=NOON)


@pytest.mark.django_db(transaction=True)
class TestExactness:
    def test_what_was_committed_before_the_page_is_no_news(self) -> None:
        announce("team:1")
        assert not live.has_changed(["team:1"], live.token())

    def test_what_is_committed_afterwards_is(self) -> None:
        token = live.token()
        announce("team:1")
        assert live.has_changed(["team:1"], token)
        assert live.has_changed(["team:2", "team:1"], token)
        assert not live.has_changed(["team:2"], token)
        assert not live.has_changed([], token)
        assert not live.has_changed(["team:1"], live.token())

    def test_a_change_begun_before_the_page_and_committed_after_it(self) -> None:
        change = Change("team:1")
        token = live.token()
        assert not live.has_changed(["team:1"], token)
        change.commit()
        assert live.has_changed(["team:1"], token)
        assert not live.has_changed(["team:1"], live.token())

    def test_a_later_change_that_commits_first_hides_no_earlier_one(self) -> None:
        slow = Change("team:1")
        announce("team:1")
        token = live.token()  # has seen the second, not the first
        assert not live.has_changed(["team:1"], token)
        slow.commit()
        assert live.has_changed(["team:1"], token)

    def test_a_change_that_never_commits_is_no_news(self) -> None:
        token = live.token()
        with transaction.atomic():
            live.announce(["team:1"], at=NOON)
            transaction.set_rollback(True)
        assert not live.has_changed(["team:1"], token)

    def test_every_order_of_three_commits(self) -> None:
        for order in ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)):
            changes = [Change(f"team:{number}") for number in range(3)]
            token = live.token()
            committed: set[int] = set()
            for number in order:
                changes[number].commit()
                committed.add(number)
                seen = {each for each in range(3) if live.has_changed([f"team:{each}"], token)}
                assert seen == committed

    def test_writers_of_one_region_do_not_queue(self) -> None:
        changes = [Change("work", "team:1") for _ in range(8)]
        assert waiting_for_locks() == 0
        for change in changes:
            change.commit()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "1:2",
        "1:2:3:4",
        "99999999999999999999:1:",
        "1:2:'; DROP TABLE live_change; --",
        "\x00",
        "1:1:" + "1," * 3_000,
        "5:1:",
        "9999999999999999999:9999999999999999999:",
        "1:5:9",
        "1:5:3,2",
        "1:5:,",
        "0:0:",
        "٣:٣:",
    ],
)
def test_a_token_that_cannot_be_read_counts_as_changed(token: str) -> None:
    assert live.has_changed(["team:1"], token)
    assert connection.is_usable()


@pytest.mark.django_db
def test_a_region_is_noted_once_a_change() -> None:
    live.announce(["team:1", "team:1", "work"], at=NOON)
    assert _rows() == 2


@pytest.mark.django_db
def test_each_question_is_one_query(django_assert_num_queries: Callable[[int], Any]) -> None:
    with django_assert_num_queries(1):
        token = live.token()
    with django_assert_num_queries(1):
        live.has_changed([f"work_item:{number}" for number in range(60)], token)
    with django_assert_num_queries(1):
        live.announce(["a", "b", "c"], at=NOON)


@pytest.mark.django_db
def test_old_changes_are_forgotten() -> None:
    live.announce(["a"], at=NOON)
    live.announce(["b"], at=NOON + live.KEPT)
    assert live.forget(at=NOON + live.KEPT) == 0
    assert live.forget(at=NOON + live.KEPT + timedelta(seconds=1)) == 1
    assert _rows() == 1


def _rows() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM live_change")
        return int(cursor.fetchone()[0])
