"""Mail that arrives is kept as it came, once, and every way it can go ends in a row to be seen."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.crowd import Crowd
from tests.jobs import waiting_jobs
from timshel.kernel.actor import Channel, system_actor
from timshel.kernel.errors import NotFound, WrongState
from timshel.kernel.files import path_of
from timshel.kernel.journal.models import Entry
from timshel.support.communication import queries
from timshel.support.communication.actions import (
    Arrival,
    Settlement,
    note_attempt,
    note_failure,
    receive_message,
    retry_incoming,
    settle_message,
)
from timshel.support.communication.actions.incoming import KEPT_OF_TOO_LARGE
from timshel.support.communication.models import IncomingMessage
from timshel.support.communication.rules import ROUTE_WAITS
from timshel.support.communication.states import ArrivalDoor, IncomingReason, IncomingState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ROUTER = system_actor("Taking up mail", Channel.MAIL)
MAIL = (
    b"From: Imre <imre@x.example>\r\nTo: desk@x.example\r\nSubject: No light\r\n"
    b"Message-ID: <1@x.example>\r\n\r\nIt is dark.\r\n"
)
BY_LMTP = Arrival(
    door=ArrivalDoor.LMTP, envelope_from="imre@x.example", envelope_to=("desk@x.example",)
)

pytestmark = pytest.mark.usefixtures("shelf")


def receive(raw: bytes = MAIL, *, arrival: Arrival = BY_LMTP, at: datetime = NOON) -> int:
    return receive_message(raw, arrival=arrival, at=at).message_id


def settle(message_id: int, settlement: Settlement) -> None:
    settle_message(message_id, settlement=settlement, actor=ROUTER, at=NOON)


def state(message_id: int) -> tuple[IncomingState, IncomingReason, str]:
    found = queries.incoming_message(message_id)
    return found.state, found.reason, found.record


def test_mail_is_kept_as_it_came(db: None) -> None:
    received = receive_message(MAIL, arrival=BY_LMTP, at=NOON)

    assert received.is_new
    row = IncomingMessage.objects.get(pk=received.message_id)
    assert path_of(hashlib.sha256(MAIL).hexdigest()).read_bytes() == MAIL
    assert queries.raw_of(row.pk) == MAIL
    found = queries.incoming_message(row.pk)
    assert (found.door, found.envelope_from, found.envelope_to) == (
        ArrivalDoor.LMTP,
        "imre@x.example",
        ("desk@x.example",),
    )
    assert (found.received_at, found.size, found.is_whole) == (NOON, len(MAIL), True)
    assert (found.state, found.reason, found.record) == (IncomingState.ARRIVED, "", "")


def test_a_second_delivery_by_another_door_changes_nothing(db: None) -> None:
    first = receive_message(MAIL, arrival=BY_LMTP, at=NOON)
    traced = (
        b"Return-Path: <imre@x.example>\nDelivered-To: desk@x.example\n"
        b"Received: from a by b\n\twith LMTP id 7;\n Mon, 2 Mar 2026 12:00:00 +0000\n"
    )
    again = receive_message(
        traced + MAIL.replace(b"\r\n", b"\n"),
        arrival=Arrival(door=ArrivalDoor.PIPE),
        at=NOON + timedelta(days=1),
    )

    assert (again.message_id, again.is_new) == (first.message_id, False)
    row = IncomingMessage.objects.get()
    assert (row.door, row.received_at) == (ArrivalDoor.LMTP, NOON)
    assert queries.raw_of(row.pk) == MAIL


@pytest.mark.parametrize("change", [b"Is it dark?", b"It is dark!"])
def test_another_mail_is_another_row(db: None, change: bytes) -> None:
    assert receive() != receive(MAIL.replace(b"It is dark.", change))


def test_a_job_takes_it_up_and_only_once(db: None) -> None:
    receive()
    receive()

    assert waiting_jobs() == ["mail.route"]


def test_nothing_stays_of_what_is_rolled_back(db: None) -> None:
    def interrupted() -> None:
        with transaction.atomic():
            receive()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()

    assert not IncomingMessage.objects.exists()
    assert receive_message(MAIL, arrival=BY_LMTP, at=NOON).is_new


@pytest.mark.django_db(transaction=True)
def test_many_deliveries_at_once_make_one_row() -> None:
    results, crowd = [], Crowd()
    for _ in range(8):
        crowd.start(lambda: results.append(receive_message(MAIL, arrival=BY_LMTP, at=NOON)))
    crowd.wait()

    assert sum(each.is_new for each in results) == 1
    assert {each.message_id for each in results} == {IncomingMessage.objects.get().pk}


@pytest.mark.parametrize("raw", [b"", b"\r\n", b"\0\xff", b"Subject: x", b"\r\n\r\n\r\n"])
def test_what_is_hardly_a_mail_is_kept_all_the_same(db: None, raw: bytes) -> None:
    message_id = receive(raw)

    assert queries.raw_of(message_id) == raw
    assert state(message_id)[0] is IncomingState.ARRIVED


def test_what_no_database_takes_in_an_envelope_is_left_out(db: None) -> None:
    arrival = Arrival(
        door=ArrivalDoor.LMTP, envelope_from="a\0\udc80b", envelope_to=("x" * 400, "")
    )
    found = queries.incoming_message(receive(arrival=arrival))

    assert found.envelope_from == "a b"
    assert [len(each) for each in found.envelope_to] == [320, 0]


def test_of_a_mail_that_is_too_large_the_beginning_is_held(db: None, settings: Any) -> None:
    settings.MAIL_MAX_BYTES = KEPT_OF_TOO_LARGE + 10
    raw = MAIL + b"x" * KEPT_OF_TOO_LARGE
    message_id = receive(raw)

    assert queries.raw_of(message_id) == raw[:KEPT_OF_TOO_LARGE]
    found = queries.incoming_message(message_id)
    assert (found.size, found.is_whole) == (len(raw), False)
    assert state(message_id) == (IncomingState.HELD, IncomingReason.TOO_LARGE, "")
    assert waiting_jobs() == []
    assert receive(raw) == message_id
    assert receive(raw + b"x") != message_id
    with pytest.raises(WrongState):
        retry_incoming(message_id, actor=ROUTER, at=NOON)


def test_what_becomes_of_it_is_written_down(db: None) -> None:
    message_id = receive()
    settle(
        message_id,
        Settlement.taken("incident.INC0000012", subject="No\nlight", sender="imre@x.example"),
    )

    assert state(message_id) == (IncomingState.TAKEN, "", "incident.INC0000012")
    found = queries.incoming_message(message_id)
    assert (found.subject, found.sender) == ("No light", "imre@x.example")
    entry = Entry.objects.get(subject_kind="incoming_message", subject_id=message_id)
    assert (entry.verb, entry.actor_name) == ("incoming_message.taken", "Taking up mail")
    assert entry.changes == {
        "state": ["arrived", "taken"],
        "record": ["", "incident.INC0000012"],
    }


def test_what_is_settled_is_not_settled_again(db: None) -> None:
    message_id = receive()
    settle(message_id, Settlement.taken("incident.INC0000012"))

    for again in (
        Settlement.taken("incident.INC0000013"),
        Settlement.held(IncomingReason.LOOP),
        Settlement.ignored(IncomingReason.AUTOMATIC),
    ):
        with pytest.raises(WrongState):
            settle(message_id, again)
    with pytest.raises(WrongState):
        retry_incoming(message_id, actor=ROUTER, at=NOON)
    assert state(message_id) == (IncomingState.TAKEN, "", "incident.INC0000012")


def test_what_is_held_can_be_taken_later(db: None) -> None:
    message_id = receive()
    settle(message_id, Settlement.held(IncomingReason.UNKNOWN_SENDER))
    assert state(message_id) == (IncomingState.HELD, IncomingReason.UNKNOWN_SENDER, "")

    settle(message_id, Settlement.taken("incident.INC0000012"))
    assert state(message_id) == (IncomingState.TAKEN, "", "incident.INC0000012")


def test_what_was_ignored_can_be_taken_up_again(db: None) -> None:
    message_id = receive()
    settle(message_id, Settlement.ignored(IncomingReason.AUTOMATIC, record="incident.INC0000012"))
    retry_incoming(message_id, actor=ROUTER, at=NOON)

    assert state(message_id) == (IncomingState.ARRIVED, "", "")
    assert waiting_jobs() == ["mail.route"] * 2


def test_what_fails_is_tried_again_and_held_at_last(db: None) -> None:
    message_id, at = receive(), NOON
    for wait in ROUTE_WAITS:
        note_failure(message_id, error="No\nidea", actor=ROUTER, at=at)
        assert state(message_id)[0] is IncomingState.ARRIVED
        assert queries.left_arrived(at=at + wait - timedelta(seconds=1)) == []
        at += wait
        assert queries.left_arrived(at=at) == [message_id]
    note_failure(message_id, error="No\nidea", actor=ROUTER, at=at)

    assert state(message_id) == (IncomingState.HELD, IncomingReason.FAILED, "")
    found = queries.incoming_message(message_id)
    assert (found.attempts, found.last_error) == (5, "No idea")
    assert queries.left_arrived(at=at + timedelta(days=9)) == []
    note_failure(message_id, error="too late", actor=ROUTER, at=at)
    assert queries.incoming_message(message_id).last_error == "No idea"


def test_what_lost_its_job_is_found(db: None) -> None:
    message_id = receive()

    assert queries.left_arrived(at=NOON + timedelta(minutes=1)) == []
    assert queries.left_arrived(at=NOON + timedelta(minutes=2)) == [message_id]


def test_there_is_nothing_to_do_for_what_is_not_there(db: None) -> None:
    gone = receive()
    IncomingMessage.objects.all().delete()

    for question in (queries.incoming_message, queries.raw_of):
        with pytest.raises(NotFound):
            question(gone)
    with pytest.raises(NotFound):
        settle(gone, Settlement.taken("incident.INC0000012"))


def test_a_file_that_is_gone_is_said(db: None, shelf: Path) -> None:
    message_id = receive()
    path_of(hashlib.sha256(MAIL).hexdigest()).unlink()

    with pytest.raises(FileNotFoundError):
        queries.raw_of(message_id)
    assert shelf.is_dir()


@pytest.mark.parametrize("sender", [None, "", "imre@x.example"])
def test_no_sender_is_not_the_null_sender(db: None, sender: str | None) -> None:
    message_id = receive(arrival=Arrival(door=ArrivalDoor.LMTP, envelope_from=sender))

    assert queries.incoming_message(message_id).envelope_from == sender


def test_a_message_that_ends_whatever_reads_it_is_held_at_last(db: None) -> None:
    message_id = receive()
    at, attempts = NOON + timedelta(minutes=3), 0
    while queries.left_arrived(at=at) == [message_id]:
        attempts += note_attempt(message_id, actor=ROUTER, at=at)  # and nothing is heard of it
        at += timedelta(hours=2)
        assert attempts < 10
    assert attempts == 5
    held = queries.incoming_message(message_id)
    assert (held.state, held.reason) == (IncomingState.HELD, IncomingReason.FAILED)
    assert "process" in held.last_error
    assert note_attempt(message_id, actor=ROUTER, at=at) is False


def test_an_attempt_that_was_counted_is_counted_once(db: None) -> None:
    message_id = receive()
    assert note_attempt(message_id, actor=ROUTER, at=NOON)
    note_failure(message_id, error="No idea", is_counted=True, actor=ROUTER, at=NOON)
    assert queries.incoming_message(message_id).attempts == 1
