"""The chance that an open clock will run out: arithmetic on plain numbers that were learnt before.

A model is a list of weights, which are added up, and a table that turns the sum into a chance that
came true as often as it says on history. Both are numbers in JSON, so loading a model runs no
code, and using one needs nothing but this module.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

FORMAT = 1

# Nothing in a finite history is certain: no forecast says "never" or "always".
LEAST_CHANCE = 0.005
MOST_CHANCE = 1 - LEAST_CHANCE

# From here on a forecast says "likely": it will rather break than be kept. Where only the share
# of the target is known, three quarters of it; that is where people are warned by default.
LIKELY = 0.5
LIKELY_SHARE = 0.75

MOST_REASONS = 3
# What moved the sum by less than this changes a chance by less than five in a hundred.
LEAST_EFFECT = 0.2

# What belongs together is one reason: they rise together, and people know it by one name.
TOGETHER = {"left": "share", "target": "share", "hops": "hops", "reassignments": "hops"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What moved a chance.

    Args:
        name: the group of features, such as ``backlog``.
        raises: whether the chance is higher for it.
        effect: by how much the sum moved, against the average of history.
    """

    name: str
    raises: bool
    effect: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """A chance between 0 and 1, and what moved it most, strongest first."""

    chance: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """What was learnt for one kind of clock.

    Args:
        intercept: where the sum begins.
        weights: by name of the feature; those not known count nothing.
        averages: of the features over the history that was learnt from.
        calibration: points (sum, chance), sums and chances rising; between two points the chance
            lies on the straight line, beyond the ends it stays.
    """

    intercept: float
    weights: Mapping[str, float]
    averages: Mapping[str, float]
    calibration: tuple[tuple[float, float], ...]

    def total(self, features: Mapping[str, float]) -> float:
        """Return the sum: the logarithm of the odds, before it is calibrated."""
        weights = self.weights
        return self.intercept + sum(
            value * weights[name] for name, value in features.items() if name in weights
        )

    def chance(self, features: Mapping[str, float]) -> float:
        """Return the calibrated chance, never quite 0 or 1."""
        return clipped(_between(self.calibration, self.total(features)))

    def predict(self, features: Mapping[str, float]) -> Prediction:
        """Return the chance with the reasons that moved it most."""
        return Prediction(self.chance(features), self._reasons(features))

    def _reasons(self, features: Mapping[str, float]) -> tuple[Reason, ...]:
        effects: dict[str, float] = defaultdict(float)
        for name, weight in self.weights.items():
            moved = weight * (features.get(name, 0.0) - self.averages.get(name, 0.0))
            effects[group_of(name)] += moved
        found = [
            Reason(name, effect > 0, round(effect, 3))
            for name, effect in effects.items()
            if abs(effect) >= LEAST_EFFECT
        ]
        found.sort(key=lambda each: (-abs(each.effect), each.name))
        return tuple(found[:MOST_REASONS])

    def as_numbers(self) -> dict[str, Any]:
        """Return the model as plain JSON."""
        return {
            "format": FORMAT,
            "intercept": self.intercept,
            "weights": dict(self.weights),
            "averages": dict(self.averages),
            "calibration": [list(point) for point in self.calibration],
        }


def model_from(numbers: Mapping[str, Any]) -> Model | None:
    """Return the model that JSON holds, or None where there is none or of another format."""
    if numbers.get("format") != FORMAT:
        return None
    return Model(
        intercept=float(numbers["intercept"]),
        weights={str(name): float(value) for name, value in numbers["weights"].items()},
        averages={str(name): float(value) for name, value in numbers["averages"].items()},
        calibration=tuple(
            (float(total), float(chance)) for total, chance in numbers["calibration"]
        ),
    )


def elapsed_share(features: Mapping[str, float]) -> Prediction:
    """Return the share of the target that is used in place of a chance: what is shown where
    history is too thin to learn from, or taught nothing better."""
    share = min(1.0, max(0.0, features.get("share", 0.0)))
    return Prediction(share, (Reason("share", raises=True, effect=0.0),))


def is_likely(chance: float, *, is_learnt: bool) -> bool:
    """Tell whether a clock will rather run out than be kept."""
    return chance >= (LIKELY if is_learnt else LIKELY_SHARE)


def group_of(name: str) -> str:
    """Return the group of a feature, by which reasons are told."""
    group = name.split(":", 1)[0]
    return TOGETHER.get(group, group)


def clipped(chance: float) -> float:
    """Return a chance that is neither certain nor impossible."""
    return min(MOST_CHANCE, max(LEAST_CHANCE, chance))


def odds_chance(total: float) -> float:
    """Return the chance of which ``total`` is the logarithm of the odds."""
    if total >= 0:
        return 1 / (1 + exp(-total))
    return exp(total) / (1 + exp(total))


def _between(points: Sequence[tuple[float, float]], total: float) -> float:
    """Return the chance on the line through the points."""
    place = bisect_right(points, (total, 2.0))
    if place == 0:
        return points[0][1]
    if place == len(points):
        return points[-1][1]
    (low, below), (high, above) = points[place - 1], points[place]
    return below + (above - below) * (total - low) / (high - low)
