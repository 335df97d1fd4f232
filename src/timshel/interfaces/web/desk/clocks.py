"""The clocks of a record as bars with words: what is promised, how much is used, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from timshel.interfaces.web.stretches import waiting_name, working_span
from timshel.relationship_agreement.service_level.queries import ClockView
from timshel.relationship_agreement.service_level.states import (
    KIND_NAMES,
    STATE_NAMES,
    STOPPED,
    ClockKind,
    ClockState,
)

# From this part of the target on a bar shows that time is running out.
SHORT = 0.75


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock as the page draws it.

    Args:
        reading: the clock itself.
        name: what it measures, and for a team or supplier whose time.
        tone: "fine", "short", "late", "paused" or "done".
        target: seconds promised.
        spent: seconds used, at most the target, for the bar.
        words: how much of the target is used.
        left: how much is left or by how much it is over, and why it stands still if it does.
        summary: the same with state, for those who do not see the bar.
    """

    reading: ClockView
    name: str
    tone: str
    target: int
    spent: int
    words: str
    left: str
    summary: str


def shown_clocks(
    clocks: Iterable[ClockView], *, team: str = "", supplier: str = ""
) -> list[ShownClock]:
    """Return the clocks as the page draws them.

    Args:
        clocks: the present ones.
        team: the name of the team that has the work.
        supplier: the name of the supplier that is waited for.
    """
    return [_shown(clock, supplier if clock.supplier_id else team) for clock in clocks]


def clock_name(clock: ClockView, holder: str) -> str:
    """Return what a clock measures; the time with somebody by their name."""
    if clock.kind is ClockKind.HOP and holder:
        return _("Time with %(name)s") % {"name": holder}
    return str(KIND_NAMES[clock.kind])


def left_words(clock: ClockView) -> str:
    """Return how much is left of a target or by how much it is over, and why it stands still."""
    if clock.state in STOPPED:
        return ""
    over = clock.remaining < timedelta(0)
    words = (_("%(span)s over") if over else _("%(span)s left")) % {
        "span": working_span(abs(clock.remaining))
    }
    if clock.state is ClockState.PAUSED:
        return _("%(left)s; %(reason)s") % {
            "left": words,
            "reason": waiting_name(clock.paused_reason or ""),
        }
    return words


def _shown(clock: ClockView, holder: str) -> ShownClock:
    name = clock_name(clock, holder)
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
        left=left_words(clock),
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
