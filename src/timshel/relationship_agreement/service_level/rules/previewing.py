"""What a draft would have come to: results of cases under it, beside what really was."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState

MOST_DIFFERING = 2_000
TENTH = Decimal("0.1")


class Outcome(StrEnum):
    """What a kind of clock came to for one case, over all its laps."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    NONE = "none"


ORDER = tuple(Outcome)


def outcome(readings: Iterable[ClockReading], kind: ClockKind) -> Outcome:
    """Return what a kind of clock came to: missed once is missed, and open is neither.

    Args:
        readings: of one case.
        kind: which clock; laps without a result do not count.
    """
    laps = [
        each for each in readings if each.kind is kind and each.state is not ClockState.CANCELLED
    ]
    if not laps:
        return Outcome.NONE
    if any(each.breached_at is not None for each in laps):
        return Outcome.MISSED
    return Outcome.MET if all(each.state is ClockState.MET for each in laps) else Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases came to what."""

    met: int = 0
    missed: int = 0
    open: int = 0
    none: int = 0

    @property
    def cases(self) -> int:
        """All of them."""
        return self.met + self.missed + self.open + self.none

    @property
    def attainment(self) -> Decimal | None:
        """Per cent in time of those with a result, to one decimal, half up; None without any."""
        ended = self.met + self.missed
        if not ended:
            return None
        return (Decimal(100 * self.met) / ended).quantize(TENTH, ROUND_HALF_UP)


@dataclass(slots=True)
class Preview:
    """What was read so far; kept as plain JSON between batches.

    Args:
        read: how many cases were looked at.
        tallies: for each kind and priority, how many came to what under the draft and really.
        differing: cases whose result differs: key, kind, under the draft, really; bounded.
        left_out: how many more differ than are kept.
    """

    read: int = 0
    tallies: dict[tuple[ClockKind, int], tuple[list[int], list[int]]] = field(default_factory=dict)
    differing: list[tuple[int, ClockKind, Outcome, Outcome]] = field(default_factory=list)
    left_out: int = 0

    def add(
        self,
        key: int,
        *,
        priority: int,
        tried: Iterable[ClockReading],
        real: Iterable[ClockReading],
        versions: Collection[int],
    ) -> None:
        """Add one case as far as the draft, or the agreement it would follow, is about it.

        Args:
            key: of the case.
            priority: that it has.
            tried: its clocks under the draft.
            real: its clocks as they are.
            versions: keys of all versions of the agreement, the draft among them.
        """
        self.read += 1
        under, now = tuple(tried), tuple(real)
        concerned = {
            each.kind for each in (*under, *now) if (each.terms.agreement_id or 0) in versions
        }
        for kind in concerned:
            results = outcome(under, kind), outcome(now, kind)
            counts = self.tallies.setdefault((kind, priority), ([0] * 4, [0] * 4))
            for count, result in zip(counts, results, strict=True):
                count[ORDER.index(result)] += 1
            if results[0] is not results[1]:
                self._note(key, kind, *results)

    def _note(self, key: int, kind: ClockKind, tried: Outcome, real: Outcome) -> None:
        if len(self.differing) < MOST_DIFFERING:
            self.differing.append((key, kind, tried, real))
        else:
            self.left_out += 1

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "read": self.read,
            "tallies": [
                [kind.value, priority, *counts] for (kind, priority), counts in self.tallies.items()
            ],
            "differing": [list(map(str, each)) for each in self.differing],
            "left_out": self.left_out,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Preview:
        """Return what was kept as plain JSON."""
        return cls(
            read=plain["read"],
            tallies={
                (ClockKind(kind), priority): (list(tried), list(real))
                for kind, priority, tried, real in plain["tallies"]
            },
            differing=[
                (int(key), ClockKind(kind), Outcome(tried), Outcome(real))
                for key, kind, tried, real in plain["differing"]
            ],
            left_out=plain["left_out"],
        )
