"""Mail that waits for a person, its rules, and the mail behind what was said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.utils.functional import Promise

from timshel.context.people.queries import person_by_address
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.work.access import Known, find, may_read_notes
from timshel.operation.work.files import path_of
from timshel.operation.work.models import Audience
from timshel.resolution_fulfilment.intake.access import (
    find_entry,
    handled_by,
    may_handle,
    require_configure,
    require_handle,
    require_message,
)
from timshel.resolution_fulfilment.intake.models import (
    KnownSender,
    MailEntry,
    MailPicture,
    MailRule,
)
from timshel.resolution_fulfilment.intake.reading import read_incoming, way_of
from timshel.resolution_fulfilment.intake.rules import MailContent, Unreadable
from timshel.resolution_fulfilment.intake.states import REASON_NAMES
from timshel.support.communication.models import FurtherArrival, IncomingMessage, Mailbox
from timshel.support.communication.queries import (
    Incoming,
    further_mailboxes,
    incoming_message,
    raw_of,
)
from timshel.support.communication.states import IncomingReason, IncomingState

NEWEST: KeysetOrder[IncomingMessage] = KeysetOrder(SortKey("id", descending=True))
LATEST: KeysetOrder[KnownSender] = KeysetOrder(
    SortKey("at", descending=True, is_time=True), SortKey("id", descending=True)
)


@dataclass(frozen=True, slots=True)
class HeldRow:
    """A mail that waits for a person, or was left aside."""

    id: int
    subject: str
    sender: str
    reason: str
    reason_name: Promise
    record: str
    received_at: datetime
    size: int
    error: str


@dataclass(frozen=True, slots=True)
class HeldMail:
    """One of them, as it was read; ``content`` is None where it cannot be.

    ``person_id`` is who has the sender's address, and ``number`` the case that it seems to answer,
    where the reader may see that. ``also_to`` names the further mailboxes that it came to.
    """

    message: Incoming
    reason_name: Promise
    content: MailContent | None
    person_id: int | None
    number: str
    also_to: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether it can still be handled."""
        return self.message.state in (IncomingState.HELD, IncomingState.IGNORED)


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What becomes of the mail of a mailbox; of those without one the code is empty."""

    mailbox_id: int | None
    code: str
    name: str
    address: str
    service: str
    unknown_senders: str
    automatic_mail: str


@dataclass(frozen=True, slots=True)
class SenderRow:
    """A sender who is trusted or blocked."""

    id: int
    pattern: str
    verdict: str
    note: str
    added_by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MailView:
    """The mail behind an entry, without its HTML and its pictures.

    ``meetings`` and ``enclosed`` are plain values, as they were read. ``also_to`` names the
    further mailboxes of ours that the same mail came to; for those who read notes.
    """

    id: int
    message_id: int
    sender: str
    sender_name: str
    to: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    quoted: str
    signature: str
    has_html: bool
    pictures_count: int
    meetings: tuple[Mapping[str, Any], ...]
    enclosed: tuple[Mapping[str, Any], ...]
    protections: tuple[str, ...]
    also_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MailFrame:
    """The HTML of a mail, and the keys of its pictures by content id."""

    html: str
    pictures: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class PictureView:
    """A picture of a mail."""

    id: int
    name: str
    media_type: str
    size: int


def held_told(message_id: int, *, actor: Actor) -> dict[str, Any] | None:
    """Return a mail that waits for a person as other systems are told of it; one query.

    What it says is not told.

    Args:
        message_id: its key.
        actor: told nothing unless they look after the mail of its mailbox.
    """
    if not may_handle(actor):
        return None
    rows = IncomingMessage.objects.select_related("mailbox").filter(
        handled_by(actor), pk=message_id
    )
    row = rows.first()
    if row is None:
        return None
    return {
        "message_id": row.pk,
        "mailbox": row.mailbox.code if row.mailbox else None,
        "sender": row.sender or row.envelope_from,
        "subject": row.subject,
        "state": row.state,
        "reason": row.reason,
        "said": str(REASON_NAMES.get(row.reason, "")),
        "received_at": row.received_at.isoformat(),
        "size": row.size,
    }


def held_mail(
    *, state: IncomingState, actor: Actor, cursor: str | None = None, size: int = 50
) -> Page[HeldRow]:
    """Return a page of mail that is held, or was ignored, newest first; one query.

    Raises:
        NotAllowed: without the right to look after it.
    """
    require_handle(actor)
    rows = IncomingMessage.objects.filter(handled_by(actor), state=state)
    return NEWEST.page(rows, cursor=cursor, size=size).map(_held_row)


def held_message(message_id: int, *, actor: Actor) -> HeldMail:
    """Return a mail that was not taken, with what it says.

    Raises:
        NotFound: there is none; or it became part of a case, whose rights decide from then on.
        NotAllowed: without the right to look after it.
    """
    require_message(message_id, actor=actor)
    message = incoming_message(message_id)
    if message.state not in (IncomingState.HELD, IncomingState.IGNORED, IncomingState.ARRIVED):
        raise NotFound
    content = None
    if message.is_whole:
        try:
            content = read_incoming(message)
        except (Unreadable, OSError):
            content = None
    return HeldMail(
        message=message,
        reason_name=REASON_NAMES[message.reason],
        content=content,
        person_id=person_by_address(content.sender) if content else None,
        number=_number(content, actor=actor) if content else "",
        also_to=further_mailboxes(message_id),
    )


def raw_message(message_id: int, *, actor: Actor) -> bytes:
    """Return a mail as it came.

    Who looks after held mail may have any that is not part of a case, and of those that are the
    ones behind entries they may read.

    Raises:
        NotFound, NotAllowed: as they say.
    """
    require_handle(actor)
    message = incoming_message(message_id)
    if message.state is not IncomingState.TAKEN:
        require_message(message_id, actor=actor)
    else:
        entry = MailEntry.objects.filter(message_id=message_id).values_list("pk", flat=True).first()
        if entry is None:
            raise NotFound
        find_entry(entry, actor=actor)
    try:
        return raw_of(message)
    except OSError as error:
        raise NotFound from error


def mail_rules(*, actor: Actor) -> tuple[RuleRow, ...]:
    """Return the rule of each mailbox and of mail to none; two queries.

    Raises:
        NotAllowed: without the right to set them.
    """
    require_configure(actor)
    rules = {each.mailbox_id: each for each in MailRule.objects.select_related("service")}
    boxes: list[Mailbox | None] = [*Mailbox.objects.order_by("name", "pk"), None]
    return tuple(_rule_row(box, rules.get(box.pk if box else None)) for box in boxes)


def known_senders(*, actor: Actor, cursor: str | None = None, size: int = 50) -> Page[SenderRow]:
    """Return the senders that are trusted or blocked, latest first; one query.

    Raises:
        NotAllowed: without the right to set them.
    """
    require_configure(actor)
    rows = KnownSender.objects.select_related("added_by")
    return LATEST.page(rows, cursor=cursor, size=size).map(
        lambda row: SenderRow(
            row.pk,
            row.pattern,
            row.verdict,
            row.note,
            row.added_by.name if row.added_by else "",
            row.at,
        )
    )


def mail_of(work: Known, *, actor: Actor) -> Mapping[int | None, MailView]:
    """Return the mails behind what was said of a piece of work, by the key of the comment.

    The mail of the report has the key None. One query, which reads neither HTML nor pictures.

    Args:
        work: by its number, or as it was found.
        actor: who looks; without the right to notes, their mails are left out.

    Raises:
        NotFound: it does not exist, or the actor may not know that it does.
    """
    item = find(work, actor=actor)
    rows = MailEntry.objects.filter(work_item=item).defer("html", "identity", "digest")
    if not may_read_notes(item, actor=actor):
        rows = rows.exclude(comment__audience=Audience.INTERNAL)
        rows = rows.annotate(is_own=F("comment__by_requester")).order_by("pk")
        return {row.comment_id: _as_told(row, is_own=row.is_own) for row in rows}
    further = FurtherArrival.objects.filter(message=OuterRef("message")).order_by("pk")
    rows = rows.annotate(also_to=ArraySubquery(further.values("mailbox__name")))
    return {row.comment_id: _mail_view(row, row.also_to) for row in rows.order_by("pk")}


def mail_frame(entry_id: int, *, actor: Actor) -> MailFrame:
    """Return the HTML of a mail for whoever may read the entry; at most four queries.

    Raises:
        NotFound: there is none, or the reader may not know that there is.
    """
    entry = find_entry(entry_id, actor=actor)
    if not entry.has_html or not _may_unfold(entry, actor=actor):
        raise NotFound
    pictures = MailPicture.objects.filter(entry=entry).values_list("content_id", "pk")
    return MailFrame(entry.html, dict(pictures))


def mail_picture(picture_id: int, *, actor: Actor) -> tuple[PictureView, Path]:
    """Return a picture of a mail for whoever may read the entry, and where its content lies.

    Raises:
        NotFound: there is none, or the reader may not know that there is.
    """
    found = MailPicture.objects.filter(pk=picture_id).first()
    if found is None:
        raise NotFound
    if not _may_unfold(find_entry(found.entry_id, actor=actor), actor=actor):
        raise NotFound
    view = PictureView(found.pk, found.name, found.media_type, found.size)
    return view, path_of(found.sha256)


def _number(content: MailContent, *, actor: Actor) -> str:
    way = way_of(content)
    try:
        return find(way.number, actor=actor).number if way.number else ""
    except NotFound:
        return ""


def _held_row(row: IncomingMessage) -> HeldRow:
    return HeldRow(
        id=row.pk,
        subject=row.subject,
        sender=row.sender or row.envelope_from,
        reason=row.reason,
        reason_name=REASON_NAMES[IncomingReason(row.reason)],
        record=row.record,
        received_at=row.received_at,
        size=row.size,
        error=row.last_error,
    )


def _rule_row(box: Mailbox | None, rule: MailRule | None) -> RuleRow:
    shown = rule or MailRule()
    return RuleRow(
        mailbox_id=box.pk if box else None,
        code=box.code if box else "",
        name=box.name if box else "",
        address=box.address if box else "",
        service=shown.service.code if shown.service else "",
        unknown_senders=shown.unknown_senders,
        automatic_mail=shown.automatic_mail,
    )


def _may_unfold(entry: MailEntry, *, actor: Actor) -> bool:
    """Tell whether an actor may see more of a mail than its words.

    What a helper quotes may be an internal note of which a mail told them; the frame holds it too.
    """
    is_helpers = entry.comment is not None and not entry.comment.by_requester
    return not is_helpers or may_read_notes(entry.work_item, actor=actor)


def _as_told(row: MailEntry, *, is_own: bool | None) -> MailView:
    """Return the mail behind an entry for who may not read notes; twin of ``_may_unfold``."""
    view = _mail_view(row)
    if is_own is not False:
        return view
    return replace(view, quoted="", has_html=False, pictures_count=0, enclosed=())


def _mail_view(row: MailEntry, also_to: Iterable[str] = ()) -> MailView:
    return MailView(
        id=row.pk,
        message_id=row.message_id,
        sender=row.sender,
        sender_name=row.sender_name,
        to=tuple(row.to),
        subject=row.subject,
        sent_at=row.sent_at,
        quoted=row.quoted,
        signature=row.signature,
        has_html=row.has_html,
        pictures_count=row.pictures_count,
        meetings=tuple(row.meetings),
        enclosed=tuple(row.enclosed),
        protections=tuple(row.protections),
        also_to=tuple(also_to),
    )
