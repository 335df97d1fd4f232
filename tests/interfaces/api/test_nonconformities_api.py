"""Nonconformities and recommendations for programs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, token
from tests.interfaces.web.desk import earlier, now
from tests.nonconformities import advice, raised, taken
from timshel.improvement.nonconformity import actions
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS
from timshel.planning.planned_action.actions import finish_action

pytestmark = pytest.mark.django_db
REPORT = {
    "title": "Calls wait at noon",
    "finding": "Nobody answered.",
    "owner": "adaeze.thornquist",
    "due_date": "2099-01-31",
    "service": "mail",
    "about_kind": "incident",
    "about_code": "INC0000001",
}
ADVICE = {
    "title": "Rehearse it",
    "text": "Twice a year.",
    "auditor": "Harrow & Finch",
    "report": "IT audit",
    "received_on": "2026-01-10",
    "owner": "adaeze.thornquist",
    "deadline": "2099-01-31",
}


class Program:
    """A program of somebody's, with all of their rights."""

    def __init__(self, who: Actor) -> None:
        self._headers = {"Authorization": f"Bearer {token(who, PERMISSIONS)}"}

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request."""
        return Client().generic(
            method,
            f"/api/v1{path}",
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers=self._headers,
        )

    def post(self, path: str, **body: Any) -> Any:
        """Send a body that is expected to be taken."""
        answer = self.ask("POST", path, body or None)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()


def test_a_program_goes_the_whole_way(cast: Cast) -> None:
    owner, manager = Program(cast.service_owner), Program(cast.manager)
    made = manager.post("/nonconformities", **REPORT)
    number, one = made["number"], f"/nonconformities/{made['number']}"
    assert (made["state"], made["revision"], made["steps"]) == ("raised", 1, [])
    found = manager.ask("GET", "/nonconformities?about_kind=incident&about_code=INC0000001").json()
    assert [each["number"] for each in found["items"]] == [number]
    changed = owner.ask("PUT", one, {**REPORT, "severity": "major", "revision": 1})
    assert changed.json()["severity"] == "major"
    assert owner.ask("PUT", one, {**REPORT, "revision": 1}).status_code == 409
    assert manager.ask("POST", f"{one}/correction", {"correction": "So."}).status_code == 403
    owner.post(f"{one}/correction", correction="We answered.")
    cause = {"method": "five_whys", "cause": "No rota.", "has_similar": False, "revision": 3}
    wrong = owner.ask("PUT", f"{one}/analysis", cause)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["why_1"])
    cause["whys"] = ["Nobody was told."]
    assert owner.ask("PUT", f"{one}/analysis", cause).json()["state"] == "analysed"
    first = {"title": "Write it", "owner": "jonas.okereke", "due_date": "2099-01-31"}
    planned = owner.post(f"{one}/plan", plan="A rota.", first=first)
    action = planned["actions"][0]
    waits = owner.ask("POST", f"{one}/implementation", {"implementation": "It hangs."})
    assert waits.status_code == 409
    finish_action(action["number"], outcome="", actor=cast.agent, at=now())
    assert owner.post(f"{one}/implementation", implementation="It hangs.")["state"] == "implemented"


def test_a_figure_is_read_judged_and_it_is_closed(cast: Cast) -> None:
    owner, manager = Program(cast.service_owner), Program(cast.manager)
    number = taken(cast, cast.manager, at=earlier(40 * 24), until="implemented")
    one = f"/nonconformities/{number}"
    wanted = {"better": "lower", "measure": "opened", "subject_kind": "service"}
    owner.post(f"{one}/effect", **wanted, subject_code="mail", days=30)
    by_hand = {"better": "higher", "figure": "Answered", "before": 71, "after": 94.5}
    for none in ("many", True, 10**12):
        wrong = owner.ask("POST", f"{one}/effect", {**by_hand, "before": none})
        assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["before"])
    (effect,) = owner.post(f"{one}/effect", **{**by_hand, "after": 94.50004})["effects"]
    assert (float(effect["before"]), float(effect["after"])) == (71, 94.5)
    assert (effect["proposal"], effect["verdict"]) == ("effective", None)
    said = {"verdict": "effective", "comment": "It is so."}
    assert owner.ask("POST", f"{one}/verdict", said).status_code == 403
    assert manager.post(f"{one}/verdict", **said)["state"] == "effective"
    assert owner.post(f"{one}/close")["state"] == "closed"
    since = (now() - timedelta(days=100)).date().isoformat()
    told = manager.ask("GET", f"/nonconformities/summary?since={since}").json()
    assert (told["closed"], told["effective"], told["open"]) == (1, 1, 0)
    assert owner.ask("GET", f"/nonconformities/summary?since={since}").status_code == 403


def test_what_is_none_is_rejected(cast: Cast) -> None:
    number = raised(cast, cast.auditor, at=earlier())
    process = Program(cast.process_owner)
    ended = process.post(f"/nonconformities/{number}/reject", reason="It was agreed so.")
    assert (ended["state"], ended["rejection"]) == ("rejected", "It was agreed so.")
    assert Program(cast.agent).ask("GET", f"/nonconformities/{number}").status_code == 404


def test_lists_page_and_refuse_what_they_do_not_know(cast: Cast) -> None:
    for _each in range(3):
        raised(cast, cast.manager, at=earlier())
        actions.record_recommendation(
            advice=advice(earlier()), actor=cast.process_owner, at=earlier()
        )
    manager = Program(cast.manager)
    for path in ("/nonconformities", "/recommendations"):
        first = manager.ask("GET", f"{path}?size=2").json()
        assert len(first["items"]) == 2
        rest = Client().get(first["links"]["next"], headers=manager._headers).json()
        assert len(rest["items"]) == 1
        assert manager.ask("GET", f"{path}?colour=red").status_code == 422
    assert manager.ask("GET", "/nonconformities?severity=major&when=overdue").json()["items"] == []


def test_a_recommendation_is_answered_and_closed(cast: Cast) -> None:
    process, owner = Program(cast.process_owner), Program(cast.service_owner)
    manager = Program(cast.manager)
    number = process.post("/recommendations", **ADVICE)["number"]
    one = f"/recommendations/{number}"
    assert manager.ask("POST", "/recommendations", ADVICE).status_code == 403
    assert process.ask("PUT", one, {**ADVICE, "title": "More", "revision": 1}).status_code == 200
    answer = {"response": "partly", "text": "Once a year.", "revision": 2}
    assert owner.ask("PUT", f"{one}/response", answer).json()["response"] == "partly"
    assert owner.post(f"{one}/implementation", evidence="The record.")["state"] == "implemented"
    assert owner.ask("POST", f"{one}/close").status_code == 403
    assert manager.post(f"{one}/close")["state"] == "closed"
    assert manager.post(f"{one}/reopen", reason="It is empty.")["state"] == "responded"
    assert manager.ask("GET", one).json()["reopening"] == "It is empty."
