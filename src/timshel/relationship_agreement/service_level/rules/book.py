"""The book of targets: which terms hold for a priority and a service at a moment.

A target is never changed, only followed by another version of itself, so that what was measured
under the earlier one stays as it was. The target of the service goes before the standard one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from timshel.relationship_agreement.service_level.rules.clock import Terms
from timshel.relationship_agreement.service_level.states import ClockKind


@dataclass(frozen=True, slots=True)
class TargetVersion:
    """What is promised from one moment until another for a priority.

    Args:
        kind: which clock.
        priority: 1 (first) to 5 (last).
        service_id: the service, or None for the standard.
        valid_from: the first moment at which it holds.
        valid_until: the first at which it does not any more, or None.
        terms: the promise.
    """

    kind: ClockKind
    priority: int
    service_id: int | None
    valid_from: datetime
    valid_until: datetime | None
    terms: Terms

    def holds(self, at: datetime) -> bool:
        """Tell whether this version is in force at a moment."""
        return self.valid_from <= at and (self.valid_until is None or at < self.valid_until)


class TargetBook:
    """All versions of all targets.

    Args:
        versions: in any order; those of one kind, priority and service do not overlap.
    """

    def __init__(self, versions: Iterable[TargetVersion]) -> None:
        self._versions: dict[tuple[ClockKind, int, int | None], list[TargetVersion]]
        self._versions = defaultdict(list)
        moments: set[datetime] = set()
        for each in versions:
            self._versions[each.kind, each.priority, each.service_id].append(each)
            moments.add(each.valid_from)
            if each.valid_until is not None:
                moments.add(each.valid_until)
        self._moments = sorted(moments)

    def terms(
        self, kind: ClockKind, *, priority: int, service_id: int | None, at: datetime
    ) -> Terms | None:
        """Return the terms in force: the service's own, else the standard, else None."""
        keys = (service_id, None) if service_id is not None else (None,)
        for key in keys:
            for version in self._versions.get((kind, priority, key), ()):
                if version.holds(at):
                    return version.terms
        return None

    def changes(self, *, after: datetime, until: datetime) -> Sequence[datetime]:
        """Return the moments after one and up to another at which any target changed."""
        first = bisect_right(self._moments, after)
        return self._moments[first : bisect_right(self._moments, until)]
