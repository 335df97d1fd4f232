"""Each measure, once: what it means in words, and beside the words how the database counts it.

Tiles, report cards, documents, spreadsheets and the interface all take their figures from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from timshel.kernel.errors import NotFound
from timshel.performance_evaluation.measurement.queries.selection import (
    IS_KEPT,
    IS_RESOLVED,
    part_of_ended,
)
from timshel.performance_evaluation.measurement.rules import rounding
from timshel.performance_evaluation.measurement.states import Better, MeasureUnit, What
from timshel.relationship_agreement.service_level.states import ClockKind

Value = int | Decimal | timedelta | None
Parts = Mapping[str, Any]

TO_RESPOND = "respond"
TO_RESOLVE = "resolve"
TO_FULFIL = "fulfil"
KIND_ORDER = tuple(kind.value for kind in ClockKind)


class Percentile(Aggregate):
    """PostgreSQL's ``percentile_cont``: between two values it interpolates in a straight line."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, *, share: str, **extra: Any) -> None:
        super().__init__(expression, share=share, output_field=DurationField(), **extra)


def _span(later: str, earlier: str) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(F(later) - F(earlier), output_field=DurationField())


OPEN_TO_SOLVED = _span("resolved_at", "opened_at")
OPEN_TO_ANSWERED = _span("stopped_at", "work_item__opened_at")

# How the database counts, in groups of what is read together: rows of cases that were opened, of
# cases that ended, of promises that were decided, of clocks that stopped.
OF_OPENED: Mapping[str, Aggregate] = {"opened": Count("pk")}
OF_ENDED: Mapping[str, Aggregate] = {
    "ended": Count("pk"),
    "resolved": Count("pk", filter=IS_RESOLVED),
    "withdrawn": Count("pk", filter=part_of_ended(What.WITHDRAWN)),
    "reopened": Count("pk", filter=part_of_ended(What.REOPENED)),
    "handed_over": Sum("reassignments", filter=IS_RESOLVED),
    "routed": Count("pk", filter=part_of_ended(What.ROUTED)),
    "first_level": Count("pk", filter=part_of_ended(What.FIRST_LEVEL)),
    "open_to_solved_median": Percentile(OPEN_TO_SOLVED, share="0.5", filter=IS_RESOLVED),
    "open_to_solved_p90": Percentile(OPEN_TO_SOLVED, share="0.9", filter=IS_RESOLVED),
}
OF_DECIDED: Mapping[str, Aggregate] = {
    "decided": Count("pk"),
    "kept": Count("pk", filter=IS_KEPT),
}
OF_STOPPED: Mapping[str, Aggregate] = {
    "stopped": Count("pk"),
    "median": Percentile("elapsed", share="0.5"),
    "p90": Percentile("elapsed", share="0.9"),
    "answered_median": Percentile(OPEN_TO_ANSWERED, share="0.5"),
}


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure means.

    Args:
        code: its name for programs.
        name: for people.
        formula: in words.
        unit: in what it is told.
        population: which cases or promises it is about, in words.
        rounding: in words.
        source: where the figures come from, in words.
        better: in which direction it gets better.
        what: the list that stands behind it; None where there is none.
        clock: for times and promises of one kind of clock, that kind.
        figure: makes the figure of what the database counted; None where more is needed.
        counts: which of what was counted is the length of the list.
    """

    code: str
    name: Promise
    formula: Promise
    unit: MeasureUnit
    population: Promise
    rounding: Promise
    source: Promise
    better: Better
    what: What | None = None
    clock: str = ""
    figure: Callable[[Parts], Value] | None = field(default=None, compare=False)
    counts: str = ""


OPENED = _("Cases that were opened in the period.")
ENDED = _("Cases that ended in the period.")
SOLVED = _("Cases that were solved in the period and are not reopened.")
PROMISES = _(
    "Promises that were decided in the period: kept when the clock stopped in time, broken at the "
    "moment it ran out. A promise counts once, at the earlier of the two; one that ran out and "
    "goes on running is broken. Promises of cases that were withdrawn do not count."
)
STOPPED = _("Clocks that stopped in the period, in time or late; cancelled ones do not count.")
EXACT = _("Whole numbers; nothing is rounded.")
TENTHS = _("One decimal, half to even.")
HUNDREDTHS = _("Two decimals, half to even.")
THOUSANDTHS = _("Three decimals, half to even.")
MINUTES = _("Whole minutes, half to even.")
CASES = _(
    "The cases, as they stand now: incidents. What was ordered is measured by the promises to "
    "deliver it."
)
CLOCKS = _("The clocks of the agreements, read from the journal.")
OUTSIDE = _("Recorded values that are measured elsewhere. Without one it says so.")


def _number(name: str) -> Callable[[Parts], Value]:
    return lambda parts: parts[name] or 0


def _share(part: str, whole: str) -> Callable[[Parts], Value]:
    return lambda parts: rounding.percent(parts[part] or 0, parts[whole] or 0)


def _minutes(name: str) -> Callable[[Parts], Value]:
    return lambda parts: rounding.whole_minutes(parts[name])


MEASURES: tuple[Measure, ...] = (
    Measure(
        "opened",
        pgettext_lazy("cases", "Opened"),
        _("How many cases were opened."),
        MeasureUnit.CASES, OPENED, EXACT, CASES, Better.NEITHER,
        What.OPENED, figure=_number("opened"), counts="opened",
    ),
    Measure(
        "ended",
        pgettext_lazy("cases", "Ended"),
        _("How many cases ended: solved and withdrawn ones together."),
        MeasureUnit.CASES, ENDED, EXACT, CASES, Better.NEITHER,
        What.ENDED, figure=_number("ended"), counts="ended",
    ),
    Measure(
        "resolved",
        pgettext_lazy("cases", "Solved"),
        _("How many cases were solved; what is reopened counts with its last solution only."),
        MeasureUnit.CASES, SOLVED, EXACT, CASES, Better.NEITHER,
        What.RESOLVED, figure=_number("resolved"), counts="resolved",
    ),
    Measure(
        "withdrawn",
        _("Withdrawn"),
        _("How many cases were withdrawn or cancelled."),
        MeasureUnit.CASES, ENDED, EXACT, CASES, Better.NEITHER,
        What.WITHDRAWN, figure=_number("withdrawn"), counts="withdrawn",
    ),
    Measure(
        "net",
        _("Net"),
        _("Opened less ended: by how much the backlog grew."),
        MeasureUnit.CASES, _("Cases that were opened or ended in the period."), EXACT, CASES,
        Better.LOWER,
    ),
    Measure(
        "backlog",
        _("Open at the end"),
        _(
            "How many cases were open when the period ended, or are open now. An ending that did "
            "not hold is none: a reopened case was open all the while."
        ),
        MeasureUnit.CASES, _("Cases that were opened before the period ended."), EXACT, CASES,
        Better.LOWER, What.OPEN, counts="backlog",
    ),
    Measure(
        "backlog_age",
        _("Open at the end, by age"),
        _(
            "The open cases by whole days of 24 hours since they were opened: 0–1, 2–7, 8–14, "
            "15–30, 31–90 and more than 90 days."
        ),
        MeasureUnit.CASES, _("Cases open at the end of the period."), EXACT, CASES,
        Better.LOWER, What.OPEN,
    ),
    Measure(
        "attainment",
        _("Promises kept"),
        _("Kept promises of all decided ones."),
        MeasureUnit.PERCENT, PROMISES, TENTHS, CLOCKS, Better.HIGHER,
        What.DECIDED, figure=_share("kept", "decided"), counts="decided",
    ),
    Measure(
        "respond_attainment",
        _("Answered in time"),
        _("Kept promises to respond of all decided ones."),
        MeasureUnit.PERCENT, PROMISES, TENTHS, CLOCKS, Better.HIGHER,
        What.DECIDED, TO_RESPOND, _share("kept", "decided"), "decided",
    ),
    Measure(
        "resolve_attainment",
        _("Solved in time"),
        _("Kept promises to solve of all decided ones."),
        MeasureUnit.PERCENT, PROMISES, TENTHS, CLOCKS, Better.HIGHER,
        What.DECIDED, TO_RESOLVE, _share("kept", "decided"), "decided",
    ),
    Measure(
        "fulfil_attainment",
        _("Delivered in time"),
        _("Kept promises to deliver what was ordered of all decided ones."),
        MeasureUnit.PERCENT, PROMISES, TENTHS, CLOCKS, Better.HIGHER,
        What.DECIDED, TO_FULFIL, _share("kept", "decided"), "decided",
    ),
    Measure(
        "fulfil_median",
        _("Time to deliver, median"),
        _("Working time until delivery, pauses left out: half of the orders took less."),
        MeasureUnit.DURATION, STOPPED, MINUTES, CLOCKS, Better.LOWER,
        What.STOPPED, TO_FULFIL, _minutes("median"), "stopped",
    ),
    Measure(
        "respond_median",
        _("Time to respond, median"),
        _("Working time until the first response, pauses left out: half of the cases took less."),
        MeasureUnit.DURATION, STOPPED, MINUTES, CLOCKS, Better.LOWER,
        What.STOPPED, TO_RESPOND, _minutes("median"), "stopped",
    ),
    Measure(
        "respond_p90",
        _("Time to respond, 90th percentile"),
        _(
            "Working time until the first response, pauses left out: nine tenths of the cases "
            "took less. Between two values it is interpolated (PostgreSQL’s percentile_cont)."
        ),
        MeasureUnit.DURATION, STOPPED, MINUTES, CLOCKS, Better.LOWER,
        What.STOPPED, TO_RESPOND, _minutes("p90"), "stopped",
    ),
    Measure(
        "first_response",
        _("First response by the clock on the wall, median"),
        _(
            "From the opening until the first response, nights and pauses included: half of the "
            "cases took less."
        ),
        MeasureUnit.DURATION, STOPPED, MINUTES, CLOCKS, Better.LOWER,
        What.STOPPED, TO_RESPOND, _minutes("answered_median"), "stopped",
    ),
    Measure(
        "resolve_median",
        _("Time to resolve, median"),
        _("Working time until the solution, pauses left out: half of the cases took less."),
        MeasureUnit.DURATION, STOPPED, MINUTES, CLOCKS, Better.LOWER,
        What.STOPPED, TO_RESOLVE, _minutes("median"), "stopped",
    ),
    Measure(
        "resolve_p90",
        _("Time to resolve, 90th percentile"),
        _(
            "Working time until the solution, pauses left out: nine tenths of the cases took "
            "less. Between two values it is interpolated (PostgreSQL’s percentile_cont)."
        ),
        MeasureUnit.DURATION, STOPPED, MINUTES, CLOCKS, Better.LOWER,
        What.STOPPED, TO_RESOLVE, _minutes("p90"), "stopped",
    ),
    Measure(
        "wall_median",
        _("From opening to solution, median"),
        _("Time from the opening to the solution, nights and pauses included: half took less."),
        MeasureUnit.DURATION, SOLVED, MINUTES, CASES, Better.LOWER,
        What.RESOLVED, "", _minutes("open_to_solved_median"), "resolved",
    ),
    Measure(
        "wall_p90",
        _("From opening to solution, 90th percentile"),
        _(
            "Time from the opening to the solution, nights and pauses included: nine tenths took "
            "less. Between two values it is interpolated (PostgreSQL’s percentile_cont)."
        ),
        MeasureUnit.DURATION, SOLVED, MINUTES, CASES, Better.LOWER,
        What.RESOLVED, "", _minutes("open_to_solved_p90"), "resolved",
    ),
    Measure(
        "reopening_rate",
        _("Reopened"),
        _("Solved cases that had been reopened before, of all that were solved."),
        MeasureUnit.PERCENT, SOLVED, TENTHS, CASES, Better.LOWER,
        What.REOPENED, figure=_share("reopened", "resolved"), counts="reopened",
    ),
    Measure(
        "hand_overs",
        _("Hand-overs"),
        _(
            "How often a case went from one team or person to another, on average. The first team "
            "and the first person are no hand-over."
        ),
        MeasureUnit.HAND_OVERS, SOLVED, HUNDREDTHS, CASES, Better.LOWER,
        What.RESOLVED, "",
        lambda parts: rounding.average(parts["handed_over"] or 0, parts["resolved"] or 0),
        "resolved",
    ),
    Measure(
        "first_level",
        _("Solved at the first level"),
        _(
            "Solved cases whose team supports, at level 1, a function on which the service rests, "
            "of all solved cases that belong to a service."
        ),
        MeasureUnit.PERCENT,
        _("Cases that were solved in the period and belong to a service."),
        TENTHS, CASES, Better.HIGHER,
        What.FIRST_LEVEL, figure=_share("first_level", "routed"), counts="first_level",
    ),
    Measure(
        "availability",
        _("Availability"),
        _(
            "Agreed service time less the time the service was down within it, of the agreed "
            "service time. Where several reports tell of one outage, its time counts once; it "
            "lasts from the opening of a case in which the service is down to its solution. Of "
            "several services the lowest is told. A value that was measured elsewhere goes before."
        ),
        MeasureUnit.PERCENT,
        _("Agreed hours of the period that have passed."),
        THOUSANDTHS,
        _("Cases in which the service is down, and the calendar of the agreement."),
        Better.HIGHER, What.DOWN,
    ),
    Measure(
        "satisfaction",
        _("Satisfaction"),
        _("What was recorded for days within the period; of several the longest and latest."),
        MeasureUnit.PERCENT, _("As whoever measured it says."),
        _("As recorded, up to four decimals."), OUTSIDE, Better.HIGHER,
    ),
    Measure(
        "business",
        _("In business terms"),
        _("What was recorded for days within the period; of several the longest and latest."),
        MeasureUnit.VALUE, _("As whoever measured it says."),
        _("As recorded, up to four decimals."), OUTSIDE, Better.NEITHER,
    ),
)  # fmt: skip

_BY_CODE: Mapping[str, Measure] = {measure.code: measure for measure in MEASURES}


def measure(code: str) -> Measure:
    """Return a measure.

    Raises:
        NotFound: there is none of this code.
    """
    if code not in _BY_CODE:
        raise NotFound
    return _BY_CODE[code]
