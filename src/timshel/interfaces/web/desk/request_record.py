"""The record of a request: what was asked, how far it is, and all that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.addresses import REQUEST
from timshel.interfaces.web.catalogue_words import price_words
from timshel.interfaces.web.desk import doing, runs, words
from timshel.interfaces.web.desk.differences import choices_of
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.panels import Attempt, Panel, offer_assignment, standing_values
from timshel.interfaces.web.desk.record_page import Shape, page_context
from timshel.interfaces.web.desk.request_steps import STEPS
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Conflict
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.service_request import queries
from timshel.resolution_fulfilment.service_request.queries import RequestRecord
from timshel.resolution_fulfilment.service_request.states import OUTCOME_NAMES

# What is most likely to come next in a stage; the first that is possible is the main button.
NEXT: Mapping[str, tuple[str, ...]] = {
    Stage.NEW: ("take", "assign"),
    Stage.IN_PROGRESS: ("fulfil",),
    Stage.WAITING: ("resume",),
    Stage.RESOLVED: ("close",),
    Stage.CLOSED: (),
    Stage.CANCELLED: (),
}

SHAPE = Shape(
    kind=REQUEST,
    opened="desk/opened_request.html",
    parts=("desk/part_asked.html", "desk/part_takes.html", "desk/part_process.html"),
    sides=("desk/record_rating.html",),
    has_diagram=True,
)


@require_safe
def record(request: TimshelRequest, number: str) -> HttpResponse:
    """Show a request."""
    return record_page(request, number)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: TimshelRequest, number: str, verb: str) -> HttpResponse:
    """Open the form of a step, or carry the step out."""
    return doing.do(request, number, verb, RECORD)


def record_page(
    request: TimshelRequest, number: str, *, attempt: Attempt | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of a request, with the form of a step open where one is named."""
    token = live.token()
    view = queries.request_record(number, actor=request.actor, at=request.at)
    possible = possible_steps(view, person_id=request.actor.person_id)
    if attempt and not doing.require_possible(attempt, RECORD, possible):
        if not doing.is_refresh(request):
            return redirect("request-record", number=view.number)
        attempt = None
    initial = standing_values(view)
    panel = doing.panel_of(request, RECORD, attempt, initial) if attempt else None
    if panel:
        _offer_steps(request, view, panel)
    context: dict[str, Any] = {
        "record": view,
        "way": doing.way(request),
        "record_address": reverse("request-record", args=[view.number]) + doing.way(request),
        "panel": panel,
        "lost": _lost(request, view, panel),
    }
    if panel and panel.step.place != "composer" and request.htmx:
        return render(request, "desk/work_panel.html", context, status=status)
    context |= page_context(
        request,
        RECORD,
        SHAPE,
        view,
        writing=doing.Writing(panel, possible, initial),
        conversation=view.conversation,
    )
    context |= {
        "standing": words.standing(view.stage, view.waiting_reason, view.assignee),
        "buttons": doing.buttons_of(RECORD, view.number, possible, NEXT[Stage(view.stage)]),
        "steering": [
            (verb, step)
            for verb, step in STEPS.items()
            if step.place == "process" and step.right in possible
        ],
        "properties": properties(view, language=request.actor.language),
        "picture": runs.picture(request, view.run, view.tasks, number=view.number),
        "in_trouble": runs.is_in_trouble(view.run),
        "conflict": attempt.conflict if attempt else None,
        "live_token": token,
        "live_regions": [
            f"work_item:{key}"
            for key in (view.id, *(part.id for part in view.parts), *(t.id for t in view.tasks))
        ],
    }
    return render(request, "desk/record.html", context, status=status)


def possible_steps(view: RequestRecord, *, person_id: int | None) -> frozenset[str]:
    """Return what the reader may do now: the verbs of the request, and what its process allows."""
    offered = doing.without_taking(view.possible, assignee_id=view.assignee_id, person_id=person_id)
    found = set(offered) - {"fulfil", "steer"}
    runs_on = view.run is not None and view.run.ended_at is None
    if "fulfil" in view.possible and not runs_on:
        found.add("deliver")
    if "steer" in view.possible and runs_on:
        found.add("steer")
        if runs.is_in_trouble(view.run):
            found.add("retry")
    return frozenset(found)


def properties(view: RequestRecord, *, language: str) -> list[tuple[str, str]]:
    """Return the properties that the page lists, name and value."""
    values: list[tuple[str, Any]] = [
        ("offering", view.offering),
        ("service", view.service),
        ("priority", view.priority),
        ("team", view.team),
        ("assignee", view.assignee),
        ("opened_by", view.opened_by if view.opened_by != view.requester.name else ""),
        ("price", _price(view, language)),
        ("outcome", OUTCOME_NAMES.get(view.outcome, "")),
        ("outcome_text", view.outcome_text),
        *view.fields.items(),
    ]
    optional = {"opened_by", "price", "outcome", "outcome_text", *view.fields}
    return [
        (words.field_name(name), words.value_text(name, value))
        for name, value in values
        if value or name not in optional
    ]


def _price(view: RequestRecord, language: str) -> str:
    if view.price is None:
        return ""
    return price_words(view.price, view.currency, view.price_period, language=language)


def _lost(
    request: TimshelRequest, view: RequestRecord, panel: Panel | None
) -> queries.Consequences | None:
    """Return what would be lost, for those who are about to stop a request."""
    if panel is None or panel.verb != "cancel":
        return None
    return queries.consequences(view.work, actor=request.actor, at=request.at)


def _offer_steps(request: TimshelRequest, view: RequestRecord, panel: Panel) -> None:
    """Fill the list of steps of a form that steers the process."""
    if view.run is None:
        return
    if panel.verb == "skip":
        panel.form.offer("step", runs.waiting_choices(view.run))
    elif panel.verb == "repeat":
        panel.form.offer("element", runs.passed_choices(view.run))
    elif panel.verb == "move":
        choices = runs.all_choices(view.run, language=request.actor.language)
        panel.form.offer("element", choices)


def differing(
    request: TimshelRequest, number: str, verb: str, form: StepForm, refusal: Conflict
) -> Mapping[str, Any]:
    """Return what to choose between where two people changed the same."""
    del verb  # every form begins with the same values
    view = queries.request_record(number, actor=request.actor, at=request.at)
    return choices_of(refusal, form, standing=standing_values(view), version=view.version)


RECORD = doing.Record(
    steps=STEPS,
    draw=record_page,
    address="request-record",
    prefix="request",
    offers={"assign": offer_assignment},
    differs=differing,
)
