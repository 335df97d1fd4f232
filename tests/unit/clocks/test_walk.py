"""The clocks against a second implementation that walks minute by minute, in worlds by chance."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.clocks.desk import HOUR, NOTHING, answered, laps, only, opened, promise, zurich
from tests.unit.clocks.walk import Run, walk
from tests.unit.clocks.worlds import WAITING, Case, cases
from timshel.relationship_agreement.service_level.rules.clock import (
    ClockReading,
    next_due_at,
    read_laps,
)
from timshel.relationship_agreement.service_level.rules.explanation import explain_reading
from timshel.relationship_agreement.service_level.states import (
    RUNS,
    ClockKind,
    ClockState,
)

MINUTE = timedelta(minutes=1)
EXAMPLES = 60


CLOCKS = {
    "incident": set(ClockKind) - {ClockKind.FULFIL},
    "service_request": set(ClockKind) - {ClockKind.RESOLVE},
    "task": {ClockKind.FULFIL, ClockKind.HOP},
}
EVERY_KIND = pytest.mark.parametrize(
    ("process", "kind"),
    [(process, kind) for process, kinds in CLOCKS.items() for kind in sorted(kinds)],
)


def said(reading: ClockReading) -> tuple[object, ...]:
    """What a reading says, to be compared."""
    holder = reading.holder
    return (
        reading.lap,
        reading.started_at,
        reading.state.value,
        reading.elapsed,
        reading.breached_at,
        reading.stopped_at,
        reading.withdrawn_breaches,
        reading.terms,
        (holder.team_id, holder.supplier_id, holder.from_team_id) if holder else (None, None, None),
    )


def walked(run: Run) -> tuple[object, ...]:
    """What the walk says of the same."""
    return (
        run.number,
        run.began,
        run.state,
        run.used * MINUTE,
        run.breached,
        run.stopped,
        tuple(run.withdrawn),
        run.terms,
        (run.team, run.supplier, run.giver),
    )


def compare(case: Case, kind: ClockKind) -> tuple[ClockReading, ...]:
    """Compare all laps of a clock with the walk, and return them."""
    found = read_laps(case.events, kind=kind, book=case.book, waiting=case.waiting, at=case.at)
    expected = walk(case.events, kind, case.papers, WAITING, case.at)
    assert [said(each) for each in found] == [walked(each) for each in expected]
    return found


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=EXAMPLES, deadline=None)
def test_clocks_equal_the_walk(process: str, kind: ClockKind, data: st.DataObject) -> None:
    case = data.draw(cases(process))
    found = compare(case, kind)
    for reading in found:
        assert_consistent(reading, case.at)
    assert_one_is_current(found, kind)


@pytest.mark.parametrize("process", CLOCKS)
def test_each_kind_of_work_has_its_clocks_and_no_others(process: str) -> None:
    for kind in sorted(set(ClockKind) - CLOCKS[process]):
        log = (opened(zurich(1, 9), process=process), answered(zurich(1, 9, 30)))
        assert laps(kind, zurich(1, 10), *log, book=only(kind, promise(HOUR))) == ()


def assert_consistent(reading: ClockReading, at: datetime) -> None:
    """What must hold of any reading, whatever happened."""
    assert reading.remaining == reading.terms.target - reading.elapsed
    assert (reading.state is ClockState.PAUSED) == (reading.paused_since is not None)
    assert (reading.stopped_at is None) == (reading.state in {*RUNS, ClockState.PAUSED})
    if reading.state is ClockState.RUNNING and reading.due_at is not None:
        assert reading.due_at >= at
        assert reading.terms.calendar.working_time(at, reading.due_at) == max(
            NOTHING, reading.remaining
        )
    if reading.state in {ClockState.BREACHED, ClockState.MISSED}:
        assert reading.due_at == reading.breached_at
    if reading.state is ClockState.PAUSED and reading.breached_at is None:
        assert reading.due_at is None
    assert_alerts(reading)
    assert_explained(reading, at)


def assert_alerts(reading: ClockReading) -> None:
    """An alert is due when its amount is used up, and only a clock that runs has any."""
    told = {due.alert: due for due in reading.alerts}
    if reading.state not in RUNS:
        assert not told
        return
    for alert in reading.terms.alerts:
        amount = alert.amount(reading.terms.target)
        if alert in told:
            assert told[alert].is_reached == (reading.elapsed >= amount)
        if alert in told and not told[alert].is_reached:
            ahead = reading.terms.calendar.working_time(reading.read_at, told[alert].at)
            assert ahead == amount - reading.elapsed


def assert_explained(reading: ClockReading, at: datetime) -> None:
    """The stretches of an explanation follow each other and add up to the reading."""
    explained = explain_reading(reading, at=at)
    past = [each for each in explained if not each.is_expected]
    assert sum((e.end - e.start for e in past if e.is_counted), NOTHING) == reading.elapsed
    assert all(a.end == b.start for a, b in pairwise(explained))
    if len(explained) > len(past):
        assert (explained[-1].end, explained[-1].elapsed) == (
            reading.due_at,
            max(reading.terms.target, reading.elapsed),
        )


def assert_one_is_current(found: tuple[ClockReading, ...], kind: ClockKind) -> None:
    """At most one lap is the clock; it is one that goes on, if any does and is promised."""
    current = [each for each in found if each.is_current]
    assert len(current) <= 1
    if kind is not ClockKind.HOP:
        assert all(each.stopped_at is not None for each in found if not each.is_current)
    elif current and current[0].stopped_at is not None:
        assert all(each.stopped_at is not None for each in found)


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=EXAMPLES // 2, deadline=None)
def test_nothing_breaches_while_paused_and_readings_never_contradict_later_ones(
    process: str, kind: ClockKind, data: st.DataObject
) -> None:
    case = data.draw(cases(process))
    found = read_laps(case.events, kind=kind, book=case.book, waiting=case.waiting, at=case.at)
    for later in found:
        if later.breached_at is not None:
            assert not any(p.start < later.breached_at < (p.end or case.at) for p in later.pauses)
        if later.paused_since is None:
            continue
        before = read_laps(
            case.events, kind=kind, book=case.book, waiting=case.waiting, at=later.paused_since
        )
        for earlier in before:
            if earlier.lap == later.lap and earlier.terms == later.terms:
                assert earlier.elapsed == later.elapsed


@EVERY_KIND
@given(data=st.data())
@settings(max_examples=EXAMPLES // 2, deadline=None)
def test_until_something_happens_only_time_passes(
    process: str, kind: ClockKind, data: st.DataObject
) -> None:
    """What is stored after an event can be brought forward to any moment before the next."""
    case = data.draw(cases(process))
    last = max([each.at for each in case.events if each.at <= case.at], default=None)
    changed = [moment for moment in case.papers.dates() if moment <= case.at]
    if last is None:
        return
    last = max([last, *changed])
    waiting = case.waiting
    then = read_laps(case.events, kind=kind, book=case.book, waiting=waiting, at=last)
    now = read_laps(case.events, kind=kind, book=case.book, waiting=waiting, at=case.at)
    assert [each.lap for each in then] == [each.lap for each in now]
    for earlier, later in zip(then, now, strict=True):
        assert (earlier.due_at, earlier.stopped_at) == (later.due_at, later.stopped_at)
        passed = NOTHING
        if earlier.state in RUNS:
            passed = earlier.terms.calendar.working_time(last, case.at)
        assert later.elapsed == earlier.elapsed + passed
    if all(each.breached_at is None for each in now):
        assert next_due_at(then) == next_due_at(now)
