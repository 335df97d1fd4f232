"""Incidents as this version sends them; what the domain renames later keeps its name here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field

from timshel.interfaces.api.fields import Sent
from timshel.interfaces.api.links import Links
from timshel.kernel.actor import ActorKind, Channel
from timshel.operation.work.states import Stage, WaitingReason
from timshel.relationship_agreement.service_level.queries import ClockView
from timshel.relationship_agreement.service_level.queries.breaches import told_reasons
from timshel.relationship_agreement.service_level.queries.clocks import ClockForecast
from timshel.relationship_agreement.service_level.rules.forecast_reasons import ToldReason
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState
from timshel.resolution_fulfilment.incident.queries import (
    AttachmentView,
    CommentView,
    HistoryLine,
    IncidentRow,
    IncidentView,
    RelatedRow,
)
from timshel.resolution_fulfilment.incident.states import ResolutionCode, ServiceState, Verb

Audience = Literal["public", "internal"]

EXAMPLE: dict[str, Any] = {
    "number": "INC0000012",
    "title": "The colour printer prints only in grey",
    "stage": "in_progress",
    "stage_name": "In progress",
    "waiting_reason": None,
    "supplier": None,
    "priority": 3,
    "service": {"code": "printing", "name": "Printing"},
    "team": {"code": "workplace", "name": "Workplace"},
    "assignee": {"id": 7, "name": "Noor Haddad"},
    "requester": {"id": 12, "name": "Ines Moreau"},
    "opened_at": "2026-03-02T09:15:00Z",
    "updated_at": "2026-03-02T09:40:00Z",
    "next_due_at": "2026-03-03T12:00:00Z",
    "breached": False,
    "version": 3,
}


class Named(Sent):
    """Something with a code: a service, an offering or a team."""

    code: str
    name: str = Field(description="In the language that was asked for.")


class PersonNamed(Sent):
    """A person; more is under `/people/{person_id}`."""

    id: int
    name: str


class IncidentInList(Sent):
    """An incident as lists show it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    number: str = Field(description="By which everybody names it.")
    title: str
    stage: Stage = Field(description="Where it stands.")
    stage_name: str = Field(description="The stage in words.")
    waiting_reason: WaitingReason | None = Field(description="What it waits for, if it waits.")
    supplier: Named | None = Field(
        description="The supplier it waits for, for those who help with it or oversee it."
    )
    priority: int = Field(description="From 1, first, to 5, last.")
    service: Named | None
    team: Named | None = Field(description="The team that has it.")
    assignee: PersonNamed | None = Field(description="The person who has it.")
    requester: PersonNamed = Field(description="The person who asked.")
    opened_at: AwareDatetime
    updated_at: AwareDatetime
    next_due_at: AwareDatetime | None = Field(description="The next deadline that still runs.")
    breached: bool = Field(description="Whether a promised time was exceeded.")
    version: int = Field(description="Grows with every change; it is also the `ETag`.")


class Incidents(Sent):
    """One page of a list."""

    items: tuple[IncidentInList, ...]
    links: Links
    total: int | None = Field(description="How many there are in all, if `total=true` was asked.")


class ForecastReason(Sent):
    """Something that moved a chance."""

    text: str = Field(description="For people, in the language that was asked for.")
    raises: bool = Field(description="Whether the chance is higher for it.")


class Forecast(Sent):
    """How likely a promise is to be broken."""

    chance: float = Field(description="Between 0 and 1.")
    is_learnt: bool = Field(
        description="Whether it was learnt from history; otherwise it is the share of the time "
        "that is used."
    )
    reasons: tuple[ForecastReason, ...] = Field(description="What moved it most, strongest first.")


class Clock(Sent):
    """A promised time; spans are working time by its calendar, in seconds."""

    kind: ClockKind = Field(description="What is measured.")
    lap: int = Field(description="Which run of this kind of clock, from 1.")
    started_at: AwareDatetime = Field(description="When this run began.")
    state: ClockState = Field(description="What it says.")
    due_at: AwareDatetime | None = Field(description="When it runs out; null while it is paused.")
    target_seconds: int = Field(description="What is promised.")
    elapsed_seconds: int = Field(description="What is used so far.")
    remaining_seconds: int = Field(description="What is left; below zero once late.")
    breached: bool = Field(description="Whether it was late at any time.")
    breached_at: AwareDatetime | None
    stopped_at: AwareDatetime | None
    paused_since: AwareDatetime | None
    paused_reason: str | None
    forecast: Forecast | None = Field(
        description="How likely it is to be broken; null once it is late or has ended, and for "
        "those without `work.view` for the incident."
    )


class Attachment(Sent):
    """A file; its content is under `/attachments/{attachment_id}`."""

    id: int
    name: str
    media_type: str = Field(description="The type under which it is served.")
    size: int = Field(description="In bytes.")
    at: AwareDatetime


class Comment(Sent):
    """Something that was said."""

    id: int
    audience: Audience = Field(description="`public` for the requester too, or `internal`.")
    author: str
    by_requester: bool = Field(description="Whether the side of the requester said it.")
    text: str = Field(description="Markdown.")
    channel: Channel
    at: AwareDatetime
    attachments: tuple[Attachment, ...]


class Conversation(Sent):
    """What was said, oldest first; internal notes only with `work.read_notes`."""

    items: tuple[Comment, ...]


class HistoryEntry(Sent):
    """Something that was done."""

    at: AwareDatetime
    actor: str = Field(description="Who did it.")
    actor_kind: ActorKind
    channel: Channel = Field(description="Through which door.")
    verb: str = Field(description="What was done, as in `incident.resolved`.")
    changes: dict[str, tuple[Any, Any]] = Field(
        description="For each field the value before and the value after."
    )


class History(Sent):
    """What was done, oldest first; readers without `work.read_notes` see a part of it."""

    items: tuple[HistoryEntry, ...]


class Related(Sent):
    """Another incident beside this one."""

    number: str
    title: str
    stage: Stage


class Incident(IncidentInList):
    """An incident with all its properties."""

    description: str = Field(description="The requester's own words, as Markdown.")
    sentence: str = Field(description="What the requester is told about the stage.")
    impact: int = Field(description="1 high, 2 medium, 3 low.")
    urgency: int = Field(description="1 high, 2 medium, 3 low.")
    priority_reason: str = Field(description="Why the priority differs from the matrix, if so.")
    service_state: ServiceState | None = Field(description="How the service itself does.")
    symptom: str
    channel: Channel = Field(description="How it came in.")
    offering: Named | None
    opened_by: str = Field(description="Who reported it: the requester, or somebody for them.")
    resolved_at: AwareDatetime | None
    closed_at: AwareDatetime | None
    reassignments: int
    reopenings: int
    resolution_code: ResolutionCode | None
    resolution_text: str
    clocks: tuple[Clock, ...]
    attachments: tuple[Attachment, ...] = Field(description="The files that came with the report.")
    parent: Related | None
    children: tuple[Related, ...]
    possible: tuple[Verb, ...] = Field(description="What this token may do with it now.")


def in_list(row: IncidentRow, service_codes: Mapping[int, str]) -> IncidentInList:
    """Return a row of a list as it is sent."""
    return IncidentInList(
        number=row.number,
        title=row.title,
        stage=Stage(row.stage),
        stage_name=str(row.stage_name),
        waiting_reason=_reason(row.waiting_reason),
        supplier=_named(row.supplier_code, row.supplier),
        priority=row.priority,
        service=_named(service_codes.get(row.service_id or 0, ""), row.service),
        team=_named(row.team_code, row.team),
        assignee=_person(row.assignee_id, row.assignee),
        requester=PersonNamed(id=row.requester_id, name=row.requester),
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        next_due_at=row.next_due_at,
        breached=row.breached,
        version=row.version,
    )


def in_full(view: IncidentView) -> Incident:
    """Return an incident as it is sent."""
    return Incident(
        number=view.number,
        title=view.title,
        description=view.description,
        stage=Stage(view.stage),
        stage_name=str(view.stage_name),
        sentence=str(view.sentence),
        waiting_reason=_reason(view.waiting_reason),
        supplier=_named(view.supplier_code, view.supplier),
        impact=view.impact,
        urgency=view.urgency,
        priority=view.priority,
        # Helpers write it for helpers.
        priority_reason=view.priority_reason if view.may_read_notes else "",
        service_state=ServiceState(view.service_state) if view.service_state else None,
        symptom=view.symptom,
        channel=Channel(view.channel),
        service=_named(view.service_code, view.service),
        offering=_named(view.offering_code, view.offering),
        team=_named(view.team_code, view.team),
        assignee=_person(view.assignee_id, view.assignee),
        requester=PersonNamed(id=view.requester_id, name=view.requester.name),
        opened_by=view.opened_by,
        opened_at=view.opened_at,
        updated_at=view.updated_at,
        resolved_at=view.resolved_at,
        closed_at=view.closed_at,
        next_due_at=view.next_due_at,
        breached=view.breached,
        reassignments=view.reassignments,
        reopenings=view.reopenings,
        resolution_code=ResolutionCode(view.resolution_code) if view.resolution_code else None,
        resolution_text=view.resolution_text,
        clocks=tuple(clock(each) for each in view.clocks),
        attachments=tuple(_attachment(each) for each in view.attachments),
        parent=_related(view.parent) if view.parent else None,
        children=tuple(_related(each) for each in view.children),
        possible=tuple(sorted(Verb(each) for each in view.possible)),
        version=view.version,
    )


def said(view: CommentView) -> Comment:
    """Return something that was said as it is sent."""
    return Comment(
        id=view.id,
        audience=view.audience,  # type: ignore[arg-type]
        author=view.author,
        by_requester=view.by_requester,
        text=view.text,
        channel=Channel(view.channel),
        at=view.at,
        attachments=tuple(_attachment(each) for each in view.attachments),
    )


def done(line: HistoryLine) -> HistoryEntry:
    """Return an entry of the history as it is sent."""
    return HistoryEntry(
        at=line.at,
        actor=line.actor,
        actor_kind=ActorKind(line.actor_kind),
        channel=Channel(line.channel),
        verb=line.verb,
        changes={field: (pair[0], pair[1]) for field, pair in line.changes.items()},
    )


def _reason(reason: str | None) -> WaitingReason | None:
    return None if reason is None else WaitingReason(reason)


def _named(code: str, name: str) -> Named | None:
    return Named(code=code, name=name) if code else None


def _person(key: int | None, name: str) -> PersonNamed | None:
    return None if key is None else PersonNamed(id=key, name=name)


def _related(row: RelatedRow) -> Related:
    return Related(number=row.number, title=row.title, stage=Stage(row.stage))


def _attachment(view: AttachmentView) -> Attachment:
    return Attachment(
        id=view.id, name=view.name, media_type=view.media_type, size=view.size, at=view.at
    )


def clock(view: ClockView) -> Clock:
    """Return a clock as it is sent."""
    return Clock(
        kind=view.kind,
        lap=view.lap,
        started_at=view.started_at,
        state=view.state,
        due_at=view.due_at,
        target_seconds=seconds(view.target),
        elapsed_seconds=seconds(view.elapsed),
        remaining_seconds=seconds(view.remaining),
        breached=view.breached,
        breached_at=view.breached_at,
        stopped_at=view.stopped_at,
        paused_since=view.paused_since,
        paused_reason=view.paused_reason,
        forecast=_forecast(view.forecast) if view.forecast else None,
    )


def _forecast(given: ClockForecast) -> Forecast:
    return foretold(given.chance, told_reasons(given.reasons), is_learnt=given.is_learnt)


def foretold(chance: float, reasons: Iterable[ToldReason], *, is_learnt: bool) -> Forecast:
    """Return a forecast as it is sent."""
    return Forecast(
        chance=round(chance, 4),
        is_learnt=is_learnt,
        reasons=tuple(ForecastReason(text=each.text, raises=each.raises) for each in reasons),
    )


def seconds(length: timedelta) -> int:
    """Return a span in whole seconds."""
    return length // timedelta(seconds=1)
