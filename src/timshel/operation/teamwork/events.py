"""Facts about what people do around a piece of work together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PersonMentioned:
    """Somebody was named in an internal note that they may read.

    Args:
        mention_id: the row.
        work_item_id: what the note is about.
        number: as people know it.
        kind: of the work.
        comment_id: the note.
        person_id: who was named.
        by_person_id: who wrote the note, or None for the system itself.
        at: when.
    """

    mention_id: int
    work_item_id: int
    number: str
    kind: str
    comment_id: int
    person_id: int
    by_person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class WatcherAdded:
    """Somebody follows a piece of work now.

    Args:
        work_item_id: the piece of work.
        number: as people know it.
        kind: of the work.
        person_id: who follows it.
        by_person_id: who added them, perhaps themselves; None for the system itself.
        at: when.
    """

    work_item_id: int
    number: str
    kind: str
    person_id: int
    by_person_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ShiftHandedOver:
    """Those who end their shift left a note for the next ones.

    Args:
        note_id: the note.
        team_id: of which team.
        by_person_id: who wrote it.
        at: when.
    """

    note_id: int
    team_id: int
    by_person_id: int | None
    at: datetime
