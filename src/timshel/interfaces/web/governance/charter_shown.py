"""Promises of the charter in the reader's words: the portal, the preview and the poster draw these.

A verdict is always said in words; the colour beside it only repeats it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from timshel.interfaces.web.governance.selections import address_of
from timshel.kernel.actor import Actor
from timshel.leadership.policy.queries import PromiseRow
from timshel.leadership.policy.states import AUDIENCE_NAMES, WITH_CODE, AudienceKind, Bound
from timshel.performance_evaluation.measurement.queries import (
    Measure,
    Reading,
    Readings,
    amount_of,
    behind,
    charter_readings,
    subject_names,
)
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.performance_evaluation.measurement.states import UNIT_NAMES, MeasureUnit
from timshel.performance_evaluation.reporting import wording

WIDTH, HEIGHT, FLOOR = 240.0, 64.0, 60.0
BARS = 12
GAP = 4.0
HOUR = timedelta(hours=1)
KEPT, MISSED, NOTHING = "kept", "missed", "nothing"
CATEGORY_NAMES = {
    "dedicated_team": gettext_lazy("Customers with a team of their own"),
    "service_manager": gettext_lazy("Customers with a service manager"),
    "portal_only": gettext_lazy("Customers who use the portal alone"),
}


@dataclass(frozen=True, slots=True)
class ShownFigure:
    """A figure of a promise.

    Args:
        period: in words.
        text: the value with its unit, or a dash.
        verdict: ``kept``, ``missed`` or ``nothing``.
        words: the verdict as people say it.
        address: of the list behind it; empty where the reader may not see it.
        listed: how many lines that list had.
    """

    period: str
    text: str
    verdict: str
    words: str
    address: str
    listed: int


@dataclass(frozen=True, slots=True)
class Bar:
    """A period in the picture of the trend."""

    x: str
    y: str
    width: str
    height: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The last periods as a picture, with the same in numbers.

    Args:
        bars: those in which something was measured.
        target: how far down the line of the target lies.
        summary: what the picture shows, in a sentence.
        figures: all periods, newest first.
    """

    bars: tuple[Bar, ...]
    target: str
    summary: str
    figures: tuple[ShownFigure, ...]


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A promise with its figures.

    Args:
        row: the promise.
        measure: what is measured, or None where there is no such measure.
        subject: on what.
        target: the bound in words.
        last: of the last period that is over.
        now: of the period that runs.
        trend: the last periods; None where a page shows none.
        read_at: when the figures were read, or None.
    """

    row: PromiseRow
    measure: Measure | None
    subject: str
    target: str
    last: ShownFigure | None
    now: ShownFigure | None
    trend: Trend | None
    read_at: datetime | None

    @property
    def told(self) -> ShownFigure | None:
        """The figure by which a short list tells how it goes: the last one that says something."""
        for each in (self.last, self.now):
            if each is not None and each.verdict != NOTHING:
                return each
        return self.now or self.last


def shown_promises(
    rows: Sequence[PromiseRow], *, actor: Actor, at: datetime, with_trend: bool = True
) -> list[ShownPromise]:
    """Return promises with their figures, in a number of queries that does not depend on them.

    Args:
        rows: the promises.
        actor: who reads; figures lead to their lists where they may see these.
        at: now.
        with_trend: whether the last periods and what is measured are told, too.
    """
    readings = charter_readings(rows, at=at)
    names = subject_names(rows, language=actor.language) if with_trend else {}
    return [
        _shown(row, readings.get(row.id), names, actor=actor, with_trend=with_trend) for row in rows
    ]


def newest_reading(promises: Iterable[ShownPromise]) -> datetime | None:
    """Return when the oldest of the shown figures was read, or None where there is none."""
    return min((each.read_at for each in promises if each.read_at), default=None)


def audience_words(row: PromiseRow) -> str:
    """Return to whom a promise is made."""
    name = str(AUDIENCE_NAMES[row.audience])
    if row.audience not in WITH_CODE:
        return name
    if row.audience is AudienceKind.CATEGORY:
        return str(CATEGORY_NAMES.get(row.audience_code, row.audience_code))
    return row.audience_name


def target_words(row: PromiseRow, measure: Measure) -> str:
    """Return the bound of a promise, such as "at least 90%"."""
    bound = _("at least %(value)s") if row.bound is Bound.AT_LEAST else _("at most %(value)s")
    return bound % {"value": _target_amount(measure, amount_of(measure, row.target))}


def _target_amount(measure: Measure, value: int | Decimal | timedelta | None) -> str:
    """Return the value of a target: whole hours without minutes, counts with what is counted."""
    if isinstance(value, timedelta) and value and not value % HOUR:
        return _("%(hours)s h") % {"hours": wording.number(value // HOUR)}
    amount = wording.amount(measure.unit, value)
    if measure.unit in (MeasureUnit.CASES, MeasureUnit.HAND_OVERS):
        return _("%(number)s %(unit)s") % {"number": amount, "unit": UNIT_NAMES[measure.unit]}
    return amount


def _shown(
    row: PromiseRow,
    found: Readings | None,
    names: Mapping[tuple[str, str], str],
    *,
    actor: Actor,
    with_trend: bool,
) -> ShownPromise:
    if found is None:
        return ShownPromise(row, None, "", "", None, None, None, None)
    measure = found.measure
    return ShownPromise(
        row=row,
        measure=measure,
        subject=names.get((row.subject_kind, row.subject_code), row.subject_code),
        target=target_words(row, measure),
        last=_figure(row, measure, found.last, actor=actor),
        now=_figure(row, measure, found.now, actor=actor, is_running=True),
        trend=_trend(row, found, actor=actor) if with_trend else None,
        read_at=found.read_at,
    )


def _figure(
    row: PromiseRow,
    measure: Measure,
    reading: Reading | None,
    *,
    actor: Actor,
    is_running: bool = False,
) -> ShownFigure | None:
    if reading is None:
        return None
    verdict = {True: KEPT, False: MISSED, None: NOTHING}[reading.is_kept]
    return ShownFigure(
        period=wording.period_name(reading.period),
        text=wording.amount(measure.unit, reading.value),
        verdict=verdict,
        words=_verdict_words(verdict, is_running=is_running),
        address=""
        if reading.value is None
        else address_of(behind(row, reading.period, actor=actor)),
        listed=reading.listed,
    )


def _verdict_words(verdict: str, *, is_running: bool) -> str:
    if verdict == NOTHING:
        return _("Nothing to measure")
    if is_running:
        return _("Kept so far") if verdict == KEPT else _("Not kept so far")
    return pgettext("promise", "Kept") if verdict == KEPT else _("Not kept")


def _trend(row: PromiseRow, found: Readings, *, actor: Actor) -> Trend:
    measure = found.measure
    values = [_height(each.value) for each in found.trend]
    target = _height(amount_of(measure, row.target)) or 0.0
    top = max([value for value in values if value is not None] + [target]) or 1.0
    figures = [_figure(row, measure, each, actor=actor) for each in found.trend]
    shown = [each for each in figures if each is not None]
    step = WIDTH / BARS
    first = BARS - len(found.trend)
    bars = []
    for position, (figure, value) in enumerate(zip(shown, values, strict=True)):
        if value is None:
            continue
        height = max(FLOOR * value / top, 2.0)
        bars.append(
            Bar(
                x=_number((first + position) * step + GAP / 2),
                y=_number(FLOOR - height),
                width=_number(step - GAP),
                height=_number(height),
                verdict=figure.verdict,
                text=_("%(period)s: %(value)s") % {"period": figure.period, "value": figure.text},
            )
        )
    return Trend(
        bars=tuple(bars),
        target=_number(FLOOR - FLOOR * target / top),
        summary=_summary(shown, found.trend),
        figures=tuple(reversed(shown)),
    )


def _summary(figures: Sequence[ShownFigure], trend: Sequence[Reading]) -> str:
    measured = [each for each in figures if each.verdict != NOTHING]
    if not measured:
        return _("Nothing was measured in the last periods.")
    kept = sum(each.verdict == KEPT for each in measured)
    return _("Kept in %(kept)d of the %(count)d periods measured, the last one %(period)s.") % {
        "kept": kept,
        "count": len(measured),
        "period": period_words(trend[-1].period),
    }


def period_words(period: Period) -> str:
    """Return a period as people call it."""
    return wording.period_name(period)


def _height(value: int | Decimal | timedelta | None) -> float | None:
    if value is None:
        return None
    if isinstance(value, timedelta):
        return value / timedelta(minutes=1)
    return float(value)


def _number(value: float) -> str:
    return f"{value:.1f}"
