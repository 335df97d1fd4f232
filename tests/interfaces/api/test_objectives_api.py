"""Objectives through the API."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
GOAL = {"level": "goal", "title": "People trust us", "owner": "wendell.achterberg"}
GIVEN = {
    "level": "objective",
    "title": "Fewer cases come back",
    "owner": "jonas.okereke",
    "due_date": "2099-12-31",
    "unit": "%",
    "direction": "at_most",
    "baseline": 12,
    "target": 4.5,
}


def made(program: Program) -> str:
    goal = program.ask("POST", "/objectives", GOAL, status=201)["number"]
    answer = program.ask("POST", "/objectives", {**GIVEN, "parent": goal}, status=201)
    return f"/objectives/{answer['number']}"


def test_an_objective_is_set_agreed_read_and_judged(cast: Cast) -> None:
    program = Program(cast.process_owner)
    address = made(program)
    row = program.ask("GET", address)
    assert (row["state"], row["target"], row["progress"]) == ("draft", 4.5, None)
    given = {**GIVEN, "parent": row["parent"], "target": 4, "revision": 1}
    assert program.ask("PUT", address, given)["target"] == 4
    program.ask("PUT", address, {**given, "title": "Else"}, status=409)
    assert program.ask("POST", f"{address}/agree", {})["state"] == "agreed"
    owner = Program(cast.agent)
    for month, value in enumerate((12, 11, 10, 9, 8, 8), start=1):
        told = owner.ask("PUT", f"{address}/readings/2026-{month:02d}-01", {"value": value})
    assert told["limits"]["centre"] == pytest.approx(9.667)
    assert [each["value"] for each in told["items"]] == [12, 11, 10, 9, 8, 8]
    assert program.ask("GET", f"{address}/readings") == told
    assert program.ask("GET", address)["progress"] == 50
    assert program.ask("GET", f"/objectives/{row['parent']}")["progress"] == 50
    left = owner.ask("DELETE", f"{address}/readings/2026-06-01")
    assert (len(left["items"]), left["limits"]) == (5, None)
    owner.ask("POST", f"{address}/meet", {"outcome": "Done"}, status=403)
    program.ask("POST", f"{address}/reopen", {"outcome": "No"}, status=200)
    for deed, state in (
        ("revise", "draft"),
        ("drop", "dropped"),
        ("revise", "draft"),
    ):
        assert program.ask("POST", f"{address}/{deed}", {"outcome": "So"})["state"] == state
    program.ask("POST", f"{address}/agree", {})
    assert program.ask("POST", f"{address}/miss", {"outcome": "So"})["state"] == "missed"
    program.ask("POST", f"{address}/meet", {"outcome": "So"}, status=409)


def test_figures_are_counted(cast: Cast) -> None:
    program = Program(cast.process_owner)
    address = made(program)
    program.ask("POST", f"{address}/readings/count", {}, status=409)
    row = program.ask("GET", address)
    counted = {"measure": "reopening_rate", "subject_kind": "service", "subject_code": "mail"}
    given = {**GIVEN, **counted, "parent": row["parent"], "revision": 1}
    program.ask("PUT", address, {**given, "measure": "magic"}, status=422)
    program.ask("PUT", address, {**given, "subject_code": "magic"}, status=422)
    program.ask("PUT", address, given)
    assert program.ask("POST", f"{address}/readings/count", {})["items"] == []


def test_the_list_keeps_to_what_one_may_see(cast: Cast) -> None:
    program = Program(cast.process_owner)
    number = made(program).removeprefix("/objectives/")
    for who, asked, seen in (
        (cast.auditor, "?level=objective", [number]),
        (cast.auditor, "?state=agreed", []),
        (cast.auditor, "?overdue=true", []),
        (cast.agent, "", [number]),
        (cast.requester, "", []),
    ):
        found = Program(who).ask("GET", f"/objectives{asked}")["items"]
        assert [each["number"] for each in found] == seen
    parent = program.ask("GET", f"/objectives/{number}")["parent"]
    found = program.ask("GET", f"/objectives?parent={parent}")["items"]
    assert [each["number"] for each in found] == [number]
    program.ask("GET", "/objectives?parent=OBJ9999999", status=404)


def test_what_is_wrong_or_not_allowed_is_refused(cast: Cast) -> None:
    program = Program(cast.process_owner)
    address = made(program)
    program.ask("POST", "/objectives", {**GIVEN, "target": 1e300, "parent": ""}, status=422)
    Program(cast.agent).ask("POST", "/objectives", GOAL, status=403)
    Program(cast.requester).ask("GET", address, status=404)
    Program(cast.auditor).ask("PUT", f"{address}/readings/2026-01-01", {"value": 1}, status=403)
    program.ask("PUT", f"{address}/readings/2999-01-01", {"value": 1}, status=422)
    program.ask("GET", "/objectives/INC0000001", status=404)
