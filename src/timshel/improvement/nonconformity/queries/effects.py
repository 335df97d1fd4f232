"""What a measure counted before and after an implementation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.improvement.nonconformity.rules import EffectQuestion
from timshel.kernel.actor import Actor, system_actor
from timshel.kernel.errors import Invalid, NotFound
from timshel.performance_evaluation.measurement.queries import (
    PROMISED_MEASURES,
    Measure,
    Subject,
    figures,
    find_subject,
)
from timshel.performance_evaluation.measurement.queries.registry import Value
from timshel.performance_evaluation.measurement.rules.periods import Period, PeriodKind
from timshel.performance_evaluation.measurement.states import SubjectKind

MINUTE = timedelta(minutes=1)
OF_A_SERIES = frozenset({"net", "backlog"})

COUNTED_MEASURES: tuple[Measure, ...] = tuple(
    each for each in PROMISED_MEASURES if each.figure is not None or each.code in OF_A_SERIES
)
"""Measures that are counted from the cases and clocks; those recorded elsewhere go in by hand."""

COUNTED_CODES = frozenset(each.code for each in COUNTED_MEASURES)


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure in the days before and in those after.

    Args:
        before: in the unit of the measure, minutes for times; None of nothing.
        after: the same, after.
    """

    before: Decimal | None
    after: Decimal | None


def counted_effect(
    question: EffectQuestion,
    *,
    before: tuple[date, date],
    after: tuple[date, date],
    zone: str,
    actor: Actor,
    at: datetime,
) -> Counted:
    """Return what a measure counted in two periods; twelve statements.

    A figure counts everybody's work whoever asks, as in the charter; whoever asks must see
    something of the subject.

    Args:
        question: of which measure and subject.
        before: first and last day before the implementation.
        after: first and last day after it.
        zone: whose days they are.
        actor: who asks.
        at: now.

    Raises:
        Invalid: there is no such subject, or the actor may not know of it.
    """
    subject = _subject(question, actor=actor)
    reader = system_actor()
    found: list[Decimal | None] = []
    for first, last in (before, after):
        period = Period(PeriodKind.DAYS, first, last, zone)
        (measured,) = figures(subject, [period], actor=reader, at=at)
        found.append(_number(measured.figures[question.measure].value))
    return Counted(*found)


def _subject(question: EffectQuestion, *, actor: Actor) -> Subject:
    kind = question.subject_kind or SubjectKind.EVERYTHING.value
    try:
        return find_subject(kind, question.subject_code or kind, actor=actor)
    except NotFound as refusal:
        raise Invalid({"subject": [_("There is no such subject, or you may not see it.")]}) from (
            refusal
        )


def _number(value: Value) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, timedelta):
        return Decimal(value // MINUTE)
    return Decimal(value)
