"""When somebody is told: quiet hours and digests on the clock of any zone, by chance."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timshel.support.notification.rules import (
    BUNDLE,
    Habit,
    after_quiet,
    digest_moment,
    first_moment,
    mail_time,
    quiet_end,
    ways,
)
from timshel.support.notification.states import Rhythm, Way
from timshel.support.notification.topics import CATALOGUE, Topic

ZONES = (
    "UTC",
    "Europe/Paris",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)
moments = st.datetimes(
    min_value=datetime(2011, 6, 1),  # noqa: DTZ001 - the zone is the last argument's
    max_value=datetime(2031, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(ZONES)
hours = st.times()
MINUTE = timedelta(minutes=1)


def wall(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


habits = st.builds(
    Habit,
    rhythm=st.sampled_from(Rhythm),
    digest_hour=st.integers(0, 23),
    quiet_from=hours,
    quiet_until=hours,
    lets_urgent_through=st.booleans(),
    time_zone=zones,
)


@given(day=st.dates(date(2011, 6, 1), date(2031, 1, 1)), hour=hours, zone=zones)
def test_the_first_moment_of_an_hour_is_the_first(day: date, hour: time, zone: str) -> None:
    found = first_moment(day, hour.replace(microsecond=0), zone)
    wanted = datetime.combine(day, hour.replace(microsecond=0))
    assert wall(found, zone) >= wanted
    assert wall(found - timedelta(seconds=1), zone) < wanted


@pytest.mark.parametrize(
    ("day", "hour", "found"),
    [
        (date(2026, 3, 29), time(2, 30), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # left out
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice
        (date(2026, 7, 1), time(8), datetime(2026, 7, 1, 6, 0, tzinfo=UTC)),
        (date(2026, 1, 1), time(8), datetime(2026, 1, 1, 7, 0, tzinfo=UTC)),
    ],
)
def test_hours_where_the_clock_is_changed(day: date, hour: time, found: datetime) -> None:
    assert first_moment(day, hour, "Europe/Paris") == found


@given(habit=habits, at=moments)
def test_quiet_hours_end_once_and_for_good(habit: Habit, at: datetime) -> None:
    ends_at = quiet_end(habit, at=at)
    if ends_at is None:
        assert after_quiet(habit, at=at) == at
        return
    assert at < ends_at <= at + timedelta(hours=50)
    assert quiet_end(habit, at=ends_at) is None or habit.quiet_from == habit.quiet_until
    assert habit.quiet_until is not None
    assert wall(ends_at, habit.time_zone).time() >= habit.quiet_until.replace(microsecond=0) or (
        # an hour that the change of the clocks left out, or a whole day
        wall(ends_at - timedelta(seconds=1), habit.time_zone)
        < wall(ends_at, habit.time_zone) - MINUTE
    )


@given(at=moments, zone=zones)
def test_nothing_is_quiet_where_the_hours_are_none(at: datetime, zone: str) -> None:
    assert quiet_end(Habit(time_zone=zone), at=at) is None
    same = Habit(quiet_from=time(22), quiet_until=time(22), time_zone=zone)
    assert quiet_end(same, at=at) is None


@pytest.mark.parametrize(
    ("at", "ends_at"),
    [
        # 22:00 to 7:00 in Paris; in winter one hour ahead of UTC, in summer two.
        (datetime(2026, 1, 10, 20, 59, tzinfo=UTC), None),
        (datetime(2026, 1, 10, 21, 0, tzinfo=UTC), datetime(2026, 1, 11, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 11, 5, 59, tzinfo=UTC), datetime(2026, 1, 11, 6, 0, tzinfo=UTC)),
        (datetime(2026, 1, 11, 6, 0, tzinfo=UTC), None),
        (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 5, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
    ],
)
def test_a_night_in_paris(at: datetime, ends_at: datetime | None) -> None:
    habit = Habit(quiet_from=time(22), quiet_until=time(7), time_zone="Europe/Paris")
    assert quiet_end(habit, at=at) == ends_at


@given(habit=habits, at=moments)
def test_a_digest_is_later_and_soon_enough(habit: Habit, at: datetime) -> None:
    found = digest_moment(habit, at=at)
    assert found > at
    local = wall(found, habit.time_zone)
    if habit.rhythm == Rhythm.HOURLY:
        assert found <= at + timedelta(hours=1)
        assert (local.minute, local.second, local.microsecond) == (0, 0, 0)
    else:
        assert found <= at + timedelta(hours=50)
        assert wall(at, habit.time_zone) < local
        assert local.hour >= habit.digest_hour


@given(
    habit=habits,
    at=moments,
    topic=st.sampled_from(Topic),
    ago=st.none() | st.timedeltas(timedelta(minutes=-10), timedelta(minutes=10)),
    is_urgent=st.booleans(),
)
def test_no_mail_is_early_nor_in_quiet_hours(
    habit: Habit, at: datetime, topic: Topic, ago: timedelta | None, is_urgent: bool
) -> None:
    last_at = None if ago is None else at - ago
    when = mail_time(habit, topic, last_at=last_at, is_urgent=is_urgent, at=at)
    assert when.due_at >= at
    if is_urgent and habit.lets_urgent_through:
        assert when.due_at == at
    else:
        assert after_quiet(habit, at=when.due_at) == when.due_at
    if Way.MAIL in CATALOGUE[topic].obliged:
        assert when.due_at == after_quiet(habit, at=at, is_urgent=is_urgent)


def test_the_first_of_many_replies_goes_at_once_and_the_rest_waits_for_each_other() -> None:
    at = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    habit = Habit()

    def due(topic: Topic, last_at: datetime | None, moment: datetime) -> datetime:
        return mail_time(habit, topic, last_at=last_at, is_urgent=False, at=moment).due_at

    assert due(Topic.REPLIED, None, at) == at
    second = due(Topic.REPLIED, at, at + MINUTE)
    assert second == at + BUNDLE
    assert due(Topic.REPLIED, second, at + 2 * MINUTE) == second
    later = second + BUNDLE + MINUTE
    assert due(Topic.REPLIED, second, later) == later
    assert due(Topic.RESOLVED, at, at + MINUTE) == at + MINUTE


def test_together_means_one_mail_a_record_after_five_minutes() -> None:
    at = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
    habit = Habit(rhythm=Rhythm.TOGETHER)
    first = mail_time(habit, Topic.REPLIED, last_at=None, is_urgent=False, at=at)
    assert first.due_at == at + BUNDLE
    again = mail_time(
        habit, Topic.RESOLVED, last_at=first.due_at, is_urgent=False, at=at + 4 * MINUTE
    )
    assert again == first


@given(
    choices=st.dictionaries(
        st.tuples(st.sampled_from(Topic), st.sampled_from(Way)), st.booleans(), max_size=20
    ),
    topic=st.sampled_from(Topic),
)
def test_what_is_chosen_holds_but_for_what_is_obliged(
    choices: dict[tuple[Topic, Way], bool], topic: Topic
) -> None:
    found = ways(topic, choices)
    entry = CATALOGUE[topic]
    assert entry.obliged <= found
    for way in Way:
        if way not in entry.obliged:
            assert (way in found) == choices.get((topic, way), way in entry.ways)


def test_every_topic_stands_in_the_catalogue_and_has_words() -> None:
    from timshel.support.notification.notices import sentence

    assert set(CATALOGUE) == set(Topic)
    for topic in Topic:
        assert sentence(topic, {"number": "INC0000001", "title": "Screen"})
        assert "%(" not in sentence(topic, {})
