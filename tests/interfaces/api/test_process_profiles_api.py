"""Processes as programs reach them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller
from timshel.kernel.journal.models import Entry
from timshel.leadership.authority.access import PERMISSIONS

pytestmark = pytest.mark.django_db
ALL = "/process-profiles"
ONE = f"{ALL}/incident"
TERMS = {
    "name": "Incidents",
    "purpose": "People can work again.",
    "full_steps": "Take it in\nMend it",
    "light_when": "At small sites",
    "review_date": "2099-12-31",
    "translations": {"fr": {"name": "Les incidents"}},
}
FLOW = {"direction": "input", "what": "A report", "outside": "Whoever asks"}


def caller(who: Any, *permissions: str) -> Caller:
    return Caller(token(who, permissions or tuple(PERMISSIONS)))


@pytest.fixture
def keeper(cast: Cast) -> Caller:
    return caller(cast.process_owner)


def written(keeper: Caller, code: str = "incident", **more: Any) -> Any:
    return keeper.post(ALL, {**TERMS, "code": code, **more}, status=201)


def test_one_goes_its_way(keeper: Caller) -> None:
    made = written(keeper)
    assert (made["code"], made["state"], made["revision"]) == ("incident", "in_use", 1)
    assert (made["has_matrix"], made["owner_role"], made["owners"]) == (False, "", [])
    assert made["full"] == {"when": "", "steps": ["Take it in", "Mend it"]}
    assert made["light"] == {"when": "At small sites", "steps": []}
    assert made["translations"]["fr"]["name"] == "Les incidents"
    changed = keeper.ask("PUT", ONE, {**TERMS, "name": "Reports", "revision": 1}).json()
    assert (changed["name"], changed["revision"]) == ("Reports", 2)
    assert keeper.ask("PUT", ONE, {**TERMS, "revision": 1}).status_code == 409
    links = {"machines": ["work"], "diagrams": [], "revision": 2}
    linked = keeper.ask("PUT", f"{ONE}/links", links).json()
    assert [each["code"] for each in linked["machines"]] == ["work"]
    assert linked["machines"][0]["stages"][0] == {"code": "new", "name": "New"}
    review = {"found": "All of it", "review_date": "2099-06-30"}
    assert keeper.post(f"{ONE}/review", review)["review_date"] == "2099-06-30"
    assert keeper.post(f"{ONE}/retire")["state"] == "retired"
    assert keeper.ask("POST", f"{ONE}/review", review).status_code == 409
    assert keeper.post(f"{ONE}/resume")["state"] == "in_use"


def test_flows_come_and_go(keeper: Caller) -> None:
    written(keeper)
    written(keeper, "change-approval", name="Changes")
    keeper.post(f"{ONE}/flows", FLOW, status=201)
    flow = {"direction": "output", "what": "A wish", "process": "change-approval"}
    found = keeper.post(f"{ONE}/flows", flow, status=201)
    assert [each["name"] for each in found["inputs"]] == ["Whoever asks"]
    (out,) = found["outputs"]
    assert (out["process"], out["name"], out["is_retired"]) == ("change-approval", "Changes", False)
    left = keeper.ask("DELETE", f"{ONE}/flows/{out['id']}")
    assert left.json()["outputs"] == []
    assert keeper.ask("DELETE", f"{ONE}/flows/{out['id']}").status_code == 404


def test_lists(keeper: Caller) -> None:
    for code in ("incident", "change-approval", "audit"):
        written(keeper, code, name=code)
    keeper.post(f"{ALL}/audit/retire")
    first = keeper.get(f"{ALL}?size=2")
    assert [each["code"] for each in first["items"]] == ["audit", "change-approval"]
    rest = keeper.get(first["links"]["next"].removeprefix("/api/v1"))
    assert [each["code"] for each in rest["items"]] == ["incident"]
    retired = keeper.get(f"{ALL}?state=retired")
    assert [each["code"] for each in retired["items"]] == ["audit"]
    assert keeper.get(f"{ALL}?overdue=true")["items"] == []
    assert keeper.ask("GET", f"{ALL}?sort=name").status_code == 422
    machines = keeper.get(f"{ALL}/state-machines")["items"]
    assert {"work", "risk", "approval"} <= {each["code"] for each in machines}


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "new"}, "code"),
        ({"translations": {"xx": {"name": "X"}}}, "translations"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_wrong_is_told(keeper: Caller, more: dict[str, Any], field: str) -> None:
    refused = keeper.ask("POST", ALL, {**TERMS, "code": "incident", **more})
    assert refused.status_code == 422
    assert field in str(refused.json())


def test_rights(cast: Cast, keeper: Caller) -> None:
    written(keeper)
    reader, stranger = caller(cast.auditor), caller(cast.requester)
    entries = Entry.objects.count()
    assert reader.get(ONE)["name"] == "Incidents"
    assert stranger.get(ALL)["items"] == []
    assert stranger.ask("GET", ONE).status_code == 404
    assert stranger.ask("GET", f"{ALL}/a%00b").status_code in (404, 422, 400)
    for method, path, body in (
        ("POST", ALL, {**TERMS, "code": "other"}),
        ("PUT", ONE, {**TERMS, "revision": 1}),
        ("PUT", f"{ONE}/links", {"machines": [], "diagrams": [], "revision": 1}),
        ("POST", f"{ONE}/review", {"found": "All", "review_date": "2099-06-30"}),
        ("POST", f"{ONE}/retire", None),
        ("POST", f"{ONE}/resume", None),
        ("POST", f"{ONE}/flows", FLOW),
        ("DELETE", f"{ONE}/flows/1", None),
    ):
        assert reader.ask(method, path, body).status_code == 403, (method, path)
    assert Entry.objects.count() == entries
