"""Laps by hand: the next update, the visits of teams and suppliers, and reopening by rule."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.clocks.desk import (
    CARRIER,
    DESK,
    HOUR,
    MAKER,
    MINUTE,
    NETWORK,
    NOTHING,
    OPENED,
    WAITING,
    active,
    agreement,
    answered,
    asked,
    cancelled,
    done,
    followed,
    handed,
    laps,
    line,
    only,
    opened,
    priority,
    promise,
    read,
    resolve,
    standard,
    waits,
    zurich,
)
from timshel.kernel.calendar import around_the_clock, business_calendar
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.clock import ClockReading, read_clock
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    ClockState,
)

RUNNING, PAUSED, BREACHED = ClockState.RUNNING, ClockState.PAUSED, ClockState.BREACHED
MET, MISSED, CANCELLED = ClockState.MET, ClockState.MISSED, ClockState.CANCELLED
AT_DESK = opened(zurich(1, 9), team_id=DESK)


def short(readings: tuple[ClockReading, ...]) -> list[tuple[int, ClockState]]:
    """The numbers of the laps and what they say."""
    return [(each.lap, each.state) for each in readings]


class TestUpdate:
    def test_writing_again_makes_nobody_slower(self) -> None:
        log = (OPENED, answered(zurich(1, 9)), asked(zurich(1, 10)), asked(zurich(1, 11)))
        found = laps(ClockKind.UPDATE, zurich(1, 11), *log)
        assert short(found) == [(1, CANCELLED), (2, RUNNING)]
        assert found[-1].due_at == zurich(1, 14)

    def test_before_the_first_answer_there_is_only_the_response(self) -> None:
        assert laps(ClockKind.UPDATE, zurich(3, 9), OPENED, asked(zurich(1, 10))) == ()

    def test_a_question_that_comes_too_late_leaves_the_miss(self) -> None:
        log = (OPENED, answered(zurich(1, 9)), asked(zurich(1, 14)))
        found = laps(ClockKind.UPDATE, zurich(1, 14), *log)
        assert short(found) == [(1, MISSED), (2, RUNNING)]
        assert found[0].breached_at == zurich(1, 12)

    def test_it_waits_while_it_is_the_requesters_turn(self) -> None:
        log = (OPENED, answered(zurich(1, 9)), waits(zurich(1, 10)))
        assert short(laps(ClockKind.UPDATE, zurich(9, 9), *log)) == [(1, PAUSED)]
        found = laps(
            ClockKind.UPDATE, zurich(9, 9), *log, asked(zurich(9, 8)), active(zurich(9, 8))
        )
        assert short(found) == [(1, CANCELLED), (2, RUNNING)]
        assert found[1].elapsed == HOUR

    def test_resolving_keeps_it_and_reopening_promises_another(self) -> None:
        log = (OPENED, answered(zurich(1, 9)), done(zurich(1, 10)))
        assert short(laps(ClockKind.UPDATE, zurich(4, 9), *log)) == [(1, MET)]
        again = laps(ClockKind.UPDATE, zurich(4, 9), *log, active(zurich(4, 8)))
        assert short(again) == [(1, MET), (2, RUNNING)]
        assert again[1].due_at == zurich(4, 11)

    def test_an_answer_that_comes_with_the_resolution_promises_nothing(self) -> None:
        log = (OPENED, answered(zurich(1, 9)), answered(zurich(1, 10)), done(zurich(1, 10)))
        (only_one,) = laps(ClockKind.UPDATE, zurich(4, 9), *log)
        assert (only_one.lap, only_one.state, only_one.is_current) == (1, MET, True)

    def test_an_answer_after_the_end_promises_nothing(self) -> None:
        for end in (done, cancelled):
            log = (OPENED, end(zurich(1, 10)), answered(zurich(1, 11)), asked(zurich(1, 12)))
            assert laps(ClockKind.UPDATE, zurich(4, 9), *log) == ()

    def test_withdrawn_work_owes_no_update(self) -> None:
        log = (OPENED, answered(zurich(1, 9)), cancelled(zurich(1, 10)))
        assert short(laps(ClockKind.UPDATE, zurich(4, 9), *log)) == [(1, CANCELLED)]


class TestReopening:
    def test_it_goes_on_with_what_was_used(self) -> None:
        log = (OPENED, done(zurich(1, 11)), active(zurich(2, 8)))
        (reading,) = laps(ClockKind.RESOLVE, zurich(2, 9), *log)
        assert (reading.lap, reading.elapsed) == (1, 3 * HOUR)

    def test_it_begins_anew_where_the_agreement_says_so(self) -> None:
        book = standard(restarts_on_reopening=True)
        log = (OPENED, done(zurich(2, 11)), active(zurich(3, 8)))
        found = laps(ClockKind.RESOLVE, zurich(3, 9), *log, book=book)
        assert short(found) == [(1, MISSED), (2, RUNNING)]
        assert (found[0].elapsed, found[0].stopped_at) == (10 * HOUR, zurich(2, 11))
        assert (found[1].elapsed, found[1].due_at) == (HOUR, zurich(3, 17))

    def test_the_agreement_in_force_at_the_reopening_decides(self) -> None:
        terms = promise(8 * HOUR)
        anew = promise(8 * HOUR, restarts_on_reopening=True)
        for before, after, expected in ((terms, anew, [1, 2]), (anew, terms, [1])):
            book = followed(
                zurich(2, 9),
                [line(ClockKind.RESOLVE, 3, before)],
                [line(ClockKind.RESOLVE, 3, after)],
            )
            log = (OPENED, done(zurich(1, 11)), active(zurich(3, 8)))
            found = laps(ClockKind.RESOLVE, zurich(3, 9), *log, book=book)
            assert [each.lap for each in found] == expected

    def test_the_response_is_given_once(self) -> None:
        book = standard(restarts_on_reopening=True)
        log = (OPENED, answered(zurich(1, 9, 30)), done(zurich(1, 11)), active(zurich(3, 8)))
        (reading,) = laps(ClockKind.RESPOND, zurich(9, 9), *log, book=book)
        assert (reading.state, reading.elapsed) == (MET, HOUR / 2)


class TestHops:
    def test_each_visit_is_a_lap_of_its_own(self) -> None:
        log = (AT_DESK, handed(zurich(1, 10), NETWORK), handed(zurich(1, 15), DESK))
        found = laps(ClockKind.HOP, zurich(1, 16), *log)
        assert [(each.lap, each.holder.team_id if each.holder else 0) for each in found] == [
            (1, DESK),
            (3, DESK),
        ]
        assert short(found) == [(1, MET), (3, RUNNING)]
        assert [each.elapsed for each in found] == [HOUR, HOUR]
        assert found[1].holder is not None
        assert found[1].holder.from_team_id == NETWORK

    def test_a_supplier_has_the_work_while_the_team_stands_still(self) -> None:
        log = (AT_DESK, waits(zurich(1, 10), "supplier", CARRIER))
        desk, carrier = laps(ClockKind.HOP, zurich(1, 15), *log)
        assert (desk.state, desk.elapsed, desk.is_current) == (PAUSED, HOUR, False)
        assert (desk.paused_since, desk.paused_reason) == (zurich(1, 10), "supplier")
        assert (carrier.state, carrier.elapsed, carrier.is_current) == (RUNNING, 4 * HOUR, True)
        assert carrier.holder is not None
        assert carrier.holder.supplier_id == CARRIER

    def test_a_supplier_that_returns_leaves_the_visit_of_the_team_as_it_was(self) -> None:
        log = (AT_DESK, waits(zurich(1, 10), "supplier", CARRIER), active(zurich(1, 15)))
        desk, carrier = laps(ClockKind.HOP, zurich(1, 15, 30), *log)
        assert (desk.lap, desk.state, desk.elapsed) == (1, RUNNING, 1.5 * HOUR)
        assert (carrier.lap, carrier.state, carrier.elapsed) == (2, MET, 4 * HOUR)
        assert (desk.is_current, carrier.is_current) == (True, False)
        current = read_clock(
            log, kind=ClockKind.HOP, book=standard(), waiting=WAITING, at=zurich(1, 16)
        )
        assert current is not None
        assert current.lap == 1

    def test_a_supplier_does_not_wait_for_the_requester(self) -> None:
        log = (AT_DESK, waits(zurich(1, 10), "requester", CARRIER))
        _desk, carrier = laps(ClockKind.HOP, zurich(1, 11), *log)
        assert carrier.state is RUNNING

    def test_another_supplier_is_another_visit(self) -> None:
        log = (
            AT_DESK,
            waits(zurich(1, 10), "supplier", MAKER),
            waits(zurich(1, 11), "supplier", CARRIER),
        )
        found = laps(ClockKind.HOP, zurich(1, 12), *log)
        assert short(found) == [(1, PAUSED), (3, RUNNING)]

    def test_withdrawn_at_a_supplier_has_no_result(self) -> None:
        log = (AT_DESK, waits(zurich(1, 10), "supplier", CARRIER), cancelled(zurich(1, 11)))
        found = laps(ClockKind.HOP, zurich(5, 9), *log)
        assert short(found) == [(1, CANCELLED), (2, CANCELLED)]

    def test_resolved_at_a_supplier_ends_both(self) -> None:
        log = (AT_DESK, waits(zurich(1, 10), "supplier", CARRIER), done(zurich(1, 11)))
        assert short(laps(ClockKind.HOP, zurich(5, 9), *log)) == [(1, MET), (2, MET)]

    def test_reopened_work_visits_the_team_again(self) -> None:
        log = (AT_DESK, done(zurich(1, 10)), active(zurich(3, 8)))
        found = laps(ClockKind.HOP, zurich(3, 9), *log)
        assert short(found) == [(1, MET), (2, RUNNING)]
        assert found[1].elapsed == HOUR

    def test_work_that_nobody_has_is_timed_by_nobody(self) -> None:
        log = (AT_DESK, handed(zurich(1, 10), None))
        assert short(laps(ClockKind.HOP, zurich(1, 16), *log)) == [(1, MET)]

    def test_work_passed_on_at_once_visited_nobody(self) -> None:
        log = (opened(zurich(1, 9), team_id=DESK), handed(zurich(1, 9), NETWORK))
        assert laps(ClockKind.HOP, zurich(1, 10), *log) == ()

    def test_work_resolved_on_the_spot_was_with_the_team(self) -> None:
        assert short(laps(ClockKind.HOP, zurich(5, 9), AT_DESK, done(zurich(1, 9)))) == [(1, MET)]

    def test_handed_to_the_same_team_nothing_happens(self) -> None:
        log = (AT_DESK, handed(zurich(1, 10), DESK))
        assert short(laps(ClockKind.HOP, zurich(1, 10, 30), *log)) == [(1, RUNNING)]


class TestAtTheSameMoment:
    """What happens at the very moment at which something else does."""

    DUE = zurich(2, 9)

    def test_another_priority_at_the_due_moment_is_in_time_for_it(self) -> None:
        later = resolve(self.DUE, OPENED, priority(self.DUE, 2))
        assert (later.state, later.due_at) == (RUNNING, self.DUE)
        after = resolve(zurich(2, 10), OPENED, priority(self.DUE, 2))
        assert (after.state, after.breached_at) == (BREACHED, self.DUE)

    def test_a_pause_that_begins_when_it_is_due_is_in_time(self) -> None:
        log = (OPENED, waits(self.DUE))
        paused = resolve(zurich(5, 9), *log)
        assert (paused.state, paused.remaining, paused.breached_at) == (PAUSED, NOTHING, None)
        back = zurich(5, 10)
        assert resolve(back, *log, active(back)).state is RUNNING
        assert resolve(back, *log, active(back), done(back)).state is MET
        late = resolve(back + MINUTE, *log, active(back))
        assert (late.state, late.breached_at) == (BREACHED, back)

    def test_resolved_when_it_is_due_and_reopened_it_is_due_at_once(self) -> None:
        log = (OPENED, done(self.DUE), active(zurich(3, 9)))
        assert resolve(zurich(3, 9), *log).due_at == zurich(3, 9)
        assert resolve(zurich(3, 10), *log).breached_at == zurich(3, 9)

    def test_waiting_and_going_on_at_once_is_no_pause(self) -> None:
        reading = resolve(zurich(1, 12), OPENED, waits(zurich(1, 10)), active(zurich(1, 10)))
        assert (reading.pauses, reading.elapsed) == ((), 3 * HOUR)

    def test_opened_and_resolved_at_once_is_kept_with_nothing_used(self) -> None:
        log = (OPENED, done(zurich(1, 9)))
        for kind in (ClockKind.RESPOND, ClockKind.RESOLVE):
            reading = read(kind, zurich(3, 9), *log)
            assert (reading.state, reading.elapsed) == (MET, NOTHING)

    def test_an_agreement_that_changes_when_it_stops_is_too_late(self) -> None:
        book = followed(
            zurich(1, 16),
            [line(ClockKind.RESOLVE, 3, promise(8 * HOUR))],
            [line(ClockKind.RESOLVE, 3, promise(2 * HOUR))],
        )
        log = (OPENED, done(zurich(1, 16)))
        assert resolve(zurich(3, 9), *log, book=book).state is MET

    def test_a_target_of_nothing_is_due_at_once_and_late_after_it(self) -> None:
        book = only(ClockKind.RESOLVE, promise(NOTHING))
        assert resolve(zurich(1, 9), OPENED, book=book).state is RUNNING
        assert resolve(zurich(1, 9, 1), OPENED, book=book).breached_at == zurich(1, 9)


class TestAgreementsThatEnd:
    def test_one_that_ends_while_paused_ends_the_clock(self) -> None:
        ended = agreement(
            "x", line(ClockKind.RESOLVE, 3, promise(8 * HOUR)), valid_until=zurich(2, 9)
        )
        log = (OPENED, waits(zurich(1, 10)))
        book = AgreementBook([ended])
        assert short(laps(ClockKind.RESOLVE, zurich(1, 11), *log, book=book)) == [(1, PAUSED)]
        assert laps(ClockKind.RESOLVE, zurich(2, 9), *log, book=book) == ()

    def test_one_that_ends_after_the_stop_leaves_the_result(self) -> None:
        ended = agreement(
            "x", line(ClockKind.RESOLVE, 3, promise(8 * HOUR)), valid_until=zurich(2, 9)
        )
        log = (OPENED, done(zurich(1, 10)))
        book = AgreementBook([ended])
        assert short(laps(ClockKind.RESOLVE, zurich(5, 9), *log, book=book)) == [(1, MET)]

    def test_a_version_of_the_future_is_not_yet_asked(self) -> None:
        book = followed(
            zurich(5, 0),
            [line(ClockKind.RESOLVE, 3, promise(40 * HOUR))],
            [line(ClockKind.RESOLVE, 3, promise(HOUR))],
        )
        assert resolve(zurich(4, 23), OPENED, book=book).due_at == zurich(8, 9)
        late = resolve(zurich(5, 1), OPENED, book=book)
        assert (late.state, late.breached_at) == (BREACHED, zurich(5, 0))


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Pacific/Apia", date(2011, 12, 29), 48),
        ("Europe/Zurich", date(2026, 3, 28), 47),
        ("Europe/Zurich", date(2026, 10, 24), 49),
        ("Europe/Dublin", date(2026, 10, 24), 49),
        ("Australia/Lord_Howe", date(2026, 4, 4), 48.5),
    ],
)
def test_two_whole_days_on_the_wall_are_as_long_as_they_are(
    zone: str, day: date, hours: float
) -> None:
    """From midnight on, over a night in which the clocks are changed or a day is skipped."""
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    days = 3 if zone == "Pacific/Apia" else 2
    end = datetime.combine(day + timedelta(days=days), start.timetz())
    whole = business_calendar(zone, (((0, 86_400),),) * 7)
    assert whole.working_time(start.astimezone(UTC), end.astimezone(UTC)) == hours * HOUR
    assert around_the_clock().add(start.astimezone(UTC), hours * HOUR) == end
    book = only(ClockKind.RESOLVE, promise(hours * HOUR, whole))
    assert resolve(start.astimezone(UTC), opened(start.astimezone(UTC)), book=book).due_at == end


def test_a_hop_needs_an_agreement_of_its_own() -> None:
    book = AgreementBook(
        [
            agreement("standard", line(ClockKind.HOP, None, promise(HOUR))),
            agreement(
                "team",
                line(ClockKind.RESOLVE, None, promise(HOUR)),
                kind=AgreementKind.OPERATIONAL,
                provider_team_id=DESK,
            ),
        ]
    )
    for kind in (ClockKind.HOP, ClockKind.RESOLVE):
        assert laps(kind, zurich(1, 10), AT_DESK, book=book) == ()
