"""Held mail at the desk: the list, one of them, and each way to handle it; and the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.brought import address, bring, reference, write
from tests.cast import Cast, opened
from tests.interfaces.web.desk import browser_of, now, text_of, words_of
from timshel.kernel.errors import NotAllowed
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.intake import actions
from timshel.resolution_fulfilment.intake.models import KnownSender, MailRule
from timshel.support.communication.models import IncomingMessage, Mailbox
from timshel.support.communication.queries import incoming_message
from timshel.support.communication.states import IncomingReason, IncomingState


@pytest.fixture(autouse=True)
def _own_files(settings: Any, tmp_path: Path) -> None:
    """Keep files in a folder of the test's own."""
    settings.DATA_DIRECTORY = tmp_path


STRANGER = "Vesna Unknown <vesna@elsewhere.example>"
HELD = "/desk/held"


def held(text: str = "The tap drips.", **headers: str) -> int:
    came = bring(write(STRANGER, text, **headers), at=now())
    assert came.state is IncomingState.HELD
    return came.id


def test_the_list_says_who_wrote_what_and_why_it_waits(cast: Cast) -> None:
    held(subject="A tap")
    page = words_of(browser_of(cast.process_owner).get(HELD))
    assert "A tap vesna@elsewhere.example Nobody with this address is known." in page


def test_one_of_them_shows_what_was_read(cast: Cast) -> None:
    number = opened(cast.requester)
    key = held("The tap drips.\n\n-- \nVesna", subject=f"Re: {number}")
    page = text_of(browser_of(cast.process_owner).get(f"{HELD}/{key}"))
    assert "The tap drips." in page
    assert "Vesna Unknown <vesna@elsewhere.example>" in page
    assert f'value="{number}"' in page


def test_what_cannot_be_read_can_be_had_as_it_came(cast: Cast) -> None:
    key = bring(b"Content-Type: message/rfc822\r\n\r\n" * 500 + b"x", at=now()).id
    browser = browser_of(cast.process_owner)
    assert "It cannot be read here." in text_of(browser.get(f"{HELD}/{key}"))
    assert browser.get(f"/mail/messages/{key}/raw").content.endswith(b"x")


def test_a_case_is_opened_for_the_sender(cast: Cast) -> None:
    key = held()
    answer = browser_of(cast.process_owner).post(f"{HELD}/{key}/open-case", {"person": ""})
    assert (answer.status_code, answer["Location"]) == (302, HELD)
    item = WorkItem.objects.select_related("requester").get()
    assert (item.requester.name, item.description) == ("Vesna Unknown", "The tap drips.")
    assert incoming_message(key).record == f"incident.{item.number}"


def test_a_case_is_opened_for_somebody_else(cast: Cast) -> None:
    key = held()
    browser = browser_of(cast.process_owner)
    refused = browser.post(f"{HELD}/{key}/open-case", {"person": "nobody@x.example"})
    assert refused.status_code == 422
    assert "Nobody with this address is known." in text_of(refused)
    browser.post(f"{HELD}/{key}/open-case", {"person": address(cast.requester)})
    assert WorkItem.objects.get().requester_id == cast.requester.person_id


def test_a_mail_is_added_to_a_case_by_its_number(cast: Cast) -> None:
    number = opened(cast.requester)
    key = held(in_reply_to=reference(number))
    browser = browser_of(cast.process_owner)
    refused = browser.post(f"{HELD}/{key}/add-to-case", {"number": "INC9999999"})
    assert refused.status_code == 422
    browser.post(f"{HELD}/{key}/add-to-case", {"number": number.lower()})
    assert Comment.objects.get().text == "The tap drips."
    assert incoming_message(key).record == f"incident.{number}"
    again = browser.post(f"{HELD}/{key}/add-to-case", {"number": number})
    assert again.status_code in (302, 404)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("whom", "pattern"), [("sender", "vesna@elsewhere.example"), ("domain", "@elsewhere.example")]
)
def test_the_sender_is_trusted_and_the_mail_taken(cast: Cast, whom: str, pattern: str) -> None:
    key = held()
    browser_of(cast.process_owner).post(f"{HELD}/{key}/trust", {"whom": whom})
    assert KnownSender.objects.get().pattern == pattern
    assert incoming_message(key).state is IncomingState.TAKEN


def test_many_are_left_aside_and_one_is_handled_later(cast: Cast) -> None:
    keys = [held(f"{each}") for each in range(3)]
    browser = browser_of(cast.process_owner)
    browser.post(f"{HELD}/ignore", {"message": [*keys[:2], "x", 0]})
    assert [incoming_message(key).state for key in keys] == ["ignored", "ignored", "held"]
    assert incoming_message(keys[0]).reason is IncomingReason.BY_HAND
    assert "Somebody left it aside." in text_of(browser.get(f"{HELD}?show=ignored"))
    browser.post(f"{HELD}/{keys[0]}/open-case", {"person": ""})
    assert incoming_message(keys[0]).state is IncomingState.TAKEN


def test_only_who_may_handle_it_sees_it(cast: Cast) -> None:
    """An agent looks after the mailboxes of their team, and nothing else."""
    box = Mailbox.objects.create(
        code="desk", name="Desk", address="desk@timshel.example", team_id=cast.teams["service-desk"]
    )
    own = bring(write(STRANGER, "One."), mailbox_id=box.pk, at=now()).id
    other = held("Two.")
    browser = browser_of(cast.agent)
    page = text_of(browser.get(HELD))
    assert f"{HELD}/{own}" in page
    assert f"{HELD}/{other}" not in page
    assert browser.get(f"{HELD}/{other}").status_code == 404
    assert browser.get(f"/mail/messages/{other}/raw").status_code == 404
    assert browser.post(f"{HELD}/{other}/open-case", {"person": ""}).status_code == 404
    assert browser_of(cast.requester).get(HELD).status_code == 403
    with pytest.raises(NotAllowed):
        actions.ignore_held([own], actor=cast.requester, at=now())
    assert actions.ignore_held([other], actor=cast.agent, at=now()) == 0
    assert IncomingMessage.objects.filter(state="held").count() == 2


def test_a_rule_is_kept(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    given = {"service": "mail", "unknown_senders": "guest", "automatic_mail": "hold"}
    assert browser.post("/administration/mail-rules/others", given).status_code == 302
    rule = MailRule.objects.select_related("service").get()
    assert (rule.mailbox_id, rule.service.code if rule.service else "") == (None, "mail")
    assert (rule.unknown_senders, rule.automatic_mail) == ("guest", "hold")
    wrong = browser.post("/administration/mail-rules/others", {**given, "unknown_senders": "x"})
    assert wrong.status_code == 422
    assert browser.post("/administration/mail-rules/9999999", given).status_code == 404


def test_senders_are_judged_and_forgotten(cast: Cast) -> None:
    browser = browser_of(cast.administrator)
    rules = "/administration/mail-rules"
    given = {"pattern": "@Spam.example", "verdict": "blocked", "note": "Advertising"}
    browser.post(f"{rules}/senders", given)
    assert "@spam.example" in text_of(browser.get(rules))
    assert browser.post(f"{rules}/senders", {**given, "pattern": "x"}).status_code == 422
    browser.post(f"{rules}/senders/{KnownSender.objects.get().pk}/forget")
    assert not KnownSender.objects.exists()
    assert browser_of(cast.agent).get(rules).status_code == 403
