"""The words in which improvements are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from timshel.improvement.initiative.queries import ImprovementRow, measure_choices
from timshel.improvement.initiative.rules import (
    BENEFIT_WORDS,
    COST_WORDS,
    EFFORT_WORDS,
    RISK_WORDS,
    Area,
)
from timshel.improvement.initiative.states import (
    OUTCOME_NAMES,
    PATH,
    STATE_NAMES,
    AreaKind,
    ImprovementState,
)
from timshel.kernel.errors import Text
from timshel.operation.process.queries.definitions import published_codes
from timshel.performance_evaluation.measurement.queries import measure, subject_choices
from timshel.performance_evaluation.measurement.states import MeasureUnit, SubjectKind

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """An improvement with what a page says of it.

    Args:
        row: the improvement.
        state: where it stands, in words.
        urgency: how soon, in words.
        area: what it is about, in words.
        bands: the name, figure and words of each of its assessment.
        before: the figure before, with its unit; empty without one.
        expected: the promised one.
        reached: the one that was reached.
        measured_by: the name of the measure.
        outcome: what it brought, in words; empty while nobody knows.
    """

    row: ImprovementRow
    state: str
    urgency: str
    area: str
    bands: tuple[tuple[str, int, Text], ...]
    before: str
    expected: str
    reached: str
    measured_by: str
    outcome: str


@dataclass(frozen=True, slots=True)
class PathStep:
    """One point of the way of an improvement: its name, whether it is passed, and reached now."""

    name: Text
    is_passed: bool
    is_here: bool


def area_value(area: Area) -> str:
    """Return an area as a form sends it."""
    return f"{area.kind}:{area.code}" if area.kind else ""


def area_of(value: str) -> Area:
    """Return the area that a form or an address names."""
    kind, _colon, code = value.partition(":")
    return Area(kind, code)


def area_names(language: str) -> dict[str, str]:
    """Return the names of all areas by what forms send; five queries."""
    found = subject_choices(language=language)
    names = {
        area_value(Area(kind.value, code)): name
        for kind in (SubjectKind.SERVICE, SubjectKind.UNIT, SubjectKind.CUSTOMER)
        for code, name in found.get(kind, ())
    }
    codes = sorted(published_codes())
    return names | {area_value(Area(AreaKind.PROCESS.value, code)): code for code in codes}


def area_choices(language: str, *, also: Area | None = None) -> list[tuple[str, Any]]:
    """Return the areas for choosing one, by kind.

    Args:
        language: the reader's.
        also: one that stands there already, even where it is gone.
    """
    names = area_names(language)
    if also is not None and also.kind:
        names.setdefault(area_value(also), also.code)
    groups: list[tuple[str, Any]] = [("", _("The whole system"))]
    for kind in AreaKind:
        members = [(key, name) for key, name in names.items() if area_of(key).kind == kind]
        if members:
            groups.append((str(kind.label), members))
    return groups


def area_words(area: Area, names: Names) -> str:
    """Return what something is about, in words."""
    return names.get(area_value(area), area.code) if area.kind else _("The whole system")


def shown(row: ImprovementRow, names: Names) -> Shown:
    """Return an improvement with its words.

    Args:
        row: the improvement.
        names: of areas, by what forms send.
    """
    unit = _unit(row)
    outcome = row.comparison.outcome if row.comparison else None
    return Shown(
        row=row,
        state=str(STATE_NAMES[row.state]),
        urgency=str(row.urgency.label),
        area=area_words(row.area, names),
        bands=_bands(row),
        before=_figure(row.value_before, unit),
        expected=_figure(row.value_expected, unit),
        reached=_figure(row.value_reached, unit),
        measured_by=_measured_by(row, names),
        outcome=str(OUTCOME_NAMES[outcome]) if outcome else "",
    )


def path_of(states: Iterable[ImprovementState], now: ImprovementState) -> tuple[PathStep, ...]:
    """Return the way of an improvement as a row of points.

    Args:
        states: through which it came.
        now: where it stands; what left the way shows that point at its end.
    """
    is_off = now not in PATH
    last = len(PATH) - 1 if not is_off else -1
    here = PATH.index(now) if not is_off else last
    came = set(states)
    points = [
        PathStep(
            STATE_NAMES[state],
            is_passed=(state in came) if is_off else position < here,
            is_here=position == here,
        )
        for position, state in enumerate(PATH)
    ]
    if is_off:
        points = [point for point in points if point.is_passed]
        points.append(PathStep(STATE_NAMES[now], is_passed=False, is_here=True))
    return tuple(points)


def _bands(row: ImprovementRow) -> tuple[tuple[str, int, Text], ...]:
    found = (
        (_("Benefit"), row.benefit, BENEFIT_WORDS),
        (_("Cost"), row.cost, COST_WORDS),
        (_("Effort"), row.effort, EFFORT_WORDS),
        (_("Risk"), row.risk, RISK_WORDS),
    )
    return tuple((name, value, words[value]) for name, value, words in found if value is not None)


def _figure(value: Decimal | None, unit: str) -> str:
    if value is None:
        return ""
    number = number_format(format(value.normalize(), "f"))
    return f"{number} {unit}".strip()


def _unit(row: ImprovementRow) -> str:
    if not row.measure:
        return row.unit
    if row.measure not in dict(measure_choices()):
        return ""
    unit = measure(row.measure).unit
    if unit is MeasureUnit.DURATION:
        return _("minutes")
    return "%" if unit is MeasureUnit.PERCENT else ""


def _measured_by(row: ImprovementRow, names: Names) -> str:
    if not row.measure:
        return _("By hand") if row.value_expected is not None else ""
    name = dict(measure_choices()).get(row.measure, row.measure)
    return f"{name}, {area_words(row.measured_area, names)}"
