"""Whether somebody is there, in a sentence for those who ask, in the reader's time zone.

The desk opens and closes; support for a service begins and ends, whoever gives it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dates, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.relationship_agreement.service_level.queries.calendar_uses import HoursView
from timshel.relationship_agreement.service_level.rules.hour_texts import week_text
from timshel.relationship_agreement.service_level.rules.opening import Opening, opening

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """Whether hours are open, for a page.

    Args:
        is_open: whether they are.
        sentence: that they are, and until when.
        week: the week in words, by the wall clock of ``place``.
        place: the zone of that clock as people call it; empty where it shows the reader's time.
    """

    is_open: bool
    sentence: str
    week: str
    place: str


@dataclass(frozen=True, slots=True)
class Sentences:
    """What is said of hours, by what they are the hours of.

    Args:
        always: they never close.
        never: they are closed, and nobody knows until when.
        until_time: they close today.
        until_day: they close on another day.
        from_time: they open today.
        from_day: they open on another day.
    """

    always: Promise
    never: Promise
    until_time: Promise
    until_day: Promise
    from_time: Promise
    from_day: Promise


DESK = Sentences(
    always=_("The desk is open around the clock."),
    never=_("The desk is closed at present."),
    until_time=_("The desk is open until %(time)s."),
    until_day=_("The desk is open until %(day)s, %(time)s."),
    from_time=_("The desk is closed. It opens today at %(time)s."),
    from_day=_("The desk is closed. It opens on %(day)s at %(time)s."),
)
SUPPORT = Sentences(
    always=_("There is support for this around the clock."),
    never=_("There is no support for this at present."),
    until_time=_("There is support for this until %(time)s."),
    until_day=_("There is support for this until %(day)s, %(time)s."),
    from_time=_("Support for this begins again today at %(time)s."),
    from_day=_("Support for this begins again on %(day)s at %(time)s."),
)


def opening_line(
    view: HoursView | None, *, at: datetime, sentences: Sentences = DESK
) -> OpeningLine | None:
    """Return what to tell of hours, or None where there are none.

    Args:
        view: the hours.
        at: now.
        sentences: the words for it.
    """
    if view is None:
        return None
    now = opening(view.hours, at)
    zone = view.hours.zone
    is_own = at.astimezone(ZoneInfo(zone)).utcoffset() == timezone.localtime(at).utcoffset()
    place = "" if is_own else zone.rpartition("/")[2].replace("_", " ")
    return OpeningLine(
        now.is_open, _sentence(now, at, sentences), week_text(view.hours.weekly), place
    )


def _sentence(now: Opening, at: datetime, sentences: Sentences) -> str:
    if now.changes_at is None:
        return str(sentences.always if now.is_open else sentences.never)
    when = timezone.localtime(now.changes_at)
    told = {"time": f"{when:%H:%M}", "day": _day(when)}
    is_today = when.date() == timezone.localtime(at).date()
    if now.is_open:
        return str(sentences.until_time if is_today else sentences.until_day) % told
    if is_today:
        return str(sentences.from_time) % told
    if when - at >= WEEK - timedelta(days=1):
        told["day"] = f"{_day(when)} {when.day} {dates.MONTHS[when.month]}"
    return str(sentences.from_day) % told


def _day(when: datetime) -> str:
    return str(dates.WEEKDAYS[when.weekday()])
