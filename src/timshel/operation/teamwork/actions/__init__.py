"""What can be done around a piece of work."""

from timshel.operation.teamwork.actions.checking import add_checks, remove_check, tick_check
from timshel.operation.teamwork.actions.drafts import (
    discard_draft,
    forget_old_drafts,
    save_draft,
)
from timshel.operation.teamwork.actions.linking import link_work, unlink_work
from timshel.operation.teamwork.actions.mentions import mention_people, see_mentions
from timshel.operation.teamwork.actions.presence import forget_presence, leave, show_presence
from timshel.operation.teamwork.actions.shifts import hand_over, read_shift_note
from timshel.operation.teamwork.actions.tagging import (
    delete_tag,
    merge_tags,
    rename_tag,
    tag_work,
    untag_work,
)
from timshel.operation.teamwork.actions.timing import (
    Spent,
    correct_time,
    remove_time,
    spend_time,
)
from timshel.operation.teamwork.actions.watching import add_watcher, remove_watcher

__all__ = [
    "Spent",
    "add_checks",
    "add_watcher",
    "correct_time",
    "delete_tag",
    "discard_draft",
    "forget_old_drafts",
    "forget_presence",
    "hand_over",
    "leave",
    "link_work",
    "mention_people",
    "merge_tags",
    "read_shift_note",
    "remove_check",
    "remove_time",
    "remove_watcher",
    "rename_tag",
    "save_draft",
    "see_mentions",
    "show_presence",
    "spend_time",
    "tag_work",
    "tick_check",
    "unlink_work",
    "untag_work",
]
