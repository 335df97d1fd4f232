"""Management reviews as people and programs read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey
from timshel.kernel.record_numbers import key_of
from timshel.performance_evaluation.management_review import access
from timshel.performance_evaluation.management_review.models import (
    ManagementReview,
    OutputDecision,
)
from timshel.performance_evaluation.management_review.rules import digest_of, with_comments
from timshel.performance_evaluation.management_review.states import (
    COMING,
    OPEN,
    TOOK_PLACE,
    Output,
    ReviewState,
)
from timshel.planning.planned_action.queries import ActionRow, actions_about
from timshel.support.meeting.models import Decision, Meeting
from timshel.support.meeting.rules import PREFIX as MEETING_PREFIX
from timshel.support.meeting.states import BoardKind, MeetingState

LATEST: KeysetOrder[Any] = KeysetOrder(
    SortKey("meeting__starts_at", descending=True, is_time=True), SortKey("id", descending=True)
)
MOST_CHOICES = 100
MOST_IN_FILE = 1_000
MEETING = "meeting"


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as lists show it.

    Args:
        number: of the review.
        title: of its meeting.
        meeting: the number of its meeting.
        meeting_state: where the meeting stands.
        board: the name of the board.
        chair: who leads it.
        starts_at: when it takes place.
        state: where the review stands.
        cut_off: until when its pack looks; None before it was drawn.
    """

    number: str
    title: str
    meeting: str
    meeting_state: MeetingState
    board: str
    chair: str
    starts_at: datetime
    state: ReviewState
    cut_off: datetime | None


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision of the meeting, and what it answers."""

    id: int
    text: str
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review with all that stands on its page.

    Args:
        row: what lists show of it.
        pack: the inputs, with what was said of each; None before they were drawn.
        comments: what was said, by section.
        digest: the fingerprint of the pack; empty before it was frozen.
        is_intact: whether the pack still has that fingerprint; None before it was frozen.
        drawn_at: when the pack was drawn last.
        frozen_at: when it was frozen.
        held_at: when it was noted as held.
        closed_at: when it was closed.
        decisions: of the meeting.
        actions: that follow from the meeting.
        revision: rises with each change.
        may_manage: whether the reader may prepare and close it.
    """

    row: ReviewRow
    pack: Mapping[str, Any] | None
    comments: Mapping[str, str]
    digest: str
    is_intact: bool | None
    drawn_at: datetime | None
    frozen_at: datetime | None
    held_at: datetime | None
    closed_at: datetime | None
    decisions: tuple[DecisionLine, ...]
    actions: tuple[ActionRow, ...]
    revision: int
    may_manage: bool

    @property
    def answered(self) -> dict[str, tuple[DecisionLine, ...]]:
        """Return what was decided, by what had to be."""
        return {
            each.value: tuple(line for line in self.decisions if each.value in line.outputs)
            for each in Output
        }


@dataclass(frozen=True, slots=True)
class ReviewOutcome:
    """A review with what its meeting decided and what follows from it."""

    row: ReviewRow
    decisions: tuple[DecisionLine, ...]
    actions: tuple[ActionRow, ...]


@dataclass(frozen=True, slots=True)
class EarlierDecision:
    """What an earlier review decided."""

    meeting: str
    title: str
    starts_at: datetime
    text: str


def review_list(
    *, actor: Actor, state: ReviewState | None = None, cursor: str | None = None, size: int = 50
) -> Page[ReviewRow]:
    """Return a page of the reviews that the actor may see, the latest first, in one query.

    Args:
        actor: who reads.
        state: only those that stand there; None for all.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = ManagementReview.objects.visible_to(actor).defer("pack", "comments")
    rows = rows.select_related("meeting__board", "meeting__chair")
    if state is not None:
        rows = rows.filter(state=state)
    return LATEST.page(rows, cursor=cursor, size=size).map(_row)


def review(number: str, *, actor: Actor, at: datetime) -> ReviewView:
    """Return one review, in four queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = access.known(number, actor=actor)
    found = actions_about(MEETING, [row.meeting.number], at=at)
    is_open = row.state in OPEN
    pack = row.pack
    return ReviewView(
        row=_row(row),
        pack=with_comments(pack, row.comments) if pack and is_open else pack,
        comments=row.comments,
        digest=row.digest,
        is_intact=None if is_open else digest_of(pack or {}) == row.digest,
        drawn_at=row.drawn_at,
        frozen_at=row.frozen_at,
        held_at=row.held_at,
        closed_at=row.closed_at,
        decisions=tuple(_decisions([row])[row.meeting_id]),
        actions=found.get(row.meeting.number, ()),
        revision=row.revision,
        may_manage=access.may_manage(actor),
    )


def review_of_meeting(meeting: str, *, actor: Actor) -> str:
    """Return the number of the review that a meeting is; empty where there is none to be seen.

    Args:
        meeting: its number.
        actor: who reads.
    """
    rows = ManagementReview.objects.visible_to(actor).filter(
        meeting=key_of(MEETING_PREFIX, meeting)
    )
    found = rows.first()
    return found.number if found else ""


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """How the reviews stand.

    Args:
        coming: how many are to take place.
        held: how many took place and still have decisions to be answered.
        closed: how many are closed.
    """

    coming: int
    held: int
    closed: int


def review_summary(*, actor: Actor) -> ReviewSummary:
    """Return how the reviews stand that the actor may see, in one query."""
    states = ManagementReview.objects.visible_to(actor).values_list("state")
    counts = dict(states.annotate(count=Count("pk")).order_by())
    return ReviewSummary(
        coming=sum(counts.get(each, 0) for each in COMING),
        held=counts.get(ReviewState.HELD, 0),
        closed=counts.get(ReviewState.CLOSED, 0),
    )


def meeting_choices(*, actor: Actor, keep: str = "") -> tuple[tuple[str, str, datetime], ...]:
    """Return number, title and beginning of the meetings that can become reviews; one query.

    Args:
        actor: who reads.
        keep: the number of a meeting that has a review already and is offered all the same.
    """
    taken = ManagementReview.objects.values("meeting")
    rows = Meeting.objects.visible_to(actor).filter(board__kind=BoardKind.MANAGEMENT_REVIEW)
    rows = rows.exclude(state=MeetingState.CANCELLED).order_by("-starts_at", "-pk")
    free = list(rows.exclude(pk__in=taken)[:MOST_CHOICES])
    found = [(each.number, each.title, each.starts_at) for each in free]
    if keep:
        found += [
            (each.number, each.title, each.starts_at)
            for each in rows.filter(pk__in=taken)[:MOST_CHOICES]
            if each.number == keep
        ]
    return tuple(found)


def decisions_of(
    meetings: tuple[str, ...], *, actor: Actor, most: int
) -> tuple[tuple[EarlierDecision, ...], int]:
    """Return what the meetings of earlier reviews decided, the latest first, and how many.

    Args:
        meetings: their numbers.
        actor: who reads; only the reviews that they may see are looked at.
        most: how many at most; all are counted.
    """
    seen = ManagementReview.objects.visible_to(actor).filter(state__in=TOOK_PLACE)
    keys = [
        row.meeting_id
        for row in seen.select_related("meeting").defer("pack")
        if row.meeting.number in meetings
    ]
    rows = Decision.objects.filter(meeting__in=keys).select_related("meeting")
    found = tuple(
        EarlierDecision(row.meeting.number, row.meeting.title, row.meeting.starts_at, row.text)
        for row in rows.order_by("-meeting__starts_at", "pk")[:most]
    )
    return found, rows.count()


def outcomes(
    *, actor: Actor, at: datetime, state: ReviewState | None = None
) -> tuple[ReviewOutcome, ...]:
    """Return the latest reviews that the actor may see with all that came of them; four queries.

    Args:
        actor: who reads.
        at: now.
        state: only those that stand there; None for all.
    """
    seen = ManagementReview.objects.visible_to(actor).defer("pack", "comments")
    seen = seen if state is None else seen.filter(state=state)
    ordered = seen.select_related("meeting__board", "meeting__chair").order_by(
        "-meeting__starts_at", "-pk"
    )
    rows = list(ordered[:MOST_IN_FILE])
    decided = _decisions(rows)
    planned = actions_about(MEETING, [row.meeting.number for row in rows], at=at)
    return tuple(
        ReviewOutcome(
            _row(row), tuple(decided[row.meeting_id]), planned.get(row.meeting.number, ())
        )
        for row in rows
    )


def _decisions(rows: Collection[ManagementReview]) -> dict[int, list[DecisionLine]]:
    """Return what the meetings of reviews decided, by the key of the meeting; two queries."""
    answered: dict[int, list[str]] = defaultdict(list)
    for key, output in OutputDecision.objects.filter(review__in=rows).values_list(
        "decision_id", "output"
    ):
        answered[key].append(output)
    found: dict[int, list[DecisionLine]] = defaultdict(list)
    meetings = [row.meeting_id for row in rows]
    for each in Decision.objects.filter(meeting__in=meetings).order_by("pk"):
        found[each.meeting_id].append(DecisionLine(each.pk, each.text, tuple(answered[each.pk])))
    return found


def _row(row: ManagementReview) -> ReviewRow:
    meeting = row.meeting
    return ReviewRow(
        number=row.number,
        title=meeting.title,
        meeting=meeting.number,
        meeting_state=MeetingState(meeting.state),
        board=meeting.board.name if meeting.board else "",
        chair=meeting.chair.name,
        starts_at=meeting.starts_at,
        state=ReviewState(row.state),
        cut_off=row.cut_off,
    )
