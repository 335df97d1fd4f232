"""How many questions to the database a mail takes; none of them for each row of anything."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.brought import address, bring, reference, write
from tests.cast import AT, Cast, later, opened
from tests.mailboxes import mailbox
from timshel.interfaces.mail import routing
from timshel.resolution_fulfilment.intake import reading
from timshel.support.communication.actions import Arrival, receive_message
from timshel.support.communication.queries import incoming_message
from timshel.support.communication.states import ArrivalDoor, IncomingReason, IncomingState

pytestmark = pytest.mark.usefixtures("shelf")

FILE = b"\x00\x01"


@pytest.fixture(autouse=True)
def _reader() -> None:
    reading.register(routing.read_content)


def arrive(raw: bytes) -> int:
    came = Arrival(ArrivalDoor.LMTP, envelope_from="bounce@elsewhere.example")
    return receive_message(raw, arrival=came, at=AT).message_id


def test_a_new_case(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    bring(write(cast.requester))
    for code in ("one", "two", "three"):
        mailbox(code)
    key = arrive(write(cast.requester).as_bytes())
    with django_assert_num_queries(42):
        routing.route(key, at=AT)
    assert incoming_message(key).state is IncomingState.TAKEN


@pytest.mark.parametrize("files", [0, 1, 5])
def test_a_reply(cast: Cast, files: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    number = opened(cast.requester)
    mail = write(cast.requester, "Still dark.", in_reply_to=reference(number))
    for each in range(files):
        mail.add_attachment(FILE, maintype="a", subtype="b", filename=f"{each}.bin")
    for minute in range(6):
        bring(write(cast.requester, f"{minute}", in_reply_to=reference(number)), at=later(minute))
    key = arrive(mail.as_bytes())
    with django_assert_num_queries(44 if files else 43):
        routing.route(key, at=later(9))
    assert incoming_message(key).record == f"incident.{number}"


def test_a_mail_of_nobody(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    key = arrive(write("nobody@elsewhere.example").as_bytes())
    with django_assert_num_queries(18):
        routing.route(key, at=AT)
    assert incoming_message(key).reason is IncomingReason.UNKNOWN_SENDER


def test_a_mail_brought_again(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mail = write(address(cast.requester)).as_bytes()
    key = arrive(mail)
    routing.route(key, at=AT)
    with django_assert_num_queries(1):
        assert arrive(mail) == key
    with django_assert_num_queries(1):
        routing.route(key, at=AT)
