"""The figures of a subject for periods that follow one another, in six statements however many.

All periods are counted at once, each row in the period in which its moment lies, so that a
figure, its trend and the comparison with the period before are one and the same reading.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Count, DateTimeField, Func, IntegerField, QuerySet, Value

from timshel.kernel.actor import Actor
from timshel.performance_evaluation.measurement.queries import registry
from timshel.performance_evaluation.measurement.queries.registry import MEASURES, Measure
from timshel.performance_evaluation.measurement.queries.selection import (
    AGE_BANDS,
    NO_GOAL,
    AgeBand,
    Selection,
    age_between,
    chosen_cases,
    chosen_promises,
    is_open_at,
)
from timshel.performance_evaluation.measurement.queries.subjects import Subject, cases_of
from timshel.performance_evaluation.measurement.rules import rounding
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind, starts
from timshel.performance_evaluation.measurement.states import What

Parts = dict[str, Any]
OF_A_CLOCK = (*registry.OF_STOPPED, *registry.OF_DECIDED)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the list that it opens.

    Args:
        measure: what it means.
        value: rounded as the measure says; None where there is nothing to measure.
        listed: how many lines the list has.
        selection: the list; None where none stands behind.
    """

    measure: Measure
    value: registry.Value
    listed: int
    selection: Selection | None


@dataclass(frozen=True, slots=True)
class Attainment:
    """Promises of one kind and priority with one goal.

    Args:
        kind: of clock.
        priority: of the cases.
        goal: the share that is to be kept, in per cent, or None.
        decided: how many were decided.
        kept: how many of them were kept.
        percent: the share of kept ones, with one decimal.
        is_reached: whether the share reaches the goal; None without a goal.
        selection: the decided ones.
    """

    kind: str
    priority: int
    goal: Decimal | None
    decided: int
    kept: int
    percent: Decimal | None
    is_reached: bool | None
    selection: Selection

    @property
    def broken(self) -> int:
        """How many were broken."""
        return self.decided - self.kept

    @property
    def kept_selection(self) -> Selection:
        """The kept ones."""
        return replace(self.selection, what=What.KEPT)

    @property
    def broken_selection(self) -> Selection:
        """The broken ones."""
        return replace(self.selection, what=What.BROKEN)


@dataclass(frozen=True, slots=True)
class Band:
    """Open cases of one age, with their list."""

    band: AgeBand
    count: int
    selection: Selection


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in one period.

    Args:
        period: which.
        figures: by the codes of their measures.
        attainments: by kind of clock, priority and goal.
    """

    period: Period
    figures: Mapping[str, Figure]
    attainments: tuple[Attainment, ...]


def figures(
    subject: Subject, periods: Sequence[Period], *, actor: Actor, at: datetime
) -> tuple[Measured, ...]:
    """Return what was measured in periods that follow one another, in five queries.

    Args:
        subject: of whom.
        periods: oldest first, without gaps.
        actor: who reads; only what they may see is counted.
        at: now.
    """
    reading = _Reading(subject, periods, actor=actor, at=at)
    return reading.read()


def backlog_bands(
    subject: Subject, period: Period, *, actor: Actor, at: datetime
) -> tuple[Band, ...]:
    """Return the cases that were open when a period ended, or are now, by age; one query."""
    moment = min(period.until, at)
    counts = cases_of(subject, actor=actor).filter(is_open_at(period.until))
    counted = counts.aggregate(
        **{
            f"band_{position}": Count("pk", filter=age_between(band, at=moment))
            for position, band in enumerate(AGE_BANDS)
        }
    )
    return tuple(
        Band(
            band, counted[f"band_{position}"], Selection(subject, period, What.OPEN, band=band.code)
        )
        for position, band in enumerate(AGE_BANDS)
    )


class _Reading:
    """One reading of some periods."""

    def __init__(
        self, subject: Subject, periods: Sequence[Period], *, actor: Actor, at: datetime
    ) -> None:
        self._subject = subject
        self._periods = periods
        self._by: dict[str, Any] = {"actor": actor, "at": at}
        self._actor = actor
        first, last = periods[0], periods[-1]
        self._all = Period(PeriodKind.DAYS, first.first_day, last.last_day, last.zone)

    def read(self) -> tuple[Measured, ...]:
        parts: list[Parts] = [defaultdict(_nothing) for _period in self._periods]
        for row in self._cases(What.OPENED, "opened_at", registry.OF_OPENED):
            parts[row.pop("bucket") - 1].update(row)
        for row in self._cases(What.ENDED, "ended_at", registry.OF_ENDED):
            parts[row.pop("bucket") - 1].update(row)
        for row in self._promises(What.STOPPED, "stopped_at", registry.OF_STOPPED, "kind"):
            position, kind = row.pop("bucket") - 1, row.pop("kind")
            parts[position].update({f"{kind}.{name}": value for name, value in row.items()})
        decided = self._decided()
        for part, attainments in zip(parts, decided, strict=True):
            _add_decided(part, attainments)
        self._add_backlog(parts)
        return tuple(
            Measured(period, self._figures(period, part), attainments)
            for period, part, attainments in zip(self._periods, parts, decided, strict=True)
        )

    def _cases(self, what: What, moment: str, counted: Mapping[str, Any]) -> list[Parts]:
        rows = chosen_cases(Selection(self._subject, self._all, what), **self._by)
        return self._grouped(rows, moment, counted)

    def _promises(
        self, what: What, moment: str, counted: Mapping[str, Any], *keys: str
    ) -> list[Parts]:
        rows = chosen_promises(Selection(self._subject, self._all, what), **self._by)
        return self._grouped(rows, moment, counted, *keys)

    def _grouped(
        self, rows: QuerySet[Any], moment: str, counted: Mapping[str, Any], *keys: str
    ) -> list[Parts]:
        begun = Value(starts(self._periods), output_field=ArrayField(DateTimeField()))
        bucket = Func(moment, begun, function="width_bucket", output_field=IntegerField())
        return list(
            rows.annotate(bucket=bucket).values("bucket", *keys).annotate(**counted).order_by()
        )

    def _decided(self) -> list[tuple[Attainment, ...]]:
        found: list[list[Attainment]] = [[] for _period in self._periods]
        keys = ("kind", "work_item__priority", "attainment_percent")
        for row in self._promises(What.DECIDED, "decided_at", registry.OF_DECIDED, *keys):
            position = row["bucket"] - 1
            found[position].append(self._attainment(self._periods[position], row))
        order = list(registry.KIND_ORDER)
        return [
            tuple(
                sorted(
                    each,
                    key=lambda a: (order.index(a.kind), a.priority, a.goal is None, a.goal or 0),
                )
            )
            for each in found
        ]

    def _attainment(self, period: Period, row: Parts) -> Attainment:
        goal, decided, kept = row["attainment_percent"], row["decided"], row["kept"]
        share = rounding.percent(kept, decided)
        return Attainment(
            kind=row["kind"],
            priority=row["work_item__priority"],
            goal=goal,
            decided=decided,
            kept=kept,
            percent=share,
            # Held against the exact share: rounding makes no promise kept.
            is_reached=None if goal is None else kept * 100 >= goal * decided,
            selection=Selection(
                self._subject,
                period,
                What.DECIDED,
                kind=row["kind"],
                priority=row["work_item__priority"],
                goal=NO_GOAL if goal is None else str(goal),
            ),
        )

    def _add_backlog(self, parts: Iterable[Parts]) -> None:
        """Add the backlog at the end of each period: what was open before it, and the net of it."""
        begun = is_open_at(self._periods[0].since)
        backlog = cases_of(self._subject, actor=self._actor).filter(begun).count()
        for part in parts:
            part["net"] = (part["opened"] or 0) - (part["ended"] or 0)
            backlog += part["net"]
            part["backlog"] = backlog

    def _figures(self, period: Period, part: Parts) -> dict[str, Figure]:
        found = {}
        for measure in MEASURES:
            if measure.code in ("net", "backlog"):
                value: registry.Value = part[measure.code]
            elif measure.figure is None:
                continue
            else:
                value = measure.figure(_of_clock(measure, part))
            listed = _of_clock(measure, part)[measure.counts] if measure.counts else 0
            selection = (
                Selection(self._subject, period, measure.what, kind=measure.clock)
                if measure.what
                else None
            )
            found[measure.code] = Figure(measure, value, listed or 0, selection)
        return found


def _add_decided(part: Parts, attainments: Iterable[Attainment]) -> None:
    """Add how many promises were decided and kept: in all, and of each kind of clock."""
    counted: Counter[str] = Counter()
    for each in attainments:
        for prefix in ("", f"{each.kind}."):
            counted[f"{prefix}decided"] += each.decided
            counted[f"{prefix}kept"] += each.kept
    part.update({"decided": 0, "kept": 0, **counted})


def _nothing() -> None:
    """Return what was counted where there was no row."""


def _of_clock(measure: Measure, part: Parts) -> Mapping[str, Any]:
    """Return what was counted, of one kind of clock where the measure is about that."""
    if not measure.clock:
        return part
    return {name: part.get(f"{measure.clock}.{name}") for name in OF_A_CLOCK}
