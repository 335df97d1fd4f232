"""What can be done around a piece of work."""

from timshel.operation.teamwork.actions.drafts import (
    discard_draft,
    forget_old_drafts,
    save_draft,
)
from timshel.operation.teamwork.actions.mentions import mention_people, see_mentions
from timshel.operation.teamwork.actions.presence import forget_presence, leave, show_presence

__all__ = [
    "discard_draft",
    "forget_old_drafts",
    "forget_presence",
    "leave",
    "mention_people",
    "save_draft",
    "see_mentions",
    "show_presence",
]
