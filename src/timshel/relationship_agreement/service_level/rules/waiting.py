"""What waiting does to clocks, at each moment: a changed rule counts from its change on.

Like an agreement, a rule is followed by another one and never changed, so that what was measured
under the earlier one stays as it was.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from timshel.relationship_agreement.service_level.states import ClockKind

WaitingRules = Mapping[tuple[ClockKind, str], bool]
"""Whether waiting for a reason pauses a kind of clock; what is not listed does not pause."""

_ENDED_BY_THE_REQUESTER = ("requester", "evidence", "appointment", "approval")
_OURS = ("supplier", "problem", "change")

# What only the requester or those who approve can end pauses the promise to resolve; what we, our
# suppliers or our other processes can end does not. Nothing pauses the promise to respond, and the
# promise of the next update pauses only while it is the turn of the requester or of those who
# approve, or until the moment agreed with them.
DEFAULT_WAITING: WaitingRules = {
    **{
        (kind, reason): reason in _ENDED_BY_THE_REQUESTER
        for kind in (ClockKind.RESOLVE, ClockKind.FULFIL, ClockKind.HOP)
        for reason in _ENDED_BY_THE_REQUESTER + _OURS
    },
    (ClockKind.UPDATE, "requester"): True,
    (ClockKind.UPDATE, "appointment"): True,
    (ClockKind.UPDATE, "approval"): True,
}


@dataclass(frozen=True, slots=True)
class WaitingVersion:
    """A rule that was set, from one moment until another."""

    kind: ClockKind
    reason: str
    pauses: bool
    valid_from: datetime
    valid_until: datetime | None


class WaitingBook:
    """All rules that were ever set, over those that hold where none was.

    Args:
        versions: in any order; those of one kind and reason do not overlap.
        defaults: what holds where nothing was set.
    """

    def __init__(
        self, versions: Iterable[WaitingVersion] = (), *, defaults: WaitingRules = DEFAULT_WAITING
    ) -> None:
        self._defaults = defaults
        self._versions: dict[tuple[ClockKind, str], list[WaitingVersion]] = defaultdict(list)
        moments: set[datetime] = set()
        for each in versions:
            self._versions[each.kind, each.reason].append(each)
            moments |= {each.valid_from, each.valid_until or each.valid_from}
        self._moments = sorted(moments)

    def pauses(self, kind: ClockKind, reason: str | None, *, at: datetime) -> bool:
        """Tell whether waiting for a reason pauses a kind of clock at a moment."""
        key = (kind, reason or "")
        for each in self._versions.get(key, ()):
            if each.valid_from <= at and (each.valid_until is None or at < each.valid_until):
                return each.pauses
        return self._defaults.get(key, False)

    def changes(self, *, after: datetime, until: datetime) -> Sequence[datetime]:
        """Return the moments after one and up to another at which a rule changed."""
        first = bisect_right(self._moments, after)
        return self._moments[first : bisect_right(self._moments, until)]
