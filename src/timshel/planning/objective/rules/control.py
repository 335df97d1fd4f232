"""What readings tell, and what is only chance: individuals and their moving ranges (XmR).

The centre is the mean of the values. The limits lie 2.66 mean moving ranges beside it: 3 standard
deviations, where the mean range of two values that follow each other is 1.128 of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

FACTOR = Decimal("2.66")
FEWEST = 6
"""With fewer readings the limits say too little to be drawn."""

LONG_RUN = 8


class Signal(StrEnum):
    """Why a reading is more than chance."""

    BEYOND = "beyond"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Control:
    """What the readings have in common.

    Args:
        centre: their mean.
        lower: below it, a reading is more than chance.
        upper: above it, a reading is more than chance.
        mean_range: the mean of the differences between readings that follow each other.
        signals: for each reading, why it is more than chance; nothing for what is chance.
    """

    centre: Decimal
    lower: Decimal
    upper: Decimal
    mean_range: Decimal
    signals: tuple[frozenset[Signal], ...]


def control(values: Sequence[Decimal], *, fewest: int = FEWEST) -> Control | None:
    """Return the limits of some readings and what lies outside; None where there are too few.

    Args:
        values: in the order of their days.
        fewest: how many there must be; two at the least.
    """
    if len(values) < max(fewest, 2):
        return None
    centre = sum(values, Decimal(0)) / len(values)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    mean_range = sum(ranges, Decimal(0)) / len(ranges)
    lower, upper = centre - FACTOR * mean_range, centre + FACTOR * mean_range
    in_runs = _in_runs(values, centre)
    signals = []
    for position, value in enumerate(values):
        found = set()
        if not lower <= value <= upper:
            found.add(Signal.BEYOND)
        if position in in_runs:
            found.add(Signal.RUN)
        signals.append(frozenset(found))
    return Control(centre, lower, upper, mean_range, tuple(signals))


def _in_runs(values: Sequence[Decimal], centre: Decimal) -> set[int]:
    """Return the places of readings that stand eight or more in a row on one side."""
    found: set[int] = set()
    run: list[int] = []
    side = 0
    for position, value in enumerate(values):
        here = (value > centre) - (value < centre)
        run = [*run, position] if here and here == side else [position]
        side = here
        if here and len(run) >= LONG_RUN:
            found |= set(run)
    return found
