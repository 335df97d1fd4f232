"""Escalation rules, people on call and long work by the interface."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast, opened, person_id, token
from tests.interfaces.api.world import Caller
from timshel.kernel.progress.actions import begin_errand
from timshel.kernel.progress.models import Errand
from timshel.leadership.authority.access import PERMISSIONS


class Asked:
    """The interface as each of the cast uses it, by role."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast

    def ask(self, method: str, role: str, path: str, body: Any = None) -> Any:
        """Return an answer, with what it holds as ``said``."""
        caller = Caller(token(getattr(self.cast, role), PERMISSIONS))
        answer = caller.ask(method, path, body)
        answer.said = json.loads(answer.content) if answer.content else None
        return answer


@pytest.fixture
def api(cast: Cast) -> Asked:
    return Asked(cast)


RULE = {"recipient": "assignee", "percent": 75}


def test_the_usual_rule_until_there_are_others(api: Asked) -> None:
    rules = api.ask("GET", "manager", "/escalation-rules").said
    assert rules == {
        "items": [
            {
                "recipient": "assignee",
                "role": None,
                "clock": None,
                "percent": 75,
                "seconds_before": None,
                "at_night": False,
            }
        ]
    }


def test_rules_are_replaced_as_a_whole(api: Asked) -> None:
    opened(api.cast.requester)
    items = [
        {"recipient": "lead", "clock": "resolve", "percent": 150, "at_night": True},
        {"recipient": "role", "role": "manager", "seconds_before": 1_800},
    ]
    answer = api.ask("PUT", "administrator", "/escalation-rules", {"items": items})
    assert answer.status_code == 200, answer.content
    assert api.ask("GET", "manager", "/escalation-rules").said == answer.said
    assert [each["recipient"] for each in answer.said["items"]] == ["lead", "role"]
    assert answer.said["items"][1]["seconds_before"] == 1_800
    assert Errand.objects.filter(kind="clocks.refresh").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "assignee"},
        {"recipient": "assignee", "percent": 75, "seconds_before": 60},
        {"recipient": "assignee", "percent": 75, "role": "manager"},
        {"recipient": "role", "percent": 75},
        {"recipient": "nobody", "percent": 75},
        {"recipient": "lead", "percent": 501},
    ],
)
def test_what_is_wrong_is_said(api: Asked, wrong: dict[str, object]) -> None:
    before = api.ask("GET", "manager", "/escalation-rules").said
    answer = api.ask("PUT", "administrator", "/escalation-rules", {"items": [RULE, wrong]})
    assert answer.status_code == 422
    assert api.ask("GET", "manager", "/escalation-rules").said == before


def test_a_shift_is_planned_read_and_taken_back(api: Asked) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    shift = {
        "person_id": person_id("jonas.okereke"),
        "starts_at": (now + timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(hours=9)).isoformat(),
    }
    made = api.ask("POST", "lead", "/on-call/service-desk/shifts", shift)
    assert made.status_code == 201, made.content
    plan = api.ask("GET", "agent", "/on-call/service-desk").said
    assert [row["name"] for row in plan["shifts"]] == ["Jonas Okereke-Vale"]
    assert len(plan["gaps"]) == 2
    assert plan["overlaps"] == []
    dropped = api.ask("DELETE", "lead", f"/on-call/shifts/{made.said['id']}")
    assert dropped.status_code == 204
    assert api.ask("GET", "agent", "/on-call/service-desk").said["shifts"] == []
    assert api.ask("DELETE", "lead", f"/on-call/shifts/{made.said['id']}").status_code == 404


def test_who_is_on_call_now(api: Asked) -> None:
    now = datetime.now(UTC)
    shift = {
        "person_id": person_id("mirela.dobrescu"),
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(hours=1)).isoformat(),
    }
    assert api.ask("POST", "lead", "/on-call/service-desk/shifts", shift).status_code == 201
    teams = {each["code"]: each for each in api.ask("GET", "agent", "/on-call").said["items"]}
    assert [row["name"] for row in teams["service-desk"]["on_call"]] == ["Mirela Dobrescu-Hart"]
    assert teams["workplace"]["on_call"] == []


def test_how_far_a_job_is(api: Asked) -> None:
    at = datetime.now(UTC)
    key = begin_errand("clocks.rebuild", title="Reading", total=7, actor=SYSTEM, at=at)
    job = api.ask("GET", "administrator", f"/errands/{key}").said
    assert (job["state"], job["done"], job["total"]) == ("queued", 0, 7)
    assert api.ask("GET", "agent", f"/errands/{key}").status_code == 404
