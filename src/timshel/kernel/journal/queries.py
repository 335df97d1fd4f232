"""Reading the journal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.journal.models import Entry

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
