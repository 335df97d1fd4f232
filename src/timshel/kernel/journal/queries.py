"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from timshel.kernel.actor import author
from timshel.kernel.journal.models import Entry

UNDONE = "undone"

COLUMNS = (
    "id",
    "at",
    "actor_kind",
    "actor_id",
    "actor_name",
    "channel",
    "origin",
    "verb",
    "subject_id",
    "version",
    "changes",
)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One entry as pages, clocks and evidence read it."""

    id: int
    at: datetime
    actor_kind: str
    actor_id: int | None
    actor_name: str
    channel: str
    origin: str
    verb: str
    subject_id: int
    version: int | None
    changes: Mapping[str, list[Any]]

    @property
    def who(self) -> str:
        """Who did it, as people read it."""
        return author(self.actor_kind, self.actor_name)

    def old(self, field: str) -> Any:
        """Return the value before the change, or None."""
        return self.changes[field][0] if field in self.changes else None

    def new(self, field: str) -> Any:
        """Return the value after the change, or None."""
        return self.changes[field][1] if field in self.changes else None


def history(
    subject_kind: str, subject_ids: Iterable[int], *, since_version: int | None = None
) -> tuple[JournalEntry, ...]:
    """Return the entries of some records, oldest first, in one query.

    Args:
        subject_kind: what kind of record.
        subject_ids: their keys.
        since_version: only entries that made a later version than this.
    """
    entries = Entry.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    if since_version is not None:
        entries = entries.filter(version__gt=since_version)
    return tuple(JournalEntry(*row) for row in entries.order_by("at", "id").values_list(*COLUMNS))


class Numbered(Protocol):
    """What of an entry says whether it stands."""

    @property
    def version(self) -> int | None:
        """The record's version after the change."""

    @property
    def changes(self) -> Mapping[str, list[Any]]:
        """For each field the old and the new value."""


AnyEntry = TypeVar("AnyEntry", bound=Numbered)


def standing(entries: Iterable[AnyEntry]) -> tuple[AnyEntry, ...]:
    """Leave out what was taken back, and the entries that took it back.

    An entry that takes others back names their versions under ``undone``.

    Args:
        entries: of one record; those that are given are judged by those that are given.
    """
    given = tuple(entries)
    undone = {
        version
        for entry in given
        if UNDONE in entry.changes
        for version in (entry.version, *entry.changes[UNDONE][1])
    }
    if not undone:
        return given
    return tuple(entry for entry in given if entry.version not in undone)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as it is handed to those who read the whole journal."""

    id: int
    at: datetime
    actor_kind: str
    actor_name: str
    person_id: int | None
    channel: str
    origin: str
    verb: str
    subject_kind: str
    subject_id: int
    version: int | None
    changes: Mapping[str, Any]


def entries_after(
    key: int, *, since: datetime | None, until: datetime | None, size: int
) -> tuple[Told, ...]:
    """Return some entries by their keys, in one query; the right to read them is the caller's.

    Args:
        key: where to go on: only entries with larger keys; 0 for the first.
        since: only what happened at or after this moment.
        until: only what happened before this moment.
        size: how many at most.
    """
    entries = Entry.objects.filter(pk__gt=key)
    if since is not None:
        entries = entries.filter(at__gte=since)
    if until is not None:
        entries = entries.filter(at__lt=until)
    return tuple(
        Told(
            id=entry.pk,
            at=entry.at,
            actor_kind=entry.actor_kind,
            actor_name=entry.actor_name,
            person_id=entry.actor_id,
            channel=entry.channel,
            origin=entry.origin,
            verb=entry.verb,
            subject_kind=entry.subject_kind,
            subject_id=entry.subject_id,
            version=entry.version,
            changes=entry.changes,
        )
        for entry in entries.order_by("pk")[:size]
    )
