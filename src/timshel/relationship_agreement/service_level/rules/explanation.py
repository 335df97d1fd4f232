"""The explanation of a deadline: every stretch of time, counted or not, with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby

from timshel.kernel.calendar import Reason
from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.rules.laps import ENDS, Span, Status
from timshel.relationship_agreement.service_level.rules.terms import NOTHING, Terms
from timshel.relationship_agreement.service_level.states import RUNS

WAITING = "waiting"
STOPPED = "stopped"
NO_TARGET = "no_target"


@dataclass(frozen=True, slots=True)
class ExplainedStretch:
    """A stretch of time in the life of a clock.

    Args:
        start: its first moment.
        end: the first moment after it.
        is_counted: whether it used up the target.
        reason: one of :class:`timshel.kernel.calendar.Reason`, or "waiting", "stopped" or
            "no_target".
        detail: the holiday's name or the reason of the waiting, or nothing.
        elapsed: working time used at its end.
        target: the target in force, or None.
        is_expected: whether it lies after the reading, on the way to the due moment.
    """

    start: datetime
    end: datetime
    is_counted: bool
    reason: str
    detail: str
    elapsed: timedelta
    target: timedelta | None
    is_expected: bool = False


@dataclass(frozen=True, slots=True)
class ExplainedDay:
    """A date on the reader's wall clock, or several in a row on which nothing differed.

    Args:
        first: the date.
        last: the last one of those in a row; the same for a single date.
        stretches: its stretches, cut at midnight.
        counted: how much used up the target.
        elapsed: working time used at its end.
        is_expected: whether all of it lies after the reading.
    """

    first: date
    last: date
    stretches: tuple[ExplainedStretch, ...]
    counted: timedelta
    elapsed: timedelta
    is_expected: bool


def explained_days(stretches: Iterable[ExplainedStretch], *, zone: tzinfo) -> list[ExplainedDay]:
    """Return stretches by the dates of a reader, with idle dates in a row made one.

    Args:
        stretches: as :func:`explain_reading` gave them.
        zone: the reader's.
    """
    pieces = (piece for each in stretches for piece in _by_date(each, zone))
    days: list[ExplainedDay] = []
    for day, found in groupby(pieces, key=lambda each: each.start.astimezone(zone).date()):
        made = _day(day, tuple(_joined(found)))
        if days and _is_alike(days[-1], made):
            days[-1] = replace(days[-1], last=day, stretches=(_over(days[-1], made),))
        else:
            days.append(made)
    return days


def _by_date(stretch: ExplainedStretch, zone: tzinfo) -> Iterator[ExplainedStretch]:
    """Yield a stretch cut at the midnights of a zone; a counted one is counted piece by piece."""
    used = stretch.elapsed - (stretch.end - stretch.start if stretch.is_counted else NOTHING)
    start = stretch.start
    while start < stretch.end:
        following = start.astimezone(zone).date() + timedelta(days=1)
        midnight = datetime.combine(following, time(), tzinfo=zone).astimezone(stretch.end.tzinfo)
        end = min(midnight, stretch.end)
        used += end - start if stretch.is_counted else NOTHING
        yield replace(stretch, start=start, end=end, elapsed=used)
        start = end


def _joined(pieces: Iterable[ExplainedStretch]) -> Iterator[ExplainedStretch]:
    """Yield pieces, with those that touch for the same reason made one."""
    held: ExplainedStretch | None = None
    for each in pieces:
        if held is not None and held.end == each.start and _same(held, each):
            held = replace(held, end=each.end, elapsed=each.elapsed)
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


def _same(one: ExplainedStretch, other: ExplainedStretch) -> bool:
    return (one.reason, one.detail, one.is_expected, one.target) == (
        other.reason,
        other.detail,
        other.is_expected,
        other.target,
    )


def _day(day: date, pieces: tuple[ExplainedStretch, ...]) -> ExplainedDay:
    return ExplainedDay(
        first=day,
        last=day,
        stretches=pieces,
        counted=sum((each.end - each.start for each in pieces if each.is_counted), NOTHING),
        elapsed=pieces[-1].elapsed,
        is_expected=all(each.is_expected for each in pieces),
    )


def _is_alike(one: ExplainedDay, other: ExplainedDay) -> bool:
    """Tell whether nothing was counted on either, for the same single reason."""
    if len(one.stretches) != 1 or len(other.stretches) != 1 or one.counted or other.counted:
        return False
    return _same(one.stretches[0], other.stretches[0])


def _over(one: ExplainedDay, other: ExplainedDay) -> ExplainedStretch:
    return replace(one.stretches[0], end=other.stretches[0].end)


def explain_reading(reading: ClockReading, *, at: datetime) -> tuple[ExplainedStretch, ...]:
    """Return how a reading came about, and how it goes on to the due moment while it runs.

    Args:
        reading: what :func:`~.clock.read_clock` gave.
        at: the moment of that reading.
    """
    explained: list[ExplainedStretch] = []
    for span in reading.spans:
        explained.extend(_of_span(span, explained[-1].elapsed if explained else NOTHING))
    if reading.state in RUNS and reading.due_at is not None and reading.due_at > at:
        ahead = Span(at, reading.due_at, Status.RUNNING, None, reading.terms)
        explained.extend(_of_span(ahead, reading.elapsed, is_expected=True))
    return tuple(explained)


def _of_span(
    span: Span, elapsed: timedelta, *, is_expected: bool = False
) -> Iterator[ExplainedStretch]:
    if span.start == span.end:
        return
    for start, end, reason, detail in _parts(span, span.terms):
        is_counted = reason == Reason.WORKING_HOURS
        elapsed += end - start if is_counted else NOTHING
        yield ExplainedStretch(
            start=start,
            end=end,
            is_counted=is_counted,
            reason=reason,
            detail=detail,
            elapsed=elapsed,
            target=span.terms.target if span.terms else None,
            is_expected=is_expected,
        )


def _parts(span: Span, terms: Terms | None) -> list[tuple[datetime, datetime, str, str]]:
    if span.status in ENDS:
        return [(span.start, span.end, STOPPED, "")]
    if span.status is Status.PAUSED:
        return [(span.start, span.end, WAITING, span.waiting_reason or "")]
    if terms is None:
        return [(span.start, span.end, NO_TARGET, "")]
    stretches = terms.calendar.stretches(span.start, span.end)
    return [(each.start, each.end, each.reason.value, each.name) for each in stretches]
