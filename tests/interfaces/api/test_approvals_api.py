"""Approvals and delegations through the API: reading, answering once, asking somebody else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.approvals import asked
from tests.cast import SYSTEM, Cast, token
from timshel.kernel.actor import Actor
from timshel.leadership.approval import outcomes
from timshel.leadership.approval.actions import Line, Price
from timshel.leadership.approval.queries import approval

DECIDE = "approval.decide"


@pytest.fixture(autouse=True)
def _nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "_handlers", [])
    monkeypatch.setattr(outcomes, "_holders", [])


class Program:
    """A client with a token of somebody of the cast."""

    def __init__(self, who: Actor, *permissions: str) -> None:
        self._secret = token(who, permissions or (DECIDE,))

    def __call__(
        self, method: str, path: str, body: Any = None, *, key: str = "", language: str = "en"
    ) -> Any:
        headers = {"Authorization": f"Bearer {self._secret}", "Accept-Language": language}
        if key:
            headers["Idempotency-Key"] = key
        given = {} if body is None else {"data": json.dumps(body)}
        if body is not None:
            given["content_type"] = "application/json"
        return Client().generic(method, f"/api/v1{path}", headers=headers, **given)


def now() -> datetime:
    return datetime.now(UTC)


def waiting(cast: Cast, *seats: Actor, **question: Any) -> int:
    line = Line("Size", "14 inches", {"fr": {"label": "Taille", "value": "14 pouces"}})
    question = {
        "at": now() - timedelta(hours=1),
        "due_at": now() + timedelta(days=5),
        "summary": (line,),
        "price": Price(Decimal("1250.00"), "GBP"),
        **question,
    }
    return asked(*(seats or (cast.manager,)), by=cast.requester, **question)


def state_of(key: int) -> str:
    return approval(key, actor=SYSTEM, at=now()).state


def test_reading_what_waits(cast: Cast) -> None:
    key = waiting(cast)
    answer = Program(cast.manager)("GET", "/approvals")
    assert answer.status_code == 200
    (item,) = answer.json()["items"]
    assert answer.json()["links"] == {"next": None, "previous": None}
    assert (item["id"], item["title"], item["state"], item["outcome"]) == (
        key,
        "A laptop for fieldwork",
        "open",
        None,
    )
    assert item["price"] == {"amount": "1250.00", "currency": "GBP", "per": "once"}
    assert item["summary"] == [{"label": "Size", "value": "14 inches"}]
    assert (item["may_decide"], item["needed"], item["chairs"]) == (True, 1, 1)
    assert [seat["person"] for seat in item["seats"]] == ["Wendell Achterberg"]
    french = Program(cast.manager)("GET", f"/approvals/{key}", language="fr").json()
    assert french["summary"] == [{"label": "Taille", "value": "14 pouces"}]
    assert Program(cast.agent)("GET", "/approvals").json()["items"] == []
    assert Program(cast.agent)("GET", f"/approvals/{key}").status_code == 404
    assert Program(cast.requester)("GET", "/approvals?which=all").json()["items"][0]["id"] == key
    assert Program(cast.manager)("GET", "/approvals?which=none").status_code == 422
    assert Program(cast.manager)("GET", "/approvals?what=1").status_code == 422
    assert Client().get("/api/v1/approvals").status_code == 401


def test_pages(cast: Cast) -> None:
    keys = [waiting(cast, step=f"{number}") for number in range(3)]
    program = Program(cast.manager)
    first = program("GET", "/approvals?size=2").json()
    second = program("GET", first["links"]["next"].removeprefix("/api/v1")).json()
    assert [each["id"] for page in (first, second) for each in page["items"]] == keys
    assert second["links"]["next"] is None


def test_answering_once(cast: Cast) -> None:
    key = waiting(cast)
    program = Program(cast.manager)
    refused = program("POST", f"/approvals/{key}/decision", {"decision": "refused"})
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["comment"])
    body = {"decision": "approved", "comment": "As agreed"}
    first = program("POST", f"/approvals/{key}/decision", body, key="a")
    again = program("POST", f"/approvals/{key}/decision", body, key="a")
    assert (first.status_code, first.json()["state"]) == (200, "approved")
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.content == first.content
    assert first.json()["seats"][0]["capacity"] == "holder"
    later = program("POST", f"/approvals/{key}/decision", {"decision": "refused", "comment": "No"})
    assert later.status_code == 409
    decided = program("GET", "/approvals?which=decided").json()
    assert [each["id"] for each in decided["items"]] == [key]


def test_a_token_answers_only_with_the_right(cast: Cast) -> None:
    key = waiting(cast)
    program = Program(cast.manager, "people.view")
    answer = program("POST", f"/approvals/{key}/decision", {"decision": "approved"})
    assert answer.status_code == 403
    assert state_of(key) == "open"
    own = Program(cast.requester)("POST", f"/approvals/{key}/decision", {"decision": "approved"})
    assert own.status_code == 403
    stranger = Program(cast.agent)("POST", f"/approvals/{key}/decision", {"decision": "approved"})
    assert stranger.status_code == 404


def test_asking_somebody_else(cast: Cast) -> None:
    key = waiting(cast)
    seat = approval(key, actor=SYSTEM, at=now()).seats[0].id
    body = {"person_id": cast.lead.person_id, "reason": "Closer to it"}
    path = f"/approvals/{key}/seats/{seat}/hand-over"
    assert Program(cast.manager)("POST", path, body).status_code == 403
    manager = Program(cast.process_owner, DECIDE, "approval.manage")
    assert manager("POST", f"/approvals/{key}/seats/{seat + 9}/hand-over", body).status_code == 404
    answer = manager("POST", path, body)
    assert answer.status_code == 200
    assert [each["state"] for each in answer.json()["seats"]] == ["handed_over", "open"]
    own = {**body, "person_id": cast.requester.person_id}
    new = answer.json()["seats"][1]["id"]
    refused = manager("POST", f"/approvals/{key}/seats/{new}/hand-over", own)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["person"])


def test_delegations(cast: Cast) -> None:
    program = Program(cast.manager)
    today = now().date()
    body = {
        "substitute_id": cast.lead.person_id,
        "from_date": (today - timedelta(days=1)).isoformat(),
        "until_date": (today + timedelta(days=2)).isoformat(),
        "reason": "Field trip",
    }
    made = program("POST", "/delegations", body, key="trip")
    assert made.status_code == 201
    assert program("POST", "/delegations", body, key="trip").json() == made.json()
    (row,) = program("GET", "/delegations").json()["items"]
    assert (row["substitute"], row["is_running"]) == ("Tamsin Harrowgate", True)
    key = waiting(cast)
    lead = Program(cast.lead)
    (item,) = lead("GET", "/approvals").json()["items"]
    assert (item["id"], item["in_place_of"]) == (key, "Wendell Achterberg")
    answer = lead("POST", f"/approvals/{key}/decision", {"decision": "approved"})
    assert answer.json()["seats"][0]["capacity"] == "delegate"
    for_others = {**body, "person_id": cast.requester.person_id}
    assert program("POST", "/delegations", for_others).status_code == 403
    backwards = {**body, "until_date": "2020-01-01", "substitute_id": cast.agent.person_id}
    assert program("POST", "/delegations", backwards).status_code == 422
    assert Program(cast.agent)("DELETE", f"/delegations/{row['id']}").status_code == 404
    assert program("DELETE", f"/delegations/{row['id']}").status_code == 204
    (row,) = program("GET", "/delegations").json()["items"]
    assert (row["is_running"], row["is_over"]) == (False, True)
