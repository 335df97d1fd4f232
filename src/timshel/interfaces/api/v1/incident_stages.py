"""Moving an incident on: each verb at its own address, each answered with how it stands then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    IfMatch,
    IncidentNumber,
    Key,
    NeededParagraph,
    Paragraph,
    ResolutionText,
    version_of,
)
from timshel.interfaces.api.v1.incident_answers import changing, only_from, standing
from timshel.interfaces.api.v1.incident_shapes import Incident
from timshel.resolution_fulfilment.incident import actions

router = Router(tags=["Stages"])

ReasonByHand = Literal["requester", "supplier", "problem", "change", "evidence", "appointment"]

RESOLUTION_EXAMPLE: JsonDict = {"code": "fixed", "text": "Replaced the colour drum."}


class WaitingGiven(Given):
    """What an incident waits for."""

    reason: ReasonByHand = Field(description="It decides whether the clocks stop.")
    note: Paragraph = Field("", description="What helpers should know, kept in the history.")
    supplier: Code | None = Field(
        None, description="The code of the supplier, where `reason` is `supplier` and it is known."
    )


class ResolutionGiven(Given):
    """How it came to work again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [RESOLUTION_EXAMPLE]})

    code: Literal["fixed", "workaround", "instructed", "no_fault", "duplicate", "supplier"]
    text: ResolutionText = Field(
        description="What was done, in words that the requester reads too."
    )


class ReasonGiven(Given):
    """Why this is done."""

    reason: NeededParagraph = Field(examples=["It happens again."])


class Withdrawal(Given):
    """Why nobody needs to work on it any more."""

    reason: Paragraph = ""


class Assignment(Given):
    """Who shall have it."""

    team: Code | None = Field(None, description="The team's code; null keeps the present team.")
    assignee_id: Key | None = Field(None, description="A member of that team, or null for nobody.")


def _moved(
    request: ApiRequest,
    number: str,
    key: str | None,
    do: Callable[..., object],
    *,
    only_version: int | None = None,
    **given: Any,
) -> HttpResponse:
    """Do a verb, once for a key, and answer with how the incident stands."""

    def act() -> object:
        return do(number, **given, actor=request.auth, at=request.at)

    def answer() -> Answer:
        return only_from(only_version, act, lambda: standing(request, number))

    return answer_once(request, key, answer)


def _version(if_match: str | None) -> int | None:
    return None if if_match is None else version_of(if_match)


@router.post(
    "/{number}/take",
    response=Incident,
    operation_id="take_incident",
    summary="Take an incident",
    openapi_extra=changing(200, 412),
)
def take_incident(
    request: ApiRequest,
    number: IncidentNumber,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take it oneself, and start it if it is new; needs `incident.work`."""
    version = _version(if_match)
    return _moved(
        request,
        number,
        idempotency_key,
        actions.take_incident,
        only_version=version,
        seen_version=version,
    )


@router.post(
    "/{number}/assign",
    response=Incident,
    operation_id="assign_incident",
    summary="Assign an incident",
    openapi_extra=changing(200, 412),
)
def assign_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: Assignment,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Give it to a team, or to a person in it; needs `incident.assign`."""
    version = _version(if_match)
    return _moved(
        request,
        number,
        idempotency_key,
        actions.assign_incident,
        only_version=version,
        seen_version=version,
        **given.model_dump(),
    )


@router.post(
    "/{number}/escalate",
    response=Incident,
    operation_id="escalate_incident",
    summary="Escalate an incident",
    openapi_extra=changing(200),
)
def escalate_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: ReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Hand it to the team of the next support level; needs `incident.assign`."""
    return _moved(request, number, idempotency_key, actions.escalate_incident, reason=given.reason)


@router.post(
    "/{number}/start",
    response=Incident,
    operation_id="start_incident",
    summary="Start working on an incident",
    openapi_extra=changing(200),
)
def start_incident(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Begin to work on a new incident; needs `incident.work`."""
    return _moved(request, number, idempotency_key, actions.start_incident)


@router.post(
    "/{number}/wait",
    response=Incident,
    operation_id="wait_incident",
    summary="Let an incident wait",
    openapi_extra=changing(200),
)
def wait_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: WaitingGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Let it wait for something; needs `incident.work`."""
    return _moved(
        request,
        number,
        idempotency_key,
        actions.wait_incident,
        reason=given.reason,
        note=given.note,
        supplier=given.supplier,
    )


@router.post(
    "/{number}/resume",
    response=Incident,
    operation_id="resume_incident",
    summary="Go on with an incident",
    openapi_extra=changing(200),
)
def resume_incident(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Go on with a waiting incident; needs `incident.work`."""
    return _moved(request, number, idempotency_key, actions.resume_incident)


@router.post(
    "/{number}/resolve",
    response=Incident,
    operation_id="resolve_incident",
    summary="Resolve an incident",
    openapi_extra=changing(200),
)
def resolve_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: ResolutionGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it works again and what was done; needs `incident.resolve`."""
    return _moved(
        request,
        number,
        idempotency_key,
        actions.resolve_incident,
        code=given.code,
        text=given.text,
    )


@router.post(
    "/{number}/reopen",
    response=Incident,
    operation_id="reopen_incident",
    summary="Reopen an incident",
    openapi_extra=changing(200),
)
def reopen_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: ReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say that it does not work after all; open to the requester, and with `incident.work`."""
    return _moved(request, number, idempotency_key, actions.reopen_incident, reason=given.reason)


@router.post(
    "/{number}/close",
    response=Incident,
    operation_id="close_incident",
    summary="Close an incident",
    openapi_extra=changing(200),
)
def close_incident(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Finish a resolved incident; needs `incident.resolve`."""
    return _moved(request, number, idempotency_key, actions.close_incident)


@router.post(
    "/{number}/cancel",
    response=Incident,
    operation_id="cancel_incident",
    summary="Cancel an incident",
    openapi_extra=changing(200),
)
def cancel_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: ReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Cancel an incident that needs no work; needs `incident.cancel`."""
    return _moved(request, number, idempotency_key, actions.cancel_incident, reason=given.reason)


@router.post(
    "/{number}/withdraw",
    response=Incident,
    operation_id="withdraw_incident",
    summary="Withdraw one's own report",
    openapi_extra=changing(200),
)
def withdraw_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: Withdrawal | None = None,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say as the requester that nobody needs to work on it any more."""
    reason = given.reason if given else ""
    return _moved(request, number, idempotency_key, actions.withdraw_incident, reason=reason)


@router.post(
    "/{number}/confirm",
    response=Incident,
    operation_id="confirm_incident",
    summary="Confirm that it works again",
    openapi_extra=changing(200),
)
def confirm_incident(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say as the requester that it works again: it is closed, and resolved if it was open."""
    return _moved(request, number, idempotency_key, actions.confirm_incident)
