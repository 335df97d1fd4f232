"""Indicators in words, and their readings as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from django.utils.translation import gettext as _

from timshel.interfaces.web.governance.objectives.shown import (
    Dot,
    Picture,
    drawn,
    signal_words,
)
from timshel.interfaces.web.governance.selections import address_of
from timshel.kernel.actor import Actor
from timshel.performance_evaluation.indicator.queries import (
    IndicatorRow,
    IndicatorView,
    ReadingRow,
    ScorecardLineRow,
)
from timshel.performance_evaluation.indicator.rules import IndicatorContent
from timshel.performance_evaluation.indicator.states import (
    STANDING_NAMES,
    IndicatorState,
    Standing,
)
from timshel.performance_evaluation.measurement.queries import behind_figure
from timshel.performance_evaluation.reporting import wording
from timshel.performance_evaluation.reporting.scorecards import IndicatorWords, value_words
from timshel.planning.objective.rules.control import Control

LOOKS: Mapping[Standing, tuple[str, str]] = {
    Standing.GOOD: ("stage-resolved", "circle-check"),
    Standing.WARNING: ("stage-waiting", "alert-triangle"),
    Standing.BAD: ("clock-late", "circle-x"),
    Standing.NO_DATA: ("stage-cancelled", "player-pause"),
}
HUNDREDTH = Decimal("0.01")
WIDTH, HEIGHT, EDGE = 120.0, 28.0, 3.0


@dataclass(frozen=True, slots=True)
class Shown(IndicatorWords):
    """An indicator in words, with its mark."""

    @property
    def look(self) -> str:
        """The class of its mark."""
        return LOOKS[self.row.standing][0]

    @property
    def icon(self) -> str:
        """The icon of its mark."""
        return LOOKS[self.row.standing][1]


@dataclass(frozen=True, slots=True)
class ShownReading:
    """A reading in words.

    Args:
        row: itself.
        period: for when.
        value: with its unit.
        standing: how it stands.
        look: the class of its mark.
        icon: of its mark.
        signals: why it is more than chance; nothing for noise.
        address: of the list behind it; empty where there is none to be seen.
    """

    row: ReadingRow
    period: str
    value: str
    standing: str
    look: str
    icon: str
    signals: list[str]
    address: str


@dataclass(frozen=True, slots=True)
class ShownLine:
    """An indicator on a scorecard, with the way of its latest values as a line."""

    each: Shown
    path: str


def reading_rows(view: IndicatorView, *, actor: Actor) -> list[ShownReading]:
    """Return the readings in words, newest first."""
    content = view.row.content
    return [_reading(content, each, actor=actor) for each in reversed(view.readings)]


def _reading(content: IndicatorContent, row: ReadingRow, *, actor: Actor) -> ShownReading:
    look, icon = LOOKS[row.standing]
    selection = behind_figure(
        content.measure, content.subject_kind, content.subject_code, row.period, actor=actor
    )
    return ShownReading(
        row=row,
        period=wording.period_name(row.period),
        value=value_words(content, row.value),
        standing=str(STANDING_NAMES[row.standing]),
        look=look,
        icon=icon,
        signals=signal_words(row.signals),
        address="" if row.value is None else address_of(selection),
    )


def control_words(content: IndicatorContent, found: Control) -> dict[str, str]:
    """Return the centre and the limits with their unit."""
    return {
        name: value_words(
            content, getattr(found, name).quantize(HUNDREDTH, rounding=ROUND_HALF_EVEN)
        )
        for name in ("centre", "lower", "upper", "mean_range")
    }


def verdict(view: IndicatorView) -> str:
    """Return in a sentence whether the readings are noise or hold a signal."""
    if view.control is None:
        return _("With six readings or more, limits tell noise from a signal.")
    last = next((each for each in reversed(view.readings) if each.value is not None), None)
    if last is not None and last.signals:
        why = ", ".join(signal_words(last.signals))
        return _("The last reading is a signal: %(why)s.") % {"why": why}
    if any(each.signals for each in view.readings):
        return _("The last reading is noise. Earlier readings hold a signal.")
    return _("All readings are noise: none is more than chance.")


def picture(view: IndicatorView) -> Picture | None:
    """Return the latest readings between their limits; None where there are fewer than two."""
    content = view.row.content
    dots = [
        Dot(
            each.period.last_day,
            each.value,
            value_words(content, each.value),
            bool(each.signals),
        )
        for each in view.readings
        if each.value is not None
    ]
    target = _("Target: %(value)s") % {"value": value_words(content, content.target)}
    across = [(content.target, "target", target)]
    if view.control:
        words = control_words(content, view.control)
        across += [
            (view.control.centre, "centre", _("Mean: %(value)s") % {"value": words["centre"]}),
            (view.control.lower, "limit", _("Limit: %(value)s") % {"value": words["lower"]}),
            (view.control.upper, "limit", _("Limit: %(value)s") % {"value": words["upper"]}),
        ]
    return drawn(dots, across)


def shown_lines(lines: Sequence[ScorecardLineRow], language: str) -> list[ShownLine]:
    """Return the indicators of a scorecard in words, each with its trend."""
    rows = Shown.all_of([line.row for line in lines], language=language)
    return [ShownLine(each, path_of(line.trend)) for each, line in zip(rows, lines, strict=True)]


def path_of(trend: Sequence[Decimal | None]) -> str:
    """Return the points of a small line; empty for fewer than two values."""
    values = [each for each in trend if each is not None]
    if len(values) < 2:
        return ""
    lowest, span = min(values), float(max(values) - min(values)) or 1.0
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    depth = HEIGHT - 2 * EDGE
    return " ".join(
        f"{EDGE + position * step:.1f},{HEIGHT - EDGE - depth * float(value - lowest) / span:.1f}"
        for position, value in enumerate(values)
    )


def is_running(row: IndicatorRow) -> bool:
    """Tell whether an indicator is read."""
    return row.state is IndicatorState.RUNNING
