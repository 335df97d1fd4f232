"""How calls are answered: each measure once, and the calls that stand behind each figure.

The conditions are those of the lists of calls, so that a figure is the length of the list that it
opens, for every reader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Aggregate, Avg, Case, Count, DateField, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed
from timshel.kernel.translation import translated
from timshel.operation.call import access
from timshel.operation.call.queries.calls import (
    CONDITIONS,
    IS_ABANDONED,
    IS_ANSWERED,
    IS_FIRST_CONTACT,
    IS_IN_TIME,
    IS_OPENED,
    IS_TALKED,
    IS_WRAPPED,
    CallFilters,
    What,
    chosen_calls,
    span,
)
from timshel.performance_evaluation.measurement.queries.registry import (
    EXACT,
    HUNDREDTHS,
    TENTHS,
    Measure,
    Parts,
)
from timshel.performance_evaluation.measurement.queries.registry import (
    Value as Counted,
)
from timshel.performance_evaluation.measurement.rules import rounding
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.performance_evaluation.measurement.states import Better, MeasureUnit

SECONDS = _("Whole seconds, half to even.")
CALLS = _("Calls as telephone systems tell of them, and as people write them down.")
OFFERED = _(
    "Incoming calls that began in the period and came to a line, answered or given up. Those "
    "given up within the seconds that the line’s settings name are left out; those that still "
    "wait are too."
)
ANSWERED = _("Incoming calls that began in the period, came to a line and were answered.")
TALKED = _("Calls that began in the period, were answered and have ended; a telephone system told.")
WRAPPED = _("Calls that began in the period and were wrapped up; a telephone system told.")
ABOUT = _("Calls and visits that began in the period and were about a case.")
OPENED = _("Calls and visits that began in the period and opened a case.")

_ABOUT_WORK = CONDITIONS[What.ABOUT_WORK]
COUNTED: Mapping[str, Aggregate] = {
    "offered": Count("pk", filter=IS_ANSWERED | IS_ABANDONED),
    "answered": Count("pk", filter=IS_ANSWERED),
    "in_time": Count("pk", filter=IS_IN_TIME),
    "abandoned": Count("pk", filter=IS_ABANDONED),
    "talked": Count("pk", filter=IS_TALKED),
    "wrapped": Count("pk", filter=IS_WRAPPED),
    "about_work": Count("pk", filter=_ABOUT_WORK),
    "cases": Count("work_item", filter=_ABOUT_WORK, distinct=True),
    "opened": Count("pk", filter=IS_OPENED),
    "first_contact": Count("pk", filter=IS_FIRST_CONTACT),
    "wait": Avg("waited", filter=IS_ANSWERED),
    "talk": Avg(span("ended_at", "answered_at"), filter=IS_TALKED),
    "wrap": Avg(span("wrapped_at", "ended_at"), filter=IS_WRAPPED),
}


def _share(part: str, whole: str) -> Callable[[Parts], Counted]:
    return lambda parts: rounding.percent(parts[part] or 0, parts[whole] or 0)


def _seconds(name: str) -> Callable[[Parts], Counted]:
    return lambda parts: rounding.whole_seconds(parts[name])


def _number(name: str) -> Callable[[Parts], Counted]:
    return lambda parts: parts[name] or 0


CALL_MEASURES: tuple[Measure, ...] = (
    Measure(
        "calls_offered",
        _("Calls"),
        _("How many calls came to a line: answered and given up together."),
        MeasureUnit.CALLS, OFFERED, EXACT, CALLS, Better.NEITHER,
        figure=_number("offered"), counts="offered",
    ),
    Measure(
        "calls_answered",
        _("Calls answered"),
        _("How many calls were answered."),
        MeasureUnit.CALLS, ANSWERED, EXACT, CALLS, Better.NEITHER,
        figure=_number("answered"), counts="answered",
    ),
    Measure(
        "calls_abandoned",
        _("Calls given up"),
        _("How many callers hung up before anybody answered."),
        MeasureUnit.CALLS, OFFERED, EXACT, CALLS, Better.LOWER,
        figure=_number("abandoned"), counts="abandoned",
    ),
    Measure(
        "speed_of_answer",
        _("Average speed of answer"),
        _("From the moment at which a call came to the line until somebody answered, on average."),
        MeasureUnit.SECONDS, ANSWERED, SECONDS, CALLS, Better.LOWER,
        figure=_seconds("wait"), counts="answered",
    ),
    Measure(
        "answered_in_time",
        _("Answered in time"),
        _(
            "Calls answered within the seconds that the line’s settings name, of all calls "
            "answered or given up: the service level of the telephone."
        ),
        MeasureUnit.PERCENT, OFFERED, TENTHS, CALLS, Better.HIGHER,
        figure=_share("in_time", "offered"), counts="in_time",
    ),
    Measure(
        "abandon_rate",
        _("Abandon rate"),
        _("Calls given up, of all calls answered or given up."),
        MeasureUnit.PERCENT, OFFERED, TENTHS, CALLS, Better.LOWER,
        figure=_share("abandoned", "offered"), counts="abandoned",
    ),
    Measure(
        "talk_time",
        _("Talk time"),
        _("From the answer until the end of the call, on average."),
        MeasureUnit.SECONDS, TALKED, SECONDS, CALLS, Better.NEITHER,
        figure=_seconds("talk"), counts="talked",
    ),
    Measure(
        "wrap_time",
        _("Wrap-up time"),
        _("From the end of the call until it was wrapped up, on average."),
        MeasureUnit.SECONDS, WRAPPED, SECONDS, CALLS, Better.LOWER,
        figure=_seconds("wrap"), counts="wrapped",
    ),
    Measure(
        "calls_per_case",
        _("Calls for each case"),
        _("Calls and visits about a case, divided by the cases they were about."),
        MeasureUnit.CALLS_PER_CASE, ABOUT, HUNDREDTHS, CALLS, Better.LOWER,
        figure=lambda parts: rounding.average(parts["about_work"] or 0, parts["cases"] or 0),
        counts="about_work",
    ),
    Measure(
        "first_contact",
        _("Solved at first contact"),
        _(
            "Calls and visits whose case was solved before they ended and was not reopened since, "
            "of all that opened a case."
        ),
        MeasureUnit.PERCENT, OPENED, TENTHS, CALLS, Better.HIGHER,
        figure=_share("first_contact", "opened"), counts="first_contact",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CallFigure:
    """A measure's figure, and how many calls its list shows.

    Args:
        measure: what it is.
        value: the figure; None where there was nothing to measure.
        listed: the length of the list that it opens.
        what: which list that is.
    """

    measure: Measure
    value: int | Decimal | timedelta | None
    listed: int
    what: What


@dataclass(frozen=True, slots=True)
class MeasuredCalls:
    """All figures of some calls.

    Args:
        key: what they have in common: a day, the code of a line, the key of a person; or nothing.
        name: the same for people.
        figures: by code of the measure.
    """

    key: str
    name: str
    figures: Mapping[str, CallFigure]


def call_figures(filters: CallFilters, *, actor: Actor) -> MeasuredCalls:
    """Return the figures of some calls together, in one query.

    Args:
        filters: which calls; of a single person only with the right to people's figures.
        actor: who reads.

    Raises:
        NotAllowed: the actor may not see these figures.
    """
    counted = _chosen(filters, actor).aggregate(**COUNTED)
    return MeasuredCalls("", "", _figures(counted))


def calls_by_day(
    filters: CallFilters, periods: Sequence[Period], *, actor: Actor
) -> tuple[MeasuredCalls, ...]:
    """Return the figures of each day or week, in one query.

    Args:
        filters: which calls; their times are set here.
        periods: which follow one another, oldest first, all of one zone.
        actor: who reads.

    Raises:
        NotAllowed: the actor may not see these figures.
    """
    if not periods:
        return ()
    wanted = replace(filters, since=periods[0].since, until=periods[-1].until)
    rows = (
        _chosen(wanted, actor)
        .annotate(day=TruncDate("began_at", tzinfo=ZoneInfo(periods[0].zone)))
        .annotate(first_day=_first_day(periods))
        .order_by()
        .values("first_day")
        .annotate(**COUNTED)
    )
    counted = {row["first_day"]: row for row in rows}
    nothing: dict[str, Any] = dict.fromkeys(COUNTED)
    return tuple(
        MeasuredCalls(day.isoformat(), "", _figures(counted.get(day, nothing)))
        for day in (period.first_day for period in periods)
    )


def calls_by_line(filters: CallFilters, *, actor: Actor) -> tuple[MeasuredCalls, ...]:
    """Return the figures of each line, by name, in one query.

    Raises:
        NotAllowed: the actor may not see these figures.
    """
    rows = (
        _chosen(filters, actor)
        .order_by()
        .values("line__code", "line__name", "line__translations")
        .annotate(**COUNTED)
    )
    found = [
        MeasuredCalls(
            row["line__code"] or "none",
            translated(
                row["line__name"] or "", row["line__translations"] or {}, "name", actor.language
            ),
            _figures(row),
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: (not each.name, each.name.casefold())))


def calls_by_agent(filters: CallFilters, *, actor: Actor) -> tuple[MeasuredCalls, ...]:
    """Return the figures of each person who took calls, by name, in one query.

    Args:
        filters: which calls.
        actor: who reads; only calls for which they have the right to people's figures.

    Raises:
        NotAllowed: the actor may see figures of no single person.
    """
    if not actor.may_somewhere(access.MEASURE_PEOPLE):
        raise NotAllowed
    rows = (
        _chosen(filters, actor)
        .covered(actor, access.MEASURE_PEOPLE)
        .filter(agent__isnull=False)
        .order_by()
        .values("agent_id", "agent__name")
        .annotate(**COUNTED)
    )
    found = [MeasuredCalls(str(row["agent_id"]), row["agent__name"], _figures(row)) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.name.casefold(), each.key)))


def _chosen(filters: CallFilters, actor: Actor) -> Any:
    access.require_measure(actor)
    calls = chosen_calls(filters, actor=actor).covered(actor, access.MEASURE)
    if filters.agent_id is not None:
        if not actor.may_somewhere(access.MEASURE_PEOPLE):
            raise NotAllowed
        calls = calls.covered(actor, access.MEASURE_PEOPLE)
    return calls


def _first_day(periods: Sequence[Period]) -> Any:
    """Return the first day of the period in which a call's day lies."""
    return Case(
        *(
            When(day__gte=period.first_day, day__lte=period.last_day, then=Value(period.first_day))
            for period in periods
        ),
        output_field=DateField(),
    )


def _figures(counted: Mapping[str, Any]) -> dict[str, CallFigure]:
    found: dict[str, CallFigure] = {}
    for measure in CALL_MEASURES:
        if measure.figure is None:
            continue
        found[measure.code] = CallFigure(
            measure, measure.figure(counted), counted[measure.counts] or 0, What(measure.counts)
        )
    return found
