"""What a clock looked like at a moment of its life: all that a forecast may know of it.

Nothing that happened after the moment goes into a snapshot. The life of the work is cut off there
before anything is read, so that what came later cannot show; that holds for learning from history
and for the forecast of today alike, since both take their snapshots here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p
from zoneinfo import ZoneInfo

from timshel.kernel.calendar import NeverOpen
from timshel.relationship_agreement.service_level.rules.happenings import Phase
from timshel.relationship_agreement.service_level.rules.laps import Span, Status
from timshel.relationship_agreement.service_level.rules.life import ENDED, Stay
from timshel.relationship_agreement.service_level.rules.terms import NOTHING

HOUR = timedelta(hours=1)

# Where a historic clock is looked at: as its target is used up, and as it grows older. The later
# a look, the easier the forecast, so the early ones are needed for it to be worth anything; the
# ages catch clocks that stand still while they are paused.
SHARES = (0.0, 0.25, 0.5, 0.75, 0.9)
AGES = (HOUR, 4 * HOUR, 24 * HOUR, 72 * HOUR, 168 * HOUR)

# More than so many hand-overs or reopenings tell no more than so many.
MOST_COUNTED = 5


@dataclass(frozen=True, slots=True)
class Taken:
    """Somebody was given the work, or nobody has it any more."""

    at: datetime
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A clock at a moment, by what was known then.

    Args:
        at: the moment.
        share: how much of the target was used, 0 to 1.
        target: what was promised, working time.
        age: since the lap began, as time passes on the wall.
        priority: 1 (first) to 5 (last).
        service_id: the service, or None.
        team_id: the team that had the work, or None.
        hops: how many teams and suppliers had had it.
        reassignments: how often it went from one team or person to another.
        reopenings: how often it was reopened.
        waiting_reason: what it waited for, or nothing.
        waited: how long it had waited in all, as time passes on the wall.
        is_taken: whether a person had it.
        is_answered: whether the requester had had an answer.
        hour: of the day, in the zone of the clock's calendar.
        weekday: 0 for Monday, in that zone.
    """

    at: datetime
    share: float
    target: timedelta
    age: timedelta
    priority: int
    service_id: int | None
    team_id: int | None
    hops: int
    reassignments: int
    reopenings: int
    waiting_reason: str
    waited: timedelta
    is_taken: bool
    is_answered: bool
    hour: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a clock itself says at the moment of a snapshot.

    Args:
        started_at: when the lap began.
        elapsed: working time used so far.
        target: working time promised.
        zone: IANA name of the zone of its calendar.
    """

    started_at: datetime
    elapsed: timedelta
    target: timedelta
    zone: str


def snapshot(life: Sequence[Stay], standing: Standing, taken: Iterable[Taken]) -> Snapshot:
    """Return what is known of a clock at the end of a life.

    Args:
        life: of the work, up to the moment; see :func:`until`. It holds at least the opening.
        standing: what the clock says at that moment.
        taken: who had the work, oldest first; what is dated later is left out.
    """
    now = life[-1]
    at, situation = now.end, now.situation
    persons = [each for each in taken if each.at <= at]
    local = at.astimezone(ZoneInfo(standing.zone))
    return Snapshot(
        at=at,
        share=min(1.0, standing.elapsed / standing.target) if standing.target else 1.0,
        target=standing.target,
        age=at - standing.started_at,
        priority=situation.facts.priority,
        service_id=situation.facts.service_id,
        team_id=situation.team_id,
        hops=situation.hops,
        reassignments=_reassignments(life, persons),
        reopenings=situation.reopenings,
        waiting_reason=(situation.waiting_reason or "") if _waits(now) else "",
        waited=sum((each.end - each.start for each in life if _waits(each)), NOTHING),
        is_taken=bool(persons) and persons[-1].person_id is not None,
        is_answered=situation.has_response,
        hour=local.hour,
        weekday=local.weekday(),
    )


def until(life: Sequence[Stay], at: datetime) -> tuple[Stay, ...]:
    """Return the life as it was known at a moment: it ends there, and nothing of later shows."""
    kept = [each for each in life if each.start <= at]
    if kept:
        last = kept[-1]
        kept[-1] = Stay(last.start, at, last.situation)
    return tuple(kept)


def moments_of(spans: Sequence[Span], *, before: datetime) -> tuple[datetime, ...]:
    """Return the moments at which a historic clock is looked at, in order, each once.

    Whether a moment is among them depends on nothing that happened after it: a share of the target
    is that of the target in force when the share was reached.

    Args:
        spans: what the clock added up.
        before: when it stopped or broke; a look from then on would see the outcome.
    """
    if not spans:
        return ()
    start = spans[0].start
    found = {start, *(start + age for age in AGES), *_reached(spans)}
    return tuple(sorted(moment for moment in found if moment < before))


def _reached(spans: Sequence[Span]) -> Iterator[datetime]:
    """Yield the moments at which the shares of the target were used up for the first time."""
    used = NOTHING
    ahead = list(SHARES)
    for span in spans:
        if span.status is not Status.RUNNING or span.terms is None:
            continue
        calendar, target = span.terms.calendar, span.terms.target
        after = used + calendar.working_time(span.start, span.end)
        while ahead and target * ahead[0] <= after:
            try:
                yield calendar.add(span.start, max(NOTHING, target * ahead.pop(0) - used))
            except NeverOpen:
                return
        used = after


def _waits(stay: Stay) -> bool:
    return stay.situation.phase is Phase.WAITING


def _reassignments(life: Sequence[Stay], persons: Sequence[Taken]) -> int:
    """Return how often the work went from one team to another, or from one person to another; both
    at once is one hand-over."""
    teams = [(each.start, each.situation.team_id) for each in life]
    people = [(each.at, each.person_id) for each in persons]
    return len({*_handed_on(teams), *_handed_on(people)})


def _handed_on(holders: Sequence[tuple[datetime, int | None]]) -> Iterator[datetime]:
    had: int | None = None
    for at, holder in holders:
        if had is not None and holder is not None and holder != had:
            yield at
        had = holder


# What a model reads: plain numbers by name. A name is a group, and after a colon a value of it.


def features(snap: Snapshot, *, backlog: int) -> dict[str, float]:
    """Return a snapshot as the numbers that a model reads; those that are not named are 0.

    Args:
        snap: the clock at a moment.
        backlog: how many open cases its team had at that moment, this one among them.
    """
    target, share = snap.target / HOUR, snap.share
    found = {
        # A straight line in the share is too stiff: what is used up late counts for more.
        "share": share,
        "share:half": max(0.0, share - 0.5),
        "share:most": max(0.0, share - 0.75),
        "target": log1p(target),
        "left": log1p(target * (1 - share)),
        "age": log1p(snap.age / HOUR),
        "waited": log1p(snap.waited / HOUR),
        "hops": float(min(MOST_COUNTED, snap.hops)),
        "reassignments": float(min(MOST_COUNTED, snap.reassignments)),
        "reopenings": float(min(MOST_COUNTED, snap.reopenings)),
        "backlog": log1p(backlog),
        "taken": float(snap.is_taken),
        "answered": float(snap.is_answered),
        f"priority:{snap.priority}": 1.0,
        f"service:{snap.service_id or 0}": 1.0,
        f"team:{snap.team_id or 0}": 1.0,
        f"hour:{snap.hour // 4}": 1.0,
        f"weekday:{snap.weekday}": 1.0,
    }
    if snap.waiting_reason:
        found[f"waiting:{snap.waiting_reason}"] = 1.0
    return found


# The backlog of a team at any moment of the past.


def holdings(life: Sequence[Stay]) -> Iterator[tuple[int, datetime, datetime | None]]:
    """Yield the times during which a team had open work: the team (0 for none), from, until.

    The end is None for a stay that lasts to the end of the life: it is open there.
    """
    begun: tuple[int, datetime] | None = None
    for stay in life:
        is_open = stay.situation.phase not in ENDED
        holder = (stay.situation.team_id or 0) if is_open else None
        if begun is not None and holder == begun[0]:
            continue
        if begun is not None:
            yield (*begun, stay.start)
        begun = None if holder is None else (holder, stay.start)
    if begun is not None:
        yield (*begun, None)


class Backlog:
    """How many open cases each team had at any moment.

    Whatever ended after a moment was open then, so no answer depends on what came later.

    Args:
        held: what :func:`holdings` says of all work.
    """

    def __init__(self, held: Iterable[tuple[int, datetime, datetime | None]]) -> None:
        begun: Mapping[int, list[datetime]] = defaultdict(list)
        ended: Mapping[int, list[datetime]] = defaultdict(list)
        for team_id, start, end in held:
            begun[team_id].append(start)
            if end is not None:
                ended[team_id].append(end)
        self._begun = {team_id: sorted(each) for team_id, each in begun.items()}
        self._ended = {team_id: sorted(each) for team_id, each in ended.items()}

    def open_at(self, team_id: int | None, at: datetime) -> int:
        """Return how many open cases a team had; a case counts from its first moment on, and at
        the moment at which it ends no more."""
        key = team_id or 0
        begun = bisect_right(self._begun.get(key, ()), at)
        return begun - bisect_right(self._ended.get(key, ()), at)
