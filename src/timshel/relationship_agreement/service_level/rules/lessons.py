"""Splitting history by time, learning from the older parts and measuring on the newest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from timshel.relationship_agreement.service_level.rules.forecast import Model, elapsed_share
from timshel.relationship_agreement.service_level.rules.forecast_quality import (
    Amounts,
    Score,
    Verdict,
    calibration_table,
    is_thin,
    plain,
    score,
    verdict,
)

# Of the clocks in the order in which they began: learn from the older, set the chances right on the
# middle, measure on the newest. The past foretells the future here as it does in use.
LEARNT_PART, CALIBRATED_PART = 0.6, 0.8

Features = Mapping[str, float]
Example = tuple[Features, bool]
Learn = Callable[[Sequence[Example], Sequence[Example]], Model]


class Historic(Protocol):
    """A clock of which the outcome is known."""

    @property
    def started_at(self) -> datetime:
        """When it began."""

    @property
    def known_at(self) -> datetime:
        """When its outcome was known."""

    @property
    def is_broken(self) -> bool:
        """The outcome."""

    @property
    def looks(self) -> Sequence[Features]:
        """What it looked like at several moments before that."""


@dataclass(frozen=True, slots=True)
class Parts:
    """History split by time; a clock with all its looks lies in one part or in none."""

    learnt: tuple[Historic, ...]
    calibrated: tuple[Historic, ...]
    measured: tuple[Historic, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of learning: a model where there was enough to learn from, and how good it is."""

    model: Model | None
    verdict: Verdict
    quality: Mapping[str, Any]


def split(clocks: Sequence[Historic]) -> Parts:
    """Split history by the moments at which its clocks began.

    A clock whose outcome was not known when the next part began is in no part: what was learnt then
    could not have known it.

    Args:
        clocks: in the order in which they began.
    """
    if not clocks:
        return Parts((), (), ())
    first = clocks[int(len(clocks) * LEARNT_PART)].started_at
    second = clocks[int(len(clocks) * CALIBRATED_PART)].started_at
    return Parts(
        learnt=tuple(each for each in clocks if each.known_at < first),
        calibrated=tuple(
            each for each in clocks if each.started_at >= first and each.known_at < second
        ),
        measured=tuple(each for each in clocks if each.started_at >= second),
    )


def teach(clocks: Sequence[Historic], *, learn: Learn) -> Lesson:
    """Learn from history and say how good that is.

    Args:
        clocks: in the order in which they began.
        learn: learns a model from two parts of history; see :func:`~.learning.learn`.
    """
    parts = split(clocks)
    about: dict[str, Any] = {
        "parts": {
            "learnt": _part(parts.learnt),
            "calibrated": _part(parts.calibrated),
            "measured": _part(parts.measured),
        }
    }
    if _is_too_thin(clocks, parts):
        return Lesson(None, Verdict.TOO_THIN, {**about, "verdict": Verdict.TOO_THIN.value})
    model = learn(_examples(parts.learnt), _examples(parts.calibrated))
    return _measured(model, clocks, parts, about)


def _measured(
    model: Model, clocks: Sequence[Historic], parts: Parts, about: dict[str, Any]
) -> Lesson:
    looks, outcomes = _apart(_examples(parts.measured))
    chances = [model.chance(each) for each in looks]
    base = _rate(_examples([*parts.learnt, *parts.calibrated]))
    scores: dict[str, Score] = {
        "model": score(chances, outcomes),
        "fallback": score([elapsed_share(each).chance for each in looks], outcomes),
        "base": score([base] * len(outcomes), outcomes),
    }
    found = verdict(all_of_it=_amounts(clocks), measured=_amounts(parts.measured), **scores)
    table = calibration_table(chances, outcomes)
    quality = {
        **about,
        "verdict": found.value,
        "scores": {name: plain(each) for name, each in scores.items()},
        "base_rate": round(base, 6),
        "seen_rate": round(sum(outcomes) / len(outcomes), 6),
        "looks": len(outcomes),
        "calibration": [
            {
                "start": each.start,
                "count": each.count,
                "predicted": None if each.predicted is None else round(each.predicted, 6),
                "seen": None if each.seen is None else round(each.seen, 6),
            }
            for each in table
        ],
    }
    return Lesson(model, found, quality)


def _is_too_thin(clocks: Sequence[Historic], parts: Parts) -> bool:
    """Tell whether there is too little; each part that is fitted needs both outcomes, too."""
    return (
        is_thin(_amounts(clocks), _amounts(parts.measured))
        or not _amounts(parts.learnt).rarer
        or not _amounts(parts.calibrated).rarer
    )


def _amounts(clocks: Sequence[Historic]) -> Amounts:
    return Amounts(len(clocks), sum(each.is_broken for each in clocks))


def _examples(clocks: Iterable[Historic]) -> list[Example]:
    return [(look, each.is_broken) for each in clocks for look in each.looks]


def _apart(examples: Sequence[Example]) -> tuple[list[Features], list[bool]]:
    return [look for look, _outcome in examples], [outcome for _look, outcome in examples]


def _rate(examples: Sequence[Example]) -> float:
    return sum(outcome for _look, outcome in examples) / len(examples)


def _part(clocks: Sequence[Historic]) -> dict[str, Any]:
    """Return what is said of a part: how many clocks, how many broke, and when they began."""
    amounts = _amounts(clocks)
    return {
        "clocks": amounts.clocks,
        "broken": amounts.broken,
        "from": clocks[0].started_at.isoformat() if clocks else None,
        "until": clocks[-1].started_at.isoformat() if clocks else None,
    }
