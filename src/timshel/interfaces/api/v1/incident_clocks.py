"""What was promised about an incident: its clocks, why they say what they say, and the chain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from ninja import Path, Query, Router
from pydantic import AwareDatetime, Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import IncidentNumber, Sent, refuse_unknown
from timshel.interfaces.api.v1.incident_shapes import Clock, clock, seconds
from timshel.relationship_agreement.service_level.queries import ClockExplanation, ClockView
from timshel.relationship_agreement.service_level.queries.chain import ChainView, LinkView
from timshel.relationship_agreement.service_level.queries.explanation import CandidateView
from timshel.relationship_agreement.service_level.rules.chain import Amounts, LinkKind
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    Recipient,
)
from timshel.resolution_fulfilment.incident import queries

router = Router(tags=["Promises"])

Lap = Annotated[
    int | None, Query(ge=1, le=10_000, description="Which run; without it the present one.")
]
Kind = Annotated[ClockKind, Path(description="Which clock.")]


class LapClock(Clock):
    """One run of a clock."""

    is_current: bool = Field(description="Whether it is the run that stands.")


class Clocks(Sent):
    """All runs of all clocks, those of one kind together with the oldest first."""

    items: tuple[LapClock, ...]


class Candidate(Sent):
    """An agreement that was weighed."""

    code: str
    version: int = Field(description="The number of its version.")
    name: str
    kind: AgreementKind
    valid_from: AwareDatetime
    valid_until: AwareDatetime | None
    verdict: Literal["chosen", "after", "not_applicable"] = Field(
        description="`chosen`: it applies; `after`: it would, but another one goes before it."
    )
    reason_code: str | None = Field(description="Why it does not apply, for programs.")
    reason: str = Field(description="Why, for people, in the language that was asked for.")


class PromisedTarget(Sent):
    """The line of the agreement that promises so much."""

    amount: int = Field(description="In `unit`.")
    unit: DurationUnit
    priority: int | None = Field(description="For which priority; null for each.")
    service: str | None = Field(description="For which service; null for each that is covered.")
    offering: str | None = Field(description="For which offering; null for each.")
    attainment_percent: float | None = Field(description="How many of a hundred are to be in time.")


class CountedCalendar(Sent):
    """The hours in which the target is counted."""

    code: str
    name: str
    time_zone: str
    valid_from: AwareDatetime = Field(description="Since when this version of it holds.")
    valid_until: AwareDatetime | None


class Stretch(Sent):
    """A stretch of time, counted or not."""

    start: AwareDatetime
    end: AwareDatetime
    is_counted: bool
    reason: Literal[
        "working_hours",
        "outside_hours",
        "day_off",
        "holiday",
        "exception",
        "waiting",
        "stopped",
        "no_target",
    ]
    detail: str = Field(description="The holiday's name, or what was waited for.")
    elapsed_seconds: int = Field(description="Counted in all up to its end.")
    is_expected: bool = Field(description="Whether it lies ahead, on the way to the due moment.")


class Alert(Sent):
    """Whom the running clock tells when."""

    at: AwareDatetime
    recipient: Recipient
    percent: int | None = Field(description="Of the target; null where `before_seconds` is given.")
    before_seconds: int | None
    is_reached: bool


class Explanation(Sent):
    """Why a clock says what it says."""

    clock: LapClock
    holder: str | None = Field(description="The team or supplier whose time is measured.")
    agreement: Candidate
    candidates: tuple[Candidate, ...] = Field(
        description="All that were weighed: those that apply in their order, then the others."
    )
    target: PromisedTarget
    calendar: CountedCalendar
    stretches: tuple[Stretch, ...] = Field(description="All time from the beginning of the run.")
    withdrawn_breaches: tuple[AwareDatetime, ...] = Field(
        description="When it was late under terms that a later change replaced."
    )
    alerts: tuple[Alert, ...]
    laps: tuple[LapClock, ...] = Field(description="All runs of this clock, oldest first.")


class Spent(Sent):
    """What a length of time was for the promise; the four parts add up to `wall_seconds`."""

    wall_seconds: float = Field(description="All of it.")
    counted_seconds: float = Field(description="Working time that used up the promise.")
    paused_seconds: float = Field(description="Working time during which the clock stood still.")
    outside_seconds: float = Field(description="Outside the hours of the calendar.")
    unpromised_seconds: float = Field(description="For which nothing was promised.")


class Link(Sent):
    """One visit of a team or supplier, or a time with nobody."""

    number: int = Field(description="Its place, from 1.")
    kind: LinkKind = Field(
        description="`resolved` is the time between a resolution and a reopening."
    )
    code: str | None = Field(description="Of the team or supplier.")
    name: str | None
    started_at: AwareDatetime
    ended_at: AwareDatetime = Field(description="Or the present moment, while it lasts.")
    spent: Spent
    share: float = Field(description="Of what was used of the promise, from 0 to 1.")
    paused_seconds_by_reason: Mapping[str, float]
    agreement: str | None = Field(description="The agreement with this team or supplier.")
    clock: LapClock | None = Field(description="What the clock of that agreement says.")


class WaitingSum(Sent):
    """All time with one reason of waiting."""

    waiting_reason: str | None = Field(description="Null for all that was not waiting.")
    spent: Spent


class Chain(Sent):
    """Through whose hands an incident went, and what each used of the promise."""

    started_at: AwareDatetime
    ended_at: AwareDatetime = Field(description="Its end, or the present moment while it is open.")
    is_over: bool
    links: tuple[Link, ...] = Field(description="In the order in which they began.")
    by_waiting_reason: tuple[WaitingSum, ...]
    total: Spent = Field(description="The sum of the links, and of the reasons of waiting, too.")
    promise: LapClock | None = Field(description="The clock to resolve or to fulfil.")
    broken_in: int | None = Field(description="The link during which the promise broke.")
    used_most: int | None = Field(description="The link that used most of the promise.")


@router.get(
    "/{number}/clocks",
    response=Clocks,
    operation_id="read_clocks",
    summary="Read the clocks",
    openapi_extra=answers(404),
)
def read_clocks(request: ApiRequest, number: IncidentNumber) -> Clocks:
    """Return all runs of all clocks; whoever only asked does not see those of teams and
    suppliers."""
    found = queries.incident_clocks(number, actor=request.auth, at=request.at)
    return Clocks(items=tuple(_lap(each) for each in found.clocks))


@router.get(
    "/{number}/clocks/{kind}/explanation",
    response=Explanation,
    operation_id="explain_clock",
    summary="Explain a clock",
    openapi_extra=answers(404, 422),
)
def explain_clock(
    request: ApiRequest, number: IncidentNumber, kind: Kind, lap: Lap = None
) -> Explanation:
    """Return why a clock says what it says, down to each stretch of time; needs `work.view`."""
    refuse_unknown(request, ("lap",))
    found = queries.incident_explanation(number, kind, lap=lap, actor=request.auth, at=request.at)
    return _explanation(found.explanation)


@router.get(
    "/{number}/chain",
    response=Chain,
    operation_id="read_chain",
    summary="Read the chain",
    openapi_extra=answers(404),
)
def read_chain(request: ApiRequest, number: IncidentNumber) -> Chain:
    """Return through whose hands it went and what each used of the promise; needs `work.view`."""
    found = queries.incident_chain(number, actor=request.auth, at=request.at)
    return _chain(found.chain)


def _lap(view: ClockView) -> LapClock:
    return LapClock(**clock(view).model_dump(), is_current=view.is_current)


def _explanation(why: ClockExplanation) -> Explanation:
    target = why.target
    return Explanation(
        clock=_lap(why.clock),
        holder=why.holder or None,
        agreement=next(_candidate(each) for each in why.candidates if each.is_chosen),
        candidates=tuple(_candidate(each) for each in why.candidates),
        target=PromisedTarget(
            amount=target.amount,
            unit=target.unit,
            priority=target.priority,
            service=target.service or None,
            offering=target.offering or None,
            attainment_percent=target.attainment_percent,
        ),
        calendar=CountedCalendar(
            code=why.calendar_code,
            name=why.calendar_name,
            time_zone=why.calendar_zone,
            valid_from=why.calendar_from,
            valid_until=why.calendar_until,
        ),
        stretches=tuple(
            Stretch(
                start=each.start,
                end=each.end,
                is_counted=each.is_counted,
                reason=each.reason,  # type: ignore[arg-type]
                detail=each.detail,
                elapsed_seconds=seconds(each.elapsed),
                is_expected=each.is_expected,
            )
            for each in why.stretches
        ),
        withdrawn_breaches=why.withdrawn_breaches,
        alerts=tuple(
            Alert(
                at=each.at,
                recipient=each.alert.recipient,
                percent=each.alert.percent,
                before_seconds=_seconds_or_none(each.alert.before),
                is_reached=each.is_reached,
            )
            for each in why.alerts
        ),
        laps=tuple(_lap(each.clock) for each in why.laps),
    )


def _candidate(each: CandidateView) -> Candidate:
    verdict: Literal["chosen", "after", "not_applicable"] = "not_applicable"
    if each.applies:
        verdict = "chosen" if each.is_chosen else "after"
    return Candidate(
        code=each.code,
        version=each.number,
        name=each.name,
        kind=each.kind,
        valid_from=each.valid_from,
        valid_until=each.valid_until,
        verdict=verdict,
        reason_code=each.mismatch.value if each.mismatch else None,
        reason=each.reason,
    )


def _chain(way: ChainView) -> Chain:
    return Chain(
        started_at=way.started_at,
        ended_at=way.ended_at,
        is_over=way.is_over,
        links=tuple(_link(each) for each in way.links),
        by_waiting_reason=tuple(
            WaitingSum(waiting_reason=reason, spent=_spent(amounts))
            for reason, amounts in way.by_reason
        ),
        total=_spent(way.total),
        promise=_lap(way.promise) if way.promise else None,
        broken_in=way.broken_in.number if way.broken_in else None,
        used_most=way.used_most.number if way.used_most else None,
    )


def _link(link: LinkView) -> Link:
    return Link(
        number=link.number,
        kind=link.kind,
        code=link.code or None,
        name=link.name or None,
        started_at=link.started_at,
        ended_at=link.ended_at,
        spent=_spent(link.amounts),
        share=link.share,
        paused_seconds_by_reason={key: span.total_seconds() for key, span in link.pauses.items()},
        agreement=link.agreement_name or None,
        clock=_lap(link.hop) if link.hop else None,
    )


def _spent(amounts: Amounts) -> Spent:
    return Spent(
        wall_seconds=amounts.wall.total_seconds(),
        counted_seconds=amounts.counted.total_seconds(),
        paused_seconds=amounts.paused.total_seconds(),
        outside_seconds=amounts.outside.total_seconds(),
        unpromised_seconds=amounts.unpromised.total_seconds(),
    )


def _seconds_or_none(length: timedelta | None) -> int | None:
    return None if length is None else seconds(length)
