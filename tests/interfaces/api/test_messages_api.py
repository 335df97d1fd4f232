"""Messages by API: what came back, the words of letters, and the senders of teams."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast, token
from tests.mailed import ADDRESS, bounced, trouble_at
from timshel.leadership.authority.access import PERMISSIONS
from timshel.support.communication.models import AddressTrouble, MessageTemplate, Sender

WORDS = "/api/v1/message-templates/incident.opened/en"


@pytest.fixture
def api(cast: Cast) -> Client:
    return Client(headers={"Authorization": f"Bearer {token(cast.administrator, PERMISSIONS)}"})


def put(api: Client, address: str, /, **given: Any) -> Any:
    return api.put(address, given, content_type="application/json")


def test_what_came_back_is_listed_read_and_cleared(cast: Cast, api: Client) -> None:
    key = bounced(cast.requester.person_id, at=AT)
    (row,) = api.get("/api/v1/messages?show=bounced").json()["items"]
    assert (row["id"], row["failure"], row["address"]) == (key, "bounced", ADDRESS)
    read = api.get(f"/api/v1/messages/{key}").json()
    assert (read["subject"], read["text"]) == (None, None), "the case may not be read"
    assert [each["status"] for each in read["reports"]] == ["5.1.1"]
    (trouble,) = api.get("/api/v1/address-troubles").json()["items"]
    assert (trouble["id"], trouble["is_hard"]) == (trouble_at(), True)
    assert api.delete(f"/api/v1/address-troubles/{trouble['id']}").status_code == 204
    assert not AddressTrouble.objects.exists()
    assert api.post(f"/api/v1/messages/{key}/retry").status_code == 204
    assert api.post(f"/api/v1/messages/{key}/retry").status_code == 409


def test_words_are_checked_kept_and_taken_back(cast: Cast, api: Client) -> None:
    refused = put(api, WORDS, subject="{{ secret }}", text="x")
    assert refused.status_code == 422
    assert "secret" in refused.content.decode()
    kept = put(api, WORDS, subject="{{ number }}!", text="Dear {{ name }}").json()
    assert kept["own"]["subject"] == "{{ number }}!"
    assert kept["draft"] is None
    preview = api.post(
        f"{WORDS}/preview", {"subject": "S", "text": "{{ name }}"}, content_type="application/json"
    ).json()
    assert preview["text"] == "Imre Castellane\n"
    assert api.delete(WORDS).status_code == 204
    assert not MessageTemplate.objects.exists()
    listed = api.get("/api/v1/message-templates").json()["items"]
    assert "incident.opened" in {row["kind"] for row in listed}


def test_a_team_gets_a_sender(cast: Cast, api: Client) -> None:
    address = "/api/v1/message-senders/service-desk"
    assert put(api, address, name="Desk", address="nobody").status_code == 422
    assert put(api, address, name="Desk", address="desk@x.example").status_code == 204
    (row,) = api.get("/api/v1/message-senders").json()["items"]
    assert (row["team"], row["address"]) == ("service-desk", "desk@x.example")
    assert api.delete(address).status_code == 204
    assert not Sender.objects.exists()
