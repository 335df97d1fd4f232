"""The sweep: each alert and each breach is told once, by however many workers."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.domain.clocks.promises import (
    resolve_clock,
    respond_clock,
    verbs,
    zurich,
)
from timshel.kernel.actor import Actor
from timshel.operation.work.models import WorkItem
from timshel.operation.work.states import WaitingReason
from timshel.relationship_agreement.service_level.actions import (
    warn_and_breach_due,
)
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.relationship_agreement.service_level.models import Clock
from timshel.relationship_agreement.service_level.queries import (
    explain_clock,
)
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.incident.actions import (
    change_incident,
    note_on_incident,
    reply_to_incident,
    take_incident,
    wait_incident,
)

Opener = Callable[..., WorkItem]


class TestSweep:
    def test_each_warning_and_breach_is_told_once(
        self, opened: Opener, published: list[object]
    ) -> None:
        item = opened(zurich(1, 9))
        assert warn_and_breach_due(at=zurich(1, 10, 29)) == 0
        assert warn_and_breach_due(at=zurich(1, 10, 30)) == 1
        assert warn_and_breach_due(at=zurich(1, 11)) == 0
        assert warn_and_breach_due(at=zurich(1, 11, 1)) == 1
        assert warn_and_breach_due(at=zurich(1, 16)) == 1
        assert warn_and_breach_due(at=zurich(2, 9, 1)) == 1
        assert warn_and_breach_due(at=zurich(5, 9)) == 0
        assert verbs(item) == [
            "service_level.warned:respond",
            "service_level.breached:respond",
            "service_level.warned:resolve",
            "service_level.breached:resolve",
        ]
        assert published[1] == ClockBreached(
            item.pk, ClockKind.RESPOND, 1, zurich(1, 11), False, zurich(1, 11, 1)
        )
        assert [type(fact) for fact in published] == [ClockAlerted, ClockBreached] * 2

    def test_a_late_sweep_notes_the_exact_moment_and_warns_no_more(
        self, opened: Opener, published: list[object]
    ) -> None:
        item = opened(zurich(1, 9))
        assert warn_and_breach_due(at=zurich(5, 9)) == 2
        rows = {row.kind: row for row in Clock.objects.filter(work_item=item)}
        assert (rows["respond"].state, rows["respond"].breached_at) == ("breached", zurich(1, 11))
        assert (rows["resolve"].state, rows["resolve"].breached_at) == ("breached", zurich(2, 9))
        assert {type(fact) for fact in published} == {ClockBreached}

    def test_a_breach_that_ended_before_the_sweep_is_told_as_such(
        self, opened: Opener, agent: Actor, published: list[object]
    ) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="Sorry", actor=agent, at=zurich(1, 11, 1))
        assert respond_clock(item, zurich(1, 12)).state is ClockState.MISSED
        warn_and_breach_due(at=zurich(1, 11, 2))
        (fact,) = published
        assert isinstance(fact, ClockBreached)
        assert fact.is_stopped

    def test_what_the_sweep_told_stays_told_when_the_work_changes(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9))
        warn_and_breach_due(at=zurich(5, 9))
        take_incident(item.number, actor=agent, at=zurich(5, 10))
        note_on_incident(item.number, text="Late", actor=agent, at=zurich(5, 11))
        assert warn_and_breach_due(at=zurich(5, 12)) == 0
        assert len(verbs(item)) == 2

    def test_a_new_deadline_is_warned_of_and_breached_anew(
        self, opened: Opener, agent: Actor
    ) -> None:
        item = opened(zurich(1, 9), impact=1, urgency=1)
        reply_to_incident(item.number, text="Here", actor=agent, at=zurich(1, 9, 30))
        assert warn_and_breach_due(at=zurich(1, 16)) == 1
        item.refresh_from_db()
        change_incident(
            item.number, changes={"impact": 3, "urgency": 3},
            seen_version=item.version, actor=agent, at=zurich(1, 16, 10),
        )  # fmt: skip
        resolve = resolve_clock(item, zurich(1, 16, 20))
        assert (resolve.state, resolve.breached) == (ClockState.RUNNING, False)
        explained = explain_clock(item.pk, ClockKind.RESOLVE, at=zurich(1, 16, 20))
        assert explained.withdrawn_breaches == (zurich(1, 14),)
        assert warn_and_breach_due(at=zurich(3, 9)) == 1
        assert verbs(item) == ["service_level.breached:resolve"] * 2

    def test_paused_work_is_left_alone(self, opened: Opener, agent: Actor) -> None:
        item = opened(zurich(1, 9))
        reply_to_incident(item.number, text="?", actor=agent, at=zurich(1, 9, 30))
        wait_incident(item.number, reason=WaitingReason.REQUESTER, actor=agent, at=zurich(1, 10))
        assert warn_and_breach_due(at=zurich(29, 9)) == 0

    def test_the_sweep_looks_at_no_more_than_it_is_told_to(self, opened: Opener) -> None:
        for _ in range(3):
            opened(zurich(1, 9))
        assert warn_and_breach_due(at=zurich(9, 9), limit=4) == 4
        assert warn_and_breach_due(at=zurich(9, 9), limit=4) == 2
        assert warn_and_breach_due(at=zurich(9, 9), limit=4) == 0

    def test_the_sweep_mends_a_cache_that_is_wrong(self, opened: Opener) -> None:
        item = opened(zurich(1, 9))
        Clock.objects.filter(work_item=item).update(due_at=zurich(1, 9, 1))
        assert warn_and_breach_due(at=zurich(1, 9, 10), limit=2) == 2
        assert verbs(item) == []
        assert resolve_clock(item, zurich(1, 9, 10)).due_at == zurich(2, 9)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_tell_of_each_breach_exactly_once(opened: Opener) -> None:
    items = [opened(zurich(1, 9)) for _ in range(30)]
    together = Barrier(10)

    def sweep(_number: int) -> int:
        try:
            together.wait(timeout=30)
            return sum(warn_and_breach_due(at=zurich(9, 9), limit=7) for _ in range(12))
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as workers:
        assert sum(workers.map(sweep, range(10))) == 2 * len(items)
    for item in items:
        assert sorted(verbs(item)) == [
            "service_level.breached:resolve",
            "service_level.breached:respond",
        ]
    assert not Clock.objects.filter(breach_announced_at__isnull=True).exists()


@pytest.mark.django_db(transaction=True)
def test_answers_and_sweeps_at_once_neither_block_nor_contradict(
    opened: Opener, agent: Actor
) -> None:
    items = [opened(zurich(1, 9)) for _ in range(12)]
    together = Barrier(4)

    def answer(numbers: list[str]) -> None:
        try:
            together.wait(timeout=30)
            for number in numbers:
                reply_to_incident(number, text="Yes", actor=agent, at=zurich(1, 10))
        finally:
            connection.close()

    def sweep() -> None:
        try:
            together.wait(timeout=30)
            for _ in range(10):
                warn_and_breach_due(at=zurich(1, 12), limit=5)
        finally:
            connection.close()

    numbers = [item.number for item in items]
    with ThreadPoolExecutor(4) as workers:
        jobs = [workers.submit(answer, numbers[:6]), workers.submit(answer, numbers[6:])]
        jobs += [workers.submit(sweep), workers.submit(sweep)]
        for job in jobs:
            job.result(timeout=60)
    states = Clock.objects.filter(kind="respond").values_list("state", flat=True)
    assert set(states) == {"met"}
    assert all(len(verbs(item)) <= 1 for item in items)
