"""How far it is from the baseline to the target."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from timshel.planning.objective.states import Direction

WHOLE = Decimal(100)
NOTHING = Decimal(0)


def is_reached(value: Decimal, *, target: Decimal, direction: Direction) -> bool:
    """Tell whether a value reaches the target; the target itself does."""
    return value >= target if direction == Direction.AT_LEAST else value <= target


def progress(
    value: Decimal, *, baseline: Decimal, target: Decimal, direction: Direction
) -> Decimal:
    """Return the share of the way from the baseline to the target, from 0 to 100.

    What is reached is all of the way. What is worse than the baseline is nothing of it, and so is
    a value that misses a target at which one stood already.

    Args:
        value: as it was read.
        baseline: where the way begins.
        target: where it ends.
        direction: on which side of the target it is reached.
    """
    if is_reached(value, target=target, direction=direction):
        return WHOLE
    if is_reached(baseline, target=target, direction=direction):
        return NOTHING
    share = (value - baseline) * WHOLE / (target - baseline)
    return min(max(share, NOTHING), WHOLE)


def together(shares: Iterable[Decimal | None]) -> Decimal | None:
    """Return how far all that stands below a goal or a result is: the mean of what is known."""
    known = [each for each in shares if each is not None]
    return sum(known, NOTHING) / len(known) if known else None
