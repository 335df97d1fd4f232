"""With an organisation's mail server between the world and us: both ways, and what comes back."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone

from tests.brought import DESK, address, write
from tests.cast import AT, SYSTEM, Cast
from tests.interfaces.mail.test_smtp import Post, free_port
from tests.jobs import run_jobs
from tests.postfix import GONE, Postfix, running_postfix
from timshel.interfaces.mail import lmtp
from timshel.operation.work.models import Comment, WorkItem
from timshel.resolution_fulfilment.incident.actions import reply_to_incident
from timshel.support.communication import queries
from timshel.support.communication.actions import (
    MailboxContent,
    MailboxSecrets,
    Message,
    keep_mailbox,
    queue_message,
)
from timshel.support.communication.models import AddressTrouble, IncomingMessage, OutgoingMessage

SECONDS = 30.0

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("shelf"),
]


@contextlib.contextmanager
def listening(port: int) -> Iterator[None]:
    """Listen for what the mail server hands over."""
    ready = threading.Event()
    running: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        running.append((asyncio.get_running_loop(), task))
        await lmtp.listen(host="127.0.0.1", port=port, is_ready=lambda _port: ready.set())

    def main() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(run())

    thread = threading.Thread(target=main, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop, task = running[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


@pytest.fixture
def world() -> Iterator[Post]:
    """Return the server that takes mail to all the world."""
    made = Post()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def lmtp_port() -> int:
    return free_port()


@pytest.fixture
def server(world: Post, lmtp_port: int, settings: Any) -> Iterator[Postfix]:
    settings.MAIL_DOMAIN = "timshel.example"
    with running_postfix(lmtp=lmtp_port, sink=world.port) as running:
        settings.MAIL_URL = f"smtp://127.0.0.1:{running.smtp}"
        yield running


@pytest.fixture
def desk(cast: Cast) -> None:
    content = MailboxContent(name="Desk", address=DESK, way="delivered", team="service-desk")
    keep_mailbox("desk", content=content, secrets=MailboxSecrets(), actor=SYSTEM, at=AT)


def until(is_so: Callable[[], bool], server: Postfix) -> None:
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, server.log()
        time.sleep(0.05)


def arrived(count: int) -> bool:
    return IncomingMessage.objects.count() == count


def test_a_conversation_goes_through_a_mail_server(
    cast: Cast, desk: None, server: Postfix, world: Post, lmtp_port: int
) -> None:
    with listening(lmtp_port):
        report = write(cast.requester, "It is dark.", subject="No light").as_bytes()
        server.post(address(cast.requester), DESK, report)
        until(lambda: arrived(1), server)
        run_jobs()
        item = WorkItem.objects.get()
        assert (item.title, item.team_id) == ("No light", cast.teams["service-desk"])
        reply_to_incident(item.number, text="Is it on?", actor=cast.agent, at=timezone.now())
        run_jobs()
        until(lambda: len(world.server.mails) == 2, server)
        question = world.server.mails[-1]
        assert "Is it on?" in question.get_body().get_content()  # type: ignore[union-attr]
        answer = write(cast.requester, "Yes.", in_reply_to=question["Message-ID"])
        server.post(address(cast.requester), DESK, answer.as_bytes())
        until(lambda: arrived(2), server)
        run_jobs()
    said = Comment.objects.filter(work_item=item, audience="public").order_by("pk")
    assert list(said.values_list("text", flat=True)) == ["Is it on?", "Yes."]


def test_what_cannot_be_delivered_comes_back_to_its_message(
    cast: Cast, desk: None, server: Postfix, lmtp_port: int
) -> None:
    message = Message(
        key="gone",
        kind="incident.replied",
        thread="incident.INC0000001",
        person_id=None,
        address=f"vesna@{GONE}",
        subject="Is it on?",
        text="Is it on?",
    )
    key = queue_message(message, at=timezone.now())
    with listening(lmtp_port):
        run_jobs()
        until(lambda: arrived(1), server)
        run_jobs()
    view = queries.message(key, actor=cast.administrator)
    assert view.row.state == "bounced"
    assert "There is no such mailbox" in view.reports[0].said
    assert AddressTrouble.objects.get().address == f"vesna@{GONE}"
    assert IncomingMessage.objects.get().state == "ignored"
    assert not WorkItem.objects.exists()


def test_while_we_are_away_the_mail_server_keeps_it_and_brings_it_once(
    cast: Cast, desk: None, server: Postfix, lmtp_port: int
) -> None:
    raw = write(cast.requester, "It is dark.").as_bytes()
    for _twice in range(2):
        server.post(address(cast.requester), DESK, raw)
    until(lambda: "Connection refused" in server.log(), server)
    with listening(lmtp_port):
        until(lambda: server.waiting() == 0, server)
        until(lambda: arrived(1), server)
        run_jobs()
    assert WorkItem.objects.count() == 1
    assert OutgoingMessage.objects.count() == 1


def test_nobody_of_the_name_is_refused_and_its_sender_hears_of_it(
    cast: Cast, desk: None, server: Postfix, world: Post, lmtp_port: int
) -> None:
    with listening(lmtp_port):
        sender = address(cast.requester)
        server.post(sender, "nobody@timshel.example", write(cast.requester).as_bytes())
        until(lambda: len(world.server.mails) == 1, server)
    report = world.server.mails[0]
    assert report.get_content_type() == "multipart/report"
    assert world.server.recipients == [[sender]]
    assert not IncomingMessage.objects.exists()
