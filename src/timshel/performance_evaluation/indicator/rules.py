"""Pure decisions about indicators: what one says, how a value stands, and what is to be read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults
from timshel.performance_evaluation.indicator.states import (
    Audience,
    Direction,
    Frequency,
    Standing,
)
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    run_up,
    this_period,
)
from timshel.planning.objective.rules.content import (
    LONGEST_CODE,
    LONGEST_TEXT,
    LONGEST_TITLE,
    number_faults,
)
from timshel.planning.objective.rules.control import Control, Signal, control

PREFIX = "IND"
CARD_PREFIX = "SCC"
LONGEST_CLAUSE = 12
MOST_INDICATORS = 60
CLAUSE = re.compile(r"(?:[4-9]|10)(?:\.[1-9][0-9]?){0,3}", flags=re.ASCII)
ZONE = "UTC"
BACK = 24
"""How many periods that are over are read when an indicator is made, and caught up at most."""

GRACE = timedelta(days=2)
"""So long after the end of a period its reading may be missing."""

COUNTED_BY = ("measure", "subject_kind", "subject_code", "frequency")
"""What is fixed: readings of something else would not compare."""

TEXTS: Mapping[str, int] = {
    "title": LONGEST_TITLE,
    "why": LONGEST_TEXT,
    "measure": LONGEST_CODE,
    "subject_kind": LONGEST_CODE,
    "subject_code": LONGEST_CODE,
    "process_code": LONGEST_CODE,
    "clause": LONGEST_CLAUSE,
}
CARD_TEXTS: Mapping[str, int] = {
    "title": LONGEST_TITLE,
    "purpose": LONGEST_TEXT,
    "audience_code": LONGEST_CODE,
}


@dataclass(frozen=True, slots=True)
class IndicatorContent:
    """What is followed, and when it stands well.

    Args:
        title: what it tells, in a few words.
        owner: the code of the person who answers for it.
        measure: the code of a measure of the registry.
        target: what is aimed at; in the unit of the measure, minutes for times.
        warning: what is worse than this warns.
        critical: what is worse than this is bad.
        direction: in which direction it gets better.
        frequency: how often it is read.
        subject_kind: whose figures.
        subject_code: its code; empty for everything.
        why: why it is measured; Markdown.
        clause: of the standard that it belongs to; may be empty.
        process_code: the process it belongs to; may be empty.
    """

    title: str
    owner: str
    measure: str
    target: Decimal
    warning: Decimal
    critical: Decimal
    direction: Direction = Direction.HIGHER
    frequency: Frequency = Frequency.MONTH
    subject_kind: str = "everything"
    subject_code: str = ""
    why: str = ""
    clause: str = ""
    process_code: str = ""


@dataclass(frozen=True, slots=True)
class ScorecardContent:
    """A named group of indicators.

    Args:
        title: what it is called.
        owner: the code of the person who answers for it.
        indicators: their numbers, in order.
        audience: for whom it is.
        audience_code: the code of the process or service; empty for the whole system.
        purpose: what it is for; Markdown.
    """

    title: str
    owner: str
    indicators: tuple[str, ...]
    audience: Audience = Audience.SYSTEM
    audience_code: str = ""
    purpose: str = ""


def content_faults(content: IndicatorContent) -> dict[str, list[Text]]:
    """Return what is wrong with the words and numbers of an indicator, by field."""
    faults = {
        name: text_faults(getattr(content, name), longest=most) for name, most in TEXTS.items()
    }
    if not content.title.strip():
        faults["title"] = [_("Please say in a few words what it tells.")]
    if not content.why.strip():
        faults["why"] = [_("Please say why it is measured.")]
    if content.clause and not CLAUSE.fullmatch(content.clause):
        faults["clause"] = [_("Give a clause such as 9.1 or 8.6.1.")]
    numbers = ("target", "warning", "critical")
    for name in numbers:
        faults[name] = number_faults(getattr(content, name))
    if not any(faults[name] for name in numbers):
        faults |= threshold_faults(content)
    return {name: texts for name, texts in faults.items() if texts}


def threshold_faults(content: IndicatorContent) -> dict[str, list[Text]]:
    """Return which threshold stands on the wrong side of the one before it."""
    faults: dict[str, list[Text]] = {}
    if is_worse(content.target, than=content.warning, direction=content.direction):
        faults["warning"] = [_("The warning must not be better than the target.")]
    if is_worse(content.warning, than=content.critical, direction=content.direction):
        faults["critical"] = [_("The critical value must not be better than the warning.")]
    return faults


def card_faults(content: ScorecardContent) -> dict[str, list[Text]]:
    """Return what is wrong with the words of a scorecard, by field."""
    faults = {
        name: text_faults(getattr(content, name), longest=most) for name, most in CARD_TEXTS.items()
    }
    if not content.title.strip():
        faults["title"] = [_("Please give it a name.")]
    if not content.indicators:
        faults["indicators"] = [_("Choose at least one indicator.")]
    elif len(content.indicators) > MOST_INDICATORS:
        faults["indicators"] = [_("Choose at most 60 indicators.")]
    if content.audience is not Audience.SYSTEM and not content.audience_code:
        faults["audience_code"] = [_("Choose the process or the service.")]
    return {name: texts for name, texts in faults.items() if texts}


def is_worse(value: Decimal, *, than: Decimal, direction: Direction) -> bool:
    """Tell whether a value is worse than another; the same is not."""
    return value < than if direction is Direction.HIGHER else value > than


def standing_of(
    value: Decimal | None, *, warning: Decimal, critical: Decimal, direction: Direction
) -> Standing:
    """Return how a value stands; the thresholds themselves are still on the better side."""
    if value is None:
        return Standing.NO_DATA
    if is_worse(value, than=critical, direction=direction):
        return Standing.BAD
    if is_worse(value, than=warning, direction=direction):
        return Standing.WARNING
    return Standing.GOOD


def last_over(frequency: Frequency, *, at: datetime) -> Period:
    """Return the last period that is over."""
    return this_period(PeriodKind(frequency.value), zone=ZONE, at=at).before()


def period_from(frequency: Frequency, first_day: date, last_day: date) -> Period:
    """Return the period of a reading."""
    return Period(PeriodKind(frequency.value), first_day, last_day, ZONE)


def to_read(frequency: Frequency, known: Collection[date], *, at: datetime) -> Sequence[Period]:
    """Return the periods from the first that was not read to the last that is over.

    Once something was read, nothing is read of what came before.

    Args:
        frequency: how often it is read.
        known: the first days of the periods that were read.
        at: now.
    """
    periods = run_up(last_over(frequency, at=at), count=BACK)
    began = min(known, default=date.min)
    missing = [
        position
        for position, each in enumerate(periods)
        if each.first_day > began and each.first_day not in known
    ]
    return periods[missing[0] :] if missing else ()


def first_of_something(figures: Sequence[tuple[Decimal | None, int]]) -> int:
    """Return the place of the first figure that tells something; that of the last if none does.

    What lies before the first case was ever counted is no reading.

    Args:
        figures: values and how many stand behind each, oldest first.
    """
    for position, (value, population) in enumerate(figures):
        if value or population:
            return position
    return max(len(figures) - 1, 0)


def is_late(frequency: Frequency, read_until: date | None, *, at: datetime) -> bool:
    """Tell whether the reading of a period that is over is overdue."""
    last = last_over(frequency, at=at - GRACE)
    return read_until is None or read_until < last.last_day


def control_of(
    values: Sequence[Decimal | None],
) -> tuple[Control | None, tuple[frozenset[Signal], ...]]:
    """Return the limits of readings and, for each of them, why it is more than chance.

    What has no value is left out of the limits and is no signal.
    """
    found = control([each for each in values if each is not None])
    if found is None:
        return None, (frozenset(),) * len(values)
    signals = iter(found.signals)
    return found, tuple(frozenset() if each is None else next(signals) for each in values)
