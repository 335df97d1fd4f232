"""Breaches, alerts and the other states, by hand."""

from __future__ import annotations

from datetime import date, timedelta

from tests.unit.clocks.desk import (
    CALENDAR,
    HOUR,
    MINUTE,
    NOTHING,
    OFFICE,
    OPENED,
    WAITING,
    active,
    agreement,
    cancelled,
    done,
    followed,
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
from timshel.kernel.calendar import Exceptional, business_calendar
from timshel.relationship_agreement.service_level.rules.book import AgreementBook
from timshel.relationship_agreement.service_level.rules.clock import read_clock
from timshel.relationship_agreement.service_level.rules.happenings import FactsChanged
from timshel.relationship_agreement.service_level.rules.terms import Alert, Terms
from timshel.relationship_agreement.service_level.states import ClockKind, ClockState, Recipient


class TestBreach:
    def test_the_due_moment_itself_is_in_time_and_the_next_is_late(self) -> None:
        due = zurich(2, 9)
        assert resolve(due, OPENED).state is ClockState.RUNNING
        assert resolve(due, OPENED, done(due)).state is ClockState.MET
        after = due + timedelta(microseconds=1)
        assert resolve(after, OPENED).state is ClockState.BREACHED
        assert resolve(after, OPENED).breached_at == due
        assert resolve(after, OPENED, done(after)).state is ClockState.MISSED

    def test_after_closing_time_what_was_due_at_closing_is_late(self) -> None:
        case = opened(zurich(5, 8), 3)
        reading = resolve(zurich(6, 10), case)
        assert (reading.state, reading.breached_at) == (ClockState.BREACHED, zurich(5, 17))
        assert reading.remaining == NOTHING

    def test_a_shorter_target_breaches_at_the_change_and_not_before(self) -> None:
        change = zurich(1, 16)
        reading = resolve(zurich(1, 17), OPENED, priority(change, 2))
        assert (reading.state, reading.breached_at) == (ClockState.BREACHED, change)

    def test_a_longer_target_voids_the_breach_and_says_so(self) -> None:
        case = opened(zurich(1, 9), 2)
        reading = resolve(zurich(1, 16), case, priority(zurich(1, 15), 3))
        assert (reading.state, reading.due_at) == (ClockState.RUNNING, zurich(2, 9))
        assert reading.withdrawn_breaches == (zurich(1, 14),)

    def test_a_breach_is_kept_through_pause_and_reopening(self) -> None:
        log = (OPENED, waits(zurich(2, 11)))
        paused = resolve(zurich(3, 9), *log)
        assert (paused.state, paused.breached_at) == (ClockState.PAUSED, zurich(2, 9))
        again = resolve(zurich(9, 9), *log, done(zurich(4, 9)), active(zurich(5, 9)))
        assert (again.state, again.breached_at) == (ClockState.BREACHED, zurich(2, 9))
        assert again.elapsed == 10 * HOUR + 8 * HOUR + 8 * HOUR

    def test_a_stopped_clock_keeps_its_terms_until_it_is_reopened(self) -> None:
        log = (OPENED, done(zurich(1, 16)), priority(zurich(2, 9), 2))
        assert resolve(zurich(3, 9), *log).state is ClockState.MET
        reopened = resolve(zurich(3, 10), *log, active(zurich(3, 9)))
        assert (reopened.state, reopened.breached_at) == (ClockState.BREACHED, zurich(3, 9))

    def test_another_version_of_the_same_target_keeps_the_breach_where_it_was(self) -> None:
        saturday = zurich(6, 10)
        book = followed(
            saturday,
            [line(ClockKind.RESOLVE, 3, promise(8 * HOUR, target_id=1))],
            [line(ClockKind.RESOLVE, 3, promise(8 * HOUR, target_id=2))],
        )
        case = opened(zurich(5, 8), 3)
        reading = resolve(zurich(6, 12), case, book=book)
        assert (reading.breached_at, reading.withdrawn_breaches) == (zurich(5, 17), ())


class TestAlerts:
    def test_three_quarters_of_the_target(self) -> None:
        (alert,) = resolve(zurich(1, 9), OPENED).alerts
        assert (alert.at, alert.is_reached, alert.alert.key) == (
            zurich(1, 16),
            False,
            "75% assignee",
        )
        assert resolve(zurich(1, 16), OPENED).alerts[0].is_reached

    def test_once_passed_it_stays_passed(self) -> None:
        change = zurich(1, 16, 30)
        (alert,) = resolve(
            zurich(1, 16, 45), OPENED, FactsChanged(change, {"service_id": 5})
        ).alerts
        assert (alert.at, alert.is_reached) == (change, True)

    def test_a_longer_target_warns_anew(self) -> None:
        case = opened(zurich(1, 9), 2)
        log = (case, priority(zurich(1, 14), 3))
        assert resolve(zurich(1, 13), case).alerts[0].is_reached
        (alert,) = resolve(zurich(1, 14), *log).alerts
        assert (alert.at, alert.is_reached) == (zurich(1, 16), False)

    def test_paused_and_stopped_clocks_do_not_warn(self) -> None:
        assert resolve(zurich(1, 11), OPENED, waits(zurich(1, 10))).alerts == ()
        assert resolve(zurich(1, 17), OPENED, done(zurich(1, 16, 30))).alerts == ()
        assert resolve(zurich(1, 17), OPENED, cancelled(zurich(1, 16, 30))).alerts == ()

    def test_so_long_before_the_end_and_so_far_beyond_it(self) -> None:
        alerts = (
            Alert(None, Recipient.LEAD, before=2 * HOUR),
            Alert(None, Recipient.LEAD, before=20 * HOUR),
            Alert(150, Recipient.ROLE, role_code="manager"),
        )
        book = standard(alerts=alerts)
        found = resolve(zurich(1, 10), OPENED, book=book).alerts
        assert [(due.alert.key, due.at, due.is_reached) for due in found] == [
            ("-2:00:00 lead", zurich(1, 16), False),
            ("-20:00:00 lead", zurich(1, 9), True),
            ("150% role manager", zurich(2, 14), False),
        ]

    def test_a_pause_moves_what_lies_ahead(self) -> None:
        log = (OPENED, waits(zurich(1, 10)), active(zurich(2, 10)))
        assert resolve(zurich(2, 10), *log).alerts[0].at == zurich(2, 16)


class TestOtherStates:
    def test_withdrawn_work_has_no_result(self) -> None:
        log = (OPENED, cancelled(zurich(1, 9, 30)))
        for kind in (ClockKind.RESPOND, ClockKind.RESOLVE):
            reading = read(kind, zurich(3, 9), *log)
            assert (reading.state, reading.stopped_at) == (ClockState.CANCELLED, zurich(1, 9, 30))
            assert reading.elapsed == 30 * MINUTE

    def test_terms_that_end_at_the_very_moment_hold_no_more(self) -> None:
        terms = Terms(8 * HOUR, CALENDAR)
        ended = agreement("x", line(ClockKind.RESOLVE, 3, terms), valid_until=zurich(1, 12))
        book = AgreementBook([ended])
        assert resolve(zurich(1, 11), OPENED, book=book).state is ClockState.RUNNING
        found = read_clock(
            [OPENED], kind=ClockKind.RESOLVE, book=book, waiting=WAITING, at=zurich(1, 12)
        )
        assert found is None

    def test_what_is_written_second_happened_second(self) -> None:
        log = (OPENED, done(zurich(1, 11)), active(zurich(1, 10, 59)))
        reading = resolve(zurich(1, 12), *log)
        assert (reading.state, reading.elapsed) == (ClockState.RUNNING, 3 * HOUR)
        assert [span.start for span in reading.spans] == [
            zurich(1, 9),
            zurich(1, 11),
            zurich(1, 11),
        ]

    def test_waiting_that_is_ours_counts(self) -> None:
        reading = resolve(zurich(1, 12), OPENED, waits(zurich(1, 10), "supplier"))
        assert (reading.state, reading.elapsed) == (ClockState.RUNNING, 3 * HOUR)

    def test_another_reason_ends_one_pause_and_may_begin_none(self) -> None:
        log = (OPENED, waits(zurich(1, 10)), waits(zurich(1, 11), "supplier"))
        reading = resolve(zurich(1, 12), *log)
        assert reading.elapsed == 2 * HOUR
        assert [(p.start, p.end, p.reason) for p in reading.pauses] == [
            (zurich(1, 10), zurich(1, 11), "requester")
        ]

    def test_where_nothing_is_promised_there_is_no_clock(self) -> None:
        case = opened(zurich(1, 9), 5)
        found = read_clock(
            [case], kind=ClockKind.RESOLVE, book=standard(), waiting=WAITING, at=zurich(1, 10)
        )
        assert found is None
        reading = resolve(zurich(1, 14), case, priority(zurich(1, 11), 3))
        assert (reading.elapsed, reading.due_at) == (2 * HOUR, zurich(2, 11))

    def test_before_the_opening_there_is_no_clock(self) -> None:
        found = read_clock(
            [OPENED], kind=ClockKind.RESOLVE, book=standard(), waiting=WAITING, at=zurich(1, 8)
        )
        assert found is None

    def test_what_happened_later_is_not_yet_known(self) -> None:
        reading = resolve(zurich(1, 10), OPENED, done(zurich(1, 11)))
        assert (reading.state, reading.elapsed) == (ClockState.RUNNING, HOUR)

    def test_a_calendar_that_does_not_open_any_more_has_no_due_time(self) -> None:
        closing = business_calendar(
            "UTC", ((),) * 7, exceptions={date(2026, 6, 1): Exceptional(OFFICE)}
        )
        terms = Terms(100 * HOUR, closing)
        book = only(ClockKind.RESOLVE, terms)
        reading = resolve(zurich(20, 9), OPENED, book=book)
        assert (reading.state, reading.due_at) == (ClockState.RUNNING, None)
