"""What pages and the API read of what stands around a piece of work."""

from timshel.operation.teamwork.queries.drafts import DraftView, draft_list, drafts_of
from timshel.operation.teamwork.queries.mentions import (
    MentionRow,
    mention_count,
    mention_list,
    people_to_mention,
)
from timshel.operation.teamwork.queries.presence import PresentPerson, present

__all__ = [
    "DraftView",
    "MentionRow",
    "PresentPerson",
    "draft_list",
    "drafts_of",
    "mention_count",
    "mention_list",
    "people_to_mention",
    "present",
]
