"""The recommendations of outside auditors, for people and programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from timshel.improvement.nonconformity.access import (
    known_advice,
    may_close_advice,
    may_handle_advice,
    may_record_advice,
)
from timshel.improvement.nonconformity.models import Recommendation
from timshel.improvement.nonconformity.rules import is_advice_overdue
from timshel.improvement.nonconformity.rules import may_close_advice as can_be_closed
from timshel.improvement.nonconformity.states import (
    RECOMMENDATION,
    Priority,
    RecommendationState,
    RecommendationStep,
    Response,
)
from timshel.kernel.actor import Actor
from timshel.kernel.journal.queries import JournalEntry, history
from timshel.kernel.paging import KeysetOrder, Page, SortKey

NEWEST: KeysetOrder[Recommendation] = KeysetOrder(SortKey("id", descending=True))
SUBJECT = "audit_recommendation"
WHENS = ("open", "overdue", "closed", "all")
WAITING = (RecommendationState.OPEN, RecommendationState.RESPONDED)


@dataclass(frozen=True, slots=True)
class RecommendationRow:
    """A recommendation as lists and its page show it.

    Args:
        number: by which people know it.
        title: in a few words.
        text: what is recommended.
        auditor: the organisation that says so.
        report: in which report.
        received_on: the day on which it came.
        priority: how much it weighs with the auditor.
        owner_code: whoever answers for it.
        owner: their name.
        deadline: by when it shall be implemented.
        state: how far it is.
        is_overdue: not implemented after its deadline, counted in UTC.
        response: what the management says; None before.
        response_text: why.
        responded_at: when.
        evidence: what shows that it is implemented.
        implemented_at: when.
        implemented_by: who said so.
        closed_at: when it was closed.
        closed_by: by whom.
        reopening: why it was taken up again; may be empty.
        revision: rises with each change.
    """

    number: str
    title: str
    text: str
    auditor: str
    report: str
    received_on: date
    priority: Priority
    owner_code: str
    owner: str
    deadline: date
    state: RecommendationState
    is_overdue: bool
    response: Response | None
    response_text: str
    responded_at: datetime | None
    evidence: str
    implemented_at: datetime | None
    implemented_by: str
    closed_at: datetime | None
    closed_by: str
    reopening: str
    revision: int


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """A recommendation with what happened and what the reader may do.

    Args:
        row: all that is known of it.
        history: what happened, oldest first.
        steps: what the reader may do with it now.
        may_change: whether the reader may say otherwise what is recommended.
    """

    row: RecommendationRow
    history: tuple[JournalEntry, ...]
    steps: frozenset[RecommendationStep]
    may_change: bool


def recommendation_list(
    *,
    actor: Actor,
    at: datetime,
    when: str = "open",
    cursor: str | None = None,
    size: int = 50,
) -> Page[RecommendationRow]:
    """Return a page of recommendations that the actor may see, the newest first; one query.

    Args:
        actor: who reads.
        at: now.
        when: ``open`` (not closed), ``overdue``, ``closed`` or ``all``.
        cursor: where to go on.
        size: rows to a page.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Recommendation.objects.visible_to(actor).select_related(
        "owner", "implemented_by", "closed_by"
    )
    if when == "open":
        rows = rows.exclude(state=RecommendationState.CLOSED)
    elif when == "overdue":
        rows = rows.filter(state__in=WAITING, deadline__lt=at.date())
    elif when == "closed":
        rows = rows.filter(state=RecommendationState.CLOSED)
    return NEWEST.page(rows, cursor=cursor, size=size).map(lambda row: _row(row, at=at))


def recommendation(number: str, *, actor: Actor, at: datetime) -> RecommendationView:
    """Return a recommendation with what happened to it; two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    row = known_advice(number, actor=actor)
    is_closed = row.state == RecommendationState.CLOSED
    return RecommendationView(
        row=_row(row, at=at),
        history=history(SUBJECT, [row.pk]),
        steps=_steps(row, actor=actor),
        may_change=may_record_advice(actor) and not is_closed,
    )


def _steps(row: Recommendation, *, actor: Actor) -> frozenset[RecommendationStep]:
    step = RecommendationStep
    possible = set(RECOMMENDATION.triggers(RecommendationState(row.state)))
    if not may_handle_advice(row, actor=actor):
        possible -= {step.RESPOND, step.IMPLEMENT}
    if not may_close_advice(row, actor=actor):
        possible -= {step.CLOSE, step.REOPEN}
    if not can_be_closed(row.state, row.response):
        possible -= {step.CLOSE}
    if row.response == Response.REJECTED:
        possible -= {step.IMPLEMENT}
    return frozenset(possible)


def _row(row: Recommendation, *, at: datetime) -> RecommendationRow:
    names = (
        *("number", "title", "text", "auditor", "report", "received_on", "deadline"),
        *("response_text", "responded_at", "evidence", "implemented_at", "closed_at"),
        *("reopening", "revision"),
    )
    return RecommendationRow(
        **{name: getattr(row, name) for name in names},
        priority=Priority(row.priority),
        owner_code=row.owner.code,
        owner=row.owner.name,
        state=RecommendationState(row.state),
        is_overdue=is_advice_overdue(row.state, row.deadline, today=at.date()),
        response=Response(row.response) if row.response else None,
        implemented_by=row.implemented_by.name if row.implemented_by else "",
        closed_by=row.closed_by.name if row.closed_by else "",
    )
