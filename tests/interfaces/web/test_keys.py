"""Keys: each person's own, on every device, or none at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, account
from timshel.context.people.models import PageSetting
from timshel.interfaces.web.keys.moves import MOVES, Keys, keys_from
from timshel.leadership.authority.models import Account

ADDRESS = "/preferences/keys"
STANDARD = {move.key: move.name for move in MOVES}


def signed_in(actor: Any) -> Client:
    client = Client()
    client.force_login(account(actor))
    return client


def again(actor: Any) -> Client:
    """Return another browser of somebody who has an account."""
    client = Client()
    client.force_login(Account.objects.get(person_id=actor.person_id))
    return client


@pytest.fixture
def agent(cast: Cast) -> Client:
    return signed_in(cast.agent)


def form(**changed: str) -> dict[str, str]:
    return {"is_on": "on"} | {
        f"key-{move.name}": changed.get(move.name, move.key) for move in MOVES
    }


def map_of(client: Client) -> dict[str, Any]:
    answer = client.get("/keys/map")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_everybody_begins_with_the_same(agent: Client) -> None:
    found = map_of(agent)
    assert found["on"]
    assert found["keys"] == STANDARD
    assert len(STANDARD) == len(MOVES)


def test_each_is_led_to_places_they_may_enter(cast: Cast, agent: Client) -> None:
    requester = map_of(signed_in(cast.requester))
    assert requester["new"] == "/report"
    assert requester["places"] == {
        "h": "/",
        "o": "/catalogue",
        "c": "/cases",
        "a": "/approvals",
        "p": "/promises",
        "e": "/charter",
    }
    found = map_of(agent)
    assert found["new"] == "/desk/incidents/new"
    assert found["places"]["q"] == "/desk/queues/mine"
    assert found["places"].items() >= requester["places"].items()


def test_a_browser_keeps_the_map_for_one_reader_only(agent: Client) -> None:
    headers = agent.get("/keys/map").headers
    assert headers["Cache-Control"] == "private, max-age=600"
    assert "Cookie" in headers["Vary"]


def test_other_keys_are_kept_for_all_devices(cast: Cast, agent: Client) -> None:
    assert agent.post(ADDRESS, form(reply="ж", note="")).headers["Location"] == ADDRESS
    elsewhere = map_of(again(cast.agent))
    assert elsewhere["keys"] == {
        **{key: name for key, name in STANDARD.items() if key not in {"r", "c"}},
        "ж": "reply",
    }
    assert map_of(signed_in(cast.lead))["keys"] == STANDARD
    sheet = agent.get("/keys/sheet").content.decode()
    assert "<kbd>ж</kbd>" in sheet
    assert "Write an internal note" not in sheet


def test_they_can_be_switched_off_wholly(agent: Client) -> None:
    agent.post(ADDRESS, {key: value for key, value in form().items() if key != "is_on"})
    assert not map_of(agent)["on"]
    assert "One-key moves are switched off" in agent.get("/keys/sheet").content.decode()
    assert "checked" not in agent.get(ADDRESS).content.decode().partition('id="id_is_on"')[2][:40]


def test_back_to_what_everybody_begins_with(agent: Client) -> None:
    agent.post(ADDRESS, form(reply="z"))
    assert PageSetting.objects.filter(page="keys").count() == 1
    agent.post(ADDRESS, {"do": "reset"})
    assert map_of(agent)["keys"] == STANDARD
    assert not PageSetting.objects.filter(page="keys").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reply": "c"}, "Another move has this key already."),
        ({"reply": "rr"}, "at most 1 character"),
        ({"reply": "\u200b"}, "This should be one character that can be seen."),
    ],
)
def test_what_is_no_key_is_refused_at_its_field(
    agent: Client, changed: dict[str, str], said: str
) -> None:
    answer = agent.post(ADDRESS, form(**changed))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not PageSetting.objects.filter(page="keys").exists()


@pytest.mark.parametrize(
    "kept", [None, [], "x", {}, {"keys": 1}, {"keys": {"reply": 7, "gone": "q", "note": "xx"}}]
)
def test_whatever_was_kept_there_are_keys(kept: Any) -> None:
    assert keys_from(kept) == Keys()


def test_a_chosen_key_goes_before_a_standard_one() -> None:
    keys = keys_from({"keys": {"reply": "n"}})
    assert (keys.chosen["reply"], keys.chosen["new"]) == ("n", "")
    assert keys_from(keys.plain()) == keys


def test_strangers_sign_in_first(db: None) -> None:
    for address in ("/keys/map", "/keys/sheet", ADDRESS):
        assert Client().get(address).headers["Location"].startswith("/sign-in?")
