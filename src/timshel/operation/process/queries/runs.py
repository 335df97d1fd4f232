"""Where a piece of work stands in its process, and how long each step took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import Diagram, Element
from timshel.kernel.bpmn.engine import restore
from timshel.kernel.bpmn.records import Passed
from timshel.kernel.bpmn.translating import translated_xml
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.process.access import require_view
from timshel.operation.process.diagrams import diagram_of, diagrams_called
from timshel.operation.process.models import ProcessRun, ProcessStep
from timshel.operation.process.states import OPEN_STEPS, RunState, StepState
from timshel.operation.work.models import WorkItem


@dataclass(frozen=True, slots=True)
class StepView:
    """A pass through an element of a process.

    Args:
        step_id: the key of a step at which something outside had to happen, or None.
        element: its id in the diagram.
        path: the call activities around it, from the outside in.
        name: in the reader's language.
        kind: of ``StepKind``, or the tag of an element that waits for nothing.
        state: ``waiting``, ``done``, ``failed``, ``skipped`` or ``cancelled``.
        work_item_id: the task, where it is one.
        approval_id: the approval, where it is one.
        tells: whether the requester is told of it.
    """

    step_id: int | None
    element: str
    path: tuple[str, ...]
    name: str
    kind: str
    state: str
    entered_at: datetime
    left_at: datetime | None
    due_at: datetime | None
    outcome: str
    by: str
    trouble: str
    attempts: int
    work_item_id: int | None
    approval_id: int | None
    tells: bool

    @property
    def place(self) -> str:
        """The element at which it stands in the run's own diagram: the call around it, if any."""
        return self.path[0] if self.path else self.element


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as pages draw it.

    Args:
        steps: every pass through an element, in order.
        flows: the ids of the flows taken in the run's own diagram.
    """

    work_item_id: int
    version_id: int
    code: str
    variant: str
    number: int
    name: str
    state: str
    trouble: str
    started_at: datetime
    ended_at: datetime | None
    ending: str
    steps: tuple[StepView, ...]
    flows: tuple[str, ...]

    @property
    def waiting(self) -> tuple[StepView, ...]:
        """The steps at which it stands."""
        return tuple(each for each in self.steps if each.state in OPEN_STEPS and each.step_id)


@dataclass(frozen=True, slots=True)
class TroubledRun:
    """A run that is stuck."""

    number: str
    title: str
    kind: str
    process: str
    trouble: str
    since: datetime


def run_view(work_item_id: int, *, language: str) -> RunView | None:
    """Return the run of a piece of work that the caller may see, or None; two or three queries."""
    run = (
        ProcessRun.objects.select_related("process")
        .defer("process__xml")
        .filter(pk=work_item_id)
        .first()
    )
    if run is None:
        return None
    diagram, called = diagram_of(run.process), diagrams_called(run)
    stored = {step.key: step for step in run.steps.select_related("task")}
    engine = restore(run.engine, diagram, called) if run.engine else None
    passed = engine.passed() if engine else ()
    steps = tuple(
        _step_view(each, _element(each, diagram, called), stored.get(each.id), language)
        for each in passed
    )
    flows = tuple(flow for path, flow in engine.flows_taken() if not path) if engine else ()
    return RunView(
        work_item_id=run.pk,
        version_id=run.process_id,
        code=run.process.code,
        variant=run.process.variant,
        number=run.process.number,
        name=diagram.name_in(language),
        state=run.state,
        trouble=run.trouble,
        started_at=run.started_at,
        ended_at=run.ended_at,
        ending=run.ending,
        steps=steps,
        flows=flows,
    )


def run_diagram(work_item_id: int, *, language: str) -> str | None:
    """Return the diagram by which a piece of work runs, in a language; None where it has none.

    The caller has asked whether the reader may see the work.
    """
    run = ProcessRun.objects.select_related("process").filter(pk=work_item_id).first()
    return translated_xml(run.process.xml, language) if run else None


NEWEST_FIRST: KeysetOrder[ProcessRun] = KeysetOrder(
    SortKey("started_at", descending=True, is_time=True), SortKey("pk", descending=True)
)


def troubled_runs(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[TroubledRun]:
    """Return a page of the runs that are stuck, of all work that the actor may see; one query.

    Raises:
        NotAllowed: as it says.
    """
    require_view(actor)
    seen = WorkItem.objects.visible_to(actor).values("pk")
    runs = (
        ProcessRun.objects.filter(state=RunState.STUCK, work_item__in=seen)
        .select_related("work_item", "process")
        .defer("process__xml", "engine", "work_item__search", "work_item__description")
    )
    page = NEWEST_FIRST.page(runs, cursor=cursor, size=size)
    return page.map(
        lambda run: TroubledRun(
            number=run.work_item.number,
            title=run.work_item.title,
            kind=run.work_item.kind,
            process=run.process.text("name", actor.language),
            trouble=run.trouble,
            since=run.started_at,
        )
    )


def _element(passed: Passed, diagram: Diagram, called: dict[str, Diagram]) -> Element:
    for activity in passed.path:
        diagram = called[diagram.by_id[activity].called]
    return diagram.by_id[passed.element_id]


def _step_view(
    passed: Passed, element: Element, step: ProcessStep | None, language: str
) -> StepView:
    result: dict[str, Any] = (step.result or {}) if step else {}
    task = getattr(step, "task", None) if step else None
    state = step.state if step and step.state == StepState.FAILED else str(passed.state)
    return StepView(
        step_id=step.pk if step else None,
        element=passed.element_id,
        path=passed.path,
        name=element.name_in(language) or element.id,
        kind=step.kind if step else str(element.kind),
        state=state,
        entered_at=passed.entered_at,
        left_at=passed.left_at,
        due_at=step.due_at if step else None,
        outcome=passed.outcome,
        by=str(result.get("by", "")),
        trouble=step.trouble if step else "",
        attempts=step.attempts if step else 0,
        work_item_id=task.pk if task else None,
        approval_id=step.approval_id if step else None,
        tells=getattr(element.spec, "tells", True),
    )
