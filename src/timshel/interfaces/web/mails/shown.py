"""The mails behind the entries of a conversation, read only where one came by mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor, Channel
from timshel.operation.work.access import Known
from timshel.resolution_fulfilment.incident.queries import CommentView
from timshel.resolution_fulfilment.intake.access import may_handle
from timshel.resolution_fulfilment.intake.queries import MailView, mail_of

PROTECTIONS: Mapping[str, Promise] = {
    "signed_pgp": _("Signed with PGP; the signature is not checked here"),
    "signed_smime": _("Signed with S/MIME; the signature is not checked here"),
    "encrypted_pgp": _("Encrypted with PGP; only its recipient can read it"),
    "encrypted_smime": _("Encrypted with S/MIME; only its recipient can read it"),
}
MEETINGS: Mapping[str, Promise] = {
    "REQUEST": _("Invitation"),
    "CANCEL": _("A meeting is cancelled"),
    "REPLY": _("Answer to an invitation"),
}
MEETING = _("Meeting")


@dataclass(frozen=True, slots=True)
class ShownMeeting:
    """A meeting that a mail tells of; ``begins`` and ``ends`` are days or moments."""

    kind: Promise
    summary: str
    where: str
    organizer: str
    begins: datetime | date | None
    ends: datetime | date | None
    is_day: bool


@dataclass(frozen=True, slots=True)
class ShownMail:
    """The mail behind an entry, as templates draw it."""

    mail: MailView
    protections: tuple[Promise, ...]
    meetings: tuple[ShownMeeting, ...]
    may_have_raw: bool


def shown_mails(
    work: Known, conversation: Iterable[CommentView], *, channel: str, actor: Actor
) -> Mapping[int | None, ShownMail]:
    """Return the mails behind what was said, by the key of the comment, None for the report.

    No query where nothing came by mail, one otherwise.

    Args:
        work: as it was found for this reader.
        conversation: what was said, as the reader was shown it.
        channel: by which the work itself came.
        actor: the reader.
    """
    came = (channel, *(each.channel for each in conversation))
    if Channel.MAIL not in came:
        return {}
    raw = may_handle(actor)
    return {key: shown_mail(each, raw) for key, each in mail_of(work, actor=actor).items()}


def shown_mail(mail: MailView, may_have_raw: bool) -> ShownMail:  # noqa: FBT001
    """Return a mail as templates draw it."""
    return ShownMail(
        mail=mail,
        protections=tuple(PROTECTIONS[each] for each in mail.protections if each in PROTECTIONS),
        meetings=tuple(
            ShownMeeting(
                kind=MEETINGS.get(str(each["method"]), MEETING),
                summary=str(each["summary"]),
                where=str(each["where"]),
                organizer=str(each["organizer"]),
                begins=_moment(str(each["begins"])),
                ends=_moment(str(each["ends"])),
                is_day="T" not in str(each["begins"]),
            )
            for each in mail.meetings
        ),
        may_have_raw=may_have_raw,
    )


def _moment(text: str) -> datetime | date | None:
    try:
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except ValueError:
        return None
