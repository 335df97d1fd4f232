"""Planned actions through the API."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
GIVEN = {
    "kind": "preventive",
    "title": "Replace the switch",
    "owner": "imre.castellane",
    "due_date": "2099-12-01",
}


def test_an_action_is_planned_changed_and_ended(cast: Cast) -> None:
    program = Program(cast.process_owner)
    made = program.ask("POST", "/planned-actions", GIVEN, status=201)
    address = f"/planned-actions/{made['number']}"
    assert (made["state"], made["owner_name"], made["revision"]) == ("open", "Imre Castellane", 1)
    assert program.ask("GET", address) == made
    changed = program.ask("PUT", address, {**GIVEN, "title": "Replace both", "revision": 1})
    assert (changed["title"], changed["revision"]) == ("Replace both", 2)
    program.ask("PUT", address, {**GIVEN, "revision": 1}, status=409)
    program.ask("POST", f"{address}/drop", {"reason": " "}, status=422)
    done = Program(cast.requester).ask("POST", f"{address}/finish", {"outcome": "New."})
    assert (done["state"], done["outcome"]) == ("done", "New.")
    program.ask("POST", f"{address}/drop", {"reason": "No money."}, status=409)
    assert program.ask("POST", f"{address}/reopen", {})["state"] == "open"


def test_the_list_keeps_to_what_one_may_see(cast: Cast) -> None:
    program = Program(cast.process_owner)
    number = program.ask("POST", "/planned-actions", GIVEN, status=201)["number"]
    for who, mine, seen in (
        (cast.process_owner, "false", [number]),
        (cast.process_owner, "true", []),
        (cast.requester, "true", [number]),
        (cast.other_requester, "false", []),
    ):
        found = Program(who).ask("GET", f"/planned-actions?mine={mine}")["items"]
        assert [each["number"] for each in found] == seen
    assert program.ask("GET", "/planned-actions?when=overdue")["items"] == []
    assert program.ask("GET", "/planned-actions?kind=decision")["items"] == []
    Program(cast.other_requester).ask("GET", f"/planned-actions/{number}", status=404)


def test_what_is_wrong_is_refused(cast: Cast) -> None:
    program = Program(cast.process_owner)
    program.ask("POST", "/planned-actions", {**GIVEN, "owner": "nobody"}, status=422)
    program.ask("POST", "/planned-actions", {**GIVEN, "about_kind": "flood"}, status=404)
    Program(cast.requester).ask("POST", "/planned-actions", GIVEN, status=403)
    program.ask("GET", "/planned-actions/INC0000001", status=404)


def test_what_is_due_keeps_to_its_day_and_its_owner(cast: Cast) -> None:
    program = Program(cast.process_owner)
    number = program.ask("POST", "/planned-actions", GIVEN, status=201)["number"]
    (due,) = program.ask("GET", "/due?until=2099-12-01")["items"]
    assert (due["code"], due["day"], due["what"]) == (number, "2099-12-01", "Action")
    assert program.ask("GET", "/due?until=2099-11-30")["items"] == []
    assert program.ask("GET", "/due?until=2099-12-01&mine=true")["items"] == []
    program.ask("GET", "/due", status=422)
