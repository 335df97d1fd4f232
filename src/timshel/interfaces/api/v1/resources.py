"""People, technical, information and financial resources, now and to come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IdempotencyKey, refuse_unknown
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.v1.resource_shapes import (
    ChangedResource,
    FiguresAnswer,
    FiguresGiven,
    PeopleAnswer,
    ResourceAnswer,
    ResourceNumber,
    ResourceQuery,
    ResourcesAnswer,
    ResourceTerms,
    ShortagesAnswer,
    figures_told,
    people_told,
    resource_told,
)
from timshel.support.resource import actions, queries
from timshel.support.resource.queries import ResourceFilter
from timshel.support.resource.states import ResourceKind

router = Router(tags=["Resources"])

CHANGES = answers(404, 409, 411, 422)
Number = Annotated[
    ResourceNumber, Path(description="The number of the resource.", examples=["RES0000012"])
]


@router.get(
    "",
    response=ResourcesAnswer,
    operation_id="list_resources",
    summary="List resources",
    openapi_extra=answers(404),
)
def list_resources(request: ApiRequest, asked: Query[ResourceQuery]) -> ResourcesAnswer:
    """Return resources with their outlook; without `resource.view`, those one answers for."""
    refuse_unknown(request, ResourceQuery.model_fields)
    wanted = ResourceFilter(
        kind=ResourceKind(asked.kind.value) if asked.kind else None, is_retired=asked.retired
    )
    page = queries.resource_list(
        actor=request.auth, at=request.at, wanted=wanted, cursor=asked.cursor, size=asked.size
    )
    return ResourcesAnswer(
        items=tuple(map(resource_told, page.items)), links=page_links(request, page)
    )


@router.post(
    "",
    response={201: ResourceAnswer},
    operation_id="record_resource",
    summary="Write down a resource",
    openapi_extra=CHANGES,
)
def record_resource(
    request: ApiRequest, given: ResourceTerms, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Write down something that services need; needs `resource.manage`."""

    def do() -> Answer:
        number = actions.record_resource(given.content(), actor=request.auth, at=request.at)
        return _answer(number, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/shortages",
    response=ShortagesAnswer,
    operation_id="list_resource_shortages",
    summary="List what will not suffice",
    openapi_extra=answers(404),
)
def list_resource_shortages(request: ApiRequest) -> ShortagesAnswer:
    """Return the resources of which more is needed than there is, now or in four quarters."""
    refuse_unknown(request)
    rows = queries.resource_shortages(actor=request.auth, at=request.at)
    return ShortagesAnswer(items=tuple(map(resource_told, rows)))


@router.get(
    "/people",
    response=PeopleAnswer,
    operation_id="count_people",
    summary="Count the people there are",
    openapi_extra=answers(404),
)
def count_people(request: ApiRequest) -> PeopleAnswer:
    """Return how many people there are by unit, team, role and service; `resource.view`."""
    refuse_unknown(request)
    return people_told(queries.people_now(actor=request.auth))


@router.get(
    "/{number}",
    response=ResourceAnswer,
    operation_id="read_resource",
    summary="Read a resource",
    openapi_extra=answers(404),
)
def read_resource(request: ApiRequest, number: Number) -> ResourceAnswer:
    """Return a resource with its outlook."""
    refuse_unknown(request)
    return resource_told(queries.resource(number, actor=request.auth, at=request.at))


@router.put(
    "/{number}",
    response=ResourceAnswer,
    operation_id="change_resource",
    summary="Change a resource",
    openapi_extra=CHANGES,
)
def change_resource(
    request: ApiRequest,
    number: Number,
    given: ChangedResource,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew, its figures left aside; needs `resource.manage`."""

    def do() -> Answer:
        actions.change_resource(
            number,
            content=given.content(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}/figures",
    response=FiguresAnswer,
    operation_id="list_resource_figures",
    summary="List the figures of a resource",
    openapi_extra=answers(404),
)
def list_resource_figures(request: ApiRequest, number: Number) -> FiguresAnswer:
    """Return all figures as they were given, without what is carried on or foretold."""
    refuse_unknown(request)
    return figures_told(queries.all_figures(number, actor=request.auth))


@router.put(
    "/{number}/figures",
    response=ResourceAnswer,
    operation_id="set_resource_figures",
    summary="Give figures of a resource",
    openapi_extra=CHANGES,
)
def set_resource_figures(
    request: ApiRequest,
    number: Number,
    given: FiguresGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Give the figures of some quarters; its owner may, and whoever has `resource.manage`."""

    def do() -> Answer:
        actions.set_figures(
            number,
            figures=given.figures(),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/retire",
    response=ResourceAnswer,
    operation_id="retire_resource",
    summary="Retire a resource",
    openapi_extra=CHANGES,
)
def retire_resource(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Keep it no longer; its figures stay. Needs `resource.manage`."""
    return _done(request, number, idempotency_key, actions.retire_resource)


@router.post(
    "/{number}/restore",
    response=ResourceAnswer,
    operation_id="restore_resource",
    summary="Keep a retired resource again",
    openapi_extra=CHANGES,
)
def restore_resource(
    request: ApiRequest, number: Number, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Keep it again; needs `resource.manage`."""
    return _done(request, number, idempotency_key, actions.restore_resource)


def _done(
    request: ApiRequest, number: str, idempotency_key: str | None, deed: Callable[..., None]
) -> HttpResponse:
    def do() -> Answer:
        deed(number, actor=request.auth, at=request.at)
        return _answer(number, request)

    return answer_once(request, idempotency_key, do)


def _answer(number: str, request: ApiRequest, *, status: int = 200) -> Answer:
    row = queries.resource(number, actor=request.auth, at=request.at)
    return Answer.of(resource_told(row), status=status)
