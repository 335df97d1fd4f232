"""Figures, periods and causes in the reader's words, the same on the page and in the document.

Everything here speaks the language that is active.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import dates
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.operation.work.states import WAITING_NAMES, WaitingReason
from timshel.performance_evaluation.measurement.queries import Figure, GoalResult
from timshel.performance_evaluation.measurement.queries.registry import Value
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind
from timshel.performance_evaluation.measurement.states import Better, MeasureUnit
from timshel.performance_evaluation.reporting.queries.causes import Cause
from timshel.relationship_agreement.service_level.states import GOAL_NAMES, GoalMeasure
from timshel.resolution_fulfilment.incident.states import RESOLUTION_NAMES

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOTHING = "–"
MONTHS_OF_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure differs from the period before.

    Args:
        text: by how much, with its sign; empty where there is nothing to compare.
        tone: ``better``, ``worse`` or ``same``.
    """

    text: str
    tone: str


def value(figure: Figure) -> str:
    """Return the value of a figure with its unit."""
    return amount(figure.measure.unit, figure.value)


def amount(unit: MeasureUnit, given: Value) -> str:
    """Return a value with its unit; a dash where there is nothing to measure."""
    if given is None:
        return NOTHING
    if isinstance(given, timedelta):
        return duration(given)
    if unit is MeasureUnit.PERCENT:
        return percent(given)
    return number(given)


def number(given: int | Decimal) -> str:
    """Return a number as people of the active language write it."""
    return number_format(given, use_l10n=True, force_grouping=True)


def percent(given: int | Decimal) -> str:
    """Return a share in per cent."""
    return _("%(number)s%%") % {"number": number(given)}


def duration(span: timedelta) -> str:
    """Return a span in hours and minutes, without seconds."""
    minutes = abs(span) // MINUTE
    if minutes < HOUR // MINUTE:
        return ngettext("%(count)d min", "%(count)d min", minutes) % {"count": minutes}
    hours, rest = divmod(minutes, HOUR // MINUTE)
    return _("%(hours)s h %(minutes)02d min") % {"hours": number(hours), "minutes": rest}


def change(figure: Figure, before: Figure | None) -> Change:
    """Return how a figure differs from that of the period before."""
    if before is None or figure.value is None or before.value is None:
        return Change("", "same")
    # Both are of one measure, hence of one type.
    difference: Any = figure.value - before.value  # type: ignore[operator]
    if not difference:
        return Change(_("as before"), "same")
    is_more = difference > type(difference)()
    size = abs(difference)
    if isinstance(size, timedelta):
        told = duration(size)
    elif figure.measure.unit is MeasureUnit.PERCENT:
        told = ngettext("%(count)s point", "%(count)s points", 1 if size == 1 else 2) % {
            "count": number(size)
        }
    else:
        told = number(size)
    return Change(f"{'+' if is_more else '−'}{told}", _tone(figure.measure.better, is_more=is_more))


def _tone(better: Better, *, is_more: bool) -> str:
    if better is Better.NEITHER:
        return "same"
    return "better" if is_more == (better is Better.HIGHER) else "worse"


def period_name(period: Period) -> str:
    """Return a period as people call it, such as "March 2026"."""
    first = period.first_day
    match period.kind:
        case PeriodKind.MONTH:
            return _("%(month)s %(year)d") % {
                "month": str(dates.MONTHS[first.month]),
                "year": first.year,
            }
        case PeriodKind.QUARTER:
            quarter = (first.month - 1) // MONTHS_OF_QUARTER + 1
            return _("Quarter %(quarter)d of %(year)d") % {"quarter": quarter, "year": first.year}
        case PeriodKind.YEAR:
            return str(first.year)
        case PeriodKind.WEEK:
            year, week, _day = first.isocalendar()
            return _("Week %(week)d of %(year)d") % {"week": week, "year": year}
        case _:
            return days(period)


def days(period: Period) -> str:
    """Return the days of a period."""
    if period.first_day == period.last_day:
        return day(period.first_day)
    return _("%(first)s to %(last)s") % {
        "first": day(period.first_day),
        "last": day(period.last_day),
    }


def day(given: date) -> str:
    """Return a day, as in "2 March 2026"."""
    return _("%(day)d %(month)s %(year)d") % {
        "day": given.day,
        "month": str(dates.MONTHS[given.month]),
        "year": given.year,
    }


def short_name(period: Period) -> str:
    """Return a period in few letters, for the axis of a picture."""
    first = period.first_day
    match period.kind:
        case PeriodKind.MONTH:
            return _("%(month)s %(year)02d") % {
                "month": str(dates.MONTHS_3[first.month]).capitalize(),
                "year": first.year % 100,
            }
        case PeriodKind.QUARTER:
            quarter = (first.month - 1) // MONTHS_OF_QUARTER + 1
            return _("Q%(quarter)d %(year)02d") % {"quarter": quarter, "year": first.year % 100}
        case PeriodKind.YEAR:
            return str(first.year)
        case _:
            return f"{first.day}/{first.month}"


def cause(given: Cause, resolution_code: str | None) -> list[str]:
    """Return why a promise was broken, as far as the record tells, in sentences."""
    found = []
    if given.link:
        found.append(
            _("%(name)s had it longest: %(span)s.")
            % {"name": given.link, "span": duration(given.link_time)}
        )
    for reason, span in given.waiting:
        named = WAITING_NAMES[WaitingReason(reason)]
        found.append(_("%(reason)s: %(span)s.") % {"reason": named, "span": duration(span)})
    if resolution_code:
        found.append(_("Outcome: %(outcome)s.") % {"outcome": RESOLUTION_NAMES[resolution_code]})
    return found


def goal_name(result: GoalResult) -> str:
    """Return what a goal is about."""
    return result.name or str(GOAL_NAMES[GoalMeasure(result.measure)])


def goal_title(result: GoalResult) -> str:
    """Return what a goal is about, with the service where it is measured for one."""
    name = goal_name(result)
    if not result.service:
        return name
    return _("%(goal)s: %(service)s") % {"goal": name, "service": result.service}


def goal_amount(result: GoalResult, given: Decimal | None) -> str:
    """Return a value of a goal with its unit; a sentence where nothing was measured."""
    if given is None:
        return _("Not measured yet")
    if result.measure != GoalMeasure.BUSINESS:
        return percent(given)
    told = number(given)
    return _("%(number)s %(unit)s") % {"number": told, "unit": result.unit} if result.unit else told


def goal_bound(result: GoalResult) -> str:
    """Return what a goal asks for."""
    bound = _("at least %(value)s") if result.is_minimum else _("at most %(value)s")
    return bound % {"value": goal_amount(result, result.goal)}
