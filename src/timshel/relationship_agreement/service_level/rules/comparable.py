"""Promises as amounts of working time, so that they can be compared whatever their calendars.

Promises on different calendars are compared by what they come to: for each hour of a usual week,
without holidays, when would the time be used up? One promise is shorter than another where it ends
earlier whenever it begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from timshel.kernel.calendar import BusinessCalendar, CalendarError
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.phrases import amount_words
from timshel.relationship_agreement.service_level.rules.terms import working_time
from timshel.relationship_agreement.service_level.states import ClockKind

HOUR = timedelta(hours=1)
# A Monday of a week in which no zone with many people changes its clocks.
WEEK_BEGINS = datetime(2024, 1, 15, tzinfo=UTC)
WEEK = tuple(WEEK_BEGINS + HOUR * number for number in range(7 * 24))
PRIORITIES = (1, 2, 3, 4, 5)
KEPT_WEEKS = 256


@dataclass(frozen=True, slots=True)
class Hours:
    """A calendar: its name, its hours and what one working day means."""

    name: str
    calendar: BusinessCalendar
    working_day: timedelta


@dataclass(frozen=True, slots=True)
class Promise:
    """A target as an amount of working time on its calendar."""

    target: TargetContent
    amount: timedelta
    calendar: BusinessCalendar

    def ends(self, start: datetime) -> datetime | None:
        """Return when it is used up, or None if never."""
        try:
            return self.calendar.add(start, self.amount)
        except CalendarError:
            return None


def promises_of(content: AgreementContent, calendars: Mapping[str, Hours]) -> tuple[Promise, ...]:
    """Return the targets of an agreement that can be computed, on a usual week of their calendars.

    Args:
        content: of the agreement.
        calendars: by code; a target on another one is left out.
    """
    found = []
    for target in content.targets:
        hours = calendars.get(target.calendar or content.calendar)
        if hours is None:
            continue
        amount = working_time(target.amount, target.unit, working_day=hours.working_day)
        found.append(Promise(target, amount, usual(hours.calendar)))
    return tuple(found)


@lru_cache(maxsize=KEPT_WEEKS)
def usual(calendar: BusinessCalendar) -> BusinessCalendar:
    """Return the weekly hours of a calendar without its holidays and exceptional days."""
    return replace(calendar, holidays=(), exceptions=(), country="", region="")


def kinds_of(content: AgreementContent) -> list[ClockKind]:
    """Return the kinds of clocks that an agreement has a target for, in their order."""
    named = {each.kind for each in content.targets}
    return [kind for kind in ClockKind if kind in named]


def always_before(first: Promise, second: Promise) -> bool:
    """Tell whether a promise ends before another one, whenever both begin."""
    if first.calendar == second.calendar:
        return first.amount < second.amount
    return all(_is_before(first, second, start) for start in WEEK)


def _is_before(first: Promise, second: Promise, start: datetime) -> bool:
    one, other = first.ends(start), second.ends(start)
    return one is not None and (other is None or one < other)


def line_for(
    promises: Sequence[Promise], kind: ClockKind, priority: int, scope: tuple[str, str]
) -> Promise | None:
    """Return the line of a kind and a priority for the same service and offering, or None.

    Args:
        promises: of an agreement.
        kind: of clock.
        priority: from 1 to 5.
        scope: the codes of the service and the offering that the line stands for, or "".
    """
    fitting = [
        each
        for each in promises
        if each.target.kind is kind
        and each.target.priority in (None, priority)
        and (each.target.service or "", each.target.offering or "") == scope
    ]
    return min(fitting, key=lambda each: each.target.priority is None, default=None)


def scopes_of(promises: Sequence[Promise]) -> list[tuple[str, str]]:
    """Return the services and offerings, by codes, that lines stand for; ("", "") for all."""
    return sorted({(each.target.service or "", each.target.offering or "") for each in promises})


def words_of(promise: Promise) -> str:
    """Return the amount of a promise as it was written."""
    return amount_words(promise.target.amount, promise.target.unit)
