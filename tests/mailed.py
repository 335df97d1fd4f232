"""Messages for tests that came back, as a delivery report tells."""

from __future__ import annotations

from datetime import datetime

from timshel.support.communication.actions import (
    DeliveryReport,
    Message,
    note_report,
    queue_message,
)
from timshel.support.communication.models import AddressTrouble, OutgoingMessage
from timshel.support.communication.states import MessageState, ReportAction

ADDRESS = "imre@x.example"


def bounced(person_id: int | None, *, about: str = "approval.1", at: datetime) -> int:
    """Send a message that comes back; returns its key.

    Args:
        person_id: to whom.
        about: the thread it belongs to.
        at: when.
    """
    assert person_id is not None
    key = queue_message(
        Message(
            key=f"bounced/{OutgoingMessage.objects.count()}",
            kind="incident.opened",
            thread=about,
            person_id=person_id,
            address=ADDRESS,
            subject="A subject of their own",
            text="Words of their own: https://desk.x.example/rate/Qx7AbCdEfGhIjKlMnOpQrStUvWxYz012",
        ),
        at=at,
    )
    assert key is not None
    OutgoingMessage.objects.filter(pk=key).update(state=MessageState.SENT, sent_at=at)
    report = DeliveryReport(
        source=f"test/{key}",
        action=ReportAction.FAILED,
        status="5.1.1",
        said="550 5.1.1 nobody there",
        address=ADDRESS,
    )
    note_report(key, report=report, at=at)
    return key


def trouble_at(address: str = ADDRESS) -> int:
    """Return the key of the mark on an address."""
    return AddressTrouble.objects.values_list("pk", flat=True).get(address=address)
