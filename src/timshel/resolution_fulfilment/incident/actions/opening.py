"""Reporting that something is broken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, NotAllowed, Text
from timshel.kernel.events import publish
from timshel.kernel.text import is_storable
from timshel.operation.work.actions import (
    attach,
    check_text,
    next_number,
    open_work_item,
    reference,
)
from timshel.operation.work.files import Upload
from timshel.operation.work.holders import chosen_team
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import priority
from timshel.operation.work.states import STAGES
from timshel.relationship_agreement.service_level.actions import start_clocks
from timshel.resolution_fulfilment.incident import access, rules
from timshel.resolution_fulfilment.incident.events import IncidentOpened
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.resolution_fulfilment.incident.states import KIND, ServiceState
from timshel.service_portfolio.service.models import LifeCycle, Offering, Service
from timshel.service_portfolio.service.queries import matrix_for, route

PREFIX = "INC"
SEQUENCE = "incident_number"
LONGEST_TITLE = 250
LEVELS = range(1, 4)


@dataclass(frozen=True, slots=True)
class IncidentReport:
    """What somebody tells when something is broken.

    Args:
        title: one line.
        description: everything else, in the person's own words.
        service: the code of the service, or None where it is not known.
        offering: the code of the offering, or None.
        impact: 1 high, 2 medium, 3 low; the state of the service decides where it is given.
        urgency: 1 high, 2 medium, 3 low.
        service_state: ``down``, ``degraded``, ``faulty`` or None.
        requester_id: for whom; None for the actor.
        channel: how it came in; None for the actor's door.
        symptom: a short label for matching.
        files: what was sent along.
        team: the code of the team that keeps it where no route leads to one, as the desk does
            with what it is told on the telephone; one for which the actor works on incidents.
    """

    title: str
    description: str = ""
    service: str | None = None
    offering: str | None = None
    impact: int = 3
    urgency: int = 3
    service_state: str | None = None
    requester_id: int | None = None
    channel: Channel | None = None
    symptom: str = ""
    files: tuple[Upload, ...] = ()
    team: str | None = None


@transaction.atomic
def open_incident(report: IncidentReport, *, actor: Actor, at: datetime) -> IncidentOpened:
    """Open an incident: number, priority, team, clocks and acknowledgement.

    Not idempotent by itself: a door that may ask twice uses ``kernel.idempotency``.

    Raises:
        NotAllowed: the actor may not report, or not for someone else.
        Invalid: what is wrong, by field.
    """
    requester = _requester(report, actor)
    service, offering = _check(report)
    service_id = service.pk if service else None
    impact = rules.impact_of(report.service_state, stated=report.impact)
    item = WorkItem(
        kind=KIND,
        number=next_number(SEQUENCE, prefix=PREFIX),
        title=rules.one_line(report.title),
        description=report.description.strip(),
        stage=STAGES.initial,
        impact=impact,
        urgency=report.urgency,
        priority=priority(matrix_for(service_id), impact=impact, urgency=report.urgency),
        channel=report.channel or actor.channel,
        requester=requester,
        opened_by_id=actor.person_id,
        unit=requester.unit,
        customer=requester.customer,
        service_id=service_id,
        team_id=route(service_id, offering.pk if offering else None) or _own_team(report, actor),
        opened_at=at,
        updated_at=at,
    )
    changes = {
        "service": (None, reference(service)),
        "offering": (None, reference(offering)),
        "service_state": (None, report.service_state),
        "symptom": (None, report.symptom.strip()),
    }
    open_work_item(item, verb="incident.opened", changes=changes, actor=actor, at=at)
    Incident.objects.create(
        work_item=item,
        offering=offering,
        service_state=report.service_state,
        symptom=report.symptom.strip(),
    )
    attach(item, report.files, actor=actor, at=at)
    start_clocks(item, at=at)
    event = IncidentOpened(item.pk, item.number, at, actor.person_id)
    publish(event)
    return event


def _requester(report: IncidentReport, actor: Actor) -> Person:
    permission = (
        access.REPORT
        if report.requester_id in (None, actor.person_id)
        else access.REPORT_FOR_OTHERS
    )
    if not actor.may_somewhere(permission):
        raise NotAllowed
    key = actor.person_id if report.requester_id is None else report.requester_id
    people = Person.objects.select_related("unit", "customer").filter(is_active=True)
    requester = people.filter(pk=key).first() if key else None
    if requester is None:
        raise Invalid({"requester": [_("Please say for whom this is.")]})
    return requester


def _own_team(report: IncidentReport, actor: Actor) -> int | None:
    """Return the team that keeps what leads nowhere."""
    if not report.team:
        return None
    team = chosen_team(report.team)
    if not actor.may(access.WORK, team=team.pk):
        raise NotAllowed
    return team.pk


def _check(report: IncidentReport) -> tuple[Service | None, Offering | None]:
    problems: dict[str, list[Text]] = {}
    title = rules.one_line(report.title)
    if not title:
        problems["title"] = [_("Please say in a few words what is broken.")]
    elif len(title) > LONGEST_TITLE:
        problems["title"] = [_("Please keep this to one line; the rest goes below.")]
    if report.impact not in LEVELS:
        problems["impact"] = [_("Please choose one of the choices.")]
    if report.urgency not in LEVELS:
        problems["urgency"] = [_("Please choose one of the choices.")]
    if report.service_state is not None and report.service_state not in set(ServiceState):
        problems["service_state"] = [_("Please choose one of the choices.")]
    service = find_service(report.service, problems)
    offering = find_offering(report.offering, service, problems)
    if problems:
        raise Invalid(problems)
    check_text(report.title, field="title")
    check_text(report.description, field="description")
    check_text(report.symptom, field="symptom", longest=100)
    return service or (offering.service if offering else None), offering


def find_service(code: str | None, problems: dict[str, list[Text]]) -> Service | None:
    """Return a live service by its code, or note the problem."""
    if not code:
        return None
    service = None
    if is_storable(code):
        service = Service.objects.filter(code=code, life_cycle=LifeCycle.LIVE).first()
    if service is None:
        problems["service"] = [_("There is no such service.")]
    return service


def find_offering(
    code: str | None, service: Service | None, problems: dict[str, list[Text]]
) -> Offering | None:
    """Return an offering of the service by its code, or note the problem."""
    if not code:
        return None
    offering = None
    if is_storable(code):
        offerings = Offering.objects.filter(code=code, is_active=True).select_related("service")
        offering = offerings.first()
    if offering is None or (service is not None and offering.service_id != service.pk):
        problems["offering"] = [_("The service does not have this offering.")]
        return None
    return offering
