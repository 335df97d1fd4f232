"""The journal of a record in words: who did what, when and through which door."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.interfaces.web.desk import words
from timshel.kernel.actor import ActorKind

# Words that stand elsewhere on the page already, or mean something to machines only.
UNSAID = frozenset({"comment", "audience", "response", "description"})


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


def history_lines(entries: Iterable[Any]) -> list[Line]:
    """Return the history, newest first."""
    return [
        Line(
            at=entry.at,
            who=entry.actor,
            chip="person" if entry.actor_kind == ActorKind.PERSON else "robot",
            deed=words.deed(entry.verb),
            door=words.channel_name(entry.channel),
            changes=_changes(entry.changes),
        )
        for entry in reversed(tuple(entries))
    ]


def _changes(changes: Any) -> list[tuple[str, str, str]]:
    found = []
    for field, (old, new) in changes.items():
        if field in UNSAID or (old in (None, "") and new in (None, "", [])):
            continue
        before = "" if old in (None, "") else words.value_text(field, old)
        found.append((words.field_name(field), before, words.value_text(field, new)))
    return found
