"""What needs hands now: promises that are broken or likely to be, in the order of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Cursor,
    Given,
    IdempotencyKey,
    KeyInAddress,
    LongText,
    PageSize,
    Sent,
    refuse_unknown,
)
from timshel.interfaces.api.links import Links, page_links
from timshel.interfaces.api.v1.incident_shapes import (
    Forecast,
    Named,
    PersonNamed,
    foretold,
    seconds,
)
from timshel.interfaces.api.v1.teamwork import WorkNumber
from timshel.operation.work.states import Stage, WaitingReason
from timshel.performance_evaluation.reporting.actions import note_remediation as keep_remediation
from timshel.relationship_agreement.service_level.actions.forecasting import ask_to_learn
from timshel.relationship_agreement.service_level.queries.breaches import (
    BreachFilters,
    BreachRow,
    breach_list,
)
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.service_portfolio.service.queries import service_codes

router = Router(tags=["Promises"])


class BreachQuery(Given):
    """What of all that needs hands is asked for."""

    when: Literal["late", "hour", "today", "likely"] | None = Field(
        None,
        description="`late`: late by now; `hour`, `today`: due within an hour, or before the day "
        "ends where the token's person is; `likely`: by forecast. Without it all of these.",
    )
    team: Code | None = Field(None, description="The code of the team that has the work.")
    service: Code | None = Field(None, description="The code of the service.")
    kind: ClockKind | None = Field(None, description="Which clock.")
    group: Literal["team", "service"] | None = Field(
        None, description="Puts those of one team or service together."
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Clocks to a page.")


class Breach(Sent):
    """A promise that needs hands, with the work it was made about."""

    work: Literal["incident", "service_request", "task"] = Field(description="What it is about.")
    number: str = Field(description="Of the incident, request or task.")
    title: str
    stage: Stage = Field(description="Where the work stands.")
    waiting_reason: WaitingReason | None = Field(description="What it waits for, if it waits.")
    priority: int = Field(description="From 1, first, to 5, last.")
    service: Named | None
    team: Named | None = Field(description="The team that has it.")
    assignee: PersonNamed | None = Field(description="The person who has it.")
    kind: ClockKind = Field(description="What is measured.")
    lap: int = Field(description="Which run of this kind of clock, from 1.")
    state: ClockState = Field(description="What the clock says by now.")
    is_late: bool = Field(description="Whether the promise is broken.")
    due_at: AwareDatetime | None = Field(
        description="When the time is, or was, used up; null while it is paused."
    )
    target_seconds: int = Field(description="What is promised, in working time.")
    elapsed_seconds: int = Field(description="What is used so far, in working time.")
    remaining_seconds: int = Field(description="What is left, in working time; below zero if late.")
    forecast: Forecast | None = Field(description="How likely it is to be broken; null once late.")


class RemediationGiven(Given):
    """What is done about a broken promise."""

    text: LongText = Field(description="For readers of report cards; empty takes it back.")


class LearningBegun(Sent):
    """The job that learns how long work takes."""

    id: int = Field(description="Its key; `GET /errands/{id}` tells how far it is.")


class Breaches(Sent):
    """One page of what needs hands now."""

    items: tuple[Breach, ...]
    links: Links


@router.get(
    "",
    response=Breaches,
    operation_id="list_breaches",
    summary="List what needs hands now",
    openapi_extra=answers(403, 422),
)
def list_breaches(request: ApiRequest, asked: Query[BreachQuery]) -> Breaches:
    """Return broken promises, the latest and most important first, then those likely to be.

    Needs `work.view`. The pages that follow are as of the moment of the first.
    """
    refuse_unknown(request, BreachQuery.model_fields)
    page = breach_list(
        BreachFilters(when=asked.when, team=asked.team, service=asked.service, kind=asked.kind),
        actor=request.auth,
        at=request.at,
        group=asked.group,
        cursor=asked.cursor,
        size=asked.size,
    )
    codes = service_codes(row.service_id for row in page.items if row.service_id)
    return Breaches(
        items=tuple(_breach(row, codes) for row in page.items),
        links=page_links(request, page),
    )


@router.put(
    "/{number}/{kind}/{lap}/remediation",
    response={204: None},
    operation_id="note_remediation",
    summary="Say what is done about a broken promise",
    openapi_extra=answers(403, 404, 409, 411, 422),
)
def note_remediation(
    request: ApiRequest,
    number: WorkNumber,
    kind: Annotated[ClockKind, Path(description="Which clock.")],
    lap: Annotated[KeyInAddress, Path(description="Which run of this kind of clock, from 1.")],
    given: RemediationGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Say on report cards what is done about it. Needs `reporting.remediate` for the work."""

    def do() -> Answer:
        keep_remediation(
            number, kind=kind, lap=lap, text=given.text, actor=request.auth, at=request.at
        )
        return Answer(204)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/learning",
    response={202: LearningBegun},
    operation_id="learn_forecast",
    summary="Learn the forecast anew",
    openapi_extra=answers(403, 409, 411, 422),
)
def learn_forecast(request: ApiRequest, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Begin the nightly learning now. Needs `service_level.configure` for everything."""

    def do() -> Answer:
        errand_id = ask_to_learn(actor=request.auth, at=request.at)
        return Answer.of(LearningBegun(id=errand_id), status=202)

    return answer_once(request, idempotency_key, do)


def _breach(row: BreachRow, codes: Mapping[int, str]) -> Breach:
    code = codes.get(row.service_id or 0, "")
    has_it = row.assignee_id is not None
    return Breach(
        work=row.work_kind,  # type: ignore[arg-type]
        number=row.number,
        title=row.title,
        stage=Stage(row.stage),
        waiting_reason=WaitingReason(row.waiting_reason) if row.waiting_reason else None,
        priority=row.priority,
        service=Named(code=code, name=row.service) if code else None,
        team=Named(code=row.team_code, name=row.team) if row.team_code else None,
        assignee=PersonNamed(id=row.assignee_id or 0, name=row.assignee) if has_it else None,
        kind=row.kind,
        lap=row.lap,
        state=row.state,
        is_late=row.is_late,
        due_at=row.due_at,
        target_seconds=seconds(row.target),
        elapsed_seconds=seconds(row.elapsed),
        remaining_seconds=seconds(row.remaining),
        forecast=None
        if row.chance is None
        else foretold(row.chance, row.reasons, is_learnt=row.is_learnt),
    )
