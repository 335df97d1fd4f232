"""Reporting, reading, listing and changing incidents from other programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.interfaces.api.world import Caller, World, problem, token_for
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import WorkItem

REPORT = {"title": "Printer prints only in grey", "service": "printing", "offering": "colour"}


class TestReport:
    def test_it_is_opened_routed_and_shown(self, world: World) -> None:
        answer = world.ines.ask("POST", "/incidents", {**REPORT, "service_state": "faulty"})
        assert answer.status_code == 201
        incident = json.loads(answer.content)
        number = incident["number"]
        assert answer.headers["Location"] == f"/api/v1/incidents/{number}"
        assert answer.headers["ETag"] == '"1"'
        assert incident["stage"] == "new"
        assert incident["service"] == {"code": "printing", "name": "Printing"}
        assert incident["offering"] == {"code": "colour", "name": "Colour printer"}
        assert incident["team"] == {"code": "workplace", "name": "Workplace"}
        assert incident["requester"] == {"id": world.ines.person_id, "name": "Ines Moreau"}
        assert incident["channel"] == "api"
        assert (incident["impact"], incident["urgency"], incident["priority"]) == (3, 3, 5)
        assert [clock["kind"] for clock in incident["clocks"]] == ["respond", "resolve"]
        assert incident["next_due_at"] == incident["clocks"][0]["due_at"]
        assert incident["possible"] == ["confirm", "reply", "withdraw"]
        read = world.ines.get(f"/incidents/{number}")
        for each in (read, incident):
            for clock in each["clocks"]:
                assert clock["elapsed_seconds"] + clock["remaining_seconds"] in (
                    clock["target_seconds"],
                    clock["target_seconds"] - 1,
                )
                del clock["elapsed_seconds"], clock["remaining_seconds"]
        assert read == incident

    def test_for_someone_else_it_needs_the_right(self, world: World) -> None:
        body = {**REPORT, "requester_id": world.omar.person_id}
        answer = world.ines.ask("POST", "/incidents", body)
        assert problem(answer)["code"] == "not_allowed"
        assert WorkItem.objects.count() == 0
        incident = world.noor.post("/incidents", {**body, "channel": "phone"}, status=201)
        assert incident["requester"]["id"] == world.omar.person_id
        assert (incident["opened_by"], incident["channel"]) == ("Noor Haddad", "phone")

    def test_without_the_permission_nothing_is_opened(self, world: World) -> None:
        reader = Caller(token_for(world.ines.person_id, ["work.view"]))
        assert problem(reader.ask("POST", "/incidents", REPORT))["code"] == "not_allowed"
        assert (
            WorkItem.objects.count() == Entry.objects.filter(subject_kind="work_item").count() == 0
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [("service", "none"), ("offering", "none"), ("title", " "), ("channel", "import")],
    )
    def test_what_does_not_exist_is_named(self, world: World, field: str, value: str) -> None:
        document = problem(world.ines.ask("POST", "/incidents", {**REPORT, field: value}))
        assert (document["code"], list(document["errors"])) == ("invalid", [field])

    @pytest.mark.parametrize("text", ["a\0b", "\ud800", "x\udfffy"])
    @pytest.mark.parametrize("field", ["title", "description", "service", "symptom"])
    def test_text_that_cannot_be_stored_is_invalid(
        self, world: World, field: str, text: str
    ) -> None:
        document = problem(world.ines.ask("POST", "/incidents", {**REPORT, field: text}))
        assert document["errors"] == {field: ["This holds characters that cannot be stored."]}

    @pytest.mark.parametrize("key", [0, -1, 2**63, 10**400, 1.5, "1", True])
    def test_a_key_that_nobody_has_is_invalid(self, world: World, key: Any) -> None:
        document = problem(world.noor.ask("POST", "/incidents", {**REPORT, "requester_id": key}))
        assert list(document["errors"]) == ["requester_id"]


class TestRead:
    def test_what_may_not_be_seen_is_not_there(self, world: World) -> None:
        number = world.report()
        for path in ("", "/history", "/conversation"):
            hidden = problem(world.omar.ask("GET", f"/incidents/{number}{path}"))
            missing = problem(world.omar.ask("GET", f"/incidents/INC9999999{path}"))
            assert hidden["code"] == missing["code"] == "not_found"
            assert hidden["detail"] == missing["detail"]

    @pytest.mark.parametrize("number", ["%00", "INC", "1", "INC" + "9" * 20, "INC1%0A", "é"])
    def test_a_number_that_none_has_is_not_found(self, world: World, number: str) -> None:
        assert problem(world.noor.ask("GET", f"/incidents/{number}"))["code"] == "not_found"

    def test_letters_may_be_small(self, world: World) -> None:
        number = world.report()
        assert world.ines.get(f"/incidents/{number.lower()}")["number"] == number

    def test_the_reason_of_a_priority_is_for_helpers(self, world: World) -> None:
        number = world.report()
        change = {"version": 1, "priority": 1, "priority_reason": "The director waits."}
        changed = world.noor.ask("PATCH", f"/incidents/{number}", change)
        assert changed.status_code == 200, changed.content
        helper, requester = (who.get(f"/incidents/{number}") for who in (world.noor, world.ines))
        assert (helper["priority"], helper["priority_reason"]) == (1, "The director waits.")
        assert (requester["priority"], requester["priority_reason"]) == (1, "")

    def test_the_history_names_who_did_what(self, world: World) -> None:
        number = world.report()
        world.noor.post(f"/incidents/{number}/take")
        world.noor.post(f"/incidents/{number}/notes", {"text": "Drum is worn."}, status=201)
        full = world.noor.get(f"/incidents/{number}/history")["items"]
        assert [(line["actor"], line["verb"]) for line in full] == [
            ("Ines Moreau", "incident.opened"),
            ("Noor Haddad", "incident.assigned"),
            ("Noor Haddad", "incident.noted"),
        ]
        assert full[1]["changes"]["stage"] == ["new", "in_progress"]
        public = world.ines.get(f"/incidents/{number}/history")["items"]
        assert [line["verb"] for line in public] == ["incident.opened"]


class TestList:
    def test_everybody_sees_what_they_may(self, world: World) -> None:
        number = world.report()
        for who in (world.ines, world.noor, world.tomas):
            page = who.get("/incidents?total=true")
            assert [row["number"] for row in page["items"]] == [number]
            assert page["total"] == 1
        assert world.omar.get("/incidents?total=true") == {
            "items": [],
            "links": {"next": None, "previous": None},
            "total": 0,
        }

    def test_a_row_holds_names_and_what_programs_refer_to(self, world: World) -> None:
        number = world.report()
        world.noor.post(f"/incidents/{number}/take")
        (row,) = world.noor.get("/incidents")["items"]
        full = world.noor.get(f"/incidents/{number}")
        assert row == {name: full[name] for name in row}
        assert row["assignee"] == {"id": world.noor.person_id, "name": "Noor Haddad"}
        assert row["team"] == {"code": "workplace", "name": "Workplace"}

    def test_each_filter_keeps_what_it_says(self, world: World) -> None:
        taken = world.report(title="Taken and critical", impact=1, urgency=1)
        world.noor.post(f"/incidents/{taken}/take")
        plain = world.report(title="Plain", service=None)
        done = world.report(title="Done")
        world.noor.post(f"/incidents/{done}/resolve", {"code": "fixed", "text": "Drum."})
        expected = {
            "view=mine": {taken},
            "view=teams": {taken, done},
            "view=unassigned&open=true": {plain},
            "view=all": {taken, plain, done},
            "open=true": {taken, plain},
            "open=false": {done},
            "stage=new": {plain},
            "stage=new&stage=resolved": {plain, done},
            "priority=1": {taken},
            "priority=1&priority=5": {taken, plain, done},
            "team=workplace": {taken, done},
            "team=none": set(),
            "service=printing": {taken, done},
            f"assignee_id={world.noor.person_id}": {taken},
            f"requester_id={world.ines.person_id}": {taken, plain, done},
            f"requester_id={2**63 - 1}": set(),
            "text=critical": {taken},
            f"text={plain}": {plain},
            "breached=true": set(),
            "breached=false": {taken, plain, done},
        }
        found = {
            query: {
                row["number"] for row in world.noor.get(f"/incidents?{query}&total=true")["items"]
            }
            for query in expected
        }
        assert found == expected
        totals = {
            query: world.noor.get(f"/incidents?{query}&total=true")["total"] for query in expected
        }
        assert totals == {query: len(numbers) for query, numbers in expected.items()}

    @pytest.mark.parametrize(
        "query",
        [
            "stage=open",
            "priority=6",
            "view=theirs",
            "sort=title",
            "sort=id;drop table work_workitem",
            "size=201",
            "size=0",
            "size=99999999999999999999",
            "cursor=x",
            "cursor=W10",
            "requester_id=9223372036854775808",
            "text=%00",
            "open=perhaps",
            "stages=new",
            "limit=5",
        ],
    )
    def test_what_makes_no_sense_is_invalid(self, world: World, query: str) -> None:
        assert problem(world.noor.ask("GET", f"/incidents?{query}"))["code"] == "invalid"

    @pytest.mark.parametrize("sort", ["due", "opened", "updated", "priority"])
    def test_the_links_lead_through_all_and_back(self, world: World, sort: str) -> None:
        numbers = {world.report(impact=1 + key % 3, urgency=1) for key in range(7)}
        forward: list[list[str]] = []
        address = f"/incidents?sort={sort}&size=3&open=true&total=true"
        page = world.noor.get(address)
        assert page["total"] == 7
        while True:
            forward.append([row["number"] for row in page["items"]])
            link = page["links"]["next"]
            if link is None:
                break
            assert link.startswith("/api/v1/incidents?")
            page = world.noor.get(link.removeprefix("/api/v1"))
            assert page["total"] is None
        assert [len(numbers_of_page) for numbers_of_page in forward] == [3, 3, 1]
        assert {number for page_numbers in forward for number in page_numbers} == numbers
        back = [forward[-1]]
        while (link := page["links"]["previous"]) is not None:
            page = world.noor.get(link.removeprefix("/api/v1"))
            back.append([row["number"] for row in page["items"]])
        assert back == forward[::-1]

    def test_it_takes_as_many_queries_for_many_as_for_one(
        self, world: World, django_assert_num_queries: Any
    ) -> None:
        world.report()
        world.noor.get("/incidents")
        queries = 5
        with django_assert_num_queries(queries):
            world.noor.get("/incidents")
        for _time in range(5):
            world.report()
        with django_assert_num_queries(queries):
            world.noor.get("/incidents")
        with django_assert_num_queries(queries + 1):
            world.noor.get("/incidents?total=true")


class TestChange:
    def test_it_is_changed_from_the_version_that_was_seen(self, world: World) -> None:
        number = world.report()
        answer = world.noor.ask(
            "PATCH", f"/incidents/{number}", {"impact": 1, "urgency": 1}, If_Match='"1"'
        )
        assert answer.status_code == 200, answer.content
        assert answer.headers["ETag"] == '"2"'
        incident = json.loads(answer.content)
        assert (incident["impact"], incident["priority"], incident["version"]) == (1, 1, 2)

    def test_without_a_version_nothing_is_changed(self, world: World) -> None:
        number = world.report()
        answer = world.noor.ask("PATCH", f"/incidents/{number}", {"title": "Another"})
        assert problem(answer)["code"] == "precondition_required"
        assert answer.status_code == 428
        assert world.noor.get(f"/incidents/{number}")["version"] == 1

    def test_without_the_right_nothing_is_changed(self, world: World) -> None:
        number = world.report()
        answer = world.ines.ask("PATCH", f"/incidents/{number}", {"version": 1, "title": "Other"})
        assert problem(answer)["code"] == "not_allowed"
        assert world.ines.get(f"/incidents/{number}")["version"] == 1

    def test_a_finished_incident_is_not_changed(self, world: World) -> None:
        number = world.report()
        world.ines.post(f"/incidents/{number}/confirm")
        body = {"version": world.noor.get(f"/incidents/{number}")["version"], "title": "Other"}
        answer = world.noor.ask("PATCH", f"/incidents/{number}", body)
        assert problem(answer)["code"] == "wrong_state"

    def test_the_same_field_changed_by_two_is_told_and_kept(self, world: World) -> None:
        number = world.report()
        world.tomas.ask("PATCH", f"/incidents/{number}", {"version": 1, "title": "Theirs"})
        for headers, body, status, code in (
            ({}, {"version": 1}, 409, "conflict"),
            ({"If_Match": '"1"'}, {}, 412, "precondition_failed"),
        ):
            answer = world.noor.ask(
                "PATCH", f"/incidents/{number}", {"title": "Mine", **body}, **headers
            )
            assert answer.status_code == status
            document = problem(answer)
            assert document["code"] == code
            (difference,) = document["differences"]
            changed_at = datetime.fromisoformat(difference.pop("changed_at"))
            assert abs((datetime.now(UTC) - changed_at).total_seconds()) < 60
            assert difference == {
                "field": "title",
                "seen": "Printer prints only in grey",
                "current": "Theirs",
                "wanted": "Mine",
                "changed_by": "Tomás Vidal",
            }
        assert world.noor.get(f"/incidents/{number}")["title"] == "Theirs"

    def test_other_fields_go_together_by_version_but_not_by_etag(self, world: World) -> None:
        number = world.report()
        world.tomas.ask("PATCH", f"/incidents/{number}", {"version": 1, "title": "Theirs"})
        answer = world.noor.ask(
            "PATCH", f"/incidents/{number}", {"symptom": "grey"}, If_Match='"1"'
        )
        assert problem(answer)["code"] == "precondition_failed"
        assert world.noor.get(f"/incidents/{number}")["symptom"] == ""
        answer = world.noor.ask("PATCH", f"/incidents/{number}", {"symptom": "grey", "version": 1})
        assert json.loads(answer.content)["title"] == "Theirs"
        assert json.loads(answer.content)["symptom"] == "grey"

    @pytest.mark.parametrize("if_match", ["1", '"x"', '"2"', '"99999999999"', "", '"1", "2"'])
    def test_a_version_that_is_not_the_present_one_fails(self, world: World, if_match: str) -> None:
        number = world.report()
        answer = world.noor.ask(
            "PATCH", f"/incidents/{number}", {"title": "Other"}, If_Match=if_match
        )
        assert problem(answer)["code"] == "precondition_failed"
        assert world.noor.get(f"/incidents/{number}")["version"] == 1

    def test_what_the_requester_wrote_is_not_rewritten(self, world: World) -> None:
        number = world.report()
        body = {"version": 1, "description": "Never said."}
        document = problem(world.noor.ask("PATCH", f"/incidents/{number}", body))
        assert document["errors"] == {"description": ["There is no such field."]}

    @pytest.mark.parametrize(
        "body",
        [
            {"title": None},
            {"title": ""},
            {"impact": None},
            {"parent": "INC9999999"},
            {"parent": "\0"},
            {"requester_id": None},
            {"requester_id": 2**63 - 1},
            {"service": "none"},
            {"priority": 1},
            {"priority": 0},
            {"version": 0},
        ],
    )
    def test_what_makes_no_sense_is_invalid(self, world: World, body: Any) -> None:
        number = world.report()
        answer = world.noor.ask("PATCH", f"/incidents/{number}", {"version": 1, **body})
        document = problem(answer)
        assert document["code"] == "invalid"
        assert set(document["errors"]) <= {*body, "priority_reason"}
        assert world.noor.get(f"/incidents/{number}")["version"] == 1

    def test_null_takes_a_service_away(self, world: World) -> None:
        number = world.report()
        body = {"version": 1, "service": None, "parent": None}
        answer = world.noor.ask("PATCH", f"/incidents/{number}", body)
        assert json.loads(answer.content)["service"] is None
