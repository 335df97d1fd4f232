"""What a clock measures and what it says, with the words for people."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class ClockKind(StrEnum):
    """What a clock measures."""

    RESPOND = "respond"
    RESOLVE = "resolve"


class ClockState(StrEnum):
    """What a clock says; a breach is a fact about it and never a stage of the work.

    RUNNING and BREACHED run, before and after the due moment; PAUSED does not run, whether or
    not it is late; MET and MISSED stopped, in time and late; CANCELLED stopped without a result.
    """

    RUNNING = "running"
    PAUSED = "paused"
    BREACHED = "breached"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"


RUNS = frozenset({ClockState.RUNNING, ClockState.BREACHED})
STOPPED = frozenset({ClockState.MET, ClockState.MISSED, ClockState.CANCELLED})

KIND_NAMES: dict[ClockKind, Promise] = {
    ClockKind.RESPOND: _("Time to respond"),
    ClockKind.RESOLVE: _("Time to resolve"),
}

STATE_NAMES: dict[ClockState, Promise] = {
    ClockState.RUNNING: _("Running"),
    ClockState.PAUSED: _("Paused"),
    ClockState.BREACHED: _("Late"),
    ClockState.MET: _("Met"),
    ClockState.MISSED: _("Missed"),
    ClockState.CANCELLED: _("Cancelled"),
}
