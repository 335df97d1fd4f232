"""Improvements and cycles as people see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from timshel.improvement.initiative import access
from timshel.improvement.initiative.models import Improvement
from timshel.improvement.initiative.rules import PREFIX, Area, Comparison, compare
from timshel.improvement.initiative.states import (
    OPEN,
    CycleStep,
    Deed,
    ImprovementState,
    Urgency,
)
from timshel.kernel.record_numbers import number_of


@dataclass(frozen=True, slots=True)
class ImprovementRow:
    """An improvement as people see it.

    Args:
        number: by which people know it.
        title: what would be better.
        detail: Markdown; may be empty.
        page: the path of the page on which it was thought of; may be empty.
        area: what it is about.
        suggested_by: the name of who suggested it; empty for the system.
        suggested_at: when.
        state: where it stands.
        moved_at: since when.
        benefit: from 1 to 5; None before it is assessed.
        cost: from 1 to 5, as all of these.
        effort: in time.
        risk: of doing it.
        score: by which it is ranked.
        assessed_by: the name of who did.
        authorised_by: the name of who did.
        expected_benefit: what it is to bring, in words.
        measure: the code of a measure of the report cards; empty where it is measured by hand.
        measured_area: of whom the measure is.
        unit: in what a figure by hand is told.
        value_before: the figure before.
        value_expected: the figure that is promised.
        value_reached: the figure that was reached.
        comparison: the three held against each other; None while one of them is missing.
        urgency: which come first.
        owner_code: of whoever answers for it; empty for nobody.
        owner_name: their name.
        due_date: until when it is to be done.
        is_overdue: not done after that day, counted in UTC.
        cycle_id: the key of its cycle, or None.
        cycle_name: the name of that.
        revision: rises with each change.
    """

    number: str
    title: str
    detail: str
    page: str
    area: Area
    suggested_by: str
    suggested_at: datetime
    state: ImprovementState
    moved_at: datetime
    benefit: int | None
    cost: int | None
    effort: int | None
    risk: int | None
    score: int | None
    assessed_by: str
    authorised_by: str
    expected_benefit: str
    measure: str
    measured_area: Area
    unit: str
    value_before: Decimal | None
    value_expected: Decimal | None
    value_reached: Decimal | None
    comparison: Comparison | None
    urgency: Urgency
    owner_code: str
    owner_name: str
    due_date: date | None
    is_overdue: bool
    cycle_id: int | None
    cycle_name: str
    revision: int


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that an improvement took.

    Args:
        state: where it led.
        said: what whoever suggested it was told; may be empty.
        by: the name of who took it; empty for the system.
        at: when.
    """

    state: ImprovementState
    said: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ImprovementView:
    """An improvement with its steps and with what the reader may do.

    Args:
        row: the improvement.
        steps: oldest first.
        deeds: what the reader may do with it now.
        may_change: whether the reader may say otherwise what it is about.
        waits_for_other: the reader could authorise it, had they not assessed it themselves.
    """

    row: ImprovementRow
    steps: tuple[StepRow, ...]
    deeds: tuple[Deed, ...]
    may_change: bool
    waits_for_other: bool


@dataclass(frozen=True, slots=True)
class SuggestionView:
    """What somebody suggested, as they follow it: no figures, but what was said at each step.

    Args:
        number: by which people know it.
        title: as they wrote it, or as it was put since.
        state: where it stands.
        suggested_at: when.
        moved_at: since when it stands there.
        steps: oldest first.
    """

    number: str
    title: str
    state: ImprovementState
    suggested_at: datetime
    moved_at: datetime
    steps: tuple[StepRow, ...]


@dataclass(frozen=True, slots=True)
class CycleRow:
    """A cycle as people see it.

    Args:
        id: its key.
        name: of the cycle.
        area: what it is about.
        step: where it stands.
        plan: what is to be reached, and how; Markdown, as all of these.
        do: what was done.
        check: what it brought.
        act: what follows from it.
        turn: the how-many-th turn it is.
        before_id: the key of the turn before, or None.
        begun_at: when.
        closed_at: when, or None.
        improvements: those that belong to it and that the reader may see, the best ranked first.
        revision: rises with each change.
        may_change: whether the reader may change it.
    """

    id: int
    name: str
    area: Area
    step: CycleStep
    plan: str
    do: str
    check: str
    act: str
    turn: int
    before_id: int | None
    begun_at: datetime
    closed_at: datetime | None
    improvements: tuple[ImprovementRow, ...]
    revision: int
    may_change: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What the notice of a step says.

    Args:
        number: of the improvement.
        title: what would be better.
        state: where the step led.
        person_id: the key of who suggested it, or None.
        said: what they are told.
        by_name: who took the step; empty for the system.
    """

    number: str
    title: str
    state: ImprovementState
    person_id: int | None
    said: str
    by_name: str


@dataclass(frozen=True, slots=True)
class ImprovementSummary:
    """How improvement went, for a management review.

    Args:
        suggested: suggested in the period.
        open: neither measured nor declined at its end.
        unassessed: of those, not assessed yet.
        overdue: of those, not done after their last day.
        done: done in the period, measured or not.
        measured: measured in the period.
        declined: declined in the period.
        kept: of those measured in the period with figures, how many brought what was promised.
        held: of how many there were figures.
    """

    suggested: int
    open: int
    unassessed: int
    overdue: int
    done: int
    measured: int
    declined: int
    kept: int
    held: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which improvements are asked for.

    Args:
        when: ``open``, ``ended`` or ``all``.
        state: only those that stand there; None for all.
        area: only what is about this; None for all.
        is_own: only those that the reader answers for.
        text: words of the title.
        is_ranked: those that are assessed and not done, the best first; else the latest first.
    """

    when: str = "open"
    state: ImprovementState | None = None
    area: Area | None = None
    is_own: bool = False
    text: str = ""
    is_ranked: bool = False


def comparison_of(row: Improvement) -> Comparison | None:
    """Hold what was reached against what was promised; None while a figure is missing."""
    if row.value_before is None or row.value_expected is None or row.value_reached is None:
        return None
    return compare(before=row.value_before, expected=row.value_expected, reached=row.value_reached)


def row_of(row: Improvement, *, at: datetime) -> ImprovementRow:
    """Return an improvement as people see it; its people and its cycle are read already."""
    is_late = row.due_date is not None and row.due_date < at.date()
    return ImprovementRow(
        number=number_of(PREFIX, row.pk),
        title=row.title,
        detail=row.detail,
        page=row.page,
        area=access.area_of(row),
        suggested_by=row.suggested_by.name if row.suggested_by else "",
        suggested_at=row.suggested_at,
        state=ImprovementState(row.state),
        moved_at=row.moved_at,
        benefit=row.benefit,
        cost=row.cost,
        effort=row.effort,
        risk=row.risk,
        score=row.score,
        assessed_by=row.assessed_by.name if row.assessed_by else "",
        authorised_by=row.authorised_by.name if row.authorised_by else "",
        expected_benefit=row.expected_benefit,
        measure=row.measure,
        measured_area=Area(row.measure_kind, row.measure_code),
        unit=row.unit,
        value_before=row.value_before,
        value_expected=row.value_expected,
        value_reached=row.value_reached,
        comparison=comparison_of(row),
        urgency=Urgency(row.urgency),
        owner_code=row.owner.code if row.owner else "",
        owner_name=row.owner.name if row.owner else "",
        due_date=row.due_date,
        is_overdue=is_late and row.state in OPEN and row.state != ImprovementState.DONE,
        cycle_id=row.cycle_id,
        cycle_name=row.cycle.name if row.cycle else "",
        revision=row.revision,
    )
