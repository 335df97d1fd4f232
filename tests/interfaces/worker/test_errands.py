"""How a worker does long work: step by step, once, again after a fault, and not for ever."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import AT, SYSTEM, later
from tests.crowd import PATIENCE, Crowd
from tests.jobs import run_jobs, waiting_jobs
from timshel.interfaces.worker import errands, tasks
from timshel.interfaces.worker.errands import HANDLERS, Step, do_errand, errand
from timshel.interfaces.worker.run import _stop_at_signals
from timshel.kernel.errors import WrongState
from timshel.kernel.progress.actions import ErrandToDo, begin_errand, take_up_errand
from timshel.kernel.progress.models import Errand
from timshel.kernel.progress.rules import WAITS

KIND = "sheep.count"


class Herd:
    """A handler that counts as many sheep as are asked for, and trips where it is told to."""

    def __init__(self) -> None:
        self.counted: list[int] = []
        self.trips: list[BaseException] = []
        self.pause = threading.Event()
        self.reached = threading.Event()

    def __call__(self, asked: ErrandToDo, step: Step, /, *, at: datetime) -> Mapping[str, Any]:
        first = int(asked.cursor or 0) + 1
        for number in range(first, int(asked.arguments["sheep"]) + 1):
            if number == asked.arguments.get("trip_at") and self.trips:
                raise self.trips.pop(0)
            if number == asked.arguments.get("pause_at"):
                self.reached.set()
                assert self.pause.wait(PATIENCE)
            self.counted.append(number)
            step(1, number)
        return {"note": f"{len(self.counted)} sheep"}


@pytest.fixture
def herd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Herd]:
    made = Herd()
    monkeypatch.setitem(HANDLERS, KIND, made)
    yield made
    errands.stopping.clear()


def begun(**arguments: Any) -> int:
    given = {"sheep": 5, **arguments}
    return begin_errand(
        KIND, title="Counting sheep", arguments=given, total=given["sheep"], actor=SYSTEM, at=AT
    )


def row(key: int) -> Errand:
    return Errand.objects.get(pk=key)


@pytest.mark.django_db
class TestDoing:
    def test_a_begun_errand_is_done_by_its_job(self, herd: Herd) -> None:
        key = begun()
        assert run_jobs() == ["errands.run"]
        errand = row(key)
        assert (errand.done, errand.total, errand.cursor) == (5, 5, 5)
        assert errand.result == {"note": "5 sheep"}
        assert errand.finished_at is not None

    def test_a_job_that_runs_twice_does_it_once(self, herd: Herd) -> None:
        begun()
        run_jobs(times=3)
        assert herd.counted == [1, 2, 3, 4, 5]

    def test_every_kind_that_is_begun_is_known(self) -> None:
        assert set(HANDLERS) >= {"clocks.refresh", "clocks.rebuild"}

    def test_a_kind_has_one_handler(self, herd: Herd) -> None:
        assert errand(KIND)(herd) is herd
        with pytest.raises(ValueError, match=r"two handlers for sheep\.count"):
            errand(KIND)(Herd())

    def test_one_that_another_holds_is_left_alone(self, herd: Herd) -> None:
        key = begun()
        with take_up_errand(key, at=AT):
            assert herd.counted == []
        assert do_errand(key, at=later(1))

    def test_there_is_room_for_other_work(
        self, herd: Herd, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(errands, "_slots", threading.BoundedSemaphore(1))
        key = begun()
        with errands._slots:
            assert not do_errand(key, at=later(1))
        assert row(key).started_at is None
        assert do_errand(key, at=later(1))


@pytest.mark.django_db
class TestFaults:
    def test_it_is_tried_again_from_where_it_was(self, herd: Herd) -> None:
        key = begun(trip_at=4)
        herd.trips = [OSError("no space left")]
        run_jobs()
        errand = row(key)
        assert (errand.done, errand.attempts) == (3, 1)
        assert errand.error == "OSError: no space left"
        assert errand.due_at is not None
        assert do_errand(key, at=errand.due_at)
        assert herd.counted == [1, 2, 3, 4, 5]
        assert (row(key).error, row(key).result) == ("", {"note": "5 sheep"})

    def test_it_is_not_tried_again_before_its_time(self, herd: Herd) -> None:
        begun(trip_at=1)
        herd.trips = [OSError("no space left")]
        run_jobs()
        tasks.run_waiting_errands(timestamp=0)
        assert waiting_jobs() == []

    def test_after_the_last_attempt_it_has_failed_in_words(self, herd: Herd) -> None:
        key = begun(trip_at=2)
        herd.trips = [WrongState("The gate is shut.") for _ in range(9)]
        at = datetime.now(UTC)
        for _ in range(len(WAITS) + 1):
            assert do_errand(key, at=at)
            at = row(key).due_at or at
        assert not do_errand(key, at=at + timedelta(days=1))
        errand = row(key)
        assert (errand.error, errand.done) == ("The gate is shut.", 1)
        assert errand.finished_at is not None

    def test_a_kind_that_nobody_knows_is_told_in_words(self) -> None:
        key = begin_errand("moon.land", title="Landing", actor=SYSTEM, at=AT)
        assert do_errand(key, at=AT)
        assert row(key).error == "This version cannot do jobs of the kind moon.land."


@pytest.mark.django_db
class TestStopping:
    def test_it_ends_at_its_next_step_and_the_next_worker_goes_on(self, herd: Herd) -> None:
        key = begun()
        stop_at_step = errands.stopping
        original = herd.counted

        class Counted(list[int]):
            def append(self, number: int) -> None:
                original.append(number)
                if number == 2:
                    stop_at_step.set()

        herd.counted = Counted()
        assert do_errand(key, at=AT)
        errand = row(key)
        assert (errand.done, errand.attempts, errand.error) == (2, 0, "")
        assert errand.finished_at is None
        assert not do_errand(key, at=AT), "a worker that stops begins nothing"
        errands.stopping.clear()
        assert do_errand(key, at=AT)
        assert original == [1, 2, 3, 4, 5]


def test_a_signal_stops_long_work_and_then_the_worker(herd: Herd) -> None:
    async def work() -> None:
        working: asyncio.Task[None] = asyncio.create_task(asyncio.sleep(PATIENCE))
        _stop_at_signals(working)
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(asyncio.CancelledError):
            await working

    asyncio.run(work())
    assert errands.stopping.is_set()


@pytest.mark.django_db
class TestSweep:
    def test_it_takes_up_what_a_migration_left(self, herd: Herd) -> None:
        errand = Errand.objects.create(
            kind=KIND,
            title="Counting sheep",
            arguments={"sheep": 2},
            requested_by="Timshel",
            created_at=AT,
        )
        tasks.run_waiting_errands(timestamp=0)
        assert waiting_jobs() == ["errands.run"]
        run_jobs()
        assert (row(errand.pk).done, row(errand.pk).result) == (2, {"note": "2 sheep"})

    def test_no_jobs_pile_up_while_one_waits(self, herd: Herd) -> None:
        begun()
        for _ in range(3):
            tasks.run_waiting_errands(timestamp=0)
        assert waiting_jobs() == ["errands.run"] * 2, "the one it began with, and the sweep's"

    def test_the_next_begins_when_one_ends(self, herd: Herd) -> None:
        first = begun()
        with transaction.atomic():
            second = begun()
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE args->>'errand_id' = %s", [str(second)]
            )
        run_jobs()
        assert row(first).finished_at is not None
        assert row(second).finished_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_do_one_errand_once(herd: Herd) -> None:
    key = begun(pause_at=3)
    crowd = Crowd()
    crowd.start(lambda: tasks.run_errand(errand_id=key))
    assert herd.reached.wait(PATIENCE)
    assert row(key).done == 2, "others see each step at once"
    tasks.run_errand(errand_id=key)
    tasks.run_waiting_errands(timestamp=0)
    assert herd.counted == [1, 2]
    herd.pause.set()
    crowd.wait()
    assert herd.counted == [1, 2, 3, 4, 5]
    assert row(key).result == {"note": "5 sheep"}
