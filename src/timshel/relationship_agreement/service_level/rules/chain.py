"""The chain: through whose hands a piece of work went, and what each link used of the promise.

A link is one visit of one team or supplier, a time with nobody, or the time between a resolution
and a reopening. While a supplier has the work, the team that called for it does not: its link goes
on when the supplier's ends. Every moment from the opening to the end belongs to exactly one link,
and is exactly one of four things for the promise to resolve or fulfil: counted, paused, outside
the hours, or a time for which nothing was promised. So all sums add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from timshel.relationship_agreement.service_level.rules.clock import ClockReading
from timshel.relationship_agreement.service_level.rules.happenings import Phase
from timshel.relationship_agreement.service_level.rules.laps import ENDS, Span, Status
from timshel.relationship_agreement.service_level.rules.life import ENDED, Situation, Stay
from timshel.relationship_agreement.service_level.rules.terms import NOTHING
from timshel.relationship_agreement.service_level.states import ClockKind

PROMISES = (ClockKind.RESOLVE, ClockKind.FULFIL)


class LinkKind(StrEnum):
    """Who had the work: a team, a supplier, nobody, or the requester between two attempts."""

    TEAM = "team"
    SUPPLIER = "supplier"
    NOBODY = "nobody"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a length of time was for the promise; the four parts add up to all of it.

    Args:
        counted: working time that used up the promise.
        paused: working time during which waiting stopped the clock.
        outside: time outside the hours of the promise's calendar.
        unpromised: time for which nothing was promised, such as that after a resolution.
    """

    counted: timedelta = NOTHING
    paused: timedelta = NOTHING
    outside: timedelta = NOTHING
    unpromised: timedelta = NOTHING

    @property
    def wall(self) -> timedelta:
        """All of it, as a clock on the wall shows it."""
        return self.counted + self.paused + self.outside + self.unpromised

    @property
    def working(self) -> timedelta:
        """Working time on the promise's calendar, counted or not."""
        return self.counted + self.paused

    def __add__(self, other: Amounts) -> Amounts:
        """Return both together."""
        return Amounts(
            self.counted + other.counted,
            self.paused + other.paused,
            self.outside + other.outside,
            self.unpromised + other.unpromised,
        )


ZERO = Amounts()


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a link in which nothing changed for the promise.

    Args:
        start: its first moment.
        end: the first moment after it.
        waiting_reason: what was waited for, or None.
        is_paused: whether that stopped the clock.
        amounts: what it was for the promise.
        used: what it used of the promise that stands, less than ``counted`` where an earlier
            promise was replaced by that of a reopening.
    """

    start: datetime
    end: datetime
    waiting_reason: str | None
    is_paused: bool
    amounts: Amounts
    used: timedelta


@dataclass(frozen=True, slots=True)
class Link:
    """One visit in the chain.

    Args:
        number: its place, from 1, by when it began.
        kind: who had the work.
        team_id: the team, for a link of that kind.
        supplier_id: the supplier, for a link of that kind.
        segments: its times in order; with a gap where a supplier had the work meanwhile.
        hop: what the clock of this team or supplier says, or None where nothing is agreed.
        share: of what was used of the promise in all, between 0 and 1.
    """

    number: int
    kind: LinkKind
    team_id: int | None
    supplier_id: int | None
    segments: tuple[Segment, ...]
    hop: ClockReading | None = None
    share: float = 0.0

    @property
    def start(self) -> datetime:
        """When it began."""
        return self.segments[0].start

    @property
    def end(self) -> datetime:
        """When it ended, or the moment of the reading."""
        return self.segments[-1].end

    @property
    def amounts(self) -> Amounts:
        """What all its times were for the promise."""
        return sum((each.amounts for each in self.segments), ZERO)

    @property
    def used(self) -> timedelta:
        """What it used of the promise that stands."""
        return sum((each.used for each in self.segments), NOTHING)

    @property
    def pauses(self) -> dict[str, timedelta]:
        """Working time that was paused, by the reason of the waiting."""
        found: dict[str, timedelta] = {}
        for each in self.segments:
            if each.is_paused:
                reason = each.waiting_reason or ""
                found[reason] = found.get(reason, NOTHING) + each.amounts.paused
        return found


@dataclass(frozen=True, slots=True)
class Chain:
    """The way of a piece of work from its opening to its end, or to the moment of the reading.

    Args:
        started_at: when it was opened.
        ended_at: when it was resolved or cancelled for the last time, or the moment of reading.
        is_over: whether it has ended.
        links: in the order in which they began.
        by_reason: what the time was, by what was waited for; under None all that was not waiting.
        promise: what the clock to resolve or fulfil says, or None where nothing is promised.
        broken_in: the number of the link during which the promise was broken, or None.
        used_most: the number of the link that used most of the promise, or None if none did.
    """

    started_at: datetime
    ended_at: datetime
    is_over: bool
    links: tuple[Link, ...]
    by_reason: tuple[tuple[str | None, Amounts], ...]
    promise: ClockReading | None
    broken_in: int | None
    used_most: int | None

    @property
    def total(self) -> Amounts:
        """What all the time was for the promise."""
        return sum((link.amounts for link in self.links), ZERO)


def chain_of(life: Sequence[Stay], readings: Iterable[ClockReading]) -> Chain | None:
    """Return the chain of a piece of work, or None before it was opened.

    Args:
        life: see :func:`~.life.life_of`.
        readings: of all laps of its clocks, read from that life.
    """
    if not life:
        return None
    known = tuple(readings)
    promised = [each for each in known if each.kind in PROMISES]
    promise = next((each for each in promised if each.is_current), None)
    over = _length(life)
    pieces = list(_pieces(life[:over], _spans(promised), promise))
    links = _links(pieces, {each.lap: each for each in known if each.kind is ClockKind.HOP})
    last = life[over - 1].end if over else life[0].start
    used = sum((link.used for link in links), NOTHING)
    shown = tuple(replace(each, share=each.used / used if used else 0.0) for each in links)
    return Chain(
        started_at=life[0].start,
        ended_at=last,
        is_over=over < len(life),
        links=shown,
        by_reason=_by_reason(shown),
        promise=promise,
        broken_in=_holding_at(shown, promise.breached_at if promise else None),
        used_most=_used_most(shown),
    )


def _length(life: Sequence[Stay]) -> int:
    """Return how many stays there are before the end that stands."""
    count = len(life)
    while count and life[count - 1].situation.phase in ENDED:
        count -= 1
    return count


def _spans(readings: Iterable[ClockReading]) -> dict[datetime, tuple[Span, int]]:
    """Return the spans of all laps of the promise, by their beginning, with the lap."""
    return {
        span.start: (span, reading.lap)
        for reading in readings
        for span in reading.spans
        if span.start < span.end
    }


_Who = tuple[LinkKind, int]


def _who(situation: Situation) -> _Who:
    """Return whose link a stay belongs to, with the number of the visit."""
    if situation.phase is Phase.DONE:
        return LinkKind.RESOLVED, situation.reopenings
    if situation.supplier_hop:
        return LinkKind.SUPPLIER, situation.supplier_hop
    if situation.team_hop:
        return LinkKind.TEAM, situation.team_hop
    return LinkKind.NOBODY, 0


@dataclass(frozen=True, slots=True)
class _Piece:
    who: _Who
    situation: Situation
    segment: Segment


def _pieces(
    life: Iterable[Stay],
    spans: dict[datetime, tuple[Span, int]],
    promise: ClockReading | None,
) -> Iterator[_Piece]:
    for stay in life:
        if stay.start == stay.end:
            continue
        span, lap = spans.get(stay.start, (None, 0))
        amounts = _amounts(stay, span)
        is_present = promise is not None and lap == promise.lap
        situation = stay.situation
        waits_for = situation.waiting_reason if situation.phase is Phase.WAITING else None
        segment = Segment(
            start=stay.start,
            end=stay.end,
            waiting_reason=waits_for,
            is_paused=span is not None and span.status is Status.PAUSED,
            amounts=amounts,
            used=amounts.counted if is_present else NOTHING,
        )
        yield _Piece(_who(situation), situation, segment)


def _amounts(stay: Stay, span: Span | None) -> Amounts:
    wall = stay.end - stay.start
    if span is None or span.terms is None or span.status in ENDS:
        return Amounts(unpromised=wall)
    working = span.terms.calendar.working_time(stay.start, stay.end)
    if span.status is Status.PAUSED:
        return Amounts(paused=working, outside=wall - working)
    return Amounts(counted=working, outside=wall - working)


def _links(pieces: Sequence[_Piece], hops: dict[int, ClockReading]) -> list[Link]:
    """Return the links in the order of their beginnings; times with nobody are never joined."""
    grouped: dict[tuple[_Who, int], list[_Piece]] = {}
    idle = 0
    befores = [None, *(piece.who for piece in pieces)]
    for before, piece in zip(befores, pieces, strict=False):
        if piece.who[0] is LinkKind.NOBODY and before != piece.who:
            idle += 1
        turn = idle if piece.who[0] is LinkKind.NOBODY else 0
        grouped.setdefault((piece.who, turn), []).append(piece)
    return [
        _link(number, key[0], found, hops)
        for number, (key, found) in enumerate(grouped.items(), start=1)
    ]


def _link(number: int, who: _Who, pieces: Sequence[_Piece], hops: dict[int, ClockReading]) -> Link:
    kind, visit = who
    situation = pieces[0].situation
    return Link(
        number=number,
        kind=kind,
        team_id=situation.team_id if kind is LinkKind.TEAM else None,
        supplier_id=situation.supplier_id if kind is LinkKind.SUPPLIER else None,
        segments=tuple(_joined([piece.segment for piece in pieces])),
        hop=hops.get(visit) if kind in (LinkKind.TEAM, LinkKind.SUPPLIER) else None,
    )


def _joined(segments: Sequence[Segment]) -> Iterator[Segment]:
    """Yield segments, with those that touch and are alike made one."""
    held = segments[0]
    for _before, each in pairwise(segments):
        alike = (held.end, held.waiting_reason, held.is_paused)
        if alike == (each.start, each.waiting_reason, each.is_paused):
            held = replace(
                held,
                end=each.end,
                amounts=held.amounts + each.amounts,
                used=held.used + each.used,
            )
        else:
            yield held
            held = each
    yield held


def _by_reason(links: Iterable[Link]) -> tuple[tuple[str | None, Amounts], ...]:
    found: dict[str | None, Amounts] = {None: ZERO}
    for link in links:
        for each in link.segments:
            before = found.get(each.waiting_reason, ZERO)
            found[each.waiting_reason] = before + each.amounts
    return tuple(found.items())


def _holding_at(links: Iterable[Link], moment: datetime | None) -> int | None:
    """Return the number of the link that a moment belongs to."""
    if moment is None:
        return None
    for link in links:
        if any(each.start <= moment < each.end for each in link.segments):
            return link.number
    return None


def _used_most(links: Iterable[Link]) -> int | None:
    most = max(links, key=lambda link: (link.used, -link.number), default=None)
    return most.number if most is not None and most.used > NOTHING else None
