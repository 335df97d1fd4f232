"""Keeping searches for a person, and learning the words that texts are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.search.language import cleaned
from timshel.kernel.search.models import KeptSearch, ReadingMark, Word
from timshel.kernel.search.vocabulary import worth_knowing

MOST_RECENT = 12
MOST_SAVED = 50
LONGEST_NAME = 80
ASKED = frozenset({"kind", "stage", "open", "mine", "service", "since", "until"})

Mark = Any
Reader = Callable[[Mark, int], tuple[Iterable[str], Mark | None]]
"""Takes a mark (None at the beginning) and how many rows to read; returns the words of the next
rows, folded, and where it came to; None where nothing was left."""

_READERS: dict[str, Reader] = {}
BATCH = 2_000


def note_search(text: str, *, asked: Mapping[str, str], actor: Actor, at: datetime) -> None:
    """Keep a search among a person's recent ones; the oldest of too many goes.

    Args:
        text: what was looked for; nothing is not kept.
        asked: what it was narrowed to, as parameters of the page's address.
        actor: whose.
        at: when.
    """
    found = cleaned(text)
    if actor.person_id is None or not found:
        return
    kept = KeptSearch(person_id=actor.person_id, text=found, asked=_narrowed(asked), at=at)
    KeptSearch.objects.bulk_create(
        [kept],
        update_conflicts=True,
        unique_fields=["person_id", "name", "text", "asked"],
        update_fields=["at"],
    )
    own = KeptSearch.objects.filter(person_id=actor.person_id, name="")
    older = own.order_by("-at", "-pk").values("pk")[MOST_RECENT:]
    own.filter(pk__in=older).delete()


def save_search(
    text: str, *, name: str, asked: Mapping[str, str], actor: Actor, at: datetime
) -> int:
    """Keep a search under a name; one of the same name is replaced.

    Args:
        text: what is looked for.
        name: for the person alone.
        asked: what it is narrowed to, as parameters of the page's address.
        actor: whose.
        at: when.

    Returns:
        Its key.

    Raises:
        Invalid: nothing is looked for, the name is missing or too long, or there are too many.
        NotFound: nobody is signed in.
    """
    if actor.person_id is None:
        raise NotFound
    found, called = cleaned(text), cleaned(name)
    faults = {}
    if not found:
        faults["text"] = [_("Please type what to look for.")]
    if not called or len(called) > LONGEST_NAME:
        faults["name"] = [_("A name has 1 to 80 characters.")]
    if faults:
        raise Invalid(faults)
    with transaction.atomic():
        _lock(f"search.kept {actor.person_id}")
        own = KeptSearch.objects.filter(person_id=actor.person_id).exclude(name="")
        if own.exclude(name=called).count() >= MOST_SAVED:
            message = _("You have saved %(most)s searches already; remove one first.")
            raise Invalid({"name": [message % {"most": MOST_SAVED}]})
        kept, _new = KeptSearch.objects.update_or_create(
            person_id=actor.person_id,
            name=called,
            defaults={"text": found, "asked": _narrowed(asked), "at": at},
        )
    return int(kept.pk)


def forget_search(key: int, *, actor: Actor, at: datetime) -> None:  # noqa: ARG001
    """Remove one of a person's own searches, recent or saved.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    own = KeptSearch.objects.filter(pk=key, person_id=actor.person_id or 0)
    if not own.delete()[0]:
        raise NotFound


def forget_recent(*, actor: Actor, at: datetime) -> None:  # noqa: ARG001
    """Remove all recent searches of a person; the saved ones stay."""
    KeptSearch.objects.filter(person_id=actor.person_id or 0, name="").delete()


def register_reader(source: str, reader: Reader) -> None:
    """Have the words of a source learnt from now on.

    Args:
        source: the name under which the mark is kept.
        reader: gives the words of rows after a mark.
    """
    _READERS[source] = reader


def learn_words(*, batch: int = BATCH, most: int = 50) -> int:
    """Read what is new of each source and keep its words; one at a time, whoever begins second.

    Args:
        batch: rows of a source to a transaction.
        most: batches of a source at most, so that a run ends.

    Returns:
        How many words were new.
    """
    return sum(_learn(source, batch, most) for source in _READERS)


def forget_marks(sources: Iterable[str]) -> None:
    """Have some sources read again from their beginning, for what was changed in place."""
    ReadingMark.objects.filter(source__in=list(sources)).delete()


def _learn(source: str, batch: int, most: int) -> int:
    learnt = 0
    for _turn in range(most):
        with transaction.atomic():
            _lock(f"search.words {source}")
            kept = ReadingMark.objects.filter(source=source).first()
            words, mark = _READERS[source](kept.mark if kept else None, batch)
            if mark is None:
                return learnt
            learnt += _keep(worth_knowing(words))
            ReadingMark.objects.update_or_create(source=source, defaults={"mark": mark})
    return learnt


def _keep(words: set[str]) -> int:
    if not words:
        return 0
    table = connection.ops.quote_name(Word._meta.db_table)  # noqa: SLF001 - public by documentation
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (text) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING",
            [sorted(words)],
        )
        return int(cursor.rowcount)


def _narrowed(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: cleaned(asked[name])[:40] for name in sorted(ASKED) if asked.get(name)}


def _lock(name: str) -> None:
    """Wait until nobody else holds something, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
