"""A look at a clock knows nothing of what came later, and counts what was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.clocks.desk import DESK, HOUR, NETWORK, handed, opened, standard, zurich
from tests.unit.clocks.worlds import Case, cases
from timshel.relationship_agreement.service_level.rules.clock import (
    ClockReading,
    read_life,
    whole_life,
)
from timshel.relationship_agreement.service_level.rules.happenings import (
    Answered,
    ClockEvent,
    FactsChanged,
    HandedOver,
    Opened,
    Phase,
    StageChanged,
)
from timshel.relationship_agreement.service_level.rules.life import life_of
from timshel.relationship_agreement.service_level.rules.snapshots import (
    AGES,
    Backlog,
    Snapshot,
    Standing,
    Taken,
    features,
    holdings,
    moments_of,
    snapshot,
    until,
)
from timshel.relationship_agreement.service_level.rules.waiting import WaitingBook
from timshel.relationship_agreement.service_level.states import STOPPED, ClockKind

WAITING = WaitingBook()

MINUTES = st.integers(0, 3 * 1440)
# Whole worlds take a while to be made up.
patient = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def known_at(reading: ClockReading) -> datetime:
    return reading.breached_at or reading.stopped_at or reading.read_at


def looks(
    events: Sequence[ClockEvent], case: Case, taken: Sequence[Taken], *, at: datetime
) -> dict[tuple[ClockKind, int, datetime], Snapshot]:
    """All looks at all clocks of a case until a moment, as learning takes them."""
    book = case.book
    life = whole_life(events, book=book, waiting=WAITING, at=at)
    found = {}
    for kind in ClockKind:
        for reading in read_life(life, kind=kind, book=book, waiting=WAITING):
            for moment in moments_of(reading.spans, before=known_at(reading)):
                known = until(life, moment)
                laps = read_life(known, kind=kind, book=book, waiting=WAITING)
                then = next((each for each in laps if each.lap == reading.lap), None)
                if then is None or then.breached_at is not None or then.state in STOPPED:
                    continue
                standing = Standing(
                    then.started_at, then.elapsed, then.terms.target, then.terms.calendar.zone
                )
                found[kind, reading.lap, moment] = snapshot(known, standing, taken)
    return found


@st.composite
def futures(draw: st.DrawFn, after: datetime) -> list[ClockEvent]:
    """Another future: anything may happen after a moment."""
    moments = st.integers(1, 5_000).map(lambda minutes: after + timedelta(minutes=minutes))
    event = st.one_of(
        st.builds(HandedOver, moments, st.sampled_from([None, 1, 2])),
        st.builds(Answered, moments),
        st.builds(FactsChanged, moments, st.just({"priority": 1})),
        st.builds(StageChanged, moments, st.sampled_from(list(Phase)), st.none()),
    )
    return sorted(draw(st.lists(event, max_size=6)), key=lambda each: each.at)


@patient
@given(st.data(), cases())
def test_another_future_changes_no_look(data: st.DataObject, case: Case) -> None:
    """The looks that both futures have in common are the same, and looks that were due before the
    futures part are in both, unless the outcome was known by then."""
    start = case.events[0].at
    parting = start + timedelta(minutes=data.draw(MINUTES))
    past = [each for each in case.events if each.at <= parting]
    given_to = [
        Taken(start + timedelta(minutes=each), data.draw(st.sampled_from([None, 1, 2])))
        for each in sorted(data.draw(st.lists(MINUTES, max_size=4)))
    ]
    earlier = [each for each in given_to if each.at <= parting]
    at = parting + timedelta(days=7)
    one = looks(case.events, case, given_to, at=at)
    other = looks([*past, *data.draw(futures(parting))], case, earlier, at=at)
    for key in one.keys() & other.keys():
        if key[2] <= parting:
            assert one[key] == other[key]
    alone = looks(past, case, earlier, at=parting)
    for key, seen in alone.items():
        for found in (one, other):
            if key in found:
                assert found[key] == seen


@patient
@given(st.data(), cases())
def test_cutting_a_life_off_is_the_same_as_never_having_heard_more(
    data: st.DataObject, case: Case
) -> None:
    at = case.events[0].at + timedelta(minutes=data.draw(MINUTES))
    end = at + timedelta(days=9)
    assert until(life_of(case.events, at=end), at) == life_of(case.events, at=at)


@patient
@given(st.data(), cases())
def test_whether_a_moment_is_looked_at_depends_on_nothing_later(
    data: st.DataObject, case: Case
) -> None:
    book, at = case.book, case.events[0].at + timedelta(minutes=data.draw(MINUTES))
    whole = whole_life(case.events, book=book, waiting=WAITING, at=at + timedelta(days=9))
    for kind in ClockKind:
        ended = {each.lap: each for each in read_life(whole, kind=kind, book=book, waiting=WAITING)}
        for then in read_life(until(whole, at), kind=kind, book=book, waiting=WAITING):
            if then.lap not in ended:
                continue  # nothing was promised in the end
            early = moments_of(then.spans, before=at)
            late = moments_of(ended[then.lap].spans, before=at)
            assert early == late


class TestMoments:
    def test_by_share_and_by_age_until_the_outcome(self) -> None:
        book = standard(resolve=8 * HOUR)
        life = whole_life([opened(zurich(1, 9))], book=book, waiting=WAITING, at=zurich(5, 9))
        (reading,) = read_life(life, kind=ClockKind.RESOLVE, book=book, waiting=WAITING)
        assert reading.breached_at == zurich(2, 9)
        assert moments_of(reading.spans, before=zurich(2, 9)) == (
            zurich(1, 9),
            zurich(1, 10),
            zurich(1, 11),
            zurich(1, 13),
            zurich(1, 14),
            zurich(1, 16),
            zurich(2, 8, 12),
        )

    def test_nothing_is_looked_at_without_spans(self) -> None:
        assert moments_of((), before=zurich(1)) == ()

    def test_the_ages_are_those_of_the_page(self) -> None:
        assert [each / HOUR for each in AGES] == [1, 4, 24, 72, 168]


class TestHands:
    def seen(self, *taken: Taken, events: Sequence[ClockEvent] = ()) -> Snapshot:
        life = life_of([opened(zurich(1, 9), team_id=DESK), *events], at=zurich(1, 17))
        return snapshot(life, Standing(zurich(1, 9), HOUR, 8 * HOUR, "Europe/Zurich"), taken)

    def test_the_first_person_is_no_hand_over(self) -> None:
        seen = self.seen(Taken(zurich(1, 10), 7))
        assert (seen.is_taken, seen.reassignments) == (True, 0)

    def test_team_and_person_at_once_are_one(self) -> None:
        given_on = handed(zurich(1, 11), NETWORK)
        seen = self.seen(Taken(zurich(1, 10), 7), Taken(zurich(1, 11), 8), events=[given_on])
        assert (seen.is_taken, seen.reassignments, seen.hops) == (True, 1, 2)

    def test_given_back_nobody_has_it(self) -> None:
        seen = self.seen(Taken(zurich(1, 10), 7), Taken(zurich(1, 11), None))
        assert (seen.is_taken, seen.reassignments) == (False, 0)

    def test_who_gets_it_later_is_unknown(self) -> None:
        assert not self.seen(Taken(zurich(1, 18), 7)).is_taken

    def test_hour_and_weekday_are_those_of_the_calendar(self) -> None:
        seen = self.seen()
        assert (seen.hour, seen.weekday) == (17, 0)


class TestBacklog:
    @given(
        st.lists(
            st.tuples(st.integers(0, 2), st.integers(0, 20), st.none() | st.integers(0, 20)),
            max_size=20,
        ),
        st.integers(0, 25),
        st.integers(0, 2),
    )
    def test_it_is_what_counting_one_by_one_finds(
        self, held: list[tuple[int, int, int | None]], at: int, team: int
    ) -> None:
        start = zurich(1)
        intervals = [
            (key, start + begun * HOUR, None if end is None else start + max(begun, end) * HOUR)
            for key, begun, end in held
        ]
        moment = start + at * HOUR
        expected = sum(
            key == team and begun <= moment and (end is None or end > moment)
            for key, begun, end in intervals
        )
        assert Backlog(intervals).open_at(team, moment) == expected

    def test_work_counts_for_each_team_while_it_is_open_there(self) -> None:
        events = [
            opened(zurich(1, 9), team_id=DESK),
            handed(zurich(1, 10), NETWORK),
            StageChanged(zurich(1, 11), Phase.DONE),
            StageChanged(zurich(1, 12), Phase.ACTIVE),
        ]
        assert list(holdings(life_of(events, at=zurich(2)))) == [
            (DESK, zurich(1, 9), zurich(1, 10)),
            (NETWORK, zurich(1, 10), zurich(1, 11)),
            (NETWORK, zurich(1, 12), None),
        ]

    def test_work_of_no_team_is_counted_apart(self) -> None:
        held = holdings(life_of([opened(zurich(1, 9))], at=zurich(2)))
        assert Backlog(held).open_at(None, zurich(1, 9)) == 1


class TestFeatures:
    LOOK = Snapshot(
        at=zurich(1, 9),
        share=0.8,
        target=8 * HOUR,
        age=timedelta(hours=7),
        priority=2,
        service_id=None,
        team_id=4,
        hops=9,
        reassignments=2,
        reopenings=0,
        waiting_reason="supplier",
        waited=timedelta(0),
        is_taken=True,
        is_answered=False,
        hour=9,
        weekday=0,
    )

    def test_each_by_its_name(self) -> None:
        found = features(self.LOOK, backlog=0)
        assert found == pytest.approx(
            {
                "share": 0.8,
                "share:half": 0.3,
                "share:most": 0.05,
                "target": 2.1972246,
                "left": 0.9555114,
                "age": 2.0794415,
                "waited": 0.0,
                "hops": 5.0,
                "reassignments": 2.0,
                "reopenings": 0.0,
                "backlog": 0.0,
                "taken": 1.0,
                "answered": 0.0,
                "priority:2": 1.0,
                "service:0": 1.0,
                "team:4": 1.0,
                "hour:2": 1.0,
                "weekday:0": 1.0,
                "waiting:supplier": 1.0,
            }
        )

    def test_what_waits_for_nobody_has_no_reason(self) -> None:
        found = features(replace(self.LOOK, waiting_reason=""), backlog=3)
        assert not [name for name in found if name.startswith("waiting:")]


def test_a_clock_that_is_promised_no_time_is_used_up() -> None:
    life = life_of([Opened(zurich(1, 9), opened(zurich(1, 9)).facts)], at=zurich(1, 9))
    standing = Standing(zurich(1, 9), timedelta(0), timedelta(0), "UTC")
    assert snapshot(life, standing, ()).share == 1.0
