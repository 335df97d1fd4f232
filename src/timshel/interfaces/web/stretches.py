"""Counted and uncounted time as tables for people: one line a day, each stretch with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timshel.kernel.calendar import Reason
from timshel.operation.work.states import WAITING_NAMES, WaitingReason
from timshel.relationship_agreement.service_level.rules.explanation import (
    NO_TARGET,
    STOPPED,
    WAITING,
    ExplainedDay,
    ExplainedStretch,
    explained_days,
)
from timshel.relationship_agreement.service_level.states import DurationUnit

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
MOST_DAYS = 31
FIRST_DAYS, LAST_DAYS = 10, 20

WORDS: Mapping[str, Promise] = {
    Reason.WORKING_HOURS: gettext_lazy("counted"),
    Reason.OUTSIDE_HOURS: gettext_lazy("outside the hours"),
    Reason.DAY_OFF: gettext_lazy("no working day"),
    Reason.HOLIDAY: gettext_lazy("public holiday: %(name)s"),
    Reason.EXCEPTION: gettext_lazy("closed: %(name)s"),
    WAITING: gettext_lazy("paused: %(name)s"),
    STOPPED: gettext_lazy("the clock had stopped"),
    NO_TARGET: gettext_lazy("nothing was promised"),
}
PLAIN_WORDS: Mapping[str, Promise] = {
    **WORDS,
    Reason.OUTSIDE_HOURS: gettext_lazy("outside our opening hours"),
    Reason.DAY_OFF: gettext_lazy("we do not work on this day"),
    Reason.EXCEPTION: gettext_lazy("we were closed: %(name)s"),
    WAITING: gettext_lazy("%(name)s"),
    STOPPED: gettext_lazy("it was finished"),
}
PLAIN_WAITING: Mapping[str, Promise] = {
    WaitingReason.REQUESTER: gettext_lazy("we waited for your answer"),
    WaitingReason.SUPPLIER: gettext_lazy("we waited for a supplier"),
    WaitingReason.PROBLEM: gettext_lazy("we waited until the cause was found"),
    WaitingReason.CHANGE: gettext_lazy("we waited for a change"),
    WaitingReason.EVIDENCE: gettext_lazy("we waited for something we needed to see"),
    WaitingReason.APPOINTMENT: gettext_lazy("we waited for the agreed moment"),
    WaitingReason.APPROVAL: gettext_lazy("it waited for somebody’s approval"),
}


@dataclass(frozen=True, slots=True)
class StretchLine:
    """A stretch within one date.

    Args:
        times: from when until when, on the reader's wall clock.
        length: how long.
        words: why it counted or did not.
        tone: "counted", "paused" or "idle".
    """

    times: str
    length: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """A date, or several in a row on which nothing differed; or those that are left out.

    Args:
        name: the date or dates; for those left out how many there are.
        stretches: of the date; none for those left out.
        counted: how much was counted.
        total: how much was counted up to its end.
        is_expected: whether it lies ahead.
        is_gap: whether it stands for dates that are left out.
    """

    name: str
    stretches: tuple[StretchLine, ...]
    counted: str
    total: str
    is_expected: bool
    is_gap: bool = False


def working_span(length: timedelta) -> str:
    """Return an amount of working time in hours and minutes, since working days differ; what is
    less than a minute in seconds, so that sums can be followed."""
    if timedelta(0) < length < MINUTE:
        return _("%(seconds)d s") % {"seconds": max(1, length // SECOND)}
    hours, minutes = length // HOUR, length % HOUR // MINUTE
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def duration_words(amount: int, unit: str) -> str:
    """Return a duration as it is written in agreements and diagrams.

    Args:
        amount: how many of the unit.
        unit: a ``DurationUnit``.
    """
    patterns = {
        DurationUnit.MINUTES: ngettext("%(count)d minute", "%(count)d minutes", amount),
        DurationUnit.HOURS: ngettext("%(count)d hour", "%(count)d hours", amount),
        DurationUnit.WORKING_DAYS: ngettext(
            "%(count)d working day", "%(count)d working days", amount
        ),
    }
    return patterns[DurationUnit(unit)] % {"count": amount}


def day_lines(
    stretches: Iterable[ExplainedStretch], *, plain: bool = False, all_days: bool = False
) -> list[DayLine]:
    """Return the dates of a clock's life as the page lists them, in the reader's zone.

    Args:
        stretches: as the explanation gave them.
        plain: in words for whoever asked, without any of ours.
        all_days: leave none out, however many there are.
    """
    days = explained_days(stretches, zone=timezone.get_current_timezone())
    words = _plain_words if plain else _words
    if all_days or len(days) <= MOST_DAYS:
        return [_line(day, words) for day in days]
    left_out = days[FIRST_DAYS:-LAST_DAYS]
    first = [_line(day, words) for day in days[:FIRST_DAYS]]
    return [*first, _gap(left_out), *(_line(day, words) for day in days[-LAST_DAYS:])]


def has_gap(lines: Iterable[DayLine]) -> bool:
    """Tell whether dates are left out."""
    return any(line.is_gap for line in lines)


def day_name(day: date) -> str:
    """Return a date with its weekday, as people write it."""
    return formats.date_format(day, "D j N Y")


def time_name(moment: datetime) -> str:
    """Return a time of day on the reader's wall clock."""
    return f"{moment.astimezone(timezone.get_current_timezone()):%H:%M}"


def waiting_name(reason: str) -> str:
    """Return what is waited for, in words for those who work on it."""
    if reason in set(WaitingReason):
        return str(WAITING_NAMES[WaitingReason(reason)])
    return _("Waiting")


Words = Callable[[ExplainedStretch], str]


def _words(stretch: ExplainedStretch) -> str:
    name = waiting_name(stretch.detail) if stretch.reason == WAITING else stretch.detail
    if stretch.reason == Reason.EXCEPTION and not name:
        return str(WORDS[Reason.OUTSIDE_HOURS])
    return str(WORDS[stretch.reason]) % {"name": name}


def _plain_words(stretch: ExplainedStretch) -> str:
    name: str | Promise = stretch.detail
    if stretch.reason == WAITING:
        name = PLAIN_WAITING.get(stretch.detail, _("we waited"))
    if stretch.reason == Reason.EXCEPTION and not name:
        return str(PLAIN_WORDS[Reason.OUTSIDE_HOURS])
    return str(PLAIN_WORDS[stretch.reason]) % {"name": name}


def _line(day: ExplainedDay, words: Words) -> DayLine:
    name = day_name(day.first)
    if day.last != day.first:
        name = _("%(first)s to %(last)s") % {"first": name, "last": day_name(day.last)}
    return DayLine(
        name=name,
        stretches=tuple(_stretch(each, words) for each in day.stretches),
        counted=working_span(day.counted),
        total=working_span(day.elapsed),
        is_expected=day.is_expected,
    )


def _gap(days: Sequence[ExplainedDay]) -> DayLine:
    counted = sum((day.counted for day in days), timedelta(0))
    count = sum((day.last - day.first).days + 1 for day in days)
    return DayLine(
        name=_("%(count)d days are left out here") % {"count": count},
        stretches=(),
        counted=working_span(counted),
        total=working_span(days[-1].elapsed),
        is_expected=False,
        is_gap=True,
    )


def _stretch(stretch: ExplainedStretch, words: Words) -> StretchLine:
    tone = "counted" if stretch.is_counted else "idle"
    if stretch.reason == WAITING:
        tone = "paused"
    return StretchLine(
        times=f"{time_name(stretch.start)} – {time_name(stretch.end)}",
        length=working_span(stretch.end - stretch.start),
        words=words(stretch),
        tone=tone,
    )
