"""Periods, rounding and availability: pure arithmetic."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.kernel.errors import Invalid
from timshel.performance_evaluation.measurement.rules import rounding
from timshel.performance_evaluation.measurement.rules.downtime import Agreed, service_time, union
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    days_between,
    is_zone,
    period_of,
    run_up,
    this_period,
)

LONDON = "Europe/London"
KINDS = [kind for kind in PeriodKind if kind is not PeriodKind.DAYS]
DAYS = st.dates(date(1980, 1, 1), date(2100, 1, 1))


class TestPeriods:
    @pytest.mark.parametrize(
        ("kind", "first", "last"),
        [
            (PeriodKind.WEEK, date(2026, 3, 9), date(2026, 3, 15)),
            (PeriodKind.MONTH, date(2026, 3, 1), date(2026, 3, 31)),
            (PeriodKind.QUARTER, date(2026, 1, 1), date(2026, 3, 31)),
            (PeriodKind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
        ],
    )
    def test_a_day_lies_in_its_period(self, kind: PeriodKind, first: date, last: date) -> None:
        found = period_of(kind, date(2026, 3, 11), zone=LONDON)
        assert (found.first_day, found.last_day) == (first, last)

    def test_days_are_those_of_the_zone(self) -> None:
        march = period_of(PeriodKind.MONTH, date(2026, 3, 11), zone=LONDON)
        assert march.since == datetime(2026, 3, 1, tzinfo=UTC)
        assert march.until == datetime(2026, 3, 31, 23, tzinfo=UTC), "summer time has begun"

    def test_the_period_of_a_moment_depends_on_the_zone(self) -> None:
        at = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)
        assert this_period(PeriodKind.MONTH, zone="UTC", at=at).first_day == date(2026, 3, 1)
        assert this_period(PeriodKind.MONTH, zone=LONDON, at=at).first_day == date(2026, 4, 1)

    @given(st.sampled_from(KINDS), DAYS)
    def test_periods_follow_one_another_without_a_gap(self, kind: PeriodKind, day: date) -> None:
        found = period_of(kind, day, zone=LONDON)
        assert found.first_day <= day <= found.last_day
        assert found.before().until == found.since
        assert found.after().since == found.until
        assert found.before().after() == found

    @given(DAYS, st.integers(0, 400))
    def test_days_of_ones_own_go_back_by_their_length(self, day: date, length: int) -> None:
        found = days_between(day, day + timedelta(days=length), zone=LONDON)
        assert found.before().until == found.since
        assert found.before().after() == found

    def test_a_run_up_ends_with_the_period(self) -> None:
        march = period_of(PeriodKind.MONTH, date(2026, 3, 11), zone=LONDON)
        found = run_up(march, count=12)
        assert len(found) == 12
        assert found[-1] == march
        assert found[0].first_day == date(2025, 4, 1)

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (date(2026, 3, 2), date(2026, 3, 1)),
            (date(1900, 1, 1), date(1900, 1, 2)),
            (date(2000, 1, 1), date(2026, 1, 1)),
            (date(2200, 1, 1), date(2200, 1, 2)),
        ],
    )
    def test_days_that_make_no_period_are_refused(self, first: date, last: date) -> None:
        with pytest.raises(Invalid):
            days_between(first, last, zone="UTC")

    def test_a_period_is_over_at_its_end(self) -> None:
        day = Period(PeriodKind.DAYS, date(2026, 3, 1), date(2026, 3, 1))
        assert not day.is_over(datetime(2026, 3, 1, 23, 59, 59, tzinfo=UTC))
        assert day.is_over(datetime(2026, 3, 2, tzinfo=UTC))

    def test_zones_are_known_by_name(self) -> None:
        assert is_zone(LONDON)
        assert not is_zone("Europe/Nowhere")
        assert not is_zone("")


class TestRounding:
    @pytest.mark.parametrize(
        ("part", "whole", "expected"),
        [(1, 3, "33.3"), (2, 3, "66.7"), (1, 2000, "0.0"), (3, 2000, "0.2"), (5, 5, "100.0")],
    )
    def test_shares_are_rounded_half_to_even(self, part: int, whole: int, expected: str) -> None:
        assert str(rounding.percent(part, whole)) == expected

    def test_of_nothing_there_is_no_share_and_no_average(self) -> None:
        assert rounding.percent(0, 0) is None
        assert rounding.average(0, 0) is None
        assert rounding.share_of_time(timedelta(), timedelta()) is None

    @pytest.mark.parametrize(
        ("seconds", "minutes"), [(0, 0), (29, 0), (30, 0), (31, 1), (90, 2), (150, 2), (151, 3)]
    )
    def test_spans_are_rounded_to_minutes_half_to_even(self, seconds: int, minutes: int) -> None:
        span = rounding.whole_minutes(timedelta(seconds=seconds))
        assert span == timedelta(minutes=minutes)

    def test_averages_have_two_decimals(self) -> None:
        assert rounding.average(1, 8) == Decimal("0.12")
        assert rounding.average(3, 8) == Decimal("0.38")

    def test_availability_has_three_decimals(self) -> None:
        month = timedelta(days=30)
        assert rounding.share_of_time(month - timedelta(minutes=43), month) == Decimal("99.900")

    @pytest.mark.parametrize(
        ("given", "plain"), [("90.0000", "90"), ("99.5000", "99.5"), ("0.0000", "0")]
    )
    def test_numbers_lose_zeros_that_say_nothing(self, given: str, plain: str) -> None:
        assert str(rounding.plain(Decimal(given))) == plain


def at(hour: float) -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)


def by_day(start: datetime, end: datetime) -> timedelta:
    """Count working time from eight to sixteen of that day."""
    return max(min(end, at(16)) - max(start, at(8)), timedelta())


class TestDowntime:
    def test_what_meets_or_overlaps_is_joined(self) -> None:
        joined = union([(at(3), at(4)), (at(1), at(2)), (at(2), at(3)), (at(6), at(7))])
        assert joined == [(at(1), at(4)), (at(6), at(7))]

    def test_two_reports_of_one_outage_count_once(self) -> None:
        parts = [Agreed(at(0), at(24), by_day)]
        agreed, lost = service_time(parts, [(at(9), at(11)), (at(10), at(12))])
        assert (agreed, lost) == (timedelta(hours=8), timedelta(hours=3))

    def test_only_agreed_hours_count(self) -> None:
        parts = [Agreed(at(0), at(24), by_day)]
        assert service_time(parts, [(at(0), at(9)), (at(15), at(30))])[1] == timedelta(hours=2)

    def test_hours_that_change_are_counted_each_for_its_time(self) -> None:
        parts = [
            Agreed(at(0), at(12), by_day),
            Agreed(at(12), at(24), lambda start, end: end - start),
        ]
        agreed, lost = service_time(parts, [(at(11), at(13))])
        assert (agreed, lost) == (timedelta(hours=16), timedelta(hours=2))
