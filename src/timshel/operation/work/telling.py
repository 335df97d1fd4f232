"""Telling people of a piece of work: what it is called is read when they are told.

Who may not read it is not told; notices ask for the same rights as pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from timshel.context.organization.models import Team
from timshel.context.people.models import Person
from timshel.context.people.queries import members_of
from timshel.operation.work.models import Audience, Comment, Watcher, WorkItem
from timshel.operation.work.rules import NOTES
from timshel.operation.work.states import OPEN_STAGES
from timshel.support.notification.actions import News, notify
from timshel.support.notification.notices import excerpt
from timshel.support.notification.records import About
from timshel.support.notification.topics import Topic

URGENT_PRIORITY = 1


@dataclass(frozen=True, slots=True)
class WorkNews:
    """Something that some people are to be told about a piece of work.

    Args:
        topic: what it is.
        key: says what the news is; each person is told of it once.
        people: the keys of those who are to hear of it.
        by_person_id: whose doing it was.
        needs: the right to notes where what is told stands in one.
        parts: what the words need besides number and title.
    """

    topic: Topic
    key: str
    people: Iterable[int]
    by_person_id: int | None
    needs: str = ""
    parts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def tell_of_work(item: WorkItem, news: WorkNews, *, at: datetime) -> None:
    """Tell some people of a piece of work.

    Args:
        item: the work.
        news: what to tell whom.
        at: now.
    """
    notify(
        News(
            topic=news.topic,
            key=news.key,
            people=list(news.people),
            about=About(item.kind, item.number, news.needs),
            parts={"number": item.number, "title": item.title, **news.parts},
            by_person_id=news.by_person_id,
            is_urgent=item.priority <= URGENT_PRIORITY,
        ),
        at=at,
    )


def tell_team(
    work_item_id: int, *, happened_at: datetime, by_person_id: int | None, at: datetime
) -> None:
    """Tell the members of a team of work that nobody of them has yet.

    Args:
        work_item_id: the work; nothing is said once somebody has it, or it is over.
        happened_at: when the team got it; each time is told once.
        by_person_id: who gave it to them.
        at: now.
    """
    item = _item(work_item_id)
    if item is None or item.team is None or item.assignee_id or item.stage not in OPEN_STAGES:
        return
    news = WorkNews(
        topic=Topic.TEAM_ASSIGNED,
        key=f"work.team/{item.pk}/{happened_at:%Y%m%dT%H%M%S%f}",
        people=[member.person_id for member in members_of([item.team.pk])],
        by_person_id=by_person_id,
        parts={"team": names_of(item.team)},
    )
    tell_of_work(item, news, at=at)


def tell_mentioned(
    comment_id: int, *, person_id: int, by_person_id: int | None, at: datetime
) -> None:
    """Tell somebody that they were named in what was written about a piece of work.

    Args:
        comment_id: where.
        person_id: who was named.
        by_person_id: who wrote it.
        at: now.
    """
    comment = Comment.objects.select_related("work_item").filter(pk=comment_id).first()
    if comment is None:
        return
    news = WorkNews(
        topic=Topic.MENTIONED,
        key=f"work.mentioned/{comment.pk}",
        people=[person_id],
        by_person_id=by_person_id,
        needs=NOTES if comment.audience == Audience.INTERNAL else "",
        parts={"by": comment.author_name, "excerpt": excerpt(comment.text)},
    )
    tell_of_work(comment.work_item, news, at=at)


def tell_watcher(
    work_item_id: int, *, person_id: int, by_person_id: int | None, at: datetime
) -> None:
    """Tell somebody that a case was shared with them.

    Args:
        work_item_id: the case.
        person_id: who may follow it now.
        by_person_id: who shared it.
        at: now.
    """
    item = _item(work_item_id)
    if item is None:
        return
    news = WorkNews(
        topic=Topic.WATCHING,
        key=f"work.watching/{item.pk}/{at:%Y%m%d}",
        people=[person_id],
        by_person_id=by_person_id,
        parts={"by": _name(by_person_id)},
    )
    tell_of_work(item, news, at=at)


def tell_watchers_of_reply(comment_id: int, *, at: datetime) -> None:
    """Tell those who watch a case of a public reply, but for those who are told as its people.

    Args:
        comment_id: the reply; of an internal note nobody is told.
        at: now.
    """
    replies = Comment.objects.filter(pk=comment_id, audience=Audience.PUBLIC)
    said = replies.select_related("work_item").first()
    if said is None:
        return
    news = WorkNews(
        topic=Topic.WATCHED,
        key=f"work.watched/reply/{said.pk}",
        people=_watchers(said.work_item),
        by_person_id=said.author_id,
        parts={"said": "watched_reply", "by": said.author_name, "excerpt": excerpt(said.text)},
    )
    tell_of_work(said.work_item, news, at=at)


def tell_watchers_of_end(
    work_item_id: int, *, happened_at: datetime, by_person_id: int | None, at: datetime
) -> None:
    """Tell those who watch a case that it has come to its end.

    Args:
        work_item_id: the case; nothing is said where it was opened again meanwhile.
        happened_at: when it ended.
        by_person_id: who ended it.
        at: now.
    """
    item = _item(work_item_id)
    if item is None or item.stage in OPEN_STAGES:
        return
    news = WorkNews(
        topic=Topic.WATCHED,
        key=f"work.watched/end/{item.pk}/{happened_at:%Y%m%dT%H%M%S%f}",
        people=_watchers(item),
        by_person_id=by_person_id,
        parts={"said": "watched_end"},
    )
    tell_of_work(item, news, at=at)


def names_of(team: Team) -> dict[str, str]:
    """Return the name of a team by language, the first under ""."""
    named = {code: texts.get("name", "") for code, texts in team.translations.items()}
    return {"": team.name, **{code: name for code, name in named.items() if name}}


def _item(work_item_id: int) -> WorkItem | None:
    items = WorkItem.objects.filter(pk=work_item_id).select_related("team")
    return items.defer("search", "description").first()


def _name(person_id: int | None) -> str:
    names = Person.objects.filter(pk=person_id or 0).values_list("name", flat=True)
    return names.first() or "Timshel"


def _watchers(item: WorkItem) -> list[int]:
    """Return who watches a case but is not told of it as requester or assignee."""
    told = {item.requester_id, item.assignee_id}
    watchers = Watcher.objects.filter(work_item=item).values_list("person_id", flat=True)
    return [person_id for person_id in watchers if person_id not in told]
