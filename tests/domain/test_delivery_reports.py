"""What comes back: attached to its message, its address marked, told, and cleared by a person."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import AT, Cast
from tests.jobs import run_jobs
from tests.mailed import ADDRESS, bounced, trouble_at
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.journal.models import Entry
from timshel.support.communication import queries
from timshel.support.communication.actions import (
    DeliveryReport,
    Message,
    Outcome,
    clear_trouble,
    note_reference,
    note_report,
    queue_message,
    retry_message,
    send_message,
)
from timshel.support.communication.models import (
    AddressTrouble,
    MessageReport,
    OutgoingMessage,
    ThreadReference,
)
from timshel.support.communication.queries import Show
from timshel.support.communication.queries.envelopes import references_of, sender_of
from timshel.support.communication.rules import (
    envelope_sender,
    is_address_gone,
    message_of_envelope,
    without_secrets,
)
from timshel.support.communication.states import Failure, ReportAction
from timshel.support.notification.models import Notice

GONE = DeliveryReport("incoming/7", ReportAction.FAILED, "5.1.1", "550 5.1.1 nobody there")
FULL = DeliveryReport("incoming/8", ReportAction.FAILED, "4.2.2", "452 4.2.2 the mailbox is full")
LATE = DeliveryReport("incoming/9", ReportAction.DELAYED, "4.4.1", "no answer yet")
OURS = {"local_part": "bounces", "domain": "timshel.example", "key": "k" * 50}


class Taking:
    """A transport that takes everything, and forgets it."""

    def deliver(self, mail: EmailMessage, /, *, sender: str) -> None:
        """Take it."""


def sent(cast: Cast, key: str = "a", address: str = ADDRESS) -> int:
    made = queue(cast, key, address)
    assert send_message(made, transport=Taking(), at=AT) is Outcome.SENT
    return made


def queue(cast: Cast, key: str, address: str = ADDRESS) -> int:
    assert cast.requester.person_id is not None
    message = Message(
        key=key,
        kind="incident.opened",
        thread="incident.INC0000001",
        person_id=cast.requester.person_id,
        address=address,
        subject="s",
        text="t",
    )
    made = queue_message(message, at=AT)
    assert made is not None
    return made


def state(key: int) -> tuple[str, str, str]:
    row = OutgoingMessage.objects.get(pk=key)
    return row.state, row.failure, row.last_error


class TestEnvelope:
    def test_it_leads_back_to_its_message(self) -> None:
        made = envelope_sender(812, **OURS)
        assert made.startswith("bounces+m812.")
        for written in (made, made.upper(), f"<{made}>"):
            assert message_of_envelope(written, **OURS) == 812

    @pytest.mark.parametrize(
        "address",
        [
            "",
            "bounces@timshel.example",
            "bounces+m812@timshel.example",
            "bounces+m812.0123456789abcdef@timshel.example",
            envelope_sender(812, **OURS).replace("812", "813"),
            envelope_sender(812, **OURS).replace("m812", "m0812"),
            envelope_sender(812, **OURS).replace("timshel", "evil"),
            envelope_sender(812, **{**OURS, "key": "another"}),
        ],
    )
    def test_what_was_made_up_leads_nowhere(self, address: str) -> None:
        assert message_of_envelope(address, **OURS) is None

    @given(st.text())
    def test_no_text_breaks_it(self, text: str) -> None:
        assert message_of_envelope(text, **OURS) is None

    def test_it_can_be_switched_off(self, cast: Cast, settings: object) -> None:
        key = sent(cast)
        address = sender_of(key)
        assert queries.message_by_envelope(["x@y.example", address]) == key
        settings.MAIL_BOUNCES = ""  # type: ignore[attr-defined]
        assert sender_of(key) == ""
        assert queries.message_by_envelope([address]) is None

    def test_a_message_is_found_by_its_identity(self, cast: Cast) -> None:
        key = sent(cast)
        identity = OutgoingMessage.objects.get(pk=key).message_id
        assert queries.message_by_identity(f" {identity}\r\n") == key
        assert queries.is_ours(identity)
        for other in ("", "<x@y.example>", identity.replace("INC0000001", "INC0000002")):
            assert queries.message_by_identity(other) is None
            assert not queries.is_ours(other)


class TestWhatIsSaid:
    @pytest.mark.parametrize(
        ("status", "said", "is_gone"),
        [
            ("5.1.1", "", True),
            ("5.1.10", "null MX", True),
            ("5.2.1", "disabled", True),
            ("5.0.0", "550 5.1.1 no such user", True),
            ("", "550 no such person", True),
            ("", "The recipient was refused: 550 5.7.1 not wanted", False),
            ("5.7.1", "550 looks like spam", False),
            ("5.2.2", "552 full", False),
            ("4.2.2", "full", False),
            ("", "", False),
            ("5.3.4", "too large", False),
            ("", "554 no", False),
        ],
    )
    def test_only_a_missing_mailbox_means_that_an_address_is_gone(
        self, status: str, said: str, *, is_gone: bool
    ) -> None:
        assert is_address_gone(status, said) is is_gone

    def test_addresses_that_let_somebody_in_are_cut(self) -> None:
        secret = "Qx7AbCdEfGhIjKlMnOpQrStUvWxYz0123"
        text = f"See https://d.example/approve/{secret}?answer=approved and https://d.example/INC1"
        said = without_secrets(text)
        assert secret not in said
        assert said.endswith("https://d.example/INC1")
        assert without_secrets("https://d.example/notification-preferences").endswith("preferences")


class TestReports:
    def test_a_message_that_came_back_is_marked_with_its_address(self, cast: Cast) -> None:
        key = sent(cast)
        assert note_report(key, report=GONE, at=AT)
        assert state(key) == ("bounced", "bounced", "550 5.1.1 nobody there")
        trouble = queries.troubles_of([ADDRESS.upper()])[ADDRESS]
        assert (trouble.is_hard, trouble.status, trouble.count) == (True, "5.1.1", 1)
        view = queries.message(key, actor=cast.administrator)
        assert [report.said for report in view.reports] == ["550 5.1.1 nobody there"]

    def test_the_same_report_counts_once(self, cast: Cast) -> None:
        key = sent(cast)
        assert [note_report(key, report=GONE, at=AT) for _ in range(3)] == [True, False, False]
        assert MessageReport.objects.count() == 1
        assert AddressTrouble.objects.get().count == 1

    def test_later_messages_are_shown_at_once_with_the_reason(self, cast: Cast) -> None:
        note_report(sent(cast), report=GONE, at=AT)
        later = queue(cast, "later")
        assert send_message(later, transport=Taking(), at=AT) is Outcome.GIVEN_UP
        assert state(later) == ("failed", Failure.MARKED, "550 5.1.1 nobody there")
        other = queue(cast, "other", "other@x.example")
        assert send_message(other, transport=Taking(), at=AT) is Outcome.SENT

    def test_a_full_mailbox_is_counted_and_written_to_again(self, cast: Cast) -> None:
        note_report(sent(cast, "a"), report=FULL, at=AT)
        note_report(sent(cast, "b"), report=FULL, at=AT + timedelta(hours=1))
        trouble = queries.troubles_of([ADDRESS])[ADDRESS]
        assert (trouble.is_hard, trouble.count, trouble.since) == (False, 2, AT)

    def test_a_delay_is_only_attached(self, cast: Cast) -> None:
        key = sent(cast)
        note_report(key, report=LATE, at=AT)
        assert state(key)[0] == "sent"
        assert not AddressTrouble.objects.exists()
        assert MessageReport.objects.get().action == "delayed"

    def test_whatever_address_a_report_names_only_ours_is_marked(self, cast: Cast) -> None:
        report = DeliveryReport(
            "incoming/1", ReportAction.FAILED, "5.1.1", "gone", address="boss@x.example"
        )
        note_report(sent(cast), report=report, at=AT)
        assert list(AddressTrouble.objects.values_list("address", flat=True)) == [ADDRESS]

    def test_there_is_no_such_message(self, cast: Cast) -> None:
        key = sent(cast)
        OutgoingMessage.objects.all().delete()
        with pytest.raises(NotFound):
            note_report(key, report=GONE, at=AT)

    def test_those_who_look_after_messages_are_told_once(self, cast: Cast) -> None:
        bounced(cast.requester.person_id, at=AT)
        note_report(sent(cast, "b", "b@x.example"), report=GONE, at=AT)
        run_jobs(times=2)
        told = Notice.objects.filter(topic="mail.address_marked").order_by("parts__title")
        assert [(row.person_id, row.parts["title"]) for row in told] == [
            (cast.administrator.person_id, "b@x.example"),
            (cast.administrator.person_id, ADDRESS),
        ]


class TestClearing:
    def test_a_person_takes_the_mark_off(self, cast: Cast) -> None:
        key = bounced(cast.requester.person_id, at=AT)
        clear_trouble(trouble_at(), actor=cast.administrator, at=AT)
        retry_message(key, actor=cast.administrator, at=AT)
        assert send_message(key, transport=Taking(), at=AT) is Outcome.SENT
        verbs = Entry.objects.filter(subject_kind="address_trouble").order_by("pk")
        assert list(verbs.values_list("verb", flat=True)) == [
            "address_trouble.marked",
            "address_trouble.cleared",
        ]

    def test_whoever_may_not_changes_nothing(self, cast: Cast) -> None:
        bounced(cast.requester.person_id, at=AT)
        key = trouble_at()
        for actor in (cast.agent, cast.lead, cast.requester):
            with pytest.raises(NotAllowed):
                clear_trouble(key, actor=actor, at=AT)
            for read in (queries.trouble_list, queries.sender_list):
                with pytest.raises(NotAllowed):
                    read(actor=actor)
            with pytest.raises(NotAllowed):
                queries.message_list(show=Show.UNSENT, actor=actor)
        assert AddressTrouble.objects.exists()
        clear_trouble(key, actor=cast.administrator, at=AT)
        with pytest.raises(NotFound):
            clear_trouble(key, actor=cast.administrator, at=AT)


class TestReferences:
    def test_what_somebody_wrote_is_answered(self, cast: Cast) -> None:
        theirs = "<CAF=x1@mail.x.example>"
        note_reference("incident.INC0000001", message_id=theirs, address=ADDRESS.upper(), at=AT)
        note_reference("incident.INC0000001", message_id=theirs, address=ADDRESS, at=AT)
        first = OutgoingMessage.objects.get(pk=queue(cast, "a"))
        assert references_of(first)[-1] == theirs
        send_message(first.pk, transport=Taking(), at=AT + timedelta(minutes=1))
        second = OutgoingMessage.objects.get(pk=queue(cast, "b"))
        assert references_of(second)[1:] == (theirs, first.message_id)
        stranger = OutgoingMessage.objects.get(pk=queue(cast, "c", "c@x.example"))
        assert len(references_of(stranger)) == 1

    @pytest.mark.parametrize(
        "text", ["", "x", "<a b@c>", "<a@b>\r\nBcc: x", "<é@b>", "<" + "x" * 900 + ">"]
    )
    def test_what_cannot_stand_in_a_header_is_left_aside(self, cast: Cast, text: str) -> None:
        note_reference("incident.INC0000001", message_id=text, address=ADDRESS, at=AT)
        assert not ThreadReference.objects.exists()
