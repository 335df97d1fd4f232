"""Management reviews on the scenes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.cast import Cast
from timshel.performance_evaluation.management_review import actions
from timshel.performance_evaluation.management_review.models import ManagementReview
from timshel.support.meeting import actions as meetings
from timshel.support.meeting.models import Board
from timshel.support.meeting.rules import BoardContent, MeetingContent

BOARD = "top"
BODIES: dict[str, dict[str, Any]] = {
    "review-new": {"meeting": "MTG0000001"},
    "review-change": {"meeting": "MTG0000001"},
    "review-input": {"text": "Well."},
    "review-output": {"decisions": []},
    "api-list_management_reviews": {"meeting": "MTG0000001"},
    "api-read_management_review": {"meeting": "MTG0000001"},
    "api-draw_management_review": {},
    "api-comment_management_review": {"text": "Well."},
    "api-answer_management_review": {"decisions": []},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Plan a review and draw its pack."""
    number = _review(cast, at=at)
    actions.draw_review(number, actor=cast.process_owner, at=at)
    return {
        "<str:review>": number,
        "<review>": number,
        "<str:section>": "risks",
        "<section>": "risks",
        "<str:output>": "system",
        "<output>": "system",
    }


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Add a review, with its pack."""
    number = _review(cast, at=at + timedelta(days=position))
    actions.draw_review(number, actor=cast.process_owner, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages and answers about reviews."""
    number = ManagementReview.objects.order_by("pk")[0].number
    who, program = "process_owner", "api-process_owner"
    review = f"/governance/reviews/{number}"
    return {
        "review-list": (who, "/governance/reviews"),
        "review-list-xlsx": (who, "/governance/reviews/xlsx"),
        "review-new": (who, "/governance/reviews/new"),
        "review": (who, review),
        "review-change": (who, f"{review}/change"),
        "review-input": (who, f"{review}/inputs/risks"),
        "review-output": (who, f"{review}/outputs/system"),
        "review-pdf": (who, f"{review}/pdf"),
        "review-slides": (who, f"{review}/slides"),
        "api-list_management_reviews": (program, "/api/v1/management-reviews"),
        "api-read_management_review": (program, f"/api/v1/management-reviews/{number}"),
    }


def _review(cast: Cast, *, at: datetime) -> str:
    if not Board.objects.filter(code=BOARD).exists():
        board = BoardContent("Top management", "management_review", "wendell.achterberg", 6)
        meetings.create_board(BOARD, content=board, actor=cast.process_owner, at=at)
    start = at + timedelta(hours=1)
    content = MeetingContent("Review of the year", start, start + timedelta(hours=1))
    by: dict[str, Any] = {"actor": cast.process_owner, "at": at}
    meeting = meetings.call_meeting(content=content, board=BOARD, **by)
    return actions.plan_review(meeting=meeting, **by)
