"""Diagrams for tests, drawn in a few words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from timshel.kernel.bpmn.diagram import Diagram
from timshel.kernel.bpmn.engine import Run, begin, restore
from timshel.kernel.bpmn.reading import read_diagram

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "answers": {"amount": 40, "model": "14"},
    "requester": {"name": "Ada", "customer_category": ""},
    "request": {"number": "REQ0000001"},
    "parts": ["laptop"],
}

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:timshel="urn:timshel:bpmn:1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="d" targetNamespace="urn:test">"""


def later(**span: int) -> datetime:
    return AT + timedelta(**span)


def xml(*parts: str, process: str = "order", top: str = "", attributes: str = "") -> str:
    """Return a whole file; ``top`` stands beside the process (messages, errors)."""
    return (
        f'{_HEAD}{top}<bpmn:process id="{process}" name="An order" isExecutable="true"'
        f" {attributes}>{''.join(parts)}</bpmn:process></bpmn:definitions>"
    )


def draw(*parts: str, **named: str) -> Diagram:
    """Return the diagram that is drawn."""
    return read_diagram(xml(*parts, **named))


def node(tag: str, key: str, inside: str = "", **attributes: str) -> str:
    written = "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items())
    return f'<bpmn:{tag} id="{key}"{written}>{inside}</bpmn:{tag}>'


def extended(inside: str) -> str:
    return f"<bpmn:extensionElements>{inside}</bpmn:extensionElements>"


def start(key: str = "start") -> str:
    return node("startEvent", key)


def end(key: str = "end", error: str = "", *, terminates: bool = False) -> str:
    inside = f'<bpmn:errorEventDefinition errorRef="{error}"/>' if error else ""
    return node("endEvent", key, "<bpmn:terminateEventDefinition/>" if terminates else inside)


def task(key: str, **attributes: str) -> str:
    written = "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items())
    return node("userTask", key, extended(f"<timshel:task{written}/>"), name=key.title())


def approval(key: str, **attributes: str) -> str:
    attributes = {"by": "line_manager", **attributes}
    written = "".join(f" {name}={quoteattr(text)}" for name, text in attributes.items())
    return node("userTask", key, extended(f"<timshel:approval{written}/>"), name=key.title())


def call(key: str, service: str, **values: str) -> str:
    """Draw a service task; a value that begins with ``=`` is an expression."""
    inside = "".join(
        f"<timshel:value name={quoteattr(name)} "
        + (f"expression={quoteattr(text[1:])}" if text[:1] == "=" else f"text={quoteattr(text)}")
        + "/>"
        for name, text in values.items()
    )
    written = extended(f"<timshel:call service={quoteattr(service)}>{inside}</timshel:call>")
    return node("serviceTask", key, written, name=key.title())


def exclusive(key: str, default: str = "") -> str:
    return node("exclusiveGateway", key, **({"default": default} if default else {}))


def inclusive(key: str, default: str = "") -> str:
    return node("inclusiveGateway", key, **({"default": default} if default else {}))


def parallel(key: str) -> str:
    return node("parallelGateway", key)


def duration(text: str) -> str:
    return (
        "<bpmn:timerEventDefinition><bpmn:timeDuration>"
        f"{escape(text)}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    )


def moment(text: str) -> str:
    return (
        "<bpmn:timerEventDefinition><bpmn:timeDate>"
        f"{escape(text)}</bpmn:timeDate></bpmn:timerEventDefinition>"
    )


def message(reference: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}"/>'


def error(reference: str = "") -> str:
    return f'<bpmn:errorEventDefinition errorRef="{reference}"/>'


def catch(key: str, inside: str) -> str:
    return node("intermediateCatchEvent", key, inside)


def boundary(key: str, host: str, inside: str, *, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent",
        key,
        inside,
        attachedToRef=host,
        cancelActivity=str(interrupting).lower(),
    )


def sub_process(key: str, *parts: str) -> str:
    return node("subProcess", key, "".join(parts))


def call_activity(key: str, called: str) -> str:
    return node("callActivity", key, calledElement=called)


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    key = key or f"{source}_to_{target}"
    inside = ""
    if condition:
        inside = (
            '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
            f"{escape(condition)}</bpmn:conditionExpression>"
        )
    return node("sequenceFlow", key, inside, sourceRef=source, targetRef=target)


def way(*keys: str) -> str:
    """Draw flows from one element to the next."""
    return "".join(flow(one, other) for one, other in pairwise(keys))


MESSAGES = '<bpmn:message id="M1" name="parcel"/>'
ERRORS = '<bpmn:error id="E1" errorCode="refused"/><bpmn:error id="E2" errorCode="broken"/>'


class Played:
    """A run that is written and read again at each step, as the product does it."""

    def __init__(self, diagram: Diagram, called: dict[str, Diagram] | None = None, **facts: Any):
        self.diagram, self.called = diagram, called or {}
        self.facts = {**FACTS, **facts}
        self.at = AT
        self.run: Run = begin(diagram, self.called, self.facts, AT)

    @property
    def waits(self) -> list[str]:
        return sorted(each.element_id for each in self.run.waiting())

    def step(self, element: str) -> str:
        """Return the id of the latest waiting step of an element."""
        return [each.id for each in self.run.waiting() if each.element_id == element][-1]

    def again(self) -> None:
        import json

        state = self.run.state()
        text = json.dumps(state)
        self.run = restore(json.loads(text), self.diagram, self.called)
        assert json.dumps(self.run.state()) == text

    def done(self, element: str, outcome: str = "", **answers: Any) -> list[str]:
        self.again()
        self.run.complete(
            self.step(element),
            outcome=outcome,
            answers=answers,
            by="Ada",
            facts=self.facts,
            at=self.at,
        )
        return self.waits

    def pass_time(self, **span: int) -> list[str]:
        self.again()
        self.at += timedelta(**span)
        self.run.tick(facts=self.facts, at=self.at)
        return self.waits

    def sent(self, name: str) -> int:
        self.again()
        return self.run.send(name, facts=self.facts, at=self.at)

    def failed(self, element: str, code: str) -> list[str]:
        self.again()
        self.run.raise_error(self.step(element), code, facts=self.facts, at=self.at)
        return self.waits

    def skipped(self, element: str) -> list[str]:
        self.again()
        self.run.skip(self.step(element), facts=self.facts, at=self.at)
        return self.waits

    def repeated(self, element: str, *path: str) -> list[str]:
        self.again()
        self.run.repeat(element, path=path, facts=self.facts, at=self.at)
        return self.waits

    def moved(self, target: str, taken: str = "") -> list[str]:
        self.again()
        step = self.step(taken) if taken else ""
        self.run.move(target, step_id=step, facts=self.facts, at=self.at)
        return self.waits

    @property
    def ends(self) -> list[str]:
        return [each.element_id for each in self.run.endings]

    @property
    def history(self) -> list[tuple[str, str]]:
        return [(each.element_id, each.state.value) for each in self.run.passed()]
