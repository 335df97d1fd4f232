"""Planned work begins and ends by the clock."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop

from timshel.design_transition.maintenance.actions import begin_and_end_due
from timshel.interfaces.worker.jobs import sweep
from timshel.kernel.actor import system_actor

BATCH = 200


@sweep("maintenance.begin_and_end", cron="* * * * *")
def begin_and_end(*, at: datetime) -> None:
    """Tell what begins and what ends by now, until there is none."""
    actor = system_actor(gettext_noop("Planned work"))
    while begin_and_end_due(actor=actor, at=at, limit=BATCH) == BATCH:
        pass
