"""The course of a run: tokens arrive, wait, fire and go on; errors climb to who catches them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from timshel.kernel import conditions
from timshel.kernel.bpmn.diagram import CallSpec, Diagram, Element, ErrorSpec, Flow, TimerSpec
from timshel.kernel.bpmn.ledger import Ledger, Row
from timshel.kernel.bpmn.machinery import (
    ElementSpec,
    Nested,
    ProcessSpec,
    add,
    compiled,
    spec_name,
    unfinished,
    wake,
)
from timshel.kernel.bpmn.records import Ending, Obstacle, PassState
from timshel.kernel.bpmn.values import (
    Facts,
    as_json,
    blank_steps,
    call_values,
    due_at,
    plain_facts,
    steps_read,
)
from timshel.kernel.errors import Refused

MAXIMUM_STEPS = 2_000
MAXIMUM_NESTING = 12


class Course:
    """Where the tokens of one run stand; what elements ask and tell goes through it.

    Args:
        diagram: the process.
        called: the processes it calls, by code.
    """

    def __init__(self, diagram: Diagram, called: Mapping[str, Diagram]) -> None:
        self.specs = compiled(diagram, tuple(sorted(called.items(), key=lambda each: each[0])))
        main = self.specs[spec_name(diagram.process)]
        self.workflow = BpmnWorkflow(main, dict(self.specs), self, deserializing=True)
        _plant(self.workflow)
        self.ledger = Ledger()
        self.steps: dict[str, dict[str, Any]] = {}
        self.fields: dict[str, Any] = {}
        self.endings: list[Ending] = []
        self.next_number = 1
        self.facts: dict[str, Any] = {}
        self.at: datetime
        self._thrown: list[tuple[Task, str]] = []
        self._terminated: list[Task] = []
        self._blank: dict[str, dict[str, Any]] = {}
        self.fresh_obstacles = False  # since the facts were taken

    def use(self, facts: Facts, at: datetime) -> None:
        """Take what is true now."""
        self.facts = plain_facts(facts)
        self.at = at
        self.fresh_obstacles = False

    # ── what elements ask and tell (machinery.Conductor) ─────────────────────────────────────

    def entered(self, task: Task, cause: int, flow: str, host: int, rivals: int) -> None:
        """Give an arriving token its number, and write the pass down."""
        number = self.next_number
        self.next_number += 1
        task.internal_data = {"n": number, "f": flow, "h": host, "r": rivals, "t": self.at}
        if not host:
            self._write(task, cause)

    def _write(self, task: Task, cause: int) -> None:
        data = task.internal_data
        scope = container(task)
        self.ledger.enter(
            Row(
                number=data["n"],
                element=element_of(task).id,
                path=self.path_of(task.workflow),
                scope=scope.internal_data["n"] if scope else 0,
                cause=cause,
                entered=self.at.isoformat(),
                flow=data["f"],
            )
        )

    def left(self, task: Task, into: Task | None = None) -> None:
        """Write down that a token went on."""
        data = task.internal_data
        state = PassState.SKIPPED if data.get("skipped") else PassState.DONE
        self.ledger.leave(data["n"], self.at, state, into.internal_data["n"] if into else 0)

    def cancelled(self, task: Task) -> None:
        """Write down that a token was taken away."""
        self.ledger.leave(task.internal_data["n"], self.at, PassState.CANCELLED)
        self.workflow.subprocesses.pop(task.id, None)

    def holds(self, task: Task, flow: Flow) -> bool:
        """Tell whether a flow's condition holds now."""
        return conditions.holds(flow.condition, self.names(task, flow.condition))

    def ended(self, task: Task, code: str) -> None:
        """Remember an end event until the token has settled."""
        if code:
            self._thrown.append((task, code))
            return
        scope = container(task)
        if scope is None:
            self.endings.append(Ending(element_of(task).id))
        else:
            scope.internal_data["end"] = element_of(task).id

    def terminated(self, task: Task) -> None:
        """Remember that everything around an end event ends."""
        self._terminated.append(task)

    # ── what is true ─────────────────────────────────────────────────────────────────────────

    def path_of(self, workflow: Any) -> str:
        """Return the call activities around a workflow, joined by ``/``."""
        parts: list[str] = []
        while workflow.parent_task_id is not None:
            task = self.workflow.get_task_from_id(workflow.parent_task_id)
            if element_of(task).called:
                parts.append(element_of(task).id)
            workflow = task.workflow
        return "/".join(reversed(parts))

    def calls_around(self, task: Task) -> tuple[str, ...]:
        """Return the ids of the call activities around a token, from the outside in."""
        return tuple(filter(None, self.path_of(task.workflow).split("/")))

    def names(self, task: Task, expression: str) -> dict[str, Any]:
        """Return what an expression of an element reads."""
        path = self.path_of(task.workflow)
        if path not in self._blank:
            self._blank[path] = blank_steps(task.task_spec.diagram)
        blank, done = self._blank[path], self.steps.get(path, {})
        named = steps_read(expression)
        steps = {key: blank[key] for key in (blank if named is None else named) if key in blank}
        for key in steps.keys() & done.keys():
            steps[key] = {**done[key], "at": datetime.fromisoformat(done[key]["at"])}
        answers = {**self.facts["answers"], **self.fields}
        return {**self.facts, "answers": answers, "steps": steps, "now": self.at}

    def due(self, task: Task) -> datetime:
        """Return when a timer fires that a token has just reached."""
        spec = element_of(task).spec
        if not isinstance(spec, TimerSpec):
            return self.at
        return due_at(spec, partial(self.names, task), self.at)

    def given(self, task: Task) -> dict[str, Any]:
        """Return what the service gets that a token has just reached."""
        spec = element_of(task).spec
        return call_values(spec, partial(self.names, task)) if isinstance(spec, CallSpec) else {}

    def note(self, task: Task, outcome: str, by: str = "", answers: Any = None) -> None:
        """Write down what a step ended with, for conditions and for the history."""
        at = self.at.isoformat()
        step = {"outcome": outcome, "by": by, "at": at, "answers": as_json(answers or {})}
        self.steps.setdefault(self.path_of(task.workflow), {})[element_of(task).id] = step
        task.internal_data["o"] = outcome
        row = self.ledger.rows.get(task.internal_data["n"])
        if row is not None:
            row.outcome = outcome

    def tokens(self) -> list[Task]:
        """Return all tokens, of the process and of what is nested in it, by their number."""
        workflows = [self.workflow, *self.workflow.subprocesses.values()]
        found = [task for workflow in workflows for task in unfinished(workflow)]
        return sorted(found, key=lambda task: int(task.internal_data["n"]))

    def obstacles(self) -> tuple[Obstacle, ...]:
        """Return where the run cannot go on."""
        return tuple(
            Obstacle(
                element_of(task).id,
                element_of(task).name,
                self.calls_around(task),
                task.internal_data["w"],
            )
            for task in self.tokens()
            if "w" in task.internal_data
        )

    # ── going on ─────────────────────────────────────────────────────────────────────────────

    def place(self, workflow: Any, element_id: str, cause: int = 0, flow: str = "") -> Task:
        """Put a token on an element of a workflow, by hand."""
        task = add(workflow.task_tree, workflow.spec.of(element_id), flow, cause=cause)
        wake(task)
        return task

    def leave(self, task: Task) -> None:
        """Let a waiting token go on; what waited beside it is taken away."""
        for other in list(self._companions(task)):
            other.cancel()
        data = task.internal_data
        if data["h"]:  # Boundary events are written down once they happen.
            self._write(task, data["h"])
            self.ledger.rows[data["n"]].outcome = data.get("o", "")
        task._set_state(TaskState.READY)
        self.workflow.subprocesses.pop(task.id, None)
        task.run()

    def _companions(self, task: Task) -> Iterator[Task]:
        """Yield the boundary events of an activity, what an event interrupts, and rivals."""
        data, element = task.internal_data, element_of(task)
        interrupts = data["h"] if element.interrupting or _is_error(element) else 0
        for other in unfinished(task.workflow):
            beside = other.internal_data
            attached = beside["h"] == data["n"] or (interrupts and beside["h"] == interrupts)
            hosts = interrupts and beside["n"] == interrupts
            rival = data["r"] and beside["r"] == data["r"]
            if other is not task and (attached or hosts or rival):
                yield other

    def advance(self) -> None:
        """Go on until nothing moves any more; what cannot go on is kept as an obstacle."""
        for _round in range(MAXIMUM_STEPS):
            self._settle()
            task = next(self._movable(), None)
            if task is None:
                self._find_dead_joins()
                return
            self._move(task)
        for task in self._movable():
            self._hinder(task, _("The process goes round without ever waiting for anything."))

    def _movable(self) -> Iterator[Task]:
        for task in self.tokens():
            data = task.internal_data
            if task.state == TaskState.READY and "a" not in data and "w" not in data:
                yield task

    def _move(self, task: Task) -> None:
        try:
            if task.task_spec.waits:
                self._arrive(task)
            else:
                task.run()
        except Refused as error:
            self._hinder(task, reason_of(error))

    def _hinder(self, task: Task, reason: str) -> None:
        if task.state != TaskState.WAITING:
            task._set_state(TaskState.READY)
        task.internal_data["w"] = reason
        self.fresh_obstacles = True

    def _arrive(self, task: Task) -> None:
        element = element_of(task)
        if isinstance(task.task_spec, Nested):
            self.open(task)
            self._start(task)
        elif isinstance(element.spec, TimerSpec):
            task.internal_data["d"] = self.due(task)
        elif isinstance(element.spec, CallSpec):
            values = self.given(task)
            if element.spec.service == "set_field":
                self.fields[str(values.get("field", ""))] = values.get("value")
                self.note(task, "done")
                self.leave(task)
                return
            task.internal_data["v"] = values
        elif element.spec is None:
            raise Refused(_("Nothing says what is to be done here."))
        task.internal_data["a"] = True

    def open(self, task: Task) -> Any:
        """Begin what is nested in an element, without a token in it yet.

        Raises:
            Refused: the called process is not there, or calls itself.
        """
        inner = self.specs.get(task.task_spec.inner)
        if inner is None:
            raise Refused(
                _("The process “%(process)s” that is called here is not there.")
                % {"process": element_of(task).called}
            )
        if inner.diagram.start(inner.parent) is None:
            raise Refused(_("The process has no start."))
        nested = BpmnSubWorkflow(inner, task.id, self.workflow, deserializing=True)
        if nested.depth > MAXIMUM_NESTING:
            raise Refused(_("Processes call each other without end."))
        _plant(nested)
        self.workflow.subprocesses[task.id] = nested
        task._set_state(TaskState.STARTED)
        task.internal_data["a"] = True
        return nested

    def _start(self, task: Task) -> None:
        nested = self.workflow.subprocesses[task.id]
        start = nested.spec.diagram.start(nested.spec.parent)
        self.place(nested, start.id, cause=task.internal_data["n"])

    def _settle(self) -> None:
        """Handle thrown errors, terminations, and nested processes that came to their end."""
        while self._thrown or self._terminated or self._over() is not None:
            if self._thrown:
                task, code = self._thrown.pop(0)
                if not self.throw(task, code):
                    self.endings.append(Ending(element_of(task).id, code, self.calls_around(task)))
                    self.cancel_all()
            elif self._terminated:
                for each in unfinished(self._terminated.pop(0).workflow):
                    each.cancel()
            else:
                over = self._over()
                if over is not None:
                    self.note(over, over.internal_data.get("end", ""))
                    self.leave(over)

    def _over(self) -> Task | None:
        for key, nested in self.workflow.subprocesses.items():
            if not unfinished(nested):
                task: Task = self.workflow.get_task_from_id(key)
                return task
        return None

    def _find_dead_joins(self) -> None:
        for workflow in (self.workflow, *self.workflow.subprocesses.values()):
            tokens = unfinished(workflow)
            if all(each.state == TaskState.WAITING for each in tokens):
                for each in tokens:
                    if "w" not in each.internal_data:
                        self._hinder(each, _("It waits for a branch that can never arrive."))

    # ── errors and ends ──────────────────────────────────────────────────────────────────────

    def catcher(self, task: Task, code: str, *, own: bool) -> Task | None:
        """Return the boundary event that catches an error thrown at a token.

        Args:
            task: where it is thrown.
            code: of the error.
            own: whether boundary events of the token's own element count.
        """
        host = task if own else container(task)
        while host is not None:
            number = host.internal_data["n"]
            catching = [
                each
                for each in unfinished(host.workflow)
                if each.internal_data["h"] == number and _caught_by(element_of(each)) in ("", code)
            ]
            if catching:
                return max(catching, key=lambda each: bool(_caught_by(element_of(each))))
            host = container(host)
        return None

    def throw(self, task: Task, code: str, *, own: bool = False) -> bool:
        """Throw an error at a token; tell whether something caught it."""
        event = self.catcher(task, code, own=own)
        if event is None:
            return False
        self.note(event, code)
        self.leave(event)
        return True

    def cancel_all(self) -> None:
        """Take all tokens away."""
        for task in unfinished(self.workflow):
            task.cancel()


def _plant(workflow: Any) -> None:
    workflow.task_tree = Task(workflow, workflow.spec.start, state=TaskState.COMPLETED)


def element_of(task: Task) -> Element:
    """Return the element a token stands on."""
    spec: ElementSpec = task.task_spec
    return spec.element


def container(task: Task) -> Task | None:
    """Return the token of the sub-process or call activity that a token lies in."""
    workflow = task.workflow
    if workflow.parent_task_id is None:
        return None
    found: Task = workflow.top_workflow.get_task_from_id(workflow.parent_task_id)
    return found


def process_of(task: Task) -> ProcessSpec:
    """Return the process a token is in."""
    found: ProcessSpec = task.workflow.spec
    return found


def _is_error(element: Element) -> bool:
    return isinstance(element.spec, ErrorSpec)


def _caught_by(element: Element) -> str | None:
    """Return the code of the errors an event catches, empty for all of them."""
    return element.spec.code if isinstance(element.spec, ErrorSpec) else None


def reason_of(error: Refused) -> str:
    """Return the sentences of a refusal."""
    fields = getattr(error, "fields", None) or {}
    sentences = [str(each) for group in fields.values() for each in group]
    return " ".join(sentences) or str(error)
