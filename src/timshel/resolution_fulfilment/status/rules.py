"""Pure decisions about the status page: the state at a moment, the days, how much may be asked.

A day is a day on the calendar of the reader. Where several things are the matter at once, the
worst counts, each moment once, so that the minutes of a day never add up to more than the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from timshel.resolution_fulfilment.status.states import ORDER, ServiceHealth

DAYS = 90
MOST_ASKED = 10  # by one origin within the window
WINDOW = timedelta(hours=1)
ASKED_AGAIN = timedelta(hours=1)  # a mail to confirm goes to one address at most so often
MOST_TO_ONE = 3  # mails to confirm to one address, of whatever services, within that time
CONFIRMED_WITHIN = timedelta(days=7)
LOOKED_BACK = timedelta(days=7)  # what ended while no worker ran is found for so long
LONGEST_ADDRESS = 254
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which a service did not do well.

    Args:
        state: how it did.
        began_at: its first moment.
        ended_at: the first moment after it; None while it lasts.
    """

    state: ServiceHealth
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a service.

    Args:
        day: on the calendar of the reader.
        state: the worst of the day.
        lasted: for how long it did in each state but ``works``.
    """

    day: date
    state: ServiceHealth
    lasted: Mapping[ServiceHealth, timedelta]

    @property
    def minutes(self) -> int:
        """Return for how many minutes it was down or worked in part, begun ones counted whole."""
        troubled = sum((self.lasted.get(each, timedelta()) for each in _TROUBLE), start=timedelta())
        return -int(-troubled // timedelta(minutes=1))


_TROUBLE = (ServiceHealth.DOWN, ServiceHealth.DEGRADED)


def worst(states: Iterable[str]) -> ServiceHealth:
    """Return the worst of some states; ``works`` where there is none."""
    return ServiceHealth(max(states, key=ORDER.__getitem__, default=ServiceHealth.WORKS.value))


def state_at(spans: Iterable[Span], *, at: datetime) -> ServiceHealth:
    """Return how a service does at a moment."""
    return worst(
        span.state
        for span in spans
        if span.began_at <= at and (span.ended_at is None or at < span.ended_at)
    )


def day_lines(
    spans: Sequence[Span], *, at: datetime, time_zone: str, days: int = DAYS
) -> tuple[DayLine, ...]:
    """Return the last days of a service, the earliest first; today counts until now.

    Args:
        spans: in which it did not do well, in any order.
        at: now.
        time_zone: IANA name of the reader's zone.
        days: how many, with today.
    """
    zone = ZoneInfo(time_zone)
    today = at.astimezone(zone).date()
    lines = []
    for back in range(days - 1, -1, -1):
        day = today - back * _DAY
        start, end = _midnight(day, zone), min(_midnight(day + _DAY, zone), at)
        lasted = _lasted(spans, start, end)
        lines.append(DayLine(day, worst(each.value for each in lasted), lasted))
    return tuple(lines)


def _lasted(
    spans: Iterable[Span], start: datetime, end: datetime
) -> dict[ServiceHealth, timedelta]:
    """Return for how long each state lasted between two moments, the worst of each moment."""
    within = [
        (max(span.began_at, start), min(span.ended_at or end, end), span.state)
        for span in spans
        if span.began_at < end and (span.ended_at is None or span.ended_at > start)
    ]
    turns = sorted({moment for begins, ends, _state in within for moment in (begins, ends)})
    found: dict[ServiceHealth, timedelta] = {}
    for begins, ends in pairwise(turns):
        state = worst(each for first, last, each in within if first <= begins and ends <= last)
        if state is not ServiceHealth.WORKS:
            found[state] = found.get(state, timedelta()) + (ends - begins)
    return found


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
