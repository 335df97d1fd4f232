"""Two people changed the same: what was seen, what stands now, what was wanted, field by field.

Pure: a form carries the version it was drawn from, and the journal tells the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from timshel.kernel.errors import Difference
from timshel.kernel.journal.queries import JournalEntry


def same(one: Any, other: Any) -> bool:
    """Tell whether two journalled values mean the same; references are compared by their key."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return bool(one["id"] == other["id"])
    return bool(one == other)


def seen_values(current: Mapping[str, Any], later: Sequence[JournalEntry]) -> dict[str, Any]:
    """Return the values that a person saw who read a record before ``later`` was written.

    Args:
        current: today's values by field, as the journal writes them.
        later: the entries written since, oldest first.
    """
    seen = dict(current)
    for entry in reversed(later):
        for field in entry.changes:
            if field in seen:
                seen[field] = entry.old(field)
    return seen


def touched(
    wanted: Mapping[str, Any], current: Mapping[str, Any], later: Sequence[JournalEntry]
) -> frozenset[str]:
    """Return the fields that the person meant to change, out of all that a form sends.

    A field still as the person saw it was not touched, even if someone else changed it since.
    """
    seen = seen_values(current, later)
    return frozenset(field for field, value in wanted.items() if not same(value, seen[field]))


def conflicts(
    wanted: Mapping[str, Any], current: Mapping[str, Any], later: Sequence[JournalEntry]
) -> tuple[Difference, ...]:
    """Return the fields that both the person and someone else changed, to different values.

    Args:
        wanted: the values the person now sends, as the journal would write them.
        current: today's values.
        later: the entries written since the person read the record, oldest first.
    """
    seen = seen_values(current, later)
    last = {field: entry for entry in later for field in entry.changes}
    return tuple(
        Difference(
            field=field,
            seen=seen[field],
            current=current[field],
            wanted=wanted[field],
            changed_by=last[field].who,
            changed_at=last[field].at,
        )
        for field in wanted
        if field in touched(wanted, current, later)
        and not same(current[field], seen[field])
        and not same(wanted[field], current[field])
    )
