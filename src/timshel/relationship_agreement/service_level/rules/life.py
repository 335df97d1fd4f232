"""From the log of a piece of work to its life: stays in which nothing changed, one after another.

The life also says which laps the clocks run. A clock of one kind may start anew: the time to the
next update with every update, the time with one team or supplier with every hand-over, the time
to resolve with a reopening, where the agreement says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    Facts,
    FactsChanged,
    HandedOver,
    Holder,
    Opened,
    Phase,
    RequesterWrote,
    StageChanged,
    TakenUp,
    TermsChanged,
)

ENDED = frozenset({Phase.DONE, Phase.CANCELLED})


@dataclass(frozen=True, slots=True)
class Situation:
    """What the log says of the work so far.

    Args:
        facts: what decides about the agreement.
        phase: what the stage means.
        waiting_reason: what is waited for, or None.
        has_response: whether anyone answered yet, or took the work up.
        reopenings: how often it was reopened.
        update_lap: the number of the promise of a next update that runs; 0 before the first
            response, which has its own clock.
        is_asked: whether the requester wrote since the last answer.
        team_id: the team that has it, or None.
        from_team_id: the team that had it before, or None.
        supplier_id: the supplier that is waited for, or None.
        team_hop: the number of the team's visit, 0 for none.
        supplier_hop: the number of the supplier's visit, 0 for none.
        hops: how many visits there were.
    """

    facts: Facts
    phase: Phase = Phase.ACTIVE
    waiting_reason: str | None = None
    has_response: bool = False
    reopenings: int = 0
    update_lap: int = 0
    is_asked: bool = False
    team_id: int | None = None
    from_team_id: int | None = None
    supplier_id: int | None = None
    team_hop: int = 0
    supplier_hop: int = 0
    hops: int = 0

    def after(self, event: ClockEvent) -> Situation:
        """Return the situation after something happened."""
        match event:
            case FactsChanged(changes=changes):
                return replace(self, facts=replace(self.facts, **changes))  # type: ignore[arg-type]
            case HandedOver(team_id=team_id):
                return self._handed_over(team_id)
            case Answered():
                return self._answered()
            case TakenUp():
                return self if self.phase is Phase.CANCELLED else replace(self, has_response=True)
            case RequesterWrote():
                return self._asked()
            case StageChanged():
                return self._moved(event)
            case _:
                return self

    def holders(self) -> tuple[tuple[int, Holder], ...]:
        """Return who has the work, with the number of the visit; the supplier stands last."""
        found = []
        if self.team_hop:
            holder = Holder(team_id=self.team_id, from_team_id=self.from_team_id)
            found.append((self.team_hop, holder))
        if self.supplier_hop:
            holder = Holder(supplier_id=self.supplier_id, from_team_id=self.team_id)
            found.append((self.supplier_hop, holder))
        return tuple(found)

    def _answered(self) -> Situation:
        # A response after the withdrawal of the work is none that was promised.
        if self.phase is Phase.CANCELLED:
            return self
        lap = self.update_lap if self.phase is Phase.DONE else self.update_lap + 1
        return replace(self, has_response=True, update_lap=lap, is_asked=False)

    def _asked(self) -> Situation:
        """The first thing that the requester writes restarts the promise of the next update; what
        they add before it is kept does not, or writing again would make us slower."""
        if self.is_asked or not self.update_lap or self.phase in ENDED:
            return self
        return replace(self, is_asked=True, update_lap=self.update_lap + 1)

    def _handed_over(self, team_id: int | None) -> Situation:
        if team_id == self.team_id:
            return self
        hops = self.hops + 1 if team_id is not None else self.hops
        return replace(
            self,
            team_id=team_id,
            from_team_id=self.team_id,
            hops=hops,
            team_hop=hops if team_id is not None else 0,
        )

    def _moved(self, event: StageChanged) -> Situation:
        changed = replace(self, phase=event.phase, waiting_reason=event.waiting_reason)
        if event.phase is Phase.DONE:
            changed = replace(changed, has_response=True)
        if self.phase is Phase.DONE and event.phase not in ENDED:
            changed = changed.reopened()
        return changed.waiting_for(event.supplier_id)

    def reopened(self) -> Situation:
        """Return the situation in which all clocks that may start anew do."""
        hops = self.hops + 1 if self.team_id is not None else self.hops
        return replace(
            self,
            reopenings=self.reopenings + 1,
            update_lap=self.update_lap + 1,
            is_asked=False,
            hops=hops,
            team_hop=hops if self.team_id is not None else 0,
        )

    def waiting_for(self, supplier_id: int | None) -> Situation:
        """Return the situation in which a supplier has the work, or none any more."""
        if supplier_id == self.supplier_id:
            return self
        if supplier_id is None:
            return replace(self, supplier_id=None, supplier_hop=0)
        return replace(
            self, supplier_id=supplier_id, supplier_hop=self.hops + 1, hops=self.hops + 1
        )


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of the work's time in which nothing happened; it may be empty."""

    start: datetime
    end: datetime
    situation: Situation


def life_of(
    events: Iterable[ClockEvent], *, at: datetime, moments: Iterable[datetime] = ()
) -> tuple[Stay, ...]:
    """Return the life of a piece of work until a moment.

    Args:
        events: the log, in the order in which it was written; what is dated after ``at`` is
            ignored, and what is dated before the event written before it happened with that.
        at: until when.
        moments: cut the stays at these as well.
    """
    return tuple(_stays(_log(events, at, moments), at))


def _log(
    events: Iterable[ClockEvent], at: datetime, moments: Iterable[datetime]
) -> list[ClockEvent]:
    given = list(events)
    first = next((n for n, each in enumerate(given) if isinstance(each, Opened)), None)
    if first is None or given[first].at > at:
        return []
    opened = given.pop(first)
    # Moments never go back: of two changes at once the second may be dated a little earlier, and
    # the order in which they were written is the order in which they happened.
    known: list[ClockEvent] = []
    latest = opened.at
    for each in given:
        latest = max(latest, each.at)
        if latest > at:
            break
        known.append(each if each.at == latest else replace(each, at=latest))
    cuts = [TermsChanged(moment) for moment in moments if opened.at < moment <= at]
    if not cuts:
        return [opened, *known]
    return [opened, *sorted([*cuts, *known], key=lambda each: each.at)]


def _stays(log: list[ClockEvent], at: datetime) -> Iterator[Stay]:
    ends = [*(each.at for each in log[1:]), at]
    situation: Situation | None = None
    for event, end in zip(log, ends, strict=bool(log)):
        if isinstance(event, Opened):
            situation = Situation(event.facts).after(HandedOver(event.at, event.team_id))
        elif situation is not None:
            situation = situation.after(event)
        if situation is not None:
            yield Stay(event.at, end, situation)
