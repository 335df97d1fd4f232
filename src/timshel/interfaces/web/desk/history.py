"""The journal of a record in words: who did what, when and through which door."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.interfaces.web.desk import words
from timshel.kernel.actor import ActorKind, author
from timshel.resolution_fulfilment.incident.queries import HistoryLine

# Words that stand elsewhere on the page already, or mean something to machines only.
UNSAID = frozenset(
    {
        "comment",
        "audience",
        "response",
        "description",
        "service_id",
        "taken_up",
        "form",
        "page",
        "undone",
    }
)
# An opening tells only what was decided about it; the rest is what the page shows first.
OPENINGS = frozenset({"incident.opened", "service_request.opened", "task.opened"})
SAID_OF_OPENING = frozenset(
    {"service", "impact", "urgency", "service_state", "priority", "team", "target"}
)
ASSIGNMENTS = frozenset({"incident.assigned", "service_request.assigned", "task.assigned"})
ORDER = tuple(words.FIELD_NAMES)


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history.

    Args:
        at: when.
        who: its author's name.
        chip: how the author is drawn: "person" or "robot".
        deed: what was done.
        door: through which door.
        changes: field, from, to; in words.
    """

    at: datetime
    who: str
    chip: str
    deed: str
    door: str
    changes: list[tuple[str, str, str]]


def history_lines(entries: Iterable[HistoryLine]) -> list[Line]:
    """Return the history, newest first."""
    return [
        Line(
            at=entry.at,
            who=author(entry.actor_kind, entry.actor),
            chip="person" if entry.actor_kind == ActorKind.PERSON else "robot",
            deed=words.deed(_taken(entry.verb) if _is_taking(entry) else entry.verb),
            door=words.channel_name(entry.channel),
            changes=_changes(entry),
        )
        for entry in reversed(tuple(entries))
    ]


def _taken(verb: str) -> str:
    return f"{verb.partition('.')[0]}.taken"


def _is_taking(entry: HistoryLine) -> bool:
    """Tell whether somebody assigned something to themselves."""
    given = entry.changes.get("assignee")
    return (
        entry.verb in ASSIGNMENTS
        and given is not None
        and isinstance(given[1], Mapping)
        and given[1].get("name") == entry.actor
    )


def _changes(entry: HistoryLine) -> list[tuple[str, str, str]]:
    found = []
    for field in sorted(entry.changes, key=_place):
        old, new = entry.changes[field]
        if not _is_said(entry.verb, field, old, new):
            continue
        before = "" if old in (None, "") else words.value_text(field, old)
        found.append((words.field_name(field), before, words.value_text(field, new)))
    return found


def _is_said(verb: str, field: str, old: Any, new: Any) -> bool:
    if field in UNSAID or (verb in OPENINGS and field not in SAID_OF_OPENING):
        return False
    # That nothing is waited for any more is said by the stage.
    if field in ("waiting_reason", "supplier") and new is None:
        return False
    return not (old in (None, "") and new in (None, "", []))


def _place(field: str) -> int:
    return ORDER.index(field) if field in ORDER else len(ORDER)
