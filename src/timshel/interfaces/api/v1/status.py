"""How services do, now and in the last ninety days, and who may know it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, IdempotencyKey, Sent
from timshel.interfaces.api.v1.incident_answers import REPLAY_HEADER
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.status import actions, queries
from timshel.resolution_fulfilment.status.states import Cause, ServiceHealth

router = Router(tags=["Status"])

ServiceCode = Annotated[Code, Path(description="The code of the service.", examples=["mail"])]


class StatusHappening(Sent):
    """Something that is or was the matter with a service."""

    kind: Cause = Field(description="Of what sort it is.")
    state: ServiceHealth = Field(description="How the service did because of it.")
    title: str = Field(description="In the language that was asked for.")
    message: str = Field(description="Markdown; may be empty.")
    service: str = Field(description="The code of the service.")
    began_at: AwareDatetime = Field(description="Since when.")
    ended_at: AwareDatetime | None = Field(description="Until when; null while it lasts.")


class StatusDay(Sent):
    """A day of a service."""

    day: date = Field(description="On the calendar of the token's person.")
    state: ServiceHealth = Field(description="The worst of the day.")
    seconds: dict[ServiceHealth, int] = Field(
        description="For how long it did in each state but `works`; each moment counts once."
    )


class StatusService(Sent):
    """How a service does."""

    code: str = Field(description="Of the service.")
    name: str = Field(description="In the language that was asked for.")
    state: ServiceHealth = Field(description="How it does now.")
    since: AwareDatetime | None = Field(description="Since when; null where it works.")
    running: tuple[StatusHappening, ...] = Field(description="What is the matter, worst first.")


class StatusServices(Sent):
    """How all services do of which the token may know."""

    state: ServiceHealth = Field(description="The worst of all.")
    items: tuple[StatusService, ...] = Field(description="In the order of the catalogue.")


class StatusServiceInFull(StatusService):
    """A service with its last ninety days."""

    days: tuple[StatusDay, ...] = Field(description="The earliest first.")
    past: tuple[StatusHappening, ...] = Field(description="What happened, the latest first.")


class StatusSettingGiven(Given):
    """Who may know how a service does."""

    is_shown: bool = Field(description="Whether people of the house may.")
    is_public: bool = Field(description="Whether everybody may, without signing in.")


class StatusSettingShape(Sent):
    """Who may know how a service does."""

    code: str = Field(description="Of the service.")
    is_shown: bool = Field(description="Whether people of the house may.")
    is_public: bool = Field(description="Whether everybody may.")
    is_confidential: bool = Field(description="Whether nobody may, whatever else is said.")


@router.get(
    "",
    response=StatusServices,
    operation_id="list_status",
    summary="Read how services do",
)
def list_status(request: ApiRequest) -> StatusServices:
    """Return how each service does that the token's person may know of."""
    board = queries.status_board(actor=request.auth, at=request.at)
    lines = [line for area in board.areas for line in area.services]
    return StatusServices(state=board.state, items=tuple(_service(line) for line in lines))


@router.get(
    "/{code}",
    response=StatusServiceInFull,
    operation_id="read_status",
    summary="Read how a service does and did",
    openapi_extra=answers(404),
)
def read_status(request: ApiRequest, code: ServiceCode) -> StatusServiceInFull:
    """Return a service with each of the last ninety days."""
    found = queries.service_status(code, actor=request.auth, at=request.at)
    return StatusServiceInFull(
        **_service(found.line).model_dump(),
        days=tuple(
            StatusDay(
                day=each.day,
                state=each.state,
                seconds={state: int(span.total_seconds()) for state, span in each.lasted.items()},
            )
            for each in found.line.days
        ),
        past=tuple(_happening(each) for each in found.past),
    )


@router.put(
    "/{code}/setting",
    response=StatusSettingShape,
    operation_id="set_status",
    summary="Say who may know how a service does",
    openapi_extra=with_headers(200, REPLAY_HEADER, answers(404, 409, 411, 422)),
)
def set_status(
    request: ApiRequest,
    code: ServiceCode,
    given: StatusSettingGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say who may know how a service does; needs `service.manage` for all services."""

    def do() -> Answer:
        actions.set_status(code, **given.model_dump(), actor=request.auth, at=request.at)
        return Answer.of(_setting(request, code))

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{code}/setting",
    response=StatusSettingShape,
    operation_id="read_status_setting",
    summary="Read who may know how a service does",
    openapi_extra=answers(404),
)
def read_status_setting(request: ApiRequest, code: ServiceCode) -> StatusSettingShape:
    """Return who may know how a service does; needs `service.manage` for all services."""
    return _setting(request, code)


def _setting(request: ApiRequest, code: str) -> StatusSettingShape:
    for row in queries.status_settings(actor=request.auth):
        if row.code == code:
            return StatusSettingShape(
                code=row.code,
                is_shown=row.is_shown,
                is_public=row.is_public,
                is_confidential=row.is_confidential,
            )
    raise NotFound


def _service(line: queries.ServiceLine) -> StatusService:
    return StatusService(
        code=line.code,
        name=line.name,
        state=line.state,
        since=line.since,
        running=tuple(_happening(each) for each in line.running),
    )


def _happening(each: queries.HappeningView) -> StatusHappening:
    return StatusHappening(
        kind=each.kind,
        state=each.state,
        title=each.title,
        message=each.message,
        service=each.service_code,
        began_at=each.began_at,
        ended_at=each.ended_at,
    )
