"""A program has its person told by mail how services do, as they do it on the page."""

from __future__ import annotations

import json

import pytest

from tests.cast import Cast, token
from tests.interfaces.api.world import Caller, problem
from timshel.leadership.authority.access import PERMISSIONS
from timshel.resolution_fulfilment.status.queries import is_subscribed_to_all

PATH = "/status-subscriptions"


@pytest.fixture
def requester(cast: Cast) -> Caller:
    return Caller(token(cast.requester, PERMISSIONS))


def test_a_wish_is_told_listed_and_ended(cast: Cast, requester: Caller) -> None:
    assert requester.get(PATH) == {"items": []}
    for service in (None, "mail", "mail"):
        made = requester.post(PATH, {"service": service}, status=201)
    assert [row["service"] for row in made["items"]] == [None, "mail"]
    assert requester.get(PATH) == made
    assert is_subscribed_to_all(actor=cast.requester)
    whole, mail = (row["id"] for row in made["items"])
    assert requester.ask("DELETE", f"{PATH}/{whole}").status_code == 204
    assert [row["id"] for row in requester.get(PATH)["items"]] == [mail]
    assert not is_subscribed_to_all(actor=cast.requester)


def test_without_a_service_all_are_meant(requester: Caller) -> None:
    (row,) = requester.post(PATH, {}, status=201)["items"]
    assert row["service"] is None


def test_what_may_not_be_known_is_not_there(requester: Caller) -> None:
    answer = requester.ask("POST", PATH, {"service": "nothing"})
    assert problem(answer)["code"] == "not_found"


def test_nobody_ends_the_wish_of_another(cast: Cast, requester: Caller) -> None:
    (row,) = requester.post(PATH, {}, status=201)["items"]
    other = Caller(token(cast.other_requester, PERMISSIONS))
    assert other.get(PATH) == {"items": []}
    answer = other.ask("DELETE", f"{PATH}/{row['id']}")
    assert problem(answer)["code"] == "not_found"
    assert json.loads(requester.ask("GET", PATH).content)["items"] == [row]
