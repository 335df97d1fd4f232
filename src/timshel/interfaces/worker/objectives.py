"""The figures of objectives: once a month is over, they are counted for it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor
from timshel.planning.objective.actions import read_due


@sweep("objective.read_due", cron="40 * * * *")
def read_objectives(*, at: datetime) -> None:
    """Count the figures of objectives whose last month was not counted yet."""
    read_due(actor=system_actor(gettext_noop("Objectives")), at=at)
