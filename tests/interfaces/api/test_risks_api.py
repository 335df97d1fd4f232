"""Risks through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {
    "title": "The server room burns",
    "event": "A fire stops the servers.",
    "area": "corporate",
    "owner": "adaeze.thornquist",
    "links": [{"kind": "service", "code": "mail"}],
}
JUDGED: dict[str, Any] = {
    "inherent": {"likelihood": 3, "impact": 5},
    "reason": "It nearly happened.",
}
SCALE = [{"level": level, "name": f"Level {level}"} for level in range(1, 6)]
BAND = {"code": "all", "name": "All", "lowest": 1, "colour": "green", "acceptance": "nobody"}


def test_a_risk_goes_through_its_life(cast: Cast) -> None:
    program = Program(cast.process_owner)
    made = program.ask("POST", "/risks", GIVEN, status=201)
    address = f"/risks/{made['number']}"
    assert (made["state"], made["kind"], made["revision"]) == ("identified", "risk", 1)
    assert made["links"] == [{"kind": "service", "code": "mail", "name": "Mail"}]
    assert program.ask("GET", address) == made
    changed = program.ask("PUT", address, {**GIVEN, "title": "It floods", "revision": 1})
    assert (changed["title"], changed["revision"]) == ("It floods", 2)
    program.ask("PUT", address, {**GIVEN, "revision": 1}, status=409)
    program.ask("POST", f"{address}/treat", {"option": "reduce", "plan": "x"}, status=409)
    judged = program.ask("POST", f"{address}/analyse", JUDGED)
    assert (judged["score"], judged["band"]["code"]) == (15, "high")
    program.ask("POST", f"{address}/treat", {"option": "pursue", "plan": "x"}, status=422)
    treated = program.ask(
        "POST",
        f"{address}/treat",
        {
            "option": "reduce",
            "plan": "New batteries.",
            "residual": {"likelihood": 2, "impact": 5},
            "review_date": "2099-01-01",
        },
    )
    assert (treated["treatment"], treated["residual"]["score"]) == ("reduce", 10)
    assert program.ask("POST", f"{address}/monitor", {})["state"] == "monitored"
    program.ask("POST", f"{address}/accept", {"reason": "It stays."}, status=403)
    accepted = Program(cast.manager).ask("POST", f"{address}/accept", {"reason": "It stays."})
    assert accepted["accepted_by"] == "Wendell Achterberg"
    review = {"found": "All is well.", "next_date": "2099-06-01"}
    assert program.ask("POST", f"{address}/review", review)["review_date"] == "2099-06-01"
    occurred = {"on": "2026-03-01", "what": "It burnt."}
    assert program.ask("POST", f"{address}/occur", occurred)["occurrence"] == "It burnt."
    assert program.ask("POST", f"{address}/close", {"reason": "Built anew."})["state"] == "closed"
    reopened = program.ask("POST", f"{address}/reopen", {"reason": "It smells."})
    assert (reopened["state"], len(reopened["analyses"])) == ("identified", 2)


def test_the_list_the_map_and_the_figures_keep_to_what_one_may_see(cast: Cast) -> None:
    program = Program(cast.process_owner)
    number = program.ask("POST", "/risks", GIVEN, status=201)["number"]
    program.ask("POST", f"/risks/{number}/analyse", JUDGED)
    chance = {**GIVEN, "kind": "opportunity", "links": []}
    other = program.ask("POST", "/risks", chance, status=201)["number"]
    for asked, seen in (
        ("", [number, other]),
        ("?kind=opportunity", [other]),
        ("?band=high&area=corporate&owner=adaeze.thornquist", [number]),
        ("?likelihood=3&impact=5&basis=inherent", [number]),
        ("?link_kind=service&link=mail", [number]),
        ("?state=closed", []),
        ("?overdue=true", []),
        ("?text=server&size=1", [number]),
    ):
        found = program.ask("GET", f"/risks{asked}")["items"]
        assert [each["number"] for each in found] == seen, asked
    assert Program(cast.second_agent).ask("GET", "/risks")["items"] == []
    Program(cast.second_agent).ask("GET", f"/risks/{number}", status=404)
    cells = program.ask("GET", "/risks/heat-map")["cells"]
    assert [(each["likelihood"], each["impact"]) for each in cells if each["count"]] == [(3, 5)]
    figures = program.ask("GET", "/risks/summary")
    assert (figures["risks"], figures["opportunities"], figures["not_judged"]) == (1, 1, 1)
    assert Program(cast.second_agent).ask("GET", "/risks/summary")["risks"] == 0
    program.ask("GET", "/risks?odd=1", status=422)


def test_the_criteria_are_read_and_set(cast: Cast) -> None:
    program = Program(cast.process_owner)
    found = program.ask("GET", "/risks/criteria")
    assert [each["code"] for each in found["bands"]] == ["low", "medium", "high", "very_high"]
    given = {"likelihood": SCALE, "impact": SCALE, "bands": [BAND]}
    Program(cast.service_owner).ask("PUT", "/risks/criteria", given, status=403)
    changed = program.ask("PUT", "/risks/criteria", given)
    assert [(each["code"], each["highest"]) for each in changed["bands"]] == [("all", 25)]
    wrong = {**given, "bands": [{**BAND, "lowest": 2}]}
    program.ask("PUT", "/risks/criteria", wrong, status=422)
    area = {"name": "Climate", "translations": {"fr": {"name": "Climat"}}}
    areas = program.ask("PUT", "/risks/areas/climate", area)["areas"]
    assert {"code": "climate", "name": "Climate"} in areas
