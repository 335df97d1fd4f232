"""Boards and meetings on the scenes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast
from timshel.support.meeting import actions
from timshel.support.meeting.models import Board, Decision, Meeting
from timshel.support.meeting.rules import BoardContent, MeetingContent, MinutesContent

BOARD = {
    "name": "Management review",
    "kind": "management_review",
    "chair": "wendell.achterberg",
    "every_months": 3,
}
CALLED = {
    "title": "Spring review",
    "starts_at": "2026-03-02T08:30",
    "ends_at": "2026-03-02T09:30",
    "chair": "wendell.achterberg",
    "secretary": "imre.castellane",
}
SENT = {**CALLED, "starts_at": "2026-03-02T08:30:00Z", "ends_at": "2026-03-02T09:30:00Z"}
DECIDED = {"text": "We buy.", "decided_by": "vote"}
ITEMS = {"place_1": "1", "item_1": "News", "source_1": ""}
BODIES: dict[str, dict[str, Any]] = {
    "board-new": {**BOARD, **ITEMS, "code": "another"},
    "board-change": {**BOARD, **ITEMS, "is_active": "on"},
    "board-member-new": {"person": "petra.wolmar"},
    "meeting-new": CALLED,
    "meeting-change": CALLED,
    "meeting-agenda": ITEMS,
    "meeting-minutes": {"text_1": "Well.", "presence_1": "present", "presence_2": "present"},
    "meeting-decide": DECIDED,
    "api-list_boards": {**BOARD, "code": "another"},
    "api-read_board": BOARD,
    "api-add_board_member": {"person": "petra.wolmar"},
    "api-end_board_member": {},
    "api-list_meetings": {**SENT, "board": "review"},
    "api-read_meeting": SENT,
    "api-set_agenda": {"items": [{"title": "News"}]},
    "api-write_minutes": {"guests": ["Ottilie Marchbanks"]},
    "api-add_decision": DECIDED,
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Set a board up that met an hour ago; the requester writes its minutes."""
    board = _board(cast, "review", at=at)
    actions.add_member(board, person="imre.castellane", actor=cast.process_owner, at=at)
    number = _meeting(cast, board, at=at)
    decision = Decision.objects.get(meeting__board__code=board).pk
    return {
        "<str:board>": board,
        "<board>": board,
        "<str:meeting>": number,
        "<meeting>": number,
        "<str:member>": "imre.castellane",
        "<member>": "imre.castellane",
        "<int:decision>": str(decision),
        "<decision>": str(decision),
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Add a board and a meeting of the first one."""
    board = _board(cast, f"board-{position}", at=at)
    actions.add_member(board, person="petra.wolmar", actor=cast.process_owner, at=at)
    first = Board.objects.order_by("pk")[0].code
    _meeting(cast, first, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about boards and meetings."""
    board = Board.objects.order_by("pk")[0].code
    number = Meeting.objects.order_by("pk")[0].number
    who, program = "process_owner", "api-process_owner"
    meeting = f"/governance/meetings/{number}"
    return {
        "board-list": (who, "/governance/boards"),
        "board-new": (who, "/governance/boards/new"),
        "board": (who, f"/governance/boards/{board}"),
        "board-change": (who, f"/governance/boards/{board}/change"),
        "board-member-new": (who, f"/governance/boards/{board}/members/new"),
        "meeting-list": (who, "/governance/meetings?when=past"),
        "meeting-mine": ("manager", "/governance/meetings/mine?when=past"),
        "meeting-new": (who, f"/governance/meetings/new?board={board}"),
        "meeting": (who, meeting),
        "meeting-change": (who, f"{meeting}/change"),
        "meeting-agenda": (who, f"{meeting}/agenda"),
        "meeting-minutes": (who, f"{meeting}/minutes"),
        "meeting-ics": (who, f"{meeting}/ics"),
        "meeting-pdf": (who, f"{meeting}/pdf"),
        "api-list_boards": (program, "/api/v1/meetings/boards"),
        "api-read_board": (program, f"/api/v1/meetings/boards/{board}"),
        "api-list_meetings": (program, "/api/v1/meetings?when=past"),
        "api-read_meeting": (program, f"/api/v1/meetings/{number}"),
    }


def _board(cast: Cast, code: str, *, at: datetime) -> str:
    content = BoardContent(
        f"Board {code}", "other", "wendell.achterberg", 3, secretary="imre.castellane"
    )
    return actions.create_board(code, content=content, actor=cast.process_owner, at=at)


def _meeting(cast: Cast, board: str, *, at: datetime) -> str:
    start = at - timedelta(hours=1)
    content = MeetingContent("Spring review", start, start + timedelta(minutes=50))
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    number = actions.call_meeting(content=content, board=board, **by)
    actions.prepare_agenda(number, **by)
    actions.write_minutes(number, content=MinutesContent(texts={1: "All is well."}), **by)
    actions.add_decision(number, text="We buy.", decided_by="vote", **by)
    return number
