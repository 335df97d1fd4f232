"""How good forecasts are, measured on history that was held back; and when one may be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from math import log
from typing import Any

from timshel.relationship_agreement.service_level.rules.forecast import clipped

TENTHS = 10

# Two dozen weights and some for teams and services are fitted. A rule of thumb asks for ten cases
# of the rarer outcome for each weight that matters; with fewer than these even the shrunken model
# follows chance more than history.
LEAST_CLOCKS = 300
LEAST_OF_EACH = 60
# With fewer of either outcome in the part that was held back, one case moves the verdict.
LEAST_MEASURED_OF_EACH = 10
# A model that is better by less than this may be so by luck.
MARGIN = 0.02


class Verdict(StrEnum):
    """Whether a model is used, or why not."""

    USED = "used"
    TOO_THIN = "too_thin"
    NO_BETTER = "no_better"


@dataclass(frozen=True, slots=True)
class Score:
    """How good a set of chances was.

    Args:
        brier: mean square of the difference between chance and outcome; 0 is perfect (Brier 1950).
        log_loss: mean of the negative logarithm of the chance of what came; 0 is perfect.
        auc: how often a clock that broke had the higher chance of a pair with one that was kept;
            None where there are no such pairs. 0.5 is guessing, 1 perfect.
    """

    brier: float
    log_loss: float
    auc: float | None


@dataclass(frozen=True, slots=True)
class Tenth:
    """One line of the calibration table: forecasts of about the same chance, and what came of them.

    Args:
        start: the least chance, 0 to 0.9.
        count: how many forecasts.
        predicted: their mean chance, or None where there are none.
        seen: the share that ran out, or None where there are none.
    """

    start: float
    count: int
    predicted: float | None
    seen: float | None


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many clocks there are in a part of history, and how many of them ran out."""

    clocks: int
    broken: int

    @property
    def rarer(self) -> int:
        """How many had the rarer outcome."""
        return min(self.broken, self.clocks - self.broken)


def score(chances: Sequence[float], outcomes: Sequence[bool]) -> Score:
    """Return how good chances were.

    Args:
        chances: 0 to 1, one for each outcome; at least one.
        outcomes: whether the clock ran out.
    """
    pairs = list(zip(chances, outcomes, strict=True))
    count = len(pairs)
    return Score(
        brier=sum((chance - outcome) ** 2 for chance, outcome in pairs) / count,
        log_loss=-sum(log(clipped(chance if outcome else 1 - chance)) for chance, outcome in pairs)
        / count,
        auc=area_under_curve(chances, outcomes),
    )


def area_under_curve(chances: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """Return the share of pairs of a broken and a kept clock in which the broken one had the higher
    chance; a tie counts half (Mann and Whitney 1947)."""
    ordered = sorted(zip(chances, outcomes, strict=True))
    broken = sum(outcomes)
    kept = len(ordered) - broken
    if not broken or not kept:
        return None
    won = below = 0.0
    place = 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        here = sum(outcome for _chance, outcome in ordered[place:end])
        won += here * (below + (end - place - here) / 2)
        below += end - place - here
        place = end
    return won / (broken * kept)


def calibration_table(chances: Sequence[float], outcomes: Sequence[bool]) -> tuple[Tenth, ...]:
    """Return for each tenth of the chances how often what they foretold came."""
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(TENTHS)]
    for chance, outcome in zip(chances, outcomes, strict=True):
        groups[min(TENTHS - 1, int(chance * TENTHS))].append((chance, outcome))
    return tuple(_tenth(number / TENTHS, group) for number, group in enumerate(groups))


def verdict(
    *, all_of_it: Amounts, measured: Amounts, model: Score, fallback: Score, base: Score
) -> Verdict:
    """Return whether a model may be used.

    Args:
        all_of_it: the whole history.
        measured: the part that was held back.
        model: how good the model was on that part.
        fallback: how good the share of the target was there.
        base: how good it was there to foretell the same chance, that of the earlier history, for
            every clock.
    """
    if is_thin(all_of_it, measured):
        return Verdict.TOO_THIN
    is_better = all(
        better(getattr(model, measure), getattr(other, measure))
        for other in (fallback, base)
        for measure in ("brier", "log_loss")
    )
    return Verdict.USED if is_better else Verdict.NO_BETTER


def is_thin(all_of_it: Amounts, measured: Amounts) -> bool:
    """Tell whether there is too little history to learn from or to measure with."""
    return (
        all_of_it.clocks < LEAST_CLOCKS
        or all_of_it.rarer < LEAST_OF_EACH
        or measured.rarer < LEAST_MEASURED_OF_EACH
    )


def better(model: float, other: float) -> bool:
    """Tell whether a loss is lower by more than luck."""
    return model < other * (1 - MARGIN)


def plain(score_of: Score) -> Mapping[str, Any]:
    """Return a score as JSON keeps it."""
    return {
        name: None if value is None else round(value, 6) for name, value in asdict(score_of).items()
    }


def _tenth(start: float, group: Sequence[tuple[float, bool]]) -> Tenth:
    count = len(group)
    if not count:
        return Tenth(start, 0, None, None)
    return Tenth(
        start,
        count,
        sum(chance for chance, _ in group) / count,
        sum(outcome for _, outcome in group) / count,
    )
