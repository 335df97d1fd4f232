"""How many steps a second the engine of processes makes, on its own and as the product uses it.

    python bench/process_engine.py [--runs 1000]

A process of ten steps (tasks, an approval, two branches, a choice, a timer, messages to the
requester) is run from start to end. Once the run stays in memory, once its state is written as
JSON and read again at every step, as the product does it between two transactions. It prints steps
a second, the milliseconds of each part by the clock and of the processor (which other work on the
machine does not lengthen), and the size of the state.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timshel.kernel.bpmn.diagram import Diagram
    from timshel.kernel.bpmn.engine import Run

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "answers": {f"field_{number}": f"answer {number}" for number in range(20)} | {"amount": 1_250},
    "requester": {"name": "Ada", "language": "en", "unit": "climate", "customer_category": ""},
    "request": {"number": "REQ0000001", "offering": "laptop", "service": "workplace"},
    "parts": [],
}
STEPS = 10

_TASK = '<bpmn:userTask id="{key}" name="{key}"/>'
_CALL = (
    '<bpmn:serviceTask id="{key}"><bpmn:extensionElements>'
    '<timshel:call service="tell_requester"><timshel:value name="text" expression="{text}"/>'
    "</timshel:call></bpmn:extensionElements></bpmn:serviceTask>"
)
_WAIT = (
    '<bpmn:intermediateCatchEvent id="{key}"><bpmn:timerEventDefinition><bpmn:timeDuration>P1D'
    "</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
)
_TEXT = "'Dear ' + requester.name + ', your order ' + request.number + ' is on its way.'"
_FLOWS = """start agree|agree g|fork pick|fork label|pick join|label join|join check|check wait
|wait pack|pack tell|tell ship|ship tell2|tell2 hand|hand end|no_tell no"""


def diagram_xml() -> str:
    """Return the process: ten steps on the way that is taken."""
    tasks = ("pick", "label", "check", "pack", "ship", "hand")
    flows = [
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, pair in enumerate(_FLOWS.replace("\n", "").split("|"))
        for source, target in [pair.split()]
    ]
    return "".join(
        [
            '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
            ' xmlns:timshel="urn:timshel:bpmn:1" targetNamespace="urn:bench">'
            '<bpmn:process id="bench" isExecutable="true"><bpmn:startEvent id="start"/>'
            '<bpmn:userTask id="agree"><bpmn:extensionElements><timshel:approval'
            ' by="line_manager" expires="P5D"/></bpmn:extensionElements></bpmn:userTask>'
            '<bpmn:exclusiveGateway id="g" default="to_no"/><bpmn:sequenceFlow id="to_no"'
            ' sourceRef="g" targetRef="no_tell"/><bpmn:sequenceFlow id="to_fork" sourceRef="g"'
            ' targetRef="fork"><bpmn:conditionExpression>steps.agree.outcome == "approved" &amp;'
            "&amp; answers.amount &lt; 5000</bpmn:conditionExpression></bpmn:sequenceFlow>"
            '<bpmn:parallelGateway id="fork"/><bpmn:parallelGateway id="join"/>',
            *(_TASK.format(key=key) for key in tasks),
            *(_CALL.format(key=key, text=_TEXT) for key in ("tell", "tell2", "no_tell")),
            _WAIT.format(key="wait"),
            *flows,
            '<bpmn:endEvent id="no"/><bpmn:endEvent id="end"/></bpmn:process></bpmn:definitions>',
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=1_000)
    runs = parser.parse_args().runs
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    import django

    django.setup()
    from timshel.kernel.bpmn.checks import findings
    from timshel.kernel.bpmn.reading import read_diagram

    start = time.perf_counter()
    diagram = read_diagram(diagram_xml())
    print(f"reading the diagram: {_ms(start):.2f} ms")
    start = time.perf_counter()
    found = findings(diagram)
    print(f"checking it: {_ms(start):.2f} ms, {sum(each.is_error for each in found)} errors")
    _play(diagram, keep=True)  # warms the caches
    for keep in (True, False):
        _measure(diagram, runs, keep=keep)
    _parts(diagram)


def _measure(diagram: Diagram, runs: int, *, keep: bool) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    for _run in range(runs):
        if _play(diagram, keep=keep) != STEPS:
            raise SystemExit("the process was not run to its end")
    seconds = time.perf_counter() - start
    how = "in memory" if keep else "with its state as JSON out and in at every step"
    print(
        f"{runs:,} runs of {STEPS} steps, {how}: {runs * STEPS / seconds:,.0f} steps/s,"
        f" {seconds / runs / STEPS * 1_000:.2f} ms a step,"
        f" {(time.process_time() - cpu) / runs / STEPS * 1_000:.2f} ms of the processor"
    )


def _play(diagram: Diagram, *, keep: bool) -> int:
    """Run once from start to end; return how many steps were done."""
    from timshel.kernel.bpmn.engine import begin, restore

    at, done = AT, 0
    run = begin(diagram, {}, FACTS, at)
    while not run.is_ended:
        if not keep:
            run = restore(json.loads(json.dumps(run.state())), diagram, {})
        at += timedelta(hours=1)
        done += 1
        _step(run, at)
    return done


def _step(run: Run, at: datetime) -> None:
    step = run.waiting()[0]
    if step.due_at is not None:
        run.tick(facts=FACTS, at=max(at, step.due_at))
    else:
        run.complete(step.id, answers={"seal": "X1"}, by="Ada", facts=FACTS, at=at)


def _parts(diagram: Diagram) -> None:
    """Print what writing and reading the state of a run near its end takes."""
    from timshel.kernel.bpmn.engine import begin, restore

    run = begin(diagram, {}, FACTS, AT)
    for hour in range(1, STEPS):
        _step(run, AT + timedelta(hours=hour))
    text = json.dumps(run.state())
    written, read = [], []
    for _round in range(300):
        start = time.perf_counter()
        json.dumps(run.state())
        written.append(_ms(start))
        start = time.perf_counter()
        restore(json.loads(text), diagram, {})
        read.append(_ms(start))
    print(
        f"state before the last step: {len(text):,} bytes, written in"
        f" {statistics.median(written):.3f} ms, read in {statistics.median(read):.3f} ms"
    )


def _ms(start: float) -> float:
    return (time.perf_counter() - start) * 1_000


if __name__ == "__main__":
    main()
