"""Calls: what telephone systems tell, what people write down, call-backs, lines and figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, IdempotencyKey, KeyInAddress, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1 import call_shapes as shapes
from timshel.kernel.errors import NotFound
from timshel.operation.call import actions, queries
from timshel.operation.call.access import MANAGE, require_log, require_view
from timshel.operation.call.actions import (
    CallBackPromise,
    CallLog,
    CallTold,
    LineContent,
    TemplateContent,
)
from timshel.operation.call.queries import CallFilters
from timshel.performance_evaluation.measurement.queries.calls import call_figures

router = Router(tags=["Calls"])
backs_router = Router(tags=["Calls"])
lines_router = Router(tags=["Calls"])
templates_router = Router(tags=["Calls"])

CallKey = Annotated[KeyInAddress, Path(description="The key of the call.", examples=[12])]
BackKey = Annotated[KeyInAddress, Path(description="The key of the call-back.", examples=[12])]
CodeInAddress = Annotated[Code, Path(description="Its code.", examples=["service-desk"])]


@router.post(
    "/events",
    response=shapes.EventsTaken,
    operation_id="tell_of_calls",
    summary="Tell of calls, as a telephone system",
    openapi_extra=answers(422),
)
def tell_of_calls(request: ApiRequest, given: shapes.CallEvents) -> shapes.EventsTaken:
    """Take in what happened to calls; needs `call.record` and nothing else.

    Events may come late, twice and in any order: each is kept once, by call, kind, moment, queue
    and agent, and the call is read anew from all that is known of it. So no idempotency key is
    needed, and everything can be sent again after a lost connection.
    """
    told = [
        CallTold(
            external_id=each.call,
            kind=each.kind,
            at=each.at,
            queue=each.queue or "",
            agent=each.agent,
            number=each.number,
            name=each.name,
            direction=each.direction,
        )
        for each in given.events
    ]
    done = actions.record_calls(told, source=given.source, actor=request.auth, at=request.at)
    return shapes.EventsTaken(new=done.new, known=done.known, calls=dict(done.calls))


@router.get(
    "",
    response=shapes.Calls,
    operation_id="list_calls",
    summary="List calls",
    openapi_extra=answers(403, 422),
)
def list_calls(request: ApiRequest, asked: Query[shapes.CallQuery]) -> shapes.Calls:
    """Return the calls that one took, or may see by `call.view`, newest first."""
    refuse_unknown(request, shapes.CallQuery.model_fields)
    page = queries.call_list(
        CallFilters(
            what=asked.what,
            since=asked.since,
            until=asked.until,
            line=asked.line,
            agent_id=asked.agent_id,
        ),
        actor=request.auth,
        cursor=asked.cursor,
        size=asked.size,
    )
    return shapes.Calls(
        items=tuple(map(shapes.Call.of, page.items)),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={201: shapes.CallMade},
    operation_id="log_call",
    summary="Write down a call",
    openapi_extra=answers(404, 409, 422),
)
def log_call(
    request: ApiRequest, given: shapes.CallLogged, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write down a call or a visit, with the work it was about; needs `call.log`."""

    def do() -> Answer:
        made = actions.log_call(CallLog(**given.model_dump()), actor=request.auth, at=request.at)
        return Answer.of(shapes.CallMade(id=made.call_id), status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/figures",
    response=shapes.CallFigures,
    operation_id="read_call_figures",
    summary="Read how calls were answered",
    openapi_extra=answers(403, 422),
)
def read_call_figures(request: ApiRequest, asked: Query[shapes.FigureQuery]) -> shapes.CallFigures:
    """Return the figures of calls; needs `call.measure`, of a person `call.measure_people`."""
    refuse_unknown(request, shapes.FigureQuery.model_fields)
    filters = CallFilters(
        since=asked.since, until=asked.until, line=asked.line, agent_id=asked.agent_id
    )
    found = call_figures(filters, actor=request.auth).figures.values()
    return shapes.CallFigures(
        items=tuple(
            shapes.Figure(
                measure=each.measure.code,
                unit=each.measure.unit,
                value=shapes.plain(each.value),
                listed=each.listed,
                what=each.what,
            )
            for each in found
        )
    )


@router.get(
    "/{call_id}",
    response=shapes.Call,
    operation_id="read_call",
    summary="Read a call",
    openapi_extra=answers(404),
)
def read_call(request: ApiRequest, call_id: CallKey) -> shapes.Call:
    """Return a call that one took, or may see by `call.view`."""
    return shapes.Call.of(queries.call_view(call_id, actor=request.auth))


@router.put(
    "/{call_id}/work",
    response=shapes.Call,
    operation_id="link_call",
    summary="Say which work a call was about",
    openapi_extra=answers(404, 409, 422),
)
def link_call(
    request: ApiRequest,
    call_id: CallKey,
    given: shapes.Linked,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Tie a call to work that one sees; needs `call.log`. The same again changes nothing."""

    def do() -> Answer:
        actions.link_call(call_id, work=given.work, actor=request.auth, at=request.at)
        return Answer.of(shapes.Call.of(queries.call_view(call_id, actor=request.auth)))

    return answer_once(request, idempotency_key, do)


@backs_router.get(
    "",
    response=shapes.CallBacks,
    operation_id="list_call_backs",
    summary="List call-backs",
    openapi_extra=answers(403, 422),
)
def list_call_backs(request: ApiRequest, asked: Query[shapes.CallBackQuery]) -> shapes.CallBacks:
    """Return whom one is to call back, soonest first; those that are finished, latest first."""
    refuse_unknown(request, shapes.CallBackQuery.model_fields)
    page = queries.call_back_list(
        asked.view, actor=request.auth, at=request.at, cursor=asked.cursor, size=asked.size
    )
    return shapes.CallBacks(
        items=tuple(map(shapes.CallBack.of, page.items)),
        links=page_links(request, page),
    )


@backs_router.post(
    "",
    response={201: shapes.CallBackMade},
    operation_id="promise_call_back",
    summary="Promise to call back",
    openapi_extra=answers(404, 409, 422),
)
def promise_call_back(
    request: ApiRequest, given: shapes.CallBackGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Promise that somebody will be called back; needs `call.log`."""

    def do() -> Answer:
        promise = CallBackPromise(**given.model_dump())
        made = actions.promise_call_back(promise, actor=request.auth, at=request.at)
        return Answer.of(shapes.CallBackMade(id=made.call_back_id), status=201)

    return answer_once(request, idempotency_key, do)


@backs_router.post(
    "/{call_back_id}/finish",
    response=shapes.CallBack,
    operation_id="finish_call_back",
    summary="Say that somebody was called back",
    openapi_extra=answers(404, 409, 422),
)
def finish_call_back(
    request: ApiRequest,
    call_back_id: BackKey,
    given: shapes.CallBackNote,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that somebody was called back and reached; needs `call.log`."""
    return _ended(request, call_back_id, actions.finish_call_back, given.note, idempotency_key)


@backs_router.post(
    "/{call_back_id}/miss",
    response=shapes.CallBack,
    operation_id="miss_call_back",
    summary="Say that nobody was reached",
    openapi_extra=answers(404, 409, 422),
)
def miss_call_back(
    request: ApiRequest,
    call_back_id: BackKey,
    given: shapes.CallBackNote,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that nobody was reached, and that it is not tried again; needs `call.log`."""
    return _ended(request, call_back_id, actions.miss_call_back, given.note, idempotency_key)


@backs_router.post(
    "/{call_back_id}/cancel",
    response=shapes.CallBack,
    operation_id="cancel_call_back",
    summary="Say that a call-back is not needed",
    openapi_extra=answers(404, 409, 422),
)
def cancel_call_back(
    request: ApiRequest,
    call_back_id: BackKey,
    given: shapes.CallBackNote,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take a call-back off the list; needs `call.log`."""
    return _ended(request, call_back_id, actions.cancel_call_back, given.note, idempotency_key)


@backs_router.post(
    "/{call_back_id}/move",
    response=shapes.CallBack,
    operation_id="move_call_back",
    summary="Put a call-back off",
    openapi_extra=answers(404, 409, 422),
)
def move_call_back(
    request: ApiRequest,
    call_back_id: BackKey,
    given: shapes.CallBackMoved,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Put a call-back off to another moment, at which it reminds again; needs `call.log`."""

    def do() -> Answer:
        actions.move_call_back(
            call_back_id, due_at=given.due_at, note=given.note, actor=request.auth, at=request.at
        )
        return _call_back(request, call_back_id)

    return answer_once(request, idempotency_key, do)


@lines_router.get(
    "", response=shapes.Lines, operation_id="list_lines", summary="List the lines of the desk"
)
def list_lines(request: ApiRequest) -> shapes.Lines:
    """Return the numbers that people call and the counters they come to; needs `call.view`."""
    require_view(request.auth)
    rows = queries.line_list(language=request.auth.language, active_only=False)
    return shapes.Lines(items=tuple(map(shapes.TelephoneLine.of, rows)))


@lines_router.put(
    "/{code}",
    response=shapes.TelephoneLine,
    operation_id="keep_line",
    summary="Make or change a line",
    openapi_extra=answers(404, 409, 422),
)
def keep_line(
    request: ApiRequest,
    code: CodeInAddress,
    given: shapes.LineGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep a line by its code, as telephone systems say it; needs `organization.manage`."""

    def do() -> Answer:
        content = LineContent(
            name=given.name,
            channel=given.channel,
            team=given.team,
            number=given.number,
            answer_within=timedelta(seconds=given.answer_within_seconds),
            short_abandon=timedelta(seconds=given.short_abandon_seconds),
            translations=given.translations,
            is_active=given.is_active,
        )
        actions.keep_line(code, content=content, actor=request.auth, at=request.at)
        rows = queries.line_list(language=request.auth.language, active_only=False)
        return Answer.of(shapes.TelephoneLine.of(next(row for row in rows if row.code == code)))

    return answer_once(request, idempotency_key, do)


@templates_router.get(
    "",
    response=shapes.CallTemplates,
    operation_id="list_call_templates",
    summary="List what people often call about",
)
def list_call_templates(request: ApiRequest) -> shapes.CallTemplates:
    """Return the words that fill in the page on which calls are logged; needs `call.log`."""
    if not _may_manage(request):
        require_log(request.auth)
    rows = queries.template_list(language=request.auth.language, active_only=False)
    return shapes.CallTemplates(items=tuple(map(shapes.CallTemplate.of, rows)))


@templates_router.put(
    "/{code}",
    response=shapes.CallTemplate,
    operation_id="keep_call_template",
    summary="Make or change what people often call about",
    openapi_extra=answers(404, 409, 422),
)
def keep_call_template(
    request: ApiRequest,
    code: CodeInAddress,
    given: shapes.TemplateGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Keep a template by its code; needs `organization.manage`."""

    def do() -> Answer:
        content = TemplateContent(**given.model_dump())
        actions.keep_template(code, content=content, actor=request.auth, at=request.at)
        rows = queries.template_list(language=request.auth.language, active_only=False)
        return Answer.of(shapes.CallTemplate.of(next(row for row in rows if row.code == code)))

    return answer_once(request, idempotency_key, do)


def _may_manage(request: ApiRequest) -> bool:
    return request.auth.scope(MANAGE).everywhere


def _ended(
    request: ApiRequest,
    call_back_id: int,
    end: Callable[..., None],
    note: str,
    idempotency_key: str | None,
) -> HttpResponse:
    def do() -> Answer:
        end(call_back_id, note=note, actor=request.auth, at=request.at)
        return _call_back(request, call_back_id)

    return answer_once(request, idempotency_key, do)


def _call_back(request: ApiRequest, call_back_id: int) -> Answer:
    row = queries.call_back(call_back_id, actor=request.auth, at=request.at)
    if row is None:
        raise NotFound
    return Answer.of(shapes.CallBack.of(row))
