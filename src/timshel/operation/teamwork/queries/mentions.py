"""Who can be named in a note, and where one was named oneself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from timshel.context.people.models import Person
from timshel.context.people.queries import PersonName, active_among
from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.leadership.authority.queries import grantees
from timshel.operation.teamwork.access import find_at_desk
from timshel.operation.teamwork.models import Mention
from timshel.operation.work.access import may_read_notes
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import NOTES, TASK, VIEW

NEWEST_FIRST: KeysetOrder[Mention] = KeysetOrder(
    SortKey("at", descending=True, is_time=True), SortKey("id", descending=True)
)


@dataclass(frozen=True, slots=True)
class MentionRow:
    """Where one was named: the work, the note and who wrote it."""

    id: int
    number: str
    kind: str
    title: str
    comment_id: int
    author: str
    text: str
    at: datetime
    is_seen: bool


def people_to_mention(
    number: str, *, text: str, actor: Actor, limit: int = 10
) -> tuple[PersonName, ...]:
    """Return who can be named in a note on a piece of work, as somebody types: at most ``limit``.

    Only those who may read the note are offered. A fixed number of queries.

    Args:
        number: the piece of work.
        text: what was typed after the ``@``; nothing finds the first by name.
        actor: who may read its notes.
        limit: how many at most.

    Raises:
        NotAllowed, NotFound: as they say.
    """
    item, person_id = find_at_desk(number, actor=actor)
    if not may_read_notes(item, actor=actor):
        raise NotAllowed
    keys = mentionable(item).exclude(pk=person_id)
    return active_among(keys, text, language=actor.language, limit=limit)


def mentionable(item: WorkItem) -> QuerySet[Person]:
    """Return the people who may read the notes of a piece of work, by what they were granted."""
    place = {"team_id": item.team_id, "unit_id": item.unit_id, "service_id": item.service_id}
    readers = Person.objects.filter(pk__in=grantees(NOTES, **place))
    asked = () if item.kind == TASK else (item.requester_id, item.opened_by_id)
    return readers.filter(
        Q(pk__in=grantees(VIEW, **place)) | Q(pk__in=[key for key in asked if key])
    )


def mention_list(
    *, actor: Actor, unseen: bool = False, cursor: str | None = None, size: int = 25
) -> Page[MentionRow]:
    """Return where one was named, newest first; what one may not read any more is left out.

    One query.

    Args:
        actor: who was named.
        unseen: only what one has not seen yet.
        cursor: where to go on, from an earlier page.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = _own(actor, unseen=unseen).select_related("work_item", "comment")
    rows = rows.defer("work_item__search", "work_item__description")
    return NEWEST_FIRST.page(rows, cursor=cursor, size=size).map(_row)


def mention_count(*, actor: Actor, unseen: bool = True, limit: int = 100) -> int:
    """Count what the list would show, up to ``limit``; one query."""
    return _own(actor, unseen=unseen).values("pk")[:limit].count()


def _own(actor: Actor, *, unseen: bool) -> QuerySet[Mention]:
    readable = WorkItem.objects.visible_to(actor).covered(actor, NOTES).values("pk")
    rows = Mention.objects.filter(person_id=actor.person_id or 0, work_item__in=readable)
    return rows.filter(seen_at__isnull=True) if unseen else rows


def _row(row: Mention) -> MentionRow:
    item = row.work_item
    return MentionRow(
        id=row.pk,
        number=item.number,
        kind=item.kind,
        title=item.title,
        comment_id=row.comment_id,
        author=row.comment.author_name,
        text=row.comment.text,
        at=row.at,
        is_seen=row.seen_at is not None,
    )
