"""Somebody's notices, how many are unread, what they chose, and their devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db import connection

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, Text
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.support.notification import encryption, notices, records, rules
from timshel.support.notification.access import require_person
from timshel.support.notification.models import Choice, Device, Notice, ReadingHabit
from timshel.support.notification.records import About
from timshel.support.notification.rules import MOST_UNREAD
from timshel.support.notification.states import Rhythm, Way
from timshel.support.notification.topics import CATALOGUE, Topic, chosen_topics

NOTES = "work.read_notes"  # what mails to helpers can hold, too

NEWEST_FIRST: KeysetOrder[Notice] = KeysetOrder(SortKey("id", descending=True))
WORKS = "work.view"  # who holds it anywhere works on what others ask for


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its reader sees it now.

    Args:
        id: its key.
        topic: what it is.
        label: what the topic is called.
        sentence: what happened, in the reader's language.
        excerpt: the beginning of what somebody wrote; may be empty.
        in_place_of: for whom the reader stands in; may be empty.
        about: the record.
        address: the path of the record's page; empty where there is none, or none any more.
        is_urgent: whether it could not wait.
        is_readable: whether the reader may still see what it is about.
        at: when it happened.
        read_at: when it was read.
    """

    id: int
    topic: Topic
    label: Text
    sentence: str
    excerpt: str
    in_place_of: str
    about: About
    address: str
    is_urgent: bool
    is_readable: bool
    at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Which notices to list.

    Args:
        is_unread: only those that are not read.
        topics: only of these; empty for all.
    """

    is_unread: bool = False
    topics: frozenset[Topic] = frozenset()


@dataclass(frozen=True, slots=True)
class ChoiceCell:
    """By one way, somebody is told of a topic or not.

    Args:
        way: how.
        is_wanted: whether they are told.
        is_obliged: whether it cannot be switched off.
    """

    way: Way
    is_wanted: bool
    is_obliged: bool


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A line of the matrix.

    Args:
        topic: what somebody is told.
        label: what it is called.
        cells: a cell for each way.
    """

    topic: Topic
    label: Text
    cells: tuple[ChoiceCell, ...]


@dataclass(frozen=True, slots=True)
class HabitView:
    """How often and when somebody is told.

    Args:
        rhythm: how often mail comes.
        digest_hour: from 0 to 23.
        quiet_from: when quiet hours begin; None where there are none.
        quiet_until: when they end.
        lets_urgent_through: whether urgent news may pass them.
    """

    rhythm: Rhythm
    digest_hour: int
    quiet_from: time | None
    quiet_until: time | None
    lets_urgent_through: bool


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A browser in which somebody is told.

    Args:
        id: its key.
        name: by which they know it.
        added_at: since when.
        used_at: when something was last sent to it.
    """

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """All that somebody chose.

    Args:
        rows: the matrix.
        habit: how often and when.
        devices: where.
    """

    rows: tuple[ChoiceRow, ...]
    habit: HabitView
    devices: tuple[DeviceRow, ...]


def notice_list(
    *,
    actor: Actor,
    at: datetime,
    only: NoticeFilter | None = None,
    cursor: str | None = None,
    size: int = 30,
) -> Page[NoticeRow]:
    """Return a page of one's own notices, newest first.

    One query, and one for each kind of record on the page: what the reader may no longer see is
    said without its words.

    Raises:
        NotAllowed: the actor is no person.
        Invalid: the cursor is not one of ours.
    """
    rows = Notice.objects.filter(person=require_person(actor), is_listed=True)
    rows = rows.filter(topic__in=[topic.value for topic in Topic])
    if only is not None and only.is_unread:
        rows = rows.filter(read_at__isnull=True)
    if only is not None and only.topics:
        rows = rows.filter(topic__in=only.topics)
    found = NEWEST_FIRST.page(rows, cursor=cursor, size=size)
    seen = records.readable({row.about for row in found.items}, actor=actor, at=at)
    return found.map(lambda row: _row(row, actor=actor, is_readable=row.about in seen))


def notice(notice_id: int, *, actor: Actor, at: datetime) -> NoticeRow:
    """Return one of one's own notices.

    Raises:
        NotAllowed: the actor is no person.
        NotFound: there is no such notice of theirs.
    """
    rows = Notice.objects.filter(person=require_person(actor), is_listed=True, pk=notice_id)
    row = rows.filter(topic__in=[topic.value for topic in Topic]).first()
    if row is None:
        raise NotFound
    seen = records.readable([row.about], actor=actor, at=at)
    return _row(row, actor=actor, is_readable=row.about in seen)


def unread_count(person_id: int) -> int:
    """Return how many notices somebody has not read: at most one more than is counted.

    One query that reads no more rows than it counts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT 1 FROM notification_notice"
            " WHERE person_id = %s AND is_listed AND read_at IS NULL LIMIT %s) AS unread",
            [person_id, MOST_UNREAD + 1],
        )
        return int(cursor.fetchone()[0])


def preferences(*, actor: Actor) -> Preferences:
    """Return all that the actor chose, in three queries.

    Raises:
        NotAllowed: the actor is no person.
    """
    person_id = require_person(actor)
    topics = chosen_topics(is_agent=actor.may_somewhere(WORKS))
    kept = Choice.objects.filter(person=person_id, topic__in=topics)
    choices = {row.cell: row.is_wanted for row in kept}
    habit = ReadingHabit.objects.filter(person=person_id).first() or ReadingHabit()
    devices = Device.objects.filter(person=person_id).order_by("pk")
    return Preferences(
        rows=tuple(_choice(topic, choices) for topic in topics),
        habit=HabitView(
            rhythm=Rhythm(habit.rhythm),
            digest_hour=habit.digest_hour,
            quiet_from=habit.quiet_from,
            quiet_until=habit.quiet_until,
            lets_urgent_through=habit.lets_urgent_through,
        ),
        devices=tuple(DeviceRow(row.pk, row.name, row.added_at, row.used_at) for row in devices),
    )


def application_key() -> str:
    """Return the public key with which browsers let this installation tell them something."""
    return encryption.application_key(settings.SECRET_KEY)


def _choice(topic: Topic, choices: rules.Choices) -> ChoiceRow:
    entry, wanted = CATALOGUE[topic], rules.ways(topic, choices)
    cells = tuple(ChoiceCell(way, way in wanted, way in entry.obliged) for way in Way)
    return ChoiceRow(topic, entry.label, cells)


def _row(row: Notice, *, actor: Actor, is_readable: bool) -> NoticeRow:
    topic = Topic(row.topic)
    entry = CATALOGUE[topic]
    return NoticeRow(
        id=row.pk,
        topic=topic,
        label=entry.label,
        sentence=notices.sentence(topic, row.parts) if is_readable else notices.unreadable(topic),
        excerpt=str(row.parts.get("excerpt", "")) if is_readable else "",
        in_place_of=row.in_place_of,
        about=row.about if is_readable else About(),
        address=records.page(row.about, audience=entry.audience, actor=actor)
        if is_readable
        else "",
        is_urgent=row.is_urgent,
        is_readable=is_readable,
        at=row.at,
        read_at=row.read_at,
    )


def readable_thread(thread: str, *, actor: Actor, at: datetime) -> bool:
    """Tell whether an actor may read all that mails of a thread can say, notes included.

    Args:
        thread: such as ``incident.INC0000012``; one of no record may be read by nobody else than
            its recipient.
        actor: who wants to read.
        at: now.
    """
    kind, _dot, key = thread.partition(".")
    about = records.About(kind.replace("-", "_"), key, NOTES)
    if not key or not records.is_registered(about.kind):
        return False
    return about in records.readable([about], actor=actor, at=at)
