"""What one is asked to approve: reading it, answering, and asking somebody else."""

from __future__ import annotations

from typing import Annotated

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
    Key,
    KeyInAddress,
    PageSize,
    Sent,
    Storable,
    listed,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.kernel.errors import NotFound
from timshel.leadership.approval import actions, queries
from timshel.leadership.approval.queries import ApprovalView, SeatView, Which
from timshel.leadership.approval.states import (
    ApprovalState,
    Capacity,
    Decision,
    OnExpiry,
    Outcome,
    SeatState,
    Why,
)

router = Router(tags=["Approvals"])

Comment = Annotated[str, Field(max_length=2_000), Storable]
NeededComment = Annotated[str, Field(min_length=1, max_length=2_000), Storable]
ApprovalId = Annotated[KeyInAddress, Path(description="The key of the approval.", examples=[17])]
SeatId = Annotated[KeyInAddress, Path(description="The key of the seat.", examples=[31])]

ApprovalsAsked = Annotated[Which, listed(Which)]


class ApprovalsQuery(Given):
    """Which approvals are listed."""

    which: ApprovalsAsked = Field(
        Which.WAITING,
        description="`waiting` for an answer of the token's person, soonest deadline first; "
        "`decided`, in which they had part, or `all` that they may see, newest first.",
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Approvals to a page.")


class SummaryLine(Sent):
    """One line of what is approved, in the language that was asked for."""

    label: str
    value: str


class Price(Sent):
    """What it costs."""

    amount: str = Field(description="With its decimals.", examples=["1250.00"])
    currency: str = Field(description="Three letters, as in ISO 4217.", examples=["GBP"])
    per: str = Field(description="`once`, `month` or `year`.")


class Seat(Sent):
    """Somebody who is or was asked, and what they answered."""

    id: int = Field(description="The key of the seat.")
    person_id: int | None = Field(description="Who is asked; null where nobody was found.")
    person: str = Field(description="Their name.")
    passed_from: str = Field(description="In whose place they are asked, or empty.")
    why: Why = Field(description="Why they are asked.")
    why_detail: str = Field(description="More about that, such as the name of a role.")
    state: SeatState = Field(description="Where the seat stands.")
    substitute: str = Field(description="Who can answer for them at present, or empty.")
    decided_by: str = Field(description="Who answered, or empty.")
    capacity: Capacity | None = Field(description="As what they answered.")
    decided_at: AwareDatetime | None = Field(description="When.")
    comment: str = Field(description="What was said, as far as the token's person may read it.")


class Approval(Sent):
    """One question, who is asked, and how it stands."""

    id: int = Field(description="The key of the approval.")
    reference: str = Field(description="What people call the work it is about.")
    title: str
    summary: tuple[SummaryLine, ...] = Field(description="What is approved, as it stood then.")
    price: Price | None
    requester_id: int = Field(description="For whom it is wanted.")
    requester: str = Field(description="Their name.")
    asked_by: str = Field(description="Who asked for them, or empty.")
    needed: int = Field(description="How many must approve.")
    chairs: int = Field(description="Of how many.")
    approved: int = Field(description="How many did.")
    state: ApprovalState = Field(description="Where it stands.")
    outcome: Outcome | None = Field(description="What came of it; null before its end.")
    asked_at: AwareDatetime
    due_at: AwareDatetime | None = Field(description="Until when an answer is expected.")
    on_expiry: OnExpiry = Field(description="What happens then.")
    decided_at: AwareDatetime | None
    may_decide: bool = Field(description="Whether the token's person can answer.")
    in_place_of: str = Field(description="For whom they would answer, or empty for themselves.")
    seats: tuple[Seat, ...]


class Approvals(Sent):
    """One page of approvals."""

    items: tuple[Approval, ...]
    links: Links


class AnswerGiven(Given):
    """An answer."""

    decision: Decision = Field(description="The answer.")
    comment: Comment = Field(
        "", description="Why; needed to refuse, and to answer for others with `approval.manage`."
    )
    seat_id: Key | None = Field(
        None,
        description="For which seat, where several are possible; the person's own comes first.",
    )


class HandOverGiven(Given):
    """Who is asked instead, and why."""

    person_id: Key = Field(description="The key of who is asked from now on.")
    reason: NeededComment = Field(description="Why; kept in the journal.")


@router.get(
    "",
    response=Approvals,
    operation_id="list_approvals",
    summary="List approvals",
    openapi_extra=answers(422),
)
def list_approvals(request: ApiRequest, asked: Query[ApprovalsQuery]) -> Approvals:
    """Return what waits for the token's person, or what they had part in, or may see."""
    refuse_unknown(request, ApprovalsQuery.model_fields)
    page = queries.approval_inbox(
        actor=request.auth,
        at=request.at,
        which=asked.which,
        cursor=asked.cursor,
        size=asked.size,
    )
    return Approvals(
        items=tuple(map(_approval, page.items)),
        links=page_links(request, page),
    )


@router.get(
    "/{approval_id}",
    response=Approval,
    operation_id="read_approval",
    summary="Read an approval",
    openapi_extra=answers(404),
)
def read_approval(request: ApiRequest, approval_id: ApprovalId) -> Approval:
    """Return one approval that the token's person may see."""
    return _approval(queries.approval(approval_id, actor=request.auth, at=request.at))


@router.post(
    "/{approval_id}/decision",
    response=Approval,
    operation_id="decide_approval",
    summary="Approve or refuse",
    openapi_extra=answers(404, 409, 422),
)
def decide_approval(
    request: ApiRequest,
    approval_id: ApprovalId,
    given: AnswerGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Answer for one's own seat or as a substitute; needs `approval.decide`.

    With `approval.manage` also for others, with a comment. Nobody decides on a request of their
    own.
    """

    def do() -> Answer:
        actions.decide_approval(
            approval_id,
            decision=given.decision,
            comment=given.comment,
            seat_id=given.seat_id,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(read_approval(request, approval_id))

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{approval_id}/seats/{seat_id}/hand-over",
    response=Approval,
    operation_id="hand_over_seat",
    summary="Ask somebody else",
    openapi_extra=answers(404, 409, 422),
)
def hand_over_seat(
    request: ApiRequest,
    approval_id: ApprovalId,
    seat_id: SeatId,
    given: HandOverGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Ask somebody else instead of whoever has a seat; needs `approval.manage`."""

    def do() -> Answer:
        shown = queries.approval(approval_id, actor=request.auth, at=request.at)
        if all(seat.id != seat_id for seat in shown.seats):
            raise NotFound
        actions.hand_over_seat(
            seat_id,
            person_id=given.person_id,
            reason=given.reason,
            actor=request.auth,
            at=request.at,
        )
        return Answer.of(read_approval(request, approval_id))

    return answer_once(request, idempotency_key, do)


def _approval(view: ApprovalView) -> Approval:
    return Approval(
        id=view.id,
        reference=view.reference,
        title=view.title,
        summary=tuple(SummaryLine(label=label, value=value) for label, value in view.summary),
        price=_price(view),
        requester_id=view.requester_id,
        requester=view.requester,
        asked_by=view.asked_by,
        needed=view.needed,
        chairs=view.chairs,
        approved=view.approved,
        state=ApprovalState(view.state),
        outcome=Outcome(view.outcome) if view.outcome else None,
        asked_at=view.asked_at,
        due_at=view.due_at,
        on_expiry=OnExpiry(view.on_expiry),
        decided_at=view.decided_at,
        may_decide=view.may_decide,
        in_place_of=view.in_place_of,
        seats=tuple(map(_seat, view.seats)),
    )


def _price(view: ApprovalView) -> Price | None:
    if view.price is None:
        return None
    amount, currency = str(view.price.amount), view.price.currency
    return Price(amount=amount, currency=currency, per=view.price.per)


def _seat(seat: SeatView) -> Seat:
    return Seat(
        id=seat.id,
        person_id=seat.person_id,
        person=seat.person,
        passed_from=seat.passed_from,
        why=Why(seat.why),
        why_detail=seat.why_detail,
        state=SeatState(seat.state),
        substitute=seat.substitute,
        decided_by=seat.decided_by,
        capacity=Capacity(seat.capacity) if seat.capacity else None,
        decided_at=seat.decided_at,
        comment=seat.comment,
    )
