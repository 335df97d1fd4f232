"""Messages are queued once, sent once, tried again with patience, and never lost from sight."""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from tests.cast import Cast
from tests.crowd import PATIENCE, Crowd
from tests.jobs import waiting_jobs
from timshel.context.people import actions as people
from timshel.kernel.actor import system_actor
from timshel.kernel.errors import NotAllowed, NotFound, WrongState
from timshel.kernel.files import Empty, TooLarge, path_of
from timshel.kernel.journal.models import Entry
from timshel.support.communication import queries
from timshel.support.communication.actions import (
    DeliveryFailed,
    Message,
    MessageFile,
    Outcome,
    queue_message,
    retry_message,
    send_due,
    send_message,
)
from timshel.support.communication.models import OutgoingFile, OutgoingMessage
from timshel.support.communication.rules import WAITS
from timshel.support.communication.states import MessageState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SYSTEM = system_actor()


class Box:
    """A transport that keeps what it takes, or fails as told."""

    def __init__(self, *faults: Exception) -> None:
        self.faults = list(faults)
        self.mails: list[EmailMessage] = []

    def deliver(self, mail: EmailMessage, /, *, sender: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.mails.append(mail)


@pytest.fixture
def person_id(db: None) -> int:
    made = people.create_person(
        code="imre", name="Imre Castellane", email="imre@x.example", actor=SYSTEM, at=NOON
    )
    return int(made.person_id)


def queue(person_id: int, key: str = "news/1", **changes: Any) -> int:
    given: dict[str, Any] = {
        "kind": "incident.opened",
        "thread": "incident.INC0000001",
        "address": "imre@x.example",
        "subject": "We have it",
        "text": "Hello <Imre>,\n\nsee https://x.example/",
    }
    made = queue_message(Message(key=key, person_id=person_id, **{**given, **changes}), at=NOON)
    assert made is not None
    return made


def state(key: int) -> tuple[str, int]:
    message = OutgoingMessage.objects.get(pk=key)
    return message.state, message.attempts


class TestQueueing:
    def test_a_message_waits_with_a_job_to_send_it(self, person_id: int) -> None:
        key = queue(person_id, subject="a\r\nBcc: b@c.example")
        message = OutgoingMessage.objects.get(pk=key)
        assert (message.state, message.attempts, message.due_at) == ("queued", 0, NOON)
        assert message.subject == "a Bcc: b@c.example"
        assert "Hello &lt;Imre&gt;," in message.html
        assert queries.thread_of(message.message_id) == "incident.INC0000001"
        assert waiting_jobs() == ["mail.send"]

    def test_the_same_news_makes_one_message(self, person_id: int) -> None:
        assert queue(person_id) == queue(person_id, text="otherwise worded")
        assert OutgoingMessage.objects.count() == 1
        assert waiting_jobs() == ["mail.send"]

    def test_nobody_without_an_address_is_written_to(self, person_id: int) -> None:
        message = Message("k", "kind", "thread", person_id, "", "s", "t")
        assert queue_message(message, at=NOON) is None
        assert not OutgoingMessage.objects.exists()

    def test_it_is_undone_with_its_change(self, person_id: int) -> None:
        with transaction.atomic():
            queue(person_id)
            transaction.set_rollback(True)
        assert not OutgoingMessage.objects.exists()
        assert waiting_jobs() == []


class TestWaiting:
    MORNING = NOON + timedelta(hours=19)

    def test_a_message_waits_for_its_time(self, person_id: int) -> None:
        key, box = queue(person_id, not_before=self.MORNING), Box()
        assert OutgoingMessage.objects.get(pk=key).due_at == self.MORNING
        assert waiting_jobs() == [], "the sweep finds it when its time has come"
        just_before = self.MORNING - timedelta(microseconds=1)
        assert send_message(key, transport=box, at=just_before) is Outcome.NOTHING_TO_DO
        assert send_due(transport=box, at=just_before) == 0
        assert send_due(transport=box, at=self.MORNING) == 1
        assert OutgoingMessage.objects.get(pk=key).sent_at == self.MORNING

    @pytest.mark.parametrize("early", [NOON, NOON - timedelta(days=1), None])
    def test_a_time_that_has_come_does_not_hold_it_up(
        self, person_id: int, early: datetime | None
    ) -> None:
        key = queue(person_id, not_before=early)
        assert OutgoingMessage.objects.get(pk=key).due_at == NOON
        assert waiting_jobs() == ["mail.send"]

    def test_a_failure_is_tried_again_from_then_on(self, person_id: int) -> None:
        key, box = queue(person_id, not_before=self.MORNING), Box(DeliveryFailed("busy"))
        assert send_message(key, transport=box, at=self.MORNING) is Outcome.LATER
        assert OutgoingMessage.objects.get(pk=key).due_at == self.MORNING + WAITS[0]

    def test_no_mail_answers_one_that_still_waits(self, person_id: int) -> None:
        waiting, box = queue(person_id, "a", not_before=self.MORNING), Box()
        send_message(queue(person_id, "b"), transport=box, at=NOON)
        send_message(waiting, transport=box, at=self.MORNING)
        at_noon, in_the_morning = box.mails
        root = str(at_noon["References"])
        assert " " not in root
        assert in_the_morning["References"] == f"{root} {at_noon['Message-ID']}"


REPORT = MessageFile("../Rapport d’été.pdf", "application/pdf", b"%PDF-1.7 content")
TABLE = MessageFile("table.xlsx", "no type", b"PK content")


class TestFiles:
    @pytest.fixture(autouse=True)
    def _on_a_shelf(self, shelf: Path) -> None:
        """Keep files in a folder of the test's own."""

    def test_they_go_with_the_mail(self, person_id: int) -> None:
        box = Box()
        send_message(queue(person_id, files=(REPORT, TABLE)), transport=box, at=NOON)
        first, second = box.mails[0].iter_attachments()
        assert first.get_filename() == "Rapport d’été.pdf"
        assert (first.get_content_type(), first.get_content()) == (
            "application/pdf",
            b"%PDF-1.7 content",
        )
        assert second.get_content_type() == "application/octet-stream"
        assert second.get_content() == b"PK content"

    def test_they_are_kept_by_their_hash_until_it_goes(self, person_id: int) -> None:
        key = queue(person_id, files=(REPORT,))
        (kept,) = OutgoingFile.objects.filter(message=key)
        assert kept.sha256 == hashlib.sha256(REPORT.content).hexdigest()
        assert kept.size == len(REPORT.content)
        assert path_of(kept.sha256).read_bytes() == REPORT.content

    def test_the_same_news_encloses_them_once(self, person_id: int) -> None:
        assert queue(person_id, files=(REPORT,)) == queue(person_id, files=(REPORT, TABLE))
        assert [file.name for file in OutgoingFile.objects.all()] == ["Rapport d’été.pdf"]

    def test_one_that_is_gone_is_told_and_tried_again(self, person_id: int) -> None:
        key, box = queue(person_id, files=(REPORT,)), Box()
        path = path_of(OutgoingFile.objects.get().sha256)
        path.rename(path.with_suffix(".away"))
        assert send_message(key, transport=box, at=NOON) is Outcome.LATER
        message = OutgoingMessage.objects.get(pk=key)
        assert message.last_error.startswith("The file Rapport d’été.pdf cannot be read: ")
        path.with_suffix(".away").rename(path)
        assert send_message(key, transport=box, at=message.due_at) is Outcome.SENT

    def test_one_that_is_empty_or_too_large_is_a_fault_that_leaves_nothing(
        self, person_id: int, settings: Any
    ) -> None:
        settings.ATTACHMENT_MAX_BYTES = 10
        for content, fault in ((b"", Empty), (b"x" * 11, TooLarge)):
            with pytest.raises(fault):
                queue(person_id, files=(MessageFile("a", "text/plain", content),))
        assert not OutgoingMessage.objects.exists()
        assert waiting_jobs() == []

    def test_each_message_reads_its_own(
        self, person_id: int, django_assert_max_num_queries: Any
    ) -> None:
        files = tuple(MessageFile(f"{each}.txt", "text/plain", b"x") for each in range(9))
        key, box = queue(person_id, files=files), Box()
        with django_assert_max_num_queries(8):
            send_message(key, transport=box, at=NOON)
        names = [part.get_filename() for part in box.mails[0].iter_attachments()]
        assert names == [f"{each}.txt" for each in range(9)]


class TestSending:
    def test_a_sent_message_is_not_sent_again(self, person_id: int) -> None:
        key, box = queue(person_id), Box()
        assert send_message(key, transport=box, at=NOON) is Outcome.SENT
        assert send_message(key, transport=box, at=NOON) is Outcome.NOTHING_TO_DO
        assert send_due(transport=box, at=NOON + timedelta(days=1)) == 0
        assert len(box.mails) == 1
        message = OutgoingMessage.objects.get(pk=key)
        assert (message.state, message.attempts, message.sent_at) == ("sent", 1, NOON)

    def test_there_may_be_nothing_of_that_key(self, person_id: int) -> None:
        assert send_message(99, transport=Box(), at=NOON) is Outcome.NOTHING_TO_DO

    def test_mails_of_a_thread_follow_each_other(self, person_id: int) -> None:
        box = Box()
        for number in range(3):
            send_message(queue(person_id, f"news/{number}"), transport=box, at=NOON)
        queue(person_id, "other", thread="incident.INC0000002")
        queue(person_id, "helper", address="jonas@x.example")
        assert send_due(transport=box, at=NOON) == 2
        first, second, third, other, helper = box.mails
        root = str(first["References"])
        assert queries.thread_of(root) == "incident.INC0000001"
        assert root != first["Message-ID"]
        assert second["References"] == f"{root} {first['Message-ID']}"
        assert third["References"] == f"{root} {second['Message-ID']}"
        assert third["In-Reply-To"] == second["Message-ID"]
        assert other["References"] != root
        assert helper["References"] == root, "others' mails are no business of the helper's"

    def test_who_it_comes_from(self, person_id: int, settings: Any) -> None:
        settings.MAIL_SENDER = "Desk <desk@x.example>"
        settings.MAIL_REPLY_TO = "answers@x.example"
        box = Box()
        send_message(queue(person_id), transport=box, at=NOON)
        assert box.mails[0]["From"] == "Desk <desk@x.example>"
        assert box.mails[0]["Reply-To"] == "answers@x.example"
        assert box.mails[0]["To"] == "Imre Castellane <imre@x.example>"

    def test_a_failure_is_tried_again_after_a_while(self, person_id: int) -> None:
        key, box = queue(person_id), Box(DeliveryFailed("busy\r\ntry later"))
        assert send_message(key, transport=box, at=NOON) is Outcome.LATER
        message = OutgoingMessage.objects.get(pk=key)
        assert (message.state, message.attempts) == ("queued", 1)
        assert message.last_error == "busy try later"
        assert message.due_at == NOON + WAITS[0]
        just_before = message.due_at - timedelta(microseconds=1)
        assert send_message(key, transport=box, at=just_before) is Outcome.NOTHING_TO_DO
        assert send_due(transport=box, at=just_before) == 0
        assert send_due(transport=box, at=message.due_at) == 1
        assert OutgoingMessage.objects.get(pk=key).last_error == ""

    def test_it_is_given_up_after_the_last_wait(self, person_id: int) -> None:
        key, at = queue(person_id), NOON
        box = Box(*(DeliveryFailed("down") for _ in range(20)))
        for number, wait in enumerate(WAITS, 1):
            assert send_message(key, transport=box, at=at) is Outcome.LATER
            assert state(key) == ("queued", number)
            at += wait
        assert send_message(key, transport=box, at=at) is Outcome.GIVEN_UP
        assert state(key) == ("failed", len(WAITS) + 1)
        assert send_due(transport=box, at=at + timedelta(days=9)) == 0
        assert box.mails == []

    def test_a_refusal_for_good_is_given_up_at_once(self, person_id: int) -> None:
        key = queue(person_id)
        box = Box(DeliveryFailed("550 no such person", is_permanent=True))
        assert send_message(key, transport=box, at=NOON) is Outcome.GIVEN_UP
        assert state(key) == ("failed", 1)
        assert is_announced()

    def test_an_address_that_is_none_is_given_up_at_once(self, person_id: int) -> None:
        key = queue(person_id, address="nobody")
        assert send_message(key, transport=Box(), at=NOON) is Outcome.GIVEN_UP
        assert OutgoingMessage.objects.get(pk=key).last_error.startswith("not a mail address")

    def test_an_unforeseen_error_is_seen_and_tried_again(self, person_id: int) -> None:
        key = queue(person_id)
        assert send_message(key, transport=Box(RuntimeError("odd")), at=NOON) is Outcome.LATER
        assert OutgoingMessage.objects.get(pk=key).last_error == "RuntimeError('odd')"

    def test_one_that_fails_does_not_hold_up_the_others(self, person_id: int) -> None:
        first, second = queue(person_id, "a"), queue(person_id, "b")
        assert send_due(transport=Box(DeliveryFailed("no")), at=NOON) == 1
        assert (state(first), state(second)) == (("queued", 1), ("sent", 1))


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_send_each_message_once(person_id: int) -> None:
    keys = [queue(person_id, f"news/{number}") for number in range(12)]
    box, begin = Box(), threading.Barrier(10)

    def work() -> None:
        begin.wait(PATIENCE)
        for key in keys:
            send_message(key, transport=box, at=NOON)
        send_due(transport=box, at=NOON)

    crowd = Crowd()
    for _ in range(10):
        crowd.start(work)
    crowd.wait()
    sent = [str(mail["Message-ID"]) for mail in box.mails]
    assert sorted(sent) == sorted(OutgoingMessage.objects.values_list("message_id", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_leaves_the_message_to_the_next(person_id: int) -> None:
    """The claim is the session's: when its connection goes, another may send at once."""
    key = queue(person_id)
    inside, go_on = threading.Event(), threading.Event()

    class Slow(Box):
        def deliver(self, mail: EmailMessage, /, *, sender: str) -> None:
            inside.set()
            assert go_on.wait(PATIENCE)
            raise SystemExit  # no exception that a worker would catch

    def die() -> None:
        with pytest.raises(SystemExit):
            send_message(key, transport=Slow(), at=NOON)

    crowd = Crowd()
    crowd.start(die)
    assert inside.wait(PATIENCE)
    box = Box()
    assert send_message(key, transport=box, at=NOON) is Outcome.NOTHING_TO_DO
    go_on.set()
    crowd.wait()
    assert send_message(key, transport=box, at=NOON) is Outcome.SENT
    assert state(key) == ("sent", 1)


def is_announced() -> bool:
    """Tell whether those who watch what could not be sent are told that it changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM live_change WHERE region = 'messages'")
        return bool(cursor.fetchone()[0])


class TestWhatCouldNotBeSent:
    @pytest.fixture
    def failed(self, cast: Cast) -> int:
        assert cast.requester.person_id
        key = queue(cast.requester.person_id)
        send_message(key, transport=Box(DeliveryFailed("no", is_permanent=True)), at=NOON)
        return key

    def test_it_is_shown_to_those_who_may_see_it(
        self, cast: Cast, failed: int, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(1):
            page = queries.failed_messages(actor=cast.administrator)
        (row,) = page.items
        assert (row.id, row.address, row.attempts, row.last_error) == (
            failed,
            "imre@x.example",
            1,
            "no",
        )
        assert queries.waiting_messages(actor=cast.administrator).items == ()

    def test_nobody_else_sees_it(self, cast: Cast, failed: int) -> None:
        for actor in (cast.requester, cast.agent, cast.lead):
            with pytest.raises(NotAllowed):
                queries.failed_messages(actor=actor)
            with pytest.raises(NotAllowed):
                queries.waiting_messages(actor=actor)

    def test_it_can_be_sent_after_all(self, cast: Cast, failed: int) -> None:
        later = NOON + timedelta(days=1)
        retry_message(failed, actor=cast.administrator, at=later)
        assert state(failed) == ("queued", 0)
        assert waiting_jobs()[-1] == "mail.send"
        assert is_announced()
        entry = Entry.objects.get(verb="message.retried")
        assert (entry.subject_id, entry.changes) == (failed, {"state": ["failed", "queued"]})
        assert send_message(failed, transport=Box(), at=later) is Outcome.SENT

    def test_without_the_right_nothing_changes(self, cast: Cast, failed: int) -> None:
        with pytest.raises(NotAllowed):
            retry_message(failed, actor=cast.agent, at=NOON)
        assert state(failed) == (MessageState.FAILED, 1)
        assert not Entry.objects.filter(verb="message.retried").exists()

    def test_only_what_failed_can_be_retried(self, cast: Cast, failed: int) -> None:
        retry_message(failed, actor=cast.administrator, at=NOON)
        with pytest.raises(WrongState):
            retry_message(failed, actor=cast.administrator, at=NOON)
        with pytest.raises(NotFound):
            retry_message(0, actor=cast.administrator, at=NOON)
