"""The register of issues, one issue with its reviews, and what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from timshel.context.issue import access
from timshel.context.issue.models import Issue, IssueReview
from timshel.context.issue.rules import day_of, is_due
from timshel.context.issue.states import (
    ISSUES,
    KINDS_OF,
    ORIGIN_OF,
    Effect,
    IssueKind,
    IssueState,
    IssueTrigger,
    Origin,
)
from timshel.kernel.actor import Actor
from timshel.kernel.paging import KeysetOrder, Page, SortKey

NEWEST: KeysetOrder[Issue] = KeysetOrder(SortKey("id", descending=True))


@dataclass(frozen=True, slots=True)
class IssueFilter:
    """Which issues are asked for; what is None asks for all.

    Args:
        state: where they stand; ``standing`` leaves out what is closed where it is None.
        origin: from within or from outside.
        kind: what they are about.
        effect: whether they help or hinder.
        owner: the code of their owner.
        standing: whether closed ones are left out.
        due: whether only those are asked for whose review is due.
    """

    state: IssueState | None = None
    origin: Origin | None = None
    kind: IssueKind | None = None
    effect: Effect | None = None
    owner: str | None = None
    standing: bool = False
    due: bool = False


@dataclass(frozen=True, slots=True)
class IssueRow:
    """An issue as the register shows it; ``owner`` is a name, ``owner_code`` their code."""

    number: str
    title: str
    kind: IssueKind
    origin: Origin
    effect: Effect
    meaning: str
    state: IssueState
    owner_code: str
    owner: str
    review_months: int
    review_date: date
    is_due: bool
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    revision: int


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """What was found at a review; ``by`` is empty for the system."""

    reviewed_at: datetime
    by: str
    finding: str
    state: IssueState


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue with its reviews, the newest first, and what the reader may do with it."""

    row: IssueRow
    reviews: tuple[ReviewRow, ...]
    triggers: tuple[IssueTrigger, ...]
    may_change: bool
    may_review: bool


def issue_list(
    *,
    actor: Actor,
    at: datetime,
    asked: IssueFilter = IssueFilter(),
    cursor: str | None = None,
    size: int = 50,
) -> Page[IssueRow]:
    """Return a page of the issues that the actor may see, the newest first; one query.

    Raises:
        Invalid: the cursor is not one of ours.
    """
    rows = Issue.objects.visible_to(actor).select_related("owner")
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    elif asked.standing:
        rows = rows.exclude(state=IssueState.CLOSED)
    if asked.origin is not None:
        rows = rows.filter(kind__in=KINDS_OF[asked.origin])
    if asked.due:
        rows = rows.due(day_of(at))
    exact = {"kind": asked.kind, "effect": asked.effect, "owner__code": asked.owner}
    rows = rows.filter(**{name: value for name, value in exact.items() if value is not None})
    page = NEWEST.page(rows, cursor=cursor, size=size)
    return page.map(lambda row: _row(row, at=at))


def all_issues(*, actor: Actor, at: datetime, asked: IssueFilter) -> Iterator[IssueRow]:
    """Yield all issues that the actor may see, for a file; a query for each two hundred."""
    cursor: str | None = None
    while True:
        page = issue_list(actor=actor, at=at, asked=asked, cursor=cursor, size=200)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def issue(number: str, *, actor: Actor, at: datetime) -> IssueView:
    """Return an issue with its reviews, in two queries.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    found = access.known(number, actor=actor)
    reviews = IssueReview.objects.filter(issue=found).select_related("reviewed_by")
    can_review = access.may_review(found, actor=actor)
    return IssueView(
        row=_row(found, at=at),
        reviews=tuple(
            ReviewRow(
                reviewed_at=each.reviewed_at,
                by=each.reviewed_by.name if each.reviewed_by else "",
                finding=each.finding,
                state=IssueState(each.state),
            )
            for each in reviews.order_by("-reviewed_at", "-pk")
        ),
        triggers=tuple(ISSUES.triggers(IssueState(found.state))) if can_review else (),
        may_change=access.may_manage(actor),
        may_review=can_review,
    )


def issues_due(*, actor: Actor, at: datetime, limit: int = 100) -> tuple[IssueRow, ...]:
    """Return the issues whose review is due, the longest overdue first; one query."""
    rows = Issue.objects.visible_to(actor).due(day_of(at)).select_related("owner")
    return tuple(_row(row, at=at) for row in rows.order_by("review_date", "pk")[:limit])


def issue_titles() -> frozenset[str]:
    """Return the titles of all issues, for whoever brings further content; one query."""
    return frozenset(Issue.objects.values_list("title", flat=True))


def _row(row: Issue, *, at: datetime) -> IssueRow:
    state, kind = IssueState(row.state), IssueKind(row.kind)
    return IssueRow(
        number=row.number,
        title=row.title,
        kind=kind,
        origin=ORIGIN_OF[kind],
        effect=Effect(row.effect),
        meaning=row.meaning,
        state=state,
        owner_code=row.owner.code if row.owner else "",
        owner=row.owner.name if row.owner else "",
        review_months=row.review_months,
        review_date=row.review_date,
        is_due=is_due(row.review_date, state=state, today=day_of(at)),
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        revision=row.revision,
    )
