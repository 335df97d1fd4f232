"""The figure of a measure in period after period, for what is followed over months and years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from timshel.kernel.actor import system_actor
from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.measurement.queries.figures import figures
from timshel.performance_evaluation.measurement.queries.goals import GoalResult, goal_results
from timshel.performance_evaluation.measurement.queries.registry import Value
from timshel.performance_evaluation.measurement.queries.subjects import (
    EVERYTHING,
    Subject,
    find_subject,
)
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    run_up,
    this_period,
)
from timshel.relationship_agreement.service_level.states import GoalMeasure

ZONE = "UTC"
MONTHS_OF_YEAR = 12
MOST_MONTHS = 36
MINUTE = timedelta(minutes=1)
OF_GOALS: frozenset[str] = frozenset({GoalMeasure.AVAILABILITY, GoalMeasure.SATISFACTION})


@dataclass(frozen=True, slots=True)
class PeriodFigure:
    """The figure of a measure in a period.

    Args:
        period: when.
        value: as a number, minutes for times; None of nothing.
        listed: how many lines the list behind it has.
    """

    period: Period
    value: Decimal | None
    listed: int


def period_figures(
    code: str, subject_kind: str, subject_code: str, *, periods: Sequence[Period], at: datetime
) -> tuple[PeriodFigure, ...]:
    """Return the figures of periods that follow one another.

    They are those of everybody's work, in six statements; what is measured against the goals of
    agreements takes some for each period.

    Args:
        code: of a measure of one single figure.
        subject_kind: whose figure.
        subject_code: its code; empty for everything.
        periods: oldest first, without gaps.
        at: now.

    Raises:
        NotFound: there is no such subject.
    """
    actor = system_actor()
    subject = find_subject(subject_kind, subject_code or EVERYTHING, actor=actor)
    if code in OF_GOALS:
        results = [(each, lowest_result(code, subject, each, at=at)) for each in periods]
        return tuple(
            PeriodFigure(period, found.value if found else None, found.listed if found else 0)
            for period, found in results
        )
    return tuple(
        PeriodFigure(each.period, plain_number(each.figures[code].value), each.figures[code].listed)
        for each in figures(subject, periods, actor=actor, at=at)
    )


def monthly_figures(
    code: str, subject_kind: str, subject_code: str, *, since: date, at: datetime
) -> tuple[tuple[date, Decimal], ...]:
    """Return the figures of the months that are over, by their last day, oldest first.

    They are those of ``period_figures``. A month of nothing has none.

    Args:
        code: of a measure of one single figure.
        subject_kind: whose figure.
        subject_code: its code; empty for everything.
        since: a day in the first month; the latest three years are counted at most.
        at: now; months are those of UTC.
    """
    last = this_period(PeriodKind.MONTH, zone=ZONE, at=at).before()
    count = (last.first_day.year - since.year) * MONTHS_OF_YEAR
    count += last.first_day.month - since.month + 1
    if count < 1:
        return ()
    periods = run_up(last, count=min(count, MOST_MONTHS))
    try:
        found = period_figures(code, subject_kind, subject_code, periods=periods, at=at)
    except NotFound:
        return ()
    return tuple((each.period.last_day, each.value) for each in found if each.value is not None)


def lowest_result(
    code: str, subject: Subject, period: Period, *, at: datetime
) -> GoalResult | None:
    """Return the lowest of what was reached of the goals of a subject; None of nothing."""
    found = [
        each
        for each in goal_results(subject, period, actor=system_actor(), at=at)
        if each.measure == code and each.value is not None
    ]
    return min(found, key=lambda each: each.value or Decimal(0), default=None)


def plain_number(value: Value) -> Decimal | None:
    """Return a value as a number; minutes for times."""
    if value is None:
        return None
    if isinstance(value, timedelta):
        return Decimal(value // MINUTE)
    return Decimal(value)
