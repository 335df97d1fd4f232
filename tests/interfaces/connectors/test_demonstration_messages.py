"""The mail of the demonstration that came back: one, however often it is loaded."""

from __future__ import annotations

from tests.cast import Cast, later, opened
from timshel.interfaces.connectors.packs.messages import FORMER, load_messages
from timshel.support.communication.models import AddressTrouble, OutgoingMessage


def test_a_mail_came_back_once(cast: Cast) -> None:
    number = opened(cast.requester)
    assert [load_messages("imre.castellane", at=later(1)) for _ in range(2)] == [1, 0]
    message = OutgoingMessage.objects.get()
    assert (message.state, message.thread) == ("bounced", f"incident.{number}")
    assert number in message.subject
    assert AddressTrouble.objects.get().address == FORMER


def test_nobody_without_a_case_is_written_to(cast: Cast) -> None:
    assert load_messages("imre.castellane", at=later(1)) == 0
    assert load_messages("nobody.at-all", at=later(1)) == 0
    assert not OutgoingMessage.objects.exists()
