"""What taking back comes to, from journal entries alone: pure decisions of ``undoing``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from timshel.kernel.journal.queries import JournalEntry
from timshel.operation.work.states import OPEN_STAGES, Stage

ENDS = "taken_back"
"""The last part of the verb under which the journal keeps that something was taken back."""

LASTING = frozenset({"replied", "noted"})
"""The last parts of verbs by which something was said."""

REFERENCES = frozenset({"team", "assignee", "requester", "unit", "customer", "parent"})
ROW_FIELDS = REFERENCES | {"stage", "waiting_reason", "title", "impact", "urgency", "priority"}
"""What the journal says of the columns of the row of all work."""

EACH = frozenset({"link", "watcher"})
"""Fields of which an entry names one of several things: each of them stands for itself."""

TOLD = frozenset({"note", "reason", "comment", "audience", "files", "response", "undone"})
"""What entries say beside the fields that they change."""


class Counted(Protocol):
    """What of a piece of work is counted, or dated, as it is moved and handed over."""

    reassignments: int
    reopenings: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a field was, and what it was made."""

    before: Any
    after: Any


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A field, or one of the several things that it names.

    Args:
        field: as the journal calls it.
        key: of the thing; empty where the field is one whole.
    """

    field: str
    key: str = ""


Net = Mapping[Part, Change]


def parts(entry: JournalEntry) -> dict[Part, tuple[Any, Any]]:
    """Return what an entry changes, by the part that it changes, with old and new value."""
    return {
        Part(field, _key(pair) if field in EACH else ""): (pair[0], pair[1])
        for field, pair in entry.changes.items()
        if field not in TOLD
    }


def _key(pair: Sequence[Any]) -> str:
    named = pair[1] if pair[1] is not None else pair[0]
    return f"{named.get('id')} {named.get('kind', '')}" if isinstance(named, Mapping) else ""


def net_effect(entries: Iterable[JournalEntry]) -> dict[Part, Change]:
    """Return what several entries come to together; what came back is left out.

    Args:
        entries: of one piece of work, oldest first.
    """
    found: dict[Part, Change] = {}
    for entry in entries:
        for part, (old, new) in parts(entry).items():
            found[part] = Change(found[part].before if part in found else old, new)
    return {part: each for part, each in found.items() if not same(each.before, each.after)}


def same(one: Any, other: Any) -> bool:
    """Tell whether two journalled values mean the same; references are compared by their key."""
    if isinstance(one, Mapping) and isinstance(other, Mapping) and "id" in one and "id" in other:
        return bool(one["id"] == other["id"])
    return bool(one == other)


def counters(
    item: Counted, done: Sequence[JournalEntry], entries: Sequence[JournalEntry]
) -> dict[str, Any]:
    """Return the columns that follow from stage and holder, as they were.

    Args:
        item: as it stands.
        done: what is taken back, oldest first.
        entries: the whole journal of the work, oldest first.
    """
    values: dict[str, Any] = {
        "reassignments": item.reassignments - sum(map(_hands_over, done)),
        "reopenings": item.reopenings - sum(_reopens(entry) for entry in done),
    }
    moves = [entry.changes["stage"] for entry in done if "stage" in entry.changes]
    if not moves:
        return values
    stage = moves[0][0]
    first = min(entry.version or 0 for entry in done)
    earlier = [entry for entry in entries if (entry.version or 0) < first]
    ended = {Stage.CLOSED, Stage.CANCELLED}
    values["resolved_at"] = _resolved_at(stage, earlier)
    values["closed_at"] = _last(earlier, stage) if stage in ended else None
    return values


def _resolved_at(stage: str, earlier: Sequence[JournalEntry]) -> datetime | None:
    if stage in OPEN_STAGES or stage == Stage.CANCELLED:
        return None
    return _last(earlier, Stage.RESOLVED) or _last(earlier, stage)


def _last(entries: Sequence[JournalEntry], stage: str) -> datetime | None:
    """Return when a stage was entered last."""
    moments = [entry.at for entry in entries if entry.new("stage") == stage]
    return moments[-1] if moments else None


def _hands_over(entry: JournalEntry) -> bool:
    """Tell whether an entry counted as a reassignment: from one to another, not from nobody."""
    return any(
        field in entry.changes and all(entry.changes[field]) for field in ("team", "assignee")
    )


def _reopens(entry: JournalEntry) -> bool:
    return entry.verb.rpartition(".")[2] == "reopened"
