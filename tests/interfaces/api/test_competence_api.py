"""Skills, certificates and learning through the API."""

from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.interfaces.api.test_agreements import Program

pytestmark = pytest.mark.django_db
ROOM = "/competences"
SKILL = {"code": "linux", "name": "Linux servers", "services": ["mail"]}
PAPER = {
    "person": "jonas.okereke",
    "kind": "certificate",
    "title": "Linux engineer",
    "issuer": "A school",
    "issued_on": "2026-01-05",
    "skill": "linux",
}
JONAS = f"{ROOM}/people/jonas.okereke"


def test_skills_needs_and_levels(cast: Cast) -> None:
    keeper, agent = Program(cast.process_owner), Program(cast.agent)
    made = keeper.ask("POST", f"{ROOM}/skills", SKILL, status=201)
    assert (made["services"], made["levels"]) == (["mail"], ["", "", "", ""])
    given = {"name": "Linux", "levels": ["a", "b", "c", "d"], "revision": 1}
    assert keeper.ask("PUT", f"{ROOM}/skills/linux", given)["levels"][3] == "d"
    keeper.ask("PUT", f"{ROOM}/skills/linux", {**given, "name": "Else"}, status=409)
    need = f"{ROOM}/skills/linux/needs/team/service-desk"
    assert keeper.ask("PUT", need, {"level": 3, "people": 2})["needs"][0]["people"] == 2
    keeper.ask("PUT", need, {"level": 5, "people": 2}, status=422)
    level = f"{JONAS}/skills/linux"
    said = agent.ask("PUT", level, {"level": 3})["skills"][0]
    assert (said["state"], said["counted_level"]) == ("proposed", 0)
    agent.ask("POST", f"{level}/confirm", {}, status=403)
    assert keeper.ask("POST", f"{level}/confirm", {})["skills"][0]["counted_level"] == 3
    keeper.ask("POST", f"{level}/decline", {}, status=409)
    row = keeper.ask("GET", f"{ROOM}/matrix")["rows"][0]
    assert row["cells"][0]["gaps"] == ["too_few", "one_only"]
    agent.ask("GET", f"{ROOM}/matrix", status=403)
    assert agent.ask("GET", f"{ROOM}/mine")["skills"][0]["level"] == 3
    assert agent.ask("GET", f"{ROOM}/skills")["items"][0]["code"] == "linux"
    assert keeper.ask("GET", f"{ROOM}/skills/linux")["holders"][0]["level"] == 3
    assert keeper.ask("DELETE", need)["needs"] == []
    keeper.ask("DELETE", need, status=404)
    assert keeper.ask("POST", f"{ROOM}/skills/linux/retire", {})["is_retired"] is True
    assert keeper.ask("GET", f"{ROOM}/skills?retired=false")["items"] == []
    assert keeper.ask("POST", f"{ROOM}/skills/linux/restore", {})["is_retired"] is False
    agent.ask("POST", f"{ROOM}/skills/linux/retire", {}, status=403)
    Program(cast.requester).ask("GET", JONAS, status=404)


def test_certificates(cast: Cast) -> None:
    keeper, agent = Program(cast.process_owner), Program(cast.agent)
    keeper.ask("POST", f"{ROOM}/skills", SKILL, status=201)
    number = agent.ask("POST", f"{ROOM}/certificates", PAPER, status=201)["number"]
    address = f"{ROOM}/certificates/{number}"
    assert keeper.ask("GET", address)["is_evidence"] is False
    agent.ask("POST", f"{address}/check", {}, status=403)
    assert keeper.ask("POST", f"{address}/check", {})["is_evidence"] is True
    found = keeper.ask("GET", f"{ROOM}/certificates?when=force&skill=linux&person=jonas.okereke")
    assert [each["number"] for each in found["items"]] == [number]
    keeper.ask("POST", f"{address}/withdraw", {"reason": ""}, status=422)
    assert keeper.ask("POST", f"{address}/withdraw", {"reason": "So"})["state"] == "withdrawn"
    Program(cast.engineer).ask("GET", address, status=404)
    keeper.ask("POST", f"{ROOM}/certificates", {**PAPER, "skill": "none"}, status=422)


def test_learning(cast: Cast) -> None:
    keeper, agent, lead = map(Program, (cast.process_owner, cast.agent, cast.lead))
    path = keeper.ask("POST", f"{ROOM}/paths", {"name": "First weeks"}, status=201)["path"]
    address = f"{ROOM}/paths/{path['number']}"
    step = keeper.ask("POST", f"{address}/steps", {"title": "Read"}, status=201)["steps"][0]
    place = f"{address}/steps/{step['key']}"
    changed = keeper.ask("PUT", place, {"title": "Read all", "text": "**All**"})
    assert changed["steps"][0]["title"] == "Read all"
    more = keeper.ask("POST", f"{address}/steps", {"title": "B", "position": 2}, status=201)
    keeper.ask("DELETE", f"{address}/steps/{more['steps'][1]['key']}")
    given = {"path": path["number"], "person": "jonas.okereke", "confirmer": "tamsin.harrowgate"}
    agent.ask("POST", f"{ROOM}/learning", given, status=403)
    learning = keeper.ask("POST", f"{ROOM}/learning", given, status=201)["learning"]
    mine = f"{ROOM}/learning/{learning['number']}"
    there = f"{mine}/steps/{step['key']}"
    assert agent.ask("POST", f"{there}/read", {})["steps"][0]["state"] == "read"
    assert lead.ask("POST", f"{there}/return", {})["steps"][0]["state"] == "open"
    lead.ask("POST", f"{there}/sign", {}, status=409)
    assert lead.ask("POST", f"{mine}/stop", {})["learning"]["state"] == "stopped"
    assert lead.ask("POST", f"{mine}/resume", {})["learning"]["state"] == "running"
    agent.ask("POST", f"{there}/read", {})
    agent.ask("POST", f"{there}/sign", {}, status=403)
    assert lead.ask("POST", f"{there}/sign", {})["learning"]["progress"] == 100
    assert agent.ask("GET", mine)["learning"]["state"] == "completed"
    found = lead.ask("GET", f"{ROOM}/learning?state=completed")["items"]
    assert [each["number"] for each in found] == [learning["number"]]
    keeper.ask("PUT", address, {"name": "First months", "revision": 1})
    assert keeper.ask("POST", f"{address}/retire", {})["path"]["is_retired"] is True
    assert keeper.ask("POST", f"{address}/restore", {})["path"]["is_retired"] is False
    assert agent.ask("GET", address)["path"]["name"] == "First months"
    assert len(agent.ask("GET", f"{ROOM}/paths")["items"]) == 1
