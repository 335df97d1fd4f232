"""The record of an incident: one page for all that is known and all that can be done."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from timshel.interfaces.web.desk import words
from timshel.interfaces.web.desk.clocks import shown_clocks
from timshel.interfaces.web.desk.history import history_lines
from timshel.interfaces.web.desk.panels import Attempt, Panel, panel_for
from timshel.interfaces.web.desk.steps import STEPS, Step
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel import live
from timshel.kernel.errors import NotAllowed
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import queries as incidents
from timshel.resolution_fulfilment.incident.states import Verb, stage_allows

# What is most likely to come next in a stage; the first that is possible is the main button.
NEXT: Mapping[str, tuple[str, ...]] = {
    Stage.NEW: ("take", "start", "assign"),
    Stage.IN_PROGRESS: ("resolve", "take"),
    Stage.WAITING: ("resume",),
    Stage.RESOLVED: ("close",),
    Stage.CLOSED: ("reopen",),
    Stage.CANCELLED: (),
}


@dataclass(frozen=True, slots=True)
class Button:
    """A step as the bar shows it."""

    step: Step
    address: str
    is_next: bool


@require_safe
def record(request: TimshelRequest, number: str) -> HttpResponse:
    """Show an incident."""
    return record_page(request, number)


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
    if attempt and not is_possible(view, attempt.verb):
        if attempt.form is None:
            if not is_refresh(request):
                return redirect("incident", number=view.number)
            attempt = None
        elif not attempt.is_judged:
            _require_right(view, attempt.verb)
    panel = panel_for(request, view, attempt) if attempt else None
    context: dict[str, Any] = {"incident": view, "panel": panel}
    if panel and panel.step.place != "composer" and request.htmx:
        return render(request, "desk/panel.html", context, status=status)
    context |= {
        "standing": words.standing(view.stage, view.waiting_reason, view.assignee, view.supplier),
        "buttons": buttons(view, actor_id=request.actor.person_id),
        "composers": composers(request, view, panel),
        "may_wait": "wait" in view.possible,
        "traits": words.traits(view.requester.traits),
        "properties": properties(view),
        "clocks": shown_clocks(view.clocks, team=view.team, supplier=view.supplier),
        "sees_inside": view.sees_inside,
        "history": history_lines(view.history),
        "channel_name": words.channel_name(view.channel),
        "largest_file": settings.ATTACHMENT_MAX_BYTES,
        "once": uuid.uuid4().hex,
        "conflict": attempt.conflict if attempt else None,
        "live_token": token,
        "live_regions": [f"work_item:{view.id}"],
    }
    return render(request, "desk/record.html", context, status=status)


def is_refresh(request: TimshelRequest) -> bool:
    """Tell whether an open page asks for its regions anew: its form may be possible no more."""
    return "Timshel-Live" in request.headers


def is_possible(view: incidents.IncidentView, verb: str) -> bool:
    """Tell whether the reader can take a step now."""
    return (STEPS[verb].right or verb) in view.possible


def _require_right(view: incidents.IncidentView, verb: str) -> None:
    """Refuse who tried what they may not; whoever was only too late keeps what they typed."""
    if stage_allows(Stage(view.stage), Verb(STEPS[verb].right or verb)):
        raise NotAllowed


def buttons(view: incidents.IncidentView, *, actor_id: int | None) -> list[Button]:
    """Return the steps that the bar offers, the likeliest first."""
    offered = [
        verb for verb, step in STEPS.items() if step.place == "bar" and is_possible(view, verb)
    ]
    if view.assignee_id is not None and view.assignee_id == actor_id:
        offered = [verb for verb in offered if verb != "take"]
    likely = [verb for verb in NEXT[Stage(view.stage)] if verb in offered]
    if view.stage == Stage.IN_PROGRESS and not view.assignee and "take" in offered:
        likely = ["take"]
    first = likely[:1]
    ordered = first + [verb for verb in offered if verb not in first]
    return [
        Button(STEPS[verb], reverse(f"incident-{verb}", args=[view.number]), verb in first)
        for verb in ordered
    ]


def composers(
    request: TimshelRequest, view: incidents.IncidentView, panel: Panel | None
) -> list[Panel]:
    """Return the forms for a reply and for a note, as far as they are possible."""
    attempted = panel if panel and panel.step.place == "composer" else None
    found = [
        attempted
        if attempted and attempted.verb == verb
        else panel_for(request, view, Attempt(verb))
        for verb in ("reply", "note")
        if is_possible(view, verb) or (attempted and attempted.verb == verb)
    ]
    if attempted is None and found:
        found[0].is_open = True
    return found


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
        ("opened_by", view.opened_by),
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
