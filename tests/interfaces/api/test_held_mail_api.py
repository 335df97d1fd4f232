"""Mail that waits, for other programs: listed, read, handled in each way, by those who may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests import cast as people
from tests.brought import DESK, address, bring, reference, write
from tests.cast import AT, Cast, later, opened
from timshel.context.people.models import Person
from timshel.leadership.authority.access import PERMISSIONS
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.intake.models import KnownSender
from timshel.support.communication.models import IncomingMessage, Mailbox
from timshel.support.communication.states import IncomingState

MAIL = "/api/v1/held-mail"
RULES = "/api/v1/mail-rules"
SENDER = "vesna@elsewhere.example"
QUOTING = "It is dark.\n\nOn Monday 2 March 2026 at 9:14, desk@x.example wrote:\n> Is it on?"


@pytest.fixture(autouse=True)
def _shelf(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIRECTORY = tmp_path


def client_of(who: Any) -> Client:
    return Client(headers={"Authorization": f"Bearer {people.token(who, PERMISSIONS)}"})


@pytest.fixture
def agent(cast: Cast) -> Client:
    """Return the service desk's client."""
    return client_of(cast.agent)


@pytest.fixture
def box(cast: Cast) -> int:
    return Mailbox.objects.create(
        code="in", name="In", address=DESK, team_id=cast.teams["service-desk"]
    ).pk


@pytest.fixture
def held(box: int) -> int:
    """Return the key of a mail of somebody unknown."""
    mail = write(f"Vesna Sender <{SENDER}>", QUOTING, subject="No light")
    mail.add_attachment(b"x", maintype="text", subtype="plain", filename="plan.txt")
    return bring(mail, mailbox_id=box, at=AT).id


def read(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content
    return json.loads(answer.content) if answer.content else None


def post(client: Client, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
    return client.post(path, json.dumps(body or {}), "application/json", headers=headers)


def state_of(key: int) -> str:
    return IncomingMessage.objects.values_list("state", flat=True).get(pk=key)


def test_it_is_listed_page_by_page(agent: Client, box: int, held: int) -> None:
    second = bring(write("other@elsewhere.example"), mailbox_id=box, at=later(1)).id
    page = read(agent.get(MAIL, {"size": 1}))
    assert [each["id"] for each in page["items"]] == [second]
    page = read(agent.get(page["links"]["next"]))
    (found,) = page["items"]
    assert (found["id"], found["subject"], found["sender"]) == (held, "No light", SENDER)
    assert (found["reason"], found["explanation"]) == (
        "unknown_sender",
        "Nobody with this address is known.",
    )
    assert page["links"]["next"] is None
    assert read(agent.get(MAIL, {"state": "ignored"}))["items"] == []
    assert agent.get(MAIL, {"state": "taken"}).status_code == 422


def test_it_is_read_with_what_it_says(agent: Client, held: int) -> None:
    found = read(agent.get(f"{MAIL}/{held}"))
    assert (found["state"], found["text"], found["files"]) == ("held", "It is dark.", ["plan.txt"])
    assert found["quoted"].endswith("> Is it on?")
    assert (found["seems_to_answer"], found["also_to"]) == ("", [])


def test_its_source_is_read_byte_by_byte(agent: Client, box: int) -> None:
    raw = b"From: vesna@elsewhere.example\r\nSubject: =?x?q?=FF?=\r\n\r\n\xff\x00 <b>Hello</b>\r\n"
    key = bring(raw, mailbox_id=box).id
    answer = agent.get(f"{MAIL}/{key}/raw")
    assert (answer.status_code, answer.content) == (200, raw)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_case_is_opened_for_its_sender_who_becomes_a_guest(agent: Client, held: int) -> None:
    number = read(post(agent, f"{MAIL}/{held}/open-case"))["number"]
    item = WorkItem.objects.get(number=number)
    assert (item.title, item.requester.name) == ("No light", "Vesna Sender")
    assert state_of(held) == IncomingState.TAKEN
    assert agent.get(f"{MAIL}/{held}").status_code == 404
    assert agent.get(f"{MAIL}/{held}/raw").status_code == 200


def test_a_case_is_opened_for_somebody_else(agent: Client, cast: Cast, held: int) -> None:
    body = {"person_id": cast.requester.person_id}
    number = read(post(agent, f"{MAIL}/{held}/open-case", body))["number"]
    assert WorkItem.objects.get(number=number).requester_id == cast.requester.person_id
    assert not Person.objects.filter(email=SENDER).exists()


def test_it_becomes_an_entry_of_a_case(agent: Client, cast: Cast, held: int) -> None:
    number = opened(cast.requester)
    answer = read(post(agent, f"{MAIL}/{held}/add-to-case", {"number": number}))
    assert answer == {"number": number}
    comment = Comment.objects.get(work_item__number=number)
    assert (comment.text, comment.author_name) == ("It is dark.", cast.requester.name)
    refused = read(post(agent, f"{MAIL}/{held}/add-to-case", {"number": number}), 409)
    assert refused["status"] == 409
    assert Comment.objects.count() == 1


def test_a_case_that_is_not_there_is_a_fault_of_the_field(agent: Client, held: int) -> None:
    refused = read(post(agent, f"{MAIL}/{held}/add-to-case", {"number": "INC9999999"}), 422)
    assert "number" in json.dumps(refused)
    assert state_of(held) == IncomingState.HELD


@pytest.mark.parametrize("whole_domain", [False, True])
def test_its_sender_is_trusted(agent: Client, held: int, whole_domain: bool) -> None:
    answer = read(post(agent, f"{MAIL}/{held}/trust-sender", {"whole_domain": whole_domain}))
    assert answer == {"state": "taken"}
    pattern = "@elsewhere.example" if whole_domain else SENDER
    assert list(KnownSender.objects.values_list("pattern", "verdict")) == [(pattern, "trusted")]
    assert WorkItem.objects.get().title == "No light"


def test_it_is_left_aside_and_handled_later_all_the_same(agent: Client, held: int) -> None:
    assert read(post(agent, f"{MAIL}/{held}/ignore")) == {"state": "ignored"}
    (found,) = read(agent.get(MAIL, {"state": "ignored"}))["items"]
    assert (found["id"], found["reason"]) == (held, "by_hand")
    assert read(post(agent, f"{MAIL}/{held}/ignore")) == {"state": "ignored"}
    assert "number" in read(post(agent, f"{MAIL}/{held}/open-case"))


@pytest.mark.parametrize("way", ["open-case", "trust-sender", "add-to-case"])
def test_what_was_handled_is_not_handled_again(
    agent: Client, cast: Cast, held: int, way: str
) -> None:
    post(agent, f"{MAIL}/{held}/open-case")
    body = {"number": opened(cast.requester)} if way == "add-to-case" else {}
    count = WorkItem.objects.count()
    refused = read(post(agent, f"{MAIL}/{held}/{way}", body), 409)
    assert refused["detail"] == "This mail was handled already."
    assert (WorkItem.objects.count(), state_of(held)) == (count, IncomingState.TAKEN)


def test_asked_twice_with_one_key_is_done_once(agent: Client, held: int) -> None:
    headers = {"Idempotency-Key": "once"}
    first = post(agent, f"{MAIL}/{held}/open-case", **headers)
    again = post(agent, f"{MAIL}/{held}/open-case", **headers)
    assert read(first) == read(again)
    assert WorkItem.objects.count() == 1


def test_only_who_looks_after_its_mailbox_has_it(cast: Cast, held: int) -> None:
    requester, elsewhere = client_of(cast.requester), client_of(cast.facilities_agent)
    assert read(elsewhere.get(MAIL))["items"] == []
    for path in (f"{MAIL}/{held}", f"{MAIL}/{held}/raw"):
        assert elsewhere.get(path).status_code == 404
        assert requester.get(path).status_code == 403
        assert Client().get(path).status_code == 401
    for way in ("open-case", "trust-sender", "ignore"):
        assert post(elsewhere, f"{MAIL}/{held}/{way}").status_code == 404
        assert post(requester, f"{MAIL}/{held}/{way}").status_code == 403
    assert state_of(held) == IncomingState.HELD


def test_the_source_of_an_entry_is_read_by_who_sees_the_case(cast: Cast, agent: Client) -> None:
    number = opened(cast.requester)
    key = bring(write(cast.requester, in_reply_to=reference(number)), at=later(1)).id
    assert agent.get(f"{MAIL}/{key}/raw").status_code == 200
    assert client_of(cast.facilities_agent).get(f"{MAIL}/{key}/raw").status_code == 404
    assert agent.get(f"{MAIL}/{key + 1000}/raw").status_code == 404


# --- Rules -------------------------------------------------------------------------------------


@pytest.fixture
def administrator(cast: Cast) -> Client:
    return client_of(cast.administrator)


def test_the_rule_of_a_mailbox_is_set(administrator: Client, box: int) -> None:
    before = {each["mailbox"]: each for each in read(administrator.get(RULES))["items"]}
    assert (set(before), before["in"]["unknown_senders"]) == ({"in", ""}, "hold")
    wanted = {"service": "mail", "unknown_senders": "guest", "automatic_mail": "hold"}
    address_of = f"{RULES}/{box}"
    answer = read(administrator.put(address_of, json.dumps(wanted), "application/json"))
    assert answer == {"mailbox_id": box, "mailbox": "in", **wanted}
    assert answer in read(administrator.get(RULES))["items"]
    assert bring(write(SENDER), mailbox_id=box).state is IncomingState.TAKEN
    assert bring(write("other@elsewhere.example")).state is IncomingState.HELD


@pytest.mark.parametrize(
    ("change", "status"),
    [({"service": "nothing"}, 422), ({"unknown_senders": "eat"}, 422), ({"what": 1}, 422)],
)
def test_what_is_wrong_with_a_rule_is_said(
    administrator: Client, box: int, change: dict[str, Any], status: int
) -> None:
    body = {"unknown_senders": "guest", **change}
    read(administrator.put(f"{RULES}/{box}", json.dumps(body), "application/json"), status)
    assert read(administrator.get(RULES))["items"][0]["unknown_senders"] == "hold"


def test_a_mailbox_that_is_not_there_has_no_rule(administrator: Client, box: int) -> None:
    body = json.dumps({"unknown_senders": "guest"})
    assert administrator.put(f"{RULES}/{box + 1}", body, "application/json").status_code == 404


def test_senders_are_judged_and_forgotten(administrator: Client, cast: Cast) -> None:
    judged = {"pattern": "@Elsewhere.example", "verdict": "blocked", "note": "Noise"}
    assert read(post(administrator, f"{RULES}/senders", judged)) == {"state": "blocked"}
    assert read(post(administrator, f"{RULES}/senders", {**judged, "pattern": "no"}), 422)
    (found,) = read(administrator.get(f"{RULES}/senders"))["items"]
    assert (found["pattern"], found["note"]) == ("@elsewhere.example", "Noise")
    assert bring(write(SENDER)).state is IncomingState.IGNORED
    assert administrator.delete(f"{RULES}/senders/{found['id']}").status_code == 204
    assert administrator.delete(f"{RULES}/senders/{found['id']}").status_code == 404
    assert bring(write(SENDER)).state is IncomingState.HELD
    assert bring(write(address(cast.requester))).state is IncomingState.TAKEN


def test_rules_are_for_those_who_configure_mail(agent: Client, box: int) -> None:
    assert agent.get(RULES).status_code == 403
    body = json.dumps({"unknown_senders": "guest"})
    assert agent.put(f"{RULES}/{box}", body, "application/json").status_code == 403
    judged = {"pattern": "@elsewhere.example", "verdict": "trusted"}
    assert post(agent, f"{RULES}/senders", judged).status_code == 403
    assert not KnownSender.objects.exists()
