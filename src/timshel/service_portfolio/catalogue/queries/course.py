"""What happens after somebody has asked for something: the steps of its process, in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import ApprovalSpec, Diagram, Element, Kind, TaskSpec
from timshel.operation.process.diagrams import diagram_of, published
from timshel.operation.process.queries import variant_for

MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class CourseStep:
    """A step that whoever asked is told of.

    Args:
        element: its id in the diagram.
        name: what happens.
        text: in a sentence or two.
        is_approval: whether somebody has to agree.
        may_be_left_out: whether it depends on something that it happens at all.
    """

    element: str
    name: str
    text: str
    is_approval: bool
    may_be_left_out: bool


@dataclass(frozen=True, slots=True)
class Course:
    """What happens, by the version of the process that holds for the reader."""

    version_id: int
    name: str
    text: str
    steps: tuple[CourseStep, ...]


def course_of(process: str, *, actor: Actor) -> Course | None:
    """Return what happens in a process, in the reader's language; None where none is published.

    In two queries, and a third the first time that a version is read.

    Args:
        process: its code, or "".
        actor: who would ask; the category of a customer picks the variant.
    """
    if not process:
        return None
    person = Person.objects.filter(pk=actor.person_id or 0, customer__isnull=False)
    category = person.values_list("customer__category", flat=True).first() or ""
    version = published(process, variant_for(category))
    if version is None:
        return None
    diagram = diagram_of(version)
    return Course(
        version_id=version.pk,
        name=diagram.name_in(actor.language),
        text=diagram.documentation_in(actor.language),
        steps=steps_told(diagram, actor.language),
    )


@lru_cache(maxsize=500)
def steps_told(diagram: Diagram, language: str) -> tuple[CourseStep, ...]:
    """Return the steps of a diagram that whoever asked is told of, in the order of its course."""
    sure = _sure(diagram)
    return tuple(
        CourseStep(
            element=each.id,
            name=each.name_in(language),
            text=each.documentation_in(language),
            is_approval=isinstance(each.spec, ApprovalSpec),
            may_be_left_out=each.id not in sure,
        )
        for each in _in_order(diagram)
        if _is_told(each)
    )[:MOST_STEPS]


def _is_told(element: Element) -> bool:
    if element.kind is Kind.USER_TASK:
        return not isinstance(element.spec, TaskSpec) or element.spec.tells
    return element.kind in {Kind.CALL, Kind.CATCH} and bool(element.name)


def _in_order(diagram: Diagram, parent: str = "") -> Iterator[Element]:
    """Walk from the start along the arrows, each element once, those nearer to the start first."""
    start = diagram.start(parent)
    waiting = deque([start.id] if start else [])
    seen = set(waiting)
    while waiting:
        element = diagram.by_id[waiting.popleft()]
        yield element
        if element.kind is Kind.SUB_PROCESS:
            yield from _in_order(diagram, element.id)
        following = [flow.target for flow in diagram.outgoing(element.id)]
        following += [each.id for each in diagram.boundary(element.id)]
        for each in following:
            if each not in seen:
                seen.add(each)
                waiting.append(each)


def _sure(diagram: Diagram) -> frozenset[str]:
    """Return the elements that every run passes, as far as can be said without its answers.

    Without them the usual end cannot be reached; where ways that are gone at the same time meet
    again, all of them have to be.
    """
    ends = {each.id for each in diagram.elements if each.kind is Kind.END and each.spec is None}
    waits = ends & _reached(diagram, "", waits_for_all=True)  # not where a loop leads into a join
    return frozenset(
        each.id
        for each in diagram.elements
        if not ends & _reached(diagram, each.id, waits_for_all=bool(waits))
    )


def _reached(diagram: Diagram, without: str, *, waits_for_all: bool) -> set[str]:
    """Return what a run comes to that never passes one element."""
    start = diagram.start()
    waiting = [start.id] if start and start.id != without else []
    seen = set(waiting)
    while waiting:
        element = waiting.pop()
        following = {flow.target for flow in diagram.outgoing(element)}
        following |= {each.id for each in diagram.boundary(element)}
        for each in following - seen - {without}:
            is_join = waits_for_all and diagram.by_id[each].kind is Kind.PARALLEL
            if is_join and not {flow.source for flow in diagram.incoming(each)} <= seen:
                continue
            seen.add(each)
            waiting.append(each)
    return seen
