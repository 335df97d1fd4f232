"""An agent, a requester and a standard agreement in office hours."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import pytest

from tests.domain.clocks.promises import OFFICE, SETUP, STANDARD, SYSTEM, agree
from timshel.context.people.models import Person
from timshel.kernel import events as kernel_events
from timshel.kernel.actor import Actor, ActorKind, Channel, Scope
from timshel.operation.work.models import WorkItem
from timshel.relationship_agreement.service_level.actions import create_calendar
from timshel.relationship_agreement.service_level.events import ClockAlerted, ClockBreached
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident
from timshel.service_portfolio.service.models import Service, ServiceArea


@pytest.fixture
def requester(db: None) -> Person:
    """Who asks."""
    return Person.objects.create(code="requester", name="Requester")


@pytest.fixture
def agent(db: None) -> Actor:
    """Who may do everything with incidents, and nothing with service levels."""
    person = Person.objects.create(code="agent", name="Agent")
    everywhere = Scope(everywhere=True)
    rights = (
        "work.view", "incident.report", "incident.report_for_others", "incident.work",
        "incident.assign", "incident.change", "incident.override_priority",
        "incident.resolve", "incident.cancel", "incident.reopen_closed",
    )  # fmt: skip
    return Actor(
        kind=ActorKind.PERSON,
        name=person.name,
        channel=Channel.DESK,
        person_id=person.pk,
        scopes=MappingProxyType(dict.fromkeys(rights, everywhere)),
    )


@pytest.fixture
def service(db: None) -> Service:
    """A service."""
    area = ServiceArea.objects.create(code="workplace", name="Workplace")
    return Service.objects.create(area=area, code="mail", name="Mail")


@pytest.fixture
def targets(db: None) -> None:
    """Two hours to respond and eight to resolve in office hours, urgent half."""
    create_calendar("office", name="Office hours", hours=OFFICE, actor=SYSTEM, at=SETUP)
    agree("standard", STANDARD, since_ever=True, at=SETUP, name="Standard")


@pytest.fixture
def opened(targets: None, requester: Person, agent: Actor) -> object:
    """Open an incident at a moment, as the agent for the requester."""

    def open_at(at: object, **given: object) -> WorkItem:
        report = IncidentReport("Printer is on fire", requester_id=requester.pk, **given)  # type: ignore[arg-type]
        event = open_incident(report, actor=agent, at=at)  # type: ignore[arg-type]
        return WorkItem.objects.get(pk=event.work_item_id)

    return open_at


@pytest.fixture
def published() -> Iterator[list[object]]:
    """What the sweep published, in order."""
    facts: list[object] = []
    for event_type in (ClockBreached, ClockAlerted):
        kernel_events.subscribe(event_type, facts.append)
    yield facts
    for event_type in (ClockBreached, ClockAlerted):
        kernel_events._handlers[event_type].remove(facts.append)
