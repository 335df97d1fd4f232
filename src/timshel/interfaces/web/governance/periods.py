"""The period of a page as it stands in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.performance_evaluation.measurement.rules.periods import (
    Period,
    PeriodKind,
    days_between,
    is_zone,
    this_period,
)

USUAL = "this_month"
OWN = "days"
CHOICES: tuple[tuple[str, Promise], ...] = (
    ("this_week", _("This week")),
    ("last_week", _("Last week")),
    ("this_month", _("This month")),
    ("last_month", _("Last month")),
    ("this_quarter", _("This quarter")),
    ("last_quarter", _("Last quarter")),
    ("this_year", _("This year")),
    ("last_year", _("Last year")),
    (OWN, _("From a day until another")),
)
NAMES = frozenset(name for name, _label in CHOICES)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A period with the choice that led to it."""

    period: Period
    choice: str


def chosen_period(given: Mapping[str, str], *, actor: Actor, at: datetime) -> Chosen:
    """Return the period that an address names; this month if it names none.

    Args:
        given: ``period``, or ``from`` and ``until``, and ``zone`` where it is not the reader's.
        actor: who reads.
        at: now.

    Raises:
        Invalid: there is no such period, day or zone.
    """
    zone = zone_of(given, actor)
    choice = given.get("period", "")
    if given.get("from") and given.get("until") and choice in ("", OWN):
        first, last = day_of(given["from"], "from"), day_of(given["until"], "until")
        return Chosen(days_between(first, last, zone=zone), OWN)
    name = choice if choice and choice != OWN else USUAL
    if name not in NAMES:
        raise Invalid({"period": [_("There is no such period.")]})
    when, _underscore, kind = name.partition("_")
    period = this_period(PeriodKind(kind), zone=zone, at=at)
    return Chosen(period.before() if when == "last" else period, name)


def zone_of(given: Mapping[str, str], actor: Actor) -> str:
    """Return the zone that an address names, or the reader's.

    Raises:
        Invalid: there is no such zone.
    """
    zone = given.get("zone") or actor.time_zone
    if not is_zone(zone):
        raise Invalid({"zone": [_("There is no such time zone.")]})
    return zone


def day_of(text: str, field: str) -> date:
    """Return a day as an address writes it.

    Raises:
        Invalid: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid({field: [_("Write a day as 2026-03-31.")]}) from error
