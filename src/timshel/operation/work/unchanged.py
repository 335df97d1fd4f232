"""Refusing to overwrite what somebody else changed since a person looked, in any kind of work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from timshel.kernel.errors import Conflict
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.operation.work.actions import SUBJECT, reference
from timshel.operation.work.conflicts import conflicts
from timshel.operation.work.models import WorkItem


def plain(value: Any) -> Any:
    """Return a value as the journal writes it."""
    return reference(value) if hasattr(value, "pk") else value


def entries_since(item: WorkItem, seen_version: int) -> tuple[JournalEntry, ...]:
    """Return what was journalled since a version, in the order in which it was written.

    Of two changes at once, the one that is written second may be dated first.
    """
    later = history(SUBJECT, [item.pk], since_version=seen_version)
    return tuple(sorted(later, key=lambda entry: (entry.version or 0, entry.id)))


def require_unchanged(
    item: WorkItem, wanted: Mapping[str, Any], *, seen_version: int | None
) -> None:
    """Refuse to overwrite what someone else changed since the person looked.

    Args:
        item: locked.
        wanted: the values to be set, by the row's fields.
        seen_version: the version the person looked at; None does not ask.

    Raises:
        Conflict: with each field that both changed to different values.
    """
    if seen_version is None or seen_version >= item.version:
        return
    later = entries_since(item, seen_version)
    current = {field: plain(getattr(item, field)) for field in wanted}
    found = conflicts({field: plain(value) for field, value in wanted.items()}, current, later)
    if found:
        raise Conflict(found)
