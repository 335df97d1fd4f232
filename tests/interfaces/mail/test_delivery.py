"""Mail on its way: a server that is down, refuses, or dies; threads, senders and envelopes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from aiosmtpd.smtp import Envelope, Session

from tests.cast import AT, Cast, later, opened
from tests.interfaces.mail.test_smtp import Post, Server
from tests.jobs import run_jobs
from timshel.kernel import letters
from timshel.kernel.letters import Draft
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident.actions import (
    assign_incident,
    cancel_incident,
    reopen_incident,
    reply_to_incident,
    resolve_incident,
    take_incident,
)
from timshel.support.communication import queries
from timshel.support.communication.actions import (
    Message,
    Outcome,
    SenderGiven,
    keep_sender,
    queue_message,
    send_due,
    send_message,
)
from timshel.support.communication.models import AddressTrouble, OutgoingMessage


class Keeping(Server):
    """A server that keeps envelopes, refuses some recipients, and may die once it has a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.senders: list[str] = []
        self.refused: dict[str, str] = {}
        self.deaths = 0

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        return await super().handle_RCPT(server, session, envelope, address, options)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        said = await super().handle_DATA(server, session, envelope)
        self.senders.append(envelope.mail_from or "")
        if self.deaths:
            self.deaths -= 1
            server.transport.abort()
        return said


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    made = Post()
    made.server = Keeping()
    settings.MAIL_URL = f"smtp://127.0.0.1:{made.port}"
    settings.MAIL_DOMAIN = "aldermoor.example"
    yield made
    made.stop()


def queue(cast: Cast, key: str, address: str = "imre@x.example", **more: Any) -> int:
    assert cast.requester.person_id is not None
    message = Message(
        key=key,
        kind="incident.opened",
        thread="incident.INC0000001",
        person_id=cast.requester.person_id,
        address=address,
        subject="s",
        text="t",
        **more,
    )
    made = queue_message(message, at=AT)
    assert made is not None
    return made


def state(key: int) -> tuple[str, str]:
    row = OutgoingMessage.objects.get(pk=key)
    return row.state, row.failure


class TestTrouble:
    def test_a_server_that_is_down_for_an_hour_gets_everything_once(
        self, cast: Cast, post: Post
    ) -> None:
        keys = [queue(cast, f"{each}") for each in range(20)]
        for minute in range(60):
            send_due(transport=post.transport, at=AT + timedelta(minutes=minute))
        attempts = set(OutgoingMessage.objects.values_list("state", "attempts", "failure"))
        assert attempts == {("queued", 4, "server")}, "patience grows, and nobody hammers"
        post.start()
        for minute in range(60, 180):
            send_due(transport=post.transport, at=AT + timedelta(minutes=minute))
        assert {state(key) for key in keys} == {("sent", "")}
        assert len(post.server.mails) == len(keys)
        assert len({str(mail["Message-ID"]) for mail in post.server.mails}) == len(keys)

    def test_one_of_two_recipients_is_refused(self, cast: Cast, post: Post) -> None:
        post.start()
        assert isinstance(post.server, Keeping)
        post.server.refused = {"gone@x.example": "550 5.1.1 nobody there"}
        there, gone = queue(cast, "a"), queue(cast, "b", "gone@x.example")
        assert send_message(gone, transport=post.transport, at=AT) is Outcome.GIVEN_UP
        assert send_message(there, transport=post.transport, at=AT) is Outcome.SENT
        assert (state(there), state(gone)) == (("sent", ""), ("failed", "refused"))
        assert AddressTrouble.objects.get().address == "gone@x.example"
        again = queue(cast, "c", "Gone@x.example")
        assert send_message(again, transport=post.transport, at=AT) is Outcome.GIVEN_UP
        assert state(again) == ("failed", "marked")
        assert post.server.recipients == [["imre@x.example"]]

    def test_a_refusal_of_what_it_says_does_not_mark_the_address(
        self, cast: Cast, post: Post
    ) -> None:
        post.start()
        post.server.answers["DATA"] = ["550 5.7.1 looks like spam"]
        key = queue(cast, "a")
        assert send_message(key, transport=post.transport, at=AT) is Outcome.GIVEN_UP
        assert not AddressTrouble.objects.exists()

    def test_a_server_that_dies_after_the_data_gets_it_again_under_the_same_name(
        self, cast: Cast, post: Post
    ) -> None:
        post.start()
        assert isinstance(post.server, Keeping)
        post.server.deaths = 1
        key = queue(cast, "a")
        assert send_message(key, transport=post.transport, at=AT) is Outcome.LATER
        due_at = OutgoingMessage.objects.get(pk=key).due_at
        assert send_message(key, transport=post.transport, at=due_at) is Outcome.SENT
        assert len({str(mail["Message-ID"]) for mail in post.server.mails}) == 1


class TestEnvelopes:
    def test_reports_come_back_to_an_address_of_the_message(self, cast: Cast, post: Post) -> None:
        post.start()
        assert isinstance(post.server, Keeping)
        keys = [queue(cast, "a"), queue(cast, "b")]
        for key in keys:
            send_message(key, transport=post.transport, at=AT)
        assert [queries.message_by_envelope([each]) for each in post.server.senders] == keys
        assert all(each.endswith("@aldermoor.example") for each in post.server.senders)

    def test_switched_off_it_is_the_sender_itself(
        self, cast: Cast, post: Post, settings: Any
    ) -> None:
        settings.MAIL_BOUNCES = ""
        post.start()
        assert isinstance(post.server, Keeping)
        send_message(queue(cast, "a"), transport=post.transport, at=AT)
        assert post.server.senders == ["service.desk@timshel.example"]


class TestSenders:
    def test_mail_about_a_case_leaves_in_the_name_of_its_team(self, cast: Cast, post: Post) -> None:
        number = opened(cast.requester)
        item = WorkItem.objects.select_related("team").get(number=number)
        assert item.team is not None
        given = SenderGiven("IT helpers", "it@aldermoor.example")
        keep_sender(item.team.code, given=given, actor=cast.administrator, at=AT)
        post.start()
        run_jobs()
        (mail,) = post.server.mails
        assert str(mail["From"]) == "IT helpers <it@aldermoor.example>"
        assert str(mail["Reply-To"]) == "IT helpers <service.desk@timshel.example>"

    def test_without_one_it_is_that_of_the_installation(self, cast: Cast, post: Post) -> None:
        opened(cast.requester)
        post.start()
        run_jobs()
        (mail,) = post.server.mails
        assert str(mail["From"]) == "Service desk <service.desk@timshel.example>"
        assert str(mail["Reply-To"]) == str(mail["From"])


class TestThreads:
    def test_every_mail_about_a_case_says_what_it_belongs_to(self, cast: Cast, post: Post) -> None:
        post.start()
        number = opened(cast.requester)
        take_incident(number, actor=cast.agent, at=later(1))
        reply_to_incident(number, text="Is it in?", actor=cast.agent, at=later(2))
        run_jobs()
        reply_to_incident(number, text="It is.", actor=cast.requester, at=later(3))
        run_jobs()
        by = {"actor": cast.lead, "at": later(4)}
        assign_incident(number, assignee_id=cast.second_agent.person_id, **by)
        run_jobs()
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(5))
        run_jobs()
        reopen_incident(number, reason="Black.", actor=cast.requester, at=later(6))
        run_jobs()
        cancel_incident(number, reason="Twice.", actor=cast.lead, at=later(7))
        run_jobs()
        kinds = set(OutgoingMessage.objects.values_list("kind", flat=True))
        assert kinds >= {
            f"incident.{each}"
            for each in ("opened", "replied", "answered", "assigned", "resolved", "reopened")
        }
        for mail in post.server.mails:
            for named in [str(mail["In-Reply-To"]), *str(mail["References"]).split()]:
                assert queries.thread_of(named.strip()) == f"incident.{number}", mail["Subject"]

    def test_a_mail_of_any_kind_carries_the_headers(self, cast: Cast, post: Post) -> None:
        post.start()
        assert cast.requester.person_id is not None
        for kind in letters.kinds():
            words = queries.worded(Draft(kind.code, "en", kind.samples()))
            key = queue_message(
                Message(
                    key=kind.code,
                    kind=kind.code,
                    thread="incident.INC0000001",
                    person_id=cast.requester.person_id,
                    address="imre@x.example",
                    subject=words.subject,
                    text=words.text,
                ),
                at=AT,
            )
            assert key is not None
            assert send_message(key, transport=post.transport, at=AT) is Outcome.SENT, kind.code
        mails = post.server.mails
        assert len(mails) == len(letters.kinds())
        root = str(mails[0]["References"]).strip()
        for before, mail in pairwise(mails):
            assert str(mail["References"]).split()[0] == root
            assert str(mail["In-Reply-To"]).strip() == str(before["Message-ID"]).strip()
