"""Where somebody's trial of a process stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.bpmn.diagram import Diagram, Element
from timshel.kernel.bpmn.engine import restore
from timshel.kernel.bpmn.exploring import Coverage, explore
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.bpmn.records import Ending, Obstacle, Passed, WaitingStep
from timshel.operation.process.access import require_design, require_view
from timshel.operation.process.diagrams import called_versions, diagrams_by_key
from timshel.operation.process.models import ProcessTrial

MOST_STATES = 1_000  # looked at while somebody waits for a page


@dataclass(frozen=True, slots=True)
class TrialStep:
    """One pass through an element in a trial, with the element as the diagram has it."""

    passed: Passed
    element: Element


@dataclass(frozen=True, slots=True)
class TrialView:
    """Where a trial stands.

    Args:
        xml: the diagram as it was when the trial began.
        is_outdated: whether the diagram was saved differently since.
        facts: of the pretended request.
        clock: the moment of the trial, which moves when time is let pass.
        steps: every pass through an element, in order.
        flows: the ids of the flows taken in the diagram itself.
        waiting: the steps at which something outside must happen, each with its element.
        outcomes: what steps ended with, by element.
        fields: what the process itself has set.
        endings: the ends that were reached.
        obstacles: where it cannot go on, and why.
        next_due_at: when the next timer fires.
    """

    xml: str
    is_outdated: bool
    facts: Mapping[str, Any]
    clock: datetime
    steps: tuple[TrialStep, ...]
    flows: tuple[str, ...]
    waiting: tuple[tuple[WaitingStep, Element], ...]
    outcomes: Mapping[str, Any]
    fields: Mapping[str, Any]
    endings: tuple[Ending, ...]
    obstacles: tuple[Obstacle, ...]
    next_due_at: datetime | None
    is_ended: bool


def trial_view(version_id: int, *, actor: Actor) -> TrialView | None:
    """Return the actor's own trial of a version, or None; a query, and those for what it calls.

    Raises:
        NotAllowed: as it says.
    """
    require_design(actor)
    trial = (
        ProcessTrial.objects.select_related("process")
        .filter(process=version_id, person=actor.person_id)
        .first()
    )
    if trial is None:
        return None
    diagram = read_diagram(trial.xml)
    called = diagrams_by_key(called_versions(diagram, trial.process.variant))
    run = restore(trial.engine, diagram, called)
    return TrialView(
        xml=trial.xml,
        is_outdated=trial.xml != trial.process.xml,
        facts=trial.facts,
        clock=trial.clock,
        steps=tuple(TrialStep(each, _element(each, diagram, called)) for each in run.passed()),
        flows=tuple(flow for path, flow in run.flows_taken() if not path),
        waiting=tuple((each, _element(each, diagram, called)) for each in run.waiting()),
        outcomes=run.steps(),
        fields=run.fields,
        endings=run.endings,
        obstacles=run.obstacles,
        next_due_at=run.next_due_at(),
        is_ended=run.is_ended,
    )


def explored(xml: str, *, variant: str, actor: Actor) -> Coverage:
    """Return which ends of a diagram can be reached, and how; queries for what it calls.

    Args:
        xml: a diagram that the checks found nothing against.
        variant: in which called processes are taken.
        actor: who asks.

    Raises:
        Invalid: this cannot be read as a diagram.
        NotAllowed: as it says.
    """
    require_view(actor)
    diagram = read_diagram(xml)
    called = diagrams_by_key(called_versions(diagram, variant))
    return explore(diagram, called, most=MOST_STATES)


def _element(
    place: Passed | WaitingStep, diagram: Diagram, called: Mapping[str, Diagram]
) -> Element:
    for activity in place.path:
        diagram = called[diagram.by_id[activity].called]
    return diagram.by_id[place.element_id]
