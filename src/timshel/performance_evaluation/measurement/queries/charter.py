"""The figures of the charter: counted now, for the sweep that keeps them, and as they were kept.

A figure is the one of its measure, for everybody's work: a promise is kept or not whoever looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from django.db.models import Count

from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import NotFound
from timshel.leadership.policy.queries import PromiseRow, promises_in_force
from timshel.leadership.policy.rules import is_kept
from timshel.operation.work.rules import VIEW as VIEW_WORK
from timshel.performance_evaluation.measurement.models import CharterReading
from timshel.performance_evaluation.measurement.queries.figures import (
    Attainment,
    Figure,
    Measured,
    figures,
)
from timshel.performance_evaluation.measurement.queries.months import (
    OF_GOALS,
    lowest_result,
    plain_number,
)
from timshel.performance_evaluation.measurement.queries.registry import (
    MEASURES,
    Measure,
    Value,
    measure,
)
from timshel.performance_evaluation.measurement.queries.selection import Selection
from timshel.performance_evaluation.measurement.queries.subjects import (
    MODELS,
    Subject,
    find_subject,
)
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    run_up,
    this_period,
)
from timshel.performance_evaluation.measurement.states import (
    SUBJECT_NAMES,
    MeasureUnit,
    SubjectKind,
)
from timshel.relationship_agreement.service_level.access import VIEW

PERIODS_OF_TREND = 12
HUNDRED = 100
ALL_AGAIN = timedelta(hours=20)
"""After so long, the whole trend is read anew: what was reopened changes periods that are over."""

NOT_PROMISED = frozenset({"business", "backlog_age"})
"""What is no single figure that a promise could be held against."""

PROMISED_MEASURES: tuple[Measure, ...] = tuple(
    each for each in MEASURES if each.code not in NOT_PROMISED
)


class OfSubject(Protocol):
    """Whatever names whose figures are counted."""

    @property
    def subject_kind(self) -> str:
        """Whose figures."""

    @property
    def subject_code(self) -> str:
        """Its code; empty for everything."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure of a promise in a period, counted now.

    Args:
        promise_id: of the version.
        period: when.
        value: in the unit of the measure, minutes for times; None of nothing.
        is_kept: whether it keeps the promise; None of nothing.
        listed: how many lines its list has.
    """

    promise_id: int
    period: Period
    value: Decimal | None
    is_kept: bool | None
    listed: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure of a promise as it was read last.

    Args:
        period: when.
        value: of the measure; a span for times, None of nothing.
        is_kept: whether it keeps the promise; None of nothing.
        listed: how many lines its list had.
        read_at: when it was read.
    """

    period: Period
    value: Value
    is_kept: bool | None
    listed: int
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Readings:
    """The figures of a promise.

    Args:
        measure: what is measured.
        now: of the period that runs, or None if it was never read.
        last: of the last period that is over, or None if it was never read.
        trend: of the last periods that are over, oldest first.
    """

    measure: Measure
    now: Reading | None
    last: Reading | None
    trend: tuple[Reading, ...]

    @property
    def read_at(self) -> datetime | None:
        """When the newest of them was read."""
        found = self.now or self.last
        return found.read_at if found else None

    @property
    def has_data(self) -> bool:
        """Whether anything was measured in any of the periods."""
        shown = (*self.trend, *((self.now,) if self.now else ()))
        return any(each.value is not None for each in shown)


def amount_of(found: Measure, number: Decimal) -> Value:
    """Return a number as it stands in the charter as a value of its measure."""
    if found.unit is MeasureUnit.DURATION:
        return timedelta(minutes=float(number))
    if found.unit is MeasureUnit.CASES:
        return int(number) if number == number.to_integral_value() else number
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def charter_readings(promises: Sequence[PromiseRow], *, at: datetime) -> dict[int, Readings]:
    """Return what is kept of the figures of some promises, by version; one query.

    A promise whose measure is not known has no figures.

    Args:
        promises: versions of promises.
        at: now, which tells the period that runs from those that are over.
    """
    known = {each.id: each for each in promises if _known_measure(each)}
    if not known:
        return {}
    earliest = at.date() - timedelta(days=366 * 4)
    rows: dict[int, list[CharterReading]] = defaultdict(list)
    kept = CharterReading.objects.filter(promise_id__in=known, first_day__gte=earliest)
    for row in kept.order_by("first_day"):
        rows[row.promise_id].append(row)
    return {key: _readings(each, rows[key], at=at) for key, each in known.items()}


def _readings(promise: PromiseRow, rows: Iterable[CharterReading], *, at: datetime) -> Readings:
    found = measure(promise.measure)
    kind = PeriodKind(promise.period.value)
    running = this_period(kind, zone=promise.zone, at=at)
    over = run_up(running.before(), count=PERIODS_OF_TREND)
    by_day = {row.first_day: row for row in rows}
    shown = [_reading(found, each, by_day.get(each.first_day)) for each in (*over, running)]
    trend = tuple(each for each in shown[:-1] if each is not None)
    return Readings(measure=found, now=shown[-1], last=shown[-2], trend=trend)


def _reading(found: Measure, period: Period, row: CharterReading | None) -> Reading | None:
    if row is None:
        return None
    value = None if row.value is None else amount_of(found, row.value)
    return Reading(period, value, row.is_kept, row.listed, row.read_at)


def behind(promise: PromiseRow, period: Period, *, actor: Actor) -> Selection | None:
    """Return the list behind a figure, for its address, where the reader may see all of it.

    Asks no query: whoever may see all work sees that of any subject. The subject is named by its
    code alone.

    Args:
        promise: whose figure.
        period: of the figure.
        actor: who reads.
    """
    return behind_figure(
        promise.measure, promise.subject_kind, promise.subject_code, period, actor=actor
    )


def behind_figure(
    code: str, subject_kind: str, subject_code: str, period: Period, *, actor: Actor
) -> Selection | None:
    """Return the list behind a figure as ``behind`` does, by what was measured."""
    if not _is_promised(code) or not actor.may(VIEW_WORK) or not actor.may_somewhere(VIEW):
        return None
    found = measure(code)
    if found.what is None or not found.counts:
        return None
    kind = SubjectKind(subject_kind)
    subject = Subject(kind=kind, id=0, code=subject_code or kind.value, name="")
    return Selection(subject, period, found.what, kind=found.clock)


def _known_measure(promise: PromiseRow) -> bool:
    return _is_promised(promise.measure)


def _is_promised(code: str) -> bool:
    return any(each.code == code for each in PROMISED_MEASURES)


def _subject(promise: PromiseRow, *, actor: Actor) -> Subject:
    code = promise.subject_code or SubjectKind.EVERYTHING.value
    return find_subject(promise.subject_kind, code, actor=actor)


def subject_choices(*, language: str) -> dict[SubjectKind, tuple[tuple[str, str], ...]]:
    """Return whose figures can be promised: code and name by kind, by name; four queries."""
    return {
        kind: tuple(
            sorted(
                ((row.code, row.text("name", language)) for row in model.objects.all()),
                key=lambda each: each[1].casefold(),
            )
        )
        for kind, model in MODELS.items()
    }


def subject_names(promises: Iterable[OfSubject], *, language: str) -> Mapping[tuple[str, str], str]:
    """Return the names of what promises are measured on, by kind and code; a query for each kind.

    Args:
        promises: whose; indicators name what they measure in the same way.
        language: the reader's.
    """
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in promises:
        wanted[each.subject_kind].add(each.subject_code)
    everything = SubjectKind.EVERYTHING
    names = {(everything.value, ""): str(SUBJECT_NAMES[everything])}
    for kind, model in MODELS.items():
        if wanted[kind.value]:
            for row in model.objects.filter(code__in=wanted[kind.value]):
                names[kind.value, row.code] = row.text("name", language)
    return names


def count_promises(*, at: datetime, only: Collection[int] | None = None) -> list[Counted]:
    """Count the figures of the promises in force, in six statements for each subject and period.

    What was read lately is counted for the last period and the running one only.

    Args:
        at: now.
        only: the versions to count; all where None.
    """
    promises = [
        each
        for each in promises_in_force(at=at)
        if _known_measure(each) and (only is None or each.id in only)
    ]
    fresh = _fresh([each.id for each in promises], at=at)
    together: dict[tuple[str, str, str, str, int], list[PromiseRow]] = defaultdict(list)
    for each in promises:
        count = 2 if each.id in fresh else PERIODS_OF_TREND + 1
        together[each.subject_kind, each.subject_code, each.period.value, each.zone, count].append(
            each
        )
    found: list[Counted] = []
    for (*_subject_key, count), group in together.items():
        found += _count_group(group, count, at=at)
    return found


def _fresh(ids: Collection[int], *, at: datetime) -> frozenset[int]:
    """Return the versions whose whole trend was read lately."""
    lately = CharterReading.objects.filter(promise_id__in=ids, read_at__gt=at - ALL_AGAIN)
    counted = lately.values("promise_id").annotate(periods=Count("pk")).order_by()
    whole = counted.filter(periods__gt=PERIODS_OF_TREND)
    return frozenset(whole.values_list("promise_id", flat=True))


def _count_group(group: Sequence[PromiseRow], count: int, *, at: datetime) -> list[Counted]:
    actor, first = system_actor(), group[0]
    try:
        subject = _subject(first, actor=actor)
    except NotFound:
        return []
    running = this_period(PeriodKind(first.period.value), zone=first.zone, at=at)
    periods = run_up(running, count=count)
    measured = figures(subject, periods, actor=actor, at=at)
    found = []
    for each in group:
        for part in measured:
            if each.measure in OF_GOALS:
                found.append(_of_goals(each, subject, part.period, at=at))
            else:
                found.append(_of_figure(each, part))
    return found


def _of_figure(promise: PromiseRow, part: Measured) -> Counted:
    figure = part.figures[promise.measure]
    exact = _exact(figure, part.attainments)
    kept = None if exact is None else is_kept(exact, bound=promise.bound, target=promise.target)
    return Counted(promise.id, part.period, plain_number(figure.value), kept, figure.listed)


def _exact(figure: Figure, attainments: Iterable[Attainment]) -> Decimal | None:
    """Return the share of kept promises unrounded; any other figure as it is told."""
    if not figure.measure.code.endswith("attainment") or figure.value is None:
        return plain_number(figure.value)
    clock = figure.measure.clock
    counted = [each for each in attainments if clock in ("", each.kind)]
    kept, decided = sum(each.kept for each in counted), sum(each.decided for each in counted)
    return Decimal(kept) * HUNDRED / decided


def _of_goals(promise: PromiseRow, subject: Subject, period: Period, *, at: datetime) -> Counted:
    lowest = lowest_result(promise.measure, subject, period, at=at)
    if lowest is None or lowest.value is None:
        return Counted(promise.id, period, None, None, 0)
    kept = is_kept(lowest.value, bound=promise.bound, target=promise.target)
    return Counted(promise.id, period, lowest.value, kept, lowest.listed)
