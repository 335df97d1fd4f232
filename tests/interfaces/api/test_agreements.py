"""Agreements through the API: written, judged, published, tried, compared and ended."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.agreements import content, publish
from tests.cast import Cast, opened, token
from tests.errands import run_errands
from tests.interfaces.web.desk import earlier, now
from timshel.kernel.actor import Actor
from timshel.leadership.authority.access import PERMISSIONS

SAID: dict[str, Any] = {
    "kind": "service",
    "name": "Laptops",
    "calendar": "office-hours",
    "unit": "climate",
    "services": ["laptop"],
    "targets": [
        {"kind": "respond", "amount": 30, "unit": "minutes"},
        {"kind": "resolve", "amount": 8, "unit": "hours", "attainment_percent": "95"},
    ],
    "goals": [{"measure": "availability", "value": "99.5"}],
    "escalations": [{"recipient": "lead", "before_seconds": 3600, "clock": "resolve"}],
}


class Program:
    """A program with the token of somebody of the cast."""

    def __init__(self, who: Actor) -> None:
        self._token = token(who, PERMISSIONS)

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """Return what an answer of a status holds."""
        answer: Any = Client().generic(
            method,
            f"/api/v1{path}",
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json",
            headers={"Authorization": f"Bearer {self._token}"},
        )
        assert answer.status_code == status, answer.content
        return json.loads(answer.content) if answer.content else None


@pytest.fixture
def owner(cast: Cast) -> Program:
    return Program(cast.service_owner)


def test_a_draft_is_written_judged_published_compared_and_ended(owner: Program) -> None:
    draft = owner.ask("PUT", "/agreements/laptops/draft", SAID)
    assert draft == {"code": "laptops", "number": 1, "revision": 1}
    late = {**SAID, "revision": 5}
    assert owner.ask("PUT", "/agreements/laptops/draft", late, status=409)["code"] == "wrong_state"
    codes = [each["code"] for each in owner.ask("GET", "/agreements/laptops/findings")["items"]]
    assert codes == ["review_missing", "owner_missing"]
    published = owner.ask("POST", "/agreements/laptops/publish", {})
    (version,) = published["versions"]
    assert (version["number"], version["standing"]) == (1, "in_force")
    for name in ("kind", "name", "unit", "services"):
        assert version["content"][name] == SAID[name]
    assert version["content"]["escalations"][0]["before_seconds"] == 3600
    owner.ask("PUT", "/agreements/laptops/draft", {**SAID, "name": "Laptops, again"})
    changes = owner.ask("GET", "/agreements/laptops/differences?before=1&after=2")["items"]
    assert changes == [{"subject": "Name", "before": "Laptops", "after": "Laptops, again"}]
    owner.ask("DELETE", "/agreements/laptops/draft", status=204)
    ended = owner.ask("POST", "/agreements/laptops/end", {})
    assert ended["versions"][0]["standing"] == "ended"
    assert owner.ask("GET", "/agreements?standing=ended")["items"][0]["code"] == "laptops"


def test_what_a_version_says_can_be_sent_again(owner: Program) -> None:
    publish("laptops", content())
    said = owner.ask("GET", "/agreements/laptops")["versions"][0]["content"]
    assert owner.ask("PUT", "/agreements/laptops/draft", said)["number"] == 2
    again = owner.ask("GET", "/agreements/laptops/differences?before=1&after=2")
    assert again == {"items": []}


def test_errors_block_publishing(owner: Program) -> None:
    lines = [
        {"kind": "respond", "amount": 8, "unit": "hours"},
        {"kind": "resolve", "amount": 1, "unit": "hours"},
    ]
    owner.ask("PUT", "/agreements/laptops/draft", {**SAID, "targets": lines})
    refused = owner.ask("POST", "/agreements/laptops/publish", {}, status=422)
    assert list(refused["errors"]) == ["targets"]


def test_a_draft_is_tried(owner: Program, cast: Cast) -> None:
    opened(cast.requester, at=earlier(14 * 24))
    owner.ask("PUT", "/agreements/laptops/draft", SAID)
    period = {
        "opened_from": earlier(28 * 24).isoformat(),
        "opened_until": now().isoformat(),
    }
    begun = owner.ask("POST", "/agreements/laptops/previews", period, status=202)
    assert (begun["is_done"], begun["total"]) == (False, 1)
    run_errands(at=now())
    done = owner.ask("GET", f"/agreement-previews/{begun['id']}")
    assert done["is_done"]
    assert {each["kind"]: each["cases"] for each in done["lines"]} == {"respond": 1, "resolve": 1}
    backwards = {"opened_from": period["opened_until"], "opened_until": period["opened_from"]}
    owner.ask("POST", "/agreements/laptops/previews", backwards, status=422)


def test_which_would_apply_and_who_has_none(owner: Program, cast: Cast) -> None:
    publish("laptops", content())
    opened(cast.requester, service="mail", at=earlier(14 * 24))
    asked = "/service-levels/applicable?priority=2&unit=climate&service=laptop"
    found = {each["kind"]: each["agreements"] for each in owner.ask("GET", asked)["items"]}
    assert (found["resolve"][0]["code"], found["resolve"][0]["is_first"]) == ("laptops", True)
    period = f"opened_from={earlier(28 * 24):%Y-%m-%dT%H:%M:%SZ}&opened_until=2100-01-01T00:00:00Z"
    (row,) = owner.ask("GET", f"/finder?{period}")["items"]
    assert (row["code"], row["cases"], row["late"], row["weight"]) == ("mail", 1, 1, 3)
    owner.ask("GET", "/finder", status=422)
