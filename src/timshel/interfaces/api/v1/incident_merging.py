"""Bringing incidents together, taking them apart, and making two of one."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    IncidentNumber,
    Key,
    LongText,
    NeededLine,
    Sent,
)
from timshel.interfaces.api.v1.incident_answers import changing, standing
from timshel.interfaces.api.v1.incident_shapes import Comment, Incident, said
from timshel.resolution_fulfilment.incident import actions, queries

router = Router(tags=["Incidents"])


class MergeGiven(Given):
    """Which incidents go on in this one."""

    numbers: list[NeededLine] = Field(
        description="Their numbers.", min_length=1, max_length=50, examples=[["INC0000013"]]
    )


class SplitGiven(Given):
    """What becomes an incident of its own."""

    title: NeededLine = Field(description="One line.")
    comment_id: Key | None = Field(
        None, description="The public message that it is taken from, with its files."
    )
    text: LongText = Field("", description="What it says; empty for the words of the message.")
    service: Code | None = Field(None, description="The code of its service; null keeps it.")


class MergedShape(Sent):
    """An incident that goes on in another."""

    number: str = Field(description="Of the incident.")
    title: str = Field(description="Of the incident.")
    requester: str = Field(description="Who asked.")
    conversation: list[Comment] = Field(description="What was said in public, oldest first.")


class MergersShape(Sent):
    """How an incident was brought together with others."""

    into: str | None = Field(description="The number in which it goes on, if the token sees that.")
    cases: list[MergedShape] = Field(description="Those that go on in it and the token sees.")


@router.get(
    "/{number}/mergers",
    response=MergersShape,
    operation_id="read_mergers",
    summary="Read what was merged",
    openapi_extra=answers(404),
)
def read_mergers(request: ApiRequest, number: IncidentNumber) -> MergersShape:
    """Return where it goes on, and which others go on in it."""
    found = queries.mergers(number, actor=request.auth)
    return MergersShape(
        into=found.into or None,
        cases=[
            MergedShape(
                number=each.number,
                title=each.title,
                requester=each.requester,
                conversation=[said(comment) for comment in each.conversation],
            )
            for each in found.cases
        ],
    )


@router.post(
    "/{number}/merge",
    response=Incident,
    operation_id="merge_incidents",
    summary="Have others go on in this one",
    openapi_extra=changing(200, 403),
)
def merge_incidents(
    request: ApiRequest,
    number: IncidentNumber,
    given: MergeGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Cancel others as duplicates of this one; their requesters follow it and are told."""

    def do() -> Answer:
        actions.merge_incidents(number, numbers=given.numbers, actor=request.auth, at=request.at)
        return standing(request, number)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/unmerge",
    response=Incident,
    operation_id="unmerge_incident",
    summary="Have it go on by itself again",
    openapi_extra=changing(200, 403),
)
def unmerge_incident(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Undo a merger; the incident stands as it did before."""

    def do() -> Answer:
        actions.unmerge_incident(number, actor=request.auth, at=request.at)
        return standing(request, number)

    return answer_once(request, idempotency_key, do)


@router.post(
    "/{number}/split",
    response={201: Incident},
    operation_id="split_incident",
    summary="Make something said an incident of its own",
    openapi_extra=changing(201, 403),
)
def split_incident(
    request: ApiRequest,
    number: IncidentNumber,
    given: SplitGiven,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Open an incident from a public message, for whoever asked, with a link to this one."""

    def do() -> Answer:
        part = actions.SplitOff(**given.model_dump())
        event = actions.split_incident(number, part=part, actor=request.auth, at=request.at)
        return standing(request, event.number, status=201)

    return answer_once(request, idempotency_key, do)
