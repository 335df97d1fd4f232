"""Cycles of plan, do, check, act, each of which begins the next."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from timshel.improvement.initiative import actions, queries
from timshel.improvement.initiative.rules import (
    LONGEST_NAME,
    Area,
    CycleContent,
)
from timshel.improvement.initiative.states import (
    CycleDeed,
    CycleStep,
)
from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Given,
    IdempotencyKey,
    KeyInAddress,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.v1.improvement_shapes import (
    CHANGES,
    AreaCode,
    AreaKindText,
    PagingQuery,
    Revision,
    Words,
)

# Its addresses stand before those of single improvements, which would take their place.
router = Router(tags=["Improvements"])

CycleKey = Annotated[KeyInAddress, Path(description="The key of the cycle.", examples=[3])]


class CycleQuery(PagingQuery):
    """Which cycles are asked for."""

    closed: bool = Field(default=False, description="Those that are closed.")


class ImprovementCycle(Sent):
    """One turn of plan, do, check, act."""

    id: int = Field(description="Its key.")
    name: str
    area_kind: str = Field(description="Empty for the whole system.")
    area_code: str
    step: CycleStep
    plan: str = Field(description="What is to be reached, and how; Markdown.")
    do: str = Field(description="What was done.")
    check: str = Field(description="What it brought.")
    act: str = Field(description="What follows from it, and goes into the next turn.")
    turn: int
    before_id: int | None = Field(description="The key of the turn before.")
    begun_at: datetime
    closed_at: datetime | None
    improvements: tuple[str, ...] = Field(description="The numbers of those that belong to it.")
    revision: int = Field(description="To be sent along with a change.")


class ImprovementCycles(Sent):
    """A page of cycles, the latest first."""

    items: tuple[ImprovementCycle, ...]
    links: Links


class CycleWritten(Given):
    """What is written at the steps of a cycle."""

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), Storable]
    plan: Words = Field("", description="What is to be reached, and how; Markdown.")
    do: Words = Field("", description="What was done.")
    check: Words = Field("", description="What it brought.")
    act: Words = Field("", description="What follows from it.")

    def content(self, area: Area) -> CycleContent:
        """Return it as the domain takes it."""
        return CycleContent(self.name, area, self.plan, self.do, self.check, self.act)


class CycleBegun(CycleWritten):
    """A cycle that begins."""

    area_kind: AreaKindText = ""
    area_code: AreaCode = ""


class CycleChanged(CycleWritten):
    """A cycle as it shall be from now on; what it is about stays."""

    revision: Revision


class CycleMoved(Given):
    """The next step of a cycle."""

    deed: CycleDeed


@router.get(
    "/cycles",
    response=ImprovementCycles,
    operation_id="list_improvement_cycles",
    summary="List cycles of plan, do, check, act",
)
def list_improvement_cycles(request: ApiRequest, asked: Query[CycleQuery]) -> ImprovementCycles:
    """Return the cycles that one may see."""
    refuse_unknown(request, CycleQuery.model_fields)
    page = queries.cycle_list(
        actor=request.auth,
        at=request.at,
        is_closed=asked.closed,
        cursor=asked.cursor,
        size=asked.size,
    )
    items = tuple(map(_cycle, page.items))
    return ImprovementCycles(items=items, links=page_links(request, page))


@router.post(
    "/cycles",
    response={201: ImprovementCycle},
    operation_id="begin_improvement_cycle",
    summary="Begin a cycle",
    openapi_extra=CHANGES,
)
def begin_improvement_cycle(
    request: ApiRequest, given: CycleBegun, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Begin a cycle; one runs for an area at a time. Needs `initiative.manage`."""

    def do() -> Answer:
        area = Area(given.area_kind, given.area_code)
        key = actions.begin_cycle(given.content(area), actor=request.auth, at=request.at)
        return _cycle_answer(key, request, status=201)

    return answer_once(request, idempotency_key, do)


@router.get(
    "/cycles/{key}",
    response=ImprovementCycle,
    operation_id="read_improvement_cycle",
    summary="Read a cycle",
    openapi_extra=answers(404),
)
def read_improvement_cycle(request: ApiRequest, key: CycleKey) -> ImprovementCycle:
    """Return one cycle."""
    refuse_unknown(request)
    return _cycle(queries.one_cycle(key, actor=request.auth, at=request.at))


@router.put(
    "/cycles/{key}",
    response=ImprovementCycle,
    operation_id="change_improvement_cycle",
    summary="Write at the steps of a cycle",
    openapi_extra=CHANGES,
)
def change_improvement_cycle(
    request: ApiRequest, key: CycleKey, given: CycleChanged, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Say all of it anew; refused where somebody else changed it since `revision`."""

    def do() -> Answer:
        actions.change_cycle(
            key,
            content=given.content(Area()),
            seen_revision=given.revision,
            actor=request.auth,
            at=request.at,
        )
        return _cycle_answer(key, request)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/cycles/{key}/move",
    response=ImprovementCycle,
    operation_id="move_improvement_cycle",
    summary="Take a cycle to its next step",
    openapi_extra=CHANGES,
)
def move_improvement_cycle(
    request: ApiRequest, key: CycleKey, given: CycleMoved, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Take it on; closing it answers with the next turn, which has begun."""

    def do() -> Answer:
        running = actions.move_cycle(key, deed=given.deed, actor=request.auth, at=request.at)
        return _cycle_answer(running, request)

    return answer_once(request, idempotency_key, do)


def _cycle_answer(key: int, request: ApiRequest, *, status: int = 200) -> Answer:
    row = queries.one_cycle(key, actor=request.auth, at=request.at)
    return Answer.of(_cycle(row), status=status)


def _cycle(row: queries.CycleRow) -> ImprovementCycle:
    return ImprovementCycle(
        id=row.id,
        name=row.name,
        area_kind=row.area.kind,
        area_code=row.area.code,
        step=row.step,
        plan=row.plan,
        do=row.do,
        check=row.check,
        act=row.act,
        turn=row.turn,
        before_id=row.before_id,
        begun_at=row.begun_at,
        closed_at=row.closed_at,
        improvements=tuple(each.number for each in row.improvements),
        revision=row.revision,
    )
