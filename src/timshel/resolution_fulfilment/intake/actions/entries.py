"""Writing what a mail says into a case: the words, the files, and what was folded away."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.conf import settings
from django.utils.translation import gettext as _

from timshel.kernel.actor import Actor
from timshel.kernel.files import clean_name, keep
from timshel.operation.work.actions import attach
from timshel.operation.work.files import Upload
from timshel.operation.work.models import Audience, Comment, WorkItem
from timshel.resolution_fulfilment.intake.models import MailEntry, MailPicture
from timshel.resolution_fulfilment.intake.rules import (
    LONGEST_QUOTE,
    LONGEST_TEXT,
    MOST_FILES,
    Enclosed,
    MailContent,
    Meeting,
    as_entry,
    digest,
    words_of,
)
from timshel.support.communication.actions import note_reference
from timshel.support.communication.rules import one_line


@dataclass(frozen=True, slots=True)
class Written:
    """What of a mail goes into an entry.

    Args:
        text: of the entry.
        quoted: what is folded away.
        files: so many as one entry takes.
        more: those beyond.
    """

    text: str
    quoted: str
    files: tuple[Upload, ...]
    more: tuple[Upload, ...]


def written(content: MailContent, *, is_first: bool, is_helpers: bool = False) -> Written:
    """Return what of a mail goes into an entry.

    Args:
        content: the mail.
        is_first: it opens a case.
        is_helpers: a helper answers, to whom mails tell of internal notes: what they quote is
            neither said to the requester nor attached for them.
    """
    if is_helpers:
        text, quoted = content.text, content.quoted[:LONGEST_QUOTE]
    else:
        text, quoted = words_of(content, is_first=is_first)
    text = as_entry(text)
    files = [each for each in content.files if each.size][:MOST_FILES]
    if len(text) > LONGEST_TEXT:
        files.insert(0, _as_file("message.txt", text))
        elsewhere = _("All of it is in the file message.txt.")
        text = f"{text[:LONGEST_TEXT].rstrip()}\n\n[…] {elsewhere}"
    if len(quoted) > LONGEST_QUOTE:
        files.append(_as_file("quoted.txt", quoted))
        quoted = quoted[:LONGEST_QUOTE]
    if not text and not is_first:
        text = _("(The mail has no words of its own.)")
    most = settings.ATTACHMENTS_MAX_COUNT
    return Written(text, quoted, tuple(files[:most]), tuple(files[most:]))


def _as_file(name: str, text: str) -> Upload:
    content = text.encode("utf-8")
    return Upload(name, "text/plain", io.BytesIO(content), len(content))


def attach_more(
    item: WorkItem, files: Sequence[Upload], *, comment: Comment | None, actor: Actor, at: datetime
) -> None:
    """Attach the files beyond those that one entry takes: a mail may have more than a form."""
    most = settings.ATTACHMENTS_MAX_COUNT
    audience = Audience(comment.audience) if comment else Audience.PUBLIC
    for begin in range(0, len(files), most):
        attach(
            item,
            files[begin : begin + most],
            comment=comment,
            audience=audience,
            actor=actor,
            at=at,
        )


def write_entry(
    message_id: int,
    content: MailContent,
    *,
    item: WorkItem,
    comment: Comment | None,
    quoted: str,
    at: datetime,
) -> MailEntry:
    """Write down the mail behind an entry, with what was folded away and its pictures.

    Args:
        message_id: the mail as it came.
        content: what it says.
        item: the case it became part of.
        comment: the entry, or None where it is the report itself.
        quoted: what is folded away.
        at: when.
    """
    html = _stored(content.html)
    entry = MailEntry.objects.create(
        message_id=message_id,
        work_item=item,
        comment=comment,
        sender=content.sender[:254],
        sender_name=one_line(content.sender_name, longest=200),
        to=list(content.to),
        subject=one_line(content.subject, longest=250),
        sent_at=content.sent_at,
        identity=content.identity[:302],
        digest=digest(content),
        quoted=quoted,
        signature=content.signature[:LONGEST_QUOTE],
        html=html,
        has_html=bool(html.strip()),
        meetings=[_meeting(each) for each in content.meetings],
        enclosed=[_enclosed(each) for each in content.enclosed],
        protections=list(content.protections),
        at=at,
    )
    _keep_pictures(entry, content)
    thread = f"{item.kind.replace('_', '-')}.{item.number}"
    note_reference(thread, message_id=content.identity, address=content.sender, at=at)
    return entry


def _keep_pictures(entry: MailEntry, content: MailContent) -> None:
    rows: dict[str, MailPicture] = {}
    for each in content.pictures[:MOST_FILES]:
        if each.content_id in rows or not each.content:
            continue
        kept = keep(BytesIO(each.content), largest=settings.ATTACHMENT_MAX_BYTES)
        rows[each.content_id] = MailPicture(
            entry=entry,
            content_id=each.content_id,
            name=clean_name(each.name),
            media_type=each.media_type,
            size=kept.size,
            sha256=kept.sha256,
        )
    MailPicture.objects.bulk_create(rows.values())
    if rows:
        entry.pictures_count = len(rows)
        entry.save(update_fields=["pictures_count"])


def _stored(html: str) -> str:
    return html.replace("\0", "")


def _meeting(each: Meeting) -> dict[str, str]:
    return {
        "method": each.method,
        "summary": each.summary,
        "begins": _moment(each.begins),
        "ends": _moment(each.ends),
        "where": each.where,
        "organizer": each.organizer,
    }


def _moment(value: datetime | date | None) -> str:
    return value.isoformat() if value is not None else ""


def _enclosed(each: Enclosed) -> dict[str, str]:
    return {
        "subject": each.subject,
        "sender": each.sender,
        "sent_at": _moment(each.sent_at),
        "text": each.text[:LONGEST_QUOTE],
    }
