"""How many queries each page and each answer of the API takes: exactly, however much there is.

The numbers are in ``query_counts.json``. ``UPDATE_QUERY_COUNTS=1`` writes them anew; read the
difference before it is committed: a number that grew needs a reason.
"""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast as people
from timshel.context.organization import actions as organization
from timshel.context.people import actions as persons
from timshel.interfaces.mail.transports import ConsoleTransport
from timshel.interfaces.web.live import watch
from timshel.kernel import live
from timshel.kernel.progress.actions import begin_errand
from timshel.leadership.authority.access import PERMISSIONS
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Attachment
from timshel.relationship_agreement.service_level import actions as service_level
from timshel.resolution_fulfilment.incident import actions
from timshel.service_portfolio.service import actions as services
from timshel.support.communication.actions import Message, queue_message, send_message

HERE = Path(__file__).parent
COUNTS = HERE / "query_counts.json"
FEW, MANY = 2, 30
# Routes that answer with no page of their own, as do the steps that only a button takes.
APART = {"health-live", "health-ready", "desk-home", "api-unknown"}
APART |= {f"incident-{verb}" for verb in ("start", "resume", "close", "reopen", "cancel")}


class Scene:
    """The cast with so many of everything that a page can list."""

    def __init__(self) -> None:
        self.cast = people.build_cast()
        self.at = datetime.now(UTC) - timedelta(hours=1)
        self.number = people.opened(self.cast.requester, at=self.at)
        self.size = 0
        self._clients: dict[str, Client] = {"": Client()}
        for role in ("requester", "agent", "administrator"):
            client = Client()
            client.force_login(people.account(getattr(self.cast, role), username=role))
            self._clients[role] = client
        self._tokens = {
            "api": people.token(self.cast.agent, PERMISSIONS),
            "api-administrator": people.token(self.cast.administrator, PERMISSIONS),
        }

    def grow_to(self, size: int) -> None:
        """Add as many of everything as are missing."""
        for position in range(self.size, size):
            self._add_directory(f"more-{position}")
            self._add_incidents(position)
            self._add_to_record(position)
            self._add_long_work(f"more-{position}")
            self._add_calendars(f"more-{position}", position)
        self.size = size

    def _add_calendars(self, code: str, position: int) -> None:
        """Add a calendar that is used and promised on, and a version of the one looked at."""
        at = self.at + timedelta(seconds=position)
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": at}
        hours = service_level.CalendarHours(
            "UTC", {"monday": [["08:00", f"{9 + position % 9:02}:00"]]}
        )
        service_level.create_calendar(code, name=f"Calendar {code}", hours=hours, **by)
        service_level.use_calendar("office-hours", service=code, **by)
        service_level.use_calendar(code, team=code, **by)
        days = {str(at.date() + timedelta(days=position)): {"hours": [], "name": code}}
        service_level.import_days("office-hours", days=days, **by)

    def _add_directory(self, code: str) -> None:
        by: dict[str, Any] = {"actor": people.SYSTEM, "at": self.at}
        organization.create_team(code=code, unit="it", name=f"Screen team {code}", **by)
        services.create_area(code=code, name=f"Area {code}", **by)
        services.create_service(code=code, area=code, name=f"Screen {code}", **by)
        services.create_offering(code=f"laptop-{code}", service="laptop", name=code, **by)
        services.relate(f"laptop-{code}", function="device-management", relation="lead", **by)
        persons.create_person(code=code, name=f"Imre {code}", unit="it", **by)
        persons.add_member("service-desk", person=code, **by)
        people.account(people.actor(code), username=code)

    def _add_incidents(self, position: int) -> None:
        """Add one to each queue: taken, only in the team, and in every other state there is."""
        cast = self.cast
        requester = (cast.requester, cast.french_requester, cast.customer)[position % 3]
        for service in ("laptop", "mail"):
            taken = people.opened(requester, service=service, at=self.at)
            actions.take_incident(taken, actor=cast.agent, at=self.at)
            own = people.opened(cast.requester, service=service, at=self.at)
            if position % 2:
                actions.resolve_incident(
                    own, code="fixed", text="Done", actor=cast.agent, at=self.at
                )
            people.opened(requester, service=service, at=self.at, title="Screen torn")

    def _add_to_record(self, position: int) -> None:
        by: dict[str, Any] = {"actor": self.cast.agent, "at": self.at}
        text = f"{position}"
        for write in (actions.reply_to_incident, actions.note_on_incident):
            file = Upload(f"{position}.txt", "text/plain", io.BytesIO(b"text"), 4)
            write(self.number, text=text, files=(file,), **by)
        answer = {"actor": self.cast.requester, "at": self.at}
        actions.reply_to_incident(self.number, text=text, **answer)
        child = people.opened(self.cast.other_requester, at=self.at)
        changes = {"parent": self.number}
        actions.change_incident(child, changes=changes, seen_version=1, **by)

    def _add_long_work(self, code: str) -> None:
        """Add a job, and a message that could not be sent."""
        begin_errand("clocks.rebuild", title=code, actor=people.SYSTEM, at=self.at)
        assert self.cast.requester.person_id is not None
        message = Message(code, "x", "x", self.cast.requester.person_id, "no address", "x", "x")
        message_id = queue_message(message, at=self.at)
        assert message_id is not None
        send_message(message_id, transport=ConsoleTransport(), at=self.at)

    def pages(self) -> dict[str, tuple[str, str]]:
        """Return for each page who asks for it, and its address."""
        record = f"/desk/incidents/{self.number}"
        file = Attachment.objects.order_by("pk")[0]
        views = ("mine", "teams", "unassigned", "all")
        steps = ("take", "resolve", "wait", "assign", "escalate")
        steps += ("reply", "note", "change", "link")
        news = watch(["work"], live.token())
        return {
            "sign-in": ("", "/sign-in"),
            "live": ("", f"/live?watch={news}"),
            "preferences": ("requester", "/preferences"),
            "portal-home": ("requester", "/"),
            "report-choose": ("requester", "/report"),
            "report-incident": ("requester", "/report/incident?service=laptop"),
            "ask": ("requester", "/ask"),
            "service": ("requester", "/services/laptop"),
            "case-list": ("requester", "/cases?show=all"),
            "case": ("requester", f"/cases/{self.number}"),
            "search": ("requester", "/search?q=screen"),
            "attachment": ("agent", f"/files/{file.pk}/{file.name}"),
            **{f"queue-{view}": ("agent", f"/desk/queues/{view}") for view in views},
            "queue-count": ("agent", "/desk/queues/all/count"),
            "desk-people": ("agent", "/desk/people?q=imre"),
            "desk-members": ("agent", "/desk/members?team=service-desk"),
            "desk-offerings": ("agent", "/desk/offerings?service=laptop"),
            "incident-new": ("agent", "/desk/incidents/new"),
            "incident": ("agent", record),
            **{f"incident-{verb}": ("agent", f"{record}/{verb}") for verb in steps},
            "administration": ("administrator", "/administration/"),
            "jobs": ("administrator", "/administration/jobs"),
            "calendars": ("administrator", "/administration/calendars"),
            "calendar-new": ("administrator", "/administration/new-calendar"),
            "calendar-regions": ("administrator", "/administration/calendar-regions"),
            "calendar": ("administrator", "/administration/calendars/office-hours"),
            "calendar-file": ("administrator", "/administration/calendars/office-hours.ics"),
            "calendar-change": (
                "administrator",
                "/administration/calendars/office-hours/change",
            ),
            "calendar-import": ("administrator", "/administration/calendars/office-hours/file"),
            "waiting": ("administrator", "/administration/waiting"),
            **self._answers(),
        }

    def _answers(self) -> dict[str, tuple[str, str]]:
        incident, person = f"/incidents/{self.number}", self.cast.requester.person_id
        file = Attachment.objects.order_by("pk")[0].pk
        addresses = {
            "document": "/openapi.json",
            "reference": "/docs",
            "list_incidents": "/incidents",
            "read_incident": incident,
            "read_history": f"{incident}/history",
            "read_conversation": f"{incident}/conversation",
            "read_attachment": f"/attachments/{file}",
            "read_me": "/people/me",
            "find_people": "/people?text=imre",
            "read_person": f"/people/{person}",
            "list_teams": "/teams",
            "read_team": "/teams/service-desk",
            "list_areas": "/areas",
            "list_services": "/services",
            "read_service": "/services/laptop",
        }
        set_up = {
            "list_calendars": "/calendars",
            "read_calendar": "/calendars/office-hours",
            "list_calendar_versions": "/calendars/office-hours/versions",
            "read_calendar_file": "/calendars/office-hours/hours.ics",
            "list_calendar_uses": "/calendar-uses",
            "list_waiting_rules": "/waiting-rules",
        }
        return {
            **{f"api-{name}": ("api", f"/api/v1{path}") for name, path in addresses.items()},
            **{
                f"api-{name}": ("api-administrator", f"/api/v1{path}")
                for name, path in set_up.items()
            },
        }

    def queries_of(self, name: str) -> list[str]:
        """Return the queries that a page takes when it is asked for the second time."""
        who, address = self.pages()[name]
        client = self._clients.get(who) or self._clients[""]
        token = self._tokens.get(who)
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for _again in range(2):
            with CaptureQueriesContext(connection) as taken:
                answer = client.get(address, headers=headers)
                for close_file in answer._resource_closers:
                    close_file()
            assert answer.status_code in {200, 204}, f"{address}: {answer.status_code}"
        return [query["sql"] for query in taken]


@pytest.fixture
def scene(db: None, settings: Any, tmp_path: Path) -> Scene:
    settings.DATA_DIRECTORY = tmp_path
    return Scene()


def recorded() -> dict[str, int]:
    """Return the numbers as they are recorded."""
    counts: dict[str, int] = json.loads(COUNTS.read_text(encoding="utf-8"))
    return counts


def test_every_page_that_can_be_read_is_counted() -> None:
    with (HERE / "rights.csv").open(newline="", encoding="utf-8") as file:
        routes = {row["route"] for row in csv.DictReader(file) if row["method"] == "GET"}
    counted = {"queue" if name.startswith("queue-") else name for name in recorded()}
    assert counted == routes - APART - {"queue-count"}


def test_every_page_takes_as_many_queries_as_recorded_however_much_there_is(scene: Scene) -> None:
    """One test over all pages, since the scene takes longer to build than a page to ask for."""
    scene.grow_to(FEW)
    few = {name: scene.queries_of(name) for name in scene.pages()}
    scene.grow_to(MANY)
    many = {name: scene.queries_of(name) for name in scene.pages()}
    if os.environ.get("UPDATE_QUERY_COUNTS"):
        counts = {name: len(queries) for name, queries in sorted(few.items())}
        COUNTS.write_text(json.dumps(counts, indent=2) + "\n", encoding="utf-8")
    expected = recorded()
    assert set(few) == set(expected)
    wrong = [
        told(f"{name} with {size} of everything", queries, expected[name])
        for size, taken in ((FEW, few), (MANY, many))
        for name, queries in taken.items()
        if len(queries) != expected[name]
    ]
    assert not wrong, "\n\n".join(wrong)


def told(what: str, queries: list[str], expected: int) -> str:
    """Return a difference with the SQL behind it."""
    lines = (f"{position:3}. {sql}" for position, sql in enumerate(queries, 1))
    return "\n".join([f"{what}: {len(queries)} queries, not {expected}", *lines])
