"""What those who asked think of what was done, and what came of their word."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Cursor,
    Given,
    IdempotencyKey,
    IncidentNumber,
    NeededParagraph,
    PageSize,
    Paragraph,
    Sent,
    refuse_unknown,
)
from timshel.operation.rating import actions, queries
from timshel.operation.rating.queries import RatedWork, rating_of
from timshel.operation.work.access import find

router = Router(tags=["Ratings"])
CHANGES = answers(404, 409, 411, 422)


class RatingGiven(Given):
    """How it was."""

    rating: int = Field(ge=1, le=5, description="From 1, poor, to 5, very good.")
    comment: Paragraph = ""


class RatingAnswer(Given):
    """What came of a rating."""

    text: NeededParagraph


class RatingSent(Sent):
    """What a requester said of a piece of work, and what came of it."""

    rating: int
    comment: str
    at: datetime
    answer: str = Field(description="What came of it; empty where nobody has said.")
    answered_by: str
    answered_at: datetime | None


class RatedWorkSent(RatingSent):
    """A rating with the work that it is about."""

    number: str
    kind: str
    title: str
    requester: str
    team: str


class Ratings(Sent):
    """A page of ratings, newest first."""

    items: tuple[RatedWorkSent, ...]
    next_cursor: str | None = Field(description="Where to go on; null at the end.")


class RatingsQuery(Given):
    """Which ratings."""

    unanswered: bool = Field(default=False, description="Poor ones alone that nobody has answered.")
    cursor: Cursor | None = Field(None, description="Where to go on, from an earlier page.")
    size: PageSize = Field(25, description="How many at most.")


@router.get("", response=Ratings, operation_id="list_ratings", summary="List ratings")
def list_ratings(request: ApiRequest, query: Annotated[RatingsQuery, Query()]) -> Ratings:
    """Return what was said of the work that the token's person sees."""
    refuse_unknown(request, RatingsQuery.model_fields)
    page = queries.rating_list(
        actor=request.auth, unanswered=query.unanswered, cursor=query.cursor, size=query.size
    )
    return Ratings(items=tuple(_listed(each) for each in page.items), next_cursor=page.next_cursor)


@router.put(
    "/{number}",
    response=RatingSent,
    operation_id="rate_work",
    summary="Say how it was",
    openapi_extra=CHANGES,
)
def rate_work(
    request: ApiRequest,
    number: IncidentNumber,
    given: RatingGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Rate one's own work that is done; a later word replaces an earlier one."""

    def do() -> Answer:
        actions.rate_work(number, **given.model_dump(), actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{number}/answer",
    response=RatingSent,
    operation_id="answer_rating",
    summary="Say what came of a rating",
    openapi_extra=CHANGES,
)
def answer_rating(
    request: ApiRequest,
    number: IncidentNumber,
    given: RatingAnswer,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Tell the requester what came of it; needs `rating.answer`."""

    def do() -> Answer:
        actions.answer_rating(number, text=given.text, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _answer(number: str, request: ApiRequest) -> Answer:
    rating = rating_of(find(number, actor=request.auth).pk)
    assert rating is not None  # noqa: S101 - it was written in this transaction
    return Answer.of(
        RatingSent(
            rating=rating.score,
            comment=rating.comment,
            at=rating.at,
            answer=rating.answer,
            answered_by=rating.answered_by,
            answered_at=rating.answered_at,
        )
    )


def _listed(row: RatedWork) -> RatedWorkSent:
    return RatedWorkSent(
        number=row.number,
        kind=row.kind,
        title=row.title,
        requester=row.requester,
        team=row.team,
        rating=row.rating.score,
        comment=row.rating.comment,
        at=row.rating.at,
        answer=row.rating.answer,
        answered_by=row.rating.answered_by,
        answered_at=row.rating.answered_at,
    )
