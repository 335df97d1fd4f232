"""What people with the right do to a run: skip, repeat and move, and what stays as it was."""

from __future__ import annotations

import pytest

from tests.unit.bpmn.drawing import (
    AT,
    FACTS,
    Played,
    boundary,
    call_activity,
    catch,
    draw,
    duration,
    end,
    exclusive,
    flow,
    later,
    node,
    parallel,
    start,
    sub_process,
    task,
    way,
)
from timshel.kernel.bpmn.records import PassState
from timshel.kernel.errors import NotFound

LINE = draw(start(), task("a"), task("b"), task("c"), end(), way("start", "a", "b", "c", "end"))
FORK = draw(
    start(), parallel("fork"), task("a"), task("b"), parallel("join"), task("after"), end(),
    flow("start", "fork"), way("fork", "a", "join", "after", "end"), way("fork", "b", "join"),
)  # fmt: skip
ROUND = draw(
    start(), exclusive("again"), parallel("fork"), task("a"), task("b"), parallel("join"),
    task("look", outcomes="good,bad"), exclusive("good", default="good_to_again"), end(),
    way("start", "again", "fork", "a", "join", "look", "good"), way("fork", "b", "join"),
    flow("good", "end", 'steps.look.outcome == "good"'), flow("good", "again"),
)  # fmt: skip
NESTED = draw(
    start(),
    sub_process(
        "pack", start("begin"), parallel("fork"), task("box"), task("label"), parallel("join"),
        task("seal"), end("packed"),
        way("begin", "fork", "box", "join", "seal", "packed"), way("fork", "label", "join"),
    ),
    boundary("late", "pack", duration("P9D"), interrupting=False),
    task("send"), task("ask"), end(),
    way("start", "pack", "send", "end"), way("late", "ask", "end"),
)  # fmt: skip


# ── skipping ─────────────────────────────────────────────────────────────────────────────────


def test_a_skipped_step_is_left_and_says_so() -> None:
    played = Played(LINE)
    assert played.skipped("a") == ["b"]
    assert ("a", "skipped") in played.history
    assert played.run.steps()["a"]["outcome"] == "skipped"


def test_a_timer_may_be_skipped() -> None:
    diagram = draw(start(), catch("wait", duration("P9D")), task("a"), end(),
                   way("start", "wait", "a", "end"))  # fmt: skip
    assert Played(diagram).skipped("wait") == ["a"]


# ── repeating ────────────────────────────────────────────────────────────────────────────────


def test_going_back_cancels_what_came_after() -> None:
    played = Played(LINE)
    played.done("a")
    played.done("b")
    assert played.repeated("a") == ["a"]
    assert played.history == [
        ("start", "done"), ("a", "done"), ("b", "done"), ("c", "cancelled"), ("a", "waiting"),
    ]  # fmt: skip
    assert played.done("a") == ["b"]


def test_a_step_that_waits_may_be_begun_anew() -> None:
    played = Played(LINE)
    first = played.step("a")
    assert played.repeated("a") == ["a"]
    assert played.step("a") != first


def test_a_branch_beside_stays_as_it_is() -> None:
    played = Played(FORK)
    played.done("a")
    untouched = played.step("b")
    assert played.repeated("a") == ["a", "b"]
    assert played.step("b") == untouched
    played.done("b")
    assert played.done("a") == ["after"]


def test_what_a_branch_beside_brought_to_a_join_is_kept() -> None:
    played = Played(FORK)
    played.done("a")
    played.done("b")
    assert played.waits == ["after"]
    assert played.repeated("a") == ["a"]
    assert played.done("a") == ["after"]
    assert played.repeated("b") == ["b"]
    assert played.done("b") == ["after"]
    played.done("after")
    assert played.run.is_ended


def test_a_branch_within_a_circle_is_repeated_alone() -> None:
    played = Played(ROUND)
    played.done("a")
    played.done("b")
    played.done("look", "bad")
    played.done("a")
    assert played.repeated("a") == ["a", "b"]
    played.done("b")
    assert played.done("a") == ["look"]
    assert played.repeated("b") == ["b"]
    assert played.done("b") == ["look"]


def test_going_back_before_a_fork_takes_both_branches_back() -> None:
    played = Played(ROUND)
    played.done("a")
    assert played.repeated("fork") == ["a", "b"]
    played.done("a")
    assert played.done("b") == ["look"]


def test_a_join_itself_may_be_repeated() -> None:
    played = Played(FORK)
    played.done("a")
    played.done("b")
    assert played.repeated("join") == ["after"]


def test_a_step_within_a_sub_process_that_goes_on() -> None:
    played = Played(NESTED)
    played.done("box")
    played.done("label")
    assert played.repeated("box") == ["box", "late"]
    assert played.done("box") == ["late", "seal"]


def test_a_step_within_a_sub_process_that_has_ended() -> None:
    played = Played(NESTED)
    played.done("box")
    played.done("label")
    assert played.done("seal") == ["send"]
    assert played.repeated("label") == ["label", "late"]
    assert ("send", "cancelled") in played.history
    assert played.done("label") == ["late", "seal"]
    assert played.repeated("box") == ["box", "late"]
    assert played.done("box") == ["late", "seal"]
    assert played.done("seal") == ["send"]
    assert played.repeated("seal") == ["late", "seal"]


def test_a_whole_sub_process_is_repeated() -> None:
    played = Played(NESTED)
    played.done("box")
    assert played.repeated("pack") == ["box", "label", "late"]
    played.done("box")
    played.done("label")
    played.done("seal")
    assert played.repeated("pack") == ["box", "label", "late"]


def test_a_step_of_a_called_process_that_has_ended() -> None:
    called = draw(start(), task("inner"), end(), way("start", "inner", "end"), process="called")
    diagram = draw(
        start(), call_activity("one", "called"), task("after"), end(),
        way("start", "one", "after", "end"),
    )  # fmt: skip
    played = Played(diagram, {"called": called})
    assert played.done("inner") == ["after"]
    assert played.repeated("inner", "one") == ["inner"]
    assert played.run.waiting()[0].path == ("one",)
    assert played.done("inner") == ["after"]
    assert played.history.count(("one", "done")) == 1


def test_a_run_that_has_ended_can_be_taken_up_again() -> None:
    played = Played(LINE)
    for each in "abc":
        played.done(each)
    assert played.ends == ["end"]
    assert played.repeated("b") == ["b"]
    assert played.ends == []
    played.done("b")
    played.done("c")
    assert played.ends == ["end"]


def test_what_was_not_passed_cannot_be_repeated() -> None:
    played = Played(LINE)
    before = played.run.state()
    for element in ("c", "nothing"):
        with pytest.raises(NotFound):
            played.run.repeat(element, facts=FACTS, at=AT)
    assert played.run.state() == before


def test_nobody_goes_back_to_an_event_beside_a_step() -> None:
    played = Played(NESTED)
    played.pass_time(days=9)
    with pytest.raises(NotFound):
        played.repeated("late")
    assert played.waits == ["ask", "box", "label"]


def test_a_timer_begins_anew_with_what_is_repeated() -> None:
    diagram = draw(
        start(), task("a"), boundary("late", "a", duration("P2D")), task("b"), end(),
        way("start", "a", "b", "end"), way("late", "end"),
    )  # fmt: skip
    played = Played(diagram)
    played.done("a")
    played.at = later(days=5)
    assert played.repeated("a") == ["a", "late"]
    assert played.run.next_due_at() == later(days=7)


# ── moving ───────────────────────────────────────────────────────────────────────────────────


def test_a_step_is_moved_elsewhere() -> None:
    played = Played(LINE)
    assert played.moved("c", "a") == ["c"]
    assert played.history == [("start", "done"), ("a", "cancelled"), ("c", "waiting")]


def test_one_branch_is_moved_and_the_other_stays() -> None:
    played = Played(FORK)
    assert played.moved("after", "a") == ["after", "b"]


def test_all_is_moved_to_one_place() -> None:
    played = Played(FORK)
    assert played.moved("after") == ["after"]
    played.done("after")
    assert played.run.is_ended


def test_a_move_into_a_sub_process_enters_it() -> None:
    played = Played(NESTED)
    assert played.moved("seal") == ["late", "seal"]
    assert played.done("seal") == ["send"]


def test_a_move_within_a_sub_process_stays_in_it() -> None:
    played = Played(NESTED)
    played.skipped("label")
    assert played.moved("seal", "box") == ["late", "seal"]


def test_a_move_out_of_a_sub_process_leaves_it() -> None:
    called = draw(
        start(),
        sub_process("in_it", start("begin"), task("a"), end("out"), way("begin", "a", "out")),
        boundary("late", "in_it", duration("P9D")),
        task("b"), end(), way("start", "in_it", "b", "end"), way("late", "end"),
    )  # fmt: skip
    played = Played(called)
    assert played.moved("b", "a") == ["b"]
    assert ("in_it", "cancelled") in played.history


def test_a_move_takes_the_rivals_of_an_event_away() -> None:
    diagram = draw(
        start(), node("eventBasedGateway", "race"), catch("soon", duration("P1D")),
        catch("late", duration("P9D")), task("a"), end(),
        flow("start", "race"), way("race", "soon", "a", "end"), way("race", "late", "end"),
    )  # fmt: skip
    assert Played(diagram).moved("a", "late") == ["a"]


def test_a_move_before_a_join_that_was_passed_waits_for_both_again() -> None:
    played = Played(FORK)
    played.done("a")
    played.done("b")
    assert played.moved("fork") == ["a", "b"]
    assert played.done("a") == ["b"]
    assert played.done("b") == ["after"]


@pytest.mark.parametrize("target", ["nothing", "late"])
def test_nobody_can_be_moved_to_what_cannot_be_stood_at(target: str) -> None:
    played = Played(NESTED)
    before = played.run.state()
    with pytest.raises(NotFound):
        played.run.move(target, facts=FACTS, at=AT)
    assert played.run.state() == before


def test_a_cancelled_run_may_be_moved_and_lives_again() -> None:
    played = Played(LINE)
    played.run.cancel(at=AT)
    assert played.moved("b") == ["b"]
    assert not played.run.is_cancelled
    assert [each.state for each in played.run.passed()][-1] is PassState.WAITING


def test_going_back_before_a_move_takes_the_move_back() -> None:
    played = Played(LINE)
    played.done("a")
    assert played.moved("c") == ["c"]
    assert played.repeated("a") == ["a"]
    assert [each.element_id for each in played.run.passed() if each.is_undone] == ["a", "b", "c"]


def test_going_back_before_a_move_of_all_finds_the_other_branch_again() -> None:
    played = Played(FORK)
    assert played.moved("after") == ["after"]
    assert played.repeated("a") == ["a", "b"]


def test_flows_that_were_undone_are_not_taken() -> None:
    played = Played(LINE)
    played.done("a")
    played.repeated("a")
    assert played.run.flows_taken() == (((), "start_to_a"),)


def test_who_moves_all_to_the_start_begins_anew() -> None:
    played = Played(LINE)
    played.done("a")
    assert played.moved("start") == ["a"]
    assert played.run.steps() == {}
