"""Internal and external issues that matter to the services."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.context.issue import actions, queries
from timshel.context.issue.queries import IssueFilter, IssueRow
from timshel.context.issue.rules import LONGEST_TEXT, LONGEST_TITLE, MOST_MONTHS, IssueContent
from timshel.context.issue.states import Effect, IssueKind, IssueState, IssueTrigger, Origin
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    PageSize,
    Sent,
    Storable,
    Version,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links

router = Router(tags=["Issues of the context"])

CHANGES = answers(404, 409, 411, 422)
IssueNumber = Annotated[Code, Path(description="The number of the issue.", examples=["ISS0000001"])]
OriginWord = Annotated[Origin, listed(Origin)]
KindWord = Annotated[IssueKind, listed(IssueKind)]
EffectWord = Annotated[Effect, listed(Effect)]
StateWord = Annotated[IssueState, listed(IssueState)]
TriggerWord = Annotated[IssueTrigger, listed(IssueTrigger)]
Months = Annotated[int, Field(strict=True, ge=1, le=MOST_MONTHS)]


class ContextIssueQuery(Given):
    """Which issues are asked for."""

    state: StateWord | None = Field(None, description="Where they stand.")
    origin: OriginWord | None = Field(None, description="From within or from outside.")
    kind: KindWord | None = Field(None, description="What they are about.")
    effect: EffectWord | None = Field(None, description="Whether they help or hinder.")
    owner: Code | None = Field(None, description="The code of the person who watches them.")
    due: bool = Field(default=False, description="Only those whose review is due.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class ContextIssue(Sent):
    """An issue that helps the services or hinders them."""

    number: str
    title: str
    origin: OriginWord = Field(description="It follows from the kind.")
    kind: KindWord
    effect: EffectWord
    meaning: str = Field(description="What it means for the services, in Markdown; may be empty.")
    state: StateWord
    owner: str = Field(description="The code of the person who watches it, or empty.")
    owner_name: str
    review_months: int = Field(description="After how many months it is looked at again.")
    review_date: date = Field(description="The day of the next review.")
    is_due: bool
    opened_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    revision: int = Field(description="To be sent with the next change.")


class ContextIssues(Sent):
    """A page of issues, the newest first."""

    items: tuple[ContextIssue, ...]
    links: Links


class ContextIssueReview(Sent):
    """What was found when an issue was looked at again."""

    reviewed_at: datetime
    by: str = Field(description="By whom, by name; empty for the system.")
    finding: str
    state: StateWord = Field(description="Where the issue stood after it.")


class ContextIssueRecord(ContextIssue):
    """An issue with its reviews, the newest first."""

    reviews: tuple[ContextIssueReview, ...]


class NewContextIssue(Given):
    """What an issue is."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable] = Field(
        description="In a few words.", examples=["A funding programme ends"]
    )
    kind: KindWord = Field(description="What it is about; whether it is external follows from it.")
    effect: EffectWord
    meaning: Annotated[str, Field(max_length=LONGEST_TEXT), Storable] = Field(
        "", description="What it means for the services, in Markdown."
    )
    owner: Code | None = Field(None, description="The code of the person who watches it.")
    review_months: Months = Field(6, description="Looked at again every so many months.")
    review_date: date | None = Field(
        None, description="The next review; null counts from today, or leaves it as it is."
    )

    def content(self) -> IssueContent:
        """Return it as the domain takes it."""
        return IssueContent(
            title=self.title,
            kind=self.kind,
            effect=self.effect,
            meaning=self.meaning,
            owner=self.owner or "",
            review_months=self.review_months,
            review_date=self.review_date,
        )


class ContextIssueChange(NewContextIssue):
    """All of an issue, as it shall be from now on."""

    revision: Version = Field(description="As it was read; refused if somebody changed it since.")


class NewContextIssueReview(Given):
    """What was found, and what follows from it."""

    finding: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT), Storable]
    step: TriggerWord | None = Field(None, description="Null leaves the issue where it stands.")
    review_date: date | None = Field(None, description="The next review; null counts from today.")
    revision: Version = Field(description="As it was read; refused if somebody changed it since.")


@router.get("", response=ContextIssues, operation_id="list_context_issues", summary="List issues")
def list_context_issues(request: ApiRequest, asked: Query[ContextIssueQuery]) -> ContextIssues:
    """Return the issues that the token may see; without `context.view` those of its person."""
    refuse_unknown(request, ContextIssueQuery.model_fields)
    page = queries.issue_list(
        actor=request.auth,
        at=request.at,
        asked=IssueFilter(
            state=asked.state,
            origin=asked.origin,
            kind=asked.kind,
            effect=asked.effect,
            owner=asked.owner,
            due=asked.due,
        ),
        cursor=asked.cursor,
        size=asked.size,
    )
    return ContextIssues(items=tuple(map(_issue, page.items)), links=page_links(request, page))


@router.post(
    "",
    response={201: ContextIssueRecord},
    operation_id="open_context_issue",
    summary="Write an issue down",
    openapi_extra=CHANGES,
)
def open_context_issue(
    request: ApiRequest, given: NewContextIssue, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write down what helps or hinders; needs `context.manage`."""

    def do() -> Answer:
        number = actions.open_issue(content=given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{issue}",
    response=ContextIssueRecord,
    operation_id="read_context_issue",
    summary="Read an issue",
    openapi_extra=answers(404),
)
def read_context_issue(request: ApiRequest, issue: IssueNumber) -> ContextIssueRecord:
    """Return an issue with its reviews."""
    refuse_unknown(request)
    return _record(issue, request)


@router.put(
    "/{issue}",
    response=ContextIssueRecord,
    operation_id="change_context_issue",
    summary="Describe an issue otherwise",
    openapi_extra=CHANGES,
)
def change_context_issue(
    request: ApiRequest,
    issue: IssueNumber,
    given: ContextIssueChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `context.manage`."""

    def do() -> Answer:
        actions.change_issue(
            issue,
            content=given.content(),
            revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(issue, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{issue}/reviews",
    response=ContextIssueRecord,
    operation_id="review_context_issue",
    summary="Keep what a review found",
    openapi_extra=CHANGES,
)
def review_context_issue(
    request: ApiRequest,
    issue: IssueNumber,
    given: NewContextIssueReview,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep it, and move the issue where it says so; for its owner, or with `context.manage`."""

    def do() -> Answer:
        actions.review_issue(
            issue,
            finding=given.finding,
            revision=given.revision,
            trigger=given.step,
            review_date=given.review_date,
            actor=request.auth,
            at=request.at,
        )
        return _answer(issue, request)

    return answer_once(request, idempotency_key, do)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    return Answer.of(_record(number, request), status=status)


def _record(number: str, request: ApiRequest) -> ContextIssueRecord:
    view = queries.issue(number, actor=request.auth, at=request.at)
    return ContextIssueRecord(
        **_issue(view.row).model_dump(),
        reviews=tuple(
            ContextIssueReview(
                reviewed_at=each.reviewed_at, by=each.by, finding=each.finding, state=each.state
            )
            for each in view.reviews
        ),
    )


def _issue(row: IssueRow) -> ContextIssue:
    return ContextIssue(
        number=row.number,
        title=row.title,
        origin=row.origin,
        kind=row.kind,
        effect=row.effect,
        meaning=row.meaning,
        state=row.state,
        owner=row.owner_code,
        owner_name=row.owner,
        review_months=row.review_months,
        review_date=row.review_date,
        is_due=row.is_due,
        opened_at=row.opened_at,
        changed_at=row.changed_at,
        closed_at=row.closed_at,
        revision=row.revision,
    )
