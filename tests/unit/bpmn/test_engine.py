"""Tokens go where BPMN says: gateways, joins, events, nesting, errors and ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.bpmn.drawing import (
    AT,
    ERRORS,
    FACTS,
    MESSAGES,
    Played,
    approval,
    boundary,
    call,
    call_activity,
    catch,
    draw,
    duration,
    end,
    error,
    exclusive,
    flow,
    inclusive,
    later,
    message,
    moment,
    node,
    parallel,
    start,
    sub_process,
    task,
    way,
)
from timshel.kernel.bpmn.diagram import ApprovalSpec, TaskSpec
from timshel.kernel.bpmn.engine import Stuck, begin, restore
from timshel.kernel.bpmn.records import Ending, PassState, StepKind
from timshel.kernel.errors import Invalid, NotFound, WrongState

SIMPLE = (start(), task("work", outcomes="done,impossible"), end(), way("start", "work", "end"))


def test_a_task_waits_and_is_completed() -> None:
    played = Played(draw(*SIMPLE))
    (step,) = played.run.waiting()
    assert (step.kind, step.element_id, step.element_name) == (StepKind.TASK, "work", "Work")
    assert (step.process, step.path, step.entered_at) == ("order", (), AT)
    assert step.spec == TaskSpec(outcomes=("done", "impossible"))
    played.at = later(hours=5)
    assert played.done("work", "impossible", seal="X1") == []
    assert played.run.is_ended
    assert played.run.endings == (Ending("end"),)
    assert played.run.steps() == {
        "work": {
            "outcome": "impossible",
            "by": "Ada",
            "at": "2027-03-01T14:00:00+00:00",
            "answers": {"seal": "X1"},
        }
    }


def test_the_history_tells_when_and_by_which_way() -> None:
    played = Played(draw(*SIMPLE))
    played.at = later(hours=5)
    played.done("work")
    assert [
        (each.element_id, each.flow, each.entered_at, each.left_at, each.outcome)
        for each in played.run.passed()
    ] == [
        ("start", "", AT, AT, ""),
        ("work", "start_to_work", AT, later(hours=5), "done"),
        ("end", "work_to_end", later(hours=5), later(hours=5), ""),
    ]
    assert played.run.flows_taken() == (((), "start_to_work"), ((), "work_to_end"))


def test_a_step_keeps_its_id_and_the_next_pass_has_another() -> None:
    played = Played(draw(*SIMPLE))
    before = played.step("work")
    played.again()
    assert played.step("work") == before
    played.repeated("work")
    assert played.step("work") != before


def test_an_unknown_step_or_outcome_changes_nothing() -> None:
    played = Played(draw(*SIMPLE))
    before = played.run.state()
    with pytest.raises(NotFound):
        played.run.complete("77", facts=FACTS, at=AT)
    with pytest.raises(Invalid) as refusal:
        played.run.complete(played.step("work"), outcome="lost", facts=FACTS, at=AT)
    assert list(refusal.value.fields) == ["outcome"]
    assert played.run.state() == before


def test_an_approval_carries_its_spec() -> None:
    diagram = draw(
        start(),
        approval("agree", by="role", role="board", needed="all", remind="P1D", expires="P5D"),
        end(),
        way("start", "agree", "end"),
    )
    played = Played(diagram)
    (step,) = played.run.waiting()
    assert step.kind is StepKind.APPROVAL
    assert step.spec == ApprovalSpec(
        by="role", role="board", needed=None, remind="P1D", expires="P5D"
    )
    played.done("agree", "expired")
    assert played.run.steps()["agree"]["outcome"] == "expired"


# ── gateways ─────────────────────────────────────────────────────────────────────────────────

CHOICE = (
    start(),
    exclusive("size", default="size_to_small"),
    task("small"),
    task("large"),
    end(),
    flow("start", "size"),
    flow("size", "large", "answers.amount > 100"),
    flow("size", "small"),
    way("small", "end"),
    way("large", "end"),
)


@pytest.mark.parametrize(("amount", "reached"), [(40, "small"), (101, "large")])
def test_an_exclusive_gateway_takes_the_first_that_holds_or_the_default(
    amount: int, reached: str
) -> None:
    assert Played(draw(*CHOICE), answers={"amount": amount}).waits == [reached]


def test_conditions_are_tried_in_the_order_of_the_file() -> None:
    diagram = draw(
        start(),
        exclusive("g", default="g_to_c"),
        task("a"),
        task("b"),
        task("c"),
        end(),
        flow("start", "g"),
        flow("g", "b", "answers.amount > 10"),
        flow("g", "a", "answers.amount > 20"),
        flow("g", "c"),
        *(way(each, "end") for each in "abc"),
    )
    assert Played(diagram).waits == ["b"]


def test_a_condition_that_fails_stops_there_and_nothing_is_lost() -> None:
    diagram = draw(
        start(),
        task("first"),
        exclusive("size", default="size_to_small"),
        task("small"),
        task("large"),
        end(),
        way("start", "first", "size"),
        flow("size", "large", "answers.gone > 100"),
        flow("size", "small"),
        way("small", "end"),
        way("large", "end"),
    )
    played = Played(diagram)
    with pytest.raises(Stuck) as stuck:
        played.done("first", seal="X1")
    assert stuck.value.element_id == "size"
    assert stuck.value.code == "stuck"
    assert "size" in str(stuck.value)
    assert stuck.value.run is played.run
    played.again()
    assert [each.element_id for each in played.run.obstacles] == ["size"]
    assert played.run.steps()["first"]["answers"] == {"seal": "X1"}
    assert not played.run.is_ended
    with pytest.raises(Stuck):
        played.run.go_on(facts=FACTS, at=AT)
    played.run.go_on(facts={**FACTS, "answers": {"gone": 200}}, at=AT)
    assert played.waits == ["large"]
    assert played.run.obstacles == ()


def test_time_and_messages_may_lead_to_an_obstacle_too() -> None:
    diagram = draw(
        start(), catch("wait", duration("P1D")), catch("parcel", message("M1")),
        exclusive("g", default="g_to_end"), task("work"), end(),
        way("start", "wait", "g"), flow("g", "work", "answers.gone == 1"), flow("g", "end"),
        way("work", "parcel", "end"), top=MESSAGES,
    )  # fmt: skip
    played = Played(diagram)
    with pytest.raises(Stuck) as stuck:
        played.pass_time(days=1)
    assert stuck.value.element_id == "g"
    assert played.pass_time(days=1) == []  # said once, and kept
    assert [each.element_id for each in played.run.obstacles] == ["g"]


def test_a_run_that_is_stuck_from_the_beginning_can_be_kept() -> None:
    with pytest.raises(Stuck) as stuck:
        begin(draw(*CHOICE), {}, {}, AT)
    run = restore(stuck.value.run.state(), draw(*CHOICE), {})
    run.go_on(facts=FACTS, at=AT)
    assert [each.element_id for each in run.waiting()] == ["small"]


def test_conditions_may_speak_of_steps_that_were_not_done() -> None:
    diagram = draw(
        start(),
        exclusive("g", default="g_to_a"),
        task("a"),
        task("b"),
        end(),
        flow("start", "g"),
        flow("g", "b", 'steps.a.outcome == "done"'),
        flow("g", "a"),
        way("a", "end"),
        way("b", "end"),
    )
    assert Played(diagram).waits == ["a"]


def test_conditions_read_all_their_names() -> None:
    condition = (
        'steps.first.by == "Ada" && steps.first.answers.seal == "X1" && "laptop" in parts'
        ' && requester.name == "Ada" && request.number == "REQ0000001"'
        ' && steps.first.at < now && answers.day == "2027-03-09"'
    )
    diagram = draw(
        start(),
        task("first"),
        catch("night", duration("PT12H")),
        exclusive("g", default="g_to_end"),
        task("reached"),
        end(),
        way("start", "first", "night", "g"),
        flow("g", "reached", condition),
        flow("g", "end"),
        way("reached", "end"),
    )
    played = Played(diagram, answers={"day": datetime(2027, 3, 9, tzinfo=UTC).date()})
    played.done("first", seal="X1")
    assert played.pass_time(hours=12) == ["reached"]


def test_steps_may_be_named_in_brackets() -> None:
    diagram = draw(
        start(), task("a"), exclusive("g", default="g_to_end"), task("b"), end(),
        way("start", "a", "g"), flow("g", "b", "steps['a'].outcome == 'done' && 'b' in steps"),
        flow("g", "end"), way("b", "end"),
    )  # fmt: skip
    assert Played(diagram).done("a") == ["b"]


FORK = (
    start(),
    parallel("fork"),
    task("a"),
    task("b"),
    parallel("join"),
    task("after"),
    end(),
    flow("start", "fork"),
    way("fork", "a", "join", "after", "end"),
    way("fork", "b", "join"),
)


def test_a_parallel_join_waits_for_every_branch() -> None:
    played = Played(draw(*FORK))
    assert played.waits == ["a", "b"]
    assert played.done("b") == ["a"]
    assert played.done("a") == ["after"]
    assert played.history.count(("join", "done")) == 2
    assert played.done("after") == []
    assert played.ends == ["end"]


def test_a_fork_without_a_join_ends_with_its_last_branch() -> None:
    diagram = draw(
        start(), parallel("fork"), task("a"), task("b"), end("one"), end("two"),
        flow("start", "fork"), way("fork", "a", "one"), way("fork", "b", "two"),
    )  # fmt: skip
    played = Played(diagram)
    played.done("a")
    assert not played.run.is_ended
    played.done("b")
    assert played.run.is_ended
    assert played.ends == ["one", "two"]


def test_a_circle_passes_a_fork_and_a_join_again() -> None:
    diagram = draw(
        start(),
        exclusive("again"),
        parallel("fork"),
        task("a"),
        task("b"),
        parallel("join"),
        task("look", outcomes="good,bad"),
        exclusive("good", default="good_to_again"),
        end(),
        way("start", "again", "fork", "a", "join", "look", "good"),
        way("fork", "b", "join"),
        flow("good", "end", 'steps.look.outcome == "good"'),
        flow("good", "again"),
    )
    played = Played(diagram)
    for _round in range(3):
        assert played.waits == ["a", "b"]
        played.done("a")
        assert played.done("b") == ["look"]
        played.done("look", "bad")
    played.done("a")
    played.done("b")
    played.done("look", "good")
    assert played.run.is_ended


SOME = (
    start(),
    inclusive("some", default="some_to_c"),
    task("a"),
    task("b"),
    task("c"),
    inclusive("all"),
    task("after"),
    end(),
    flow("start", "some"),
    flow("some", "a", "answers.amount > 10"),
    flow("some", "b", "answers.amount > 20"),
    flow("some", "c"),
    *(way(each, "all") for each in "abc"),
    way("all", "after", "end"),
)


@pytest.mark.parametrize(("amount", "branches"), [(5, ["c"]), (15, ["a"]), (25, ["a", "b"])])
def test_an_inclusive_gateway_takes_what_holds_and_joins_what_was_taken(
    amount: int, branches: list[str]
) -> None:
    played = Played(draw(*SOME), answers={"amount": amount})
    assert played.waits == branches
    for branch in branches:
        assert played.run.waiting()
        played.done(branch)
    assert played.waits == ["after"]


def test_an_inclusive_join_does_not_wait_for_what_went_elsewhere() -> None:
    diagram = draw(
        start(),
        parallel("fork"),
        task("a"),
        task("b"),
        exclusive("turn", default="turn_to_join"),
        inclusive("join"),
        task("after"),
        end("side"),
        end(),
        flow("start", "fork"),
        way("fork", "a", "join", "after", "end"),
        way("fork", "b", "turn"),
        flow("turn", "side", 'steps.b.answers.side == "yes"'),
        flow("turn", "join"),
    )
    played = Played(diagram)
    assert played.done("a") == ["b"]
    assert played.done("b", side="yes") == ["after"]


def test_a_join_that_can_never_fire_is_an_obstacle() -> None:
    diagram = draw(
        start(), exclusive("g", default="g_to_b"), task("a"), task("b"), parallel("join"), end(),
        flow("start", "g"), flow("g", "a", "answers.amount > 100"), flow("g", "b"),
        way("a", "join"), way("b", "join", "end"),
    )  # fmt: skip
    played = Played(diagram)
    with pytest.raises(Stuck) as stuck:
        played.done("b")
    assert stuck.value.element_id == "join"
    played.again()
    assert played.moved("a") == ["a"]


def test_a_circle_in_which_nothing_waits_is_stopped() -> None:
    diagram = draw(
        start(), exclusive("g", default="g_to_g2"), exclusive("g2"), end(),
        flow("start", "g"), flow("g", "g2"), flow("g2", "g"),
        flow("g", "end", "answers.amount > 99"),
    )  # fmt: skip
    with pytest.raises(Stuck) as stuck:
        Played(diagram)
    assert stuck.value.element_id in ("g", "g2")


# ── timers and messages ──────────────────────────────────────────────────────────────────────


def test_a_timer_waits_until_its_moment() -> None:
    played = Played(
        draw(start(), catch("wait", duration("P2D")), task("work"), end(),
             way("start", "wait", "work", "end"))
    )  # fmt: skip
    (step,) = played.run.waiting()
    assert (step.kind, step.due_at) == (StepKind.TIMER, later(days=2))
    assert played.run.next_due_at() == later(days=2)
    assert played.pass_time(days=1) == ["wait"]
    assert played.pass_time(days=1) == ["work"]
    assert played.run.steps()["wait"]["outcome"] == "fired"


@pytest.mark.parametrize(
    ("drawn", "due"),
    [
        (duration("P1M"), datetime(2027, 4, 1, 9, tzinfo=UTC)),
        (duration("PT4H30M"), later(hours=4, minutes=30)),
        (duration('answers.amount > 30 ? "PT4H" : "P2D"'), later(hours=4)),
        (duration('duration("90m")'), later(minutes=90)),
        (moment("2027-03-09"), datetime(2027, 3, 9, tzinfo=UTC)),
        (moment("2027-03-09T10:00+01:00"), datetime(2027, 3, 9, 9, tzinfo=UTC)),
        (moment("answers.day"), datetime(2027, 5, 2, tzinfo=UTC)),
        (moment('now + duration("1h")'), later(hours=1)),
    ],
)
def test_timers_are_written_in_many_ways(drawn: str, due: datetime) -> None:
    diagram = draw(start(), catch("wait", drawn), end(), way("start", "wait", "end"))
    played = Played(diagram, answers={"amount": 40, "day": "2027-05-02"})
    assert played.run.next_due_at() == due


@pytest.mark.parametrize("text", ["answers.amount", "answers.gone", '"soon"'])
def test_a_timer_without_a_time_is_an_obstacle(text: str) -> None:
    diagram = draw(start(), catch("wait", duration(text)), end(), way("start", "wait", "end"))
    with pytest.raises(Stuck) as stuck:
        Played(diagram)
    assert stuck.value.element_id == "wait"


REMINDED = (
    start(), task("work"), boundary("late", "work", duration("P2D"), interrupting=False),
    call("remind", "tell_requester", text="Soon"), end("told"), end(),
    way("start", "work", "end"), way("late", "remind", "told"),
)  # fmt: skip


def test_a_timer_beside_a_task_leaves_it_alone() -> None:
    played = Played(draw(*REMINDED))
    assert played.waits == ["late", "work"]
    assert played.pass_time(days=2) == ["remind", "work"]
    assert played.done("work") == ["remind"]
    played.done("remind")
    assert played.run.is_ended


def test_a_timer_beside_a_task_goes_with_it() -> None:
    played = Played(draw(*REMINDED))
    assert played.done("work") == []
    assert played.run.is_ended
    assert ("late", "done") not in played.history


def test_an_interrupting_timer_ends_its_task() -> None:
    diagram = draw(
        start(), task("work"), boundary("late", "work", duration("P2D")), task("escalate"), end(),
        way("start", "work", "end"), way("late", "escalate", "end"),
    )  # fmt: skip
    played = Played(diagram)
    assert played.pass_time(days=3) == ["escalate"]
    assert ("work", "cancelled") in played.history
    assert ("late", "done") in played.history


def test_timers_that_became_due_together_fire_in_their_order() -> None:
    diagram = draw(
        start(), task("work"),
        boundary("second", "work", duration("P2D")),
        boundary("first", "work", duration("P1D"), interrupting=False),
        task("one"), task("two"), end(),
        way("start", "work", "end"), way("first", "one", "end"), way("second", "two", "end"),
    )  # fmt: skip
    played = Played(diagram)
    assert played.pass_time(days=9) == ["one", "two"]
    fired = [each for each, _state in played.history if each in ("first", "second")]
    assert fired == ["first", "second"]


def test_a_reminder_goes_round_until_the_task_terminates_all() -> None:
    diagram = draw(
        start(), parallel("fork"), task("work"), end("over", terminates=True),
        exclusive("merge"), catch("day", duration("P1D")),
        call("remind", "tell_requester", text="Still"),
        flow("start", "fork"), way("fork", "work", "over"),
        way("fork", "merge", "day", "remind", "merge"),
    )  # fmt: skip
    played = Played(diagram)
    for _day in range(3):
        assert played.waits == ["day", "work"]
        assert played.pass_time(days=1) == ["remind", "work"]
        played.done("remind")
    assert played.done("work") == []
    assert played.run.is_ended
    assert played.ends == ["over"]


def test_a_message_reaches_who_waits_for_it() -> None:
    diagram = draw(
        start(), catch("parcel", message("M1")), task("unpack"), end(),
        way("start", "parcel", "unpack", "end"), top=MESSAGES,
    )  # fmt: skip
    played = Played(diagram)
    assert played.run.waiting()[0].kind is StepKind.MESSAGE
    assert played.sent("letter") == 0
    assert played.waits == ["parcel"]
    assert played.sent("parcel") == 1
    assert played.waits == ["unpack"]
    assert played.run.steps()["parcel"]["outcome"] == "received"


def test_a_message_reaches_a_call_that_waits_for_an_event() -> None:
    diagram = draw(
        start(), call("arrival", "wait_for_event", name="='goods-' + request.number"), end(),
        way("start", "arrival", "end"),
    )  # fmt: skip
    played = Played(diagram)
    assert played.run.waiting()[0].values == {"name": "goods-REQ0000001"}
    assert played.sent("goods-REQ0000001") == 1
    assert played.run.is_ended


def test_a_message_interrupts_a_task() -> None:
    diagram = draw(
        start(), task("work"), boundary("stop", "work", message("M1")), task("clear"), end(),
        way("start", "work", "end"), way("stop", "clear", "end"), top=MESSAGES,
    )  # fmt: skip
    played = Played(diagram)
    assert played.sent("parcel") == 1
    assert played.waits == ["clear"]


RACE = (
    start(), node("eventBasedGateway", "race"), catch("parcel", message("M1")),
    catch("late", duration("P5D")), catch("later", duration("P9D")),
    task("unpack"), task("ask"), end(),
    flow("start", "race"), way("race", "parcel", "unpack", "end"),
    way("race", "late", "ask", "end"), way("race", "later", "end"),
)  # fmt: skip


def test_after_an_event_gateway_the_first_event_wins() -> None:
    played = Played(draw(*RACE, top=MESSAGES))
    assert played.waits == ["late", "later", "parcel"]
    played.sent("parcel")
    assert played.waits == ["unpack"]
    assert ("late", "cancelled") in played.history


def test_after_an_event_gateway_a_timer_may_win() -> None:
    played = Played(draw(*RACE, top=MESSAGES))
    assert played.pass_time(days=6) == ["ask"]
    assert played.sent("parcel") == 0


def test_one_timer_may_fire_before_its_time() -> None:
    played = Played(draw(*RACE, top=MESSAGES))
    played.run.trigger(played.step("late"), facts=FACTS, at=AT)
    assert played.waits == ["ask"]
    with pytest.raises(WrongState):
        played.run.trigger(played.step("ask"), facts=FACTS, at=AT)


# ── calls of services ────────────────────────────────────────────────────────────────────────


def test_a_call_has_its_values() -> None:
    diagram = draw(
        start(), call("mail", "send_mail", to="=answers.address", subject="Hello", text="='Hi'"),
        end(), way("start", "mail", "end"),
    )  # fmt: skip
    played = Played(diagram, answers={"address": ["a@example.org", "b@example.org"]})
    (step,) = played.run.waiting()
    assert step.kind is StepKind.CALL
    assert step.values == {
        "to": ["a@example.org", "b@example.org"], "subject": "Hello", "text": "Hi",
    }  # fmt: skip
    played.done("mail", status=202)
    assert played.run.steps()["mail"]["answers"] == {"status": 202}


def test_a_field_is_set_at_once_and_read_as_an_answer() -> None:
    diagram = draw(
        start(), call("double", "set_field", field="amount", value="=answers.amount * 2"),
        exclusive("g", default="g_to_end"), task("much"), end(),
        way("start", "double", "g"), flow("g", "much", "answers.amount == 80"), flow("g", "end"),
        way("much", "end"),
    )  # fmt: skip
    played = Played(diagram)
    assert played.waits == ["much"]
    played.again()
    assert played.run.fields == {"amount": 80}


def test_a_call_whose_value_fails_is_an_obstacle() -> None:
    diagram = draw(
        start(), call("tell", "tell_requester", text="=answers.gone"), end(),
        way("start", "tell", "end"),
    )  # fmt: skip
    with pytest.raises(Stuck) as stuck:
        Played(diagram)
    run = restore(stuck.value.run.state(), diagram, {})
    run.go_on(facts={"answers": {"gone": "found"}}, at=AT)
    assert run.waiting()[0].values == {"text": "found"}


# ── nesting ──────────────────────────────────────────────────────────────────────────────────

NESTED = (
    start(),
    sub_process(
        "pack", start("begin"), parallel("fork"), task("box"), task("label"), parallel("join"),
        end("packed"), way("begin", "fork", "box", "join", "packed"), way("fork", "label", "join"),
    ),
    boundary("late", "pack", duration("P2D")),
    task("send"), task("ask"), end(),
    way("start", "pack", "send", "end"), way("late", "ask", "end"),
)  # fmt: skip


def test_a_sub_process_is_left_when_all_in_it_ended() -> None:
    played = Played(draw(*NESTED))
    assert played.waits == ["box", "label", "late"]
    assert {each.path for each in played.run.waiting()} == {()}
    played.done("box")
    assert played.done("label") == ["send"]
    assert played.run.steps()["pack"]["outcome"] == "packed"
    assert ("pack", "done") in played.history


def test_what_interrupts_a_sub_process_cancels_all_in_it() -> None:
    played = Played(draw(*NESTED))
    played.done("box")
    assert played.pass_time(days=2) == ["ask"]
    assert [each for each in played.history if each[1] == "cancelled"] == [
        ("pack", "cancelled"), ("label", "cancelled"), ("join", "cancelled"),
    ]  # fmt: skip


def test_terminating_a_sub_process_ends_only_that() -> None:
    diagram = draw(
        start(),
        sub_process(
            "inner", start("begin"), parallel("fork"), task("a"), task("b"),
            end("over", terminates=True), end("usual"),
            way("begin", "fork", "a", "over"), way("fork", "b", "usual"),
        ),
        task("after"), end(), way("start", "inner", "after", "end"),
    )  # fmt: skip
    played = Played(diagram)
    assert played.done("a") == ["after"]
    assert played.run.steps()["inner"]["outcome"] == "over"


CALLED = draw(
    start(), approval("agree"), exclusive("g", default="g_to_no"), end("yes"), end("no"),
    way("start", "agree", "g"), flow("g", "yes", 'steps.agree.outcome == "approved"'),
    flow("g", "no"), process="agreement",
)  # fmt: skip
CALLING = draw(
    start(), call_activity("first", "agreement"), exclusive("g", default="g_to_end"),
    call_activity("second", "agreement"), end(),
    way("start", "first", "g"), flow("g", "second", 'steps.first.outcome == "yes"'),
    flow("g", "end"), way("second", "end"),
)  # fmt: skip


def test_a_called_process_runs_with_steps_of_its_own() -> None:
    played = Played(CALLING, {"agreement": CALLED})
    (step,) = played.run.waiting()
    assert (step.path, step.process) == (("first",), "agreement")
    played.done("agree", "approved")
    (step,) = played.run.waiting()
    assert step.path == ("second",)
    played.done("agree", "refused")
    assert played.run.is_ended
    assert played.run.steps()["first"]["outcome"] == "yes"
    assert played.run.steps()["second"]["outcome"] == "no"
    assert played.run.steps(("first",))["agree"]["outcome"] == "approved"
    assert played.run.steps(("second",))["agree"]["outcome"] == "refused"
    assert (("second",), "g_to_no") in played.run.flows_taken()
    assert played.ends == ["end"]


def test_a_called_process_that_is_missing_is_an_obstacle() -> None:
    with pytest.raises(Stuck) as stuck:
        Played(CALLING)
    assert stuck.value.element_id == "first"
    run = restore(stuck.value.run.state(), CALLING, {"agreement": CALLED})
    run.go_on(facts=FACTS, at=AT)
    assert [each.element_id for each in run.waiting()] == ["agree"]


def test_processes_that_call_each_other_without_end_are_stopped() -> None:
    endless = draw(start(), call_activity("again", "order"), end(), way("start", "again", "end"))
    with pytest.raises(Stuck):
        Played(endless, {"order": endless})


# ── errors ───────────────────────────────────────────────────────────────────────────────────

FAILING = (
    start(), call("hook", "call_webhook", url="https://example.org"),
    boundary("broken", "hook", error("E2")), boundary("any", "hook", error()),
    task("mend"), task("look"), end(),
    way("start", "hook", "end"), way("broken", "mend", "end"), way("any", "look", "end"),
)  # fmt: skip


@pytest.mark.parametrize(("code", "reached"), [("broken", "mend"), ("other", "look")])
def test_an_error_goes_to_who_catches_it(code: str, reached: str) -> None:
    played = Played(draw(*FAILING, top=ERRORS))
    assert played.waits == ["hook"]
    assert played.run.catches(played.step("hook"), code)
    assert played.failed("hook", code) == [reached]
    assert played.run.steps()["hook"]["outcome"] == "error"
    assert ("hook", "cancelled") in played.history


def test_an_error_that_nothing_catches_changes_nothing() -> None:
    played = Played(draw(*SIMPLE))
    before = played.run.state()
    assert not played.run.catches(played.step("work"), "broken")
    with pytest.raises(WrongState):
        played.run.raise_error(played.step("work"), "broken", facts=FACTS, at=AT)
    assert played.run.state() == before


def test_an_error_end_of_a_sub_process_is_caught_outside() -> None:
    diagram = draw(
        start(),
        sub_process(
            "inner", start("begin"), parallel("fork"), task("a"), task("b"), end("bad", "E2"),
            end("usual"), way("begin", "fork", "a", "bad"), way("fork", "b", "usual"),
        ),
        boundary("caught", "inner", error("E2")), task("mend"), end(),
        way("start", "inner", "end"), way("caught", "mend", "end"), top=ERRORS,
    )  # fmt: skip
    played = Played(diagram)
    assert played.done("a") == ["mend"]
    assert ("b", "cancelled") in played.history
    assert ("inner", "cancelled") in played.history
    assert played.run.steps()["caught"]["outcome"] == "broken"


def test_an_error_climbs_out_of_a_called_process() -> None:
    called = draw(
        start(), task("try_it"), end("bad", "E2"), way("start", "try_it", "bad"),
        process="attempt", top=ERRORS,
    )  # fmt: skip
    diagram = draw(
        start(), call_activity("attempt", "attempt"), boundary("caught", "attempt", error("E2")),
        task("mend"), end(), way("start", "attempt", "end"), way("caught", "mend", "end"),
        top=ERRORS,
    )  # fmt: skip
    played = Played(diagram, {"attempt": called})
    assert played.done("try_it") == ["mend"]
    played = Played(diagram, {"attempt": called})
    assert played.failed("try_it", "broken") == ["mend"]


def test_an_error_end_that_nothing_catches_ends_the_run() -> None:
    diagram = draw(
        start(), parallel("fork"), task("a"), task("b"), end("no", "E1"), end(),
        flow("start", "fork"), way("fork", "a", "no"), way("fork", "b", "end"), top=ERRORS,
    )  # fmt: skip
    played = Played(diagram)
    assert played.done("a") == []
    assert played.run.is_ended
    assert played.run.error_code == "refused"
    assert played.run.endings == (Ending("no", "refused"),)
    assert ("b", "cancelled") in played.history


# ── state ────────────────────────────────────────────────────────────────────────────────────


def test_a_cancelled_run_has_ended_without_an_ending() -> None:
    played = Played(draw(*NESTED))
    played.run.cancel(at=later(days=1))
    played.again()
    assert played.run.is_cancelled
    assert played.run.is_ended
    assert played.ends == []
    assert {each.state for each in played.run.passed() if each.element_id in ("box", "pack")} == {
        PassState.CANCELLED
    }


def test_the_state_is_small_and_holds_no_diagram() -> None:
    import json

    played = Played(draw(*SIMPLE))
    assert len(json.dumps(played.run.state())) < 500


def test_a_state_of_another_diagram_is_refused() -> None:
    state = Played(draw(*SIMPLE)).run.state()
    with pytest.raises(Invalid):
        restore(state, draw(*CHOICE), {})
    with pytest.raises(Invalid):
        restore({**state, "version": 0}, draw(*SIMPLE), {})


def test_two_runs_of_the_same_steps_have_the_same_state() -> None:
    one, other = Played(draw(*NESTED)), Played(draw(*NESTED))
    for played in (one, other):
        played.done("box")
        played.pass_time(days=2)
    assert one.run.state() == other.run.state()


def test_no_clock_is_read() -> None:
    long_ago = AT - timedelta(days=9_000)
    diagram = draw(start(), catch("wait", duration("P1D")), end(), way("start", "wait", "end"))
    run = begin(diagram, {}, FACTS, long_ago)
    assert run.tick(facts=FACTS, at=long_ago + timedelta(hours=23)) == 0
    assert run.tick(facts=FACTS, at=long_ago + timedelta(hours=24)) == 1
