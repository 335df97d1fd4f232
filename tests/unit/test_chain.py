"""The chain of a piece of work: every moment in one link, every sum equal to the whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.calendar import BusinessCalendar, around_the_clock, business_calendar
from timshel.relationship_agreement.service_level.rules.chain import (
    ZERO,
    Chain,
    LinkKind,
    chain_of,
)
from timshel.relationship_agreement.service_level.rules.clock import read_life, whole_life
from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    Facts,
    FactsChanged,
    HandedOver,
    Holder,
    Opened,
    Phase,
    StageChanged,
)
from timshel.relationship_agreement.service_level.rules.terms import Terms
from timshel.relationship_agreement.service_level.rules.waiting import WaitingBook
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DESK, NETWORK, FIRM = 1, 2, 7
OFFICE = business_calendar("UTC", (((8 * 3600, 18 * 3600),),) * 5 + ((), ()))
ALWAYS = around_the_clock()

WAITING = WaitingBook()


class Book:
    """Promises so much to resolve by priority, and two hours for each visit of a supplier."""

    def __init__(self, calendar: BusinessCalendar = OFFICE, *, restarts: bool = False) -> None:
        self.calendar = calendar
        self.restarts = restarts

    def terms(
        self,
        kind: ClockKind,
        *,
        facts: Facts,
        at: datetime,
        holder: Holder | None = None,
    ) -> Terms | None:
        """Return the terms; nothing is promised for the last priority."""
        if kind is ClockKind.RESOLVE and facts.priority < 5:
            target = 4 * facts.priority * HOUR
            return Terms(target, self.calendar, restarts_on_reopening=self.restarts)
        if kind is ClockKind.HOP and holder and holder.supplier_id:
            return Terms(2 * HOUR, ALWAYS)
        return None

    def changes(self, *, after: datetime, until: datetime) -> Iterable[datetime]:
        """Return nothing: this book stays."""
        return ()


def after(hours: float) -> datetime:
    return MONDAY + hours * HOUR


def opened(priority: int = 1, team: int | None = DESK) -> Opened:
    return Opened(MONDAY, Facts(priority=priority), team_id=team)


def chain(events: Iterable[ClockEvent], *, at: datetime, book: Book | None = None) -> Chain:
    used = book or Book()
    life = whole_life(events, book=used, waiting=WAITING, at=at)
    readings = [
        reading
        for kind in (ClockKind.RESOLVE, ClockKind.HOP)
        for reading in read_life(life, kind=kind, book=used, waiting=WAITING)
    ]
    found = chain_of(life, readings)
    assert found is not None
    return found


def waiting(at: datetime, reason: str, supplier: int | None = None) -> StageChanged:
    return StageChanged(at, Phase.WAITING, reason, supplier)


def test_before_the_opening_there_is_none() -> None:
    assert chain_of((), ()) is None


def test_at_the_opening_no_time_has_passed() -> None:
    found = chain([opened()], at=MONDAY)
    assert (found.links, found.total, found.is_over) == ((), ZERO, False)


def test_a_supplier_stands_between_two_stretches_of_the_team_that_called_it() -> None:
    events: list[ClockEvent] = [
        opened(),
        waiting(after(1), "supplier", FIRM),
        StageChanged(after(4), Phase.ACTIVE),
        HandedOver(after(5), NETWORK),
        StageChanged(after(6), Phase.DONE),
    ]
    found = chain(events, at=after(9))
    assert [(each.kind, each.team_id, each.supplier_id) for each in found.links] == [
        (LinkKind.TEAM, DESK, None),
        (LinkKind.SUPPLIER, None, FIRM),
        (LinkKind.TEAM, NETWORK, None),
    ]
    assert [(each.start, each.end) for each in found.links[0].segments] == [
        (MONDAY, after(1)),
        (after(4), after(5)),
    ]
    assert [each.amounts.wall for each in found.links] == [2 * HOUR, 3 * HOUR, HOUR]
    assert (found.started_at, found.ended_at, found.is_over) == (MONDAY, after(6), True)
    # Waiting for a supplier is our time: it is counted, and broke the promise of four hours.
    assert found.promise is not None
    assert found.promise.breached_at == after(4)
    assert (found.broken_in, found.used_most) == (1, 2)
    assert [each.share for each in found.links] == [2 / 6, 3 / 6, 1 / 6]
    hop = found.links[1].hop
    assert hop is not None
    assert (hop.state, hop.terms.target, hop.elapsed) == (ClockState.MISSED, 2 * HOUR, 3 * HOUR)
    assert found.links[0].hop is None


def test_waiting_for_the_requester_is_paused_and_nobody_used_it() -> None:
    events: list[ClockEvent] = [
        opened(priority=2),
        waiting(after(1), "requester"),
        StageChanged(after(3), Phase.ACTIVE),
    ]
    found = chain(events, at=after(4))
    (link,) = found.links
    assert link.amounts.counted == 2 * HOUR
    assert link.pauses == {"requester": 2 * HOUR}
    assert [each.is_paused for each in link.segments] == [False, True, False]
    reasons = dict(found.by_reason)
    assert reasons[None].counted == 2 * HOUR
    assert reasons["requester"].paused == 2 * HOUR
    assert found.broken_in is None


def test_time_with_nobody_is_a_link_of_its_own_each_time() -> None:
    events: list[ClockEvent] = [
        opened(team=None),
        HandedOver(after(1), DESK),
        HandedOver(after(2), None),
        HandedOver(after(3), NETWORK),
    ]
    found = chain(events, at=after(4))
    kinds = [each.kind for each in found.links]
    assert kinds == [LinkKind.NOBODY, LinkKind.TEAM, LinkKind.NOBODY, LinkKind.TEAM]
    assert [each.amounts.wall for each in found.links] == [HOUR] * 4


def test_between_a_resolution_and_a_reopening_nothing_was_promised() -> None:
    events: list[ClockEvent] = [
        opened(),
        StageChanged(after(1), Phase.DONE),
        StageChanged(after(5), Phase.ACTIVE),
        StageChanged(after(6), Phase.DONE),
    ]
    found = chain(events, at=after(9))
    assert [each.kind for each in found.links] == [
        LinkKind.TEAM,
        LinkKind.RESOLVED,
        LinkKind.TEAM,
    ]
    assert found.links[1].amounts.unpromised == 4 * HOUR
    assert found.total.wall == 6 * HOUR
    assert found.total.counted == 2 * HOUR


def test_where_a_reopening_starts_anew_only_the_present_promise_is_shared() -> None:
    events: list[ClockEvent] = [
        opened(),
        StageChanged(after(3), Phase.DONE),
        StageChanged(after(4), Phase.ACTIVE),
        HandedOver(after(5), NETWORK),
    ]
    found = chain(events, at=after(6), book=Book(restarts=True))
    assert [each.amounts.counted for each in found.links if each.team_id] == [3 * HOUR, HOUR, HOUR]
    assert [each.used for each in found.links if each.team_id] == [timedelta(0), HOUR, HOUR]
    assert found.used_most == 3


def test_nights_are_outside_the_hours() -> None:
    found = chain([opened(priority=4)], at=after(24))
    assert found.total.counted == 10 * HOUR
    assert found.total.outside == 14 * HOUR


def test_where_nothing_is_promised_nothing_is_used() -> None:
    found = chain([opened(priority=5)], at=after(3))
    assert found.promise is None
    assert found.total.unpromised == found.total.wall == 3 * HOUR
    assert (found.broken_in, found.used_most) == (None, None)
    assert found.links[0].share == 0


def test_a_priority_lowered_takes_the_breach_to_nobody() -> None:
    events: list[ClockEvent] = [opened(), FactsChanged(after(6), {"priority": 3})]
    found = chain(events, at=after(7))
    assert found.promise is not None
    assert found.promise.withdrawn_breaches == (after(4),)
    assert found.broken_in is None


def test_cancelled_work_ends_there() -> None:
    found = chain([opened(), StageChanged(after(2), Phase.CANCELLED)], at=after(5))
    assert (found.ended_at, found.is_over, found.total.wall) == (after(2), True, 2 * HOUR)


MOVES = st.one_of(
    st.sampled_from([None, DESK, NETWORK]).map(lambda team: ("team", team)),
    st.sampled_from(["requester", "supplier", "problem", "evidence"]).map(
        lambda reason: ("wait", reason)
    ),
    st.just(("supplier", FIRM)),
    st.just(("resume", None)),
    st.just(("done", None)),
    st.just(("answer", None)),
    st.integers(1, 5).map(lambda priority: ("priority", priority)),
)


def event_of(move: tuple[str, object], at: datetime) -> ClockEvent:
    match move:
        case ("team", team):
            return HandedOver(at, team)  # type: ignore[arg-type]
        case ("wait", reason):
            return waiting(at, str(reason))
        case ("supplier", _):
            return waiting(at, "supplier", FIRM)
        case ("resume", _):
            return StageChanged(at, Phase.ACTIVE)
        case ("done", _):
            return StageChanged(at, Phase.DONE)
        case ("priority", priority):
            return FactsChanged(at, {"priority": priority})  # type: ignore[dict-item]
        case _:
            return Answered(at)


@given(
    moves=st.lists(st.tuples(st.integers(0, 900), MOVES), max_size=14),
    rest=st.integers(0, 3_000),
    priority=st.integers(1, 5),
    is_open_always=st.booleans(),
    restarts=st.booleans(),
)
def test_every_sum_is_the_whole(
    moves: list[tuple[int, tuple[str, object]]],
    rest: int,
    priority: int,
    is_open_always: bool,
    restarts: bool,
) -> None:
    moment = MONDAY
    events: list[ClockEvent] = [opened(priority)]
    for minutes, move in moves:
        moment += minutes * MINUTE
        events.append(event_of(move, moment))
    at = moment + rest * MINUTE
    calendar = ALWAYS if is_open_always else OFFICE
    book = Book(calendar, restarts=restarts)
    found = chain(events, at=at, book=book)
    whole = found.ended_at - found.started_at
    assert sum((each.amounts for each in found.links), ZERO) == found.total
    assert sum((amounts for _reason, amounts in found.by_reason), ZERO) == found.total
    assert found.total.wall == whole
    if found.promise is not None and not restarts:
        assert found.total.counted == found.promise.elapsed
    if found.promise is not None:
        assert sum((each.used for each in found.links), timedelta(0)) == found.promise.elapsed
    segments = sorted(
        ((each.start, each.end) for link in found.links for each in link.segments),
    )
    # The segments tile the time without gap or overlap.
    ends = [found.started_at, *(end for _start, end in segments)]
    assert [start for start, _end in segments] == ends[:-1]
    assert ends[-1] == found.ended_at
    if found.promise and found.promise.breached_at and found.promise.breached_at < found.ended_at:
        assert found.broken_in is not None
