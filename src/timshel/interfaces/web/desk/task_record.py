"""The record of a task: what to do, with what, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from timshel.interfaces.web.desk import doing, runs, words
from timshel.interfaces.web.desk.differences import choices_of
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.panels import Attempt, offer_assignment, standing_values
from timshel.interfaces.web.desk.record_page import Shape, page_context
from timshel.interfaces.web.desk.task_form import (
    Finishing,
    asking_of,
    read_finishing,
    step_of,
)
from timshel.interfaces.web.desk.task_steps import STEPS
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Conflict, Invalid, NotAllowed, WrongState
from timshel.operation.task import actions
from timshel.operation.work.rules import TASK
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.service_request import queries
from timshel.resolution_fulfilment.service_request.queries import TaskRecord
from timshel.service_portfolio.catalogue.queries.references import references_for

NEXT: Mapping[str, tuple[str, ...]] = {
    Stage.NEW: ("take", "assign"),
    Stage.IN_PROGRESS: (),
    Stage.WAITING: ("resume",),
}

SHAPE = Shape(
    kind=TASK,
    opened="desk/opened_task.html",
    parts=("desk/part_todo.html", "desk/part_asked.html", "desk/part_process.html"),
    tail="desk/conversation_request.html",
    sides=("desk/record_siblings.html",),
    has_diagram=True,
    has_form=True,
)


@dataclass(frozen=True, slots=True)
class Ending:
    """A way in which a task can end, as its button shows it."""

    outcome: str
    name: str
    is_usual: bool


@require_safe
def record(request: TimshelRequest, number: str) -> HttpResponse:
    """Show a task."""
    return record_page(request, number)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: TimshelRequest, number: str, verb: str) -> HttpResponse:
    """Open the form of a step, or carry the step out."""
    return doing.do(request, number, verb, RECORD)


@require_POST
def tick(request: TimshelRequest, number: str) -> HttpResponse:
    """Tick a line of the checklist off, or take the tick back."""
    position = request.POST.get("position", "")
    if not (position.isascii() and position.isdigit() and len(position) < len("1000")):
        raise Invalid({"position": [_("The checklist has no such line.")]})
    actions.tick_check(
        number,
        position=int(position),
        is_done=request.POST.get("done") == "1",
        actor=request.actor,
        at=request.at,
    )
    return redirect(reverse("task-record", args=[number]) + doing.way(request) + "#checklist")


@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: TimshelRequest, number: str) -> HttpResponse:
    """Finish a task with what its form holds; save what was typed on the way."""
    if request.method != "POST":
        return record_page(request, number)
    task = queries.task_record(number, actor=request.actor, at=request.at)
    if "complete" not in task.possible:
        # Whoever may not finish it may not write in it either; the action says which it is.
        actions.save_task_answers(number, raw=task.raw, actor=request.actor, at=request.at)
        raise NotAllowed
    finishing = read_finishing(request, task, asking_of(request, task))
    if finishing.raw != task.raw:
        actions.save_task_answers(number, raw=finishing.raw, actor=request.actor, at=request.at)
    if finishing.is_saving:
        return HttpResponse(status=204)
    outcome = request.POST.get("outcome", "")
    if finishing.is_again or not outcome:
        return record_page(request, number, finishing=finishing)
    if finishing.errors and outcome == task.outcomes[0]:
        return record_page(request, number, finishing=finishing, status=422)
    finishing.errors = {}
    return _finish(request, task, outcome, finishing)


def _finish(
    request: TimshelRequest, task: TaskRecord, outcome: str, finishing: Finishing
) -> HttpResponse:
    completion = actions.Completion(
        outcome=outcome,
        comment=finishing.comment,
        raw=finishing.raw,
        references=references_for(request.actor),
    )
    try:
        actions.complete_task(
            task.number, completion=completion, actor=request.actor, at=request.at
        )
    except Invalid as refusal:
        faults = dict(refusal.fields)
        finishing.comment_errors = tuple(faults.pop("comment", ()))
        finishing.others = (*faults.pop("checklist", ()), *faults.pop("outcome", ()))
        finishing.errors = {name: tuple(texts) for name, texts in faults.items()}
        return record_page(request, task.number, finishing=finishing, status=422)
    except WrongState as refusal:
        finishing.others = (refusal.message,)
        return record_page(request, task.number, finishing=finishing, status=409)
    messages.success(request, _("Finished. The process goes on."))
    return redirect(reverse("task-record", args=[task.number]) + doing.way(request))


def record_page(
    request: TimshelRequest,
    number: str,
    *,
    attempt: Attempt | None = None,
    status: int = 200,
    finishing: Finishing | None = None,
) -> HttpResponse:
    """Return the page of a task, with the form of a step open where one is named.

    Args:
        request: of a helper.
        number: the task.
        attempt: the step whose form is open, with what was typed.
        status: the status to answer with.
        finishing: what was typed by somebody who finishes it.
    """
    token = live.token()
    view = queries.task_record(number, actor=request.actor, at=request.at)
    possible = doing.without_taking(
        view.possible, assignee_id=view.assignee_id, person_id=request.actor.person_id
    )
    if attempt and not doing.require_possible(attempt, RECORD, possible):
        if not doing.is_refresh(request):
            return redirect("task-record", number=view.number)
        attempt = None
    initial = standing_values(view)
    panel = doing.panel_of(request, RECORD, attempt, initial) if attempt else None
    context: dict[str, Any] = {
        "record": view,
        "way": doing.way(request),
        "record_address": reverse("task-record", args=[view.number]) + doing.way(request),
        "panel": panel,
    }
    if panel and panel.step.place != "composer" and request.htmx:
        return render(request, "desk/work_panel.html", context, status=status)
    typed = finishing or Finishing(raw=view.raw)
    context |= page_context(
        request,
        RECORD,
        SHAPE,
        view,
        writing=doing.Writing(panel, possible, initial, unfolds=False),
        conversation=view.notes,
    )
    context |= {
        "standing": standing(view),
        "buttons": doing.buttons_of(RECORD, view.number, possible, NEXT.get(view.stage, ())),
        "properties": properties(view),
        "picture": runs.picture(request, view.run, view.siblings, number=view.number),
        "done_count": sum(each.done_at is not None for each in view.checks),
        "finishing": typed,
        "step": step_of(asking_of(request, view), typed) if "complete" in possible else None,
        "endings": endings(view) if "complete" in possible else [],
        "outcome_name": runs.outcome_name(view.outcome) if view.outcome else "",
        "conflict": attempt.conflict if attempt else None,
        "live_token": token,
        "live_regions": [f"work_item:{view.id}", f"work_item:{view.request.id}"],
    }
    return render(request, "desk/record.html", context, status=status)


def standing(view: TaskRecord) -> str:
    """Return in one sentence where a task stands."""
    if view.stage == Stage.CLOSED and view.outcome:
        return _("Finished: %(outcome)s.") % {"outcome": runs.outcome_name(view.outcome)}
    if view.stage == Stage.CANCELLED:
        return _("Not needed any more.")
    return words.standing(view.stage, view.waiting_reason, view.assignee)


def endings(view: TaskRecord) -> list[Ending]:
    """Return the ways in which a task can end, the usual one first."""
    return [
        Ending(outcome, runs.outcome_name(outcome), is_usual=number == 0)
        for number, outcome in enumerate(view.outcomes)
    ]


def properties(view: TaskRecord) -> list[tuple[str, str]]:
    """Return the properties that the page lists, name and value."""
    values: list[tuple[str, Any]] = [
        ("offering", view.request.offering),
        ("service", view.service),
        ("priority", view.priority),
        ("team", view.team),
        ("assignee", view.assignee),
    ]
    return [(words.field_name(name), words.value_text(name, value)) for name, value in values]


def differing(
    request: TimshelRequest, number: str, verb: str, form: StepForm, refusal: Conflict
) -> Mapping[str, Any]:
    """Return what to choose between where two people changed the same."""
    del verb  # every form begins with the same values
    view = queries.task_record(number, actor=request.actor, at=request.at)
    return choices_of(refusal, form, standing=standing_values(view), version=view.version)


RECORD = doing.Record(
    steps=STEPS,
    draw=record_page,
    address="task-record",
    prefix="task",
    offers={"assign": offer_assignment},
    differs=differing,
)
