"""Where a run and each of its pieces of work stand, with the words for both."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RunState(StrEnum):
    """Where a run stands."""

    PREPARED = "prepared"
    QUEUED = "queued"
    RUNNING = "running"
    STOPPING = "stopping"
    STOPPED = "stopped"
    BROKEN = "broken"
    DONE = "done"


class ItemState(StrEnum):
    """Where one piece of work of a run stands."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


UNDER_WAY = frozenset({RunState.QUEUED, RunState.RUNNING, RunState.STOPPING})
ENDED = frozenset({RunState.STOPPED, RunState.BROKEN, RunState.DONE})

RUN_NAMES: dict[RunState, Promise] = {
    RunState.PREPARED: _("Not begun"),
    RunState.QUEUED: _("Waits for its turn"),
    RunState.RUNNING: _("Under way"),
    RunState.STOPPING: _("Being stopped"),
    RunState.STOPPED: _("Stopped"),
    RunState.BROKEN: _("Interrupted by a fault"),
    RunState.DONE: _("Done"),
}
