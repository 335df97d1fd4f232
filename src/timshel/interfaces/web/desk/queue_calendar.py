"""A queue as a calendar: a month or a week of deadlines, or of what was opened or resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import dates
from django.utils.translation import gettext as _

from timshel.interfaces.web.desk.queue_board import Card, CardDrawing
from timshel.interfaces.web.desk.queue_state import QueueState
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.filters import Condition, Operator
from timshel.operation.view.states import Shape
from timshel.relationship_agreement.service_level.queries.work_shapes import (
    Stack,
    work_calendar,
)

MONTH, WEEK = "month", "week"
MOST_IN_A_MONTH = 4
MOST_IN_A_WEEK = 15
EARLIEST, LATEST = date(2000, 1, 10), date(2199, 12, 1)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar with what falls on it."""

    date: date
    label: str
    cards: tuple[Card, ...]
    has_more: bool
    address: str
    is_today: bool
    is_outside: bool


def context(request: TimshelRequest, state: QueueState) -> dict[str, Any]:
    """Return what a calendar shows."""
    today = request.actor.day_at(request.at)
    day = _day(request.GET.get("day", ""), today)
    span = WEEK if request.GET.get("span") == WEEK else MONTH
    days = _days(day, span)
    stacks = work_calendar(
        state.filters,
        days,
        by=state.look.by,
        actor=request.actor,
        at=request.at,
        most=MOST_IN_A_WEEK if span == WEEK else MOST_IN_A_MONTH,
    )
    drawn = CardDrawing(request, state)
    shown = [
        _shown(each, stack, state, drawn, today=today, month=day.month if span == MONTH else 0)
        for each, stack in zip(days, stacks, strict=True)
    ]
    before, after = _beside(day, span)
    return {
        "weeks": [shown[start : start + 7] for start in range(0, len(shown), 7)],
        "weekdays": [str(dates.WEEKDAYS[number]) for number in range(7)],
        "calendar_title": _title(days, day, span),
        "span": span,
        "spans": [
            (state.address(span=each, day=day), name, each == span)
            for each, name in ((MONTH, _("Month")), (WEEK, _("Week")))
        ],
        "before": state.address(span=span, day=before),
        "after": state.address(span=span, day=after),
        "now": state.address(span=span),
    }


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return min(max(day, EARLIEST), LATEST)


def _days(day: date, span: str) -> list[date]:
    """Return the days of the week, or those of the weeks that a month touches."""
    if span == WEEK:
        monday = day - timedelta(days=day.weekday())
        return [monday + timedelta(days=number) for number in range(7)]
    first = day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    count = (last - monday).days + 1
    return [monday + timedelta(days=number) for number in range(-(-count // 7) * 7)]


def _beside(day: date, span: str) -> tuple[date, date]:
    """Return a day of the stretch before, and of the one after."""
    if span == WEEK:
        return day - timedelta(weeks=1), day + timedelta(weeks=1)
    first = day.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def _title(days: list[date], day: date, span: str) -> str:
    if span == MONTH:
        return _("%(month)s %(year)d") % {"month": dates.MONTHS[day.month], "year": day.year}
    return _("Week from %(first)s to %(last)s") % {
        "first": _short(days[0]),
        "last": _short(days[-1]),
    }


def _short(day: date) -> str:
    return f"{day.day} {dates.MONTHS_AP[day.month]} {day.year}"


def _shown(
    day: date, stack: Stack, state: QueueState, drawn: CardDrawing, *, today: date, month: int
) -> Day:
    narrowed = state.look.filter.narrowed(Condition(state.look.by, Operator.ON, (day.isoformat(),)))
    return Day(
        date=day,
        label=f"{dates.WEEKDAYS[day.weekday()]} {_short(day)}",
        cards=tuple(drawn.card(row) for row in stack.rows),
        has_more=stack.has_more,
        address=state.with_look(filter=narrowed, shape=Shape.LIST, by="").address(),
        is_today=day == today,
        is_outside=bool(month) and day.month != month,
    )
