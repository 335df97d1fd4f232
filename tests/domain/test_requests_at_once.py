"""Several people and sweeps at one request at once, each on a connection of its own."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.bundles import JOINER, offer_bundle, publish, show
from tests.cast import AT, SYSTEM, Cast, build_cast, later
from tests.crowd import PATIENCE, Crowd
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from tests.unit.bpmn.drawing import catch, duration, end, start, task, way, xml
from timshel.kernel.errors import Refused
from timshel.kernel.journal.models import Entry
from timshel.leadership.approval.actions import decide_approval
from timshel.leadership.approval.models import Approval
from timshel.leadership.approval.states import Decision
from timshel.operation.process.actions import wake_due_runs
from timshel.operation.process.models import ProcessRun, ProcessStep
from timshel.operation.task.actions import Completion, complete_task
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.service_request import actions
from timshel.resolution_fulfilment.service_request.actions import Order
from timshel.resolution_fulfilment.service_request.host import part_ended

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5


def at_once(*works: Any) -> list[str]:
    """Run functions at the same moment; returns the codes of what was refused."""
    ready = threading.Barrier(len(works))
    refused: list[str] = []

    def run(work: Any) -> None:
        ready.wait(PATIENCE)
        try:
            work()
        except Refused as refusal:
            refused.append(refusal.code)

    crowd = Crowd()
    for work in works:
        crowd.start(run, work)
    crowd.wait()
    return refused


def completing(number: str, who: Any) -> Any:
    def complete() -> None:
        complete_task(number, completion=Completion(), actor=who, at=later(5))

    return complete


def withdrawing(number: str, cast: Cast) -> Any:
    def withdraw() -> None:
        actions.withdraw_request(number, actor=cast.requester, at=later(5))

    return withdraw


def stage(number: str) -> str:
    return WorkItem.objects.get(number=number).stage


def test_two_who_finish_a_task_finish_it_once() -> None:
    cast = build_cast()
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    for _round in range(ROUNDS):
        number = ordered(cast.requester)
        (todo,) = tasks_of(number)
        both = [completing(todo.number, who) for who in (cast.agent, cast.second_agent)]
        assert at_once(*both) == ["wrong_state"]
        assert stage(number) == "resolved"
    assert Entry.objects.filter(verb="task.completed").count() == ROUNDS
    assert Entry.objects.filter(verb="service_request.fulfilled").count() == ROUNDS


def test_an_answer_and_a_withdrawal_do_not_lock_each_other_out() -> None:
    cast = build_cast()
    offer_laptop(cast)
    for _round in range(ROUNDS):
        number = ordered(cast.requester)
        step = ProcessStep.objects.get(run__work_item__number=number, kind="approval")
        key = step.approval_id or 0

        def approve(key: int = key) -> None:
            decide_approval(
                key, decision=Decision.APPROVED, comment="", actor=cast.manager, at=later(5)
            )

        refused = at_once(approve, withdrawing(number, cast))
        # Whatever came first, in the end it is withdrawn and nobody has anything to do.
        assert stage(number) == "cancelled"
        assert {each.stage for each in tasks_of(number)} <= {"cancelled"}
        state = Approval.objects.get(pk=key).state
        assert (state, refused) in [("approved", []), ("withdrawn", ["wrong_state"])]


def test_the_last_word_on_a_task_and_a_withdrawal() -> None:
    cast = build_cast()
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    for _round in range(ROUNDS):
        number = ordered(cast.requester)
        (todo,) = tasks_of(number)
        refused = at_once(completing(todo.number, cast.agent), withdrawing(number, cast))
        todo.refresh_from_db()
        assert refused == ["wrong_state"]
        assert (stage(number), todo.stage) in [("resolved", "closed"), ("cancelled", "cancelled")]


def test_two_sweeps_fire_a_timer_once() -> None:
    cast = build_cast()
    diagram = xml(
        start(),
        catch("rest", duration("P1D")),
        task("prepare", team="service-desk"),
        end(),
        way("start", "rest", "prepare", "end"),
    )
    publish(diagram, "order", cast)
    show("laptop-dock", cast, process="order")
    numbers = [ordered(cast.requester, offering="laptop-dock") for _each in range(ROUNDS)]

    def sweep() -> None:
        wake_due_runs(actor=SYSTEM, at=later(days=1))

    assert at_once(sweep, sweep, sweep) == []
    assert [len(tasks_of(number)) for number in numbers] == [1] * ROUNDS
    assert not ProcessRun.objects.filter(wake_at__isnull=False).exists()


def test_the_last_parts_end_together_and_their_order_with_them() -> None:
    cast = build_cast()
    offer_bundle(cast)
    wanted = Order("heating-room", raw=JOINER)
    event = actions.order(wanted, actor=cast.requester, at=AT)
    todos = WorkItem.objects.filter(kind="task").values_list("number", flat=True)
    assert len(todos) == 3
    assert at_once(*(completing(number, cast.lead) for number in todos)) == []

    def go_on() -> None:
        part_ended(event.work_item_id, at=later(6))

    assert at_once(go_on, go_on) == []
    assert stage(event.number) == "resolved"
    ended = Entry.objects.filter(verb="service_request.fulfilled")
    assert ended.filter(subject_id=event.work_item_id).count() == 1


def test_a_bundle_is_withdrawn_while_a_part_is_finished() -> None:
    cast = build_cast()
    offer_bundle(cast)
    for _round in range(ROUNDS):
        number = actions.order(
            Order("heating-room", raw=JOINER), actor=cast.requester, at=AT
        ).number
        todos = WorkItem.objects.filter(kind="task", parent__parent__number=number)
        first = todos.order_by("-pk")[0].number
        refused = at_once(completing(first, cast.lead), withdrawing(number, cast))
        assert refused in ([], ["wrong_state"])
        assert stage(number) == "cancelled"
        assert not todos.exclude(stage__in=["closed", "cancelled"]).exists()
