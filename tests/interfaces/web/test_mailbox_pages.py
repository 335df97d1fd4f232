"""The pages of mailboxes: what is shown, what is never shown, and what the buttons do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast, account
from tests.jobs import waiting_jobs
from tests.mailboxes import mailbox
from timshel.support.communication.models import Mailbox
from timshel.support.communication.troubles import SENTENCES, MailboxTrouble

LIST = "/administration/mailboxes"


@pytest.fixture
def client(cast: Cast) -> Client:
    found = Client()
    found.force_login(account(cast.administrator))
    return found


def text(answer: Any) -> str:
    found: str = answer.content.decode()
    return found


def test_how_each_is_stands_in_the_list(client: Client) -> None:
    mailbox("desk")
    mailbox("hall")
    Mailbox.objects.filter(code="hall").update(trouble="refused", last_error="no <b>way</b>")
    page = text(client.get(LIST))

    assert "Not tried yet" in page
    assert "Not reached" in page
    assert str(SENTENCES[MailboxTrouble.REFUSED]) in page
    one = text(client.get(f"{LIST}/hall"))
    assert "no &lt;b&gt;way&lt;/b&gt;" in one


def test_a_mailbox_is_made_and_changed_without_showing_its_secret(client: Client) -> None:
    given = {
        "name": "Desk",
        "code": "desk",
        "address": "desk@x.example",
        "way": "fetched",
        "host": "imap.invalid",
        "port": "993",
        "security": "tls",
        "sign_in": "password",
        "secret": "the secret itself",
        "folder": "INBOX",
        "afterwards": "move",
        "taken_folder": "Taken",
    }
    refused = client.post("/administration/new-mailbox", {**given, "secret": ""})
    assert refused.status_code == 422
    made = client.post("/administration/new-mailbox", given)
    assert (made.status_code, made["Location"]) == (302, f"{LIST}/desk")
    sealed = bytes(Mailbox.objects.get().secret)
    page = text(client.get(f"{LIST}/desk"))
    assert "the secret itself" not in page
    assert "One is kept." in page

    changed = client.post(f"{LIST}/desk", {**given, "name": "Our desk", "secret": ""})
    assert changed.status_code == 302
    row = Mailbox.objects.get()
    assert (row.name, bytes(row.secret)) == ("Our desk", sealed)
    again = client.post("/administration/new-mailbox", given)
    assert again.status_code == 422
    assert "This code is taken." in text(again)


def test_a_password_that_has_to_be_typed_again_says_so(client: Client) -> None:
    given = {"name": "Desk", "code": "desk", "way": "fetched", "secret": "the secret itself"}
    page = text(client.post("/administration/new-mailbox", given))
    assert "the secret itself" not in page
    assert "please type it once more" in page


def test_the_connection_is_tried_by_a_job(client: Client) -> None:
    mailbox()
    client.post(f"{LIST}/desk/try")

    assert "mail.try" in waiting_jobs()
    assert "Being tried" in text(client.get(f"{LIST}/desk"))


def test_pausing_and_going_on(client: Client) -> None:
    mailbox()
    client.post(f"{LIST}/desk/pause")
    assert not Mailbox.objects.get().is_active
    assert "Paused" in text(client.get(LIST))
    client.post(f"{LIST}/desk/resume")
    assert Mailbox.objects.get().is_active


def test_what_only_oauth_needs_is_folded_away(client: Client) -> None:
    mailbox()
    assert "<details><summary>" in text(client.get(f"{LIST}/desk"))
    Mailbox.objects.update(sign_in="oauth")
    assert "<details open><summary>" in text(client.get(f"{LIST}/desk"))
