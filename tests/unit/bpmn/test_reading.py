"""Diagrams are read completely and safely."""

from __future__ import annotations

import pytest

from tests.unit.bpmn.drawing import (
    ERRORS,
    MESSAGES,
    boundary,
    catch,
    draw,
    duration,
    end,
    error,
    extended,
    flow,
    message,
    node,
    start,
    sub_process,
    task,
    way,
    xml,
)
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    CallSpec,
    Check,
    ErrorSpec,
    Kind,
    MessageSpec,
    TaskSpec,
    TimerSpec,
    Translation,
    Value,
)
from timshel.kernel.bpmn.reading import MAXIMUM_BYTES, read_diagram
from timshel.kernel.bpmn.translating import translated_xml
from timshel.kernel.errors import Invalid

WORDS = extended('<timshel:text language="fr" name="Commande" documentation="Tout ce qui suit"/>')


def test_a_process_has_a_code_a_name_a_variant_and_words() -> None:
    diagram = draw(
        "<bpmn:documentation>What follows</bpmn:documentation>",
        WORDS,
        start(),
        end(),
        way("start", "end"),
        attributes='timshel:variant="light"',
    )
    assert (diagram.process, diagram.name, diagram.variant) == ("order", "An order", "light")
    assert diagram.documentation == "What follows"
    assert diagram.name_in("fr-CH") == "Commande"
    assert diagram.name_in("de") == "An order"
    assert diagram.documentation_in("fr") == "Tout ce qui suit"
    assert diagram.oddities == ()
    assert [each.id for each in diagram.elements] == ["start", "end"]


def test_a_task_is_read_with_its_checklist() -> None:
    written = extended(
        '<timshel:task function="workplace" level="2" form="f" target="4" unit="working_days"'
        ' outcomes="done, impossible" tells="false"><timshel:check text="Charged">'
        '<timshel:text language="fr" name="Chargée"/></timshel:check></timshel:task>'
        '<timshel:text language="fr" name="Préparer"/>'
    )
    element = draw(node("userTask", "work", written, name="Set\n  up")).by_id["work"]
    assert element.name == "Set up"
    assert element.name_in("fr") == "Préparer"
    assert element.kind is Kind.USER_TASK
    assert element.spec == TaskSpec(
        function="workplace",
        level=2,
        form="f",
        target=4,
        unit="working_days",
        outcomes=("done", "impossible"),
        tells=False,
        checks=(Check("Charged", (Translation("fr", "Chargée"),)),),
    )
    assert element.spec.checks[0].text_in("fr") == "Chargée"
    assert element.spec.checks[0].text_in("en") == "Charged"


def test_a_task_that_says_nothing_is_one_for_the_lead_function() -> None:
    assert draw(node("userTask", "work")).by_id["work"].spec == TaskSpec()


def test_an_approval_and_a_call_are_read() -> None:
    diagram = draw(
        node("userTask", "a", extended('<timshel:approval by="person" person="boss" needed="2"/>')),
        node(
            "serviceTask",
            "c",
            extended(
                '<timshel:call service="send_mail"><timshel:value name="to" expression="x"/>'
                '<timshel:value name="text" text="Hello"/></timshel:call>'
            ),
        ),
    )
    assert diagram.by_id["a"].spec == ApprovalSpec(by="person", person="boss", needed=2)
    assert diagram.by_id["c"].spec == CallSpec(
        "send_mail", (Value("to", expression="x"), Value("text", text="Hello"))
    )


def test_events_boundaries_and_nesting_are_read() -> None:
    diagram = draw(
        start(),
        sub_process("inner", start("begin"), catch("wait", duration("P2D")), end("out")),
        boundary("late", "inner", message("M1"), interrupting=False),
        boundary("bad", "inner", error("E2")),
        end("no", "E1"),
        flow("start", "inner", key="F"),
        top=MESSAGES + ERRORS,
    )
    by_id = diagram.by_id
    assert by_id["wait"].parent == "inner"
    assert by_id["wait"].spec == TimerSpec("duration", "P2D")
    assert by_id["late"].spec == MessageSpec("parcel")
    assert (by_id["late"].attached_to, by_id["late"].interrupting) == ("inner", False)
    assert by_id["bad"].spec == ErrorSpec("broken")
    assert by_id["no"].spec == ErrorSpec("refused")
    assert (diagram.messages, diagram.errors) == (("parcel",), ("refused", "broken"))
    assert diagram.flow_by_id["F"].target == "inner"
    assert [each.id for each in diagram.boundary("inner")] == ["late", "bad"]
    assert diagram.start("inner") is by_id["begin"]
    assert diagram.oddities == ()


def test_what_is_drawn_for_readers_only_is_no_oddity() -> None:
    diagram = draw(
        '<bpmn:laneSet id="L"><bpmn:lane id="L1" name="IT"><bpmn:flowNodeRef>start'
        "</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>",
        '<bpmn:textAnnotation id="T"><bpmn:text>Why</bpmn:text></bpmn:textAnnotation>',
        '<bpmn:association id="A" sourceRef="T" targetRef="start"/>',
        '<bpmn:dataObject id="D"/><bpmn:dataObjectReference id="R" dataObjectRef="D"/>',
        '<bpmn:group id="G"/>',
        start(),
        end(),
        way("start", "end"),
        top='<bpmn:collaboration id="C"><bpmn:participant id="P" processRef="order"/>'
        "</bpmn:collaboration>",
    )
    assert diagram.oddities == ()


def test_the_same_xml_is_the_same_diagram() -> None:
    text = xml(start(), end(), way("start", "end"))
    assert read_diagram(text) is read_diagram(text)
    assert read_diagram(text) == read_diagram(text)
    assert read_diagram(text) != read_diagram(text.replace("An order", "Another"))
    assert len({read_diagram(text), read_diagram(text)}) == 1


BOMB = """<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</bpmn:definitions>"""
THIEF = """<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd">
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "<a/>",
        xml(start())[:-4],
        BOMB,
        THIEF,
        xml(start()).replace("?>", "?><!DOCTYPE x>", 1),
        xml(" " * MAXIMUM_BYTES),
        xml(*["<bpmn:subProcess id='a'>"] * 60, *["</bpmn:subProcess>"] * 60),
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        "\x00",
        xml(start()).encode("utf-16").decode("latin-1"),
    ],
)
def test_what_is_no_diagram_or_no_safe_one_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_diagram(text)
    ((sentence,),) = refusal.value.fields.values()
    assert str(refusal.value) == str(sentence)
    assert str(sentence).endswith((".", ")"))


def test_a_diagram_is_translated() -> None:
    text = xml(
        "<bpmn:documentation>What follows</bpmn:documentation>",
        WORDS,
        start(),
        node(
            "userTask",
            "work",
            extended(
                '<timshel:task><timshel:check text="Charged"><timshel:text language="fr"'
                ' name="Chargée"/></timshel:check></timshel:task>'
                '<timshel:text language="fr" name="Préparer" documentation="Vite &lt; fait"/>'
            ),
            name="Prepare",
        ),
        task("other"),
        end(),
        way("start", "work", "other", "end"),
    )
    french = read_diagram(translated_xml(text, "fr-CH"))
    assert (french.name, french.documentation) == ("Commande", "Tout ce qui suit")
    assert french.by_id["work"].name == "Préparer"
    assert french.by_id["work"].documentation == "Vite < fait"
    assert french.by_id["other"].name == "Other"
    spec = french.by_id["work"].spec
    assert isinstance(spec, TaskSpec)
    assert spec.checks[0].text == "Chargée"
    assert french.oddities == ()
    assert read_diagram(translated_xml(text, "de")).by_id["work"].name == "Prepare"
    assert read_diagram(translated_xml(text, "en")).name == "An order"
