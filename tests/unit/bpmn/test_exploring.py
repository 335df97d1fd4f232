"""Which ends can be reached, by which choices, and which never."""

from __future__ import annotations

from tests.unit.bpmn.drawing import (
    ERRORS,
    MESSAGES,
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
    message,
    node,
    parallel,
    start,
    sub_process,
    task,
    way,
)
from timshel.kernel.bpmn.exploring import Choice, explore

AGREED = (
    start(), approval("agree"), exclusive("g", default="no"), task("work"), end("yes"),
    end("refused"), end("late"), way("start", "agree", "g"),
    flow("g", "work", 'steps.agree.outcome == "approved"'),
    flow("g", "late", 'steps.agree.outcome == "expired"'),
    flow("g", "refused", key="no"), way("work", "yes"),
)  # fmt: skip


def test_every_outcome_is_pretended() -> None:
    coverage = explore(draw(*AGREED))
    assert coverage.is_complete
    assert coverage.missed == ()
    assert coverage.stuck == {}
    assert coverage.ends == {
        "yes": (Choice("agree", (), "approved"), Choice("work", (), "done")),
        "refused": (Choice("agree", (), "refused"),),
        "late": (Choice("agree", (), "expired"),),
    }
    assert "no" in coverage.flows


def test_an_end_that_no_outcome_leads_to_is_missed() -> None:
    wrong = [each.replace('"expired"', '"forgotten"') for each in AGREED]
    coverage = explore(draw(*wrong))
    assert coverage.missed_ends == ("late",)
    assert coverage.missed == ("late",)


def test_timers_messages_and_errors_may_happen_or_not() -> None:
    diagram = draw(
        start(), task("work"), boundary("late", "work", duration("P1D"), interrupting=False),
        boundary("stop", "work", message("M1")), call("hook", "call_webhook", url="https://x.org"),
        boundary("broken", "hook", error("E2")), call("tell", "tell_requester", text="Soon"),
        end("told"), end("stopped"), end("failed"), end(),
        way("start", "work", "hook", "end"), way("late", "tell", "told"),
        way("stop", "stopped"), way("broken", "failed"), top=MESSAGES + ERRORS,
    )  # fmt: skip
    coverage = explore(diagram)
    assert coverage.missed == ()
    assert coverage.ends["failed"] == (
        Choice("work", (), "done"), Choice("hook", (), "error:broken"),
    )  # fmt: skip
    assert coverage.ends["stopped"] == (Choice("stop", (), "received"),)


def test_a_race_has_every_winner() -> None:
    diagram = draw(
        start(), node("eventBasedGateway", "race"), catch("parcel", message("M1")),
        catch("late", duration("answers.gone")), end("one"), end("two"),
        flow("start", "race"), way("race", "parcel", "one"), way("race", "late", "two"),
        top=MESSAGES,
    )  # fmt: skip
    assert explore(diagram).missed == ()


def test_conditions_on_answers_are_guessed_and_stay_the_same() -> None:
    diagram = draw(
        start(), exclusive("g", default="g_to_a"), task("a"), task("b"),
        exclusive("h", default="h_to_end"), end("again"), end(),
        flow("start", "g"), flow("g", "b", "answers.amount > 9"), flow("g", "a"),
        way("a", "h"), flow("h", "again", "answers.amount > 9"), flow("h", "end"),
        way("b", "end"),
    )  # fmt: skip
    coverage = explore(diagram)
    assert coverage.missed_ends == ("again",)
    assert coverage.elements["b"] == (Choice("g_to_b", (), "holds"),)
    assert coverage.elements["a"] == (Choice("g_to_b", (), "holds not"),)


def test_with_facts_conditions_are_evaluated() -> None:
    diagram = draw(
        start(), exclusive("g", default="g_to_a"), end("a"), end("b"), end("c"),
        flow("start", "g"), flow("g", "b", "answers.amount > 9"),
        flow("g", "c", "answers.amount > 99"), flow("g", "a"),
    )  # fmt: skip
    few = [{"answers": {"amount": 1}}]
    assert explore(diagram, facts=few).missed_ends == ("b", "c")
    many = [*few, {"answers": {"amount": 10}}, {"answers": {"amount": 100}}]
    assert explore(diagram, facts=many).missed_ends == ("c",)


def test_what_cannot_be_passed_is_told_with_the_way_there() -> None:
    diagram = draw(
        start(), task("a"), exclusive("g", default="g_to_end"), end("other"), end(),
        way("start", "a", "g"), flow("g", "other", "answers.amount > 9"), flow("g", "end"),
    )  # fmt: skip
    coverage = explore(diagram, facts=[{}])
    assert list(coverage.stuck) == ["g"]
    assert coverage.stuck["g"][1] == (Choice("a", (), "done"),)


def test_a_join_that_never_fires_is_found() -> None:
    diagram = draw(
        start(), exclusive("g", default="g_to_b"), task("a"), task("b"), parallel("join"), end(),
        flow("start", "g"), flow("g", "a", "answers.amount > 100"), flow("g", "b"),
        way("a", "join", "end"), way("b", "join"),
    )  # fmt: skip
    coverage = explore(diagram)
    assert coverage.missed_ends == ("end",)
    assert list(coverage.stuck) == ["join"]


def test_circles_and_reminders_come_to_an_end() -> None:
    diagram = draw(
        start(), exclusive("again"), task("look", outcomes="good,bad"),
        boundary("late", "look", duration("P1D"), interrupting=False),
        call("tell", "tell_requester", text="Soon"), end("told"),
        exclusive("g", default="back"), end(),
        way("start", "again", "look", "g"), way("late", "tell", "told"),
        flow("g", "end", 'steps.look.outcome == "good"'), flow("g", "again", key="back"),
    )  # fmt: skip
    coverage = explore(diagram)
    assert coverage.is_complete
    assert coverage.missed == ()
    assert coverage.runs < 100


def test_many_branches_are_looked_at_within_bounds() -> None:
    keys = [f"t{number}" for number in range(8)]
    diagram = draw(
        start(), parallel("fork"), *(task(key) for key in keys), parallel("join"), end(),
        flow("start", "fork"), *(way("fork", key, "join") for key in keys), flow("join", "end"),
    )  # fmt: skip
    coverage = explore(diagram)
    assert coverage.is_complete
    assert coverage.runs == 2**8
    assert not explore(diagram, most=20).is_complete


def test_nesting_is_looked_into() -> None:
    called = draw(*AGREED, process="agreement")
    diagram = draw(
        start(), call_activity("ask", "agreement"), exclusive("g", default="no"),
        sub_process("inner", start("begin"), inclusive("h", default="h_to_p"), task("p"),
                    task("q"), end("out"), flow("begin", "h"), flow("h", "p"),
                    flow("h", "q", "answers.amount > 9"), way("p", "out"), way("q", "out")),
        end("refused"), end(), way("start", "ask", "g"),
        flow("g", "inner", 'steps.ask.outcome == "yes"'), flow("g", "refused", key="no"),
        way("inner", "end"),
    )  # fmt: skip
    coverage = explore(diagram, {"agreement": called})
    assert coverage.missed == ()
    assert coverage.ends["refused"] == (Choice("agree", ("ask",), "refused"),)
