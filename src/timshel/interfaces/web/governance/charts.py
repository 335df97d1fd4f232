"""Small pictures of a trend, drawn here; the numbers stand in the table beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from timshel.kernel.text import labelled
from timshel.performance_evaluation.measurement.queries import Measured
from timshel.performance_evaluation.reporting import wording

WIDTH, HEIGHT, FLOOR = 480.0, 130.0, 110.0
GAP = 6.0
HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its figure; without a value there is none."""

    x: str
    y: str
    width: str
    height: str
    text: str
    series: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A name below the bars."""

    x: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture.

    Args:
        title: what it shows.
        series: the names of its measures.
        bars: from left to right.
        ticks: names of periods.
        top: the value at the upper edge, in words.
    """

    title: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    top: str


def charts(trend: Sequence[Measured]) -> list[Chart]:
    """Return the pictures of a trend."""
    return [
        _chart(_("Opened and solved"), ("opened", "resolved"), trend),
        _chart(_("Promises kept"), ("attainment",), trend, full=HUNDRED),
        _chart(_("Open at the end"), ("backlog",), trend),
        _chart(_("From opening to solution, median"), ("wall_median",), trend),
    ]


def _chart(
    title: str, codes: tuple[str, ...], trend: Sequence[Measured], *, full: float = 0.0
) -> Chart:
    values = [[_height(each.figures[code].value) for code in codes] for each in trend]
    known = [value for row in values for value in row if value is not None]
    top = full or max(known, default=0.0) or 1.0
    step = WIDTH / len(trend)
    width = (step - GAP) / len(codes)
    bars = []
    for position, (each, row) in enumerate(zip(trend, values, strict=True)):
        for number, (code, value) in enumerate(zip(codes, row, strict=True)):
            if value is None:
                continue
            height = max(FLOOR * value / top, 1.0 if value else 0.0)
            figure = each.figures[code]
            label = f"{wording.period_name(each.period)}, {figure.measure.name}"
            bars.append(
                Bar(
                    x=_figure(position * step + GAP / 2 + number * width),
                    y=_figure(FLOOR - height),
                    width=_figure(width - 1),
                    height=_figure(height),
                    text=labelled(label, wording.value(figure)),
                    series=number,
                )
            )
    ticks = tuple(
        Tick(_figure((position + 0.5) * step), wording.short_name(each.period))
        for position, each in enumerate(trend)
        if (len(trend) - 1 - position) % 3 == 0
    )
    names = tuple(str(trend[-1].figures[code].measure.name) for code in codes)
    return Chart(title, names, tuple(bars), ticks, _top(codes[0], trend, top))


def _top(code: str, trend: Sequence[Measured], top: float) -> str:
    measure = trend[-1].figures[code].measure
    is_span = any(isinstance(each.figures[code].value, timedelta) for each in trend)
    return wording.amount(measure.unit, timedelta(minutes=top) if is_span else round(top))


def _height(value: int | Decimal | timedelta | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, timedelta):
        return value / timedelta(minutes=1)
    return float(value)


def _figure(number: float) -> str:
    return f"{number:.1f}"
