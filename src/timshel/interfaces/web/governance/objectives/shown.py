"""Objectives in words, and their readings as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import gettext as _

from timshel.kernel.errors import NotFound
from timshel.kernel.text import labelled
from timshel.performance_evaluation.measurement.queries import Measure, amount_of, measure
from timshel.performance_evaluation.measurement.states import UNIT_NAMES
from timshel.performance_evaluation.reporting import wording
from timshel.planning.objective.queries import ObjectiveRow, ObjectiveView, ReadingRow
from timshel.planning.objective.rules.content import ObjectiveContent
from timshel.planning.objective.rules.control import Control, Signal
from timshel.planning.objective.states import STATE_NAMES, Direction, Level

NOTHING = "–"
LOOKS = {
    "draft": ("stage-new", "pencil"),
    "agreed": ("stage-in-progress", "progress"),
    "met": ("stage-resolved", "circle-check"),
    "missed": ("stage-waiting", "circle-x"),
    "dropped": ("stage-cancelled", "x"),
}
WIDTH, TOP, FLOOR = 480.0, 10.0, 110.0
EDGE = 16.0
HUNDREDTH = Decimal("0.01")
MOST_POINTS = 48
MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Shown:
    """An objective in words.

    Args:
        row: itself.
        level: what it is.
        state: where it stands.
        look: the class of its mark.
        icon: of its mark.
        last: what was read last, with its unit.
        baseline: where it begins.
        target: with its side and its unit; empty where there is none.
        percent: the share of the way in whole per cent; None where it is not known.
    """

    row: ObjectiveRow
    level: str
    state: str
    look: str
    icon: str
    last: str
    baseline: str
    target: str
    percent: int | None


@dataclass(frozen=True, slots=True)
class Dot:
    """A reading to be drawn."""

    day: date
    value: Decimal
    words: str
    is_signal: bool


@dataclass(frozen=True, slots=True)
class Point:
    """A reading in the picture."""

    x: str
    y: str
    text: str
    is_signal: bool


@dataclass(frozen=True, slots=True)
class Across:
    """A line across the picture."""

    y: str
    look: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The readings as they follow each other, between their limits."""

    path: str
    points: tuple[Point, ...]
    lines: tuple[Across, ...]
    ticks: tuple[tuple[str, str], ...]


def counted_by(content: ObjectiveContent) -> Measure | None:
    """Return the measure whose figures are counted; None where they are recorded by hand."""
    if not content.measure:
        return None
    try:
        return measure(content.measure)
    except NotFound:
        return None


def value_words(content: ObjectiveContent, value: Decimal | None) -> str:
    """Return a value with the unit of an objective."""
    if value is None:
        return NOTHING
    counted = counted_by(content)
    if counted is not None:
        return wording.amount(counted.unit, amount_of(counted, value))
    short = value.normalize()
    if short == short.to_integral_value():
        short = short.quantize(Decimal(1))
    return (
        wording.percent(short) if content.unit == "%" else f"{wording.number(short)} {content.unit}"
    )


def unit_words(content: ObjectiveContent) -> str:
    """Return the unit of an objective."""
    counted = counted_by(content)
    return str(UNIT_NAMES[counted.unit]) if counted else content.unit


def shown(row: ObjectiveRow) -> Shown:
    """Return an objective in words."""
    look, icon = LOOKS[row.state]
    content = row.content
    side = Direction(content.direction).label
    target = "" if content.target is None else f"{side} {value_words(content, content.target)}"
    percent = None
    if row.progress is not None:
        percent = int(row.progress)  # what is nearly there is not there
    return Shown(
        row=row,
        level=str(Level(content.level).label),
        state=str(STATE_NAMES[row.state]),
        look=look,
        icon=icon,
        last=value_words(content, row.last_value),
        baseline=value_words(content, content.baseline),
        target=target,
        percent=percent,
    )


def reading_rows(view: ObjectiveView) -> list[tuple[ReadingRow, str, list[str]]]:
    """Return the readings with their values and why they are more than chance, newest first."""
    content = view.row.content
    signals = view.control.signals if view.control else (frozenset(),) * len(view.readings)
    found = [
        (each, value_words(content, each.value), signal_words(signal))
        for each, signal in zip(view.readings, signals, strict=True)
    ]
    return found[::-1]


def signal_words(signals: frozenset[Signal]) -> list[str]:
    """Return why a reading is more than chance."""
    names = {
        Signal.BEYOND: _("beyond the limits"),
        Signal.RUN: _("one of eight or more in a row on one side"),
    }
    return [names[each] for each in Signal if each in signals]


def control_words(content: ObjectiveContent, found: Control) -> dict[str, str]:
    """Return the centre and the limits with their unit."""
    return {
        name: value_words(content, _short(getattr(found, name)))
        for name in ("centre", "lower", "upper", "mean_range")
    }


def _short(value: Decimal) -> Decimal:
    return value.quantize(HUNDREDTH, rounding=ROUND_HALF_EVEN)


def picture(view: ObjectiveView) -> Picture | None:
    """Return the latest readings as a picture; None where there are fewer than two."""
    content = view.row.content
    signals = view.control.signals if view.control else (frozenset(),) * len(view.readings)
    dots = [
        Dot(each.day, each.value, value_words(content, each.value), bool(why))
        for each, why in zip(view.readings, signals, strict=True)
    ]
    return drawn(dots, _across(view))


def drawn(dots: Sequence[Dot], across: Sequence[tuple[Decimal, str, str]]) -> Picture | None:
    """Return the latest readings of something as a picture; None where there are fewer than two.

    Args:
        dots: the readings, oldest first.
        across: the value, the look and the words of lines across the picture.
    """
    readings = dots[-MOST_POINTS:]
    if len(readings) < 2:
        return None
    values = [each.value for each in readings] + [value for value, _look, _text in across]
    lowest, highest = min(values), max(values)
    span = float(highest - lowest) or 1.0

    def height(value: Decimal) -> str:
        return f"{FLOOR - (FLOOR - TOP) * float(value - lowest) / span:.1f}"

    step = (WIDTH - 2 * EDGE) / (len(readings) - 1)
    places = [f"{EDGE + position * step:.1f}" for position in range(len(readings))]
    points = tuple(
        Point(
            x=place,
            y=height(each.value),
            text=labelled(wording.day(each.day), each.words),
            is_signal=each.is_signal,
        )
        for place, each in zip(places, readings, strict=True)
    )
    every = -(-len(readings) // MOST_TICKS)
    ticks = tuple(
        (place, f"{each.day:%Y-%m}")
        for position, (place, each) in enumerate(zip(places, readings, strict=True))
        if position % every == every // 2
    )
    lines = tuple(Across(height(value), look, text) for value, look, text in across)
    return Picture(" ".join(f"{each.x},{each.y}" for each in points), points, lines, ticks)


def _across(view: ObjectiveView) -> Sequence[tuple[Decimal, str, str]]:
    content = view.row.content
    found: list[tuple[Decimal, str, str]] = []
    if content.target is not None:
        words = _("Target: %(value)s") % {"value": value_words(content, content.target)}
        found.append((content.target, "target", words))
    if view.control:
        limits = control_words(content, view.control)
        found += [
            (view.control.centre, "centre", _("Mean: %(value)s") % {"value": limits["centre"]}),
            (view.control.lower, "limit", _("Limit: %(value)s") % {"value": limits["lower"]}),
            (view.control.upper, "limit", _("Limit: %(value)s") % {"value": limits["upper"]}),
        ]
    return found
