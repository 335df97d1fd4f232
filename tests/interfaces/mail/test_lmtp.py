"""A mail server that brings mail hears for each recipient whether we have it, once that is true."""

from __future__ import annotations

import asyncio
import contextlib
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection

from tests.cast import AT, SYSTEM
from tests.odd_mails import as_fetched, made_mails, odd_mails
from timshel.interfaces.mail import brought, lmtp
from timshel.interfaces.mail.pipe import Code, receive
from timshel.support.communication import actions, queries
from timshel.support.communication.actions import MailboxContent, MailboxSecrets
from timshel.support.communication.models import IncomingMessage
from timshel.support.communication.rules import fingerprint

HELLO = (
    b"From: imre@x.example\r\nSubject: Hello\r\nMessage-ID: <1@x.example>\r\n\r\n.\r\nHello.\r\n"
)


def make(code: str = "desk", address: str = "desk@x.example") -> int:
    return actions.keep_mailbox(
        code,
        content=MailboxContent(name=code, address=address, way="delivered"),
        secrets=MailboxSecrets(),
        actor=SYSTEM,
        at=AT,
    )


@pytest.fixture
def listener(
    transactional_db: None, shelf: Path, settings: Any
) -> Iterator[Callable[[], smtplib.LMTP]]:
    """Return what begins a conversation with a listener."""
    settings.MAIL_DOMAIN = "timshel.example"
    ports: list[int] = []
    ready = threading.Event()
    loops: list[Any] = []

    def note(port: int) -> None:
        ports.append(port)
        ready.set()

    async def run() -> None:
        task = asyncio.current_task()
        loops.append((asyncio.get_running_loop(), task))
        await lmtp.listen(host="127.0.0.1", is_ready=note)

    def main() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(run())

    thread = threading.Thread(target=main, daemon=True)
    thread.start()
    assert ready.wait(10)
    yield lambda: smtplib.LMTP("127.0.0.1", ports[0], timeout=20)
    loop, task = loops[0]
    loop.call_soon_threadsafe(task.cancel)
    thread.join(10)


def raws() -> list[bytes]:
    return [
        queries.raw_of(key)
        for key in IncomingMessage.objects.order_by("pk").values_list("pk", flat=True)
    ]


Begin = Callable[[], smtplib.LMTP]


def test_what_is_answered_with_yes_is_kept(listener: Begin) -> None:
    mailbox_id = make()
    with listener() as client:
        assert client.sendmail("imre@x.example", ["Desk+INC1@X.example"], HELLO) == {}

    assert raws() == [HELLO]
    row = IncomingMessage.objects.get()
    assert (row.door, row.mailbox_id) == ("lmtp", mailbox_id)
    found = queries.incoming_message(row.pk)
    assert (found.envelope_from, found.envelope_to) == (
        "imre@x.example",
        ("Desk+INC1@X.example",),
    )


def test_the_null_sender_is_known(listener: Begin) -> None:
    make()
    with listener() as client:
        client.sendmail("", ["desk@x.example"], HELLO)

    assert queries.incoming_message(IncomingMessage.objects.get().pk).envelope_from == ""


def test_reports_come_to_the_address_of_their_message(listener: Begin) -> None:
    with listener() as client:
        client.sendmail("", ["bounces+m12.0123456789abcdef@timshel.example"], HELLO)

    assert IncomingMessage.objects.get().mailbox_id is None


def test_each_recipient_has_an_answer(listener: Begin) -> None:
    make()
    make("hall", "hall@x.example")
    make("shed", "shed@x.example")
    actions.pause_mailbox("shed", actor=SYSTEM, at=AT)
    with listener() as client:
        client.ehlo("x.example")
        client.mail("imre@x.example")
        answers = {
            name: client.rcpt(f"{name}@x.example")[0] for name in ("desk", "nobody", "shed", "hall")
        }
        assert answers == {"desk": 250, "nobody": 550, "shed": 451, "hall": 250}
        assert client.data(HELLO)[0] == 250
        assert client.getreply()[0] == 250
        assert client.noop()[0] == 250
        client.rset()
        client.mail("imre@x.example")
        client.rcpt("desk@x.example")
        assert client.data(HELLO)[0] == 250
        assert client.noop()[0] == 250

    assert len(raws()) == 1


def test_sizes_are_announced_and_refused(listener: Begin, settings: Any) -> None:
    settings.MAIL_MAX_BYTES = 10_000
    make()
    make("hall", "hall@x.example")
    with listener() as client:
        client.ehlo("x.example")
        assert client.esmtp_features["size"] == "10000"
        assert client.mail("imre@x.example", ["SIZE=10001"])[0] == 552
        client.rset()
        client.mail("imre@x.example")
        client.rcpt("desk@x.example")
        client.rcpt("hall@x.example")
        code, said = client.data(HELLO + (b"x" * 70 + b"\r\n") * 200)
        assert (code, client.getreply()[0]) == (552, 552)
        assert b"10000 bytes" in said
        assert client.noop()[0] == 250
        client.rset()
        assert client.sendmail("imre@x.example", ["desk@x.example"], HELLO) == {}

    assert raws() == [HELLO]


def test_without_a_database_the_server_keeps_it(
    listener: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    make()

    def lost(*_given: Any, **_more: Any) -> Any:
        raise OperationalError("the connection is lost")

    with listener() as client:
        client.ehlo("x.example")
        with monkeypatch.context() as patch:
            patch.setattr(lmtp, "place_for", lost)
            client.mail("imre@x.example")
            assert client.rcpt("desk@x.example")[0] == 451
        client.rset()
        with monkeypatch.context() as patch:
            patch.setattr(brought.actions, "receive_message", lost)
            client.mail("imre@x.example")
            assert client.rcpt("desk@x.example")[0] == 250
            assert client.data(HELLO)[0] == 451
        assert raws() == []
        client.rset()
        assert client.sendmail("imre@x.example", ["desk@x.example"], HELLO) == {}

    assert raws() == [HELLO]


def test_a_dropped_session_of_the_database_is_mended(listener: Begin) -> None:
    make()
    with listener() as client:
        client.sendmail("imre@x.example", ["desk@x.example"], HELLO)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        codes = []
        for mail in made_mails(6):
            client.rset()
            client.mail("imre@x.example")
            code = client.rcpt("desk@x.example")[0]
            codes.append(code if code != 250 else client.data(mail)[0])

    assert set(codes) <= {250, 451}
    assert codes[-1] == 250
    assert len(raws()) == 1 + codes.count(250)


def test_a_conversation_that_breaks_off_leaves_nothing(listener: Begin) -> None:
    make()
    client = listener()
    client.ehlo("x.example")
    client.mail("imre@x.example")
    client.rcpt("desk@x.example")
    client.putcmd("data")
    client.getreply()
    client.send(HELLO.replace(b"\r\n.\r\n", b"\r\n"))
    client.close()
    with listener() as another:
        assert another.sendmail("imre@x.example", ["desk@x.example"], HELLO) == {}

    assert raws() == [HELLO]


def test_every_odd_mail_is_kept_as_it_is(listener: Begin) -> None:
    make()
    found = [each for each in (*odd_mails(), *made_mails(40)) if len(each) < 500_000]
    mails = [as_fetched(each) for each in found]  # as the protocol asks of who sends
    with listener() as client:
        for mail in mails:
            assert client.sendmail("imre@x.example", ["desk@x.example"], mail) == {}

    # What has no line end at its end gets one on its way; nothing else is changed.
    assert {each.rstrip(b"\r\n") for each in raws()} <= {each.rstrip(b"\r\n") for each in mails}
    assert len(raws()) == len({fingerprint(each) for each in mails})


def test_a_socket_takes_the_place_of_a_port(transactional_db: None, shelf: Path) -> None:
    make()
    path = shelf.parent / "s"
    ready = threading.Event()
    stop: list[Any] = []

    async def run() -> None:
        stop.append((asyncio.get_running_loop(), asyncio.current_task()))
        await lmtp.listen(path=path, is_ready=lambda _port: ready.set())

    def main() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(run())

    thread = threading.Thread(target=main, daemon=True)
    thread.start()
    assert ready.wait(10)
    with smtplib.LMTP(str(path), timeout=20) as client:
        assert client.sendmail("imre@x.example", ["desk@x.example"], HELLO) == {}
    assert path.stat().st_mode & 0o777 == 0o660
    stop[0][0].call_soon_threadsafe(stop[0][1].cancel)
    thread.join(10)
    assert raws() == [HELLO]
    assert not path.exists()


@pytest.mark.usefixtures("shelf")
class TestPipe:
    def take(self, raw: bytes = HELLO, **given: Any) -> Code:
        return receive(
            BytesIO(raw),
            **{"mailbox": None, "sender": None, "recipients": (), "environment": {}, **given},
        )

    def test_a_message_comes_to_the_named_mailbox(self, db: None) -> None:
        mailbox_id = make()
        environment = {"SENDER": "imre@x.example", "RECIPIENT": "desk@x.example"}

        assert self.take(mailbox="desk", environment=environment) is Code.DONE
        found = queries.incoming_message(IncomingMessage.objects.get().pk)
        assert (found.door, found.mailbox_id) == ("pipe", mailbox_id)
        assert (found.envelope_from, found.envelope_to) == ("imre@x.example", ("desk@x.example",))
        assert raws() == [HELLO]

    def test_the_mailbox_follows_from_the_recipient(self, db: None) -> None:
        mailbox_id = make()

        assert self.take(recipients=("desk@x.example",), sender="<>") is Code.DONE
        found = queries.incoming_message(IncomingMessage.objects.get().pk)
        assert (found.mailbox_id, found.envelope_from) == (mailbox_id, "")

    def test_without_any_word_it_is_kept_all_the_same(self, db: None) -> None:
        assert self.take() is Code.DONE
        found = queries.incoming_message(IncomingMessage.objects.get().pk)
        assert (found.mailbox_id, found.envelope_from) == (None, None)

    def test_what_cannot_be_kept_is_said_by_a_code(self, db: None, settings: Any) -> None:
        make()
        make("shed", "shed@x.example")
        actions.pause_mailbox("shed", actor=SYSTEM, at=AT)
        settings.MAIL_MAX_BYTES = 100

        assert self.take(mailbox="nobody") is Code.NO_MAILBOX
        assert self.take(recipients=("nobody@x.example",)) is Code.NO_MAILBOX
        assert self.take(mailbox="shed") is Code.LATER
        assert self.take(HELLO * 10, mailbox="desk") is Code.TOO_LARGE
        assert raws() == []


def test_too_many_conversations_are_told_to_come_later(
    listener: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lmtp, "CONNECTIONS", 1)
    make()
    with listener() as client:
        client.ehlo("x.example")
        with pytest.raises((smtplib.SMTPException, socket.error)):
            listener().sendmail("imre@x.example", ["desk@x.example"], HELLO)
        assert client.sendmail("imre@x.example", ["desk@x.example"], HELLO) == {}
