"""What people do with boards and meetings (clauses 7.4 and 9.3)."""

from __future__ import annotations

from timshel.support.meeting.actions.boards import (
    add_member,
    change_board,
    create_board,
    end_member,
)
from timshel.support.meeting.actions.journaling import MEETING, REGION
from timshel.support.meeting.actions.meetings import (
    call_meeting,
    cancel_meeting,
    change_meeting,
    prepare_agenda,
    set_agenda,
)
from timshel.support.meeting.actions.minutes import (
    add_decision,
    approve_minutes,
    hold_meeting,
    remove_decision,
    write_minutes,
)

__all__ = [
    "MEETING",
    "REGION",
    "add_decision",
    "add_member",
    "approve_minutes",
    "call_meeting",
    "cancel_meeting",
    "change_board",
    "change_meeting",
    "create_board",
    "end_member",
    "hold_meeting",
    "prepare_agenda",
    "remove_decision",
    "set_agenda",
    "write_minutes",
]
