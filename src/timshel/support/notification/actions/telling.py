"""Telling people: one piece of news becomes a notice for each, and what leaves by mail and push.

Everything is written in the transaction of the caller, so that nobody hears of what was not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.db import transaction

from timshel.context.people.models import Person
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.events import publish
from timshel.kernel.live import announce
from timshel.leadership.approval.models import Delegation
from timshel.leadership.authority.queries import actor_for
from timshel.support.communication.actions import Message, queue_message
from timshel.support.communication.queries import worded
from timshel.support.notification import notices, records, rules
from timshel.support.notification.events import PushDue
from timshel.support.notification.models import Choice, Delivery, Device, Notice, ReadingHabit
from timshel.support.notification.notices import Line, Reader
from timshel.support.notification.records import NOTHING, About
from timshel.support.notification.rules import Habit
from timshel.support.notification.states import DELIVERIES, DeliveryState, Trigger, Way
from timshel.support.notification.topics import CATALOGUE, Topic

PREFERENCES = About("notification-preferences")
WITHOUT_THREAD = "notice"


@dataclass(frozen=True, slots=True)
class Letter:
    """The mail that the sender of news wrote for one reader, in their language.

    Args:
        key: as for a message: the same news makes one.
        kind: such as ``incident.resolved``.
        thread: what it belongs to, such as ``incident.INC0000012``.
        subject: one line.
        text: plain text.
        is_automatic: no person wrote it.
        team_id: the team in whose name it leaves; None for that of the installation.
    """

    key: str
    kind: str
    thread: str
    subject: str
    text: str
    is_automatic: bool = True
    team_id: int | None = None


@dataclass(frozen=True, slots=True)
class News:
    """Something that some people are to be told.

    Args:
        topic: what it is, of the catalogue.
        key: says what the news is; each person is told of it once. At most 120 characters.
        people: the keys of those who are to hear of it.
        about: the record that it is about; nobody is told who may not read it.
        parts: plain JSON that the words are made of: mostly ``number`` and ``title``, ``by`` and
            ``excerpt``; see :func:`notices.sentence`.
        by_person_id: whose doing it was; they are not told of it.
        is_urgent: whether it may pass the quiet hours of those who allow it: priority 1, paging.
        letters: the mail for a person; who has none gets one that is made of the notice.
        in_place_of: names for whom some of the people stand in, where the sender chose them.
    """

    topic: Topic
    key: str
    people: Iterable[int]
    about: About = NOTHING
    parts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    by_person_id: int | None = None
    is_urgent: bool = False
    letters: Mapping[int, Letter] = field(default_factory=lambda: MappingProxyType({}))
    in_place_of: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class _Listener:
    """Somebody who is to be told, with what decides how."""

    person: Person
    actor: Actor
    ways: frozenset[Way]
    habit: Habit
    has_devices: bool
    in_place_of: str


@transaction.atomic
def notify(news: News, *, at: datetime, leaves: bool = True) -> int:
    """Tell some people of something, each once, by the ways that they chose.

    Who did it is not told, nor who may not read what it is about. Who stands in for somebody is
    told, too, where the topic is work.

    Args:
        news: what to tell whom.
        at: now.
        leaves: False for what is only remembered, such as a history: it stands in the product,
            and nothing goes by mail or to devices.

    Returns:
        How many were told who had not been.
    """
    listeners = _listeners(news, at=at)
    if not leaves:
        listeners = [replace(each, ways=each.ways & {Way.PRODUCT}) for each in listeners]
    return sum(_tell(news, listener, at=at) for listener in listeners)


def _listeners(news: News, *, at: datetime) -> list[_Listener]:
    names = _names(news, at=at)
    told = Notice.objects.filter(person__in=names, key=news.key)
    wanted = set(names) - set(told.values_list("person_id", flat=True))
    choices = choices_of(wanted)
    ways = {key: rules.ways(news.topic, choices.get(key, {})) for key in wanted}
    wanted = {key for key in wanted if ways[key]}
    habits = {row.person_id: row for row in ReadingHabit.objects.filter(person__in=wanted)}
    devices = set(Device.objects.filter(person__in=wanted).values_list("person_id", flat=True))
    found = []
    for person in Person.objects.filter(pk__in=wanted, is_active=True).order_by("pk"):
        actor = actor_for(person.pk, channel=Channel.MAIL)
        if actor is None or news.about not in records.readable([news.about], actor=actor, at=at):
            continue
        waits = CATALOGUE[news.topic].is_chosen  # nobody waits for what they asked for just now
        kept = (habits.get(person.pk) if waits else None) or ReadingHabit(person=person)
        found.append(
            _Listener(
                person=person,
                actor=actor,
                ways=ways[person.pk],
                habit=kept.habit(actor.time_zone),
                has_devices=person.pk in devices,
                in_place_of=names[person.pk],
            )
        )
    return found


def _names(news: News, *, at: datetime) -> dict[int, str]:
    """Return who is to be told, with for whom they stand in, or nothing."""
    names = {key: news.in_place_of.get(key, "") for key in news.people}
    names.pop(news.by_person_id or 0, None)
    if CATALOGUE[news.topic].goes_to_substitute and names:
        away = Delegation.objects.running(at).filter(person__in=names).order_by("pk")
        for row in away.select_related("person"):
            names.setdefault(row.substitute_id, row.person.name)
    names.pop(news.by_person_id or 0, None)
    return names


def choices_of(people: Iterable[int]) -> dict[int, dict[tuple[Topic, Way], bool]]:
    """Return what some people chose, in one query."""
    found: dict[int, dict[tuple[Topic, Way], bool]] = {}
    known = [topic.value for topic in Topic]
    for row in Choice.objects.filter(person__in=list(people), topic__in=known):
        found.setdefault(row.person_id, {})[row.cell] = row.is_wanted
    return found


def _tell(news: News, listener: _Listener, *, at: datetime) -> int:
    """Write one person's notice and what leaves of it; returns 1, or 0 if it was there."""
    person = listener.person
    is_mailed = Way.MAIL in listener.ways and bool(person.email)
    is_pushed = Way.PUSH in listener.ways and listener.has_devices
    is_listed = Way.PRODUCT in listener.ways
    if not (is_mailed or is_pushed or is_listed):
        return 0
    notice, is_new = Notice.objects.get_or_create(
        person=person,
        key=news.key,
        defaults={
            "topic": news.topic,
            "record_kind": news.about.kind,
            "record_key": news.about.key,
            "needs": news.about.needs,
            "parts": dict(news.parts),
            "in_place_of": listener.in_place_of,
            "is_urgent": news.is_urgent,
            "is_listed": is_listed,
            "at": at,
        },
    )
    if not is_new:
        return 0
    if is_mailed:
        _mail(news, notice, listener, at=at)
    if is_pushed:
        _push(notice, listener, at=at)
    if is_listed:
        announce([region(person.pk)], at=at)
    return 1


def region(person_id: int) -> str:
    """Return the live region of somebody's notices."""
    return f"notices:{person_id}"


def _mail(news: News, notice: Notice, listener: _Listener, *, at: datetime) -> None:
    topic, habit = news.topic, listener.habit
    record = f"{news.about.kind}/{news.about.key}" if news.about.kind else ""
    bundle = rules.bundle_name(habit, topic, record)
    when = rules.mail_time(
        habit,
        topic,
        last_at=_last_of(listener.person.pk, bundle),
        is_urgent=news.is_urgent,
        at=at,
    )
    letter = news.letters.get(listener.person.pk) or written(notice, listener.actor)
    delivery = Delivery(
        notice=notice,
        person=listener.person,
        way=Way.MAIL,
        bundle="" if when.is_gathered else bundle or f"alone/{notice.pk}",
        thread=letter.thread,
        team_id=letter.team_id,
        due_at=when.due_at,
    )
    if when.due_at > at:
        delivery.subject, delivery.text = letter.subject[:300], letter.text
        delivery.is_automatic, delivery.kind = letter.is_automatic, letter.kind
    else:
        delivery.state = DELIVERIES.target(DeliveryState.WAITING, Trigger.SEND)
        delivery.message_id = _queue(letter, listener, at=at)
    delivery.save()


def _queue(letter: Letter, listener: _Listener, *, at: datetime) -> int | None:
    return queue_message(
        Message(
            key=letter.key,
            kind=letter.kind,
            thread=letter.thread,
            person_id=listener.person.pk,
            address=listener.person.email,
            subject=letter.subject,
            text=letter.text,
            language=listener.actor.language,
            is_automatic=letter.is_automatic,
            team_id=letter.team_id,
        ),
        at=at,
    )


def _last_of(person_id: int, bundle: str) -> datetime | None:
    """Return when the last mail of a bundle went, or will go."""
    if not bundle:
        return None
    rows = Delivery.objects.filter(
        person=person_id,
        bundle=bundle,
        way=Way.MAIL,
        state__in=[DeliveryState.WAITING, DeliveryState.SENT],
    )
    return rows.order_by("-due_at").values_list("due_at", flat=True).first()


def _push(notice: Notice, listener: _Listener, *, at: datetime) -> None:
    due_at = rules.after_quiet(listener.habit, at=at, is_urgent=notice.is_urgent)
    Delivery.objects.create(notice=notice, person=listener.person, way=Way.PUSH, due_at=due_at)
    if due_at <= at:
        publish(PushDue(listener.person.pk, at))


def written(notice: Notice, actor: Actor) -> Letter:
    """Return the mail that is made of a notice where its sender wrote none."""
    words = worded(
        notices.single(line(notice, actor), reader=reader(actor), preferences=preferences(actor))
    )
    return Letter(
        key=f"notice/{notice.pk}",
        kind=notice.topic,
        thread=thread(notice),
        subject=words.subject,
        text=words.text,
    )


def thread(notice: Notice) -> str:
    """Return what the mails about a record have in common."""
    if not notice.record_kind:
        return f"{WITHOUT_THREAD}.{notice.pk}"
    return f"{notice.record_kind.replace('_', '-')}.{notice.record_key}"[:60]


def line(notice: Notice, actor: Actor) -> Line:
    """Return a notice as a piece of news in a mail to a reader."""
    topic = Topic(notice.topic)
    path = records.page(notice.about, audience=CATALOGUE[topic].audience, actor=actor)
    return Line(
        topic=topic,
        parts=notice.parts,
        address=f"{settings.BASE_ADDRESS}{path}" if path else "",
        at=notice.at,
        in_place_of=notice.in_place_of,
    )


def reader(actor: Actor) -> Reader:
    """Return for whom words are."""
    return Reader(actor.name, actor.language, actor.time_zone)


def preferences(actor: Actor) -> str:
    """Return the whole address at which somebody chooses what they are told."""
    path = records.page(PREFERENCES, audience=CATALOGUE[Topic.TRIAL].audience, actor=actor)
    return f"{settings.BASE_ADDRESS}{path}"
