"""The open form of a step: filled with what stands, or with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.organization import queries as organization
from timshel.context.people import queries as people
from timshel.interfaces.web.desk.forms import StepForm
from timshel.interfaces.web.desk.steps import Step
from timshel.interfaces.web.filters import service_choices
from timshel.interfaces.web.forms import FilesGiven, KeptFile
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.incident.access import OVERRIDE_PRIORITY
from timshel.resolution_fulfilment.incident.queries import IncidentView
from timshel.resolution_fulfilment.service_request.queries import RequestRecord, TaskRecord
from timshel.service_portfolio.parties import queries as parties
from timshel.service_portfolio.service import queries as services

Choices = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that somebody opens, or tried and was refused.

    Args:
        verb: the step.
        form: its form as it was sent, or None for a fresh one.
        conflict: the differences to decide about, or None.
        files: the files that came with it.
        is_judged: whether the action itself has said no, and so knows of the right.
    """

    verb: str
    form: StepForm | None = None
    conflict: Mapping[str, Any] | None = None
    files: FilesGiven | None = None
    is_judged: bool = True


@dataclass(slots=True)
class Panel:
    """A step with its form, ready to be drawn.

    Args:
        verb: the step.
        step: what is said about it.
        form: its form.
        address: where the form goes.
        is_open: whether a composer is unfolded.
        kept: files that are kept from a refused attempt.
        file_errors: what is wrong with files.
        draft_saved_at: when what stands in it was saved as a draft, or None.
    """

    verb: str
    step: Step
    form: StepForm
    address: str
    is_open: bool = False
    kept: Sequence[KeptFile] = ()
    file_errors: Sequence[str] = ()
    draft_saved_at: datetime | None = None

    @property
    def files_id(self) -> str:
        """The id of the control for files: a page holds several composers."""
        return f"{self.verb}-files"


def initial(view: IncidentView, verb: str) -> dict[str, Any]:
    """Return what a form of an incident begins with: the values that stand."""
    values: Mapping[str, Any] = {}
    if verb == "assign":
        values = {"team": view.team_code, "assignee": view.assignee_id}
    elif verb == "link":
        values = {"parent": view.parent.number if view.parent else ""}
    elif verb == "change":
        values = {
            "title": view.title,
            "service": view.service_code,
            "offering": view.offering_code,
            "impact": view.impact,
            "urgency": view.urgency,
            "service_state": view.service_state,
            "priority": view.priority if view.priority_reason else None,
            "priority_reason": view.priority_reason,
            "seen_priority": view.priority if view.priority_reason else None,
            "seen_reason": view.priority_reason,
        }
    return {"seen_version": view.version, **values}


def standing_values(view: RequestRecord | TaskRecord) -> dict[str, Any]:
    """Return what the forms of a request and of a task begin with: the values that stand."""
    return {"seen_version": view.version, "team": view.team_code, "assignee": view.assignee_id}


def member_choices(team_code: str) -> Choices:
    """Return the people of a team to choose from, with an entry for nobody."""
    team = organization.team_by_code(team_code) if team_code else None
    members = people.members_of([team.id]) if team else ()
    return [("", _("Nobody yet")), *((each.person_id, each.name) for each in members)]


def offering_choices(service_code: str, language: str) -> Choices:
    """Return the offerings of a service to choose from, with an entry for none."""
    offerings: tuple[services.OfferingRow, ...] = ()
    if service_code:
        with suppress(NotFound):
            offerings = services.service(service_code, language=language).offerings
    return [("", _("None in particular")), *((each.code, each.name) for each in offerings)]


def offer_assignment(request: TimshelRequest, form: StepForm) -> None:
    """Fill the lists of the form that gives work to a team and a person."""
    teams = organization.team_list(language=request.actor.language)
    form.offer("team", [("", "–"), *((team.code, team.name) for team in teams)])
    form.offer("assignee", member_choices(_chosen(form, "team")))


def _offer_properties(request: TimshelRequest, form: StepForm) -> None:
    if not request.actor.may_somewhere(OVERRIDE_PRIORITY):
        form.without("priority", "priority_reason")
    language = request.actor.language
    areas = services.service_list(language=language)
    form.offer("service", [("", _("Not known")), *service_choices(areas)])
    form.offer("offering", offering_choices(_chosen(form, "service"), language))


def _offer_suppliers(request: TimshelRequest, form: StepForm) -> None:
    rows = parties.supplier_list(language=request.actor.language, active_only=True)
    form.offer(
        "supplier", [("", _("Nobody in particular")), *((row.code, row.name) for row in rows)]
    )


def _chosen(form: StepForm, name: str) -> str:
    return str(form[name].value() or "")


OFFERS: Mapping[str, Callable[[TimshelRequest, StepForm], None]] = {
    "assign": offer_assignment,
    "change": _offer_properties,
    "wait": _offer_suppliers,
}
