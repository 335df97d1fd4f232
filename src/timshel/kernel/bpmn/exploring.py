"""Which ends and elements of a diagram can be reached, and by which choices.

Everything that could happen outside is pretended: each outcome that a condition asks for, timers
that fire or do not, messages that arrive, errors that are caught. Without facts, a condition that
reads more than steps may hold or not; with facts, it is evaluated. States of the run that differ in
nothing that matters are looked at once, so that circles and parallel branches stay small.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from SpiffWorkflow.task import Task

from timshel.kernel import conditions
from timshel.kernel.bpmn.course import Course, element_of
from timshel.kernel.bpmn.diagram import (
    ApprovalSpec,
    Diagram,
    ErrorSpec,
    Flow,
    Kind,
    TaskSpec,
)
from timshel.kernel.bpmn.engine import Run, Stuck, set_off, take_up
from timshel.kernel.bpmn.records import StepKind, WaitingStep
from timshel.kernel.bpmn.values import Facts
from timshel.kernel.errors import Refused

_MOMENT = datetime(2030, 1, 1, tzinfo=UTC)
_STEP = re.compile(r"""(?<![\w.])steps(?:\.|\[\s*["'])([A-Za-z_]\w*)""")


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that was pretended.

    Attributes:
        element_id: where; for a guessed condition, the id of the flow.
        path: ids of the call activities around it.
        what: the outcome, ``fired``, ``received``, ``error:`` with a code, or ``holds`` and
            ``holds not`` of a condition that was guessed.
    """

    element_id: str
    path: tuple[str, ...]
    what: str


Way = tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was reached.

    Attributes:
        elements: elements of the process itself, each with a shortest way that was found.
        ends: the end events among them.
        flows: ids of the flows that were taken.
        missed: ids of the elements that were not reached, in the order of the file.
        missed_ends: the end events among them.
        stuck: elements that could not be passed: the reason, and the way there.
        is_complete: whether everything was looked at; else the bounds were reached before.
        runs: how many states were looked at.
    """

    elements: Mapping[str, Way]
    ends: Mapping[str, Way]
    flows: frozenset[str]
    missed: tuple[str, ...]
    missed_ends: tuple[str, ...]
    stuck: Mapping[str, tuple[str, Way]]
    is_complete: bool
    runs: int


def explore(
    diagram: Diagram,
    called: Mapping[str, Diagram] | None = None,
    *,
    facts: Sequence[Facts] = (),
    most: int = 3_000,
) -> Coverage:
    """Explore a diagram that the checks found nothing against.

    Args:
        diagram: the process.
        called: the processes that it and those it calls may call, by code.
        facts: sets of facts to run it with, one after the other; none = conditions are guessed.
        most: how many states are looked at, for each set of facts.
    """
    exploration = _Exploration(diagram, called or {}, most)
    if not facts:
        exploration.run_with(None)
    for each in facts:
        exploration.run_with(each)
    return exploration.coverage()


class _AskedError(Exception):
    """A condition must be guessed."""


class _Pretended(Course):
    """A course on which conditions are guessed where no facts are there to decide them."""

    def pretend(self, guesses: Sequence[bool], known: dict[str, bool]) -> None:
        """Take guesses for the conditions that will be asked, in order."""
        self.guesses = guesses
        self.asked: list[Choice] = []
        self.known = known

    def holds(self, task: Task, flow: Flow) -> bool:
        """Tell whether a condition holds: evaluated if it reads only steps, else guessed."""
        read = conditions.names_read(flow.condition)
        if read <= {"steps"}:
            with suppress(Refused):
                return super().holds(task, flow)
        if flow.condition in self.known:
            return self.known[flow.condition]
        if len(self.asked) == len(self.guesses):
            raise _AskedError
        guess = self.guesses[len(self.asked)]
        what = "holds" if guess else "holds not"
        self.asked.append(Choice(flow.id, self.calls_around(task), what))
        if not read & {"steps", "now"}:
            self.known[flow.condition] = guess
        return guess

    def due(self, task: Task) -> datetime:
        """Return a moment for a timer whose own cannot be known."""
        with suppress(Refused):
            return super().due(task)
        return self.at + timedelta(days=1)

    def given(self, task: Task) -> dict[str, Any]:
        """Return nothing for the values of a call that cannot be known."""
        with suppress(Refused):
            return super().given(task)
        return {}


@dataclass(frozen=True, slots=True)
class _Node:
    state: Mapping[str, Any]
    known: Mapping[str, bool]
    way: Way


Act = Callable[[Run], object]


@dataclass
class _Exploration:
    diagram: Diagram
    called: Mapping[str, Diagram]
    most: int
    elements: dict[str, Way] = field(default_factory=dict)
    flows: set[str] = field(default_factory=set)
    stuck: dict[str, tuple[str, Way]] = field(default_factory=dict)
    is_complete: bool = True
    runs: int = 0

    def __post_init__(self) -> None:
        diagrams = [self.diagram, *self.called.values()]
        self.asked = {
            match
            for each in diagrams
            for expression in _expressions(each)
            for match in _STEP.findall(expression)
        }
        self.codes = sorted(
            {
                element.spec.code or "error"
                for each in diagrams
                for element in each.elements
                if element.kind is Kind.BOUNDARY and isinstance(element.spec, ErrorSpec)
            }
        )

    def run_with(self, facts: Facts | None) -> None:
        seen: set[Any] = set()
        left = self.most
        open_ends: deque[_Node] = deque()
        self._grow(None, (), None, facts, seen, open_ends)
        while open_ends:
            if left <= 0:
                self.is_complete = False
                return
            left -= 1
            node = open_ends.popleft()
            self.runs += 1
            for choice, act in self._acts(self._taken_up(node, (), facts), facts):
                self._grow(node, (choice,), act, facts, seen, open_ends)

    def _course(self, facts: Facts | None) -> Course:
        made = Course if facts is not None else _Pretended
        return made(self.diagram, self.called)

    def _taken_up(self, node: _Node, guesses: Sequence[bool], facts: Facts | None) -> Run:
        course = self._course(facts)
        if isinstance(course, _Pretended):
            course.pretend(guesses, dict(node.known))
        return take_up(course, node.state)

    def _grow(
        self,
        node: _Node | None,
        choices: Way,
        act: Act | None,
        facts: Facts | None,
        seen: set[Any],
        open_ends: deque[_Node],
    ) -> None:
        """Do one thing, with every guess that it asks for, and keep the new states it leads to."""
        waiting: list[tuple[bool, ...]] = [()]
        while waiting:
            guesses = waiting.pop()
            try:
                run = self._did(node, act, guesses, facts)
            except _AskedError:
                waiting += [(*guesses, False), (*guesses, True)]
                continue
            course = run.course
            asked = tuple(course.asked) if isinstance(course, _Pretended) else ()
            known = course.known if isinstance(course, _Pretended) else {}
            way = (*(node.way if node else ()), *choices, *asked)
            news = self._note(run, way)
            key = self._key(run, known)
            if key not in seen:
                seen.add(key)
                fresh = _Node(_without_history(run.state()), known, way)
                # What leads to something new is followed first: the bounds then matter least.
                (open_ends.appendleft if news else open_ends.append)(fresh)

    def _did(
        self, node: _Node | None, act: Act | None, guesses: Sequence[bool], facts: Facts | None
    ) -> Run:
        try:
            if node is None or act is None:
                course = self._course(facts)
                if isinstance(course, _Pretended):
                    course.pretend(guesses, {})
                return set_off(course, facts or {}, _MOMENT)
            run = self._taken_up(node, guesses, facts)
            act(run)
        except Stuck as stuck:
            return stuck.run
        return run

    def _acts(self, run: Run, facts: Facts | None) -> Iterator[tuple[Choice, Act]]:
        """Yield what could happen now."""
        given: dict[str, Any] = {"facts": facts or {}, "at": _MOMENT}
        for step in run.waiting():
            for outcome in self._outcomes(step):
                choice = Choice(step.element_id, step.path, outcome)
                yield choice, _completing(step.id, outcome, given)
            if step.kind in (StepKind.TIMER, StepKind.MESSAGE):
                what = "fired" if step.kind is StepKind.TIMER else "received"
                choice = Choice(step.element_id, step.path, what)
                yield choice, _triggering(step.id, given)
                continue
            for code in self.codes:
                if run.catches(step.id, code):
                    choice = Choice(step.element_id, step.path, f"error:{code}")
                    yield choice, _failing(step.id, code, given)

    def _outcomes(self, step: WaitingStep) -> tuple[str, ...]:
        if isinstance(step.spec, (TaskSpec, ApprovalSpec)):
            return step.spec.outcomes if step.element_id in self.asked else step.spec.outcomes[:1]
        return ("done",) if step.kind is StepKind.CALL else ()

    def _note(self, run: Run, way: Way) -> bool:
        """Write down what was reached; tell whether it was new."""
        before = len(self.elements) + len(self.flows)
        for each in run.passed():
            if not each.path:
                self.elements.setdefault(each.element_id, way)
                if each.flow:
                    self.flows.add(each.flow)
        for obstacle in run.obstacles:
            self.stuck.setdefault(obstacle.element_id, (obstacle.reason, way))
        return len(self.elements) + len(self.flows) > before

    def _key(self, run: Run, known: Mapping[str, bool]) -> Any:
        course = run.course
        # A second token on the same spot opens no new way: circles would pile them up.
        tokens = frozenset(
            (element_of(each).id, course.path_of(each.workflow), each.internal_data["f"])
            for each in course.tokens()
        )
        outcomes = tuple(
            sorted(
                (path, element, step["outcome"])
                for path, steps in course.steps.items()
                for element, step in steps.items()
                if element in self.asked
            )
        )
        fields = tuple(sorted((name, repr(value)) for name, value in course.fields.items()))
        return tokens, outcomes, fields, frozenset(known.items())

    def coverage(self) -> Coverage:
        ends = [each.id for each in self.diagram.elements if each.kind is Kind.END]
        missed = [each.id for each in self.diagram.elements if each.id not in self.elements]
        return Coverage(
            elements=self.elements,
            ends={key: self.elements[key] for key in ends if key in self.elements},
            flows=frozenset(self.flows),
            missed=tuple(missed),
            missed_ends=tuple(key for key in ends if key not in self.elements),
            stuck=self.stuck,
            is_complete=self.is_complete,
            runs=self.runs,
        )


def _expressions(diagram: Diagram) -> Iterator[str]:
    yield from (flow.condition for flow in diagram.flows if flow.condition)
    for element in diagram.elements:
        yield getattr(element.spec, "text", "")
        for value in getattr(element.spec, "values", ()):
            yield value.expression


def _without_history(state: dict[str, Any]) -> dict[str, Any]:
    """Return a state with only those passes that tokens still need."""
    scopes = {token.get("in", 0) for token in state["tokens"]}
    needed = scopes | {token["n"] for token in state["tokens"]}
    return {**state, "passes": [row for row in state["passes"] if row[0] in needed]}


def _completing(step_id: str, outcome: str, given: dict[str, Any]) -> Act:
    return lambda run: run.complete(step_id, outcome=outcome, **given)


def _triggering(step_id: str, given: dict[str, Any]) -> Act:
    return lambda run: run.trigger(step_id, **given)


def _failing(step_id: str, code: str, given: dict[str, Any]) -> Act:
    return lambda run: run.raise_error(step_id, code, **given)
