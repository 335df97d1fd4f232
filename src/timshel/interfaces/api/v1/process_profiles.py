"""What each process is for, what goes in and what comes out."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, KeyInAddress, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.process_profile_shapes import (
    ChangedProcess,
    FlowTerms,
    MachinesAnswer,
    NewProcess,
    ProcessCode,
    ProcessLinks,
    ProcessProfileAnswer,
    ProcessProfileQuery,
    ProcessProfilesAnswer,
    ProcessReview,
    item_told,
    machine_told,
    profile_told,
)
from timshel.leadership.process_profile import actions, queries
from timshel.leadership.process_profile.queries import ProfileFilter
from timshel.leadership.process_profile.states import ProfileState

router = Router(tags=["Process profiles"])

CHANGES = answers(404, 409, 411, 422)
FlowKey = Annotated[KeyInAddress, Path(description="The key of the flow.")]


@router.get(
    "",
    response=ProcessProfilesAnswer,
    operation_id="list_process_profiles",
    summary="List processes",
    openapi_extra=answers(404),
)
def list_process_profiles(
    request: ApiRequest, asked: Query[ProcessProfileQuery]
) -> ProcessProfilesAnswer:
    """Return processes by name; without `process_profile.view`, those one answers for."""
    refuse_unknown(request, ProcessProfileQuery.model_fields)
    wanted = ProfileFilter(
        state=ProfileState(asked.state.value) if asked.state else None, is_overdue=asked.overdue
    )
    page = queries.profile_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    return ProcessProfilesAnswer(
        items=tuple(map(item_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: ProcessProfileAnswer},
    operation_id="write_process_profile",
    summary="Describe a process",
    openapi_extra=CHANGES,
)
def write_process_profile(
    request: ApiRequest, given: NewProcess, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write down what a process is for; needs `process_profile.manage`."""

    def do() -> Answer:
        code = actions.write_profile(
            given.code, content=given.content(), actor=request.auth, at=request.at
        )
        return _answer(code, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/state-machines",
    response=MachinesAnswer,
    operation_id="list_state_machines",
    summary="List the state machines of the product",
)
def list_state_machines(request: ApiRequest) -> MachinesAnswer:
    """Return all of them by code, with their stages and what leads where."""
    refuse_unknown(request)
    return MachinesAnswer(items=tuple(map(machine_told, queries.machine_list())))


@router.get(
    "/{code}",
    response=ProcessProfileAnswer,
    operation_id="read_process_profile",
    summary="Read a process",
    openapi_extra=answers(404),
)
def read_process_profile(request: ApiRequest, code: ProcessCode) -> ProcessProfileAnswer:
    """Return a process with its flows, what it runs on, its indicators and documents."""
    refuse_unknown(request)
    return profile_told(queries.profile(code, actor=request.auth, at=request.at))


@router.put(
    "/{code}",
    response=ProcessProfileAnswer,
    operation_id="change_process_profile",
    summary="Change what is said of a process",
    openapi_extra=CHANGES,
)
def change_process_profile(
    request: ApiRequest,
    code: ProcessCode,
    given: ChangedProcess,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `process_profile.manage`."""

    def do() -> Answer:
        actions.change_profile(
            code,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.put(
    "/{code}/links",
    response=ProcessProfileAnswer,
    operation_id="link_process_profile",
    summary="Say what a process runs on",
    openapi_extra=CHANGES,
)
def link_process_profile(
    request: ApiRequest,
    code: ProcessCode,
    given: ProcessLinks,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Name its state machines and what is drawn of it; needs `process_profile.manage`."""

    def do() -> Answer:
        actions.link_profile(
            code,
            machines=given.machines,
            diagrams=given.diagrams,
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/review",
    response=ProcessProfileAnswer,
    operation_id="review_process_profile",
    summary="Note that a process still holds",
    openapi_extra=CHANGES,
)
def review_process_profile(
    request: ApiRequest,
    code: ProcessCode,
    given: ProcessReview,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Note what was looked at; its owner may, and whoever has `process_profile.manage`."""

    def do() -> Answer:
        actions.review_process(
            code,
            found=given.found,
            review_date=given.review_date,
            actor=request.auth,
            at=request.at,
        )
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/retire",
    response=ProcessProfileAnswer,
    operation_id="retire_process_profile",
    summary="Take a process out of use",
    openapi_extra=CHANGES,
)
def retire_process_profile(
    request: ApiRequest, code: ProcessCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that nobody works by it any more; needs `process_profile.manage`."""

    def do() -> Answer:
        actions.retire_process(code, actor=request.auth, at=request.at)
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/resume",
    response=ProcessProfileAnswer,
    operation_id="resume_process_profile",
    summary="Take a process back into use",
    openapi_extra=CHANGES,
)
def resume_process_profile(
    request: ApiRequest, code: ProcessCode, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that it is worked by again; needs `process_profile.manage`."""

    def do() -> Answer:
        actions.resume_process(code, actor=request.auth, at=request.at)
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{code}/flows",
    response={201: ProcessProfileAnswer},
    operation_id="add_process_flow",
    summary="Add an input or output of a process",
    openapi_extra=CHANGES,
)
def add_process_flow(
    request: ApiRequest,
    code: ProcessCode,
    given: FlowTerms,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say what passes, and from or to whom; needs `process_profile.manage`."""

    def do() -> Answer:
        actions.add_flow(code, flow=given.content(), actor=request.auth, at=request.at)
        return _answer(code, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.delete(
    "/{code}/flows/{flow}",
    response=ProcessProfileAnswer,
    operation_id="remove_process_flow",
    summary="Take an input or output of a process away",
    openapi_extra=CHANGES,
)
def remove_process_flow(
    request: ApiRequest,
    code: ProcessCode,
    flow: FlowKey,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take away what passes; needs `process_profile.manage`."""

    def do() -> Answer:
        actions.remove_flow(code, flow_id=flow, actor=request.auth, at=request.at)
        return _answer(code, request)

    return answer_once(request, idempotency_key, do)


def _answer(code: str, request: ApiRequest, *, status: int = 200) -> Answer:
    view = queries.profile(code, actor=request.auth, at=request.at)
    return Answer.of(profile_told(view), status=status)
