"""From a report to a mail server that is really there, is down, is busy, or says no."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.cast import Cast, later, opened
from tests.jobs import run_jobs
from timshel.interfaces.mail.transports import SmtpTransport, StartTls
from timshel.interfaces.worker import tasks
from timshel.resolution_fulfilment.incident.actions import reply_to_incident, resolve_incident
from timshel.support.communication.actions import (
    DeliveryFailed,
    Message,
    MessageFile,
    Outcome,
    queue_message,
    send_due,
    send_message,
)
from timshel.support.communication.models import OutgoingMessage
from timshel.support.communication.rules import WAITS


class Server:
    """A mail server that keeps what it takes and answers as told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, list[str]] = {"RCPT": [], "DATA": []}

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.answers["RCPT"]:
            return self.answers["RCPT"].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope
    ) -> str:
        if self.answers["DATA"]:
            return self.answers["DATA"].pop(0)
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Post:
    """The server with its switch."""

    def __init__(self) -> None:
        self.server = Server()
        self.port = free_port()
        self._controller: Controller | None = None

    @property
    def transport(self) -> SmtpTransport:
        return SmtpTransport(host="127.0.0.1", port=self.port, timeout=5)

    def start(self, **options: Any) -> None:
        self._controller = Controller(self.server, hostname="127.0.0.1", port=self.port, **options)
        self._controller.start()

    def stop(self) -> None:
        if self._controller is not None:
            self._controller.stop()
            self._controller = None


@pytest.fixture
def post(settings: Any) -> Iterator[Post]:
    made = Post()
    settings.MAIL_URL = f"smtp://127.0.0.1:{made.port}"
    yield made
    made.stop()


def simple() -> EmailMessage:
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"] = "desk@x.example"
    mail["To"] = "imre@x.example"
    mail["Message-ID"] = "<1@x.example>"
    mail.set_content(".\nover\n")
    return mail


class TestTransport:
    def test_a_mail_arrives_as_it_was(self, post: Post) -> None:
        post.start()
        post.transport.deliver(simple())
        (mail,) = post.server.mails
        assert mail.get_content().replace("\r\n", "\n") == ".\nover\n"
        assert post.server.recipients == [["imre@x.example"]]

    def test_no_server(self, post: Post) -> None:
        with pytest.raises(DeliveryFailed, match=r"No connection to 127\.0\.0\.1") as failure:
            post.transport.deliver(simple())
        assert not failure.value.is_permanent

    @pytest.mark.parametrize(
        ("step", "answer", "is_permanent"),
        [
            ("RCPT", "550 no such person", True),
            ("RCPT", "450 busy", False),
            ("DATA", "552 too large", True),
            ("DATA", "451 later", False),
        ],
    )
    def test_what_the_server_says_no_to(
        self, post: Post, step: str, answer: str, is_permanent: bool
    ) -> None:
        post.start()
        post.server.answers[step] = [answer]
        with pytest.raises(DeliveryFailed, match=answer) as failure:
            post.transport.deliver(simple())
        assert failure.value.is_permanent is is_permanent
        post.transport.deliver(simple())
        assert len(post.server.mails) == 1

    def test_a_server_that_says_nothing_is_not_waited_for_for_ever(self) -> None:
        with socket.socket() as mute:
            mute.bind(("127.0.0.1", 0))
            mute.listen()
            transport = SmtpTransport(host="127.0.0.1", port=mute.getsockname()[1], timeout=0.2)
            with pytest.raises(DeliveryFailed, match="timed out"):
                transport.deliver(simple())

    def test_encryption_that_is_demanded_and_not_offered(self, post: Post) -> None:
        post.start()
        transport = SmtpTransport("127.0.0.1", post.port, starttls=StartTls.ALWAYS)
        with pytest.raises(DeliveryFailed, match="offers no encryption"):
            transport.deliver(simple())
        assert post.server.mails == []

    def test_a_password_is_never_sent_in_the_clear_unasked(self, post: Post) -> None:
        seen: list[bytes] = []

        def authenticate(*arguments: Any) -> AuthResult:
            given = arguments[-1]
            assert isinstance(given, LoginPassword)
            seen.append(given.password)
            return AuthResult(success=given.password == b"right")

        post.start(authenticator=authenticate, auth_require_tls=False)
        with pytest.raises(DeliveryFailed, match="offers no encryption"):
            SmtpTransport("127.0.0.1", post.port, user="ada", password="right").deliver(simple())
        assert seen == []
        clear = {"user": "ada", "starttls": StartTls.NEVER}
        SmtpTransport("127.0.0.1", post.port, password="right", **clear).deliver(simple())  # type: ignore[arg-type]
        assert len(post.server.mails) == 1
        with pytest.raises(DeliveryFailed) as failure:
            SmtpTransport("127.0.0.1", post.port, password="wrong", **clear).deliver(simple())  # type: ignore[arg-type]
        assert not failure.value.is_permanent, "a wrong password is mended by the operator"


class TestStory:
    def test_report_reply_and_resolution_are_one_thread(self, cast: Cast, post: Post) -> None:
        post.start()
        number = opened(cast.requester, title="Screen\r\nBcc: evil@x.example\r\n\r\nblack")
        run_jobs()
        reply_to_incident(number, text="Is the cable in?", actor=cast.agent, at=later(5))
        run_jobs()
        resolve_incident(number, code="fixed", text="New cable.", actor=cast.agent, at=later(10))
        run_jobs()
        first, second, third = post.server.mails
        subject = f"[{number}] We received your report: Screen"
        assert str(first["Subject"]).strip().startswith(subject)
        assert [mail["Bcc"] for mail in post.server.mails] == [None] * 3
        assert post.server.recipients == [["imre.castellane@aldermoor.example"]] * 3
        (root,) = str(first["References"]).split()
        assert str(second["References"]).split() == [root, str(first["Message-ID"]).strip()]
        assert str(third["References"]).split() == [root, str(second["Message-ID"]).strip()]
        assert first["Auto-Submitted"] == "auto-generated"
        assert second["Auto-Submitted"] is None
        assert "Is the cable in?" in second.get_body(("plain",)).get_content()  # type: ignore[union-attr]
        assert "New cable." in third.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    def test_jobs_that_run_twice_make_one_mail_for_each_event(self, cast: Cast, post: Post) -> None:
        post.start()
        number = opened(cast.requester)
        reply_to_incident(number, text="Hello", actor=cast.agent, at=later(5))
        resolve_incident(number, code="fixed", text="Done.", actor=cast.agent, at=later(10))
        run_jobs(times=3)
        kinds = OutgoingMessage.objects.order_by("pk").values_list("kind", "state")
        assert list(kinds) == [
            ("incident.opened", "sent"),
            ("incident.replied", "sent"),
            ("incident.resolved", "sent"),
        ]
        assert len(post.server.mails) == 3
        assert len({str(mail["Message-ID"]) for mail in post.server.mails}) == 3

    def test_a_server_that_is_down_loses_nothing(self, cast: Cast, post: Post) -> None:
        numbers = [opened(cast.requester) for _ in range(5)]
        run_jobs()
        assert set(OutgoingMessage.objects.values_list("state", "attempts")) == {("queued", 1)}
        post.start()
        now = datetime.now(UTC)
        assert send_due(transport=post.transport, at=now) == 0, "each waits for its time"
        assert send_due(transport=post.transport, at=now + WAITS[0] + timedelta(minutes=1)) == 5
        assert send_due(transport=post.transport, at=now + timedelta(days=3)) == 0
        assert [str(mail["Subject"]).strip().split("]")[0] for mail in post.server.mails] == [
            f"[{number}" for number in numbers
        ]

    def test_a_busy_server_gets_it_later_and_once(self, cast: Cast, post: Post) -> None:
        post.start()
        post.server.answers["DATA"] = ["451 greylisted"]
        opened(cast.requester)
        run_jobs()
        message = OutgoingMessage.objects.get()
        assert message.last_error == "The mail was refused: 451 greylisted"
        outcome = send_message(message.pk, transport=post.transport, at=message.due_at)
        assert outcome is Outcome.SENT
        assert len(post.server.mails) == 1

    def test_a_message_with_a_file_waits_and_arrives_whole(
        self, cast: Cast, post: Post, settings: Any, tmp_path: Path
    ) -> None:
        settings.DATA_DIRECTORY = tmp_path
        post.start()
        assert cast.manager.person_id is not None
        content = bytes(range(256)) * 4_000
        file = MessageFile("Rapport d’été.pdf", "application/pdf", content)
        message = Message(
            key="report/1",
            kind="report.monthly",
            thread="report.1",
            person_id=cast.manager.person_id,
            address="wendell.achterberg@aldermoor.example",
            subject="Le rapport",
            text="Voici le rapport.",
            language="fr",
            not_before=later(hours=20),
            files=(file,),
        )
        queue_message(message, at=later())
        assert send_due(transport=post.transport, at=later(hours=19)) == 0
        assert send_due(transport=post.transport, at=later(hours=20)) == 1
        (mail,) = post.server.mails
        (part,) = mail.iter_attachments()
        assert (part.get_filename(), part.get_content()) == ("Rapport d’été.pdf", content)
        assert "Voici le rapport." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]

    def test_the_sweep_sends_what_a_job_left_behind(self, cast: Cast, post: Post) -> None:
        post.start()
        opened(cast.requester)
        tasks.acknowledge(work_item_id=_only_work_item())
        tasks.send_due(timestamp=0)
        assert len(post.server.mails) == 1


def _only_work_item() -> int:
    from timshel.operation.work.models import WorkItem

    return WorkItem.objects.get().pk
