"""All work in one list, and tasks done by programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.cast import AT, Cast, opened
from tests.ordered import offer_laptop, ordered, simple_diagram, tasks_of
from timshel.leadership.authority.access import PERMISSIONS


@pytest.fixture
def task(cast: Cast, settings: Any, tmp_path: Path) -> str:
    """An open task of the service desk; returns its number."""
    settings.DATA_DIRECTORY = tmp_path
    diagram = simple_diagram(outcomes="done,impossible", form="serial", checks=("Battery charged",))
    offer_laptop(cast, diagram=diagram, process="simple_laptop")
    (found,) = tasks_of(ordered(cast.requester))
    return found.number


class Caller:
    """A program with a token of somebody's."""

    def __init__(self, cast: Cast, who: str) -> None:
        self.head = {
            "Authorization": f"Bearer {people.token(getattr(cast, who), PERMISSIONS)}",
        }

    def read(self, path: str, status: int = 200) -> Any:
        answer = Client().get(f"/api/v1{path}", headers=self.head)
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)

    def do(self, method: str, path: str, given: Any = None, status: int = 200) -> Any:
        answer = Client().generic(
            method,
            f"/api/v1{path}",
            json.dumps(given) if given is not None else "",
            content_type="application/json",
            headers=self.head,
        )
        assert answer.status_code == status, answer.content
        return json.loads(answer.content)


def test_all_kinds_of_work_are_in_one_list(cast: Cast, task: str) -> None:
    incident = opened(cast.requester, at=AT)
    agent = Caller(cast, "agent")
    found = agent.read("/work?total=true")
    assert {(each["kind"], each["number"][:3]) for each in found["items"]} == {
        ("incident", "INC"),
        ("service_request", "REQ"),
        ("task", "TSK"),
    }
    assert found["total"] == 3
    (only,) = agent.read("/work?kind=task")["items"]
    assert (only["number"], only["parent"][:3]) == (task, "REQ")
    (other,) = agent.read("/work?kind=incident")["items"]
    assert (other["number"], other["parent"]) == (incident, None)
    first = agent.read("/work?size=2&sort=opened")
    rest = agent.read(first["links"]["next"].removeprefix("/api/v1"))
    assert len(first["items"]) + len(rest["items"]) == 3


def test_who_asked_sees_the_request_and_no_task(cast: Cast, task: str) -> None:
    requester = Caller(cast, "requester")
    assert [each["kind"] for each in requester.read("/work")["items"]] == ["service_request"]
    assert requester.read(f"/tasks/{task}", status=404)["status"] == 404


def test_a_task_is_done_step_by_step(cast: Cast, task: str) -> None:
    agent, path = Caller(cast, "agent"), f"/tasks/{task}"
    read = agent.read(path)
    assert (read["text"], read["outcomes"]) == ("This is how.", ["done", "impossible"])
    assert {each["key"]: each["value"] for each in read["asked"]} == {
        "model": "14 inches",
        "health": "A bad back",
    }
    assert agent.do("POST", f"{path}/take")["assignee"]["name"] == cast.agent.name
    assert agent.do("POST", f"{path}/notes", {"text": "Found one."})["stage"] == "in_progress"
    ticked = agent.do("PUT", f"{path}/checks/0", {"done": True})
    assert ticked["checks"][0]["done_by"] == cast.agent.name
    agent.do("PUT", f"{path}/checks/7", {"done": True}, status=422)
    refused = agent.do("POST", f"{path}/complete", {}, status=422)
    assert "serial" in json.dumps(refused)
    done = agent.do("POST", f"{path}/complete", {"answers": {"serial": "SN-1"}})
    assert (done["stage"], done["outcome"], done["answers"]) == (
        "closed",
        "done",
        {"serial": "SN-1"},
    )
    agent.do("POST", f"{path}/complete", {"answers": {"serial": "SN-1"}}, status=409)


def test_a_task_waits_is_asked_about_and_handed_on(cast: Cast, task: str) -> None:
    lead, path = Caller(cast, "lead"), f"/tasks/{task}"
    waits = lead.do("POST", f"{path}/wait", {"reason": "appointment"})
    assert (waits["stage"], waits["waiting_reason"]) == ("waiting", "appointment")
    lead.do("POST", f"{path}/wait", {"reason": "approval"}, status=422)
    assert lead.do("POST", f"{path}/resume")["stage"] == "in_progress"
    asked = lead.do("POST", f"{path}/ask", {"text": "Which keyboard?"})
    assert asked["waiting_reason"] == "requester"
    given = {"team": "service-desk", "assignee_id": cast.second_agent.person_id}
    assert lead.do("POST", f"{path}/assign", given)["assignee"]["name"] == cast.second_agent.name


def test_many_are_read_at_once_by_their_numbers(cast: Cast, task: str) -> None:
    first, second = (opened(cast.requester, title=each, at=AT) for each in ("One", "Two"))
    foreign = opened(cast.other_requester, at=AT)
    requester, agent = Caller(cast, "requester"), Caller(cast, "agent")
    asked = "/work?sort=number&" + "&".join(
        f"number={number}" for number in (first, second.lower(), foreign, task, "INC9999999")
    )

    def found(caller: Caller, address: str) -> list[str]:
        return sorted(each["number"] for each in caller.read(address)["items"])

    assert found(agent, asked) == sorted([first, second, foreign, task])
    assert found(agent, f"{asked}&kind=task") == [task]
    # Those that may not be seen are told from those that are not there by nothing.
    assert found(requester, asked) == sorted([first, second])
    assert found(requester, f"/work?number={foreign}") == []
    agent.read("/work?number=nothing", status=422)
    agent.read("/work?" + "&".join(["number=INC0000001"] * 201), status=422)
