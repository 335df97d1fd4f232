"""Pure decisions about notifications: by which ways, and when.

Quiet hours are read on the clock on the wall of the reader. They begin and end at the first moment
at which that clock shows the hour: an hour that a change of the clocks leaves out is the moment of
the change, and one that comes twice is the first of the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from timshel.support.notification.states import Rhythm, Stage, Way
from timshel.support.notification.topics import CATALOGUE, Topic

BUNDLE = timedelta(minutes=5)
KEPT = timedelta(days=90)
NEAR = timedelta(days=7)
LONG_OVER = timedelta(days=14)
LOOKS_BACK = timedelta(days=60)  # for last days; KEPT begins later, so that nobody is told again
MOST_DEVICES = 10
MOST_UNREAD = 99  # a bell counts no further
MOST_PUSHES = 3  # more than so many at a time are told as one
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

# After the first, second, … failed attempt to push; news older than that is none.
PUSH_WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)

Choices = Mapping[tuple[Topic, Way], bool]


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody wants to be told.

    Args:
        rhythm: how often mail comes.
        digest_hour: from 0 to 23, at which the daily mail comes.
        quiet_from: when on the wall the quiet hours begin; None where there are none.
        quiet_until: when they end, the next day if that is earlier.
        lets_urgent_through: whether what is urgent comes in the quiet hours too, and at once.
        time_zone: IANA name.
    """

    rhythm: Rhythm = Rhythm.AT_ONCE
    digest_hour: int = 8
    quiet_from: time | None = None
    quiet_until: time | None = None
    lets_urgent_through: bool = True
    time_zone: str = "UTC"


def ways(topic: Topic, choices: Choices) -> frozenset[Way]:
    """Return by which ways somebody is told of a topic.

    Args:
        topic: what they are told.
        choices: what they chose; what is not in it is as the catalogue says.
    """
    entry = CATALOGUE[topic]
    return entry.obliged | frozenset(
        way for way in Way if choices.get((topic, way), way in entry.ways)
    )


def first_moment(day: date, hour: time, time_zone: str) -> datetime:
    """Return the first moment of a day, in UTC, at which a clock on the wall shows an hour or more.

    Args:
        day: on the calendar of the zone.
        hour: without a zone.
        time_zone: IANA name.
    """
    zone = ZoneInfo(time_zone)
    wanted = datetime.combine(day, hour)
    latest = wanted.replace(tzinfo=zone).astimezone(UTC)
    if _wall(latest, zone) == wanted:
        return latest
    earliest = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while latest - earliest > _SECOND:  # the hour is left out: find when the clock jumps over it
        middle = earliest + (latest - earliest) / 2
        if _wall(middle, zone) >= wanted:
            latest = middle
        else:
            earliest = middle
    return latest.replace(microsecond=0)


def quiet_end(habit: Habit, *, at: datetime) -> datetime | None:
    """Return when the quiet hours end in which a moment lies; None where it lies in none.

    Args:
        habit: of the reader.
        at: the moment.
    """
    begins, ends = habit.quiet_from, habit.quiet_until
    if begins is None or ends is None or begins == ends:
        return None
    today = at.astimezone(ZoneInfo(habit.time_zone)).date()
    for day in (today - _DAY, today, today + _DAY):
        last = day if begins < ends else day + _DAY
        starts_at = first_moment(day, begins, habit.time_zone)
        ends_at = first_moment(last, ends, habit.time_zone)
        if starts_at <= at < ends_at:
            return ends_at
    return None


def after_quiet(habit: Habit, *, at: datetime, is_urgent: bool = False) -> datetime:
    """Return the first moment from ``at`` on at which somebody may be told something."""
    if is_urgent and habit.lets_urgent_through:
        return at
    return quiet_end(habit, at=at) or at


def digest_moment(habit: Habit, *, at: datetime) -> datetime:
    """Return when the mail comes that gathers what happens at a moment; later than it."""
    local = at.astimezone(ZoneInfo(habit.time_zone))
    if habit.rhythm == Rhythm.HOURLY:
        whole = timedelta(minutes=local.minute, seconds=local.second)
        return at.replace(microsecond=0) - whole + timedelta(hours=1)
    for day in (local.date(), local.date() + _DAY):
        found = first_moment(day, time(habit.digest_hour), habit.time_zone)
        if found > at:
            return found
    return first_moment(local.date() + 2 * _DAY, time(habit.digest_hour), habit.time_zone)


@dataclass(frozen=True, slots=True)
class MailTime:
    """When a mail goes, and with what.

    Args:
        due_at: when; the moment asked about means at once.
        is_gathered: whether it goes with everything else that waits, not with its record alone.
    """

    due_at: datetime
    is_gathered: bool


def mail_time(
    habit: Habit, topic: Topic, *, last_at: datetime | None, is_urgent: bool, at: datetime
) -> MailTime:
    """Return when somebody is told of something by mail.

    What cannot be switched off never waits for a digest, but for the end of the quiet hours.

    Args:
        habit: of the reader.
        topic: what they are told.
        last_at: when the last mail of this topic about the same record went, or will go.
        is_urgent: whether it may pass quiet hours.
        at: now.
    """
    entry = CATALOGUE[topic]
    passes = is_urgent and habit.lets_urgent_through
    if passes or Way.MAIL in entry.obliged:
        rest = after_quiet(habit, at=at, is_urgent=is_urgent)
        return MailTime(rest, is_gathered=rest > at)
    if habit.rhythm in {Rhythm.HOURLY, Rhythm.DAILY}:
        due_at = digest_moment(habit, at=at)
        return MailTime(after_quiet(habit, at=due_at), is_gathered=True)
    due_at = at
    if last_at is not None and last_at > at:
        due_at = last_at
    elif habit.rhythm == Rhythm.TOGETHER:
        due_at = at + BUNDLE
    elif entry.is_bundled and last_at is not None:
        due_at = max(at, last_at + BUNDLE)
    rest = after_quiet(habit, at=due_at)
    return MailTime(rest, is_gathered=rest > due_at)


def bundle_name(habit: Habit, topic: Topic, record: str) -> str:
    """Return what the mails have in common that go as one, or nothing where each goes alone.

    Args:
        habit: of the reader.
        topic: what they are told.
        record: what it is about, such as ``incident/INC0000012``; may be empty.
    """
    if habit.rhythm == Rhythm.TOGETHER and record:
        return record
    return f"{topic}/{record}" if CATALOGUE[topic].is_bundled else ""


def stages_of(day: date, *, today: date) -> tuple[Stage, ...]:
    """Return of what about a last day people are to have been told by today.

    From a week before it until it is over its owner hears that it comes near, from the day after
    it that it is over, and more than a fortnight after it others hear of it.

    Args:
        day: the last day.
        today: the day that it is.
    """
    if day >= today:
        return (Stage.NEAR,) if day <= today + NEAR else ()
    return (Stage.OVER, Stage.LONG_OVER) if today > day + LONG_OVER else (Stage.OVER,)


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
