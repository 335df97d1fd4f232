"""Indicators and scorecards through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Cast, opened
from tests.interfaces.api.test_agreements import Program
from tests.interfaces.web.desk import now
from timshel.performance_evaluation.indicator.models import Reading

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "title": "What comes in each week",
    "why": "It tells how busy we are.",
    "owner": "jonas.okereke",
    "measure": "opened",
    "subject_kind": "service",
    "subject_code": "laptop",
    "frequency": "week",
    "direction": "lower",
    "target": 1,
    "warning": 2,
    "critical": 4.5,
}


def made(program: Program, **more: Any) -> str:
    number = program.ask("POST", "/indicators", {**GIVEN, **more}, status=201)["number"]
    return f"/indicators/{number}"


def test_an_indicator_is_followed_read_and_retired(cast: Cast) -> None:
    for weeks in range(1, 9):
        opened(cast.requester, at=now() - timedelta(days=7 * weeks))
    program = Program(cast.process_owner)
    address = made(program)
    row = program.ask("GET", address)
    assert (row["state"], row["standing"], row["last_value"]) == ("running", "good", 1)
    told = program.ask("GET", f"{address}/readings")
    assert {each["value"] for each in told["items"]} == {1}
    assert told["limits"]["upper"] == 1
    given = {**GIVEN, "warning": 3, "revision": 1}
    assert program.ask("PUT", address, given)["warning"] == 3
    program.ask("PUT", address, given, status=409)
    program.ask("PUT", address, {**given, "measure": "backlog", "revision": 2}, status=422)
    owner = Program(cast.agent)
    Reading.objects.update(value=7)
    day = told["items"][-1]["first_day"]
    path = f"{address}/readings/{day}/recount"
    assert owner.ask("POST", path, {})["items"][-1]["value"] == 1
    assert len(owner.ask("POST", f"{address}/readings", {})["items"]) == len(told["items"])
    owner.ask("POST", f"{address}/readings/2020-01-01/recount", {}, status=404)
    owner.ask("POST", f"{address}/retire", {"reason": "So"}, status=403)
    row = program.ask("POST", f"{address}/retire", {"reason": "So"})
    assert (row["state"], row["retired_because"]) == ("retired", "So")
    program.ask("POST", f"{address}/readings", {}, status=409)
    assert program.ask("POST", f"{address}/resume", {})["state"] == "running"
    program.ask("POST", "/indicators", {**GIVEN, "measure": "magic"}, status=422)


def test_the_list_keeps_to_what_one_may_see(cast: Cast) -> None:
    number = made(Program(cast.process_owner)).removeprefix("/indicators/")
    for who, asked, seen in (
        (cast.auditor, "?state=running", [number]),
        (cast.auditor, "?state=retired", []),
        (cast.auditor, "?standing=good", [number]),
        (cast.auditor, "?standing=bad", []),
        (cast.auditor, "?overdue=true", []),
        (cast.auditor, "?process=incident", []),
        (cast.auditor, "?owner=jonas.okereke", [number]),
        (cast.agent, "", [number]),
        (cast.requester, "", []),
    ):
        found = Program(who).ask("GET", f"/indicators{asked}")["items"]
        assert [each["number"] for each in found] == seen
    Program(cast.requester).ask("GET", f"/indicators/{number}", status=404)
    Program(cast.auditor).ask("POST", "/indicators", GIVEN, status=403)


def test_a_scorecard_is_put_together_changed_and_removed(cast: Cast) -> None:
    program = Program(cast.process_owner)
    first, second = (made(program).removeprefix("/indicators/") for _each in range(2))
    given = {"title": "Board", "owner": "jonas.okereke", "indicators": [second, first]}
    row = program.ask("POST", "/scorecards", given, status=201)
    address = f"/scorecards/{row['number']}"
    assert (row["indicators"], row["audience"]) == ([second, first], "system")
    items = program.ask("GET", f"{address}/indicators")["items"]
    assert [each["number"] for each in items] == [second, first]
    other = {**given, "indicators": [first], "revision": 1}
    assert program.ask("PUT", address, other)["line_count"] == 1
    program.ask("PUT", address, {**other, "title": "Mine"}, status=409)
    program.ask("POST", "/scorecards", {**given, "indicators": ["IND9"]}, status=422)
    owner = Program(cast.agent)
    assert [each["title"] for each in owner.ask("GET", "/scorecards")["items"]] == ["Board"]
    owner.ask("DELETE", address, status=403)
    program.ask("DELETE", address, status=204)
    program.ask("GET", address, status=404)


def test_a_scorecard_is_sent_to_a_program_and_stopped(cast: Cast) -> None:
    program = Program(cast.process_owner)
    number = made(program).rsplit("/", 1)[-1]
    card = {"title": "At a glance", "owner": "jonas.okereke", "indicators": [number]}
    code = program.ask("POST", "/scorecards", card, status=201)["number"]
    given = {"kind": "scorecard", "code": code, "period": "quarter", "file_format": "xlsx"}
    (row,) = program.ask("POST", "/report-subscriptions", given, status=201)["items"]
    assert {name: row[name] for name in given} == given
    program.ask("POST", "/report-subscriptions", {**given, "code": "SCC9999999"}, status=404)
    program.ask("DELETE", f"/report-subscriptions/{row['id']}", status=204)
    assert program.ask("GET", "/report-subscriptions")["items"] == []
