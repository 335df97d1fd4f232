"""Known outages, cases that are like another, and what may help before anything is reported."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from timshel.interfaces.api.answers import Answer, answer_once
from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import (
    Code,
    Given,
    IdempotencyKey,
    IncidentNumber,
    Line,
    Sent,
    Storable,
    refuse_unknown,
)
from timshel.kernel.errors import NotFound
from timshel.resolution_fulfilment.incident import queries as incidents
from timshel.resolution_fulfilment.matching.queries import (
    SimilarCase,
    similar_cases,
    suggestions,
)
from timshel.resolution_fulfilment.outage import actions, queries
from timshel.resolution_fulfilment.outage.rules import (
    LONGEST_MESSAGE,
    LONGEST_TITLE,
    OutageWords,
)

router = Router(tags=["Outages"])
of_incidents = Router(tags=["Outages"])

CHANGES = answers(404, 409, 411, 422)
OfService = Annotated[Code | None, Query(description="The code of the service.")]
Title = Annotated[str, Field(max_length=LONGEST_TITLE), Storable]
Message = Annotated[str, Field(max_length=LONGEST_MESSAGE), Storable]


class Outage(Sent):
    """Something that is known to be out of order."""

    number: str = Field(description="Of its incident.")
    title: str = Field(description="In the language that was asked for.")
    message: str = Field(description="Markdown; may be empty.")
    service: str = Field(description="The code of the service, or empty.")
    service_name: str
    declared_at: datetime = Field(description="Since when everybody is told.")
    changed_at: datetime
    is_affected: bool = Field(description="Whether the token's person said that they are hit.")
    affected: int | None = Field(
        description="How many said so; null for those who may not see the incident."
    )


class Outages(Sent):
    """What is out of order now, the newest first."""

    items: tuple[Outage, ...]


class TranslatedOutage(Given):
    """What everybody is told in another language."""

    title: Title = ""
    message: Message = ""


class OutageText(Given):
    """What everybody is told."""

    title: Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE), Storable] = Field(
        examples=["Mail is slow"]
    )
    message: Message = Field("", description="Markdown.")
    translations: dict[Annotated[str, Field(max_length=8), Storable], TranslatedOutage] = Field(
        default_factory=dict, description="By language code."
    )


class Affected(Sent):
    """How many said that they are hit."""

    affected: int


class Similar(Sent):
    """A case that is like another."""

    number: str
    title: str
    stage: str
    opened_at: datetime
    resolved_at: datetime | None
    resolution: str = Field(description="How it was resolved, in words; empty for what is open.")
    resolution_text: str
    words: tuple[str, ...] = Field(description="That both have, the most telling first.")
    score: float = Field(description="Comparable within one answer alone.")


class Matches(Sent):
    """What is like an incident."""

    open: tuple[Similar, ...]
    resolved: tuple[Similar, ...]
    outages: tuple[Outage, ...]


class HelpfulAnswer(Sent):
    """A question that a page of the catalogue answers."""

    offering: str = Field(description="The code of the offering whose page it is.")
    name: str
    question: str
    answer: str = Field(description="Markdown.")


class OwnCase(Sent):
    """A case of the person's own that is open and says much the same."""

    number: str
    title: str
    stage: str
    opened_at: datetime


class Help(Sent):
    """What may help somebody who is about to report something."""

    outages: tuple[Outage, ...]
    answers: tuple[HelpfulAnswer, ...]
    cases: tuple[OwnCase, ...]


@router.get("", response=Outages, operation_id="list_outages", summary="List known outages")
def list_outages(request: ApiRequest, service: OfService = None) -> Outages:
    """Return what is out of order now, perhaps of one service alone."""
    refuse_unknown(request, ("service",))
    found = queries.running_outages(actor=request.auth, service=service)
    return Outages(items=tuple(_outage(each) for each in found))


@router.post(
    "/{number}/affected",
    response=Affected,
    operation_id="join_outage",
    summary="Say that one is hit too",
    openapi_extra=CHANGES,
)
def join_outage(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Count the token's person as hit; they hear when it is over."""

    def do() -> Answer:
        count = actions.join_outage(number, actor=request.auth, at=request.at)
        return Answer.of(Affected(affected=count))

    return answer_once(request, idempotency_key, do)


@router.get("/help", response=Help, operation_id="read_help", summary="What may help at once")
def read_help(
    request: ApiRequest,
    text: Annotated[Line, Query(description="What is typed so far.")],
    service: OfService = None,
) -> Help:
    """Return known outages, answers and own cases that a report which begins so may spare."""
    refuse_unknown(request, ("text", "service"))
    found = suggestions(text, service=service, actor=request.auth, at=request.at)
    return Help(
        outages=tuple(_outage(each) for each in found.outages),
        answers=tuple(
            HelpfulAnswer(
                offering=each.offering,
                name=each.name,
                question=each.question,
                answer=each.answer,
            )
            for each in found.answers
        ),
        cases=tuple(
            OwnCase(
                number=each.number, title=each.title, stage=each.stage, opened_at=each.opened_at
            )
            for each in found.cases
        ),
    )


@of_incidents.get(
    "/{number}/matches",
    response=Matches,
    operation_id="list_matches",
    summary="List what is like an incident",
    openapi_extra=answers(404),
)
def list_matches(request: ApiRequest, number: IncidentNumber) -> Matches:
    """Return similar cases under the token's rights, and known outages of the service."""
    refuse_unknown(request)
    found = similar_cases(number, actor=request.auth, at=request.at)
    return Matches(
        open=tuple(_similar(each) for each in found.open),
        resolved=tuple(_similar(each) for each in found.resolved),
        outages=tuple(_outage(each) for each in found.outages),
    )


@of_incidents.put(
    "/{number}/outage",
    response=OutageText,
    operation_id="declare_outage",
    summary="Tell everybody of an incident",
    openapi_extra=CHANGES,
)
def declare_outage(
    request: ApiRequest,
    number: IncidentNumber,
    given: OutageText,
    idempotency_key: IdempotencyKey = None,
) -> HttpResponse:
    """Tell everybody, or tell them in other words; needs `incident.declare_outage`."""

    def do() -> Answer:
        words = OutageWords(
            given.title,
            given.message,
            {code: each.model_dump() for code, each in given.translations.items()},
        )
        actions.declare_outage(number, words=words, actor=request.auth, at=request.at)
        return _told(number, request)

    return answer_once(request, idempotency_key, do)


@of_incidents.delete(
    "/{number}/outage",
    response={204: None},
    operation_id="end_outage",
    summary="Tell nobody any more",
    openapi_extra=CHANGES,
)
def end_outage(
    request: ApiRequest, number: IncidentNumber, idempotency_key: IdempotencyKey = None
) -> HttpResponse:
    """Tell nobody any more; the incident goes on. Needs `incident.declare_outage`."""

    def do() -> Answer:
        actions.end_outage(number, actor=request.auth, at=request.at)
        return Answer(204)

    return answer_once(request, idempotency_key, do)


def _told(number: str, request: ApiRequest) -> Answer:
    view = incidents.incident(number, actor=request.auth, at=request.at)
    told = queries.words_of(view.id)
    if told is None:
        raise NotFound
    return Answer.of(
        OutageText(
            title=told.title,
            message=told.message,
            translations={
                code: TranslatedOutage(**texts) for code, texts in told.translations.items()
            },
        )
    )


def _outage(view: queries.OutageView) -> Outage:
    return Outage(
        number=view.number,
        title=view.title,
        message=view.message,
        service=view.service_code,
        service_name=view.service,
        declared_at=view.declared_at,
        changed_at=view.changed_at,
        is_affected=view.is_affected,
        affected=view.affected,
    )


def _similar(case: SimilarCase) -> Similar:
    return Similar(
        number=case.number,
        title=case.title,
        stage=case.stage,
        opened_at=case.opened_at,
        resolved_at=case.resolved_at,
        resolution=case.resolution,
        resolution_text=case.resolution_text,
        words=case.words,
        score=round(case.score, 3),
    )
