"""The explanation of a deadline: every stretch of time, counted or not, with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

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
