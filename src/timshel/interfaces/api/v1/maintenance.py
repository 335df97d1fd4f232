"""Work on services that is planned: told to everybody, and a time in which monitoring is quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.design_transition.maintenance import actions, queries
from timshel.design_transition.maintenance.rules import LONGEST_MESSAGE, LONGEST_TITLE, Plan
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    KeyInAddress,
    PageSize,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.kernel.actor import Actor

router = Router(tags=["Planned work"])

CHANGES = answers(404, 409, 411, 422)
PlannedKey = Annotated[
    KeyInAddress, Path(description="The key of the planned work.", examples=[12])
]
Title = Annotated[str, Field(max_length=LONGEST_TITLE), Storable]
Message = Annotated[str, Field(max_length=LONGEST_MESSAGE), Storable]


class When(StrEnum):
    """Which planned work: ``open`` runs or is to come, ``over`` is done or was called off."""

    OPEN = "open"
    RUNNING = "running"
    COMING = "coming"
    OVER = "over"


class PlannedStanding(StrEnum):
    """How far planned work is."""

    PLANNED = "planned"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class PlannedQuery(Given):
    """Which planned work is asked for."""

    when: When = Field(When.OPEN, description="Which of it.")
    service: Code | None = Field(None, description="The code of a service.")
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="How much to a page.")


class TouchedPlace(Sent):
    """A service or a site that planned work touches."""

    code: str
    name: str = Field(description="In the language that was asked for.")


class PlannedWork(Sent):
    """Work on services that is told beforehand."""

    id: int = Field(description="Its key.")
    title: str = Field(description="In the language that was asked for.")
    message: str = Field(description="Markdown; may be empty.")
    state: PlannedStanding
    starts_at: datetime = Field(description="Its first moment.")
    ends_at: datetime = Field(description="The first moment after it, as planned.")
    over_at: datetime = Field(description="When it was or will be over.")
    services: tuple[TouchedPlace, ...]
    sites: tuple[TouchedPlace, ...] = Field(description="Where it is noticed; none for everywhere.")


class PlannedWorks(Sent):
    """A page of planned work: the soonest first, or what is over with the latest first."""

    items: tuple[PlannedWork, ...]
    links: Links


class TranslatedPlan(Given):
    """What is told of planned work in another language."""

    title: Title = ""
    message: Message = ""


class WorkPlan(Given):
    """What is planned."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable] = Field(
        description="What is done, in a few plain words.", examples=["The mail server moves"]
    )
    message: Message = Field("", description="Markdown: what people will notice.")
    services: list[Code] = Field(min_length=1, max_length=200, description="Codes of services.")
    sites: list[Code] = Field(
        default_factory=list, max_length=200, description="Codes of sites; none for everywhere."
    )
    starts_at: AwareDatetime = Field(description="Its first moment.")
    ends_at: AwareDatetime = Field(description="The first moment after it.")
    translations: dict[Annotated[str, Field(max_length=8), Storable], TranslatedPlan] = Field(
        default_factory=dict, description="By language code."
    )

    def plan(self) -> Plan:
        """Return it as the domain takes it."""
        return Plan(
            title=self.title,
            message=self.message,
            services=tuple(self.services),
            sites=tuple(self.sites),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            translations={code: each.model_dump() for code, each in self.translations.items()},
        )


@router.get(
    "", response=PlannedWorks, operation_id="list_planned_work", summary="List planned work"
)
def list_planned_work(request: ApiRequest, asked: Query[PlannedQuery]) -> PlannedWorks:
    """Return what is planned; that of confidential services only to those who see their work."""
    refuse_unknown(request, PlannedQuery.model_fields)
    page = queries.planned_work_list(
        actor=request.auth,
        at=request.at,
        when=asked.when,
        service=asked.service,
        cursor=asked.cursor,
        size=asked.size,
    )
    return PlannedWorks(
        items=tuple(map(_planned, page.items)),
        links=page_links(request, page),
    )


@router.post(
    "",
    response={201: PlannedWork},
    operation_id="plan_work",
    summary="Plan work on services",
    openapi_extra=CHANGES,
)
def plan_work(
    request: ApiRequest, given: WorkPlan, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Plan it and tell everybody; needs `maintenance.plan` for each of the services."""

    def do() -> Answer:
        fact = actions.plan_work(plan=given.plan(), actor=request.auth, at=request.at)
        return _answer(fact.planned_work_id, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{key}",
    response=PlannedWork,
    operation_id="read_planned_work",
    summary="Read planned work",
    openapi_extra=answers(404),
)
def read_planned_work(request: ApiRequest, key: PlannedKey) -> PlannedWork:
    """Return one piece of planned work."""
    refuse_unknown(request)
    return _planned(queries.planned_work(key, actor=request.auth, at=request.at))


@router.put(
    "/{key}",
    response=PlannedWork,
    operation_id="change_planned_work",
    summary="Plan it otherwise",
    openapi_extra=CHANGES,
)
def change_planned_work(
    request: ApiRequest,
    key: PlannedKey,
    given: WorkPlan,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say all of it anew; needs `maintenance.plan` for the services before and after."""

    def do() -> Answer:
        actions.change_planned_work(key, plan=given.plan(), actor=request.auth, at=request.at)
        return _answer(key, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{key}/cancel",
    response=PlannedWork,
    operation_id="cancel_planned_work",
    summary="Call planned work off",
    openapi_extra=CHANGES,
)
def cancel_planned_work(
    request: ApiRequest, key: PlannedKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Call it off, also where it runs; alerts count again at once. Needs `maintenance.plan`."""
    return _done(request, key, idempotency_key, actions.cancel_planned_work)


@router.post(
    "/{key}/finish",
    response=PlannedWork,
    operation_id="finish_planned_work",
    summary="Finish planned work early",
    openapi_extra=CHANGES,
)
def finish_planned_work(
    request: ApiRequest, key: PlannedKey, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say that it is done before its time. Needs `maintenance.plan`."""
    return _done(request, key, idempotency_key, actions.finish_planned_work)


def _done(
    request: ApiRequest, key: int, idempotency_key: str | None, deed: Callable[..., None]
) -> HttpResponse:
    def do() -> Answer:
        actor: Actor = request.auth
        deed(key, actor=actor, at=request.at)
        return _answer(key, request)

    return answer_once(request, idempotency_key, do)


def _answer(key: int, request: ApiRequest, *, status: int = 200) -> Answer:
    row = queries.planned_work(key, actor=request.auth, at=request.at)
    return Answer.of(_planned(row), status=status)


def _planned(row: queries.PlannedWorkRow) -> PlannedWork:
    return PlannedWork(
        id=row.id,
        title=row.title,
        message=row.message,
        state=PlannedStanding(row.state),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        over_at=row.over_at,
        services=tuple(TouchedPlace(code=each.code, name=each.name) for each in row.services),
        sites=tuple(TouchedPlace(code=each.code, name=each.name) for each in row.sites),
    )
