"""Resources through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program
from tests.interfaces.web.desk import now
from timshel.support.resource.rules.quarters import moved, quarter_of

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "kind": "technical",
    "name": "Storage for research data",
    "unit": "TB",
    "owner": "imre.castellane",
    "service": "mail",
}


def test_a_resource_goes_through_its_life(cast: Cast) -> None:
    program = Program(cast.process_owner)
    made = program.ask("POST", "/resources", GIVEN, status=201)
    address = f"/resources/{made['number']}"
    assert (made["name"], made["revision"]) == ("Storage for research data", 1)
    assert program.ask("GET", address) == made
    changed = program.ask("PUT", address, {**GIVEN, "unit": "PB", "revision": 1})
    assert (changed["unit"], changed["revision"]) == ("PB", 2)
    program.ask("PUT", address, {**GIVEN, "revision": 1}, status=409)
    quarter = quarter_of(now().date())
    items = [
        {"quarter": str(moved(quarter, -1)), "used": 8.5},
        {"quarter": str(quarter), "available": 10, "needed": 12},
    ]
    told = program.ask("PUT", f"{address}/figures", {"items": items, "revision": 2})
    assert [each["missing"] for each in told["quarters"][4:6]] == [2, None]
    kept = program.ask("GET", f"{address}/figures")["items"]
    assert [each["quarter"] for each in kept] == [each["quarter"] for each in items]
    (short,) = program.ask("GET", "/resources/shortages")["items"]
    assert short["number"] == made["number"]
    assert program.ask("POST", f"{address}/retire", {})["is_retired"]
    program.ask("PUT", f"{address}/figures", {"items": items, "revision": 4}, status=409)
    assert program.ask("GET", "/resources")["items"] == []
    (row,) = program.ask("GET", "/resources?retired=true")["items"]
    assert row["number"] == made["number"]
    assert not program.ask("POST", f"{address}/restore", {})["is_retired"]
    assert program.ask("GET", "/resources?kind=people")["items"] == []


def test_what_is_wrong_is_said_by_field(cast: Cast) -> None:
    program = Program(cast.process_owner)
    program.ask("POST", "/resources", {**GIVEN, "owner": "nobody"}, status=422)
    number = program.ask("POST", "/resources", GIVEN, status=201)["number"]
    wrong = {"items": [{"quarter": "2026-01-02", "available": 1}], "revision": 1}
    program.ask("PUT", f"/resources/{number}/figures", wrong, status=422)
    program.ask("GET", "/resources?kind=dreams", status=422)
    program.ask("GET", "/resources/RES1", status=404)


def test_the_people_there_are(cast: Cast) -> None:
    found = Program(cast.auditor).ask("GET", "/resources/people")
    assert found["everybody"] > 0
    assert {each["code"] for each in found["teams"]} >= {"service-desk"}
