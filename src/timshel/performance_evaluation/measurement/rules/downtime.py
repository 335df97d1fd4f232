"""Availability: the agreed time less the union of all downtimes within it, over the agreed time.

The union, because two reports of one outage make it no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Stretch = tuple[datetime, datetime]
WorkingTime = Callable[[datetime, datetime], timedelta]


@dataclass(frozen=True, slots=True)
class Agreed:
    """Some time in which one version of the agreed hours holds.

    Args:
        since: from when.
        until: until when, exclusive.
        working_time: how much agreed time lies between two moments.
    """

    since: datetime
    until: datetime
    working_time: WorkingTime


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches of time joined where they meet or overlap, oldest first."""
    joined: list[Stretch] = []
    for start, end in sorted(each for each in stretches if each[0] < each[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def service_time(parts: Sequence[Agreed], down: Iterable[Stretch]) -> tuple[timedelta, timedelta]:
    """Return the agreed service time, and how much of it the service was down.

    Args:
        parts: the period, cut where the agreed hours change.
        down: when the service was down; stretches may overlap and reach beyond the period.
    """
    outages = union(down)
    agreed = sum((part.working_time(part.since, part.until) for part in parts), timedelta())
    lost = timedelta()
    for part in parts:
        for start, end in outages:
            first, last = max(start, part.since), min(end, part.until)
            if first < last:
                lost += part.working_time(first, last)
    return agreed, lost
