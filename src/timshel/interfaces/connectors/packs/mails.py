"""Mail that arrived in the demonstration: a conversation, a picture, and two that are held."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings

from timshel.context.people.queries import person_by_code, person_card
from timshel.kernel.actor import Actor, Channel
from timshel.leadership.authority.queries import actor_for
from timshel.resolution_fulfilment.incident.actions import reply_to_incident
from timshel.resolution_fulfilment.intake.actions import set_mail_rule, take_up
from timshel.support.communication import rules
from timshel.support.communication.actions import Arrival, receive_message
from timshel.support.communication.queries import incoming_message, mailbox_list
from timshel.support.communication.states import ArrivalDoor

DESK = "service-desk"
ASKING, SHOWING = "imre.castellane", "nadia.ferhani"
HELPING = "jonas.okereke"
STRANGER = "Ottilie Marsh <ottilie@marsh.example>"
PROJECTOR = (
    "Since this morning the projector in the reading room flickers every few seconds.\n\n"
    "-- \nClimate and Oceans, room 214\n"
)
QUESTION = "Which cable is in use, the one from the floor or the one from the wall?"
ANSWER = (
    "The one from the floor. With the other one it stops.\n\n"
    "On Monday 2 March 2026, the service desk <service.desk@timshel.example> wrote:\n"
    f"> {QUESTION}\n\n-- \nClimate and Oceans, room 214\n"
)
COLOURS = "Please see the picture: what should be blue is green.\n"
HTML = (
    "<p>Hello,</p><p>please see the <strong>picture</strong>: what should be blue is green.</p>"
    '<p><img src="cid:screen@timshel.example" alt="The screen" width="240" height="120"></p>'
)
# Eight by four dots of green.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAECAIAAAA8r+mnAAAAEUlEQVR4nGPQWBCFFTFQTwIADw0kQbIcHoEAAAAASU"
    "VORK5CYII="
)
LOST = (
    "I left a blue umbrella in lecture hall 2 yesterday. Was it found?\n\n"
    "Best regards\nOttilie Marsh\n"
)


def load_mails(*, actor: Actor, at: datetime) -> int:
    """Have some mail arrive and taken up; returns how much of it is new.

    Args:
        actor: who has all rights everywhere.
        at: now.
    """
    boxes = {row.code: row.id for row in mailbox_list(actor=actor)}
    people = [person_by_code(code) for code in (ASKING, SHOWING, HELPING)]
    if DESK not in boxes or None in people:
        return 0
    set_mail_rule(
        boxes[DESK],
        service="digital-help",
        unknown_senders="hold",
        automatic_mail="ignore",
        actor=actor,
        at=at,
    )
    asking, showing = (person_card(person or 0, actor=actor).email for person in people[:2])
    came: list[tuple[bool, str]] = [
        _bring(mail, boxes[DESK], actor=actor, at=at - timedelta(hours=hours))
        for hours, mail in (
            (5, _mail(asking, "projector", "The projector flickers", PROJECTOR)),
            (3, _with_picture(showing)),
            (2, _mail(STRANGER, "umbrella", "Lost umbrella", LOST)),
            (1, _sealed()),
        )
    ]
    is_new, number = came[0]
    helper = actor_for(people[2] or 0, channel=Channel.DESK)
    if is_new and number and helper is not None:
        reply_to_incident(number, text=QUESTION, actor=helper, at=at - timedelta(hours=4))
        mail = _mail(asking, "projector-2", "Re: The projector flickers", ANSWER)
        mail["In-Reply-To"] = rules.identity(
            f"incident.{number}",
            "demonstration",
            domain=settings.MAIL_DOMAIN,
            key=settings.SECRET_KEY,
        )
        came.append(_bring(mail, boxes[DESK], actor=actor, at=at - timedelta(hours=4, minutes=-20)))
    return sum(new for new, _number in came)


def _bring(mail: EmailMessage, mailbox_id: int, *, actor: Actor, at: datetime) -> tuple[bool, str]:
    """Have a mail arrive; returns whether it is new, and the number of its case."""
    arrival = Arrival(ArrivalDoor.LMTP, mailbox_id=mailbox_id, envelope_from="bounces@mail.example")
    received = receive_message(mail.as_bytes(), arrival=arrival, at=at)
    if received.is_new:
        take_up(received.message_id, actor=actor, at=at)
    record = incoming_message(received.message_id).record
    return received.is_new, record.partition(".")[2]


def _mail(sender: str, name: str, subject: str, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = "service.desk@timshel.example"
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{name}.demonstration@mail.example>"
    mail.set_content(text)
    return mail


def _with_picture(sender: str) -> EmailMessage:
    mail = _mail(sender, "colours", "Colours are wrong on my second screen", COLOURS)
    mail.add_alternative(HTML, subtype="html")
    html = mail.get_body(("html",))
    if html is not None:
        html.add_related(PICTURE, "image", "png", cid="<screen@timshel.example>")
    # The library makes a boundary up each time, and the mail would be another one.
    for place, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"demonstration-{place}")
    return mail


def _sealed() -> EmailMessage:
    """Return an encrypted mail, which only its recipient's program could read."""
    mail = _mail("Legal <legal@partner.example>", "sealed", "Draft of the contract", "")
    del mail["Content-Type"], mail["Content-Transfer-Encoding"]
    mail["Content-Type"] = 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"'
    mail["Content-Transfer-Encoding"] = "base64"
    mail.set_payload(base64.b64encode(b"sealed").decode())
    return mail
