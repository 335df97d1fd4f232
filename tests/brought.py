"""Mails for tests, brought in by the real actions and taken up by the real door."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from django.conf import settings

from tests.cast import AT, Cast
from timshel.context.people.models import Person
from timshel.interfaces.mail import routing
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.intake import reading
from timshel.support.communication import rules
from timshel.support.communication.actions import Arrival, receive_message
from timshel.support.communication.models import Mailbox
from timshel.support.communication.queries import Incoming, incoming_message
from timshel.support.communication.states import ArrivalDoor

DESK = "service.desk@timshel.example"
_count = iter(range(1, 1_000_000))


def address(who: Actor) -> str:
    """Return the address of somebody of the cast."""
    return Person.objects.values_list("email", flat=True).get(pk=who.person_id or 0)


def reference(number: str, *, kind: str = "incident") -> str:
    """Return an identity of ours for a message of a case."""
    return rules.identity(
        f"{kind}.{number}", "abc", domain=settings.MAIL_DOMAIN, key=settings.SECRET_KEY
    )


def write(sender: Actor | str, text: str = "The printer is dark.", **headers: str) -> EmailMessage:
    """Return a mail.

    Args:
        sender: somebody of the cast, or an address.
        text: what it says.
        headers: further ones, such as ``in_reply_to`` or ``subject``.
    """
    mail = EmailMessage()
    given = {
        "from": sender if isinstance(sender, str) else f"{sender.name} <{address(sender)}>",
        "to": DESK,
        "subject": "Printer",
        "message_id": f"<{next(_count)}.mail@elsewhere.example>",
    } | headers
    for name, value in given.items():
        if value:
            mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def bring(
    mail: EmailMessage | bytes,
    *,
    mailbox_id: int | None = None,
    at: datetime = AT,
    envelope: str = "bounce@elsewhere.example",
    **arrival: Any,
) -> Incoming:
    """Bring a mail in, have it taken up, and return what became of it."""
    reading.register(routing.read_content)
    raw = mail if isinstance(mail, bytes) else mail.as_bytes()
    came = Arrival(ArrivalDoor.LMTP, mailbox_id=mailbox_id, envelope_from=envelope, **arrival)
    received = receive_message(raw, arrival=came, at=at)
    routing.route(received.message_id, at=at)
    return incoming_message(received.message_id)


def held_for(cast: Cast, *, at: datetime) -> int:
    """Have a mail held of somebody unknown, to the mailbox of the service desk; returns its key."""
    box = Mailbox.objects.create(
        code="service-desk", name="Service desk", address=DESK, team_id=cast.teams["service-desk"]
    )
    return bring(write("vesna@elsewhere.example"), mailbox_id=box.pk, at=at).id
