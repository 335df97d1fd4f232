"""Telling people of what is due: its owner in time and when it is late, others when it stays so.

Whether somebody was told is asked of their notices, which are kept for longer than is looked back,
so that it may run as often as it likes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from timshel.context.people.models import Person
from timshel.kernel import due
from timshel.kernel.actor import Actor
from timshel.kernel.due import Asked, Due, Part
from timshel.leadership.authority.queries import people_with
from timshel.planning.planned_action.access import MANAGE
from timshel.support.notification import records
from timshel.support.notification.actions.telling import News, notify
from timshel.support.notification.models import Notice
from timshel.support.notification.records import About
from timshel.support.notification.rules import LOOKS_BACK, NEAR, stages_of
from timshel.support.notification.states import Stage
from timshel.support.notification.topics import Topic

LONGEST_KEY = 60  # of a record that a notice is about

_Titles = dict[tuple[str, str], dict[str, str]]  # by record and language


@dataclass(frozen=True, slots=True)
class _Readers:
    """Who can be told.

    Args:
        here: those of the owners who have not left.
        managers: who sees to it that things are done, as keys of people.
    """

    here: Collection[int]
    managers: Collection[int]


def remind(name: str, *, actor: Actor, at: datetime, skip: int = 0, limit: int = 200) -> int:
    """Tell of what is due of a part, each person once for each record, day and stage.

    Args:
        name: of the part.
        actor: who reminds, and sees everything that is due.
        at: now; days are those of UTC.
        skip: how much of it was looked at before.
        limit: how much at most.

    Returns:
        At how much was looked; as much as the limit means that there may be more.
    """
    part = due.parts()[name]
    today = at.date()
    asked = Asked(today + NEAR, actor, at, limit=limit, since=today - LOOKS_BACK, skip=skip)
    found, titles = _read(part, asked)
    known = [each for each in found if _is_told_of(each)]
    if known:
        owners = {each.owner_id for each in known if each.owner_id is not None}
        active = Person.objects.filter(pk__in=owners, is_active=True)
        readers = _Readers(
            here=frozenset(active.values_list("pk", flat=True)), managers=people_with(MANAGE)
        )
        news = [each for row in known for each in _news(part, row, readers, titles, today=today)]
        for each in _untold(news):
            notify(each, at=at)
    return len(found)


def _is_told_of(row: Due) -> bool:
    """Tell whether a notice can be about a record."""
    return records.is_registered(row.kind) and 0 < len(row.code) <= LONGEST_KEY


def _read(part: Part, asked: Asked) -> tuple[tuple[Due, ...], _Titles]:
    """Return what is due, and what it is called in each language; one question for each."""
    found: dict[str, tuple[Due, ...]] = {}
    titles: _Titles = {}
    for language, _name in settings.LANGUAGES:
        actor = replace(asked.actor, language=language)
        found[language] = tuple(part.source(replace(asked, actor=actor)))
        for row in found[language]:
            titles.setdefault((row.kind, row.code), {})[language] = row.title
    return found[settings.LANGUAGE_CODE], titles


def _news(
    part: Part,
    row: Due,
    readers: _Readers,
    titles: _Titles,
    *,
    today: date,
) -> Iterator[News]:
    for stage in stages_of(row.day, today=today):
        people, said = _people(part, row, stage, readers)
        if not people:
            continue
        yield News(
            topic=Topic.DUE_LONG_OVER if stage is Stage.LONG_OVER else Topic.DUE,
            key=f"due/{stage}/{row.kind}/{row.code}/{row.day}",
            people=sorted(people),
            about=About(row.kind, row.code),
            parts={
                "number": row.code,
                "title": {"": row.title, **titles[row.kind, row.code]},
                "person": row.owner,
                "what": _in_languages(lambda: str(row.what)),
                "due": _in_languages(lambda: date_format(row.day, "DATE_FORMAT")),
                "said": said,
            },
        )


def _people(part: Part, row: Due, stage: Stage, readers: _Readers) -> tuple[Collection[int], str]:
    """Return who hears of a stage, and with which words where they are not the usual ones.

    What is late and has nobody, or somebody who left, is told at once to those who see to it.
    """
    owner = row.owner_id
    others = frozenset(readers.managers) - {owner}
    if stage is Stage.LONG_OVER:
        return others, "" if row.owner else "due_nobody"
    if part.reminds:
        return (), ""
    if owner is not None and owner in readers.here:
        return {owner}, "due_over" if stage is Stage.OVER else ""
    if stage is Stage.NEAR:
        return (), ""
    return others, "due_left" if row.owner else "due_nobody"


def _untold(news: Iterable[News]) -> Iterator[News]:
    """Yield what somebody was not told yet, to those alone; one query."""
    every = list(news)
    people = {person for each in every for person in each.people}
    kept = Notice.objects.filter(person__in=people, key__in=[each.key for each in every])
    told = set(kept.values_list("key", "person_id"))
    for each in every:
        if rest := [person for person in each.people if (each.key, person) not in told]:
            yield replace(each, people=rest)


def _in_languages(write: Callable[[], str]) -> dict[str, str]:
    """Return something as it is said in each language, the first under ``""``."""
    said = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            said[code] = write()
    return {"": said[settings.LANGUAGE_CODE], **said}
