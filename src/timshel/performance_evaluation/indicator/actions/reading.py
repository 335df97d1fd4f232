"""Reading indicators: each period once it is over, and again only where somebody asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotFound, WrongState
from timshel.kernel.events import publish
from timshel.performance_evaluation.indicator import access
from timshel.performance_evaluation.indicator.actions.writing import Changes, journal
from timshel.performance_evaluation.indicator.events import IndicatorRead
from timshel.performance_evaluation.indicator.models import Indicator, Reading
from timshel.performance_evaluation.indicator.rules import (
    first_of_something,
    period_from,
    to_read,
)
from timshel.performance_evaluation.indicator.states import Frequency, IndicatorState
from timshel.performance_evaluation.measurement.queries import PeriodFigure, period_figures
from timshel.performance_evaluation.measurement.rules.periods import Period
from timshel.planning.objective.rules.content import PLACES

LIMIT = 200


@transaction.atomic
def read_indicator(number: str, *, actor: Actor, at: datetime) -> int:
    """Read the periods that are over and were not read; what was read stays as it is.

    Returns:
        How many were read.

    Raises:
        WrongState: it is retired.
        NotAllowed, NotFound: as they say.
    """
    row = access.indicator_to_read(number, actor=actor)
    _require_running(row)
    return read_row(row, actor=actor, at=at)


@transaction.atomic
def recount_reading(number: str, *, first_day: date, actor: Actor, at: datetime) -> bool:
    """Count a period anew; the journal keeps what was read before.

    Args:
        number: of the indicator.
        first_day: of the period.
        actor: its owner, or who chooses indicators.
        at: when.

    Returns:
        Whether it differs from what was read before.

    Raises:
        WrongState: it is retired.
        NotFound: there is no such reading, or nobody left to count for.
        NotAllowed: the right is missing.
    """
    row = access.indicator_to_read(number, actor=actor)
    _require_running(row)
    reading = row.readings.filter(first_day=first_day).first()
    if reading is None:
        raise NotFound
    period = period_from(Frequency(row.frequency), reading.first_day, reading.last_day)
    found = _as_reading(row, _figures(row, [period], at=at)[0], at=at)
    if (found.value, found.population) == (reading.value, reading.population):
        return False
    changes: Changes = {
        f"{first_day}": (_plain(reading), _plain(found)),
        f"{first_day} population": (str(reading.population), str(found.population)),
    }
    reading.value, reading.population, reading.read_at = found.value, found.population, at
    reading.save()
    journal("indicator.recounted", changes, key=row.pk, actor=actor, at=at)
    return True


def read_due(*, actor: Actor, at: datetime, limit: int = LIMIT) -> int:
    """Read the indicators whose last period was not read yet, each in a transaction of its own.

    Args:
        actor: the rule that reads.
        at: now.
        limit: how many at most.

    Returns:
        How many were looked at.
    """
    keys = list(Indicator.objects.unread(at).order_by("pk").values_list("pk", flat=True)[:limit])
    return sum(_read_one(key, actor=actor, at=at) for key in keys)


@transaction.atomic
def _read_one(key: int, *, actor: Actor, at: datetime) -> bool:
    rows = Indicator.objects.select_for_update(skip_locked=True)
    row = rows.unread(at).filter(pk=key).first()
    if row is None:
        return False
    read_row(row, actor=actor, at=at)
    return True


def read_row(row: Indicator, *, actor: Actor, at: datetime) -> int:
    """Read the periods of an indicator that were not read; returns how many."""
    known = set(row.readings.values_list("first_day", flat=True))
    periods = to_read(Frequency(row.frequency), known, at=at)
    if not periods:
        return 0
    try:
        figures = _figures(row, periods, at=at)
    except NotFound:
        return 0
    if not known:
        figures = figures[first_of_something([(each.value, each.listed) for each in figures]) :]
    written = [
        _as_reading(row, each, at=at) for each in figures if each.period.first_day not in known
    ]
    Reading.objects.bulk_create(written)
    row.read_until = periods[-1].last_day
    row.save(update_fields=["read_until"])
    changes: Changes = {f"{each.first_day}": (None, _plain(each)) for each in written}
    journal("indicator.read", changes, key=row.pk, actor=actor, at=at)
    publish(IndicatorRead(row.pk, at, actor.person_id))
    return len(written)


def _figures(
    row: Indicator, periods: Sequence[Period], *, at: datetime
) -> tuple[PeriodFigure, ...]:
    return period_figures(row.measure, row.subject_kind, row.subject_code, periods=periods, at=at)


def _as_reading(row: Indicator, figure: PeriodFigure, *, at: datetime) -> Reading:
    value = None if figure.value is None else figure.value.quantize(PLACES)
    return Reading(
        indicator=row,
        first_day=figure.period.first_day,
        last_day=figure.period.last_day,
        value=value,
        population=figure.listed,
        read_at=at,
    )


def _plain(reading: Reading) -> str | None:
    return None if reading.value is None else str(reading.value)


def _require_running(row: Indicator) -> None:
    if row.state != IndicatorState.RUNNING:
        raise WrongState(_("This indicator is retired. Take it up again first."))
