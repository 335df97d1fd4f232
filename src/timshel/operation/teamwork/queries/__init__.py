"""What pages and the API read of what stands around a piece of work."""

from timshel.operation.teamwork.queries.around import (
    AtDesk,
    CheckRow,
    LinkRow,
    Sharing,
    TimeRow,
    WatcherRow,
    WorkAround,
    around,
    at_desk,
    follower_ids,
    sharing,
)
from timshel.operation.teamwork.queries.drafts import DraftView, draft_list, drafts_of
from timshel.operation.teamwork.queries.finding import (
    TagRow,
    WorkChoice,
    tag,
    tag_list,
    tag_named,
    tags_matching,
    tags_of_many,
    work_matching,
)
from timshel.operation.teamwork.queries.mentions import (
    MentionRow,
    mention_count,
    mention_list,
    people_to_mention,
)
from timshel.operation.teamwork.queries.presence import PresentPerson, present
from timshel.operation.teamwork.queries.shifts import (
    HandedOver,
    ShiftNoteView,
    shift_notes,
    unread_shift_note_count,
    unread_shift_notes,
)

__all__ = [
    "AtDesk",
    "CheckRow",
    "DraftView",
    "HandedOver",
    "LinkRow",
    "MentionRow",
    "PresentPerson",
    "Sharing",
    "ShiftNoteView",
    "TagRow",
    "TimeRow",
    "WatcherRow",
    "WorkAround",
    "WorkChoice",
    "around",
    "at_desk",
    "draft_list",
    "drafts_of",
    "follower_ids",
    "mention_count",
    "mention_list",
    "people_to_mention",
    "present",
    "sharing",
    "shift_notes",
    "tag",
    "tag_list",
    "tag_named",
    "tags_matching",
    "tags_of_many",
    "unread_shift_note_count",
    "unread_shift_notes",
    "work_matching",
]
