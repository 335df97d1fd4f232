"""Texts for somebody who is writing: replies and modules with the values of the work in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound
from timshel.operation.macro import access
from timshel.operation.macro.models import SavedReply, TextModule, visible_to
from timshel.operation.macro.rules import filled, in_language, variables_in
from timshel.operation.macro.values import values_for
from timshel.operation.work.access import find as find_work
from timshel.operation.work.models import WorkItem

OFFERED = 50


@dataclass(frozen=True, slots=True)
class FilledText:
    """A text about one piece of work.

    Args:
        id: of the saved reply or module; 0 for a text that is being written.
        name: what it is called.
        keyword: of a module; empty for a reply.
        language: in which the text is.
        text: with the values that are known.
        missing: names of values that are not known here; they stand in the text as they are.
    """

    id: int
    name: str
    keyword: str
    language: str
    text: str
    missing: tuple[str, ...]


def replies_for(number: str, *, actor: Actor, at: datetime) -> tuple[FilledText, ...]:
    """Return the saved replies for a piece of work in the requester's language, by name.

    In a fixed number of queries.

    Raises:
        NotFound: there is no such work, or the actor may not know that there is.
    """
    item = find_work(number, actor=actor)
    rows = SavedReply.objects.filter(visible_to(actor), is_active=True).order_by("name", "pk")
    texts = [(row.pk, row.name, "", row.texts) for row in rows[:OFFERED]]
    return _filled(texts, item, language=item.requester.language, actor=actor, at=at)


def filled_reply(reply_id: int, *, number: str, actor: Actor, at: datetime) -> FilledText:
    """Return one saved reply for a piece of work.

    Raises:
        NotFound: there is no such reply or work, or the actor may not know that there is.
    """
    row = access.find(SavedReply.objects.all(), reply_id, actor=actor)
    if not row.is_active:
        raise NotFound
    item = find_work(number, actor=actor)
    texts = [(row.pk, row.name, "", row.texts)]
    return _filled(texts, item, language=item.requester.language, actor=actor, at=at)[0]


def modules_for(
    number: str, *, beginning: str = "", is_note: bool = False, actor: Actor, at: datetime
) -> tuple[FilledText, ...]:
    """Return the text modules whose keyword begins with some letters, by keyword.

    Of modules with the same keyword the actor's own comes before that of a team, and that before
    everybody's. In a fixed number of queries.

    Args:
        number: of the work.
        beginning: of the keyword.
        is_note: it is for helpers, and so in the actor's language, not the requester's.
        actor: who writes.
        at: now.

    Raises:
        NotFound: there is no such work, or the actor may not know that there is.
    """
    item = find_work(number, actor=actor)
    rows = TextModule.objects.filter(
        visible_to(actor), is_active=True, keyword__startswith=beginning.casefold()
    )
    nearest: dict[str, TextModule] = {}
    for row in rows.order_by("keyword", "pk"):
        known = nearest.get(row.keyword)
        if known is None or _nearness(row) < _nearness(known):
            nearest[row.keyword] = row
    texts = [(row.pk, row.name, row.keyword, row.texts) for row in nearest.values()][:OFFERED]
    language = actor.language if is_note else item.requester.language
    return _filled(texts, item, language=language, actor=actor, at=at)


def filled_text(texts: Mapping[str, str], *, number: str, actor: Actor, at: datetime) -> FilledText:
    """Return a text that is being written as it would stand in a piece of work: a preview.

    Raises:
        NotFound: there is no such work, or the actor may not know that there is.
    """
    item = find_work(number, actor=actor)
    rows = [(0, "", "", texts)]
    return _filled(rows, item, language=item.requester.language, actor=actor, at=at)[0]


def _nearness(row: TextModule) -> int:
    if row.owner_id is not None:
        return 0
    return 1 if row.team_id is not None else 2


def _filled(
    rows: Iterable[tuple[int, str, str, Mapping[str, str]]],
    item: WorkItem,
    *,
    language: str,
    actor: Actor,
    at: datetime,
) -> tuple[FilledText, ...]:
    spoken = [
        (key, name, keyword, *in_language(texts, (language, settings.LANGUAGE_CODE)))
        for key, name, keyword, texts in rows
    ]
    names = frozenset(name for *_rest, text in spoken for name in variables_in(text))
    values = values_for(item, language=language, names=names, actor=actor, at=at) if names else {}
    found = []
    for key, name, keyword, of_text, text in spoken:
        done = filled(text, values)
        found.append(FilledText(key, name, keyword, of_text, done.text, done.missing))
    return tuple(found)
