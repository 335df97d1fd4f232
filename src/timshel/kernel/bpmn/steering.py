"""Going back and going elsewhere: what people with the right do to a run by hand."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from timshel.kernel.bpmn.course import Course, container, element_of
from timshel.kernel.bpmn.diagram import Diagram, Element, Kind
from timshel.kernel.bpmn.ledger import Row
from timshel.kernel.bpmn.machinery import Nested, add, spec_name, unfinished, wake
from timshel.kernel.errors import NotFound


def repeat(course: Course, element_id: str, path: str) -> None:
    """Go back to the latest pass of an element; the run must then advance.

    Args:
        course: of the run.
        element_id: where to.
        path: ids of the call activities around it, joined by ``/``.

    Raises:
        NotFound: the element was not passed yet, or is a boundary event, which cannot be stood at.
    """
    row = course.ledger.last_of(element_id, path)
    if row is None:
        raise NotFound(_("The process has not been at this step yet."))
    if _diagram_at(course, path).by_id[element_id].kind is Kind.BOUNDARY:
        raise NotFound(_("Go back to the step that this event belongs to."))
    undone = _undone(course, row)
    _forget_endings(course, undone)
    for task in course.tokens():
        data = task.internal_data
        if data["n"] in undone or data["h"] in undone:
            task.cancel()
    workflow = _open_again(course, row.scope)
    beside = _joined_from_beside(course, row, undone)
    for number in undone.union(each.number for each in beside):
        course.ledger.rows[number].is_undone = True
    for member in beside:
        course.place(_open_again(course, member.scope), member.element, member.cause, member.flow)
    course.place(workflow, element_id, row.cause, row.flow)


def _diagram_at(course: Course, path: str) -> Diagram:
    """Return the diagram that is at work behind call activities."""
    found: Diagram = course.workflow.spec.diagram
    for key in filter(None, path.split("/")):
        found = course.specs[spec_name(found.by_id[key].called)].diagram
    return found


def _undone(course: Course, row: Row) -> frozenset[int]:
    """Return what came of a pass, and of the sub-processes around it that have ended since."""
    found = set(course.ledger.following(row.number))
    scope = course.ledger.rows.get(row.scope)
    while scope is not None:
        if scope.left:
            found |= course.ledger.following(scope.number, inner=False) - {scope.number}
        scope = course.ledger.rows.get(scope.scope)
    return frozenset(found)


def _forget_endings(course: Course, undone: frozenset[int]) -> None:
    gone = {course.ledger.rows[number].element for number in undone}
    course.endings = [each for each in course.endings if each.element_id not in gone]


def _joined_from_beside(course: Course, row: Row, undone: frozenset[int]) -> list[Row]:
    """Return what other branches brought to joins that are undone: it must stand there again."""
    found: list[Row] = []
    for number in sorted(undone):
        members = list(course.ledger.joined(number))
        for each in [course.ledger.rows[number], *members] if members else []:
            came_of_it = each.number == row.number or each.cause in undone
            if not came_of_it and each.scope not in undone:
                found.append(each)
    return found


def _open_again(course: Course, scope: int) -> Any:
    """Return the workflow of a sub-process or call activity; one that has ended is opened again."""
    if not scope:
        return course.workflow
    for task in course.tokens():
        if task.internal_data["n"] == scope:
            return course.workflow.subprocesses[task.id]
    row = course.ledger.rows[scope]
    outer = _open_again(course, row.scope)
    spec = outer.spec.of(row.element)
    task = outer.task_tree._add_child(spec, TaskState.FUTURE)
    task.internal_data = {"n": scope, "f": row.flow, "h": 0, "r": 0, "t": course.at}
    row.left, row.state, row.outcome = "", "w", ""
    for event in spec.diagram.boundary(row.element):
        beside = outer.task_tree._add_child(spec.process.of(event.id), TaskState.FUTURE)
        course.entered(beside, scope, "", scope, 0)
    wake(task)
    return course.open(task)


def move(course: Course, task: Task | None, element_id: str) -> None:
    """Stand at another element instead of a waiting one, or of all; the run must then advance.

    Who moves everything to the start begins anew: what steps ended with is forgotten.

    Args:
        course: of the run.
        task: the token that is taken away; none = all of them.
        element_id: where to go, in the diagram of the token, or of the process itself.

    Raises:
        NotFound: there is no such element, or nobody can stand at it.
    """
    workflow = course.workflow
    if task is not None:
        workflow = task.workflow
        while workflow.spec.parent:
            workflow = workflow.parent_workflow
    diagram: Diagram = workflow.spec.diagram
    element = diagram.by_id.get(element_id)
    if element is None or element.kind is Kind.BOUNDARY:
        raise NotFound(_("The process has no such step to go to."))
    taken = [task] if task is not None else course.tokens()
    if task is None:
        course.cancel_all()
        course.endings = []
        if element.kind is Kind.START and not element.parent:
            course.steps, course.fields = {}, {}
    rows = [course.ledger.rows.get(each.internal_data["n"]) for each in taken]
    cause = next((row.number for row in rows if row), 0) or _last(course)
    for parent in _parents(diagram, element):
        workflow = _entered(course, workflow, parent, cause)
    placed = course.place(workflow, element_id, cause)
    for each, row in zip(taken, rows, strict=True):
        # Who goes back before the move must find what was taken away.
        if row and not isinstance(each.task_spec, Nested):
            row.into = placed.internal_data["n"]
    if task is not None:
        _take_away(task)


def _last(course: Course) -> int:
    return max((row.number for row in course.ledger.standing()), default=0)


def _parents(diagram: Diagram, element: Element) -> list[str]:
    """Return the ids of the sub-processes around an element, from the outside in."""
    found: list[str] = []
    while element.parent:
        found.insert(0, element.parent)
        element = diagram.by_id[element.parent]
    return found


def _entered(course: Course, workflow: Any, element_id: str, cause: int) -> Any:
    """Return the workflow of a sub-process; where nobody is in it, it is entered."""
    for task in unfinished(workflow):
        if element_of(task).id == element_id and task.id in course.workflow.subprocesses:
            return course.workflow.subprocesses[task.id]
    task = add(workflow.task_tree, workflow.spec.of(element_id), cause=cause)
    wake(task)
    return course.open(task)


def _take_away(task: Task) -> None:
    """Cancel a token, what waits beside it, and the sub-processes that are empty without it."""
    data = task.internal_data
    around = container(task)
    for other in unfinished(task.workflow):
        beside = other.internal_data
        if beside["h"] == data["n"] or (data["r"] and beside["r"] == data["r"]):
            other.cancel()
    if not task.has_state(TaskState.FINISHED_MASK):
        task.cancel()
    if around is not None and not unfinished(task.workflow):
        _take_away(around)
