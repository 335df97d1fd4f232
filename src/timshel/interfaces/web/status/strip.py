"""Ninety days of a service as a strip of days, with the same in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel.text import labelled
from timshel.resolution_fulfilment.status.queries import ServiceLine
from timshel.resolution_fulfilment.status.states import ServiceHealth

STEP = 4
WIDTH = 3
TROUBLE = frozenset({ServiceHealth.DOWN, ServiceHealth.DEGRADED})


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its place, its state, and what the pointer is told."""

    x: int
    state: str
    title: str


@dataclass(frozen=True, slots=True)
class Strip:
    """The days of a service.

    Args:
        width: of the drawing.
        bars: one a day, the earliest first.
        words: the same in a sentence.
    """

    width: int
    bars: tuple[Bar, ...]
    words: str


def strip_of(line: ServiceLine) -> Strip:
    """Return the strip of a service in the present language."""
    bars = tuple(
        Bar(
            place * STEP,
            each.state.value,
            labelled(date_format(each.day, "SHORT_DATE_FORMAT"), each.state.label),
        )
        for place, each in enumerate(line.days)
    )
    troubled = [each for each in line.days if each.state in TROUBLE]
    if not troubled:
        words = _("No trouble in the last 90 days")
    else:
        words = ngettext(
            "Trouble on %(count)d of the last 90 days, for %(minutes)d minutes in all",
            "Trouble on %(count)d of the last 90 days, for %(minutes)d minutes in all",
            len(troubled),
        ) % {"count": len(troubled), "minutes": sum(each.minutes for each in troubled)}
    return Strip(len(bars) * STEP, bars, words)
