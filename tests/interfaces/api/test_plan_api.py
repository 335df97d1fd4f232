"""The service management plan as programs reach it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from timshel.leadership.authority.access import PERMISSIONS

pytestmark = pytest.mark.django_db
PLAN = "/service-management-plan"
PARTS = (
    "objectives", "services", "limitations", "obligations", "authorities", "people",
    "technical", "information", "finance", "parties", "technology", "evaluation",
)  # fmt: skip


def caller(who: Any, *permissions: str) -> Caller:
    return Caller(token(who, permissions or tuple(PERMISSIONS)))


def part(**more: Any) -> dict[str, Any]:
    day = (datetime.now(UTC) + timedelta(days=60)).date().isoformat()
    given = {"statement": "What we do.", "owner": "bastian.nwosu", "review_date": day}
    return {**given, "revision": 0, **more}


@pytest.fixture
def keeper(cast: Cast) -> Caller:
    return caller(cast.process_owner)


def test_a_plan_goes_its_way(cast: Cast, keeper: Caller) -> None:
    found = keeper.get(PLAN)
    assert tuple(each["part"] for each in found["parts"]) == PARTS
    assert (found["current"], found["coming"]) == (None, None)
    assert keeper.ask("POST", f"{PLAN}/begin", {}).status_code == 200
    assert keeper.ask("POST", f"{PLAN}/begin", {}).status_code == 409
    for name in PARTS:
        kept = keeper.ask("PUT", f"{PLAN}/parts/{name}", part())
        assert kept.status_code == 200, kept.content
    services = keeper.get(f"{PLAN}/parts/services")
    assert (services["state"], services["revision"]) == ("stale", 1)
    assert "What is written is short." in services["reasons"]
    lists = {each["name"]: each for each in services["lists"]}
    assert lists["services"]["count"] == 3
    assert {"kind": "service", "code": "mail", "name": "Mail"} in lists["services"]["records"]
    stale = keeper.ask("PUT", f"{PLAN}/parts/services", part(statement="Else."))
    assert stale.status_code == 409
    day = part()["review_date"]
    review = {"found": "All of it.", "review_date": day, "revision": 1}
    assert keeper.post(f"{PLAN}/parts/services/review", review)["revision"] == 2


def test_a_version_goes_its_way(cast: Cast, keeper: Caller) -> None:
    for name in PARTS:
        keeper.ask("PUT", f"{PLAN}/parts/{name}", part())
    row = keeper.post(f"{PLAN}/propose", {"summary": "First.", "revision": 1})
    assert (row["state"], row["writers"]) == ("proposed", ["Bastian Nwosu-Hale"])
    own = keeper.ask("POST", f"{PLAN}/approve", {"revision": 2})
    assert own.status_code == 403
    assert "somebody else" in own.json()["detail"]
    approver = caller(cast.manager)
    back = approver.post(f"{PLAN}/withdraw", {"reason": "Money?", "revision": 2})
    assert back["state"] == "draft"
    keeper.post(f"{PLAN}/propose", {"summary": "First.", "revision": 3})
    held = approver.post(f"{PLAN}/approve", {"revision": 4})
    assert (held["state"], held["approved_by"]) == ("approved", cast.manager.name)
    assert len(held["parts"]) == 12
    changed = part(statement="What we do.\nAnd more.", revision=1)
    assert keeper.ask("PUT", f"{PLAN}/parts/services", changed).json()["differs"]
    found = keeper.get(f"{PLAN}/differences?before=1")
    assert found["after"] is None
    (only,) = [each for each in found["parts"] if each["lines"]]
    assert only["lines"][1] == {"mark": "added", "text": "And more."}
    assert keeper.get(f"{PLAN}/differences?before=1&after=2")["after"] == 2
    assert keeper.ask("GET", f"{PLAN}/differences?before=1&after=7").status_code == 404
    assert keeper.ask("GET", f"{PLAN}/differences").status_code == 422
    listed = keeper.get(f"{PLAN}/versions?size=1")
    assert [each["number"] for each in listed["items"]] == [2]
    assert keeper.get(f"{PLAN}/versions/1")["parts"][1]["part"] == "services"
    for address in (f"{PLAN}/pdf", f"{PLAN}/versions/1/pdf"):
        answer = keeper.ask("GET", address)
        assert answer["Content-Type"] == "application/pdf"
        assert bytes(answer.content).startswith(b"%PDF")


def test_what_is_refused(cast: Cast, keeper: Caller) -> None:
    assert keeper.ask("GET", f"{PLAN}/parts/thirteenth").status_code == 404
    assert keeper.ask("GET", f"{PLAN}/versions/1").status_code == 404
    assert keeper.ask("GET", f"{PLAN}?colour=red").status_code == 422
    bad = keeper.ask("PUT", f"{PLAN}/parts/services", part(owner="nobody.here"))
    assert bad.status_code == 422
    assert "owner" in bad.json()["errors"]
    agent = caller(cast.agent)
    assert agent.ask("GET", PLAN).status_code == 403
    assert agent.ask("GET", f"{PLAN}/pdf").status_code == 403
    assert agent.ask("GET", f"{PLAN}/parts/services").status_code == 404
    assert agent.get(f"{PLAN}/versions")["items"] == []
    auditor = caller(cast.auditor)
    assert auditor.ask("PUT", f"{PLAN}/parts/services", part()).status_code == 403
    assert auditor.ask("POST", f"{PLAN}/begin", {}).status_code == 403
