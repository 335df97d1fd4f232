"""Runs of processes: timers, calls, what stands in the way, and what a manager does by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.bundles import publish, show
from tests.cast import AT, SYSTEM, Cast, later
from tests.ordered import (
    failing_diagram,
    offer_laptop,
    ordered,
    simple_diagram,
    tasks_of,
)
from tests.unit.bpmn.drawing import (
    MESSAGES,
    call,
    catch,
    duration,
    end,
    flow,
    message,
    node,
    start,
    task,
    way,
    xml,
)
from tests.witness import Witness
from timshel.kernel.errors import Invalid, NotAllowed, NotFound, WrongState
from timshel.operation.process import actions
from timshel.operation.process.actions.calling import MOST_ATTEMPTS, CallFailed, pause_after
from timshel.operation.process.models import ProcessRun, ProcessStep
from timshel.operation.task.actions import Completion, complete_task
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.service_request import actions as requests
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.support.communication.models import OutgoingMessage

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def offered(diagram: str, cast: Cast, *, process: str = "order") -> str:
    """Publish a process, and ask for what it is for."""
    publish(diagram, process, cast)
    show("laptop-dock", cast, process=process)
    return ordered(cast.requester, offering="laptop-dock")


def run_of(number: str) -> ProcessRun:
    return ProcessRun.objects.get(work_item__number=number)


def step_of(number: str, element: str) -> ProcessStep:
    steps = ProcessStep.objects.filter(run__work_item__number=number, element=element)
    return steps.order_by("-pk")[0]


def done(number: str, cast: Cast, *, at: Any = None) -> None:
    todo = next(each for each in tasks_of(number) if each.stage not in ("closed", "cancelled"))
    complete_task(todo.number, completion=Completion(), actor=cast.lead, at=at or later(30))


class Other:
    """Another system that answers as told."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.keys: list[str] = []

    def __call__(self, values: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        assert values["url"] == "https://hooks.example/laptops"
        self.keys.append(key)
        answer = self.answers.pop(0) if self.answers else "down"
        if isinstance(answer, str):
            raise CallFailed(answer)
        return dict(answer)


def timed() -> str:
    return xml(
        start(),
        catch("rest", duration("P1D")),
        task("prepare", team="service-desk"),
        end(),
        way("start", "rest", "prepare", "end"),
    )


def test_a_timer_fires_when_it_is_due_and_once(cast: Cast, witness: Witness) -> None:
    number = offered(timed(), cast)
    assert run_of(number).wake_at == AT + DAY
    item = WorkItem.objects.get(number=number)
    assert (item.stage, item.waiting_reason) == ("waiting", "appointment")
    with witness.unmoved():
        assert actions.wake_due_runs(actor=SYSTEM, at=AT + DAY - timedelta(seconds=1)) == 0
    assert actions.wake_due_runs(actor=SYSTEM, at=AT + DAY) == 1
    assert len(tasks_of(number)) == 1
    assert step_of(number, "rest").state == "done"
    with witness.unmoved():
        assert actions.wake_due_runs(actor=SYSTEM, at=AT + DAY) == 0


def test_no_timer_of_what_was_withdrawn_fires(cast: Cast, witness: Witness) -> None:
    number = offered(timed(), cast)
    requests.withdraw_request(number, actor=cast.requester, at=later(1))
    with witness.unmoved():
        assert actions.wake_due_runs(actor=SYSTEM, at=AT + 2 * DAY) == 0


def stuck_diagram() -> str:
    return xml(
        start(),
        task("prepare", team="service-desk"),
        node("exclusiveGateway", "which", default="which_to_other"),
        end(),
        end("other"),
        flow("start", "prepare"),
        flow("prepare", "which"),
        # There is such a field only once somebody has set it.
        flow("which", "end", "request.fields.size == 'small'"),
        flow("which", "other"),
    )


def test_a_run_that_cannot_go_on_is_stuck_and_tried_again(cast: Cast, witness: Witness) -> None:
    number = offered(stuck_diagram(), cast)
    with witness.watching() as seen:
        done(number, cast)
    assert "RunStuck" in [type(each).__name__ for each in seen.facts]
    run = run_of(number)
    assert run.state == "stuck"
    assert "size" in run.trouble
    # The helper's work is kept.
    assert [each.stage for each in tasks_of(number)] == ["closed"]
    with witness.refused(NotAllowed):
        actions.retry_run(number, actor=cast.agent, at=later(31))
    actions.retry_run(number, actor=cast.lead, at=later(31))
    assert run_of(number).state == "stuck"
    ServiceRequest.objects.filter(work_item__number=number).update(fields={"size": "small"})
    actions.retry_run(number, actor=cast.lead, at=later(32))
    run = run_of(number)
    assert (run.state, run.trouble, run.ending) == ("ended", "", "end")
    assert WorkItem.objects.get(number=number).stage == "resolved"
    with witness.refused(WrongState):
        actions.retry_run(number, actor=cast.lead, at=later(33))


def test_a_step_is_skipped_with_a_reason(cast: Cast, witness: Witness) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    number = ordered(cast.requester)
    step = step_of(number, "prepare")
    by: dict[str, Any] = {"actor": cast.lead, "at": later(1)}
    with witness.refused(Invalid):
        actions.skip_step(number, step_id=step.pk, reason=" ", **by)
    with witness.refused(NotAllowed):
        actions.skip_step(
            number, step_id=step.pk, reason="In stock.", actor=cast.agent, at=later(1)
        )
    with witness.refused(NotFound):
        actions.skip_step(
            number, step_id=step.pk, reason="Hm", actor=cast.other_requester, at=later(1)
        )
    with witness.refused(NotFound):
        actions.skip_step(number, step_id=999_999, reason="Hm", **by)
    with witness.watching() as seen:
        actions.skip_step(number, step_id=step.pk, reason="In stock.", **by)
    assert seen.verbs == [
        "task.cancelled",
        "service_request.step_skipped",
        "service_request.fulfilled",
    ]
    entry = seen.entries[1]
    assert entry.changes == {"step": [None, "prepare"], "reason": [None, "In stock."]}
    step.refresh_from_db()
    assert step.state == "skipped"
    with witness.refused(WrongState):
        actions.skip_step(number, step_id=step.pk, reason="Again.", **by)


def test_a_step_is_skipped_in_its_own_request_alone(cast: Cast, witness: Witness) -> None:
    offer_laptop(cast, diagram=simple_diagram(), process="simple_laptop")
    here, there = ordered(cast.requester), ordered(cast.requester)
    step = step_of(there, "prepare")
    with witness.refused(NotFound):
        actions.skip_step(here, step_id=step.pk, reason="Hm", actor=cast.lead, at=later(1))


def test_a_step_is_repeated_and_a_run_moved(cast: Cast, witness: Witness) -> None:
    diagram = xml(
        start(),
        task("prepare", team="service-desk"),
        task("bring", team="workplace"),
        end(),
        way("start", "prepare", "bring", "end"),
    )
    number = offered(diagram, cast)
    done(number, cast)
    by: dict[str, Any] = {"actor": cast.lead, "at": later(40)}
    for element in ("unheard-of", "bring'"):
        with witness.refused(Invalid):
            actions.move_run(number, element=element, reason="Hm", **by)
    with witness.refused(NotAllowed):
        actions.repeat_step(number, element="prepare", reason="Hm", actor=cast.agent, at=later(40))
    actions.repeat_step(number, element="prepare", reason="The wrong disk.", **by)
    stages = [(each.title, each.stage) for each in tasks_of(number)]
    assert stages == [("Prepare", "closed"), ("Bring", "cancelled"), ("Prepare", "new")]
    actions.move_run(number, element="bring", reason="It works.", **by)
    stages = [(each.title, each.stage) for each in tasks_of(number)]
    assert stages[2:] == [("Prepare", "cancelled"), ("Bring", "new")]
    done(number, cast, at=later(50))
    assert run_of(number).state == "ended"


def test_a_call_is_made_and_its_answer_kept(cast: Cast, witness: Witness) -> None:
    with witness.watching() as seen:
        number = offered(failing_diagram(), cast, process="failing_laptop")
    assert "CallQueued" in [type(each).__name__ for each in seen.facts]
    step = step_of(number, "tell")
    other = Other({"status": 200})
    assert actions.perform_call(step.pk, caller=other, actor=SYSTEM, at=AT)
    assert other.keys == [f"timshel-{step.pk}"]
    step.refresh_from_db()
    assert (step.state, step.attempts) == ("done", 1)
    assert step.result is not None
    assert step.result["answers"] == {"status": 200}
    assert len(tasks_of(number)) == 1
    with witness.unmoved():
        assert not actions.perform_call(step.pk, caller=other, actor=SYSTEM, at=later(1))


def test_a_call_is_tried_again_with_pauses_given_up_and_begun_by_hand(
    cast: Cast, witness: Witness
) -> None:
    number = offered(failing_diagram(), cast, process="failing_laptop")
    step = step_of(number, "tell")
    other, at = Other(), AT
    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert actions.perform_due_calls(caller=other, actor=SYSTEM, at=at) == 1
        step.refresh_from_db()
        assert (step.attempts, step.trouble) == (attempt, "down")
        if attempt < MOST_ATTEMPTS:
            assert step.retry_at == at + pause_after(attempt)
            early = step.retry_at - timedelta(seconds=1)
            assert actions.perform_due_calls(caller=other, actor=SYSTEM, at=early) == 0
            at = step.retry_at
    assert pause_after(2) == 2 * pause_after(1)
    assert len(set(other.keys)) == 1
    run = run_of(number)
    assert (step.state, step.retry_at, run.state) == ("failed", None, "stuck")
    assert run.trouble == "down Tried 8 times."
    assert actions.perform_due_calls(caller=other, actor=SYSTEM, at=at + 9 * DAY) == 0
    other.answers = [{"status": 200}]
    with witness.refused(NotAllowed):
        actions.retry_run(number, actor=cast.agent, at=at)
    actions.retry_run(number, actor=cast.lead, at=at)
    assert run_of(number).state == "running"
    assert actions.perform_due_calls(caller=other, actor=SYSTEM, at=at) == 1
    assert len(tasks_of(number)) == 1


def test_a_call_that_ends_its_worker_each_time_is_given_up(cast: Cast) -> None:
    number = offered(failing_diagram(), cast, process="failing_laptop")
    ProcessStep.objects.update(attempts=MOST_ATTEMPTS, retry_at=AT)
    step = step_of(number, "tell")
    assert not actions.perform_call(step.pk, caller=Other({}), actor=SYSTEM, at=AT)
    step.refresh_from_db()
    assert (step.state, run_of(number).state) == ("failed", "stuck")


def test_an_answer_that_comes_after_the_withdrawal_is_left_aside(cast: Cast) -> None:
    number = offered(failing_diagram(), cast, process="failing_laptop")
    step = step_of(number, "tell")

    def withdrawn_meanwhile(values: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        del values, key
        requests.withdraw_request(number, actor=cast.requester, at=later(1))
        return {"status": 200}

    assert actions.perform_call(step.pk, caller=withdrawn_meanwhile, actor=SYSTEM, at=AT)
    step.refresh_from_db()
    assert (step.state, run_of(number).state) == ("cancelled", "cancelled")


def test_automatic_steps_say_keep_and_mail(cast: Cast, witness: Witness) -> None:
    diagram = xml(
        start(),
        call("keep", "set_field", field="size", value="='small'"),
        call("tell", "tell_requester", text="='Dear ' + requester.name + ', it comes.'"),
        call("mail", "send_mail", to="line_manager", subject="Hello", text="=request.number"),
        task("prepare", team="service-desk"),
        end(),
        way("start", "keep", "tell", "mail", "prepare", "end"),
    )
    number = offered(diagram, cast)
    request = ServiceRequest.objects.get(work_item__number=number)
    assert request.fields == {"size": "small"}
    (comment,) = Comment.objects.filter(work_item=request.pk)
    assert (comment.text, comment.audience) == ("Dear Imre Castellane, it comes.", "public")
    (mail,) = OutgoingMessage.objects.all()
    assert (mail.address, mail.subject) == ("wendell.achterberg@aldermoor.example", "Hello")
    assert number in mail.text


@pytest.mark.parametrize(
    ("to", "by", "address"),
    [
        ("requester", "requester", "imre.castellane@aldermoor.example"),
        ("jonas.okereke", "requester", "jonas.okereke@aldermoor.example"),
        ("purchases@elsewhere.example", "requester", "purchases@elsewhere.example"),
        ("purchases@elsewhere.example", "customer", "purchases@elsewhere.example"),
        ("='somebody@elsewhere.example'", "requester", "somebody@elsewhere.example"),
        # An outsider does not make us write to strangers.
        ("='somebody@elsewhere.example'", "customer", "nora.fitzallan@brackwater.example"),
        ("=requester.email", "customer", "nora.fitzallan@brackwater.example"),
        ("='no address'", "requester", "imre.castellane@aldermoor.example"),
        ("line_manager", "customer", "nora.fitzallan@brackwater.example"),
    ],
)
def test_whom_a_mail_goes_to(cast: Cast, to: str, by: str, address: str) -> None:
    diagram = xml(
        start(),
        call("mail", "send_mail", to=to, subject="Hello", text="There."),
        end(),
        way("start", "mail", "end"),
    )
    publish(diagram, "order", cast)
    show("laptop-dock", cast, process="order")
    ordered(getattr(cast, by), offering="laptop-dock")
    assert [each.address for each in OutgoingMessage.objects.all()] == [address]


@pytest.mark.parametrize("is_call", [True, False])
def test_what_happens_outside_lets_it_go_on(cast: Cast, witness: Witness, is_call: bool) -> None:
    waiting = (
        call("rest", "wait_for_event", name="parcel") if is_call else catch("rest", message("M1"))
    )
    diagram = xml(
        start(),
        waiting,
        task("prepare", team="service-desk"),
        end(),
        way("start", "rest", "prepare", "end"),
        top="" if is_call else MESSAGES,
    )
    number = offered(diagram, cast)
    event: dict[str, Any] = {"values": {"weight": 3}, "at": later(1)}
    with witness.refused(WrongState):
        requests.deliver_event(number, name="letter", actor=cast.agent, **event)
    with witness.refused(NotAllowed):
        requests.deliver_event(number, name="parcel", actor=cast.requester, **event)
    for wrong in ({"a": "\0"}, {"a": float("nan")}, {"a\0": 1}, {"a": "\ud800"}):
        with witness.refused(Invalid):
            requests.deliver_event(
                number, name="parcel", values=wrong, actor=cast.agent, at=later(1)
            )
    requests.deliver_event(number, name="parcel", actor=cast.agent, **event)
    assert len(tasks_of(number)) == 1
    with witness.refused(WrongState):
        requests.deliver_event(number, name="parcel", actor=cast.agent, **event)
