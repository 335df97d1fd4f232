"""Whether somebody is there, in a sentence for those who ask, in the reader's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import dates, timezone
from django.utils.translation import gettext as _

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


def opening_line(view: HoursView | None, *, at: datetime) -> OpeningLine | None:
    """Return what to tell of hours, or None where there are none."""
    if view is None:
        return None
    now = opening(view.hours, at)
    zone = view.hours.zone
    is_own = at.astimezone(ZoneInfo(zone)).utcoffset() == timezone.localtime(at).utcoffset()
    place = "" if is_own else zone.rpartition("/")[2].replace("_", " ")
    return OpeningLine(now.is_open, _sentence(now, at), week_text(view.hours.weekly), place)


def _sentence(now: Opening, at: datetime) -> str:
    if now.changes_at is None:
        if now.is_open:
            return _("The desk is open around the clock.")
        return _("The desk is closed at present.")
    when = timezone.localtime(now.changes_at)
    told = {"time": f"{when:%H:%M}", "day": _day(when)}
    is_today = when.date() == timezone.localtime(at).date()
    if now.is_open:
        if is_today:
            return _("The desk is open until %(time)s.") % told
        return _("The desk is open until %(day)s, %(time)s.") % told
    if is_today:
        return _("The desk is closed. It opens today at %(time)s.") % told
    if when - at < WEEK - timedelta(days=1):
        return _("The desk is closed. It opens on %(day)s at %(time)s.") % told
    told["day"] = f"{_day(when)} {when.day} {dates.MONTHS[when.month]}"
    return _("The desk is closed. It opens on %(day)s at %(time)s.") % told


def _day(when: datetime) -> str:
    return str(dates.WEEKDAYS[when.weekday()])
