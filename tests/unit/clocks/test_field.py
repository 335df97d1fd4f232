"""One test for each mistake that users of other engines reported; see test_threads.py."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.unit.clocks.desk import (
    ALWAYS,
    CALENDAR,
    HOUR,
    MINUTE,
    OFFICE,
    OPENED,
    ZURICH,
    active,
    agreement,
    answered,
    asked,
    done,
    followed,
    laps,
    line,
    only,
    opened,
    priority,
    promise,
    resolve,
    respond,
    standard,
    waits,
    zurich,
)
from timshel.kernel.calendar import around_the_clock, business_calendar
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.explanation import explain_reading
from timshel.relationship_agreement.service_level.rules.happenings import FactsChanged
from timshel.relationship_agreement.service_level.rules.precedence import DatedTerms
from timshel.relationship_agreement.service_level.rules.terms import Terms
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState


class TestWhatOthersGotWrong:
    """One test for each mistake that users of other engines reported."""

    def test_a_pause_survives_a_change_of_the_priority(self) -> None:
        reading = resolve(
            zurich(2, 9), OPENED, waits(zurich(1, 10)), priority(zurich(1, 14), 2),
            active(zurich(2, 8)),
        )  # fmt: skip
        assert (reading.elapsed, reading.terms.target) == (2 * HOUR, 4 * HOUR)
        assert reading.due_at == zurich(2, 11)

    def test_a_pause_survives_a_change_of_the_agreement(self) -> None:
        book = followed(
            zurich(1, 14),
            [line(ClockKind.RESOLVE, 3, promise(8 * HOUR))],
            [line(ClockKind.RESOLVE, 3, promise(6 * HOUR))],
        )
        log = (OPENED, waits(zurich(1, 10)), active(zurich(2, 8)))
        reading = resolve(zurich(2, 9), *log, book=book)
        assert (reading.elapsed, reading.due_at) == (2 * HOUR, zurich(2, 14))
        assert len(reading.pauses) == 1

    def test_nothing_is_breached_while_pending(self) -> None:
        reading = resolve(zurich(29, 9), OPENED, waits(zurich(1, 10)))
        assert (reading.state, reading.breached_at) == (ClockState.PAUSED, None)
        assert (reading.due_at, reading.remaining) == (None, 7 * HOUR)
        assert (reading.paused_since, reading.paused_reason) == (zurich(1, 10), "requester")

    def test_after_pending_the_rest_is_there_and_nothing_has_expired(self) -> None:
        reading = resolve(zurich(29, 9), OPENED, waits(zurich(1, 10)), active(zurich(29, 9)))
        assert reading.state is ClockState.RUNNING
        assert reading.due_at == zurich(29, 17)

    def test_a_weekend_of_pending_credits_no_more_than_its_working_time(self) -> None:
        reading = resolve(
            zurich(8, 9),
            opened(zurich(5, 9), 3), waits(zurich(5, 16)), active(zurich(8, 8)),
        )  # fmt: skip
        assert reading.elapsed == 7 * HOUR
        assert reading.due_at == zurich(8, 10)

    def test_waiting_outside_the_hours_changes_nothing(self) -> None:
        reading = resolve(zurich(2, 9), OPENED, waits(zurich(1, 18)), active(zurich(2, 7)))
        assert reading.due_at == resolve(zurich(2, 9), OPENED).due_at == zurich(2, 9)

    def test_the_calendar_is_the_one_of_the_target(self) -> None:
        book = AgreementBook(
            [
                agreement(
                    "standard",
                    line(ClockKind.RESOLVE, 3, promise(8 * HOUR)),
                    line(ClockKind.RESOLVE, 3, promise(8 * HOUR, around_the_clock()), service_id=7),
                )
            ]
        )
        case = opened(zurich(5, 16), 3, service_id=7)
        assert resolve(zurich(5, 17), case, book=book).due_at == zurich(6, 0)
        other = FactsChanged(zurich(5, 20), {"service_id": None})
        assert resolve(zurich(6, 20), case, other, book=book).due_at == zurich(8, 12)

    def test_no_time_is_negative_across_zones(self) -> None:
        auckland = ZoneInfo("Pacific/Auckland")
        early = priority(datetime(2026, 6, 1, 18, 59, tzinfo=auckland), 2)
        reading = resolve(zurich(1, 10), early, OPENED)
        assert (reading.elapsed, reading.due_at) == (HOUR, zurich(1, 14))

    def test_each_clock_has_its_own_target(self) -> None:
        reading = respond(zurich(1, 9), OPENED, book=standard(respond=3 * HOUR))
        assert (reading.terms.target, reading.due_at) == (3 * HOUR, zurich(1, 12))

    def test_time_while_resolved_is_neither_counted_nor_pending(self) -> None:
        reading = resolve(zurich(4, 9), OPENED, done(zurich(1, 11)), active(zurich(4, 8)))
        assert (reading.elapsed, reading.pauses) == (3 * HOUR, ())
        assert (reading.state, reading.due_at) == (ClockState.RUNNING, zurich(4, 15))

    def test_a_later_update_never_overrules_the_first_response(self) -> None:
        log = (OPENED, answered(zurich(1, 9, 30)))
        first = respond(zurich(1, 10), *log)
        later = respond(
            zurich(9, 9), *log, answered(zurich(3, 9)), priority(zurich(3, 10), 2),
            done(zurich(4, 9)), active(zurich(5, 9)), answered(zurich(5, 10)),
        )  # fmt: skip
        assert (first.state, first.stopped_at) == (ClockState.MET, zurich(1, 9, 30))
        assert (later.state, later.stopped_at, later.terms) == (
            first.state,
            first.stopped_at,
            first.terms,
        )

    def test_no_breach_of_the_response_once_an_agent_answered(self) -> None:
        reading = respond(zurich(20, 9), OPENED, answered(zurich(1, 10)))
        assert (reading.state, reading.breached_at) == (ClockState.MET, None)

    def test_resolving_is_a_response(self) -> None:
        reading = respond(zurich(2, 9), OPENED, done(zurich(1, 9, 45)))
        assert (reading.state, reading.elapsed) == (ClockState.MET, 45 * MINUTE)

    def test_the_results_of_a_stop_are_kept(self) -> None:
        met = resolve(zurich(20, 9), OPENED, done(zurich(1, 15)))
        assert (met.state, met.elapsed, met.remaining) == (ClockState.MET, 5 * HOUR, 3 * HOUR)
        missed = resolve(zurich(20, 9), OPENED, done(zurich(2, 11)))
        assert (missed.state, missed.elapsed) == (ClockState.MISSED, 10 * HOUR)
        assert (missed.breached_at, missed.stopped_at) == (zurich(2, 9), zurich(2, 11))

    def test_a_change_of_the_calendar_is_computed_from_its_moment_on(self) -> None:
        longer = business_calendar("Europe/Zurich", (((7 * 3600, 19 * 3600),),) * 5 + ((), ()))
        change = zurich(2, 0)
        versions = (
            DatedTerms(ALWAYS, change, promise(20 * HOUR)),
            DatedTerms(change, None, promise(20 * HOUR, longer)),
        )
        book = AgreementBook([agreement("standard", line(ClockKind.RESOLVE, 3, *versions))])
        reading = resolve(zurich(2, 12), OPENED, book=book)
        assert reading.elapsed == 12 * HOUR
        assert reading.due_at == zurich(3, 8)

    def test_nobody_is_warned_at_midnight(self) -> None:
        for minutes in range(0, 4 * 1440, 97):
            case = opened(zurich(1) + minutes * MINUTE)
            reading = resolve(case.at, case)
            for moment in (reading.alerts[0].at, reading.due_at):
                assert moment is not None
                assert CALENDAR.is_open(moment - timedelta(microseconds=1))

    def test_a_deadline_is_of_the_calendars_zone_whoever_reads_it(self) -> None:
        tokyo = ZoneInfo("Asia/Tokyo")
        case = opened(zurich(1, 9).astimezone(tokyo))
        assert resolve(zurich(1, 10).astimezone(tokyo), case).due_at == zurich(2, 9)

    def test_the_time_on_hold_moves_the_deadline_and_not_the_opening(self) -> None:
        reading = resolve(zurich(1, 16), OPENED, waits(zurich(1, 10)), active(zurich(1, 15)))
        assert reading.spans[0].start == zurich(1, 9)
        assert reading.due_at == zurich(2, 14)

    def test_the_lunch_break_does_not_count(self) -> None:
        assert resolve(zurich(1, 14), OPENED).elapsed == 4 * HOUR

    @pytest.mark.parametrize("days", [{0, 3}, {1, 2}, {4}, {6}, {0, 1, 2, 3, 4, 5, 6}])
    def test_any_set_of_weekdays_is_right(self, days: set[int]) -> None:
        weekly = tuple(OFFICE if day in days else () for day in range(7))
        terms = Terms(8 * HOUR, business_calendar("Europe/Zurich", weekly))
        book = only(ClockKind.RESOLVE, terms)
        reading = resolve(zurich(1, 7), opened(zurich(1, 7), 3), book=book)
        first = next(n for n in range(7) if n in days)
        assert reading.due_at == zurich(1 + first, 17)

    def test_why_a_clock_is_paused_and_why_a_deadline_is_what_it_is(self) -> None:
        log = (OPENED, waits(zurich(1, 10)), active(zurich(1, 16)))
        at = zurich(1, 16, 30)
        reading = resolve(at, *log, book=standard(resolve=3 * HOUR))
        explained = explain_reading(reading, at=at)
        assert [
            (e.end.astimezone(ZURICH).strftime("%d %H:%M"), e.reason, e.detail, e.elapsed)
            for e in explained
        ] == [
            ("01 10:00", "working_hours", "", HOUR),
            ("01 16:00", "waiting", "requester", HOUR),
            ("01 16:30", "working_hours", "", HOUR * 1.5),
            ("01 17:00", "working_hours", "", HOUR * 2),
            ("02 08:00", "outside_hours", "", HOUR * 2),
            ("02 09:00", "working_hours", "", HOUR * 3),
        ]
        assert [e.is_expected for e in explained] == [False] * 3 + [True] * 3

    def test_what_the_requester_writes_restarts_the_next_update(self) -> None:
        log = (OPENED, answered(zurich(1, 9, 30)), asked(zurich(1, 11)))
        before, after = laps(ClockKind.UPDATE, zurich(1, 11, 30), *log)
        assert (before.started_at, before.due_at) == (zurich(1, 9, 30), zurich(1, 13, 30))
        assert (before.state, before.stopped_at) == (ClockState.CANCELLED, zurich(1, 11))
        assert (after.started_at, after.state) == (zurich(1, 11), ClockState.RUNNING)
        assert (after.due_at, after.is_current) == (zurich(1, 15), True)

    def test_no_update_is_late_though_an_agent_has_answered(self) -> None:
        log = (OPENED, answered(zurich(1, 9, 30)), asked(zurich(1, 11)), answered(zurich(1, 14)))
        found = laps(ClockKind.UPDATE, zurich(1, 16, 30), *log)
        assert [each.state for each in found] == [
            ClockState.CANCELLED,
            ClockState.MET,
            ClockState.RUNNING,
        ]
        assert found[-1].due_at == zurich(1, 17)

    def test_the_update_is_another_clock_than_the_response(self) -> None:
        late = respond(zurich(1, 11), OPENED)
        assert (late.state, late.breached_at) == (ClockState.BREACHED, zurich(1, 10))
        assert laps(ClockKind.UPDATE, zurich(1, 11), OPENED) == ()

    def test_the_result_of_each_lap_is_kept(self) -> None:
        log = (
            OPENED, answered(zurich(1, 9, 30)), answered(zurich(1, 15)), answered(zurich(1, 16)),
            done(zurich(1, 16, 30)),
        )  # fmt: skip
        found = laps(ClockKind.UPDATE, zurich(5, 9), *log)
        assert [(each.lap, each.state, each.elapsed, each.stopped_at) for each in found] == [
            (1, ClockState.MISSED, 4.5 * HOUR, zurich(1, 15)),
            (2, ClockState.MET, 1 * HOUR, zurich(1, 16)),
            (3, ClockState.MET, HOUR / 2, zurich(1, 16, 30)),
        ]
