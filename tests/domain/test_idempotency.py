"""The same request twice is done once, even by two threads at the same moment."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.crowd import PATIENCE, Crowd, waiting_for_locks
from timshel.kernel.errors import Conflict, Invalid
from timshel.kernel.idempotency.actions import KEPT, LONGEST, forget, once
from timshel.kernel.idempotency.models import IdempotencyKey

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Work:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, int]:
        self.times += 1
        return {"number": self.times}


@pytest.mark.django_db
class TestOnce:
    def test_a_repetition_gets_the_first_answer(self) -> None:
        work = Work()
        assert once("k", work, owner="token:1", content=b"a", at=NOON) == ({"number": 1}, False)
        assert once("k", work, owner="token:1", content=b"a", at=NOON) == ({"number": 1}, True)
        assert work.times == 1

    def test_keys_of_two_owners_never_meet(self) -> None:
        work = Work()
        once("k", work, owner="token:1", content=b"a", at=NOON)
        assert once("k", work, owner="token:2", content=b"b", at=NOON) == ({"number": 2}, False)

    def test_the_same_key_for_something_else_is_refused(self) -> None:
        work = Work()
        once("k", work, owner="token:1", content=b"a", at=NOON)
        with pytest.raises(Conflict, match="already used for another request"):
            once("k", work, owner="token:1", content=b"b", at=NOON)
        assert work.times == 1

    def test_a_failure_leaves_the_key_free(self) -> None:
        def fail() -> None:
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            once("k", fail, owner="token:1", content=b"a", at=NOON)
        assert once("k", Work(), owner="token:1", content=b"a", at=NOON) == ({"number": 1}, False)

    @pytest.mark.parametrize("key", ["", "k" * (LONGEST + 1), "a\x00b"])
    def test_a_key_that_cannot_be_kept_is_refused(self, key: str) -> None:
        work = Work()
        with pytest.raises(Invalid) as refusal:
            once(key, work, owner="token:1", content=b"a", at=NOON)
        assert set(refusal.value.fields) == {"Idempotency-Key"}
        assert work.times == 0

    def test_the_longest_key_is_taken(self) -> None:
        once("k" * LONGEST, Work(), owner="token:1", content=b"a", at=NOON)

    def test_old_keys_are_forgotten(self) -> None:
        once("k", Work(), owner="token:1", content=b"a", at=NOON)
        assert forget(at=NOON + KEPT) == 0
        assert forget(at=NOON + KEPT + timedelta(seconds=1)) == 1
        assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first_fails", [False, True])
def test_two_at_the_same_moment(first_fails: bool) -> None:
    """The second waits for the first; it gets its answer, or does the work if the first failed."""
    inside, go_on = threading.Event(), threading.Event()
    answers: dict[str, object] = {}
    second = Work()

    def slow() -> dict[str, str]:
        inside.set()
        assert go_on.wait(PATIENCE)
        if first_fails:
            raise ZeroDivisionError
        return {"done_by": "first"}

    def ask_first() -> None:
        try:
            answers["first"] = once("k", slow, owner="token:1", content=b"a", at=NOON)
        except ZeroDivisionError:
            answers["first"] = "failed"

    def ask_second() -> None:
        answers["second"] = once("k", second, owner="token:1", content=b"a", at=NOON)

    crowd = Crowd()
    crowd.start(ask_first)
    assert inside.wait(PATIENCE)
    crowd.start(ask_second)
    try:
        deadline = time.monotonic() + PATIENCE
        while waiting_for_locks() == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waiting_for_locks() == 1
        assert "second" not in answers
    finally:
        go_on.set()
    crowd.wait()
    if first_fails:
        assert answers == {"first": "failed", "second": ({"number": 1}, False)}
    else:
        assert answers["first"] == ({"done_by": "first"}, False)
        assert answers["second"] == ({"done_by": "first"}, True)
        assert second.times == 0
    assert IdempotencyKey.objects.count() == 1
