"""The clocks of a record as bars with words: what is promised, how much is used, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from timshel.relationship_agreement.service_level.queries import ClockView
from timshel.relationship_agreement.service_level.states import KIND_NAMES, STATE_NAMES, ClockState

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
# From this part of the target on a bar shows that time is running out.
SHORT = 0.75


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock as the page draws it.

    Args:
        reading: the clock itself.
        name: what it measures.
        tone: "fine", "short", "late", "paused" or "done".
        target: seconds promised.
        spent: seconds used, at most the target, for the bar.
        words: how much of the target is used.
        summary: the same with state, for those who do not see the bar.
    """

    reading: ClockView
    name: str
    tone: str
    target: int
    spent: int
    words: str
    summary: str


def shown_clocks(clocks: Iterable[ClockView]) -> list[ShownClock]:
    """Return the clocks as the page draws them."""
    return [_shown(clock) for clock in clocks]


def working_span(length: timedelta) -> str:
    """Return an amount of working time in hours and minutes, since working days differ."""
    hours, minutes = length // HOUR, length % HOUR // MINUTE
    if not hours:
        return _("%(minutes)d min") % {"minutes": minutes}
    if not minutes:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": minutes}


def _shown(clock: ClockView) -> ShownClock:
    name = str(KIND_NAMES[clock.kind])
    words = _("%(used)s of %(target)s working time used") % {
        "used": working_span(clock.elapsed),
        "target": working_span(clock.target),
    }
    target = max(1, int(clock.target.total_seconds()))
    return ShownClock(
        reading=clock,
        name=name,
        tone=_tone(clock),
        target=target,
        spent=min(target, int(clock.elapsed.total_seconds())),
        words=words,
        summary=_("%(name)s: %(state)s, %(words)s")
        % {"name": name, "state": STATE_NAMES[clock.state], "words": words},
    )


def _tone(clock: ClockView) -> str:
    if clock.breached:
        return "late"
    if clock.state in (ClockState.MET, ClockState.CANCELLED):
        return "done"
    if clock.state is ClockState.PAUSED:
        return "paused"
    return "short" if clock.elapsed >= clock.target * SHORT else "fine"
