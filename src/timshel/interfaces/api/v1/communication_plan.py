"""What is told to whom, and what they answer."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, KeyInAddress, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.communication_shapes import (
    CancelGiven,
    ChangedCommunication,
    CommunicationAnswer,
    CommunicationNumber,
    CommunicationQuery,
    CommunicationsAnswer,
    CommunicationTerms,
    FeedbackGiven,
    OpenCommunicationAnswer,
    OwnFeedbackGiven,
    SettleGiven,
    TellingGiven,
    WaitingFeedbackAnswer,
    feedback_told,
    open_told,
    row_told,
    view_told,
)
from timshel.kernel.errors import Invalid
from timshel.service_portfolio.service.queries import names_by_code
from timshel.support.communication_plan import actions, queries
from timshel.support.communication_plan.access import known, require_manage, require_view
from timshel.support.communication_plan.queries import PlanFilter
from timshel.support.communication_plan.rules import PlanContent
from timshel.support.communication_plan.states import PlanState

router = Router(tags=["Communication plan"])

CHANGES = answers(404, 409, 411, 422)
Number = Annotated[
    CommunicationNumber,
    Path(description="The number of the communication.", examples=["COM0000012"]),
]


@router.get(
    "",
    response=CommunicationsAnswer,
    operation_id="list_communications",
    summary="List planned communications",
    openapi_extra=answers(404),
)
def list_communications(
    request: ApiRequest, asked: Query[CommunicationQuery]
) -> CommunicationsAnswer:
    """Return the communication plan; without `communication_plan.view`, what one sees to."""
    refuse_unknown(request, CommunicationQuery.model_fields)
    wanted = PlanFilter(
        state=PlanState(asked.state.value) if asked.state else None,
        owner=asked.owner,
        is_overdue=asked.overdue,
        words=asked.q,
    )
    page = queries.communication_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    return CommunicationsAnswer(
        items=tuple(map(row_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: CommunicationAnswer},
    operation_id="plan_communication",
    summary="Plan a communication",
    openapi_extra=CHANGES,
)
def plan_communication(
    request: ApiRequest, given: CommunicationTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Plan to tell something; needs `communication_plan.manage`."""

    def do() -> Answer:
        number = actions.plan_communication(
            _content(given, request), actor=request.auth, at=request.at
        )
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/feedback",
    response=WaitingFeedbackAnswer,
    operation_id="list_waiting_feedback",
    summary="List what waits for an answer",
    openapi_extra=answers(404),
)
def list_waiting_feedback(request: ApiRequest) -> WaitingFeedbackAnswer:
    """Return what people said and nobody answered yet, the oldest first, at most 200."""
    refuse_unknown(request)
    require_view(request.auth)
    rows = queries.open_feedback(actor=request.auth, at=request.at)
    return WaitingFeedbackAnswer(items=tuple(map(feedback_told, rows)))


@router.get(
    "/{number}",
    response=CommunicationAnswer,
    operation_id="read_communication",
    summary="Read a planned communication",
    openapi_extra=answers(404),
)
def read_communication(request: ApiRequest, number: Number) -> CommunicationAnswer:
    """Return a communication with its tellings and what came back."""
    refuse_unknown(request)
    return view_told(queries.communication(number, actor=request.auth, at=request.at))


@router.put(
    "/{number}",
    response=CommunicationAnswer,
    operation_id="change_communication",
    summary="Change a planned communication",
    openapi_extra=CHANGES,
)
def change_communication(
    request: ApiRequest,
    number: Number,
    given: ChangedCommunication,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Plan all of it anew, while it is planned; needs `communication_plan.manage`."""

    def do() -> Answer:
        known(number, actor=request.auth)
        actions.change_communication(
            number,
            content=_content(given, request),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/tell",
    response=CommunicationAnswer,
    operation_id="tell_communication",
    summary="Record that it was told",
    openapi_extra=CHANGES,
)
def tell_communication(
    request: ApiRequest,
    number: Number,
    given: TellingGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what was told on a day; what repeats is due again. Its owner may, and who plans."""

    def do() -> Answer:
        actions.tell_communication(
            number,
            told=given.told(),
            today=request.auth.day_at(request.at),
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/cancel",
    response=CommunicationAnswer,
    operation_id="cancel_communication",
    summary="Cancel a planned communication",
    openapi_extra=CHANGES,
)
def cancel_communication(
    request: ApiRequest,
    number: Number,
    given: CancelGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it is told no more, and why; needs `communication_plan.manage`."""

    def do() -> Answer:
        actions.cancel_communication(number, reason=given.reason, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/feedback",
    response={201: CommunicationAnswer},
    operation_id="record_feedback",
    summary="Record what came back",
    openapi_extra=CHANGES,
)
def record_feedback(
    request: ApiRequest,
    number: Number,
    given: FeedbackGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write down what somebody said to it. Its owner may, and who plans."""

    def do() -> Answer:
        actions.record_feedback(
            number,
            text=given.text,
            outsider=given.who,
            received_on=given.received_on,
            today=request.auth.day_at(request.at),
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/feedback/{feedback}/settle",
    response=CommunicationAnswer,
    operation_id="settle_feedback",
    summary="Answer what came back",
    openapi_extra=CHANGES,
)
def settle_feedback(
    request: ApiRequest,
    number: Number,
    feedback: Annotated[KeyInAddress, Path(description="What came back, by its `id`.")],
    given: SettleGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Answer, or note it and say why there is no answer. Its owner may, and who plans."""

    def do() -> Answer:
        actions.settle_feedback(
            number,
            feedback=feedback,
            answer=given.answer,
            is_answered=given.is_answered,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}/open",
    response=OpenCommunicationAnswer,
    operation_id="read_open_communication",
    summary="Read what was told to everybody",
    openapi_extra=answers(404),
)
def read_open_communication(request: ApiRequest, number: Number) -> OpenCommunicationAnswer:
    """Return what was told to everybody, and what the caller said to it."""
    refuse_unknown(request)
    return open_told(queries.heard_communication(number, actor=request.auth, at=request.at))


@router.post(
    "/{number}/open",
    response={201: OpenCommunicationAnswer},
    operation_id="leave_feedback",
    summary="Say something to what was told to everybody",
    openapi_extra=CHANGES,
)
def leave_feedback(
    request: ApiRequest,
    number: Number,
    given: OwnFeedbackGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say something to what was told to everybody; whoever sees to it answers."""

    def do() -> Answer:
        actions.leave_feedback(
            number,
            text=given.text,
            today=request.auth.day_at(request.at),
            actor=request.auth,
            at=request.at,
        )
        view = queries.heard_communication(number, actor=request.auth, at=request.at)
        return Answer.of(open_told(view), status=201)

    return answer_once(request, idempotency_key, do)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.communication(number, actor=request.auth, at=request.at)
    return Answer.of(view_told(view), status=status)


def _content(given: CommunicationTerms, request: ApiRequest) -> PlanContent:
    """Return what is planned; the plan itself does not know which services there are.

    Raises:
        Invalid: there is no such service.
        NotAllowed: the right is missing.
    """
    require_manage(request.auth)
    if given.service and not names_by_code([given.service], language=request.auth.language):
        raise Invalid({"service": [_("There is no service %(code)s.") % {"code": given.service}]})
    return given.content()
