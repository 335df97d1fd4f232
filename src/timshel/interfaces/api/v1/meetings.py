"""Boards, meetings, their agendas, minutes and decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    IdempotencyKey,
    KeyInAddress,
    Storable,
    refuse_unknown,
)
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.meeting_shapes import (
    AgendaGiven,
    BoardQuery,
    ChangedBoard,
    ChangedMeeting,
    DecisionGiven,
    EndedMember,
    Meeting,
    MeetingBoard,
    MeetingBoardDetail,
    MeetingBoards,
    MeetingListed,
    MeetingQuery,
    MeetingsListed,
    MinutesGiven,
    NewBoard,
    NewMeeting,
    NewMember,
    board_detail,
    board_fields,
    listed,
    meeting_detail,
)
from timshel.support.meeting import actions, queries
from timshel.support.meeting.rules import LONGEST_CODE, MinutesContent
from timshel.support.meeting.states import BoardKind

router = Router(tags=["Meetings"])

CHANGES = answers(404, 409, 411, 422)
MeetingNumber = Annotated[
    str,
    Field(max_length=30),
    Storable,
    Path(description="The number of the meeting.", examples=["MTG0000012"]),
]
BoardCode = Annotated[
    str,
    Field(max_length=LONGEST_CODE),
    Storable,
    Path(description="The code of the board.", examples=["management-review"]),
]
MemberCode = Annotated[
    str,
    Field(max_length=80),
    Storable,
    Path(description="The code of the person.", examples=["imre.castellane"]),
]
DecisionKey = Annotated[KeyInAddress, Path(description="The key of the decision.", examples=[7])]


@router.get("/boards", response=MeetingBoards, operation_id="list_boards", summary="List boards")
def list_boards(request: ApiRequest, asked: Query[BoardQuery]) -> MeetingBoards:
    """Return the boards on which the caller sits; with `meeting.view`, all."""
    refuse_unknown(request, BoardQuery.model_fields)
    page = queries.board_list(
        actor=request.auth,
        at=request.at,
        kind=BoardKind(asked.kind.value) if asked.kind else None,
        is_active=asked.is_active,
        cursor=asked.cursor,
        size=asked.size,
    )
    items = tuple(MeetingBoard.model_validate(board_fields(row)) for row in page.items)
    return MeetingBoards(items=items, links=page_links(request, page))


@router.post(
    "/boards",
    response={201: MeetingBoardDetail},
    operation_id="create_board",
    summary="Set up a board",
    openapi_extra=CHANGES,
)
def create_board(
    request: ApiRequest, given: NewBoard, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Set up a board; needs `meeting.manage`."""

    def do() -> Answer:
        code = actions.create_board(
            given.code, content=given.content(), actor=request.auth, at=request.at
        )
        return _board_answer(code, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/boards/{board}",
    response=MeetingBoardDetail,
    operation_id="read_board",
    summary="Read a board",
    openapi_extra=answers(404),
)
def read_board(request: ApiRequest, board: BoardCode) -> MeetingBoardDetail:
    """Return one board with its members and its standing agenda."""
    refuse_unknown(request)
    return board_detail(queries.board(board, actor=request.auth, at=request.at))


@router.put(
    "/boards/{board}",
    response=MeetingBoardDetail,
    operation_id="change_board",
    summary="Change a board",
    openapi_extra=CHANGES,
)
def change_board(
    request: ApiRequest,
    board: BoardCode,
    given: ChangedBoard,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of a board anew; needs `meeting.manage`."""

    def do() -> None:
        actions.change_board(
            board,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )

    return _board_done(request, board, idempotency_key, do)


@router.post(
    "/boards/{board}/members",
    response=MeetingBoardDetail,
    operation_id="add_board_member",
    summary="Put somebody on a board",
    openapi_extra=CHANGES,
)
def add_board_member(
    request: ApiRequest, board: BoardCode, given: NewMember, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Put somebody on a board, or say otherwise as what they sit there; needs `meeting.manage`."""

    def do() -> None:
        actions.add_member(
            board,
            person=given.person,
            role=given.role,
            valid_from=given.valid_from,
            actor=request.auth,
            at=request.at,
        )

    return _board_done(request, board, idempotency_key, do)


@router.post(
    "/boards/{board}/members/{member}/end",
    response=MeetingBoardDetail,
    operation_id="end_board_member",
    summary="End a membership",
    openapi_extra=CHANGES,
)
def end_board_member(
    request: ApiRequest,
    board: BoardCode,
    member: MemberCode,
    given: EndedMember,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End a membership; its days are kept. Needs `meeting.manage`."""

    def do() -> None:
        actions.end_member(
            board,
            person=member,
            valid_until=given.valid_until,
            actor=request.auth,
            at=request.at,
        )

    return _board_done(request, board, idempotency_key, do)


@router.get("", response=MeetingsListed, operation_id="list_meetings", summary="List meetings")
def list_meetings(request: ApiRequest, asked: Query[MeetingQuery]) -> MeetingsListed:
    """Return the meetings of the caller's boards and invitations; with `meeting.view`, all."""
    refuse_unknown(request, MeetingQuery.model_fields)
    page = queries.meeting_list(
        actor=request.auth,
        at=request.at,
        when=asked.when.value,
        board=asked.board,
        is_own=asked.mine,
        cursor=asked.cursor,
        size=asked.size,
    )
    items = tuple(MeetingListed.model_validate(listed(row)) for row in page.items)
    return MeetingsListed(items=items, links=page_links(request, page))


@router.post(
    "",
    response={201: Meeting},
    operation_id="call_meeting",
    summary="Call a meeting",
    openapi_extra=CHANGES,
)
def call_meeting(
    request: ApiRequest, given: NewMeeting, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Call a meeting; chair and secretary of its board may, and who has `meeting.manage`."""

    def do() -> Answer:
        number = actions.call_meeting(
            content=given.content(), board=given.board, actor=request.auth, at=request.at
        )
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{meeting}",
    response=Meeting,
    operation_id="read_meeting",
    summary="Read a meeting",
    openapi_extra=answers(404),
)
def read_meeting(request: ApiRequest, meeting: MeetingNumber) -> Meeting:
    """Return a meeting; what follows from it is told by `list_planned_actions`."""
    refuse_unknown(request)
    return meeting_detail(queries.meeting(meeting, actor=request.auth, at=request.at))


@router.put(
    "/{meeting}",
    response=Meeting,
    operation_id="change_meeting",
    summary="Change a planned meeting",
    openapi_extra=CHANGES,
)
def change_meeting(
    request: ApiRequest,
    meeting: MeetingNumber,
    given: ChangedMeeting,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of a planned meeting anew; who is not named is invited no more."""

    def do() -> None:
        actions.change_meeting(
            meeting,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, meeting, idempotency_key, do)


@router.put(
    "/{meeting}/agenda",
    response=Meeting,
    operation_id="set_agenda",
    summary="Set the agenda",
    openapi_extra=CHANGES,
)
def set_agenda(
    request: ApiRequest,
    meeting: MeetingNumber,
    given: AgendaGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say the agenda of a planned meeting anew; what was written stays with its item."""

    def do() -> None:
        actions.set_agenda(
            meeting,
            items=[each.item() for each in given.items],
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, meeting, idempotency_key, do)


@router.post(
    "/{meeting}/prepare",
    response=Meeting,
    operation_id="prepare_agenda",
    summary="Draw the agenda from records",
    openapi_extra=CHANGES,
)
def prepare_agenda(
    request: ApiRequest, meeting: MeetingNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Draw what is spoken about from the records, as far as the caller sees them now."""
    return _deed(request, meeting, idempotency_key, actions.prepare_agenda)


@router.put(
    "/{meeting}/minutes",
    response=Meeting,
    operation_id="write_minutes",
    summary="Write the minutes",
    openapi_extra=CHANGES,
)
def write_minutes(
    request: ApiRequest,
    meeting: MeetingNumber,
    given: MinutesGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write down what was said and who was there; possible until the minutes are approved."""
    content = MinutesContent(
        texts={each.position: each.text for each in given.texts},
        presence={each.person: each.presence.value for each in given.presence},
        guests=None if given.guests is None else tuple(given.guests),
    )

    def do() -> None:
        actions.write_minutes(
            meeting,
            content=content,
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, meeting, idempotency_key, do)


@router.post(
    "/{meeting}/decisions",
    response=Meeting,
    operation_id="add_decision",
    summary="Write down a decision",
    openapi_extra=CHANGES,
)
def add_decision(
    request: ApiRequest,
    meeting: MeetingNumber,
    given: DecisionGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Write down a decision; the same one twice is one."""

    def do() -> None:
        actions.add_decision(
            meeting,
            text=given.text,
            decided_by=given.decided_by.value,
            actor=request.auth,
            at=request.at,
        )

    return _done(request, meeting, idempotency_key, do)


@router.delete(
    "/{meeting}/decisions/{decision}",
    response=Meeting,
    operation_id="remove_decision",
    summary="Take a decision out",
    openapi_extra=CHANGES,
)
def remove_decision(
    request: ApiRequest,
    meeting: MeetingNumber,
    decision: DecisionKey,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take a decision out that was written down by mistake."""

    def do() -> None:
        actions.remove_decision(meeting, decision_id=decision, actor=request.auth, at=request.at)

    return _done(request, meeting, idempotency_key, do)


@router.post(
    "/{meeting}/hold",
    response=Meeting,
    operation_id="hold_meeting",
    summary="Say that a meeting took place",
    openapi_extra=CHANGES,
)
def hold_meeting(
    request: ApiRequest, meeting: MeetingNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that it took place; its agenda and what was drawn stay as they are from then on."""
    return _deed(request, meeting, idempotency_key, actions.hold_meeting)


@router.post(
    "/{meeting}/approve",
    response=Meeting,
    operation_id="approve_minutes",
    summary="Approve the minutes",
    openapi_extra=CHANGES,
)
def approve_minutes(
    request: ApiRequest, meeting: MeetingNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Approve the minutes; only the chair may, and nothing changes after."""
    return _deed(request, meeting, idempotency_key, actions.approve_minutes)


@router.post(
    "/{meeting}/cancel",
    response=Meeting,
    operation_id="cancel_meeting",
    summary="Call a meeting off",
    openapi_extra=CHANGES,
)
def cancel_meeting(
    request: ApiRequest, meeting: MeetingNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Call a planned meeting off."""
    return _deed(request, meeting, idempotency_key, actions.cancel_meeting)


def _deed(
    request: ApiRequest, number: str, idempotency_key: str | None, deed: Callable[..., None]
) -> HttpResponse:
    return _done(
        request,
        number,
        idempotency_key,
        lambda: deed(number, actor=request.auth, at=request.at),
    )


def _done(
    request: ApiRequest, number: str, idempotency_key: str | None, deed: Callable[[], None]
) -> HttpResponse:
    def do() -> Answer:
        deed()
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _board_done(
    request: ApiRequest, code: str, idempotency_key: str | None, deed: Callable[[], None]
) -> HttpResponse:
    def do() -> Answer:
        deed()
        return _board_answer(code, request)

    return answer_once(request, idempotency_key, do)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.meeting(number, actor=request.auth, at=request.at)
    return Answer.of(meeting_detail(view), status=status)


def _board_answer(code: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.board(code, actor=request.auth, at=request.at)
    return Answer.of(board_detail(view), status=status)
