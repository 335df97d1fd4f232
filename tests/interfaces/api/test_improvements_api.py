"""Improvements through the API."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
ROOT = "/improvements"
ASSESSED = {
    "benefit": 4,
    "cost": 2,
    "effort": 2,
    "risk": 1,
    "expected_benefit": "Fewer calls",
    "unit": "calls",
    "value_before": "40",
    "value_expected": "10",
}


def suggested(cast: Cast, title: str = "Passwords by oneself") -> str:
    made = Program(cast.requester).ask("POST", ROOT, {"title": title}, status=201)
    return str(made["number"])


def test_a_program_takes_every_step(cast: Cast) -> None:
    address = f"{ROOT}/{suggested(cast)}"
    program, agent = Program(cast.process_owner), Program(cast.agent)
    assert program.ask("GET", address)["deeds"] == ["assess", "park", "decline"]
    assert program.ask("POST", f"{address}/assess", ASSESSED)["score"] == 52
    program.ask("POST", f"{address}/start", {}, status=409)
    program.ask("POST", f"{address}/authorise", {"said": "Yes."})
    plan = {"owner": "jonas.okereke", "due_date": "2099-01-01"}
    assert program.ask("POST", f"{address}/plan", plan)["owner_code"] == "jonas.okereke"
    agent.ask("POST", f"{address}/start", {})
    agent.ask("POST", f"{address}/finish", {"said": " "}, status=422)
    agent.ask("POST", f"{address}/finish", {"said": "It is there."})
    measured = agent.ask("POST", f"{address}/measure", {"value_reached": "12", "said": "Good."})
    assert measured["benefit_reached"]["percent"] == 93
    assert measured["benefit_reached"]["outcome"] == "partly"
    assert [each["state"] for each in measured["steps"]][-1] == "measured"
    ended = program.ask("GET", f"{ROOT}?when=ended&mine=false")["items"]
    assert [each["number"] for each in ended] == [measured["number"]]
    assert program.ask("GET", f"{ROOT}?ranked=true")["items"] == []


def test_suggestions_are_followed_by_who_made_them(cast: Cast) -> None:
    number = suggested(cast)
    address = f"{ROOT}/{number}"
    owner, requester = Program(cast.process_owner), Program(cast.requester)
    owner.ask("POST", f"{address}/park", {"said": "Next year."})
    assert owner.ask("POST", f"{address}/resume", {})["state"] == "suggested"
    owner.ask("POST", f"{address}/decline", {"said": "Too dear."})
    (own,) = requester.ask("GET", f"{ROOT}/suggestions")["items"]
    assert own == requester.ask("GET", f"{ROOT}/suggestions/{number}")
    assert own["steps"][-1]["said"] == "Too dear."
    requester.ask("POST", f"{address}/resume", {}, status=403)
    owner.ask("GET", f"{ROOT}/suggestions/{number}", status=404)
    Program(cast.other_requester).ask("GET", address, status=404)
    requester.ask("POST", ROOT, {"title": "x", "page": "elsewhere"}, status=422)


def test_an_improvement_is_said_otherwise(cast: Cast) -> None:
    address = f"{ROOT}/{suggested(cast)}"
    program = Program(cast.process_owner)
    given = {"title": "Better", "area_kind": "service", "area_code": "mail", "revision": 1}
    changed = program.ask("PUT", address, given)
    assert (changed["title"], changed["area_code"], changed["revision"]) == ("Better", "mail", 2)
    program.ask("PUT", address, given, status=409)
    program.ask("PUT", address, {**given, "owner": "nobody", "revision": 2}, status=422)
    for asked in ("area_kind=service&area_code=mail", "area_kind=service", "text=bett"):
        assert len(program.ask("GET", f"{ROOT}?{asked}")["items"]) == 1
    assert program.ask("GET", f"{ROOT}?state=done")["items"] == []


def test_a_cycle_turns(cast: Cast) -> None:
    program = Program(cast.process_owner)
    given = {"name": "Faster help", "area_kind": "service", "area_code": "mail", "plan": "Soon."}
    made = program.ask("POST", f"{ROOT}/cycles", given, status=201)
    address = f"{ROOT}/cycles/{made['id']}"
    program.ask("POST", f"{ROOT}/cycles", given, status=409)
    assert program.ask("POST", f"{address}/move", {"deed": "do"})["step"] == "do"
    program.ask("POST", f"{address}/move", {"deed": "check"}, status=422)
    written = {"name": "Faster help", "plan": "Soon.", "do": "A", "check": "B", "act": "C"}
    program.ask("PUT", address, {**written, "revision": 2})
    program.ask("PUT", address, {**written, "revision": 2, "do": "D"}, status=409)
    for deed in ("check", "act"):
        program.ask("POST", f"{address}/move", {"deed": deed})
    following = program.ask("POST", f"{address}/move", {"deed": "close"})
    assert (following["plan"], following["turn"], following["before_id"]) == ("C", 2, made["id"])
    assert program.ask("GET", f"{ROOT}/cycles")["items"] == [following]
    (closed,) = program.ask("GET", f"{ROOT}/cycles?closed=true")["items"]
    assert closed == program.ask("GET", address)
    Program(cast.auditor).ask("POST", f"{address}/move", {"deed": "do"}, status=403)
    Program(cast.requester).ask("GET", address, status=404)
