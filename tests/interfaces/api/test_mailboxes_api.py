"""Mailboxes for other programs: kept by their code, tried, paused; secrets go in and stay in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.cast import Cast
from tests.jobs import waiting_jobs
from timshel.leadership.authority.access import PERMISSIONS
from timshel.support.communication.models import Mailbox

GIVEN = {
    "name": "Service desk",
    "address": "desk@x.example",
    "team": "service-desk",
    "host": "imap.invalid",
    "secret": "the secret itself",
    "taken_folder": "Taken",
}


@pytest.fixture
def client(cast: Cast) -> Client:
    secret = people.token(cast.administrator, PERMISSIONS)
    return Client(headers={"Authorization": f"Bearer {secret}"})


def put(client: Client, body: dict[str, Any], code: str = "desk") -> Any:
    return client.put(f"/api/v1/mailboxes/{code}", json.dumps(body), "application/json")


def read(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return json.loads(answer.content)


def test_a_mailbox_is_kept_and_its_secret_stays_in(client: Client) -> None:
    made = read(put(client, GIVEN))
    assert (made["code"], made["host"], made["has_secret"]) == ("desk", "imap.invalid", True)
    assert "the secret itself" not in json.dumps(made)
    sealed = bytes(Mailbox.objects.get().secret)

    without = {name: value for name, value in GIVEN.items() if name != "secret"}
    changed = read(put(client, {**without, "name": "Desk"}))
    assert changed["name"] == "Desk"
    assert bytes(Mailbox.objects.get().secret) == sealed
    assert read(client.get("/api/v1/mailboxes"))["items"] == [changed]
    assert read(client.get("/api/v1/mailboxes/desk")) == changed


def test_what_is_wrong_is_said_by_field(client: Client) -> None:
    refused = read(put(client, {**GIVEN, "secret": "", "taken_folder": "INBOX"}), 422)

    assert {"secret", "taken_folder"} <= set(json.dumps(refused).replace('"', " ").split())
    assert not Mailbox.objects.exists()


def test_it_is_tried_paused_and_resumed(client: Client) -> None:
    put(client, GIVEN)
    assert read(client.post("/api/v1/mailboxes/desk/try"), 202)["is_asked"]
    assert "mail.try" in waiting_jobs()
    assert not read(client.post("/api/v1/mailboxes/desk/pause"))["is_active"]
    assert read(client.post("/api/v1/mailboxes/desk/resume"))["is_active"]
    assert client.post("/api/v1/mailboxes/nobody/try").status_code == 404
