"""Where a request stands in its process, as a picture and as steps in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from timshel.interfaces.web.diagrams import Diagram, DiagramStep, StepMark, diagram
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.bpmn.diagram import GATEWAYS, Kind
from timshel.kernel.bpmn.reading import read_diagram
from timshel.kernel.errors import NotFound
from timshel.operation.process.queries import RunView, StepView, run_diagram
from timshel.operation.process.states import STEP_KIND_NAMES, RunState
from timshel.operation.work.access import find
from timshel.operation.work.rules import TASK
from timshel.resolution_fulfilment.service_request.queries import TaskRow

# What a step can end with; identifiers of a diagram's own are shown in plain letters.
OUTCOME_NAMES: Mapping[str, Promise] = {
    "done": gettext_lazy("Done"),
    "impossible": gettext_lazy("Not possible"),
    "approved": gettext_lazy("Approved"),
    "refused": gettext_lazy("Refused"),
    "expired": gettext_lazy("Not answered in time"),
    "skipped": gettext_lazy("Skipped"),
    "fired": gettext_lazy("The time came"),
    "received": gettext_lazy("It arrived"),
    "error": gettext_lazy("Failed"),
}
# Gateways and plain beginnings tell a reader nothing that the steps after them do not.
UNSAID = frozenset(str(kind) for kind in (*GATEWAYS, Kind.START, Kind.THROW))
# Where a process can be sent to by hand.
NOWHERE = frozenset({*GATEWAYS, Kind.START, Kind.BOUNDARY})


def outcome_name(outcome: str) -> str:
    """Return how a step ended, in words."""
    known = OUTCOME_NAMES.get(outcome)
    return str(known) if known is not None else outcome.replace("_", " ").capitalize()


def picture(
    request: TimshelRequest, run: RunView | None, tasks: Iterable[TaskRow], *, number: str
) -> Diagram | None:
    """Return the picture of a run with its steps in words, or None where no process runs.

    Args:
        request: of the reader.
        run: as it was read.
        tasks: those of the request, for who has each of them.
        number: of the record from which the diagram is fetched.
    """
    if run is None:
        return None
    by_key = {each.id: each for each in tasks}
    steps = [_step(each, by_key) for each in run.steps if each.kind not in UNSAID]
    address = reverse("work-diagram", args=[number])
    return diagram(address, title=run.name, at=request.at, steps=steps, flows=run.flows)


def is_in_trouble(run: RunView | None) -> bool:
    """Tell whether a run cannot go on without help."""
    if run is None:
        return False
    return run.state == RunState.STUCK or any(each.state == "failed" for each in run.steps)


def waiting_choices(run: RunView) -> list[tuple[str, str]]:
    """Return the steps that wait, by their keys, for those who leave one out."""
    return [(str(each.step_id), each.name) for each in run.waiting]


def passed_choices(run: RunView) -> list[tuple[str, str]]:
    """Return the elements that can be gone back to: those that were passed and tell something."""
    found = {
        each.element: each.name
        for each in run.steps
        if not each.path and each.kind not in UNSAID and each.state in ("done", "skipped")
    }
    return list(found.items())


def all_choices(run: RunView, *, language: str) -> list[tuple[str, str]]:
    """Return the elements at which a run can be made to stand."""
    xml = run_diagram(run.work_item_id, language="en")
    if xml is None:
        return []
    return [
        (each.id, each.name_in(language) or each.id)
        for each in read_diagram(xml).elements
        if each.kind not in NOWHERE and not each.parent
    ]


@require_safe
def work_diagram(request: TimshelRequest, number: str) -> HttpResponse:
    """Send the diagram by which a request runs, in the reader's language; also for its tasks."""
    item = find(number, actor=request.actor)
    key = item.parent_id if item.kind == TASK else item.pk
    xml = run_diagram(key or 0, language=request.actor.language)
    if xml is None:
        raise NotFound
    return HttpResponse(xml, content_type="application/xml")


def _step(step: StepView, tasks: Mapping[int, TaskRow]) -> DiagramStep:
    task = tasks.get(step.work_item_id or 0)
    who = step.by or (task.assignee or task.team if task else "")
    kind = STEP_KIND_NAMES.get(step.kind)
    return DiagramStep(
        element=step.element,
        name=step.name,
        mark=StepMark(step.state),
        kind=str(kind) if kind is not None else "",
        who=who,
        outcome=outcome_name(step.outcome) if _is_told(step) else "",
        began_at=step.entered_at,
        ended_at=step.left_at,
        note=_note(step),
    )


def _is_told(step: StepView) -> bool:
    """Leave out that what is done is done, and that what was left out was left out."""
    return step.outcome not in ("", "done", "skipped")


def _note(step: StepView) -> str:
    if not step.trouble:
        return ""
    if step.attempts > 1:
        return _("%(trouble)s (tried %(count)d times)") % {
            "trouble": step.trouble,
            "count": step.attempts,
        }
    return step.trouble
