"""How each kind of element behaves, on SpiffWorkflow's tasks and workflows.

SpiffWorkflow keeps the tree of tasks, their states and the nesting of processes. Four things are
ours: expressions are CEL (never Python), the moment is given (never read), joins count tokens by
flow as BPMN says, and nothing is predicted, so that a process with a circle stays finite and only
the places where tokens stand need to be kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.mixins.bpmn_spec_mixin import BpmnSpecMixin
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from timshel.kernel.bpmn import graph
from timshel.kernel.bpmn.diagram import (
    Diagram,
    Element,
    ErrorSpec,
    Flow,
    Kind,
    TerminateSpec,
)


class Conductor(Protocol):
    """What elements ask and tell while they run; a run is one."""

    def entered(self, task: Task, cause: int, flow: str, host: int, rivals: int) -> None:
        """Note that a token arrived, and after which one."""

    def left(self, task: Task, into: Task | None = None) -> None:
        """Note that it went on, or that it joined another token."""

    def cancelled(self, task: Task) -> None:
        """Note that it was taken away."""

    def holds(self, task: Task, flow: Flow) -> bool:
        """Tell whether a flow's condition holds."""

    def ended(self, task: Task, code: str) -> None:
        """Note an end event; with a code, an error."""

    def terminated(self, task: Task) -> None:
        """End everything around an end event."""


class ProcessSpec(BpmnProcessSpec):
    """A process, or a sub-process of it."""

    def __init__(self, diagram: Diagram, parent: str) -> None:
        super().__init__(name=spec_name(diagram.process, parent))
        self.diagram = diagram
        self.parent = parent
        for element in diagram.inside(parent):
            _CLASSES[element.kind](self, element, diagram)

    def of(self, element_id: str) -> ElementSpec:
        """Return the behaviour of an element."""
        found: ElementSpec = self.task_specs[_name(element_id)]
        return found


def spec_name(process: str, parent: str = "") -> str:
    """Return the name of a process, or of a sub-process in it."""
    return f"{process}#{parent}"


def _name(element_id: str) -> str:
    # SpiffWorkflow gives elements called Start and End a meaning of its own.
    return f"e:{element_id}"


Called = tuple[tuple[str, Diagram], ...]


@lru_cache(maxsize=256)
def compiled(diagram: Diagram, called: Called) -> Mapping[str, ProcessSpec]:
    """Return the processes of a diagram and of those it calls, by :func:`spec_name`."""
    specs: dict[str, ProcessSpec] = {}
    for process, each in (*called, (diagram.process, diagram)):
        parents = [x.id for x in each.elements if x.kind is Kind.SUB_PROCESS]
        for parent in ("", *parents):
            specs[spec_name(process, parent)] = ProcessSpec(each, parent)
    return specs


class ElementSpec(BpmnSpecMixin):
    """What every element does: it is entered, and left by all of its flows."""

    waits = False

    def __init__(self, process: ProcessSpec, element: Element, diagram: Diagram) -> None:
        super().__init__(process, _name(element.id))
        self.process = process
        self.element = element
        self.diagram = diagram
        self.outgoing = diagram.outgoing(element.id)

    def test(self) -> None:
        """Nothing: the diagram was checked as a whole."""

    def _predict(self, *_args: Any, **_kwargs: Any) -> None:
        """Nothing: what follows is added when an element is left."""

    def _update_hook(self, my_task: Task) -> bool:  # noqa: ARG002 - SpiffWorkflow's signature
        return True

    def _run_hook(self, my_task: Task) -> bool:
        self._follow(my_task, self.outgoing)
        return True

    def _follow(self, task: Task, flows: Iterable[Flow], rivals: int = 0) -> None:
        for flow in flows:
            add(task, self.process.of(flow.target), flow.id, rivals)

    def _on_complete_hook(self, my_task: Task) -> None:
        conductor_of(my_task).left(my_task)

    def _on_cancel(self, my_task: Task) -> None:
        conductor_of(my_task).cancelled(my_task)


def add(
    parent: Task, spec: ElementSpec, flow: str = "", rivals: int = 0, cause: int | None = None
) -> Task:
    """Put a token on an element, and on the boundary events of an activity.

    They come to life with the parent's completion, or with :func:`wake`.
    """
    conductor = conductor_of(parent)
    task = parent._add_child(spec, TaskState.FUTURE)
    before: int = parent.internal_data.get("n", 0) if cause is None else cause
    conductor.entered(task, before, flow, 0, rivals)
    number = task.internal_data["n"]
    for event in spec.diagram.boundary(spec.element.id):
        beside = parent._add_child(spec.process.of(event.id), TaskState.FUTURE)
        conductor.entered(beside, number, "", number, 0)
    return task


def wake(task: Task) -> None:
    """Bring a token that was added by hand, and its boundary events, to life."""
    number = task.internal_data["n"]
    for each in task.parent.children:
        if each is task or each.internal_data.get("h") == number:
            each.task_spec._update(each)


def conductor_of(task: Task) -> Conductor:
    """Return the run that a task is of."""
    found: Conductor = task.workflow.script_engine
    return found


class Waiting(ElementSpec):
    """Tasks, service tasks, timers and messages: something outside must happen."""

    waits = True

    def __init__(self, process: ProcessSpec, element: Element, diagram: Diagram) -> None:
        super().__init__(process, element, diagram)
        self.manual = True


class Nested(ElementSpec):
    """Sub-processes and call activities: they are left when what is in them has ended."""

    waits = True

    def __init__(self, process: ProcessSpec, element: Element, diagram: Diagram) -> None:
        super().__init__(process, element, diagram)
        self.manual = True
        self.inner = (
            spec_name(element.called)
            if element.kind is Kind.CALL
            else spec_name(diagram.process, element.id)
        )

    def _on_cancel(self, my_task: Task) -> None:
        inner = my_task.workflow.top_workflow.subprocesses.get(my_task.id)
        if inner is not None:
            for task in unfinished(inner):
                task.cancel()
        super()._on_cancel(my_task)


class Exclusive(ElementSpec):
    """The first flow whose condition holds, else the default one."""

    def _run_hook(self, my_task: Task) -> bool:
        conductor = conductor_of(my_task)
        plain = [f for f in self.outgoing if not f.condition or f.id == self.element.default]
        for flow in self.outgoing:
            if flow not in plain and conductor.holds(my_task, flow):
                self._follow(my_task, [flow])
                return True
        self._follow(my_task, plain[:1])
        return True


class Joining(ElementSpec):
    """A gateway with several incoming flows: a token waits until the others are there."""

    def __init__(self, process: ProcessSpec, element: Element, diagram: Diagram) -> None:
        super().__init__(process, element, diagram)
        self.incoming = tuple(flow.id for flow in diagram.incoming(element.id))

    def _update_hook(self, my_task: Task) -> bool:
        if len(self.incoming) < 2:
            return True
        group = self._group(my_task)
        if not group:
            my_task._set_state(TaskState.WAITING)
            return False
        for other in group:
            if other is not my_task:
                other._set_state(TaskState.COMPLETED)
                conductor_of(other).left(other, my_task)
        return True

    def _group(self, task: Task) -> list[Task]:
        """Return one token of each flow, the task's own among them; nothing while some miss."""
        here: dict[str, Task] = {}
        elsewhere: list[str] = []
        for each in unfinished(task.workflow):
            if each.task_spec is not self:
                elsewhere.append(each.task_spec.element.id)
            elif each is task or each.state != TaskState.READY:
                here.setdefault(each.internal_data["f"], each)
        here[task.internal_data["f"]] = task
        return list(here.values()) if self._complete(here, elsewhere) else []

    def _complete(self, here: Mapping[str, Task], elsewhere: list[str]) -> bool:  # noqa: ARG002
        # A token that was put here by hand came by no flow, and waits for none.
        return "" in here or len(here) == len(self.incoming)


class Inclusive(Joining):
    """Every flow whose condition holds, else the default one; joins what can still arrive."""

    def _complete(self, here: Mapping[str, Task], elsewhere: list[str]) -> bool:
        return "" in here or not graph.may_still_arrive(
            self.diagram, self.element.id, here, elsewhere
        )

    def _run_hook(self, my_task: Task) -> bool:
        conductor = conductor_of(my_task)
        plain = [f for f in self.outgoing if not f.condition or f.id == self.element.default]
        chosen = [f for f in self.outgoing if f not in plain and conductor.holds(my_task, f)]
        self._follow(my_task, chosen or plain[:1])
        return True


class EventBased(ElementSpec):
    """The first event that happens goes on; the others are taken away."""

    def _run_hook(self, my_task: Task) -> bool:
        self._follow(my_task, self.outgoing, rivals=my_task.internal_data["n"])
        return True


class End(ElementSpec):
    """An end: plain, with an error, or of everything around it."""

    def _on_complete_hook(self, my_task: Task) -> None:
        super()._on_complete_hook(my_task)
        conductor = conductor_of(my_task)
        spec = self.element.spec
        conductor.ended(my_task, spec.code if isinstance(spec, ErrorSpec) else "")
        if isinstance(spec, TerminateSpec):
            conductor.terminated(my_task)


_CLASSES: dict[Kind, type[ElementSpec]] = {
    Kind.START: ElementSpec,
    Kind.END: End,
    Kind.USER_TASK: Waiting,
    Kind.SERVICE_TASK: Waiting,
    Kind.EXCLUSIVE: Exclusive,
    Kind.INCLUSIVE: Inclusive,
    Kind.PARALLEL: Joining,
    Kind.EVENT_BASED: EventBased,
    Kind.CATCH: Waiting,
    Kind.THROW: ElementSpec,
    Kind.BOUNDARY: Waiting,
    Kind.CALL: Nested,
    Kind.SUB_PROCESS: Nested,
}


def unfinished(workflow: Any) -> list[Task]:
    """Return the tokens of one process or sub-process, in the order in which they arrived."""
    return [task for task in workflow.tasks.values() if not task.has_state(TaskState.FINISHED_MASK)]
