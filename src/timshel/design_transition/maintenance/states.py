"""Where planned work stands: it follows from its times, and from being called off or finished."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlannedState(models.TextChoices):
    """How far planned work is."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


def state_of(
    *,
    starts_at: datetime,
    ends_at: datetime,
    finished_at: datetime | None,
    cancelled_at: datetime | None,
    at: datetime,
) -> PlannedState:
    """Return where planned work stands at a moment.

    Args:
        starts_at: its first moment.
        ends_at: the first moment after it, as planned.
        finished_at: when it was finished before that, or None.
        cancelled_at: when it was called off, or None.
        at: the moment.
    """
    if cancelled_at is not None:
        return PlannedState.CANCELLED
    if at >= (finished_at or ends_at):
        return PlannedState.DONE
    return PlannedState.RUNNING if at >= starts_at else PlannedState.PLANNED
