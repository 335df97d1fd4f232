"""What is foretold of a resource, and what of it will not suffice.

What will be needed is taken from the plan; where nobody planned it, it is foretold by the straight
line that lies closest to what was used (least squares). docs/governance/resource.md has a worked
example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from timshel.support.resource.rules.quarters import moved, position_of

PAST, COMING = 4, 4
"""How many quarters are shown before and after the present one."""
MOST_POINTS, FEWEST_POINTS = 8, 3
"""From how many past quarters a trend is drawn."""
HUNDREDTH = Decimal("0.01")
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a resource in a quarter.

    Args:
        quarter: its first day.
        available: how much there is, or will be.
        needed: how much is planned to be needed.
        used: how much was used, once the quarter is over.
    """

    quarter: date
    available: Decimal | None = None
    needed: Decimal | None = None
    used: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A quarter of a resource as it is expected.

    Args:
        quarter: its first day.
        available: how much there is; None where nobody ever said so.
        is_carried: nobody said it for this quarter: it is what was said last before.
        needed: how much is needed; None where it is neither planned nor can be foretold.
        is_foretold: nobody planned it: it follows from what was used.
        used: how much was used.
        is_over: whether the quarter is over.
    """

    quarter: date
    available: Decimal | None
    is_carried: bool
    needed: Decimal | None
    is_foretold: bool
    used: Decimal | None
    is_over: bool

    @property
    def missing(self) -> Decimal | None:
        """How much more is needed than there is; None where it suffices or is not known."""
        if self.needed is None or self.available is None or self.needed <= self.available:
            return None
        return self.needed - self.available


def trend(points: Sequence[tuple[int, Decimal]], place: int) -> Decimal | None:
    """Return where the straight line closest to some points runs at a place.

    Args:
        points: place and value, in any order; no place twice.
        place: where the line is read.

    Returns:
        The value in hundredths, half to even, never less than nothing; None for fewer than
        three points.
    """
    if len(points) < FEWEST_POINTS:
        return None
    count = len(points)
    places = [Fraction(each) for each, _value in points]
    values = [Fraction(value) for _each, value in points]
    mean_place, mean_value = sum(places, NOTHING) / count, sum(values, NOTHING) / count
    across = sum(((each - mean_place) * (each - mean_place) for each in places), NOTHING)
    pairs = zip(places, values, strict=True)
    along = sum(((each - mean_place) * (value - mean_value) for each, value in pairs), NOTHING)
    found = max(mean_value + along / across * (place - mean_place), NOTHING)
    # As a whole number of hundredths it is rounded once, half to even.
    return (round(found / Fraction(HUNDREDTH)) * HUNDREDTH).quantize(HUNDREDTH)


def first_read(now: date) -> date:
    """Return the first quarter whose figures are needed to look ahead from a quarter."""
    return moved(now, -MOST_POINTS)


def outlook(
    known: Iterable[Figures], *, now: date, carried: Decimal | None = None
) -> tuple[Outlook, ...]:
    """Return the last four quarters, the present one and the next four.

    Args:
        known: the figures of a resource, from ``first_read`` on.
        now: the present quarter.
        carried: what was said to be available last before ``first_read``.
    """
    by_quarter = {each.quarter: each for each in known}
    points = [
        (position_of(quarter), each.used)
        for quarter, each in sorted(by_quarter.items())
        if first_read(now) <= quarter < now and each.used is not None
    ]
    found = []
    for count in range(-MOST_POINTS, COMING + 1):
        quarter = moved(now, count)
        each = by_quarter.get(quarter, Figures(quarter))
        if each.available is not None:
            carried = each.available
        if count >= -PAST:
            found.append(_expected(each, points, now=now, carried=carried))
    return tuple(found)


def shortages(quarters: Iterable[Outlook]) -> tuple[Outlook, ...]:
    """Return the quarters that are not over and for which it will not suffice."""
    return tuple(each for each in quarters if not each.is_over and each.missing is not None)


def _expected(
    each: Figures, points: Sequence[tuple[int, Decimal]], *, now: date, carried: Decimal | None
) -> Outlook:
    is_over = each.quarter < now
    needed = each.needed
    foretold = None
    if needed is None and not is_over:
        foretold = trend(points, position_of(each.quarter))
    return Outlook(
        quarter=each.quarter,
        available=each.available if is_over or each.available is not None else carried,
        is_carried=not is_over and each.available is None and carried is not None,
        needed=needed if needed is not None else foretold,
        is_foretold=foretold is not None,
        used=each.used,
        is_over=is_over,
    )
