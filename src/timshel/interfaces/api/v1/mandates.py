"""Who may approve what, up to how much."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, Storable, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.mandate_shapes import (
    Mandate,
    MandateAnswer,
    MandateChanged,
    MandateDeedGiven,
    MandateGiven,
    MandateQuery,
    MandateReasonGiven,
    Mandates,
    WhoMayQuery,
    answer,
    listed,
    whole,
)
from timshel.leadership.mandate import actions, queries

router = Router(tags=["Mandates"])

CHANGES = answers(404, 409, 411, 422)
MandateNumber = Annotated[
    str,
    Field(max_length=30),
    Storable,
    Path(description="The number of the mandate.", examples=["MAN0000012"]),
]


@router.get("", response=Mandates, operation_id="list_mandates", summary="List mandates")
def list_mandates(request: ApiRequest, asked: Query[MandateQuery]) -> Mandates:
    """Return what one may see: all with `mandate.view`, else those that one holds or grants."""
    refuse_unknown(request, MandateQuery.model_fields)
    page = queries.mandate_list(
        actor=request.auth,
        at=request.at,
        asked=asked.asked(),
        cursor=asked.cursor,
        size=asked.size,
    )
    return Mandates(items=tuple(map(listed, page.items)), links=page_links(request, page))


@router.post(
    "",
    response={201: Mandate},
    operation_id="draft_mandate",
    summary="Write down a mandate",
    openapi_extra=CHANGES,
)
def draft_mandate(
    request: ApiRequest, given: MandateGiven, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write it down as a draft; needs `mandate.manage`."""

    def do() -> Answer:
        number = actions.draft_mandate(given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/who-may",
    response=MandateAnswer,
    operation_id="read_who_may_approve",
    summary="Ask who may approve something",
    openapi_extra=answers(422),
)
def read_who_may_approve(request: ApiRequest, asked: Query[WhoMayQuery]) -> MandateAnswer:
    """Return who may, and under which mandate; needs `mandate.view`."""
    refuse_unknown(request, WhoMayQuery.model_fields)
    wanted = asked.asked(request.auth.day_at(request.at))
    return answer(queries.who_may_approve(wanted, actor=request.auth))


@router.get(
    "/{mandate}",
    response=Mandate,
    operation_id="read_mandate",
    summary="Read a mandate",
    openapi_extra=answers(404),
)
def read_mandate(request: ApiRequest, mandate: MandateNumber) -> Mandate:
    """Return one mandate with who holds it today."""
    refuse_unknown(request)
    return whole(queries.mandate(mandate, actor=request.auth, at=request.at))


@router.put(
    "/{mandate}",
    response=Mandate,
    operation_id="change_mandate",
    summary="Change a draft",
    openapi_extra=CHANGES,
)
def change_mandate(
    request: ApiRequest,
    mandate: MandateNumber,
    given: MandateChanged,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew, as long as it is a draft; needs `mandate.manage`."""
    return _done(
        request, mandate, idempotency_key, given, actions.change_mandate, content=given.content()
    )


@router.post(
    "/{mandate}/put-in-force",
    response=Mandate,
    operation_id="put_mandate_in_force",
    summary="Put a mandate into force",
    openapi_extra=CHANGES,
)
def put_mandate_in_force(
    request: ApiRequest,
    mandate: MandateNumber,
    given: MandateDeedGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Have it hold; needs `mandate.manage`, and refuses whoever holds it."""
    return _done(request, mandate, idempotency_key, given, actions.put_in_force)


@router.post(
    "/{mandate}/end",
    response=Mandate,
    operation_id="end_mandate",
    summary="End a mandate",
    openapi_extra=CHANGES,
)
def end_mandate(
    request: ApiRequest,
    mandate: MandateNumber,
    given: MandateReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """End what is in force and has done its service; needs `mandate.manage`."""
    return _done(request, mandate, idempotency_key, given, actions.end_mandate, reason=given.reason)


@router.post(
    "/{mandate}/withdraw",
    response=Mandate,
    operation_id="withdraw_mandate",
    summary="Withdraw a mandate",
    openapi_extra=CHANGES,
)
def withdraw_mandate(
    request: ApiRequest,
    mandate: MandateNumber,
    given: MandateReasonGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Take it back before its time, or a draft; needs `mandate.manage`."""
    return _done(
        request, mandate, idempotency_key, given, actions.withdraw_mandate, reason=given.reason
    )


def _done(
    request: ApiRequest,
    mandate: str,
    idempotency_key: str | None,
    given: MandateDeedGiven,
    deed: Callable[..., None],
    **what: Any,
) -> HttpResponse:
    def do() -> Answer:
        deed(mandate, **what, revision=given.revision, actor=request.auth, at=request.at)
        return _answer(mandate, request)

    return answer_once(request, idempotency_key, do)


def _answer(mandate: str, request: ApiRequest, *, status: int = 200) -> Answer:
    found = whole(queries.mandate(mandate, actor=request.auth, at=request.at))
    return Answer.of(found, status=status)
