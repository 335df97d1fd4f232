"""A small organisation behind the API, and a client for each of its people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.test import Client

from timshel.context.organization import actions as organization
from timshel.context.people import actions as people
from timshel.kernel.actor import system_actor
from timshel.leadership.authority import actions as authority
from timshel.leadership.authority.access import PERMISSIONS
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.defaults import STANDARD
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
)
from timshel.service_portfolio.service import actions as services

LONG_AGO = datetime(2026, 1, 5, 8, tzinfo=UTC)
SYSTEM = system_actor()
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Minutes, for the first priority to the last.
PROMISED = {
    ClockKind.RESPOND: (15, 30, 120, 240, 480),
    ClockKind.RESOLVE: (240, 480, 1_440, 2_400, 4_800),
}
HELPER = (
    "work.view",
    "work.read_notes",
    "people.view",
    "incident.report",
    "incident.report_for_others",
    "incident.work",
    "incident.assign",
    "incident.change",
    "incident.override_priority",
    "incident.resolve",
    "incident.cancel",
)


class Caller:
    """A program with a token.

    Args:
        token: what it sends; empty for none.
        person_id: whose token it is.
    """

    def __init__(self, token: str, person_id: int = 0) -> None:
        self.token = token
        self.person_id = person_id
        self.client = Client()

    def ask(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Any:
        """Send a request; header names are given with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers=sent
        )

    def get(self, path: str, **headers: str) -> Any:
        """Return what a good answer holds."""
        answer = self.ask("GET", path, **headers)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def post(self, path: str, body: Any = None, *, status: int = 200, **headers: str) -> Any:
        """Return what the answer to something done holds."""
        answer = self.ask("POST", path, body, **headers)
        assert answer.status_code == status, answer.content
        return json.loads(answer.content) if answer.content else None

    def attach(self, number: str, data: dict[str, Any], **headers: str) -> Any:
        """Send files."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/api/v1/incidents/{number}/attachments",
            data,
            headers={"Authorization": f"Bearer {self.token}", **sent},
        )


def problem(answer: Any) -> dict[str, Any]:
    """Return a problem document, of the right shape."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(answer.content)
    assert document["status"] == answer.status_code
    assert document["type"] == "urn:timshel:problem:" + document["code"].replace("_", "-")
    assert set(document) >= {"type", "title", "status", "detail", "instance", "code"}
    return document


@dataclass(frozen=True)
class World:
    """Who there is: two helpers of two teams, a requester, and someone who has nothing to do."""

    noor: Caller
    tomas: Caller
    ines: Caller
    omar: Caller

    def report(self, **fields: Any) -> str:
        """Report an incident as Ines, and return its number."""
        body = {"title": "Printer prints only in grey", "service": "printing", **fields}
        return str(self.ines.post("/incidents", body, status=201)["number"])


@transaction.atomic
def build_world() -> World:
    given: dict[str, Any] = {"actor": SYSTEM, "at": LONG_AGO}
    organization.create_unit(code="institute", name="Institute", **given)
    organization.create_team(code="workplace", name="Workplace", unit="institute", **given)
    organization.create_team(code="network", name="Network", unit="institute", **given)
    services.create_area(code="work", name="Your workplace", **given)
    services.create_service(
        code="printing",
        area="work",
        name="Printing",
        keywords="paper",
        translations={"fr": {"name": "Impression"}},
        **given,
    )
    services.create_offering(code="colour", service="printing", name="Colour printer", **given)
    services.create_function(code="printers", name="Operation of printers", **given)
    services.support_function("printers", team="workplace", level=1, **given)
    services.support_function("printers", team="network", level=2, **given)
    services.relate("colour", function="printers", relation="lead", **given)
    hours = service_level.CalendarHours("UTC", {day: [["00:00", "24:00"]] for day in DAYS})
    service_level.create_calendar("always", name="Always", hours=hours, **given)
    _agree(**given)
    authority.define_role(
        "requester", name="Requester", permissions=["incident.report"], translations={}, **given
    )
    authority.define_role("agent", name="Agent", permissions=HELPER, translations={}, **given)
    return World(
        noor=_caller("noor", "Noor Haddad", team="workplace", role="agent"),
        tomas=_caller("tomas", "Tomás Vidal", team="network", role="agent"),
        ines=_caller("ines", "Ines Moreau"),
        omar=_caller("omar", "Omar Silva"),
    )


def _agree(**given: Any) -> None:
    """Promise the same to everybody."""
    targets = tuple(
        TargetContent(kind=kind, priority=priority, amount=amount, unit=DurationUnit.MINUTES)
        for kind, amounts in PROMISED.items()
        for priority, amount in enumerate(amounts, start=1)
    )
    content = AgreementContent(
        kind=AgreementKind.SERVICE, name="Standard", calendar="always", targets=targets
    )
    service_level.save_draft(STANDARD, content=content, **given)
    service_level.publish_draft(STANDARD, since_ever=True, **given)


def _caller(code: str, name: str, *, team: str = "", role: str = "") -> Caller:
    given: dict[str, Any] = {"actor": SYSTEM, "at": LONG_AGO}
    made = people.create_person(
        code=code, name=name, email=f"{code}@timshel.example", unit="institute", **given
    )
    if team:
        people.add_member(team, person=code, **given)
    if role:
        authority.grant_role(made.person_id, role=role, **given)
    return Caller(token_for(made.person_id), made.person_id)


def token_for(
    person_id: int, permissions: Any = tuple(PERMISSIONS), *, expires_at: datetime | None = None
) -> str:
    """Return a new token of a person."""
    return authority.issue_token(
        person_id,
        name="test",
        permissions=permissions,
        expires_at=expires_at,
        actor=SYSTEM,
        at=LONG_AGO,
    )
