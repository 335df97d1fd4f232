"""Report cards of services, customers, units and teams, as the page shows them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field

from timshel.interfaces.api.document import answers
from timshel.interfaces.api.door import ApiRequest
from timshel.interfaces.api.fields import Code, Given, Label, Sent, refuse_unknown
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.performance_evaluation.measurement import queries
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    days_between,
    is_zone,
    this_period,
)
from timshel.performance_evaluation.measurement.states import SubjectKind
from timshel.performance_evaluation.reporting.queries import (
    ExceptionLine,
    ReportCard,
    report_card,
)

router = Router(tags=["Report cards"])
MOST_EXCEPTIONS = 500
SECOND = timedelta(seconds=1)


class CardQuery(Given):
    """For when, and how much."""

    period: Literal["", "week", "month", "quarter", "year"] = Field(
        "", description="The one that runs now; without it and without days, this month."
    )
    back: int = Field(0, ge=0, le=120, description="So many periods earlier; 1 is the last one.")
    first_day: date | None = Field(None, description="With `last_day` in the place of `period`.")
    last_day: date | None = Field(None, description="The last day, which belongs to it.")
    time_zone: Label = Field(
        "", description="The IANA zone whose days are meant; the person's if it is not given."
    )
    exceptions: int = Field(
        100, ge=0, le=MOST_EXCEPTIONS, description="How many broken promises to list at most."
    )


class CardFigure(Sent):
    """A figure of a period."""

    measure: str = Field(description="The code of the measure; see `GET /measures`.")
    value: float | None = Field(
        description="In the unit of the measure; spans in seconds; null where nothing is measured."
    )
    listed: int = Field(description="How many cases or promises stand behind it.")


class CardPromise(Sent):
    """Promises of one kind and priority with one goal."""

    clock: str = Field(description="`respond`, `update`, `resolve`, `fulfil` or `hop`.")
    priority: int
    goal_percent: float | None = Field(description="The share that is to be kept, or null.")
    decided: int
    kept: int
    broken: int
    percent: float | None
    is_reached: bool | None = Field(description="Null without a goal.")


class CardGoal(Sent):
    """A goal that no clock measures."""

    agreement: str = Field(description="The code of the agreement.")
    agreement_name: str
    measure: str = Field(description="`availability`, `satisfaction` or `business`.")
    name: str
    service: str = Field(description="The name of the service it is about, or empty.")
    unit: str
    goal: float
    is_minimum: bool = Field(description="Whether at least that is to be reached; else at most.")
    value: float | None = Field(description="Null if it is not measured yet.")
    is_reached: bool | None
    source: str = Field(description="Who measured it; empty for what is counted from cases.")
    first_day: date | None
    last_day: date | None


class CardAge(Sent):
    """Open cases of one age."""

    age: str = Field(description="In days, such as `2-7`; `91` is more than 90.")
    count: int


class CardWait(Sent):
    """How long a case waited for something."""

    reason: str
    seconds: int


class CardException(Sent):
    """A broken promise."""

    incident: str = Field(description="The number of the incident.")
    title: str
    priority: int
    clock: str
    lap: int = Field(description="Which run of this clock on the incident, from 1.")
    agreement_name: str
    broken_at: datetime
    late_seconds: int = Field(description="Working time beyond the target.")
    goes_on: bool = Field(description="Whether it is still open.")
    resolution_code: str | None
    waited: tuple[CardWait, ...]
    longest_with: str = Field(description="The team or supplier that had it longest, or empty.")
    longest_seconds: int
    remediation: str


class CardPeriod(Sent):
    """What was measured in one period."""

    first_day: date
    last_day: date
    figures: tuple[CardFigure, ...]


class Card(Sent):
    """A report card, counted over the work that the token may see."""

    kind: str
    code: str
    name: str
    first_day: date
    last_day: date
    time_zone: str
    read_at: datetime
    is_over: bool = Field(description="Whether the period is over; else these are figures so far.")
    sees_everything: bool = Field(
        description="Whether the token may see all work of it; else the figures count a part."
    )
    figures: tuple[CardFigure, ...]
    promises: tuple[CardPromise, ...]
    goals: tuple[CardGoal, ...]
    open_by_age: tuple[CardAge, ...]
    exceptions: tuple[CardException, ...] = Field(description="The last broken promises.")
    broken: int = Field(description="How many promises were broken in all.")
    trend: tuple[CardPeriod, ...] = Field(description="Up to twelve periods, the last is this.")


@router.get(
    "/{kind}/{code}",
    response=Card,
    operation_id="read_report_card",
    summary="Read a report card",
    openapi_extra=answers(404, 422),
)
def read_report_card(
    request: ApiRequest,
    kind: Annotated[
        str, Path(description="`service`, `customer`, `unit` or `team`.", examples=["service"])
    ],
    code: Annotated[Code, Path(description="The code of it.", examples=["mail"])],
    asked: Query[CardQuery],
) -> Card:
    """Return the same figures that the page, the document and the spreadsheet show."""
    refuse_unknown(request, CardQuery.model_fields)
    if kind not in frozenset(SubjectKind):
        raise NotFound
    period = _period(asked, request.auth, request.at)
    found = report_card(
        kind,
        code,
        period=period,
        actor=request.auth,
        at=request.at,
        exceptions=max(asked.exceptions, 1),
    )
    return _card(found, exceptions=asked.exceptions)


def _period(asked: CardQuery, actor: Actor, at: datetime) -> Period:
    zone = asked.time_zone or actor.time_zone
    if not is_zone(zone):
        raise Invalid({"time_zone": [_("There is no such time zone.")]})
    if asked.first_day and asked.last_day:
        return days_between(asked.first_day, asked.last_day, zone=zone)
    if asked.first_day or asked.last_day:
        raise Invalid({"last_day": [_("Give both days or none.")]})
    period = this_period(PeriodKind(asked.period or "month"), zone=zone, at=at)
    for _again in range(asked.back):
        period = period.before()
    return period


def _card(card: ReportCard, *, exceptions: int) -> Card:
    return Card(
        kind=card.subject.kind.value,
        code=card.subject.code,
        name=card.subject.name,
        first_day=card.period.first_day,
        last_day=card.period.last_day,
        time_zone=card.period.zone,
        read_at=card.at,
        is_over=card.is_over,
        sees_everything=card.sees_everything,
        figures=_figures(card.now),
        promises=tuple(_promise(each) for each in card.attainments),
        goals=tuple(_goal(each) for each in card.goals),
        open_by_age=tuple(CardAge(age=each.band.code, count=each.count) for each in card.bands),
        exceptions=tuple(_exception(each) for each in card.exceptions[:exceptions]),
        broken=card.broken,
        trend=tuple(
            CardPeriod(
                first_day=each.period.first_day,
                last_day=each.period.last_day,
                figures=_figures(each),
            )
            for each in card.trend
        ),
    )


def _figures(measured: queries.Measured) -> tuple[CardFigure, ...]:
    return tuple(
        CardFigure(measure=code, value=_value(figure.value), listed=figure.listed)
        for code, figure in measured.figures.items()
    )


def _value(value: int | Decimal | timedelta | None) -> float | None:
    if isinstance(value, timedelta):
        return value / SECOND
    return None if value is None else float(value)


def _promise(each: queries.Attainment) -> CardPromise:
    return CardPromise(
        clock=each.kind,
        priority=each.priority,
        goal_percent=_value(each.goal),
        decided=each.decided,
        kept=each.kept,
        broken=each.broken,
        percent=_value(each.percent),
        is_reached=each.is_reached,
    )


def _goal(each: queries.GoalResult) -> CardGoal:
    return CardGoal(
        agreement=each.agreement_code,
        agreement_name=each.agreement,
        measure=each.measure,
        name=each.name,
        service=each.service,
        unit=each.unit,
        goal=float(each.goal),
        is_minimum=each.is_minimum,
        value=_value(each.value),
        is_reached=each.is_reached,
        source=each.source,
        first_day=each.first_day,
        last_day=each.last_day,
    )


def _exception(line: ExceptionLine) -> CardException:
    promise, cause = line.promise, line.cause
    return CardException(
        incident=promise.number,
        title=promise.title,
        priority=promise.priority,
        clock=promise.kind,
        lap=promise.lap,
        agreement_name=promise.agreement,
        broken_at=promise.decided_at,
        late_seconds=(promise.late_by or timedelta()) // SECOND,
        goes_on=promise.goes_on,
        resolution_code=promise.resolution_code,
        waited=tuple(
            CardWait(reason=reason, seconds=span // SECOND) for reason, span in cause.waiting
        ),
        longest_with=cause.link,
        longest_seconds=cause.link_time // SECOND,
        remediation=line.remediation,
    )
