"""What was said of work, of one piece and of all that a reader sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.operation.rating.access import ANSWER
from timshel.operation.rating.models import Rating
from timshel.operation.rating.rules import POOR
from timshel.operation.work.models import WorkItem
from timshel.operation.work.rules import covers

NEWEST: KeysetOrder[Any] = KeysetOrder(
    SortKey("at", descending=True, is_time=True), SortKey("work_item_id", descending=True)
)


@dataclass(frozen=True, slots=True)
class RatingView:
    """What a requester said of a piece of work, and what came of it.

    Args:
        score: from 1, poor, to 5, very good.
        comment: in the requester's words.
        at: when.
        answer: what came of it; empty where nobody said.
        answered_by: who said that.
        answered_at: when.
    """

    score: int
    comment: str
    at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class RatedWork:
    """A line of the list of ratings."""

    kind: str
    number: str
    title: str
    requester: str
    team: str
    rating: RatingView
    may_answer: bool


def rating_of(work_item_id: int) -> RatingView | None:
    """Return what was said of a piece of work, or None; one query.

    Whether the reader may see the work is for the caller to know.
    """
    row = Rating.objects.filter(pk=work_item_id).first()
    return None if row is None else _view(row)


def rating_with(item: WorkItem) -> RatingView | None:
    """Return what was said of a piece of work that was read along with its rating, or None."""
    row: Rating | None = getattr(item, "rating", None)
    return None if row is None else _view(row)


def rating_list(
    *, actor: Actor, unanswered: bool = False, cursor: str | None = None, size: int = 25
) -> Page[RatedWork]:
    """Return what was said of the work that the reader sees, newest first; one query.

    Args:
        actor: who reads.
        unanswered: poor ratings alone to which nobody has said anything.
        cursor: where to go on, from an earlier page.
        size: lines to a page.
    """
    seen = WorkItem.objects.visible_to(actor).values("pk")
    rows = Rating.objects.filter(work_item__in=seen).select_related(
        "work_item__requester", "work_item__team"
    )
    rows = rows.defer("work_item__description", "work_item__search")
    if unanswered:
        rows = rows.filter(answered_at__isnull=True, score__lte=POOR)
    return NEWEST.page(rows, cursor=cursor, size=size).map(lambda row: _rated(row, actor))


def _rated(row: Rating, actor: Actor) -> RatedWork:
    item = row.work_item
    return RatedWork(
        kind=item.kind,
        number=item.number,
        title=item.title,
        requester=item.requester.name,
        team=item.team.text("name", actor.language) if item.team else "",
        rating=_view(row),
        may_answer=covers(actor, ANSWER, item),
    )


def _view(row: Rating) -> RatingView:
    return RatingView(
        row.score, row.comment, row.at, row.answer, row.answered_by_name, row.answered_at
    )
