"""The record of an incident: one page for all that is known and all that can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from timshel.interfaces.web.addresses import INCIDENT
from timshel.interfaces.web.desk import doing, words
from timshel.interfaces.web.desk.differences import choices_of
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.panels import OFFERS, Attempt, initial
from timshel.interfaces.web.desk.record_page import Shape, page_context
from timshel.interfaces.web.desk.steps import STEPS
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import Conflict
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import queries as incidents
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows
from timshel.resolution_fulfilment.outage.queries import may_declare, words_of

# What is most likely to come next in a stage; the first that is possible is the main button.
NEXT: Mapping[str, tuple[str, ...]] = {
    Stage.NEW: ("take", "start", "assign"),
    Stage.IN_PROGRESS: ("resolve", "take"),
    Stage.WAITING: ("resume",),
    Stage.RESOLVED: ("close",),
    Stage.CLOSED: ("reopen",),
    Stage.CANCELLED: (),
}

SHAPE = Shape(
    kind=INCIDENT,
    opened="desk/opened_incident.html",
    tail="desk/conversation_report.html",
    sides=("desk/record_family.html", "desk/side_outage.html", "desk/side_matches.html"),
)


@require_safe
def record(request: TimshelRequest, number: str) -> HttpResponse:
    """Show an incident."""
    return record_page(request, number)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: TimshelRequest, number: str, verb: str) -> HttpResponse:
    """Open the form of a step, or carry the step out."""
    return doing.do(request, number, verb, RECORD)


def record_page(
    request: TimshelRequest, number: str, *, attempt: Attempt | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of an incident, with the form of a step open where one is named.

    Args:
        request: the request.
        number: the incident.
        attempt: the step whose form is open, with what was typed.
        status: the status to answer with.
    """
    token = live.token()
    view = incidents.incident(number, actor=request.actor, at=request.at)
    possible = view.possible
    if attempt and not doing.require_possible(
        attempt, RECORD, possible, is_too_late=is_too_late(view, attempt.verb)
    ):
        if not doing.is_refresh(request):
            return redirect("incident", number=view.number)
        attempt = None
    begun = initial(view, attempt.verb if attempt else "")
    panel = doing.panel_of(request, RECORD, attempt, begun) if attempt else None
    in_composer = panel is not None and panel.step.place == "composer"
    context: dict[str, Any] = {
        "record": view,
        "way": doing.way(request),
        "record_address": reverse("incident", args=[view.number]) + doing.way(request),
        "panel": panel,
    }
    if panel and not in_composer and request.htmx:
        return render(request, "desk/work_panel.html", context, status=status)
    context |= page_context(
        request,
        RECORD,
        SHAPE,
        view,
        writing=doing.Writing(panel, possible, begun, unfolds=not in_composer),
        conversation=view.conversation,
        supplier=view.supplier,
    )
    context |= {
        "standing": words.standing(view.stage, view.waiting_reason, view.assignee, view.supplier),
        "buttons": buttons(view, person_id=request.actor.person_id),
        "properties": properties(view),
        "change_address": reverse("incident-change", args=[view.number]) + doing.way(request)
        if "change" in possible
        else "",
        "channel_name": words.channel_name(view.channel),
        "conflict": attempt.conflict if attempt else None,
        "outage": words_of(view.id),
        "may_declare": may_declare(view.work, actor=request.actor),
        "live_token": token,
        "live_regions": [f"work_item:{view.id}"],
    }
    return render(request, "desk/record.html", context, status=status)


def is_too_late(view: incidents.IncidentView, verb: str) -> bool:
    """Tell whether nobody can take a step any more, as the incident stands."""
    return not stage_allows(Stage(view.stage), Verb(STEPS[verb].right or verb))


def buttons(view: incidents.IncidentView, *, person_id: int | None) -> list[doing.Button]:
    """Return the steps that the bar offers, the likeliest first."""
    offered = doing.without_taking(view.possible, assignee_id=view.assignee_id, person_id=person_id)
    likely = NEXT[Stage(view.stage)]
    if view.stage == Stage.IN_PROGRESS and not view.assignee:
        likely = ("take", *likely)
    return doing.buttons_of(RECORD, view.number, offered, likely)


def properties(view: incidents.IncidentView) -> list[tuple[str, str]]:
    """Return the properties that the page lists, name and value."""
    values: list[tuple[str, Any]] = [
        ("service", view.service),
        ("offering", view.offering),
        ("impact", view.impact),
        ("urgency", view.urgency),
        ("service_state", view.service_state),
        ("priority", view.priority),
        ("priority_reason", view.priority_reason),
        ("symptom", view.symptom),
        ("team", view.team),
        ("assignee", view.assignee),
        ("opened_by", view.opened_by if view.opened_by != view.requester.name else ""),
        ("resolution_code", view.resolution_code),
        ("resolution_text", view.resolution_text),
    ]
    # What most incidents lack is left out while empty; what should be known is shown as missing.
    optional = {"service_state", "priority_reason", "symptom", "offering", "opened_by"}
    optional |= {"resolution_code", "resolution_text"}
    return [
        (words.field_name(name), words.value_text(name, value))
        for name, value in values
        if value or name not in optional
    ]


def differing(
    request: TimshelRequest, number: str, verb: str, form: StepForm, refusal: Conflict
) -> Mapping[str, Any]:
    """Return what to choose between where two people changed the same."""
    view = incidents.incident(number, actor=request.actor, at=request.at)
    return choices_of(refusal, form, standing=initial(view, verb), version=view.version)


RECORD = doing.Record(
    steps=STEPS,
    draw=record_page,
    address="incident",
    prefix="incident",
    offers=OFFERS,
    differs=differing,
)
