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
