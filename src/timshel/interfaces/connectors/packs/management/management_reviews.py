"""The management reviews of a pack: which meetings are one, and what was said and decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.kernel.events import unheard
from timshel.performance_evaluation.management_review import actions, queries
from timshel.support.meeting.queries import MeetingRow, meeting_list

Row = Mapping[str, Any]
DRAWN = timedelta(days=7)
FROZEN = timedelta(days=3)
HELD = timedelta(hours=6)
CLOSED = timedelta(days=10)


def load_management_reviews(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Bring reviews in, the oldest first; a meeting that is one already stays as it is.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now.

    Raises:
        InvalidPack: one cannot be used.
    """
    free = {number for number, _title, _at in queries.meeting_choices(actor=actor)}
    made = 0
    with unheard():
        for position, row in enumerate(file.data["reviews"]):
            try:
                meeting = _meeting(row, actor=actor, at=at)
                if meeting.number in free:
                    _load(row, meeting, actor=actor, at=at)
                    made += 1
            except Invalid as refusal:
                raise refused(file, ["reviews", position], refusal) from refusal
    return made


def _meeting(row: Row, *, actor: Actor, at: datetime) -> MeetingRow:
    for when in ("past", "coming"):
        page = meeting_list(actor=actor, at=at, when=when, board=row["board"], size=200)
        for found in page.items:
            if found.title == row["meeting"]:
                return found
    raise Invalid({"meeting": [row["meeting"]]})


def _load(row: Row, meeting: MeetingRow, *, actor: Actor, at: datetime) -> None:
    """Do what people did with a review, at the moments at which they did it."""
    drawn_at = min(meeting.starts_at - DRAWN, at)
    planned_at = drawn_at - DRAWN
    number = actions.plan_review(meeting=meeting.number, actor=actor, at=planned_at)
    if row["state"] == "planned":
        return
    actions.draw_review(number, actor=actor, at=drawn_at)
    for each in row.get("comments", ()):
        actions.comment_section(number, **each, actor=actor, at=drawn_at)
    actions.freeze_review(number, actor=actor, at=meeting.starts_at - FROZEN)
    held_at = meeting.starts_at + HELD
    actions.hold_review(number, actor=actor, at=held_at)
    decided = queries.review(number, actor=actor, at=held_at).decisions
    for each in row.get("answers", ()):
        keys = [decided[place - 1].id for place in each["decisions"] if place <= len(decided)]
        actions.answer_output(
            number, output=each["output"], decisions=keys, actor=actor, at=held_at
        )
    if row["state"] == "closed":
        actions.close_review(number, actor=actor, at=meeting.starts_at + CLOSED)
