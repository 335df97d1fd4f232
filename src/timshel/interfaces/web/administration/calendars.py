"""Calendars: the list, one with everything that counts on it, and whose hours it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import dates
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from timshel.interfaces.web.desk.words import channel_name
from timshel.interfaces.web.opening import opening_line
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.calendar import Hours, Reason
from timshel.kernel.errors import Invalid, NotFound
from timshel.kernel.icalendar_files.writing import MEDIA_TYPE
from timshel.relationship_agreement.service_level.access import CONFIGURE
from timshel.relationship_agreement.service_level.actions import use_calendar
from timshel.relationship_agreement.service_level.queries.calendar_files import calendar_ics
from timshel.relationship_agreement.service_level.queries.calendar_uses import (
    HoursView,
    PossibleUse,
    UseView,
    possible_uses,
)
from timshel.relationship_agreement.service_level.queries.calendars import (
    CalendarView,
    DayAhead,
    calendar_list,
    calendar_view,
    days_ahead,
    holidays_of,
)
from timshel.relationship_agreement.service_level.rules.calendar_contents import (
    holidays_text,
    working_day_text,
)
from timshel.relationship_agreement.service_level.rules.hour_texts import hours_text, week_text

FIRST_YEAR, LAST_YEAR = 1970, 2099
KIND_NAMES: dict[str, Promise] = {
    "channel": gettext_lazy("Channel"),
    "service": gettext_lazy("Service"),
    "team": gettext_lazy("Team"),
    "supplier": gettext_lazy("Supplier"),
    "customer": gettext_lazy("Customer"),
}
KIND_GROUPS: dict[str, Promise] = {
    "channel": gettext_lazy("Channels"),
    "service": gettext_lazy("Services"),
    "team": gettext_lazy("Teams"),
    "supplier": gettext_lazy("Suppliers"),
    "customer": gettext_lazy("Customers"),
}


@dataclass(frozen=True, slots=True)
class ShownDay:
    """A day in the picture of a week.

    Args:
        name: of the weekday.
        hours: in words.
        bars: where the open stretches lie, as (start, width) in thousandths of the day.
        top: how far down the picture it is drawn.
    """

    name: str
    hours: str
    bars: tuple[tuple[int, int], ...]
    top: int


@dataclass(frozen=True, slots=True)
class ShownUse:
    """Something whose hours these are: in words, and as the form names it."""

    kind: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A day ahead, in words."""

    date: str
    hours: str
    note: str
    is_open: bool
    is_special: bool
    is_today: bool


@require_safe
def calendars(request: TimshelRequest) -> HttpResponse:
    """Show all calendars: when each is open, and who counts on it."""
    rows = calendar_list(actor=request.actor, at=request.at)
    shown = [(row, [shown_use(use) for use in row.uses]) for row in rows]
    context = {"calendars": shown, "may_change": may_change(request)}
    return render(request, "administration/calendars.html", context)


@require_safe
def calendar(request: TimshelRequest, code: str) -> HttpResponse:
    """Show one calendar."""
    view = calendar_view(known(code), actor=request.actor, at=request.at)
    changes = may_change(request)
    today = request.at.astimezone(ZoneInfo(view.hours.zone)).date()
    year = _year(request.GET.get("year", ""), today.year)
    context = {
        "calendar": view,
        "may_change": changes,
        "words": week_text(view.hours.weekly),
        "now": opening_line(HoursView(code, view.content.name, view.hours), at=request.at),
        "holidays_text": holidays_text(view.content),
        "working_day": working_day_text(view.content.working_day),
        "week": shown_week(view.hours.weekly),
        "weekdays": [str(dates.WEEKDAYS[number]) for number in range(7)],
        "weeks": shown_weeks(days_ahead(view.hours, at=request.at), today),
        "year": year,
        "holidays": [(_date(each.day), each) for each in holidays_of(view.hours, year)],
        "days": [
            (_date(day, with_year=True), hours_text(each.hours), each.name)
            for day, each in view.hours.exceptions
        ],
        "uses": [shown_use(use) for use in view.uses],
        "groups": _groups(view, request) if changes else [],
        "versions": [(each, channel_name(each.channel)) for each in view.versions],
    }
    return render(request, "administration/calendar.html", context)


@require_safe
def calendar_file(request: TimshelRequest, code: str) -> HttpResponse:
    """Send a calendar as an iCalendar file."""
    content = calendar_ics(known(code), actor=request.actor, at=request.at)
    headers = {"Content-Disposition": f'attachment; filename="{code}.ics"'}
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


@require_POST
def calendar_use(request: TimshelRequest, code: str) -> HttpResponse:
    """Say that something has these hours, or no longer."""
    kind, _colon, whose = request.POST.get("whose", "").partition(":")
    is_removed = "remove" in request.POST
    if kind not in KIND_NAMES or "\0" in whose:
        messages.error(request, _("Choose whose hours these are."))
        return HttpResponseRedirect(reverse("calendar", args=[code]) + "#whose")
    try:
        use_calendar(
            None if is_removed else known(code),
            **{kind: whose},
            actor=request.actor,
            at=request.at,
        )
    except Invalid as refusal:
        for sentences in refusal.fields.values():
            for sentence in sentences:
                messages.error(request, str(sentence))
    else:
        saved = _("No hours are told any more.") if is_removed else _("These hours are told now.")
        messages.success(request, saved)
    return HttpResponseRedirect(reverse("calendar", args=[code]) + "#whose")


def known(code: str) -> str:
    """Return a code that can be looked for.

    Raises:
        NotFound: it holds what no code can.
    """
    if "\0" in code:
        raise NotFound
    return code


def may_change(request: TimshelRequest) -> bool:
    """Tell whether the reader may set calendars."""
    return request.actor.may(CONFIGURE)


def shown_use(use: UseView | PossibleUse) -> ShownUse:
    """Return something that has hours, in words."""
    name = str(channel_name(use.whose)) if use.kind == "channel" else use.name
    return ShownUse(str(KIND_NAMES[use.kind]), name, f"{use.kind}:{use.whose}")


def shown_week(week: Sequence[Hours]) -> list[ShownDay]:
    """Return a week as it is drawn."""
    return [
        ShownDay(
            name=str(dates.WEEKDAYS[number]),
            hours=hours_text(hours),
            bars=tuple(
                (start * 10 // 864, max(1, (end - start) * 10 // 864)) for start, end in hours
            ),
            top=number * 30 + 3,
        )
        for number, hours in enumerate(week)
    ]


def shown_weeks(weeks: Sequence[Sequence[DayAhead]], today: object) -> list[list[ShownDate]]:
    """Return the days ahead in words."""
    return [
        [
            ShownDate(
                date=_date(each.day),
                hours=hours_text(each.hours),
                note=each.name,
                is_open=bool(each.hours),
                is_special=each.reason in (Reason.HOLIDAY, Reason.EXCEPTION),
                is_today=each.day == today,
            )
            for each in week
        ]
        for week in weeks
    ]


def _date(day: datetime | object, *, with_year: bool = False) -> str:
    """Return a date in words, without the year unless that is not clear."""
    number, month = getattr(day, "day", 0), dates.MONTHS_AP[getattr(day, "month", 1)]
    return f"{number} {month} {getattr(day, 'year', '')}" if with_year else f"{number} {month}"


def _groups(
    view: CalendarView, request: TimshelRequest
) -> list[tuple[str, list[tuple[ShownUse, str]]]]:
    """Return what else could have these hours, by kind, with the calendar it has now."""
    found: dict[str, list[tuple[ShownUse, str]]] = {}
    for each in _others(view, request):
        found.setdefault(each.kind, []).append((shown_use(each), each.calendar))
    return [(str(KIND_GROUPS[kind]), entries) for kind, entries in found.items()]


def _others(view: CalendarView, request: TimshelRequest) -> Iterator[PossibleUse]:
    order = list(KIND_NAMES)
    possible = possible_uses(language=request.actor.language)
    for each in sorted(possible, key=lambda use: order.index(use.kind)):
        if each.calendar != view.code:
            yield each


def _year(text: str, present: int) -> int:
    if text.isdecimal() and len(text) == len(str(present)):
        return min(max(int(text), FIRST_YEAR), LAST_YEAR)
    return present
