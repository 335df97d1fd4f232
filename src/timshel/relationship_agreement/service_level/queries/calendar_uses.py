"""Whose hours are which: what people are told about when somebody is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from timshel.context.organization.models import Customer, Team
from timshel.kernel import calendar as algebra
from timshel.kernel.actor import Channel
from timshel.kernel.translation import translated
from timshel.relationship_agreement.service_level.models import (
    BusinessCalendar,
    CalendarUse,
    in_force,
)
from timshel.service_portfolio.parties.models import Supplier
from timshel.service_portfolio.service.models import Service

ASKED_THROUGH = (
    Channel.PHONE,
    Channel.PORTAL,
    Channel.MAIL,
    Channel.CHAT,
    Channel.WALK_IN,
)
KINDS = ("service", "team", "supplier", "customer", "channel")


@dataclass(frozen=True, slots=True)
class HoursView:
    """The hours that somebody or something has.

    Args:
        code: of the calendar.
        name: of the calendar.
        hours: to compute with, and to put in words.
    """

    code: str
    name: str
    hours: algebra.BusinessCalendar


@dataclass(frozen=True, slots=True)
class UseView:
    """Something whose hours a calendar gives.

    Args:
        kind: ``service``, ``team``, ``supplier``, ``customer`` or ``channel``.
        whose: its code, or the channel.
        name: for people; of a channel the same as ``whose``.
        calendar: the code of the calendar.
    """

    kind: str
    whose: str
    name: str
    calendar: str


def hours_of(
    *,
    service: str | None = None,
    team: str | None = None,
    supplier: str | None = None,
    customer: str | None = None,
    channel: str | None = None,
    at: datetime,
) -> HoursView | None:
    """Return the hours of one thing as they hold at a moment, or None where none are told.

    Args:
        service: the code of a service.
        team: the code of a team.
        supplier: the code of a supplier.
        customer: the code of a customer.
        channel: a channel, such as ``phone``.
        at: when.
    """
    given = {"service": service, "team": team, "supplier": supplier, "customer": customer}
    uses = CalendarUse.objects.filter(
        Q(channel=channel) if channel else Q(),
        **{f"{kind}__code": code for kind, code in given.items() if code},
    )
    found = BusinessCalendar.objects.filter(in_force(at), code__in=uses.values("calendar_code"))
    return _view(found.first())


def desk_hours(*, at: datetime) -> HoursView | None:
    """Return when somebody answers those who ask: the hours of the phone, else of the portal."""
    uses = CalendarUse.objects.filter(channel__in=[Channel.PHONE, Channel.PORTAL])
    phone = CalendarUse.objects.filter(channel=Channel.PHONE, calendar_code=OuterRef("code"))
    rows = BusinessCalendar.objects.filter(in_force(at), code__in=uses.values("calendar_code"))
    return _view(rows.order_by(Exists(phone).desc()).first())


def _view(row: BusinessCalendar | None) -> HoursView | None:
    return None if row is None else HoursView(row.code, row.name, row.hours())


def calendar_uses(*, language: str, code: str | None = None) -> tuple[UseView, ...]:
    """Return whose hours the calendars give, by kind and name, in one query.

    Args:
        language: the reader's.
        code: of this calendar alone.
    """
    rows = CalendarUse.objects.select_related("service", "team", "supplier", "customer")
    if code is not None:
        rows = rows.filter(calendar_code=code)
    views = [view for row in rows for view in _use(row, language)]
    return tuple(sorted(views, key=lambda each: (KINDS.index(each.kind), each.name.casefold())))


def _use(row: CalendarUse, language: str) -> Iterator[UseView]:
    for kind in ("service", "team", "supplier", "customer"):
        whose = getattr(row, kind)
        if whose is not None:
            name = whose.text("name", language)
            yield UseView(kind, whose.code, name, row.calendar_code)
    if row.channel is not None:
        yield UseView("channel", row.channel, row.channel, row.calendar_code)


@dataclass(frozen=True, slots=True)
class PossibleUse:
    """Something that can have hours.

    Args:
        kind: ``service``, ``team``, ``supplier``, ``customer`` or ``channel``.
        whose: its code, or the channel.
        name: for people; of a channel the same as ``whose``.
        calendar: the code of the calendar that gives its hours now, or nothing.
    """

    kind: str
    whose: str
    name: str
    calendar: str


def possible_uses(*, language: str) -> tuple[PossibleUse, ...]:
    """Return everything that can have hours, channels first, in five queries."""
    now = {(use.kind, use.whose): use.calendar for use in calendar_uses(language=language)}
    # The channels stay in their order: most desks begin with the hours of their phone.
    found = [("channel", str(channel), str(channel)) for channel in ASKED_THROUGH]
    for kind, rows in (
        ("service", Service.objects.exclude(life_cycle="retired")),
        ("team", Team.objects.filter(is_active=True)),
        ("supplier", Supplier.objects.filter(is_active=True)),
        ("customer", Customer.objects.filter(is_active=True)),
    ):
        columns = rows.values_list("code", "name", "translations")
        named = [
            (kind, code, translated(name, translations, "name", language))
            for code, name, translations in columns
        ]
        found += sorted(named, key=lambda each: each[2].casefold())
    return tuple(PossibleUse(*each, now.get(each[:2], "")) for each in found)
