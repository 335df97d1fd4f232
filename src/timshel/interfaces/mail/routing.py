"""From the bytes of a mail to the domain: the job that takes up what arrived, and the reader.

What becomes of a mail is decided in `resolution_fulfilment.intake`; here it is only read.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.utils.translation import gettext_noop

from timshel.interfaces.mail.markup import clean_html
from timshel.interfaces.mail.parsing import Fault
from timshel.interfaces.mail.parsing import Unreadable as NotRead
from timshel.interfaces.mail.reading import Part, ReadMail, read_mail
from timshel.kernel.actor import Channel, system_actor
from timshel.operation.work.files import Upload
from timshel.resolution_fulfilment.intake.actions import take_up
from timshel.resolution_fulfilment.intake.rules import (
    Bounce,
    Enclosed,
    MailContent,
    Meeting,
    Picture,
    Unreadable,
)
from timshel.support.communication.states import IncomingReason

ROUTER = gettext_noop("Mail")
REASONS = {
    Fault.TOO_LARGE: IncomingReason.TOO_LARGE,
    Fault.TOO_DEEP: IncomingReason.TOO_MANY_PARTS,
    Fault.TOO_MANY_PARTS: IncomingReason.TOO_MANY_PARTS,
}


def route(message_id: int, *, at: datetime) -> None:
    """Take up a mail that arrived; one that was taken up already is left as it is.

    Args:
        message_id: the key of the incoming message.
        at: when.

    Raises:
        NotFound: there is no such message.
    """
    take_up(message_id, actor=system_actor(ROUTER, channel=Channel.MAIL), at=at)


def read_content(raw: bytes, /, *, envelope_from: str | None) -> MailContent:
    """Return what a mail says, as the domain takes it.

    Args:
        raw: as it arrived.
        envelope_from: whom the server named as sender; empty for the null sender, None where it
            is not known.

    Raises:
        Unreadable: it cannot be read, or is not because of what that would cost.
    """
    try:
        return _content(read_mail(raw, envelope_from=envelope_from))
    except NotRead as error:
        reason = REASONS.get(error.fault, IncomingReason.UNREADABLE)
        raise Unreadable(reason, error.detail or str(error.fault)) from error


def _content(mail: ReadMail) -> MailContent:
    return MailContent(
        subject=mail.subject,
        sender=mail.sender.address if mail.sender else "",
        sender_name=mail.sender.name if mail.sender else "",
        to=tuple(dict.fromkeys(each.address for each in (*mail.to, *mail.cc))),
        sent_at=mail.sent_at,
        identity=mail.message_id,
        # The nearest first: what it answers, then its thread from its end.
        answers=tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))),
        text=mail.text,
        quoted=mail.quoted,
        signature=mail.signature,
        is_forward=mail.is_forward,
        html=clean_html(mail.html, picture=_kept) if mail.html.strip() else "",
        files=tuple(_upload(each) for each in mail.files),
        pictures=tuple(
            Picture(each.content_id, each.name, each.media_type, each.content)
            for each in mail.pictures
        ),
        meetings=tuple(
            Meeting(each.method, each.summary, each.begins, each.ends, each.where, each.organizer)
            for each in mail.invitations
        ),
        enclosed=tuple(
            Enclosed(
                each.subject,
                each.sender.address if each.sender else "",
                each.sent_at,
                each.text,
            )
            for each in mail.nested
        ),
        protections=tuple(str(each) for each in mail.protections),
        automatic=str(mail.automatic) if mail.automatic else "",
        is_report=mail.report is not None,
        bounces=tuple(
            Bounce(each.recipient, each.action, each.status, each.diagnostic)
            for each in (mail.report.recipients if mail.report else ())
        ),
        reports_on=mail.report.original_message_id if mail.report else "",
    )


def _kept(content_id: str) -> str | None:
    """Return how a picture is named until it is shown, when it gets an address."""
    return f"cid:{content_id}" if content_id and not set(content_id) & set("\"'<>& ") else None


def _upload(part: Part) -> Upload:
    return Upload(part.name, part.media_type, BytesIO(part.content), len(part.content))
