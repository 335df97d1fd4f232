"""Reporting: number, routing, priority, clocks and files, or a refusal that leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cast import AT, SYSTEM, Cast, later, opened
from tests.crowd import Crowd
from tests.incidents import own_row, row, upload
from tests.witness import Witness
from timshel.context.people.actions import deactivate_person
from timshel.kernel.actor import Actor, ActorKind, Channel
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.operation.work.models import Attachment, WorkItem
from timshel.relationship_agreement.service_level.queries import clocks_of
from timshel.resolution_fulfilment.incident.actions import IncidentReport, open_incident
from timshel.resolution_fulfilment.incident.events import IncidentOpened
from timshel.resolution_fulfilment.incident.models import Incident
from timshel.service_portfolio.service.actions import set_priority_matrix
from timshel.service_portfolio.service.models import Offering, Service


def test_a_full_report(cast: Cast, witness: Witness, shelf: Path) -> None:
    report = IncidentReport(
        title="  The screen\n stays black ",
        description=" Since this morning.\nThe lamp is on. ",
        service="laptop",
        offering="laptop-dock",
        impact=3,
        urgency=2,
        service_state="degraded",
        symptom=" no picture ",
        files=(upload("screen.png", b"picture"),),
    )
    with witness.watching() as seen:
        event = open_incident(report, actor=cast.requester, at=AT)
    item, own = row(event.number), own_row(event.number)
    assert (item.kind, item.number, item.version) == ("incident", event.number, 1)
    assert item.title == "The screen stays black"
    assert item.description == "Since this morning.\nThe lamp is on."
    assert (item.stage, item.waiting_reason) == ("new", None)
    assert (item.impact, item.urgency, item.priority) == (2, 2, 3)
    assert (item.requester_id, item.opened_by_id) == (cast.requester.person_id,) * 2
    assert (item.unit_id, item.customer_id) == (item.requester.unit_id, None)
    assert item.service_id == cast.services["laptop"]
    assert (item.team_id, item.assignee_id) == (cast.teams["service-desk"], None)
    assert (item.channel, item.parent_id) == ("portal", None)
    assert (item.reassignments, item.reopenings) == (0, 0)
    assert (item.opened_at, item.updated_at) == (AT, AT)
    assert (item.resolved_at, item.closed_at) == (None, None)
    assert item.next_due_at == later(hours=2)
    assert own.offering_id == cast.offerings["laptop-dock"]
    assert (own.service_state, own.symptom) == ("degraded", "no picture")
    assert (own.priority_reason, own.resolution_code, own.resolution_text) == ("", None, "")
    file = Attachment.objects.get(work_item=item)
    assert (file.name, file.audience, file.comment_id) == ("screen.png", "public", None)
    assert (file.size, file.media_type) == (7, "image/png")
    assert (file.added_by_id, file.at) == (cast.requester.person_id, AT)

    assert seen.fact == event
    assert event == IncidentOpened(item.pk, item.number, AT, cast.requester.person_id)
    assert seen.regions == {
        "work",
        "unassigned",
        f"work_item:{item.pk}",
        f"person:{cast.requester.person_id}",
        f"team:{cast.teams['service-desk']}",
    }
    entry = seen.entry
    assert (entry.verb, entry.subject_kind, entry.subject_id) == (
        "incident.opened",
        "work_item",
        item.pk,
    )
    assert (entry.version, entry.at, entry.channel) == (1, AT, "portal")
    assert (entry.actor_id, entry.actor_name) == (cast.requester.person_id, "Imre Castellane")
    laptop, dock = Service.objects.get(code="laptop"), Offering.objects.get(code="laptop-dock")
    assert entry.changes == {
        "stage": [None, "new"],
        "title": [None, "The screen stays black"],
        "description": [None, "Since this morning.\nThe lamp is on."],
        "impact": [None, 2],
        "urgency": [None, 2],
        "priority": [None, 3],
        "channel": [None, "portal"],
        "requester": [None, {"id": item.requester_id, "name": "Imre Castellane"}],
        "team": [None, {"id": item.team_id, "name": "IT service desk"}],
        "unit": [None, {"id": item.unit_id, "name": "Climate and Oceans"}],
        "customer": [None, None],
        "service": [None, {"id": laptop.pk, "name": "Laptop and screen"}],
        "offering": [None, {"id": dock.pk, "name": str(dock)}],
        "service_state": [None, "degraded"],
        "symptom": [None, "no picture"],
    }


def test_the_clocks_run_from_the_opening(cast: Cast) -> None:
    respond, resolve = clocks_of(row(opened(cast.requester, impact=2, urgency=2)).pk, at=AT)
    assert (respond.kind, respond.state, respond.due_at) == ("respond", "running", later(hours=2))
    # 24 hours of an office that is open from 8 to 18: today from 10, tomorrow, and six more.
    assert (resolve.kind, resolve.state) == ("resolve", "running")
    assert resolve.due_at == datetime(2026, 3, 4, 14, tzinfo=UTC)
    assert (resolve.target, resolve.elapsed) == (timedelta(hours=24), timedelta(0))


def test_the_least_that_can_be_reported(cast: Cast) -> None:
    event = open_incident(IncidentReport("Help"), actor=cast.customer, at=AT)
    item = row(event.number)
    assert (item.title, item.description) == ("Help", "")
    assert (item.impact, item.urgency, item.priority) == (3, 3, 5)
    assert (item.service_id, item.team_id, item.unit_id) == (None, None, None)
    assert item.customer_id == item.requester.customer_id is not None


def test_reporting_twice_opens_two(cast: Cast) -> None:
    one, other = opened(cast.requester), opened(cast.requester)
    assert one != other
    assert int(other[3:]) == int(one[3:]) + 1
    assert len(one) == 10


class TestRouting:
    @pytest.mark.parametrize(
        ("report", "service", "team"),
        [
            ({"service": "laptop"}, "laptop", "service-desk"),
            ({"service": "heating"}, "heating", "facilities-desk"),
            ({"service": None, "offering": "heating-room"}, "heating", "facilities-desk"),
            ({"service": "mail", "offering": "mail-box"}, "mail", "service-desk"),
        ],
    )
    def test_to_the_first_level(
        self, report: dict[str, Any], service: str, team: str, cast: Cast
    ) -> None:
        item = row(opened(cast.requester, **report))
        assert item.service_id == cast.services[service]
        assert item.team_id == cast.teams[team]


class TestPriority:
    @pytest.mark.parametrize(
        ("impact", "urgency", "state", "stored", "priority"),
        [
            (1, 1, None, 1, 1),
            (3, 1, None, 3, 3),
            (3, 1, "down", 1, 1),
            (1, 2, "faulty", 3, 4),
            (3, 3, "degraded", 2, 4),
            (3, 3, None, 3, 5),
        ],
    )
    def test_by_the_matrix(
        self,
        impact: int,
        urgency: int,
        state: str | None,
        stored: int,
        priority: int,
        cast: Cast,
    ) -> None:
        number = opened(cast.requester, impact=impact, urgency=urgency, service_state=state)
        item = row(number)
        assert (item.impact, item.urgency, item.priority) == (stored, urgency, priority)

    def test_by_the_service_s_own_matrix(self, cast: Cast) -> None:
        cells = {f"{i}{u}": 5 if i + u > 2 else 2 for i in (1, 2, 3) for u in (1, 2, 3)}
        set_priority_matrix(cells=cells, service="mail", actor=SYSTEM, at=AT)
        assert row(opened(cast.requester, service="mail", impact=1, urgency=1)).priority == 2
        assert row(opened(cast.requester, service="laptop", impact=1, urgency=1)).priority == 1


class TestForOthers:
    def test_a_helper_reports_for_a_requester(self, cast: Cast) -> None:
        number = opened(
            cast.agent, requester_id=cast.french_requester.person_id, channel=Channel.PHONE
        )
        item = row(number)
        assert item.requester_id == cast.french_requester.person_id
        assert item.opened_by_id == cast.agent.person_id
        assert item.unit_id == item.requester.unit_id
        assert item.channel == "phone"

    @pytest.mark.parametrize("who", ["requester", "service_owner", "customer"])
    def test_not_without_the_right(self, who: str, cast: Cast, witness: Witness) -> None:
        with witness.refused(NotAllowed):
            opened(getattr(cast, who), requester_id=cast.other_requester.person_id)

    def test_naming_oneself_needs_no_further_right(self, cast: Cast) -> None:
        number = opened(cast.requester, requester_id=cast.requester.person_id)
        assert row(number).requester_id == cast.requester.person_id

    def test_not_for_somebody_who_left(self, cast: Cast, witness: Witness) -> None:
        person = cast.other_requester.person_id
        assert person is not None
        deactivate_person(person, actor=SYSTEM, at=AT)
        with witness.refused(Invalid) as refusal:
            opened(cast.agent, requester_id=person)
        assert set(refusal.value.fields) == {"requester"}

    @pytest.mark.parametrize("key", [0, -1, 10**9, 2**63, 2**200])
    def test_not_for_nobody(self, key: int, cast: Cast, witness: Witness) -> None:
        with witness.refused(Invalid) as refusal:
            opened(cast.agent, requester_id=key)
        assert set(refusal.value.fields) == {"requester"}

    def test_the_system_has_to_say_for_whom(self, cast: Cast, witness: Witness) -> None:
        with witness.refused(Invalid) as refusal:
            opened(SYSTEM)
        assert set(refusal.value.fields) == {"requester"}
        item = row(opened(SYSTEM, requester_id=cast.requester.person_id))
        assert (item.opened_by_id, item.channel) == (None, "system")


def test_without_the_right_to_report(cast: Cast, witness: Witness) -> None:
    bare = Actor(ActorKind.PERSON, "A", Channel.API, person_id=cast.requester.person_id)
    with witness.refused(NotAllowed):
        opened(bare)


class TestNonsense:
    @pytest.mark.parametrize(
        ("report", "fields"),
        [
            ({"title": ""}, {"title"}),
            ({"title": " \n\t "}, {"title"}),
            ({"title": "x" * 251}, {"title"}),
            ({"title": "a\0b"}, {"title"}),
            ({"title": "a\ud800"}, {"title"}),
            ({"description": "a\0b"}, {"description"}),
            ({"description": "\udfff"}, {"description"}),
            ({"description": "x" * 50_001}, {"description"}),
            ({"symptom": "x" * 101}, {"symptom"}),
            ({"symptom": "\0"}, {"symptom"}),
            ({"impact": 0}, {"impact"}),
            ({"impact": 4}, {"impact"}),
            ({"urgency": -1}, {"urgency"}),
            ({"service_state": "burning"}, {"service_state"}),
            ({"service": "teleport"}, {"service"}),
            ({"service": "lap\0top"}, {"service"}),
            ({"service": "\ud800"}, {"service"}),
            ({"offering": "teleport"}, {"offering"}),
            ({"offering": "\udc00"}, {"offering"}),
            ({"service": "mail", "offering": "laptop-dock"}, {"offering"}),
            (
                {"title": "", "impact": 9, "urgency": 9, "service": "x", "service_state": "x"},
                {"title", "impact", "urgency", "service", "service_state"},
            ),
        ],
    )
    def test_is_refused_by_field(
        self, report: dict[str, Any], fields: set[str], cast: Cast, witness: Witness
    ) -> None:
        with witness.refused(Invalid) as refusal:
            opened(cast.requester, **report)
        assert set(refusal.value.fields) == fields

    def test_a_service_that_is_no_longer_offered(self, cast: Cast, witness: Witness) -> None:
        Service.objects.filter(code="laptop").update(life_cycle="retired")
        with witness.refused(Invalid) as refusal:
            opened(cast.requester, service="laptop")
        assert set(refusal.value.fields) == {"service"}

    def test_an_offering_that_is_no_longer_offered(self, cast: Cast, witness: Witness) -> None:
        Offering.objects.filter(code="laptop-dock").update(is_active=False)
        with witness.refused(Invalid) as refusal:
            opened(cast.requester, offering="laptop-dock")
        assert set(refusal.value.fields) == {"offering"}

    def test_the_longest_that_is_taken(self, cast: Cast) -> None:
        number = opened(
            cast.requester, title="t" * 250, description="d" * 50_000, symptom="s" * 100
        )
        item = row(number)
        assert (len(item.title), len(item.description)) == (250, 50_000)
        assert own_row(number).symptom == "s" * 100


@pytest.mark.django_db(transaction=True)
def test_numbers_are_unique_however_many_report_at_once(cast: Cast) -> None:
    found: list[str] = []

    def report() -> None:
        found.extend(opened(cast.requester) for _ in range(3))

    crowd = Crowd()
    for _ in range(8):
        crowd.start(report)
    crowd.wait()
    assert len(found) == len(set(found)) == 24
    assert WorkItem.objects.count() == Incident.objects.count() == 24


def test_opening_takes_a_fixed_number_of_queries(
    cast: Cast, django_assert_num_queries: Callable[[int], Any], witness: Witness
) -> None:
    with django_assert_num_queries(21):
        opened(cast.requester)
