"""Whatever people do to a run, in whatever order, it stays sound and can be brought to an end."""

from __future__ import annotations

import json
import random
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.bpmn.drawing import AT, ERRORS, MESSAGES, draw
from tests.unit.bpmn.test_engine import FAILING, FORK, NESTED, RACE, REMINDED, SOME
from tests.unit.bpmn.test_shipped import DIAGRAMS, called
from timshel.kernel.bpmn.diagram import ApprovalSpec, Diagram, Kind, TaskSpec
from timshel.kernel.bpmn.engine import Run, Stuck, begin, restore
from timshel.kernel.bpmn.records import PassState
from timshel.kernel.errors import NotFound

DRAWN = [draw(*parts, top=MESSAGES + ERRORS)
         for parts in (FAILING, FORK, NESTED, RACE, REMINDED, SOME)]  # fmt: skip
ALL = [*DRAWN, *DIAGRAMS.values()]


FACTS: dict[str, Any] = {
    "answers": {},
    "requester": {"name": "Ada", "email": "ada@example.org", "unit": "climate", "site": "",
                  "customer_category": "", "language": "en", "is_customer": False},
    "request": {"number": "REQ0000001", "offering": "x", "service": "y", "variant": "",
                "purpose": "order", "price": 40.0, "for_other": False},
    "parts": ["laptop"],
}  # fmt: skip


def facts_for(diagram: Diagram, chance: random.Random) -> dict[str, Any]:
    """Return answers of any kind for every field that the diagram's expressions name."""
    diagrams = [diagram, *called(diagram.variant).values()]
    words = set(re.findall(r"answers\.(\w+)", " ".join(_expressions(diagrams))))
    values: list[Any] = [True, False, 5, 5_000, "yes", "", "2027-03-09"]
    return {**FACTS, "answers": {word: chance.choice(values) for word in words}}


def _expressions(diagrams: list[Diagram]) -> list[str]:
    found = [flow.condition for each in diagrams for flow in each.flows]
    for each in diagrams:
        for element in each.elements:
            found.append(getattr(element.spec, "text", ""))
            found += [value.expression for value in getattr(element.spec, "values", ())]
    return found


def act(run: Run, diagram: Diagram, chance: random.Random, given: dict[str, Any]) -> None:
    """Do one thing at random."""
    steps = run.waiting()
    what = chance.choice(["complete"] * 6 + ["tick", "skip", "repeat", "move", "fail", "go_on"])
    step = chance.choice(steps) if steps else None
    if what == "repeat" or step is None:
        passed = chance.choice(run.passed())
        run.repeat(passed.element_id, path=passed.path, **given)
    elif what == "complete" and step.due_at is None and hasattr(step.spec, "outcomes"):
        assert isinstance(step.spec, (TaskSpec, ApprovalSpec))
        run.complete(step.id, outcome=chance.choice(step.spec.outcomes), **given)
    elif what == "move":
        targets = [each for each in diagram.elements if each.kind is not Kind.BOUNDARY]
        own = step.id if not step.path and chance.random() < 0.5 else ""
        run.move(chance.choice(targets).id, step_id=own, **given)
    elif what == "tick":
        run.tick(**{**given, "at": given["at"] + timedelta(days=30)})
    elif what == "fail" and run.catches(step.id, "broken"):
        run.raise_error(step.id, "broken", **given)
    elif what == "go_on":
        run.go_on(**given)
    else:
        run.skip(step.id, **given)


def sound(run: Run) -> None:
    """Check what must always hold."""
    waiting = {each.id for each in run.waiting()}
    passes = run.passed()
    assert len({each.id for each in passes}) == len(passes)
    for each in passes:
        assert (each.left_at is None) == (each.state is PassState.WAITING)
        if each.state is PassState.WAITING:
            assert not each.is_undone
    shown = {each.id for each in run.waiting() if not each.attached_to}
    assert shown <= {each.id for each in passes if each.left_at is None}
    if not run.is_ended:
        assert waiting or run.obstacles, "nothing waits, yet it has not ended"
    elif not run.is_cancelled:
        assert run.endings or any(each.state is PassState.CANCELLED for each in passes)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("diagram", ALL, ids=lambda each: each.process + each.variant)
def test_any_order_of_anything_leaves_a_run_sound(diagram: Diagram, seed: int) -> None:
    chance = random.Random(seed)
    others = called(diagram.variant)
    given: dict[str, Any] = {"facts": facts_for(diagram, chance), "at": AT}
    try:
        run = begin(diagram, others, given["facts"], AT)
    except Stuck as stuck:
        run = stuck.run
    for _round in range(30):
        text = json.dumps(run.state())
        run = restore(json.loads(text), diagram, others)
        assert json.dumps(run.state()) == text
        given["at"] += timedelta(hours=1)
        refused = False
        try:
            act(run, diagram, chance, given)
        except Stuck:
            pass  # it stands before an obstacle, and must be sound there
        except NotFound:
            refused = True
        assert not refused or json.dumps(run.state()) == text, "what was refused changed the run"
        sound(run)
    last = next(each for each in diagram.elements if each.kind is Kind.END and not each.parent)
    run.move(last.id, **given)
    assert run.is_ended
