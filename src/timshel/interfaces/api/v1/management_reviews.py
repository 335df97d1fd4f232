"""Management reviews, for programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
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
from timshel.performance_evaluation.management_review import access, actions, queries
from timshel.performance_evaluation.management_review.queries import ReviewRow, ReviewView
from timshel.performance_evaluation.management_review.rules import LONGEST_COMMENT
from timshel.performance_evaluation.management_review.states import Output, ReviewState, Section
from timshel.support.meeting.states import MeetingState

router = Router(tags=["Management reviews"])
CHANGES = answers(404, 409, 411, 422)
ReviewNumber = Annotated[
    str, Path(max_length=30, description="The number of the review.", examples=["MRV0000001"])
]
MeetingNumber = Annotated[
    str,
    Field(
        max_length=30,
        description="The number of a meeting of a board for management reviews.",
        examples=["MTG0000001"],
    ),
    Storable,
]
SectionCode = Annotated[
    str,
    Path(
        max_length=20,
        description=f"The code of the section: {', '.join(Section.values)}.",
        examples=["risks"],
    ),
]
OutputCode = Annotated[
    str,
    Path(
        max_length=20,
        description=f"What is to be decided about: {', '.join(Output.values)}.",
        examples=["improvement"],
    ),
]
Revision = Annotated[
    Version | None,
    Field(description="The revision that was read; refused where somebody changed it since."),
]


class ReviewLine(Sent):
    """A management review as lists show it."""

    number: str
    title: str = Field(description="Of its meeting.")
    meeting: str = Field(description="The number of its meeting.")
    meeting_state: Annotated[MeetingState, listed(MeetingState)]
    board: str = Field(description="The name of the board.")
    chair: str = Field(description="Who leads it, by name.")
    starts_at: datetime
    state: Annotated[ReviewState, listed(ReviewState)]
    cut_off: datetime | None = Field(description="Until when its pack looks back.")


class ReviewLines(Sent):
    """A page of management reviews, the latest first."""

    items: tuple[ReviewLine, ...]
    links: Links


class ReviewRecord(Sent):
    """A record that a section lists."""

    kind: str = Field(description="What kind of record; empty where it has no page.")
    code: str = Field(description="By which people know it.")
    cells: tuple[str, ...] = Field(description="One for each column.")


class ReviewFigure(Sent):
    """A figure of a section."""

    name: str
    value: str = Field(description="As people read it.")


class ReviewSection(Sent):
    """A section of a pack, in the language in which it was drawn."""

    code: Annotated[Section, listed(Section)]
    title: str
    sentence: str = Field(description="What it says, in one sentence.")
    figures: tuple[ReviewFigure, ...]
    columns: tuple[str, ...]
    rows: tuple[ReviewRecord, ...]
    total: int = Field(description="How many records there are, listed or not.")
    comment: str = Field(description="What the manager said of it.")


class ReviewPack(Sent):
    """What a review looks at."""

    since: AwareDatetime
    until: AwareDatetime
    language: str
    sections: tuple[ReviewSection, ...]


class ReviewDecision(Sent):
    """A decision of the meeting."""

    id: int
    text: str
    outputs: tuple[str, ...] = Field(description="What it answers of what is to be decided.")


class Review(ReviewLine):
    """A management review with its pack and what was decided."""

    pack: ReviewPack | None = Field(description="Null before it was drawn.")
    digest: str = Field(description="SHA-256 of the frozen pack; empty before it was frozen.")
    is_intact: bool | None = Field(
        description="Whether the pack still has its digest; null before it was frozen."
    )
    drawn_at: datetime | None
    frozen_at: datetime | None
    held_at: datetime | None
    closed_at: datetime | None
    decisions: tuple[ReviewDecision, ...]
    actions: tuple[str, ...] = Field(description="The numbers of the actions that follow.")
    revision: int


class ReviewQuery(Given):
    """Which reviews."""

    state: Annotated[ReviewState | None, Field(description="Only those that stand there.")] = None
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How many to a page.")


class NewReview(Given):
    """A review to be planned."""

    meeting: MeetingNumber


class ReviewChange(NewReview):
    """The meeting in which it is reviewed instead."""

    revision: Revision = None


class ReviewDrawing(Given):
    """How the pack is drawn."""

    cut_off: AwareDatetime | None = Field(
        default=None, description="Until when it looks back; now, where it is left out."
    )


class ReviewComment(Given):
    """What is said of a section."""

    text: Annotated[
        str,
        Field(max_length=LONGEST_COMMENT, description="Plain text; empty takes it back."),
        Storable,
    ]
    revision: Revision = None


class ReviewAnswer(Given):
    """Which decisions answer what is to be decided."""

    decisions: tuple[Annotated[int, Field(ge=1, le=2**63 - 1)], ...] = Field(
        max_length=200, description="All of them, by their keys; none takes the answer back."
    )
    revision: Revision = None


@router.get(
    "",
    response=ReviewLines,
    operation_id="list_management_reviews",
    summary="List management reviews",
)
def list_management_reviews(request: ApiRequest, asked: Query[ReviewQuery]) -> ReviewLines:
    """Return them, the latest first; needs `management_review.view` or an invitation to one."""
    refuse_unknown(request, ReviewQuery.model_fields)
    access.require_entry(request.auth)
    page = queries.review_list(
        actor=request.auth, state=asked.state, cursor=asked.cursor, size=asked.size
    )
    items = tuple(ReviewLine(**_line(row)) for row in page.items)
    return ReviewLines(items=items, links=page_links(request, page))


@router.post(
    "",
    response={201: Review},
    operation_id="plan_management_review",
    summary="Make a meeting a management review",
    openapi_extra=CHANGES,
)
def plan_management_review(
    request: ApiRequest, given: NewReview, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Plan it; needs `management_review.manage`."""

    def do() -> Answer:
        number = actions.plan_review(meeting=given.meeting, actor=request.auth, at=request.at)
        return Answer.of(_review(number, request), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{review}",
    response=Review,
    operation_id="read_management_review",
    summary="Read a management review",
    openapi_extra=answers(404),
)
def read_management_review(request: ApiRequest, review: ReviewNumber) -> Review:
    """Return a review with its pack; for whoever may see it."""
    refuse_unknown(request)
    return _review(review, request)


@router.put(
    "/{review}",
    response=Review,
    operation_id="change_management_review",
    summary="Review in another meeting",
    openapi_extra=CHANGES,
)
def change_management_review(
    request: ApiRequest,
    review: ReviewNumber,
    given: ReviewChange,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Choose another meeting before the pack is frozen; needs `management_review.manage`."""
    return _done(request, review, idempotency_key, actions.change_review, **given.model_dump())


@router.post(
    "/{review}/draw",
    response=Review,
    operation_id="draw_management_review",
    summary="Draw the pack of a management review",
    openapi_extra=CHANGES,
)
def draw_management_review(
    request: ApiRequest,
    review: ReviewNumber,
    given: ReviewDrawing,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Draw it from records, until it is frozen; needs `management_review.manage`."""
    return _done(request, review, idempotency_key, actions.draw_review, cut_off=given.cut_off)


@router.put(
    "/{review}/inputs/{section}",
    response=Review,
    operation_id="comment_management_review",
    summary="Comment on a section of a pack",
    openapi_extra=CHANGES,
)
def comment_management_review(
    request: ApiRequest,
    review: ReviewNumber,
    section: SectionCode,
    given: ReviewComment,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say something of a section before the pack is frozen; needs `management_review.manage`."""
    more = {"section": section, **given.model_dump()}
    return _done(request, review, idempotency_key, actions.comment_section, **more)


@router.post(
    "/{review}/freeze",
    response=Review,
    operation_id="freeze_management_review",
    summary="Freeze the pack of a management review",
    openapi_extra=CHANGES,
)
def freeze_management_review(
    request: ApiRequest, review: ReviewNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Make the pack a record that never changes; needs `management_review.manage`."""
    return _done(request, review, idempotency_key, actions.freeze_review)


@router.post(
    "/{review}/hold",
    response=Review,
    operation_id="hold_management_review",
    summary="Say that a management review took place",
    openapi_extra=CHANGES,
)
def hold_management_review(
    request: ApiRequest, review: ReviewNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Its meeting took place before; needs `management_review.manage`."""
    return _done(request, review, idempotency_key, actions.hold_review)


@router.put(
    "/{review}/outputs/{output}",
    response=Review,
    operation_id="answer_management_review",
    summary="Name the decisions of a management review",
    openapi_extra=CHANGES,
)
def answer_management_review(
    request: ApiRequest,
    review: ReviewNumber,
    output: OutputCode,
    given: ReviewAnswer,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say which decisions answer what is to be decided; needs `management_review.manage`."""
    more = {"output": output, **given.model_dump()}
    return _done(request, review, idempotency_key, actions.answer_output, **more)


@router.post(
    "/{review}/close",
    response=Review,
    operation_id="close_management_review",
    summary="Close a management review",
    openapi_extra=CHANGES,
)
def close_management_review(
    request: ApiRequest, review: ReviewNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Its minutes are approved and all is decided; needs `management_review.manage`."""
    return _done(request, review, idempotency_key, actions.close_review)


def _done(
    request: ApiRequest,
    number: str,
    key: str | None,
    deed: Callable[..., None],
    **given: Any,
) -> HttpResponse:
    """Do something with a review once, and answer with it."""

    def do() -> Answer:
        deed(number, **given, actor=request.auth, at=request.at)
        return Answer.of(_review(number, request))

    return answer_once(request, key, do)


def _line(row: ReviewRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ReviewLine.model_fields}


def _review(number: str, request: ApiRequest) -> Review:
    view = queries.review(number, actor=request.auth, at=request.at)
    return Review(
        **_line(view.row),
        pack=_pack(view),
        digest=view.digest,
        is_intact=view.is_intact,
        drawn_at=view.drawn_at,
        frozen_at=view.frozen_at,
        held_at=view.held_at,
        closed_at=view.closed_at,
        decisions=tuple(
            ReviewDecision(id=each.id, text=each.text, outputs=each.outputs)
            for each in view.decisions
        ),
        actions=tuple(each.number for each in view.actions),
        revision=view.revision,
    )


def _pack(view: ReviewView) -> ReviewPack | None:
    kept = view.pack
    if kept is None:
        return None
    sections = tuple(
        ReviewSection(
            **{
                **each,
                "figures": tuple(
                    ReviewFigure(name=name, value=value) for name, value in each["figures"]
                ),
            }
        )
        for each in kept["sections"]
    )
    return ReviewPack(
        since=kept["since"], until=kept["until"], language=kept["language"], sections=sections
    )
