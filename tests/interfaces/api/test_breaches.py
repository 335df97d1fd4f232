"""What needs hands now, for other programs; and the forecast in the shape of a clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.cast import Cast, opened
from tests.domain.test_breaches import foretell
from timshel.leadership.authority.access import PERMISSIONS


def ask(cast: Cast, who: str, path: str) -> Any:
    secret = people.token(getattr(cast, who), PERMISSIONS)
    return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}"})


def read(cast: Cast, who: str, path: str) -> Any:
    answer = ask(cast, who, path)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def ago(**span: float) -> datetime:
    return datetime.now(UTC) - timedelta(**span)


def test_a_broken_promise(cast: Cast) -> None:
    number = opened(cast.requester, at=ago(days=30))
    (item,) = read(cast, "agent", "/breaches?kind=resolve&when=late")["items"]
    assert (item["number"], item["kind"], item["state"]) == (number, "resolve", "breached")
    assert (item["is_late"], item["forecast"], item["assignee"]) == (True, None, None)
    assert item["service"] == {"code": "laptop", "name": "Laptop and screen"}
    assert item["team"] == {"code": "service-desk", "name": "IT service desk"}
    assert item["elapsed_seconds"] + item["remaining_seconds"] in (288_000, 287_999)
    assert item["remaining_seconds"] < 0


def test_a_likely_one(cast: Cast) -> None:
    number = opened(cast.requester, at=ago(minutes=5))
    foretell(number, 0.72345)
    (item,) = read(cast, "agent", "/breaches?when=likely")["items"]
    assert item["forecast"] == {
        "chance": 0.7235,
        "is_learnt": True,
        "reasons": [{"text": "the team has 40 open cases", "raises": True}],
    }


def test_pages_follow_one_another(cast: Cast) -> None:
    for _position in range(3):
        opened(cast.requester, at=ago(days=30))
    first = read(cast, "agent", "/breaches?kind=resolve&size=2&group=team")
    assert len(first["items"]) == 2
    rest = read(cast, "agent", first["links"]["next"].removeprefix("/api/v1"))
    assert (len(rest["items"]), rest["links"]["next"]) == (1, None)
    assert rest["links"]["previous"] is not None


def test_who_only_asks_is_refused(cast: Cast) -> None:
    assert ask(cast, "requester", "/breaches").status_code == 403


@pytest.mark.parametrize("query", ["when=never", "kind=colour", "colour=red", "cursor=x"])
def test_what_does_not_exist_is_refused(cast: Cast, query: str) -> None:
    assert ask(cast, "agent", f"/breaches?{query}").status_code == 422


def test_the_clock_of_an_incident_carries_it_for_helpers_alone(cast: Cast) -> None:
    number = opened(cast.requester, at=ago(minutes=5))
    foretell(number, 0.72345)
    clocks = {each["kind"]: each for each in read(cast, "agent", f"/incidents/{number}")["clocks"]}
    assert clocks["resolve"]["forecast"]["chance"] == 0.7235
    assert clocks["respond"]["forecast"] is None
    own = read(cast, "requester", f"/incidents/{number}")["clocks"]
    assert [each["forecast"] for each in own] == [None, None]
