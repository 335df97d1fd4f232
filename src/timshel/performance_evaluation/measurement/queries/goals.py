"""Goals that no clock measures: availability from outages, the rest from recorded values.

What nobody measured is told as such; nothing is made up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from timshel.kernel.actor import Actor
from timshel.performance_evaluation.measurement.models import MeasuredValue
from timshel.performance_evaluation.measurement.queries.selection import Selection, chosen_cases
from timshel.performance_evaluation.measurement.queries.subjects import Subject
from timshel.performance_evaluation.measurement.rules import rounding
from timshel.performance_evaluation.measurement.rules.downtime import Agreed, Stretch, service_time
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.performance_evaluation.measurement.states import SubjectKind, What
from timshel.relationship_agreement.service_level.models import (
    Agreement,
    BusinessCalendar,
    Goal,
    LevelChoice,
)
from timshel.relationship_agreement.service_level.states import AgreementKind, GoalMeasure
from timshel.service_portfolio.service.queries import service_names


@dataclass(frozen=True, slots=True)
class GoalResult:
    """A goal of an agreement, and what was measured for it.

    Args:
        agreement_code: of the agreement.
        agreement: its name.
        measure: availability, satisfaction or in business terms.
        name: of the goal, or empty.
        service: whose it is, or empty; of several services the one that was available least.
        unit: of a goal in business terms.
        goal: the value to be reached.
        is_minimum: whether at least that is to be reached; else at most.
        value: what was measured; None if it is not measured yet.
        is_reached: whether it is reached; None if it is not measured yet.
        source: who measured it; empty for what is counted from cases.
        first_day: the first day that the value speaks of, or None.
        last_day: the last day that the value speaks of, or None.
        listed: how many cases stand behind it.
        selection: those cases; None for recorded values.
    """

    agreement_code: str
    agreement: str
    measure: str
    name: str
    service: str
    unit: str
    goal: Decimal
    is_minimum: bool
    value: Decimal | None
    is_reached: bool | None
    source: str = ""
    first_day: date | None = None
    last_day: date | None = None
    listed: int = 0
    selection: Selection | None = None


@dataclass(frozen=True, slots=True)
class _Aim:
    """A goal with the services it speaks of; without any where it names none."""

    goal: Goal
    agreement: Agreement
    services: tuple[int, ...]


def goal_results(
    subject: Subject, period: Period, *, actor: Actor, at: datetime
) -> tuple[GoalResult, ...]:
    """Return the goals of the agreements that concern a subject, in at most seven queries.

    Of an agreement that had several versions in the period, the last one counts.

    Args:
        subject: whom the agreements concern.
        period: for when.
        actor: who reads; outages are those of cases that they may see.
        at: now.
    """
    agreements = _agreements(subject, period)
    if not agreements:
        return ()
    aims = list(_aims(subject, agreements))
    if not aims:
        return ()
    services = {key for aim in aims for key in aim.services}
    recorded = _recorded(period, agreements, services)
    outages = _Outages(subject, period, actor=actor, at=at) if services else None
    names = service_names(services, language=actor.language)
    return tuple(_result(aim, recorded, outages, names, period) for aim in aims)


def _agreements(subject: Subject, period: Period) -> dict[int, Agreement]:
    """Return the last version in a period of each agreement that concerns a subject."""
    rows = Agreement.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=period.since),
        is_draft=False,
        valid_from__lt=period.until,
    ).filter(_concerns(subject))
    latest = rows.order_by("code", "-number").distinct("code")
    return {row.pk: row for row in latest.prefetch_related("services")}


def _concerns(subject: Subject) -> Q:
    with_customers = Q(kind=AgreementKind.SERVICE)
    everybody = Q(customer=None, unit=None, customer_category="", is_option=False)
    match subject.kind:
        case SubjectKind.EVERYTHING:
            return with_customers
        case SubjectKind.SERVICE:
            everything = Q(services=None, offerings=None)
            named = Q(services=subject.id) | Q(offerings__service=subject.id)
            return with_customers & (everything | named)
        case SubjectKind.CUSTOMER:
            chosen = LevelChoice.objects.filter(customer=subject.id).values("agreement_code")
            same = Q(customer=subject.id) | Q(customer_category=subject.category, customer=None)
            own = (same if subject.category else Q(customer=subject.id)) & Q(is_option=False)
            return with_customers & (own | everybody | Q(is_option=True, code__in=chosen))
        case SubjectKind.UNIT:
            above = [int(key) for key in subject.path.strip("/").split("/") if key]
            return with_customers & (Q(unit__in=above) | everybody)
        case _:
            return Q(kind=AgreementKind.OPERATIONAL, provider_team=subject.id)


def _aims(subject: Subject, agreements: Mapping[int, Agreement]) -> Iterable[_Aim]:
    goals: QuerySet[Goal] = Goal.objects.filter(agreement__in=list(agreements))
    for goal in goals.order_by("agreement__code", "pk"):
        agreement = agreements[goal.agreement_id]
        if subject.kind is SubjectKind.SERVICE:
            yield _Aim(goal, agreement, (subject.id,))
        else:
            covered = sorted(each.pk for each in agreement.services.all())
            is_counted = goal.measure == GoalMeasure.AVAILABILITY
            yield _Aim(goal, agreement, tuple(covered) if is_counted else ())


def _recorded(
    period: Period, agreements: Mapping[int, Agreement], services: Iterable[int]
) -> list[MeasuredValue]:
    """Return what was recorded for days within a period, the longest and latest first."""
    codes = [row.code for row in agreements.values()]
    rows = MeasuredValue.objects.filter(
        Q(agreement_code__in=codes) | Q(agreement_code="", service__in=list(services)),
        first_day__gte=period.first_day,
        last_day__lte=period.last_day,
    )
    return sorted(rows, key=lambda row: (row.last_day - row.first_day, row.last_day), reverse=True)


def _value_for(aim: _Aim, recorded: Iterable[MeasuredValue]) -> MeasuredValue | None:
    for row in recorded:
        fits = row.measure == aim.goal.measure and row.name == aim.goal.name
        of_agreement = row.agreement_code in ("", aim.agreement.code)
        of_service = row.service_id is None or row.service_id in aim.services
        if fits and of_agreement and of_service:
            return row
    return None


def _result(
    aim: _Aim,
    recorded: Iterable[MeasuredValue],
    outages: _Outages | None,
    names: Mapping[int, str],
    period: Period,
) -> GoalResult:
    goal, row = aim.goal, _value_for(aim, recorded)
    value = rounding.plain(row.value) if row else None
    service_id = row.service_id if row else None
    listed, selection = 0, None
    if row is None and outages is not None and goal.measure == GoalMeasure.AVAILABILITY:
        value, service_id = outages.lowest(aim)
        listed, selection = outages.cases(service_id)
    reached = None
    if value is not None:
        reached = value >= goal.value if goal.is_minimum else value <= goal.value
    return GoalResult(
        agreement_code=aim.agreement.code,
        agreement=aim.agreement.name,
        measure=goal.measure,
        name=goal.name,
        service=names.get(service_id or 0, ""),
        unit=goal.unit,
        goal=rounding.plain(goal.value),
        is_minimum=goal.is_minimum,
        value=value,
        is_reached=reached,
        source=row.source if row else "",
        first_day=row.first_day if row else (period.first_day if value is not None else None),
        last_day=row.last_day if row else (period.last_day if value is not None else None),
        listed=listed,
        selection=selection,
    )


class _Outages:
    """When services were down in a period, and the hours that were agreed."""

    def __init__(self, subject: Subject, period: Period, *, actor: Actor, at: datetime) -> None:
        self._subject = subject
        self._selection = Selection(subject, period, What.DOWN)
        self._since, self._until = period.since, min(period.until, at)
        rows: Any = chosen_cases(self._selection, actor=actor, at=at)
        rows = rows.values_list("service_id", "opened_at", "ended_at")
        self._down: dict[int | None, list[Stretch]] = defaultdict(list)
        for service_id, opened_at, ended_at in rows:
            self._down[service_id].append((opened_at, ended_at or self._until))
        self._calendars: dict[str, list[BusinessCalendar]] = defaultdict(list)
        for calendar in BusinessCalendar.objects.order_by("valid_from"):
            self._calendars[calendar.code].append(calendar)

    def lowest(self, aim: _Aim) -> tuple[Decimal | None, int | None]:
        """Return the lowest availability of the services of a goal in per cent, and whose it is."""
        found = [
            (value, service_id)
            for service_id in aim.services
            if (value := self._availability(aim.agreement, service_id)) is not None
        ]
        return min(found) if found else (None, None)

    def cases(self, service_id: int | None) -> tuple[int, Selection | None]:
        """Return how many cases tell of outages of a service, and which.

        The list is offered where it holds this service's cases alone.
        """
        if service_id is None or self._subject.kind is not SubjectKind.SERVICE:
            return len(self._down[service_id]), None
        return len(self._down[service_id]), self._selection

    def _availability(self, agreement: Agreement, service_id: int) -> Decimal | None:
        if self._since >= self._until:
            return None
        hours = self._hours(agreement.calendar_code)
        agreed, lost = service_time(hours, self._down[service_id])
        return rounding.share_of_time(agreed - lost, agreed)

    def _hours(self, code: str) -> list[Agreed]:
        found = []
        for calendar in self._calendars[code]:
            since = max(self._since, calendar.valid_from)
            until = min(self._until, calendar.valid_until or self._until)
            if since < until:
                found.append(Agreed(since, until, calendar.hours().working_time))
        return found
