"""What cannot run is refused, with a sentence that says where and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

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
    extended,
    flow,
    inclusive,
    message,
    moment,
    node,
    parallel,
    start,
    sub_process,
    task,
    way,
)
from timshel.kernel.bpmn.checks import findings
from timshel.kernel.bpmn.diagram import Diagram
from timshel.kernel.bpmn.oddities import SENTENCES
from timshel.kernel.bpmn.vocabulary import Finding, Vocabulary

KNOWN = Vocabulary(
    teams=frozenset({"desk"}),
    functions=frozenset({"workplace"}),
    forms=frozenset({"handover"}),
    roles=frozenset({"board"}),
    fields=frozenset({"model", "amount", "boss"}),
    processes={},
)


def one(*parts: str, vocabulary: Vocabulary | None = KNOWN, **named: str) -> Finding:
    """Return the only finding about a line from start to end through what is drawn."""
    (finding,) = findings(draw(*parts, **named), vocabulary)
    assert finding.sentence.endswith(".")
    assert finding.sentence[0].isupper() or finding.sentence[0] == "“"
    assert not finding.element_id or finding.element_name in finding.sentence
    return finding


def line(*parts: str, through: str = "x") -> tuple[str, ...]:
    return (start(), *parts, end(), way("start", through, "end"))


def codes(diagram: Diagram, vocabulary: Vocabulary | None = KNOWN) -> list[tuple[str, str]]:
    return [(each.code, each.element_id) for each in findings(diagram, vocabulary)]


def test_a_sound_diagram_has_no_findings() -> None:
    inner = sub_process("inner", start("begin"), task("pack"), end("packed"),
                        way("begin", "pack", "packed"))  # fmt: skip
    diagram = draw(
        start(),
        approval(
            "agree", by="role", role="board", remind="P1D", expires="P5D", on_expiry="refused"
        ),
        exclusive("agreed", default="no"),
        call("mail", "send_mail", to="=requester.email", subject="No", text="Sorry"),
        end("refused", "E1"),
        parallel("fork"),
        inner,
        task("work", function="workplace", level="2", form="handover", outcomes="done,impossible"),
        boundary("late", "work", duration("P2D"), interrupting=False),
        call("tell", "tell_requester", text="Soon"),
        end("told"),
        parallel("join"),
        call("set", "set_field", field="seal", value="=steps.work.answers.seal"),
        end(),
        way("start", "agree", "agreed"),
        flow("agreed", "fork", 'steps.agree.outcome in ["approved"] && answers.amount < 9'),
        flow("agreed", "mail", key="no"),
        way("mail", "refused"),
        way("fork", "inner", "join", "set", "end"),
        way("fork", "work", "join"),
        way("late", "tell", "told"),
        top=ERRORS,
    )
    assert findings(diagram, KNOWN) == ()
    assert findings(diagram) == ()


# ── what is not of the vocabulary ────────────────────────────────────────────────────────────

CAMUNDA = '<camunda:executionListener event="start"><camunda:script>x</camunda:script>'
ODD: list[tuple[str, tuple[str, ...]]] = [
    ("unsupported", line(node("manualTask", "x"))),
    ("unsupported", line(node("task", "x"))),
    ("unsupported", line(node("businessRuleTask", "x"))),
    ("unsupported", line(node("sendTask", "x"))),
    ("unsupported", line(node("receiveTask", "x"))),
    ("unsupported", line(node("transaction", "x"))),
    ("unsupported", line(node("adHocSubProcess", "x"))),
    ("unsupported", line(node("complexGateway", "x"))),
    ("unsupported", line(node("scriptTask", "x", "<bpmn:script>import os</bpmn:script>"))),
]


@pytest.mark.parametrize(("code", "parts"), ODD)
def test_elements_that_do_not_run_are_refused(code: str, parts: tuple[str, ...]) -> None:
    found = [each for each in findings(draw(*parts), KNOWN) if each.element_id == "x"]
    assert [each.code for each in found] == [code]
    assert "x" in found[0].sentence


@pytest.mark.parametrize(
    ("code", "drawn"),
    [
        ("script", node("userTask", "x", "<bpmn:script>1</bpmn:script>", name="X")),
        ("loop", node("userTask", "x", "<bpmn:standardLoopCharacteristics/>", name="X")),
        ("loop", node("userTask", "x", "<bpmn:multiInstanceLoopCharacteristics/>", name="X")),
        ("part", node("userTask", "x", "<bpmn:potentialOwner/>", name="X")),
        ("foreign", node("userTask", "x", extended(f"{CAMUNDA}</camunda:executionListener>"),
                         name="X")),
        ("extension", node("userTask", "x", extended("<timshel:script/>"), name="X")),
        ("extension", node("userTask", "x", extended("<timshel:task><timshel:value/>"
                                                     "</timshel:task>"), name="X")),
        ("attribute", task("x", tema="desk")),
        ("misplaced", call("x", "tell_requester", text="a").replace(
            "<timshel:call", "<timshel:task/><timshel:call")),
        ("two_specs", node("userTask", "x", extended('<timshel:task/><timshel:approval by='
                                                     '"line_manager"/>'), name="X")),
        ("two_specs", node("userTask", "x", extended("<timshel:task/><timshel:task/>"), name="X")),
        ("number", task("x", level="first")),
        ("number", task("x", target="0")),
        ("number", approval("x", needed="some")),
        ("yes_or_no", task("x", tells="maybe")),
        ("value", node("serviceTask", "x", extended(
            '<timshel:call service="tell_requester"><timshel:value name="text" text="a"'
            ' expression="b"/></timshel:call>').replace('"b"', "\"'b'\""), name="X")),
        ("compensation", node("userTask", "x", name="X", isForCompensation="true")),
        ("no_trigger", catch("x", "")),
        ("two_triggers", catch("x", duration("P1D") + message("M1"))),
        ("trigger", catch("x", "<bpmn:signalEventDefinition/>")),
        ("trigger", node("intermediateThrowEvent", "x", message("M1"))),
        ("unknown_message", catch("x", message("M9"))),
        ("cycle", catch("x", "<bpmn:timerEventDefinition><bpmn:timeCycle>R3/PT1H"
                             "</bpmn:timeCycle></bpmn:timerEventDefinition>")),
        ("no_time", catch("x", "<bpmn:timerEventDefinition/>")),
    ],
)  # fmt: skip
def test_oddities_are_refused(code: str, drawn: str) -> None:
    assert one(*line(drawn), top=MESSAGES).code == code


def test_attributes_of_other_programs_are_refused() -> None:
    drawn = task("x").replace('id="x"', 'id="x" camunda:assignee="${now()}"')
    assert one(*line(drawn)).code == "foreign"


def test_a_condition_in_another_language_is_a_script() -> None:
    parts = [
        start(), exclusive("g", default="no"), end(),
        flow("start", "g"),
        flow("g", "end", "1 == 1").replace("xsi:type", 'language="python" xsi:type'),
        flow("g", "end", key="no"),
    ]  # fmt: skip
    finding = one(*parts)
    assert (finding.code, finding.element_id) == ("script", "g_to_end")


@pytest.mark.parametrize(
    ("code", "parts", "top"),
    [
        ("trigger", (node("startEvent", "x", message("M1")), end(), way("x", "end")), MESSAGES),
        ("trigger", (start(), node("endEvent", "x", message("M1")), way("start", "x")), MESSAGES),
        ("unknown_error", (start(), end("x", "E9"), way("start", "x")), ""),
        (
            "unknown_error",
            (start(), node("endEvent", "x", error().replace(' errorRef=""', "")),
             way("start", "x")),
            "",
        ),
    ],
)  # fmt: skip
def test_odd_events_are_refused(code: str, parts: tuple[str, ...], top: str) -> None:
    assert code in [each.code for each in findings(draw(*parts, top=top), KNOWN)]


def test_an_event_sub_process_is_refused() -> None:
    inner = sub_process("x", start("begin"), end("out"), way("begin", "out"))
    drawn = inner.replace('id="x"', 'id="x" triggeredByEvent="true"')
    assert one(*line(drawn)).code == "event_sub_process"


def test_a_process_must_be_executable_and_alone() -> None:
    text = draw(*line(task("x")))
    assert codes(text) == []
    from tests.unit.bpmn.drawing import xml
    from timshel.kernel.bpmn.reading import read_diagram

    whole = xml(*line(task("x")))
    (finding,) = findings(read_diagram(whole.replace(' isExecutable="true"', "")), KNOWN)
    assert finding.code == "not_executable"
    second = whole.replace(
        "</bpmn:definitions>", '<bpmn:process id="p2" isExecutable="true"/></bpmn:definitions>'
    )
    (finding,) = findings(read_diagram(second), KNOWN)
    assert (finding.code, finding.element_id) == ("second_process", "p2")


def test_an_empty_condition_is_refused() -> None:
    parts = (
        start(), exclusive("g", default="no"), end(), flow("start", "g"),
        flow("g", "end", " ", key="yes"), flow("g", "end", key="no"),
    )  # fmt: skip
    assert codes(draw(*parts)) == [("empty_condition", "yes"), ("no_condition", "yes")]


def test_every_oddity_has_a_sentence_of_its_own() -> None:
    written = [str(each) % {"where": "W", "detail": "D"} for each in SENTENCES.values()]
    assert len(set(written)) == len(written)


# ── ids ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["a-b", "a.b", "in", "true", "été"])
def test_ids_must_be_names_that_conditions_can_use(key: str) -> None:
    finding = one(*line(task(key), through=key))
    assert finding.code == "bad_id"
    assert key in finding.sentence


def test_ids_must_be_different() -> None:
    diagram = draw(start(), task("x"), task("x"), end(), way("start", "x", "end"))
    assert ("bad_id", "x") in codes(diagram)


def test_a_process_needs_a_code() -> None:
    assert codes(draw(*line(task("x")), process="my order")) == [("bad_id", "")]
    assert codes(draw(*line(task("x")), attributes='timshel:variant="very light"')) == [
        ("bad_id", "")
    ]


# ── ways ─────────────────────────────────────────────────────────────────────────────────────

WAYS: list[tuple[str, str, tuple[str, ...]]] = [
    ("no_start", "", (task("x"), end(), way("x", "end"))),
    ("two_starts", "s2", (*line(task("x")), start("s2"), flow("s2", "x", key="f9"))),
    ("no_end", "", (start(), task("x"), flow("start", "x"), flow("x", "x"))),
    ("unreachable", "lost", (*line(task("x")), task("lost"), flow("lost", "end"))),
    ("dead_end", "lost", (*line(task("x")), boundary("b", "x", duration("P1D")), task("lost"),
                          flow("b", "lost"))),
    ("dead_end", "b", (*line(task("x")), boundary("b", "x", duration("P1D")))),
    ("end_goes_on", "end", (*line(task("x")), flow("end", "x"))),
    ("way_back", "start", (start(), exclusive("g", default="no"), end(), flow("start", "g"),
                           flow("g", "end", key="no"),
                           flow("g", "start", "answers.amount > 1"))),
    ("many_ways", "x", (*line(task("x")), task("y"), flow("x", "y"), flow("y", "end"))),
    ("idle_condition", "x_to_end", (start(), task("x"), end(), flow("start", "x"),
                                    flow("x", "end", "1 == 1"))),
    ("loose_flow", "f9", (*line(task("x")), flow("x", "nowhere", key="f9"))),
    ("loose_flow", "f9", (*line(sub_process("x", start("b"), task("i"), end("o"),
                                            way("b", "i", "o"))), flow("start", "i", key="f9"))),
    ("loose_boundary", "b", (*line(task("x")), boundary("b", "start", duration("P1D")),
                             flow("b", "end", key="f9"))),
    ("no_start", "x", line(sub_process("x", end("o")))),
    ("no_end", "x", line(sub_process("x", start("b")))),
]  # fmt: skip


@pytest.mark.parametrize(("code", "element", "parts"), WAYS)
def test_ways_that_lead_nowhere_are_refused(
    code: str, element: str, parts: tuple[str, ...]
) -> None:
    assert (code, element) in codes(draw(*parts))


def test_a_circle_without_a_way_out_is_refused() -> None:
    diagram = draw(
        start(), exclusive("g", default="yes"), task("x"), task("y"), end(),
        flow("start", "g"), flow("g", "x", key="yes"), flow("g", "end", "answers.amount > 1"),
        way("x", "y", "x"),
    )  # fmt: skip
    assert codes(diagram) == [("no_way_out", "x"), ("no_way_out", "y")]


def gateway(drawn: str, *flows: str) -> Diagram:
    return draw(start(), drawn, task("a"), task("b"), end(), flow("start", "g"), *flows,
                way("a", "end"), way("b", "end"))  # fmt: skip


@pytest.mark.parametrize("kind", [exclusive, inclusive])
def test_a_choice_needs_a_default_and_conditions(kind: Callable[..., str]) -> None:
    drawn = kind("g")
    both = (flow("g", "a", "answers.amount > 1"), flow("g", "b", "answers.amount > 2"))
    assert codes(gateway(drawn, *both)) == [("no_default", "g")]
    drawn = kind("g", "g_to_b")
    assert codes(gateway(drawn, flow("g", "a"), flow("g", "b"))) == [("no_condition", "g_to_a")]
    assert codes(gateway(drawn, *both)) == [("default_with_condition", "g")]
    assert not findings(gateway(drawn, *both), KNOWN)[0].is_error
    assert codes(gateway(drawn, both[0], flow("g", "b"))) == []


def test_conditions_are_only_where_there_is_a_choice() -> None:
    diagram = gateway(parallel("g"), flow("g", "a", "answers.amount > 1"), flow("g", "b"))
    assert codes(diagram) == [("idle_condition", "g_to_a")]
    alone = (start(), exclusive("g"), end(), flow("start", "g"), flow("g", "end", "1 > 2"))
    assert codes(draw(*alone)) == [("idle_condition", "g_to_end")]


def test_after_an_event_gateway_there_are_events() -> None:
    diagram = gateway(node("eventBasedGateway", "g"), flow("g", "a"), flow("g", "b"))
    assert codes(diagram) == [("event_gateway", "g")] * 2


# ── endless loops ────────────────────────────────────────────────────────────────────────────


def circle(*inside: str, keys: Iterable[str] = ("x",), **named: str) -> Diagram:
    """Return a diagram that goes back unless the amount is large."""
    return draw(
        start(), exclusive("again"), *inside, exclusive("g", default="back"), end(),
        way("start", "again", *keys, "g"), flow("g", "end", "answers.amount > 9"),
        flow("g", "again", key="back"), **named,
    )  # fmt: skip


@pytest.mark.parametrize(
    "drawn",
    [
        call("x", "tell_requester", text="Hi"),
        call("x", "set_field", field="amount", value="=answers.amount + 1"),
        node("intermediateThrowEvent", "x"),
        sub_process("x", start("b"), call("t", "tell_requester", text="Hi"), end("o"),
                    way("b", "t", "o")),
    ],
)  # fmt: skip
def test_a_circle_in_which_nothing_waits_is_refused(drawn: str) -> None:
    ((code, element),) = codes(circle(drawn))
    assert (code, element) == ("endless_loop", "again")
    assert "“x”" in findings(circle(drawn), KNOWN)[0].sentence.lower()


@pytest.mark.parametrize(
    "drawn",
    [
        task("x"),
        approval("x"),
        catch("x", duration("P1D")),
        catch("x", message("M1")),
        call("x", "call_webhook", url="https://example.org"),
        call("x", "wait_for_event", name="parcel"),
        call("x", "open_parts"),
        sub_process("x", start("b"), task("t"), end("o"), way("b", "t", "o")),
    ],
)
def test_a_circle_in_which_something_waits_may_go_round(drawn: str) -> None:
    assert codes(circle(drawn, top=MESSAGES)) == []


def test_a_circle_through_a_called_process_is_looked_into() -> None:
    hurried = draw(start(), call("t", "tell_requester", text="Hi"), end(),
                   way("start", "t", "end"), process="told")  # fmt: skip
    slow = draw(*line(task("x")), process="told")
    drawn = circle(call_activity("x", "told"))
    assert codes(drawn, Vocabulary(processes={"told": hurried})) == [("endless_loop", "again")]
    assert codes(drawn, Vocabulary(processes={"told": slow})) == []
    assert codes(drawn, Vocabulary()) == []


def test_a_circle_beside_what_waits_is_still_endless() -> None:
    diagram = draw(
        start(), exclusive("again"), exclusive("g", default="on"), task("x"), end(),
        way("start", "again", "g"), flow("g", "again", "answers.amount > 9"),
        flow("g", "x", key="on"), flow("x", "end"),
    )  # fmt: skip
    assert codes(diagram) == [("endless_loop", "again")]


# ── expressions ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("answers.amount >", "expression"),
        ("amount > 3", "expression"),
        ("foo(answers.amount) == 1", "expression"),
        ("answers.amount.toString() == 1", "expression"),
        ("answers.__class__ == 1", "python"),
        ('answers["__class__"] == 1', "python"),
        ("().__class__.__bases__[0] == 1", "python"),
        ("import os", "python"),
        ('__import__("os").system("id") == 0', "python"),
        ('eval("1") == 1', "python"),
        ('open("/etc/passwd") == 1', "python"),
        ('os.system("id") == 0', "python"),
        ("lambda x: x", "python"),
        ("steps.gone.outcome == 'done'", "unknown_step"),
        ("steps['gone'].outcome == 'done'", "unknown_step"),
        ("answers.gone == 1", "unknown_field"),
        ("steps.a.outcome == 'lost'", "unknown_outcome"),
        ("steps.a.outcome in ['done', 'lost']", "unknown_outcome"),
        ("x" * 3_000, "expression"),
    ],
)
def test_conditions_that_cannot_be_used_are_refused(condition: str, code: str) -> None:
    diagram = gateway(exclusive("g", "g_to_b"), flow("g", "a", condition), flow("g", "b"))
    (finding,) = findings(diagram, KNOWN)
    assert (finding.code, finding.element_id, finding.severity) == (code, "g_to_a", "error")
    assert "g_to_a" in finding.sentence


@pytest.mark.parametrize(
    "condition",
    [
        "answers.amount > 3",
        "answers.model == '__class__'",
        "answers.model == 'import os'",
        "has(answers.model) && answers.model.startsWith('1')",
        "requester.customer_category == '' || request.variant == 'light'",
        "size(parts) > 0 && 'laptop' in parts && parts.exists(p, p == 'laptop')",
        "steps.a.outcome == 'done' && steps.a.at < now - duration('24h')",
        "now.getDayOfWeek('Europe/Paris') == 1",
        "answers.amount > 3 ? true : false",
    ],
)
def test_conditions_that_can_be_used(condition: str) -> None:
    diagram = gateway(exclusive("g", "g_to_b"), flow("g", "a", condition), flow("g", "b"))
    assert codes(diagram) == []


def test_outcomes_of_called_processes_are_their_ends() -> None:
    called = draw(*line(task("x")), process="called")
    drawn = (start(), call_activity("c", "called"), exclusive("g", default="no"), end(),
             way("start", "c", "g"), flow("g", "end", key="no"))  # fmt: skip
    known = Vocabulary(processes={"called": called})
    wrong = draw(*drawn, flow("g", "end", "steps.c.outcome == 'done'", key="f"))
    assert codes(wrong, known) == [("unknown_outcome", "f")]
    assert codes(wrong, Vocabulary()) == []
    assert codes(draw(*drawn, flow("g", "end", "steps.c.outcome == 'end'")), known) == []


def test_a_flow_is_called_by_its_name() -> None:
    named = flow("g", "a", "amount > 3").replace("sourceRef", 'name="Expensive" sourceRef', 1)
    diagram = gateway(exclusive("g", "g_to_b"), named, flow("g", "b"))
    assert "“Expensive”" in findings(diagram, KNOWN)[0].sentence


# ── tasks, approvals, calls ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"team": "nobody"}, "unknown_code"),
        ({"function": "nothing"}, "unknown_code"),
        ({"form": "gone"}, "unknown_code"),
        ({"team": "desk", "function": "workplace"}, "task"),
        ({"target": "4", "unit": "weeks"}, "task"),
        ({"outcomes": "done,not possible"}, "task"),
        ({"outcomes": "done,done"}, "task"),
    ],
)
def test_tasks_name_what_exists(attributes: dict[str, str], code: str) -> None:
    finding = one(*line(task("x", **attributes)))
    assert (finding.code, finding.element_id) == (code, "x")


def test_codes_are_not_checked_where_they_are_not_given() -> None:
    diagram = draw(*line(task("x", team="nobody", form="gone")))
    assert findings(diagram) == ()


def test_a_checklist_has_no_empty_lines() -> None:
    written = extended('<timshel:task><timshel:check text=" "/></timshel:task>')
    assert one(*line(node("userTask", "x", written, name="X"))).code == "task"


def test_a_task_without_a_name_is_worth_a_warning() -> None:
    finding = one(*line(node("userTask", "x")))
    assert (finding.code, finding.severity) == ("no_name", "warning")


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"by": "anyone"}, "approval"),
        ({"by": "role"}, "approval"),
        ({"role": "board"}, "approval"),
        ({"by": "role", "role": "king"}, "unknown_code"),
        ({"by": "person"}, "approval"),
        ({"person": "boss"}, "approval"),
        ({"by": "person", "person": "friend"}, "unknown_code"),
        ({"remind": "soon"}, "time"),
        ({"expires": "PT0S"}, "time"),
        ({"on_expiry": "refused"}, "approval"),
        ({"expires": "P1D", "on_expiry": "forgotten"}, "approval"),
    ],
)
def test_approvals_say_who_and_until_when(attributes: dict[str, str], code: str) -> None:
    finding = one(*line(approval("x", **attributes)))
    assert (finding.code, finding.element_id) == (code, "x")


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (node("serviceTask", "x"), "no_service"),
        (call("x", "run_shell", command="ls"), "unknown_service"),
        (call("x", "tell_requester"), "value"),
        (call("x", "tell_requester", text=" "), "value"),
        (call("x", "tell_requester", text="a", to="b"), "value"),
        (call("x", "tell_requester", text="=answers.gone"), "unknown_field"),
        (call("x", "tell_requester", text="=eval('1')"), "python"),
        (call("x", "tell_requester", text="=amount"), "expression"),
        (call("x", "call_webhook", url="file:///etc/passwd"), "value"),
        (call("x", "set_field", field="a b", value="1"), "value"),
        (call("x", "send_mail", to="a@example.org", subject="a"), "value"),
        (
            node("serviceTask", "x", extended(
                '<timshel:call service="tell_requester"><timshel:value name="text" text="a"/>'
                '<timshel:value name="text" text="b"/></timshel:call>')),
            "value",
        ),
    ],
)  # fmt: skip
def test_calls_name_known_services_with_their_values(drawn: str, code: str) -> None:
    found = {(each.code, each.element_id) for each in findings(draw(*line(drawn)), KNOWN)}
    assert found == {(code, "x")}


# ── timers, calls of processes, errors ───────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (duration("P2X"), "time"),
        (duration("PT0S"), "time"),
        (duration("soon"), "time"),
        (duration("answers.gone"), "time"),
        (duration("eval('1')"), "python"),
        (moment("2027-02-30"), "time"),
        (moment("answers.gone"), "time"),
    ],
)
def test_timers_have_a_time(drawn: str, code: str) -> None:
    assert one(*line(catch("x", drawn))).code == code


@pytest.mark.parametrize(
    "drawn",
    [duration("P2D"), duration('answers.model == "14" ? "P1D" : "P2D"'), moment("2027-03-01"),
     moment("answers.model")],
)  # fmt: skip
def test_timers_that_can_be_used(drawn: str) -> None:
    assert codes(draw(*line(catch("x", drawn)))) == []


def test_called_processes_exist_and_do_not_lead_back() -> None:
    assert one(*line(call_activity("x", ""))).code == "called"
    assert one(*line(call_activity("x", "gone"))).code == "called"
    assert codes(draw(*line(call_activity("x", "gone"))), Vocabulary()) == []
    assert one(*line(call_activity("x", "order"))).code == "recursion"
    other = draw(*line(call_activity("x", "third")), process="other")
    third = draw(*line(call_activity("x", "order")), process="third")
    known = Vocabulary(processes={"other": other, "third": third})
    assert one(*line(call_activity("x", "other")), vocabulary=known).code == "recursion"
    sound = draw(*line(task("x")), process="other")
    known = Vocabulary(processes={"other": sound})
    assert codes(draw(*line(call_activity("x", "other"))), known) == []


def test_errors_that_end_a_process_are_known() -> None:
    finding = one(start(), end("x", "E2"), way("start", "x"), top=ERRORS)
    assert (finding.code, finding.severity) == ("error_end_for_callers", "warning")
    assert codes(draw(start(), end("x", "E1"), way("start", "x"), top=ERRORS)) == []


def test_errors_of_a_sub_process_are_caught() -> None:
    inner = sub_process("x", start("b"), task("t"), end("o", "E2"), way("b", "t", "o"))
    assert codes(draw(*line(inner), top=ERRORS)) == [("uncaught_error", "o")]
    caught = (*line(inner), boundary("c", "x", error("E2")), flow("c", "end", key="f9"))
    assert codes(draw(*caught, top=ERRORS)) == []
    other = (*line(inner), boundary("c", "x", error("E1")), flow("c", "end", key="f9"))
    assert codes(draw(*other, top=ERRORS)) == [("uncaught_error", "o"), ("never_thrown", "c")]


def test_an_error_of_a_persons_task_is_worth_a_warning() -> None:
    parts = (*line(task("x")), boundary("c", "x", error("E1")), flow("c", "end", key="f9"))
    assert codes(draw(*parts, top=ERRORS)) == [("error_on_task", "c")]


def test_errors_come_before_warnings_and_in_the_order_of_the_file() -> None:
    diagram = draw(
        start(), node("userTask", "first"), task("second", team="nobody"),
        task("third", form="gone"), end(), way("start", "first", "second", "third", "end"),
    )  # fmt: skip
    assert codes(diagram) == [
        ("unknown_code", "second"), ("unknown_code", "third"), ("no_name", "first"),
    ]  # fmt: skip
