"""Incidents: lists, one in full, reporting and changing."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers, with_headers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    LARGEST_KEY,
    Code,
    Cursor,
    Explanation,
    Given,
    IdempotencyKey,
    IfMatch,
    IncidentNumber,
    Key,
    Label,
    Level,
    Line,
    LongText,
    NeededLine,
    PageSize,
    Priority,
    Version,
    etag,
    refuse_unknown,
    version_of,
)
from timshel.interfaces.api.links import page_links
from timshel.interfaces.api.problems import PreconditionRequired
from timshel.interfaces.api.v1.incident_answers import (
    ETAG_HEADER,
    changing,
    only_from,
    standing,
)
from timshel.interfaces.api.v1.incident_shapes import (
    History,
    Incident,
    Incidents,
    done,
    in_full,
    in_list,
)
from timshel.kernel.actor import Channel
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident import actions, queries
from timshel.resolution_fulfilment.incident.states import ServiceState
from timshel.service_portfolio.service.queries import service_codes

router = Router(tags=["Incidents"])

REPORT_EXAMPLE: JsonDict = {
    "title": "The colour printer prints only in grey",
    "description": "Since this morning, on floor 2.",
    "service": "printing",
    "service_state": "faulty",
    "urgency": 2,
}
CHANGE_EXAMPLE: JsonDict = {"version": 3, "urgency": 1, "service": "printing"}
LOCATION = {"Location": {"description": "Where it is.", "schema": {"type": "string"}}}


class IncidentQuery(Given):
    """What of all incidents is asked for."""

    view: Literal["mine", "teams", "unassigned", "all"] | None = Field(
        None,
        description="`mine`: assigned to me; `teams`: with my teams; `unassigned`: with nobody, in "
        "my teams if I have any.",
    )
    open: bool | None = Field(None, description="Only those not finished, or only those finished.")
    stage: list[Stage] = Field([], description="Any of these stages; repeat the parameter.")
    priority: list[Annotated[int, Field(ge=1, le=5)]] = Field(
        [], description="Any of these priorities; repeat the parameter."
    )
    team: Code | None = Field(None, description="The code of the team that has it.")
    service: Code | None = Field(None, description="The code of the service.")
    assignee_id: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = Field(
        None, description="The person who has it."
    )
    requester_id: Annotated[int, Field(ge=1, le=LARGEST_KEY)] | None = Field(
        None, description="The person who asked."
    )
    text: Line = Field("", description="Words of number, title or description.")
    breached: bool | None = Field(None, description="With a promised time exceeded, or without.")
    sort: Literal["due", "opened", "updated", "priority"] = Field(
        "due",
        description="`due`: next deadline first; `opened`, `updated`: newest first; `priority`: "
        "highest first.",
    )
    cursor: Cursor | None = Field(None, description="From `links`; not made up by clients.")
    size: PageSize = Field(50, description="Incidents to a page.")
    total: bool = Field(False, description="Whether to count all of them as well.")  # noqa: FBT003


class IncidentReport(Given):
    """What somebody tells when something is broken."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [REPORT_EXAMPLE]})

    title: NeededLine = Field(description="One line.")
    description: LongText = Field("", description="Everything else, as Markdown.")
    service: Code | None = Field(None, description="The code of the service, where it is known.")
    offering: Code | None = Field(None, description="The code of the offering.")
    impact: Level = Field(3, description="1 high, 2 medium, 3 low; `service_state` overrules it.")
    urgency: Level = Field(3, description="1 high, 2 medium, 3 low.")
    service_state: ServiceState | None = Field(None, description="How the service itself does.")
    requester_id: Key | None = Field(
        None,
        description="For whom; without it for the person of the token. For others "
        "`incident.report_for_others` is needed.",
    )
    channel: Literal["api", "monitoring", "chat", "phone", "mail", "walk_in", "partner"] = Field(
        "api", description="How it came in."
    )
    symptom: Label = Field("", description="A short label for matching.")


def _without_defaults(schema: JsonDict) -> None:
    """Leave out what stands in for fields that were not sent: those are not changed at all."""
    schema["examples"] = [CHANGE_EXAMPLE]
    for details in cast("dict[str, JsonDict]", schema["properties"]).values():
        details.pop("default", None)


class IncidentChange(Given):
    """The fields to change; those left out stay. What the requester wrote cannot be rewritten."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_without_defaults)

    version: Version | None = Field(
        None, description="The version that was seen, unless `If-Match` names it."
    )
    title: NeededLine = ""
    service: Code | None = Field(None, description="A code, or null for none.")
    offering: Code | None = Field(None, description="A code, or null for none.")
    impact: Level = 3
    urgency: Level = 3
    service_state: ServiceState | None = None
    symptom: Label = ""
    requester_id: Key = Field(0, description="The person who asked.")
    parent: Code | None = Field(None, description="The number of the incident above, or null.")
    priority: Priority | None = Field(
        None,
        description="Null for what the matrix says; another one needs a reason and "
        "`incident.override_priority`.",
    )
    priority_reason: Explanation = ""


@router.get(
    "",
    response=Incidents,
    operation_id="list_incidents",
    summary="List incidents",
    openapi_extra=answers(422),
)
def list_incidents(request: ApiRequest, asked: Query[IncidentQuery]) -> Incidents:
    """Return a page of the incidents that the token may see."""
    refuse_unknown(request, IncidentQuery.model_fields)
    actor, filters = request.auth, _filters(asked)
    page = queries.incident_list(
        filters,
        actor=actor,
        at=request.at,
        sort=asked.sort,
        cursor=asked.cursor,
        size=asked.size,
    )
    codes = service_codes(row.service_id for row in page.items if row.service_id)
    return Incidents(
        items=tuple(in_list(row, codes) for row in page.items),
        links=page_links(request, page),
        total=queries.incident_count(filters, actor=actor, at=request.at, limit=None)
        if asked.total
        else None,
    )


def _filters(asked: IncidentQuery) -> queries.IncidentFilters:
    return queries.IncidentFilters(
        view=asked.view,
        open=asked.open,
        stages=tuple(asked.stage),
        priorities=tuple(asked.priority),
        team=asked.team,
        service=asked.service,
        assignee_id=asked.assignee_id,
        requester_id=asked.requester_id,
        text=asked.text,
        breached=asked.breached,
    )


@router.post(
    "",
    response={201: Incident},
    operation_id="report_incident",
    summary="Report an incident",
    openapi_extra=changing(201, also=LOCATION),
)
def report_incident(
    request: ApiRequest, given: IncidentReport, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Report that something is broken; needs `incident.report`."""
    report = actions.IncidentReport(
        **given.model_dump(exclude={"channel"}), channel=Channel(given.channel)
    )

    def do() -> Answer:
        opened = actions.open_incident(report, actor=request.auth, at=request.at)
        answer = standing(request, opened.number, status=201)
        location = {"Location": f"{request.path}/{opened.number}"}
        return Answer(answer.status, answer.body, {**answer.headers, **location})

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}",
    response=Incident,
    operation_id="read_incident",
    summary="Read an incident",
    openapi_extra=with_headers(200, ETAG_HEADER, answers(404)),
)
def read_incident(request: ApiRequest, number: IncidentNumber) -> HttpResponse:
    """Return an incident with all its properties."""
    view = queries.incident(number, actor=request.auth, at=request.at)
    return Answer.of(in_full(view), headers={"ETag": etag(view.version)}).response()


@router.patch(
    "/{number}",
    response=Incident,
    operation_id="change_incident",
    summary="Change an incident",
    openapi_extra=changing(200, 412, 428),
)
def change_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: IncidentChange,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Change the fields that are sent; needs `incident.change`, and the version that was seen."""
    changes: dict[str, Any] = given.model_dump(exclude={"version"}, exclude_unset=True)
    named = None if if_match is None else version_of(if_match)
    seen = given.version if named is None else named
    if seen is None:
        raise PreconditionRequired

    def do() -> Answer:
        return only_from(
            named,
            lambda: actions.change_incident(
                number, changes=changes, seen_version=seen, actor=request.auth, at=request.at
            ),
            lambda: standing(request, number),
        )

    return answer_once(request, idempotency_key, do)


@router.get(
    "/{number}/history",
    response=History,
    operation_id="read_history",
    summary="Read the history",
    openapi_extra=answers(404),
)
def read_history(request: ApiRequest, number: IncidentNumber) -> History:
    """Return what was done with an incident, oldest first, as far as the token may see it."""
    view = queries.incident(number, actor=request.auth, at=request.at)
    return History(items=tuple(done(line) for line in view.history))
