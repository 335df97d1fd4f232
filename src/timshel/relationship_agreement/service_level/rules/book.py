"""The book of agreements: which terms hold for which work at a moment.

An agreement is never changed, only followed by another version of itself, so that what was
measured under the earlier one stays as it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from timshel.relationship_agreement.service_level.rules.happenings import (
    Facts,
    Holder,
    OwnTarget,
)
from timshel.relationship_agreement.service_level.rules.precedence import (
    AgreementVersion,
    Mismatch,
    Standing,
    World,
    standing,
)
from timshel.relationship_agreement.service_level.rules.terms import Terms
from timshel.relationship_agreement.service_level.states import AgreementKind, ClockKind

REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """An agreement that was looked at, and where it stands or why it does not apply."""

    version: AgreementVersion
    found: Standing | Mismatch


class AgreementBook:
    """All versions of all agreements, but for drafts.

    Args:
        versions: in any order; those of one code do not overlap.
        world: what is known of the organisation.

    Attributes:
        kinds: the kinds of clocks that any of the versions promises anything about.
    """

    def __init__(self, versions: Iterable[AgreementVersion], world: World | None = None) -> None:
        self.versions = tuple(versions)
        self.world = world or World()
        # Whoever asked is promised by service agreements, the time of a holder by the others.
        self._to_askers = tuple(
            each for each in self.versions if each.kind is AgreementKind.SERVICE
        )
        self._by_holders = tuple(
            each for each in self.versions if each.kind is not AgreementKind.SERVICE
        )
        self.kinds = tuple(
            kind for kind in ClockKind if any(_promises(each, kind) for each in self.versions)
        )
        self._moments = sorted(_moments(self.versions, self.world))
        self._known: dict[tuple[int, ClockKind, Facts, Holder | None], Terms | None] = {}

    def terms(
        self, kind: ClockKind, *, facts: Facts, at: datetime, holder: Holder | None = None
    ) -> Terms | None:
        """Return the terms in force: of the first agreement by the rule of precedence, or None."""
        # Between two moments at which anything in the book changes, all answers stay the same.
        key = (bisect_right(self._moments, at), kind, facts, holder)
        if key not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = self._find(kind, facts=facts, at=at, holder=holder)
        return self._known[key]

    def candidates(
        self, kind: ClockKind, *, facts: Facts, at: datetime, holder: Holder | None = None
    ) -> tuple[Candidate, ...]:
        """Return all agreements about a kind of clock: those that apply in their order, the rest
        after them by code.

        Work with a target of its own needs an agreement for its calendar and its alerts alone;
        where its holder has none, that with whoever asked lends them.
        """
        found = self._weighed(kind, facts=facts, at=at, holder=holder)
        if holder is not None and _own_target(kind, facts) is not None:
            found += self._weighed(kind, facts=facts, at=at, holder=None)
        return tuple(sorted(found, key=lambda each: isinstance(each.found, Mismatch)))

    def _weighed(
        self, kind: ClockKind, *, facts: Facts, at: datetime, holder: Holder | None
    ) -> list[Candidate]:
        weighed = [
            Candidate(
                version,
                standing(version, kind=kind, facts=facts, holder=holder, world=self.world, at=at),
            )
            for version in (self._to_askers if holder is None else self._by_holders)
        ]
        return sorted(weighed, key=_order)

    def changes(self, *, after: datetime, until: datetime) -> Sequence[datetime]:
        """Return the moments after one and up to another at which anything changed."""
        first = bisect_right(self._moments, after)
        return self._moments[first : bisect_right(self._moments, until)]

    def _find(
        self, kind: ClockKind, *, facts: Facts, at: datetime, holder: Holder | None
    ) -> Terms | None:
        for candidate in self.candidates(kind, facts=facts, at=at, holder=holder):
            if isinstance(candidate.found, Mismatch):
                return None
            line = candidate.version.line(kind, facts)
            terms = line.terms(at) if line else None
            if terms is not None:
                own = _own_target(kind, facts)
                return terms if own is None else terms.instead(own)
        return None


def _own_target(kind: ClockKind, facts: Facts) -> OwnTarget | None:
    """Return what the work itself promises for a clock: a task how soon it is done, no other."""
    return facts.target if kind is ClockKind.FULFIL else None


def _promises(version: AgreementVersion, kind: ClockKind) -> bool:
    kinds = {line.kind for line in version.lines}
    return kind in kinds or (version.promises_tasks(kind) and ClockKind.HOP in kinds)


def _order(candidate: Candidate) -> tuple[bool, tuple[float | str, ...], str, int]:
    version = candidate.version
    if isinstance(candidate.found, Mismatch):
        return True, (), version.code, version.number
    return False, candidate.found.order, version.code, version.number


def _moments(versions: Iterable[AgreementVersion], world: World) -> set[datetime]:
    found: set[datetime | None] = set()
    for version in versions:
        found |= {version.valid_from, version.valid_until}
        for line in version.lines:
            for dated in line.versions:
                found |= {dated.valid_from, dated.valid_until}
    for choice in world.choices:
        found |= {choice.valid_from, choice.valid_until}
    return {moment for moment in found if moment is not None}
